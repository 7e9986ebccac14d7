package redact

import (
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind is what a piece of a text is.
type tokenKind uint8

const (
	separator tokenKind = iota // punctuation and spaces
	plain                      // a short number or a single letter: it names nobody
	word
	number // of six digits or more
	guid
	address
)

// tokens cuts a text into pieces that join to the text again. Pure leaves ids,
// addresses and numbers among the words: what is compared by patterns must not
// depend on how much of an id the pattern shows.
func tokens(text string, pure bool) func(yield func(tokenKind, string) bool) {
	return func(yield func(tokenKind, string) bool) {
		for i := 0; i < len(text); {
			kind, n := tokenAt(text[i:], pure)
			if !yield(kind, text[i:i+n]) {
				return
			}
			i += n
		}
	}
}

// tokenAt is called where a piece begins.
func tokenAt(text string, pure bool) (tokenKind, int) {
	if !pure {
		if n := guidLength(text); n > 0 {
			return guid, n
		}
		if n := addressLength(text); n > 0 {
			return address, n
		}
	}
	n := wordLength(text)
	if n == 0 && text[0] == '%' {
		return separator, escapeLength(text)
	}
	if n == 0 {
		_, size := utf8.DecodeRuneInString(text)
		return separator, size
	}
	return wordKind(text[:n], pure), n
}

func wordKind(w string, pure bool) tokenKind {
	switch {
	case len(w) == 1 || isShortNumber(w):
		return plain
	case !pure && strings.Trim(w, digits) == "":
		return number
	}
	return word
}

// isShortNumber accepts at most five digits, also as they stand in a date and
// time: 16T00, 00Z.
func isShortNumber(w string) bool {
	w = strings.TrimSuffix(w, "Z")
	first, second, _ := strings.Cut(w, "T")
	return first != "" && len(first) <= 5 && len(second) <= 5 && strings.Trim(first+second, digits) == ""
}

// wordLength is the length of the word that text begins with: letters, digits,
// signs outside ASCII and percent-encoded ones.
func wordLength(text string) int {
	n := 0
	for n < len(text) {
		c := text[n]
		switch {
		case isAlphanumeric(c):
			n++
			continue
		case c == '%' && encodesWord(text[n:]):
			n += 3
			continue
		case c < utf8.RuneSelf:
			return n
		}
		r, size := utf8.DecodeRuneInString(text[n:])
		if isSeparator(r) {
			return n
		}
		n += size
	}
	return n
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// isSeparator: punctuation and spaces name nobody. All else outside ASCII does,
// also what cannot be seen.
func isSeparator(r rune) bool {
	if r < utf8.RuneSelf {
		return !isAlphanumeric(byte(r))
	}
	return unicode.IsPunct(r) || unicode.IsSpace(r)
}

// encodesWord reports whether text begins with a percent-encoded byte of a word.
func encodesWord(text string) bool {
	if len(text) < 3 {
		return false
	}
	high, low := hexValue(text[1]), hexValue(text[2])
	if high < 0 || low < 0 {
		return false
	}
	c := byte(high<<4 | low)
	return c >= utf8.RuneSelf || isAlphanumeric(c)
}

// escapeLength is the length of a percent-encoded sign, or of what looks like one
// and is none: a valid URL stays valid, and another one does not become so.
func escapeLength(text string) int {
	n := 1
	for n < len(text) && n < 3 && isAlphanumeric(text[n]) {
		n++
	}
	return n
}

// hexValue is -1 for what is no hexadecimal digit.
func hexValue(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// guidLength is 36 or 32 where text begins with a GUID that ends there, with or
// without dashes; the latter stands in names of extension properties.
func guidLength(text string) int {
	n := 0
	for n < len(text) && n < 37 && (isHex(text[n]) || text[n] == '-' && isDash(n)) {
		n++
	}
	ends := n == len(text) || wordLength(text[n:]) == 0
	if n == 36 && ends && strings.Count(text[:n], "-") == 4 {
		return n
	}
	if n = wordLength(text); n == 32 && strings.IndexFunc(text[:n], notHex) < 0 && strings.Trim(text[:n], digits) != "" {
		return n
	}
	return 0
}

func isDash(i int) bool { return i == 8 || i == 13 || i == 18 || i == 23 }

func isHex(c byte) bool { return hexValue(c) >= 0 }

func notHex(r rune) bool { return r >= utf8.RuneSelf || !isHex(byte(r)) }

// addressLength is the length of the IP address that text begins with.
func addressLength(text string) int {
	n := 0
	for n < len(text) && n < 46 && (isHex(text[n]) || text[n] == '.' || text[n] == ':') {
		n++
	}
	run := text[:n]
	if strings.Count(run, ".") != 3 && strings.Count(run, ":") < 2 {
		return 0
	}
	if port := strings.IndexByte(run, ':'); port > 0 && strings.Count(run[:port], ".") == 3 {
		run = run[:port] // an address and a port
	}
	run = strings.TrimRight(run, ".")
	if _, err := netip.ParseAddr(run); err != nil || wordLength(text[len(run):]) > 0 {
		return 0
	}
	return len(run)
}

// humps cuts a word where a capital follows a letter or digit that is none, as
// tenant.GapOfError does.
func humps(w string) []string {
	var pieces []string
	start, last := 0, rune(-1)
	for i, r := range w {
		if i > 0 && unicode.IsUpper(r) && !unicode.IsUpper(last) {
			pieces = append(pieces, w[start:i])
			start = i
		}
		last = r
	}
	return append(pieces, w[start:])
}
