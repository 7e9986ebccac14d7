package report

import (
	"regexp"
	"strings"

	"github.com/clipperhouse/displaywidth"
	"github.com/clipperhouse/uax29/v2/graphemes"
)

// columns is how wide s is on a terminal: CJK and emoji take two columns,
// combining marks and our own colours none.
func columns(s string) int {
	return displaywidth.Options{ControlSequences: true}.String(s)
}

// shorten returns s cut to at most width columns, "…" standing for the rest.
func shorten(s string, width int) string {
	if len(s) <= width { // a character is at least as many bytes as columns
		return s
	}
	return displaywidth.TruncateString(s, width, "…")
}

// pad returns s filled up with spaces to width columns.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-columns(s)))
}

// wrap breaks s into lines of at most width columns, at spaces where there are
// some, inside words where not. Runs of spaces and line feeds are one break.
func wrap(s string, width int) []string {
	var lines []string
	line, used := new(strings.Builder), 0
	flush := func() {
		lines = append(lines, line.String())
		line, used = new(strings.Builder), 0
	}
	for _, word := range strings.Fields(s) {
		w := columns(word)
		if used > 0 && used+1+w > width {
			flush()
		}
		if used > 0 {
			line.WriteByte(' ')
			used++
		}
		for w > width {
			head := cut(word, width)
			line.WriteString(head)
			flush()
			word = word[len(head):]
			w = columns(word)
		}
		line.WriteString(word)
		used += w
	}
	if used > 0 || len(lines) == 0 {
		flush()
	}
	return lines
}

// cut returns the longest start of s that takes at most width columns, and at
// least one character. The rest never starts with "::", which a pipeline could
// take for a command.
func cut(s string, width int) string {
	previous, end, used := 0, 0, 0
	for g := graphemes.FromString(s); g.Next(); {
		w := columns(g.Value())
		if used += w; used > width && end > 0 {
			break
		}
		previous, end = end, g.End()
	}
	if previous > 0 && strings.HasPrefix(s[end:], "::") {
		end = previous
	}
	return s[:end]
}

var (
	markdownLink   = regexp.MustCompile(`\[([^\[\]]*)\]\([^()\s]*\)`)
	markdownBullet = regexp.MustCompile(`(?m)^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+`)
	// A sentence ends at a full stop before a capital, not in "e.g. this".
	sentenceEnd = regexp.MustCompile(`[.!?](?:\s+[\p{Lu}0-9"(]|\s*$)`)
)

// plain returns Markdown as the plain text a terminal shows: links by their
// text, no bullets, no emphasis or code marks.
func plain(markdown string) string {
	s := markdownLink.ReplaceAllString(markdown, "$1")
	s = markdownBullet.ReplaceAllString(s, "")
	return strings.NewReplacer("**", "", "`", "").Replace(s)
}

// firstSentence returns the first sentence of s, which is all that a table has
// room for.
func firstSentence(s string) string {
	s = strings.TrimSpace(s)
	if line, _, more := strings.Cut(s, "\n"); more {
		s = strings.TrimSpace(line)
	}
	if at := sentenceEnd.FindStringIndex(s); at != nil {
		return s[:at[0]+1]
	}
	return s
}
