package report

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

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
	// Emphasis by one asterisk, not a wildcard.
	markdownEmphasis = regexp.MustCompile(`\*([\pL][^*\n]*[\pL)])\*`)
	// A sentence ends at a full stop before a capital, not in "e.g. this".
	sentenceEnd = regexp.MustCompile(`[.!?](?:\s+[\p{Lu}0-9"(]|\s*$)`)
	// What a summary leaves out: a parenthesis around a request.
	requestAside = regexp.MustCompile(`\s*\([^()]*https?[:\x02]//[^()]*\)`)
	request      = regexp.MustCompile(`[,:;]?(?: or| with)*(?: send)? ?\b(?:GET|POST|PUT|PATCH|DELETE) https?[:\x02]//`)
	clauseEnd    = regexp.MustCompile(`[,:;.]\s|\s\(`)
)

// plain returns Markdown as the plain text a terminal shows: links by their
// text, no bullets, no emphasis or code marks.
func plain(markdown string) string {
	s := markdownLink.ReplaceAllString(markdown, "$1")
	s = markdownBullet.ReplaceAllString(s, "")
	s = strings.NewReplacer("**", "", "`", "").Replace(s)
	return markdownEmphasis.ReplaceAllString(s, "$1")
}

// sentence makes s start with a capital, unless it starts with a name such as
// "conditionalAccessPolicies".
func sentence(s string) string {
	word, _, _ := strings.Cut(s, " ")
	if first, size := utf8.DecodeRuneInString(s); word == strings.ToLower(word) && size > 0 {
		return string(unicode.ToUpper(first)) + s[size:]
	}
	return s
}

// specifics is the first sentence of a message, and of the others those that
// name something: what a rule says of every resource is said by its title.
func specifics(message string) string {
	message = strings.TrimSpace(message)
	first := firstSentence(message)
	text := first
	for rest := strings.TrimSpace(message[len(first):]); rest != ""; {
		s := firstSentence(rest)
		if strings.ContainsAny(s, `"0123456789`) {
			text += " " + s
		}
		rest = strings.TrimSpace(rest[len(s):])
	}
	return text
}

// firstSentence returns the first sentence of s. A full stop inside quotation
// marks, as in a name, ends none.
func firstSentence(s string) string {
	s = strings.TrimSpace(s)
	for _, at := range sentenceEnd.FindAllStringIndex(s, -1) {
		if strings.Count(s[:at[0]], `"`)%2 == 0 {
			return s[:at[0]+1]
		}
	}
	return s
}

// gist returns what a Markdown text asks for in at most width columns: its first
// sentences as far as there is room, without requests, cut after a clause when
// the first is too long or breaks off at an example.
func gist(markdown string, width int) string {
	paragraph, _, _ := strings.Cut(strings.TrimSpace(markdown), "\n\n")
	s := requestAside.ReplaceAllString(plain(shield(paragraph)), "")
	s = strings.Join(strings.Fields(s), " ")
	text, cut := "", false
	for s != "" && !cut {
		sentence := firstSentence(s)
		s = strings.TrimSpace(s[len(sentence):])
		if at := request.FindStringIndex(sentence); at != nil && at[0] > 0 {
			sentence, cut = sentence[:at[0]]+"…", true
		} else if !strings.HasSuffix(sentence, ".") {
			sentence, cut = cutAfterClause(sentence, width)+"…", true
		}
		switch {
		case columns(text)+1+columns(sentence) <= width:
			text = strings.TrimSpace(text + " " + sentence)
		default:
			if room := width - columns(text) - 2; text == "" || room > width/3 {
				text = strings.TrimSpace(text + " " + cutAfterClause(sentence, room) + "…")
			}
			cut = true
		}
	}
	return unshield.Replace(text)
}

// cutAfterClause cuts s after the last clause that ends within width, or where
// it must.
func cutAfterClause(s string, width int) string {
	end := 0
	for _, at := range clauseEnd.FindAllStringIndex(s, -1) {
		if columns(s[:at[0]]) < width {
			end = at[0]
		}
	}
	if end < width/4 {
		return strings.TrimSuffix(shorten(s, width), "…")
	}
	return s[:end]
}

// shield takes the meaning from punctuation inside labels, code, quotation marks
// and parentheses, where no clause ends; unshield gives it back.
func shield(markdown string) string {
	var b strings.Builder
	strong, code, quoted, depth := false, false, false, 0
	for i, r := range markdown {
		switch {
		case r == '*' && strings.HasPrefix(markdown[i:], "**"):
			strong = !strong
		case r == '`':
			code = !code
		case r == '"':
			quoted = !quoted
		case r == '(':
			depth++
		case r == ')':
			depth = max(0, depth-1)
		}
		if n := strings.IndexRune(",:;.", r); n >= 0 && (strong || code || quoted || depth > 0) {
			r = rune(1 + n)
		}
		b.WriteRune(r)
	}
	return b.String()
}

var unshield = strings.NewReplacer("\x01", ",", "\x02", ":", "\x03", ";", "\x04", ".")
