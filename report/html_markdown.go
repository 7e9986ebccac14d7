package report

import (
	"html"
	"html/template"
	"regexp"
	"strings"
)

// htmlMarkdown renders the Markdown of a rule: paragraphs, lists, fenced code,
// code spans, strong text and https links. Everything else is text, so that a
// report from anywhere can do no harm.
func htmlMarkdown(markdown string) template.HTML {
	var b strings.Builder
	lines := strings.Split(strings.TrimSpace(markdown), "\n")
	list := "" // the open list element
	open := func(element string) {
		if list == element {
			return
		}
		if list != "" {
			b.WriteString("</" + list + ">")
		}
		if list = element; list != "" {
			b.WriteString("<" + list + ">")
		}
	}
	for i := 0; i < len(lines); i++ {
		line := strings.TrimSpace(lines[i])
		switch {
		case strings.HasPrefix(line, "```"):
			code := []string{}
			for i++; i < len(lines) && !strings.HasPrefix(strings.TrimSpace(lines[i]), "```"); i++ {
				code = append(code, lines[i])
			}
			open("")
			b.WriteString("<pre><code>" + html.EscapeString(strings.Join(code, "\n")) + "</code></pre>")
		case line == "":
			continue
		case orderedItem.MatchString(line):
			open("ol")
			b.WriteString("<li>" + inlineMarkdown(orderedItem.ReplaceAllString(line, "")) + "</li>")
		case bulletItem.MatchString(line):
			open("ul")
			b.WriteString("<li>" + inlineMarkdown(bulletItem.ReplaceAllString(line, "")) + "</li>")
		default:
			open("")
			for i+1 < len(lines) && continues(lines[i+1]) {
				i++
				line += " " + strings.TrimSpace(lines[i])
			}
			b.WriteString("<p>" + inlineMarkdown(line) + "</p>")
		}
	}
	open("")
	return template.HTML(b.String())
}

var (
	orderedItem = regexp.MustCompile(`^\d{1,3}[.)]\s+`)
	bulletItem  = regexp.MustCompile(`^[-*+]\s+`)
	inlineMarks = regexp.MustCompile("`([^`]+)`|\\*\\*([^*]+)\\*\\*|\\[([^\\[\\]]+)\\]\\(([^()\\s]+)\\)")
)

// continues reports whether a line belongs to the paragraph before it.
func continues(line string) bool {
	line = strings.TrimSpace(line)
	return line != "" && !strings.HasPrefix(line, "```") && !orderedItem.MatchString(line) && !bulletItem.MatchString(line)
}

func inlineMarkdown(s string) string {
	var b strings.Builder
	rest := 0
	for _, m := range inlineMarks.FindAllStringSubmatchIndex(s, -1) {
		b.WriteString(html.EscapeString(s[rest:m[0]]))
		rest = m[1]
		switch {
		case m[2] >= 0:
			b.WriteString("<code>" + html.EscapeString(s[m[2]:m[3]]) + "</code>")
		case m[4] >= 0:
			b.WriteString("<strong>" + html.EscapeString(s[m[4]:m[5]]) + "</strong>")
		default:
			text, link := html.EscapeString(s[m[6]:m[7]]), safeLink(s[m[8]:m[9]])
			if link == "" {
				b.WriteString(text)
				continue
			}
			b.WriteString(`<a href="` + html.EscapeString(link) + `" rel="noreferrer" target="_blank">` + text + "</a>")
		}
	}
	b.WriteString(html.EscapeString(s[rest:]))
	return b.String()
}
