package report

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks may stand on one character before the
// rest is shown by number: enough for every script, too few to smear over the
// lines above and below.
const maxMarks = 4

// neutral returns s with every character that could steer a terminal, reorder
// the text around it or hide from the eye replaced by its number, as in
// "⟨U+202E⟩". A tenant controls its display names, so nothing that comes from a
// report is printed without this. Invalid UTF-8 becomes U+FFFD. What a pipeline
// would take for a command ("::error::", "##vso[") is broken up the same way,
// because every format may be printed into a pipeline's log.
func neutral(s string) string { return neutralise(s, false) }

// neutralLines is neutral, but keeps line feeds: for texts with paragraphs.
func neutralLines(s string) string {
	return neutralise(strings.ReplaceAll(s, "\r\n", "\n"), true)
}

func neutralise(s string, keepLineFeeds bool) string {
	return disarm(showHidden(s, keepLineFeeds))
}

// A runner reads a command after leading spaces, an agent anywhere in a line.
var (
	gitHubCommand = regexp.MustCompile(`(^|[\s\p{Zs}]):(:[A-Za-z])`)
	logCommand    = regexp.MustCompile(`(?i)#(#(?:vso)?\[)`)
)

func disarm(s string) string {
	if strings.Contains(s, "::") {
		s = gitHubCommand.ReplaceAllString(s, "$1⟨U+003A⟩$2")
	}
	if strings.Contains(s, "##") {
		s = logCommand.ReplaceAllString(s, "⟨U+0023⟩$1")
	}
	return s
}

func showHidden(s string, keepLineFeeds bool) string {
	if plainASCII(s, keepLineFeeds) {
		return s
	}
	s = strings.ToValidUTF8(s, "\ufffd")
	var b strings.Builder
	b.Grow(len(s) + 16)
	previous, marks := rune(0), 0
	for i, r := range s {
		next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
		marks = countMarks(marks, r)
		switch {
		case r == '\n' && keepLineFeeds:
			b.WriteRune(r)
		case marks > maxMarks, hidden(r) && !joins(r, previous, next):
			fmt.Fprintf(&b, "⟨U+%04X⟩", r)
		default:
			b.WriteRune(r)
		}
		previous = r
	}
	return b.String()
}

func plainASCII(s string, keepLineFeeds bool) bool {
	for i := range len(s) {
		if c := s[i]; (c < ' ' || c > '~') && (c != '\n' || !keepLineFeeds) {
			return false
		}
	}
	return true
}

func countMarks(marks int, r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me) {
		return marks + 1
	}
	return 0
}

// hidden reports whether r is a control, a format character (bidi controls,
// zero-width ones, tags), a separator of lines, or a letter that looks like
// nothing.
func hidden(r rune) bool {
	switch {
	case r < ' ' || 0x7f <= r && r < 0xa0:
		return true
	case r < 0xa0:
		return false
	case r == 0x034f, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5,
		r == 0x2800, r == 0x3164, r == 0xffa0, r&0xfffe == 0xfffe:
		return true
	case 0xfe00 <= r && r <= 0xfe0f, 0xe0100 <= r && r <= 0xe01ef:
		return true // variation selectors: fine after what they vary, see joins
	case 0x0600 <= r && r <= 0x0605, r == 0x06dd, r == 0x070f, r == 0x08e2, r == 0x110bd, r == 0x110cd:
		return false // format characters that have a shape
	}
	return unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}

// joins reports whether a hidden character does honest work where it stands:
// joiners inside a script or an emoji, and a variation selector after one.
func joins(r, previous, next rune) bool {
	const zwnj, zwj = 0x200c, 0x200d
	switch {
	case r == zwnj || r == zwj:
		return previous > 0x7f && next > 0x7f && !hiddenJoiner(previous) && !hiddenJoiner(next)
	case 0xfe00 <= r && r <= 0xfe0f:
		return previous > 0x7f && !hidden(previous) || strings.ContainsRune("#*0123456789", previous)
	case 0xe0100 <= r && r <= 0xe01ef:
		return unicode.Is(unicode.Han, previous)
	}
	return false
}

// hiddenJoiner allows a variation selector before a joiner, as emoji have it.
func hiddenJoiner(r rune) bool { return hidden(r) && (r < 0xfe00 || r > 0xfe0f) }
