package report

import (
	"html"
	"regexp"
	"strings"
)

// mdText escapes s, which is neutral and one line, for running Markdown text:
// no markup, no HTML, no mention, reference, formula or link that was not
// meant. Comments cut up what GitHub looks for after rendering.
func mdText(s string) string {
	s = mdMentions.ReplaceAllString(mdPunctuation.Replace(s), "$1<!-- -->$2")
	s = mdAddresses.ReplaceAllString(s, "$1<!-- -->$2")
	return mdLineStart.ReplaceAllString(strings.TrimSpace(s), `$1\$2`)
}

var (
	mdPunctuation = strings.NewReplacer(
		`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "|", `\|`, "~", `\~`,
		"<", "&lt;", ">", "&gt;", "&", "&amp;", "$", "&dollar;", "\n", " ",
	)
	mdMentions  = regexp.MustCompile(`([@#])([\p{L}\p{N}])`)
	mdLineStart = regexp.MustCompile(`^(\d*)([-+#=.)])`) // a list, a heading
	mdAddresses = regexp.MustCompile(`(?i)(:|www)(//|\.)`)
)

// mdCode puts s into a code span, where nothing but a backtick means anything.
func mdCode(s string) string {
	if s == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 || strings.HasPrefix(s, " ") || strings.HasSuffix(s, " ") {
		s = " " + s + " "
	}
	return fence + s + fence
}

// mdCell makes a finished piece of Markdown fit a cell of a table, where a bar
// ends the cell even inside a code span.
func mdCell(markdown string) string {
	return barWithoutBackslash.ReplaceAllString(markdown, `$1\|`)
}

var barWithoutBackslash = regexp.MustCompile(`(^|[^\\])\|`)

// mdHTML escapes s for inside an HTML element in Markdown, where Markdown's own
// marks still count.
func mdHTML(s string) string {
	var b strings.Builder
	for _, r := range html.EscapeString(s) {
		if strings.ContainsRune("\\`*_[]|~$@", r) {
			b.WriteString("&#" + itoa(int(r)) + ";")
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// mdBlock passes Markdown of a rule on: its lists, emphasis and code stay, HTML
// does not.
func mdBlock(markdown string) string {
	markdown = strings.TrimSpace(markdown)
	if strings.Count(markdown, "`")%2 != 0 {
		return strings.ReplaceAll(markdown, "<", "&lt;")
	}
	parts := strings.Split(markdown, "`")
	for i := 0; i < len(parts); i += 2 { // the others stand in code
		parts[i] = strings.ReplaceAll(parts[i], "<", "&lt;")
	}
	return strings.Join(parts, "`")
}

// mdLink is a link to a checked address, or "".
func mdLink(text, link string) string {
	if link = safeLink(link); link == "" {
		return ""
	}
	return "[" + mdText(text) + "](" + linkDestination(link) + ")"
}
