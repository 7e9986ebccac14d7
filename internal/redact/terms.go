package redact

import (
	"net/netip"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ztagent/ztagent/internal/displayname"
)

// kindOfTerm says what was found.
type kindOfTerm uint8

const (
	noTerm kindOfTerm = iota
	aName
	anAddress
	aDomain
	aText
	anID
)

func (k kindOfTerm) String() string {
	return [...]string{"nothing", "a name", "a user or mail name", "a domain", "a text", "an id"}[k]
}

// terms is what must not survive, as hashes of runs of words: a name is found
// however its words are joined, and a million names take some ten megabytes.
type terms struct {
	runs    map[uint64]kindOfTerm
	longest int
	// common are those that cannot be searched for: too short, or made of public
	// words alone.
	common map[uint64]bool
}

func newTerms() *terms {
	return &terms{runs: map[uint64]kindOfTerm{}, common: map[uint64]bool{}}
}

// maxRun is how many words of a term are looked at.
const maxRun = 12

// add takes note of a term.
func (t *terms) add(kind kindOfTerm, text string) {
	if isBlank(text) || isStructural(text) {
		return
	}
	run := wordsOf(text)
	if !isTelling(run) {
		if kind == aName || kind == anAddress {
			t.common[hashOf(strings.Join(run, " "))] = true
		}
		return
	}
	run = run[:min(len(run), maxRun)]
	hash := newHash
	for _, w := range run {
		hash = hash.with(w)
	}
	noteKind(t.runs, uint64(hash), kind)
	t.longest = max(t.longest, len(run))
}

// noteKind keeps the first kind, in the order of kinds, of what is several things.
func noteKind(kinds map[uint64]kindOfTerm, hash uint64, kind kindOfTerm) {
	if was := kinds[hash]; was == noTerm || kind < was {
		kinds[hash] = kind
	}
}

func (t *terms) merge(other *terms) {
	for hash, kind := range other.runs {
		noteKind(t.runs, hash, kind)
	}
	copyInto(t.common, other.common)
	t.longest = max(t.longest, other.longest)
}

// find returns the kind of a term that stands in text, or noTerm.
func (t *terms) find(text string) kindOfTerm {
	if isStructural(text) {
		return noTerm
	}
	run := wordsOf(text)
	if !isTelling(run) {
		return noTerm
	}
	for i := range run {
		hash := newHash
		for _, w := range run[i:min(len(run), i+t.longest)] {
			hash = hash.with(w)
			if kind := t.runs[uint64(hash)]; kind != noTerm {
				return kind
			}
		}
	}
	return noTerm
}

// runHash is FNV-1a over words.
type runHash uint64

const newHash runHash = 14695981039346656037

func (h runHash) with(w string) runHash {
	for i := range len(w) {
		h = (h ^ runHash(w[i])) * 1099511628211
	}
	return (h ^ 0xFF) * 1099511628211
}

// wordsOf returns the folded words of a text, ids and addresses among them.
// Scripts that put no space between words give one for each sign.
func wordsOf(text string) []string {
	var run []string
	for kind, w := range tokens(string(displayname.Fold(nil, text)), false) {
		switch {
		case kind == separator:
		case kind == word && strings.IndexFunc(w, unspaced) >= 0:
			run = append(run, split(w)...)
		default:
			run = append(run, w)
		}
	}
	return run
}

func unspaced(r rune) bool {
	return r >= utf8.RuneSelf && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

func split(w string) []string {
	var parts []string
	start := 0
	for i, r := range w {
		if !unspaced(r) {
			continue
		}
		if i > start {
			parts = append(parts, w[start:i])
		}
		start = i + len(string(r))
		parts = append(parts, w[i:start])
	}
	if start < len(w) {
		parts = append(parts, w[start:])
	}
	return parts
}

// isTelling reports whether a run of words can be searched for: what is not
// public in it, an id or an address has at least three letters, or two of another
// script.
func isTelling(run []string) bool {
	letters := 0
	for _, w := range run {
		if len(w) == 1 || isPublicWord(w) || isShortNumber(strings.ToUpper(w)) ||
			guidLength(w) == len(w) || addressLength(w) == len(w) {
			continue
		}
		letters += len(w)
	}
	return letters >= 3
}

func isBlank(text string) bool { return strings.TrimSpace(text) == "" }

var (
	timeForm = regexp.MustCompile(`^\d{4}-\d\d-\d\d([Tt ][\d:.]+([Zz]|[+-][\d:]+)?)?$`)
	spanForm = regexp.MustCompile(`^-?P(\d+[YMWD])*(T(\d+[HMS]|\d+\.\d+S)+)?$`)
)

// isStructural: a date, a time, a duration, a number, an id or an address. None
// of them is a name, and a name that looks like one is not searched for.
func isStructural(text string) bool {
	if text == "" || text[0] > '9' && text[0] != 'P' && text[0] != ':' && !isHex(text[0]) || len(text) > 50 {
		return false
	}
	if strings.Trim(text, "0123456789") == "" || guidLength(text) == len(text) {
		return true
	}
	if timeForm.MatchString(text) || spanForm.MatchString(text) {
		return true
	}
	_, err := netip.ParseAddr(text)
	_, notRange := netip.ParsePrefix(text)
	return err == nil || notRange == nil
}
