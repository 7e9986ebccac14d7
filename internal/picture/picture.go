// Package picture draws the output of a terminal as SVG, for the README.
package picture

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	cellWidth  = 8.4
	lineHeight = 18
	margin     = 18
	titleBar   = 34
)

// style is the state that SGR sequences leave a terminal in.
type style struct {
	colour    string
	bold, dim bool
}

// colours of a calm dark terminal, by SGR number.
var colours = map[int]string{
	30: "#484f58", 31: "#ff7b72", 32: "#56d364", 33: "#e3b341", 34: "#79c0ff", 35: "#d2a8ff",
	36: "#56d4dd", 37: "#c9d1d9", 90: "#8b949e", 91: "#ffa198", 92: "#7ee787", 93: "#f2cc60",
	94: "#a5d6ff", 95: "#e2c5ff", 96: "#b3f0ff", 97: "#f0f6fc",
}

// Draw writes text, which may hold SGR sequences, as an SVG of a terminal with
// title in its bar.
func Draw(w io.Writer, title, text string) error {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	width := 0
	for _, line := range lines {
		width = max(width, utf8.RuneCountInString(strip(line)))
	}
	var b strings.Builder
	pixelsWide := float64(width)*cellWidth + 2*margin
	pixelsHigh := titleBar + len(lines)*lineHeight + margin
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" role="img" aria-label="%s">`+"\n",
		pixelsWide, pixelsHigh, escape(title))
	b.WriteString(`<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}</style>` + "\n")
	fmt.Fprintf(&b, `<rect width="%.0f" height="%d" rx="10" fill="#0d1117"/>`+"\n", pixelsWide, pixelsHigh)
	for i, dot := range []string{"#ff5f57", "#febc2e", "#28c840"} {
		fmt.Fprintf(&b, `<circle cx="%d" cy="17" r="6" fill="%s"/>`+"\n", 20+i*20, dot)
	}
	fmt.Fprintf(&b, `<text x="%.0f" y="22" fill="#8b949e" text-anchor="middle">%s</text>`+"\n", pixelsWide/2, escape(title))
	current := style{}
	for i, line := range lines {
		drawLine(&b, line, titleBar+(i+1)*lineHeight-4, &current)
	}
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func drawLine(b *strings.Builder, line string, y int, current *style) {
	column := 0
	for line != "" {
		text := line
		escapeAt := strings.Index(line, "\x1b[")
		if escapeAt >= 0 {
			text = line[:escapeAt]
		}
		if strings.TrimSpace(text) != "" {
			fmt.Fprintf(b, `<text x="%.1f" y="%d" textLength="%.1f"%s>%s</text>`+"\n", margin+float64(column)*cellWidth, y,
				float64(utf8.RuneCountInString(text))*cellWidth, current.attributes(), escape(text))
		}
		column += utf8.RuneCountInString(text)
		if escapeAt < 0 {
			return
		}
		sequence, rest, _ := strings.Cut(line[escapeAt+2:], "m")
		current.apply(sequence)
		line = rest
	}
}

func (s style) attributes() string {
	colour := s.colour
	if colour == "" {
		colour = "#c9d1d9"
	}
	a := ` fill="` + colour + `"`
	if s.bold {
		a += ` font-weight="bold"`
	}
	if s.dim {
		a += ` opacity="0.65"`
	}
	return a
}

func (s *style) apply(sequence string) {
	for code := range strings.SplitSeq(sequence, ";") {
		n, err := strconv.Atoi(code)
		switch {
		case err != nil || n == 0:
			*s = style{}
		case n == 1:
			s.bold = true
		case n == 2:
			s.dim = true
		case n == 22:
			s.bold, s.dim = false, false
		case n == 39:
			s.colour = ""
		default:
			if colour, ok := colours[n]; ok {
				s.colour = colour
			}
		}
	}
}

func strip(line string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(line, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, line, _ = strings.Cut(rest, "m")
	}
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}
