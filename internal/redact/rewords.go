package redact

import (
	"net/netip"
	"strings"
	"unicode"
)

// words replaces every word that is not public and keeps what joins them, so
// that URLs, hosts and messages stay what they are. Texts that differ, also by
// case alone, go on differing.
func (r *rewriter) words(s string) string { return r.each(s, false, r.exactWord) }

// folded is as words, for texts that compare without case.
func (r *rewriter) folded(s string) string { return r.each(s, false, r.foldedWord) }

// pure is as words, for texts that compare by patterns.
func (r *rewriter) pure(s string) string { return r.each(s, true, r.exactWord) }

// permission is as folded, and keeps by which parts of its words a permission
// reads, writes or exports.
func (r *rewriter) permission(s string) string { return r.each(s, false, r.permissionWord) }

func (r *rewriter) each(s string, pure bool, replace func(string) string) string {
	var b strings.Builder
	b.Grow(len(s))
	for kind, piece := range tokens(s, pure) {
		switch kind {
		case word:
			piece = replace(piece)
		case number:
			piece = r.number(piece)
		case guid:
			piece = r.guidIn(piece)
		case address:
			if a, err := netip.ParseAddr(piece); err == nil {
				piece = r.address(a).String()
			}
		}
		b.WriteString(piece)
	}
	return b.String()
}

func (r *rewriter) guidIn(s string) string {
	if !r.ids {
		return s
	}
	full := dashed(s)
	switch {
	case isPublicID(full):
		return s
	case full != s:
		return strings.ReplaceAll(r.guid(full), "-", "")
	}
	return r.guid(s)
}

// dashed returns a GUID with its dashes.
func dashed(s string) string {
	if len(s) == 36 {
		return s
	}
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

func (r *rewriter) exactWord(w string) string {
	if isPublicWord(strings.ToLower(w)) {
		return w
	}
	var b strings.Builder
	for _, hump := range humps(w) {
		switch {
		case len(hump) == 1 || isShortNumber(hump) || isPublicWord(strings.ToLower(hump)):
			b.WriteString(hump)
		default:
			b.WriteString(styled(r.word("word", hump), hump))
		}
	}
	return b.String()
}

func (r *rewriter) foldedWord(w string) string {
	fold := strings.ToLower(w)
	if len(fold) == 1 || isShortNumber(w) || isPublicWord(fold) {
		return w
	}
	return styled(r.word("word", fold), w)
}

func (r *rewriter) permissionWord(w string) string {
	if isPublicWord(strings.ToLower(w)) {
		return w
	}
	var b strings.Builder
	for w != "" {
		fold := strings.ToLower(w)
		at, stem := stemIn(fold)
		if at < 0 || len(fold) != len(w) {
			b.WriteString(r.foldedWord(w))
			break
		}
		if at > 0 {
			b.WriteString(r.foldedWord(w[:at]))
		}
		b.WriteString(w[at : at+len(stem)])
		w = w[at+len(stem):]
	}
	return b.String()
}

// styled gives a pseudonym the capitals of the word it stands for, as far as
// they go: words that differ by case alone go on differing.
func styled(pseudonym, w string) string {
	letters := []byte(pseudonym)
	i := 0
	for _, c := range w {
		if i == len(letters) {
			break
		}
		if unicode.IsUpper(c) {
			letters[i] -= 'a' - 'A'
		}
		i++
	}
	return string(letters)
}
