package redact

import (
	"net/url"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/conditionalaccess"
	"github.com/ztagent/ztagent/internal/tenant"
)

// knowledge is what has to be known of a snapshot before its first text can be
// rewritten, and what must not be found in it afterwards.
type knowledge struct {
	tenantID, organization tenant.ID
	cloud                  string

	terms       *terms
	wholes      map[uint64]kindOfTerm // names and texts as a whole, common ones too
	ids         map[uint64]bool       // GUIDs
	thumbprints map[string]string     // of certificates whose key was read: their pseudonyms
	issuers     map[string]patterns
	// partial are the attributes whose values some rule compares in part; contains
	// and single tell of those that do so only where the value is one text.
	partial, contains, single map[string]bool
}

func newKnowledge() *knowledge {
	return &knowledge{
		terms: newTerms(), wholes: map[uint64]kindOfTerm{}, ids: map[uint64]bool{},
		thumbprints: map[string]string{}, issuers: map[string]patterns{},
		partial: map[string]bool{}, contains: map[string]bool{}, single: map[string]bool{},
	}
}

func (k *knowledge) merge(other *knowledge) {
	if !other.organization.IsZero() {
		k.organization = other.organization
	}
	k.terms.merge(other.terms)
	for hash, kind := range other.wholes {
		noteKind(k.wholes, hash, kind)
	}
	copyInto(k.ids, other.ids)
	copyInto(k.thumbprints, other.thumbprints)
	anyOf(k.partial, other.partial)
	anyOf(k.contains, other.contains)
	anyOf(k.single, other.single)
	for issuer, p := range other.issuers {
		k.issuers[issuer] = max(k.issuers[issuer], p)
	}
}

func copyInto[K comparable, V any](to, from map[K]V) {
	for key, value := range from {
		to[key] = value
	}
}

func anyOf(to, from map[string]bool) {
	for key, value := range from {
		to[key] = to[key] || value
	}
}

// settle decides what only all files together tell.
func (k *knowledge) settle() {
	for key, contains := range k.contains {
		if contains && k.single[key] {
			k.partial[key] = true
		}
	}
}

// scanner reads one file for what has to be known.
type scanner struct {
	*pseudonyms
	found   *knowledge
	dataset tenant.Dataset
	ids     bool // are to be replaced, too
	seen    map[cached]bool
}

func (s *scanner) member(_ *where, name string) string { return name }

func (s *scanner) text(p *where, text string) string {
	if !isBlank(text) {
		s.guids(text)
		if key := p.attribute(); key != "" {
			s.found.single[key] = s.found.single[key] || !p.element
			s.whole(aText, text)
		} else {
			s.note(p.class, text)
		}
	}
	if s.dataset == tenant.DatasetOrganization && p.isOwnID() && s.found.organization.IsZero() {
		s.found.organization = tenant.ParseID(text)
	}
	return text
}

// object notes how a federated credential matches subjects, then its parts.
func (s *scanner) object(p *where, raw jsontext.Value) ([]byte, error) {
	if issuer, expression := issuerOf(raw); expression != "" {
		s.found.issuers[issuer] = max(s.found.issuers[issuer], patternsIn(expression))
	}
	_, err := walkObject(p, raw, s)
	return nil, err
}

func (s *scanner) note(c class, text string) {
	key := cached{c, text}
	if c == enumeration || s.seen[key] {
		return
	}
	if s.seen == nil || len(s.seen) >= maxCached {
		s.seen = map[cached]bool{}
	}
	s.seen[key] = true
	switch c {
	case displayName:
		s.term(aName, text)
	case mailAddress:
		s.mail(text)
	case freeText:
		s.free(text)
	case filterRule:
		s.rule(text)
	case keyMaterial:
		if original, pseudonym, ok := s.thumbprintOf(text); ok {
			s.found.thumbprints[original] = pseudonym
		}
	case urlText, federatedIssuer:
		s.host(text)
	case objectID:
		if s.ids && guidLength(text) != len(text) {
			s.found.terms.add(anID, text)
		}
	case unknownText:
		s.note(formOf(text), text)
	}
}

// guids notes the ids that stand in a text, unless they are everyone's.
func (s *scanner) guids(text string) {
	if !s.ids || len(text) < 32 {
		return
	}
	for kind, piece := range tokens(text, false) {
		if kind == guid && !isPublicID(dashed(piece)) {
			s.found.ids[hashOf(strings.ToLower(dashed(piece)))] = true
		}
	}
}

func (s *scanner) term(kind kindOfTerm, text string) {
	if isPublicName(text) {
		return
	}
	s.found.terms.add(kind, text)
	s.whole(kind, text)
}

func (s *scanner) whole(kind kindOfTerm, text string) {
	if !isStructural(text) {
		noteKind(s.found.wholes, hashOf(foldText(text)), kind)
	}
}

// free notes a text of many words as something to search for; few words may be
// anyone's.
func (s *scanner) free(text string) {
	s.whole(aText, text)
	if len(wordsOf(text)) >= 4 {
		s.found.terms.add(aText, text)
	}
}

// mail notes an address, its parts, and the home domain of a guest.
func (s *scanner) mail(text string) {
	s.term(anAddress, text)
	local, domain, ok := cutLast(text, "@")
	if !ok {
		return
	}
	s.host(domain)
	local, guest := cutSuffixFold(local, "#EXT#")
	if _, home, ok := cutLast(local, "_"); guest && ok {
		s.host(home)
		s.found.terms.add(anAddress, strings.TrimSuffix(local, "_"+home))
		return
	}
	s.found.terms.add(anAddress, local)
}

// host notes the host of a URL or a bare one, and the label in it that is the
// organisation's.
func (s *scanner) host(text string) {
	host := text
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		host = u.Hostname()
	}
	host, _, _ = strings.Cut(host, "/")
	if !strings.Contains(host, ".") || addressLength(host) == len(host) || strings.ContainsAny(host, " ()$") {
		return
	}
	s.found.terms.add(aDomain, host)
	labels := strings.Split(host, ".")
	for i := len(labels) - 1; i >= 0; i-- {
		if isTelling(wordsOf(labels[i])) {
			s.found.terms.add(aDomain, labels[i])
			return
		}
	}
}

// rule notes which attributes a filter compares in part.
func (s *scanner) rule(text string) {
	f, err := conditionalaccess.ParseFilter(text)
	if err != nil {
		return
	}
	for c := range f.Comparisons() {
		key := strings.ToLower(c.Attribute)
		s.found.contains[key] = s.found.contains[key] || c.Contains
		s.found.partial[key] = s.found.partial[key] || c.Partial && !c.Contains
	}
}

func hashOf(text string) uint64 { return uint64(newHash.with(text)) }
