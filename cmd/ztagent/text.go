package main

import (
	"strings"
	"unicode/utf8"
)

// textWidth is that of help pages, which are read in any terminal.
const textWidth = 80

// wrapText breaks text at spaces and keeps its own lines; what cannot be broken,
// such as a command, is left whole.
func wrapText(text, indent string) string {
	var b strings.Builder
	for i, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		if strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "\t") || utf8.RuneCountInString(indent+line) <= textWidth {
			b.WriteString(indent + line)
			continue
		}
		wrapLine(&b, line, indent)
	}
	return b.String()
}

func wrapLine(b *strings.Builder, line, indent string) {
	column := 0
	for i, word := range strings.Fields(line) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
			b.WriteString(indent)
			column = utf8.RuneCountInString(indent)
		case column+1+n > textWidth:
			b.WriteString("\n" + indent)
			column = utf8.RuneCountInString(indent)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
}
