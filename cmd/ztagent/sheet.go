package main

import (
	"io"
	"strings"

	"github.com/ztagent/ztagent/report"
)

// sheet is a page of prose and commands that is read in a terminal or as
// Markdown. Its texts may hold what a tenant controls: both forms make it
// harmless.
type sheet struct{ blocks []sheetBlock }

type sheetBlock struct {
	kind     blockKind
	text     string
	items    []string
	language string // of code
}

type blockKind int

const (
	blockTitle blockKind = iota
	blockHeading
	blockStep
	blockText
	blockList
	blockCode
)

func (s *sheet) title(text string)   { s.add(sheetBlock{kind: blockTitle, text: text}) }
func (s *sheet) heading(text string) { s.add(sheetBlock{kind: blockHeading, text: text}) }
func (s *sheet) step(text string)    { s.add(sheetBlock{kind: blockStep, text: text}) }

func (s *sheet) say(text string) {
	if text != "" {
		s.add(sheetBlock{kind: blockText, text: text})
	}
}

func (s *sheet) list(items ...string) {
	if len(items) > 0 {
		s.add(sheetBlock{kind: blockList, items: items})
	}
}

// code is text to copy: it is never broken.
func (s *sheet) code(language, text string) {
	s.add(sheetBlock{kind: blockCode, text: text, language: language})
}

func (s *sheet) add(b sheetBlock) { s.blocks = append(s.blocks, b) }

// writeText writes the sheet for a terminal of so many columns; 0 is not known.
func (s *sheet) writeText(w io.Writer, columns int) error {
	if columns <= 0 {
		columns = textWidth
	}
	columns = min(max(columns, 60), 110)
	var out strings.Builder
	for i, b := range s.blocks {
		if i > 0 {
			out.WriteByte('\n')
		}
		switch b.kind {
		case blockTitle:
			textLines(&out, "", "", b.text, columns)
		case blockHeading:
			line := report.Neutral(b.text, columns-4)
			out.WriteString(line + " " + strings.Repeat("─", columns-1-report.Columns(line)) + "\n")
		case blockStep, blockText:
			textLines(&out, "", "", b.text, columns)
		case blockList:
			for _, item := range b.items {
				textLines(&out, "  - ", "    ", item, columns)
			}
		case blockCode:
			for line := range strings.SplitSeq(b.text, "\n") {
				out.WriteString(strings.TrimRight("    "+report.Neutral(line, 0), " ") + "\n")
			}
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// textLines writes text wrapped, its first line behind first, the others behind
// rest.
func textLines(out *strings.Builder, first, rest, text string, columns int) {
	margin := first
	for _, line := range report.Wrap(report.Neutral(text, 0), columns-len(rest)) {
		out.WriteString(margin + line + "\n")
		margin = rest
	}
}

// writeMarkdown writes the sheet as Markdown.
func (s *sheet) writeMarkdown(w io.Writer) error {
	var out strings.Builder
	text := func(t string) string { return report.MarkdownText(report.Neutral(t, 0)) }
	for i, b := range s.blocks {
		if i > 0 {
			out.WriteByte('\n')
		}
		switch b.kind {
		case blockTitle:
			out.WriteString("# " + text(b.text) + "\n")
		case blockHeading:
			out.WriteString("## " + text(b.text) + "\n")
		case blockStep:
			out.WriteString("**" + text(b.text) + "**\n")
		case blockText:
			out.WriteString(text(b.text) + "\n")
		case blockList:
			for _, item := range b.items {
				out.WriteString("- " + text(item) + "\n")
			}
		case blockCode:
			out.WriteString("```" + b.language + "\n")
			for line := range strings.SplitSeq(b.text, "\n") {
				out.WriteString(strings.ReplaceAll(report.Neutral(line, 0), "```", "'''") + "\n")
			}
			out.WriteString("```\n")
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}
