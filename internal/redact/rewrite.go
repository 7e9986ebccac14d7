package redact

import (
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ztagent/ztagent/internal/displayname"
)

// rewriter gives each text of the snapshot its redacted form. It serves one
// goroutine; what it knows of the snapshot is shared and does not change.
type rewriter struct {
	*pseudonyms
	known *knowledge
	ids   bool
}

// text returns the redacted form of a text of class c. Blank texts stay: they
// say that nothing is there.
func (r *rewriter) text(c class, s string) string {
	if isBlank(s) {
		return s
	}
	switch c {
	case enumeration:
		return r.publicText(s)
	case displayName:
		return r.name(s)
	case freeText:
		return r.free(s)
	case objectID:
		return r.id(s)
	case mailAddress:
		return r.mail(s)
	case urlText, messageText:
		return r.words(s)
	case permission:
		return r.permission(s)
	case networkAddress:
		return r.network(s)
	case thumbprint:
		return r.thumbprint(s)
	case keyMaterial:
		return r.key(s)
	}
	return r.text(formOf(s), s)
}

// publicText keeps what is Microsoft's to say, unless a name stands in it.
func (r *rewriter) publicText(s string) string {
	if !r.holdsID(s) && (isStructural(s) || isPlain(s) && r.known.terms.find(s) == noTerm) {
		return s
	}
	return r.words(s)
}

func (r *rewriter) holdsID(s string) bool {
	if !r.ids {
		return false
	}
	for kind := range tokens(s, false) {
		if kind == guid {
			return true
		}
	}
	return false
}

// isPlain: letters of ASCII, punctuation and nothing long, as Microsoft's words are.
func isPlain(s string) bool {
	return len(s) <= 250 && strings.IndexFunc(s, func(c rune) bool {
		return c < ' ' || c >= utf8.RuneSelf && !unicode.IsPunct(c)
	}) < 0
}

// name returns one pseudonym for all names that look the same.
func (r *rewriter) name(s string) string {
	if isPublicName(s) {
		return s
	}
	return "name-" + r.word("name", string(displayname.Fold(nil, s)))
}

// free replaces what people and services write in their own words, save for the
// values by which the audit log says what was switched on or off.
func (r *rewriter) free(s string) string {
	if staysFree(s) {
		return s
	}
	return "text-" + r.word("text", s)
}

func staysFree(s string) bool {
	switch strings.ToLower(strings.Trim(s, `[]"`)) {
	case "true", "false", "", "null":
		return true
	}
	return isBlank(s)
}

// id returns a GUID for a GUID, wherever it stands. Ids that are none stay with
// the ids, unless a name stands in them; ids of Azure are paths.
func (r *rewriter) id(s string) string {
	switch {
	case guidLength(s) == len(s):
		return r.guidIn(s)
	case strings.HasPrefix(s, "/"):
		return r.folded(s)
	case isKeyword(s):
		return s
	case r.holdsID(s):
		return r.folded(s)
	case !r.ids && isPlain(s) && r.known.terms.find(s) == noTerm:
		return s
	}
	return "id-" + r.word("id", strings.ToLower(s))
}

// isKeyword: one public word stands for many objects in lists of ids.
func isKeyword(s string) bool {
	return wordLength(s) == len(s) && isPublicWord(strings.ToLower(s))
}

// mail keeps the form of an address: prefix:local@domain, and the mark of guests.
func (r *rewriter) mail(s string) string {
	prefix, rest := "", s
	if i := strings.IndexByte(s, ':'); i >= 0 && isPublicWord(strings.ToLower(s[:i])) {
		prefix, rest = s[:i+1], s[i+1:]
	}
	local, domain, ok := cutLast(rest, "@")
	if !ok {
		return prefix + "user-" + r.word("user", foldText(rest))
	}
	mark := ""
	if bare, found := cutSuffixFold(local, "#EXT#"); found {
		local, mark = bare, "#EXT#"
	}
	return prefix + "user-" + r.word("user", foldText(local)) + mark + "@" + r.folded(domain)
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

func cutSuffixFold(s, suffix string) (string, bool) {
	if n := len(s) - len(suffix); n >= 0 && strings.EqualFold(s[n:], suffix) {
		return s[:n], true
	}
	return s, false
}

func foldText(s string) string { return string(displayname.Fold(nil, s)) }

// network keeps how wide a range is.
func (r *rewriter) network(s string) string {
	if a, err := netip.ParseAddr(s); err == nil {
		return r.address(a).String()
	}
	if p, err := netip.ParsePrefix(s); err == nil {
		return r.prefix(p).String()
	}
	return r.words(s)
}

// formOf judges a text that no table knows.
func formOf(s string) class {
	switch {
	case guidLength(s) == len(s):
		return objectID
	case strings.HasPrefix(s, "/") || strings.Contains(s, "://"):
		return urlText
	case addressLength(s) == len(s):
		return networkAddress
	case isStructural(s) && (strings.Trim(s, digits) != "" || len(s) <= 5):
		return enumeration
	case strings.Contains(s, "@") && !strings.ContainsAny(s, " \t"):
		return mailAddress
	}
	return freeText
}
