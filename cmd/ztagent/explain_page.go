package main

import (
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/dossier"
	"github.com/ztagent/ztagent/report"
)

// The SGR parameters of a dossier: the sixteen colours, so that the reader's own
// theme decides how they look.
const (
	inPlain   = ""
	inBold    = "1"
	inDim     = "2"
	inRed     = "31"
	inRedBold = "1;31"
	inGreen   = "32"
	inYellow  = "33"
	inBlue    = "34"
	inMagenta = "35"
)

// page is a text page for a terminal. What comes from the tenant goes through
// safe or name before it gets here.
type page struct {
	out   strings.Builder
	w     int // columns
	color bool
}

const (
	pageWidth    = 80
	minPageWidth = 60
	maxPageWidth = 110 // wider lines are hard to read
	labelWidth   = 14
	indent       = "  "
)

func newPage(width int, color bool) *page {
	if width <= 0 {
		width = pageWidth
	}
	return &page{w: min(max(width, minPageWidth), maxPageWidth), color: color}
}

// safe makes a text of the tenant's harmless; name also bounds it to part of a
// line.
func safe(s string) string { return report.Neutral(s, 0) }
func name(s string) string { return report.Neutral(strings.TrimSpace(s), 52) }

func (p *page) paint(style, s string) string {
	if !p.color || style == inPlain || s == "" {
		return s
	}
	return "\x1b[" + style + "m" + s + "\x1b[0m"
}

func (p *page) line(s string) {
	p.out.WriteString(strings.TrimRight(s, " "))
	p.out.WriteByte('\n')
}

func (p *page) heading(title string) {
	p.line("")
	p.line(p.paint(inBold, title) + " " + p.paint(inDim, strings.Repeat("─", max(0, p.w-report.Columns(title)-1))))
}

// hang writes s wrapped behind first, which is already painted, and its other
// lines below its beginning.
func (p *page) hang(first, style, s string) {
	margin := strings.Repeat(" ", report.Columns(first))
	for i, l := range report.Wrap(s, max(20, p.w-len(margin))) {
		if i == 0 {
			p.line(first + p.paint(style, l))
		} else {
			p.line(margin + p.paint(style, l))
		}
	}
}

// field writes a labelled text.
func (p *page) field(label, s string) { p.fieldIn(label, inPlain, s) }

func (p *page) fieldIn(label, style, s string) {
	p.hang(indent+p.paint(inDim, pad(label, labelWidth)), style, s)
}

// ends writes left and right at the two ends of a line, or on two lines when one
// is too short for both.
func (p *page) ends(left, right string) {
	room := p.w - report.Columns(left) - report.Columns(right)
	if right == "" || room < 2 {
		p.line(left)
		if right != "" {
			p.line(strings.Repeat(" ", max(0, p.w-report.Columns(right))) + right)
		}
		return
	}
	p.line(left + strings.Repeat(" ", room) + right)
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-report.Columns(s)))
}

// missing says what was not read, each thing once on a page.
func (p *page) missing(list []dossier.Missing) {
	said := map[string]bool{}
	for _, m := range list {
		if text := missingText(m); !said[text] {
			said[text] = true
			p.hang(indent+p.paint(inMagenta, "? "), inMagenta, text)
		}
	}
}

// missingText is short: what would help stands once, in the section of what was
// not read.
func missingText(m dossier.Missing) string {
	if m.Status == "unclear" {
		return "not certain: " + safe(m.Reason) + "."
	}
	return "not read: " + safe(m.What) + " (" + gapWords(m.Status) + ")"
}

func gapWords(status string) string {
	switch status {
	case "notLicensed":
		return "not licensed"
	case "notEnabled":
		return "not enabled"
	case "notReturned":
		return "not returned"
	case "null":
		return "returned as null"
	}
	return safe(status)
}

// upperFirst begins a sentence, unless with a name such as "appRoleAssignments".
func upperFirst(s string) string {
	word, _, _ := strings.Cut(s, " ")
	if word != strings.ToLower(word) || s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func severityIn(s audit.Severity) string {
	switch s {
	case audit.Critical:
		return inRedBold
	case audit.High:
		return inRed
	case audit.Medium:
		return inYellow
	case audit.Low:
		return inBlue
	}
	return inDim
}

// day shows the day of an RFC 3339 time, atMinute its minute.
func day(rfc3339 string) string { return rfc3339[:min(len(rfc3339), len("2026-11-20"))] }

func atMinute(rfc3339 string) string {
	if len(rfc3339) < len("2026-11-20T08:15") {
		return rfc3339
	}
	return rfc3339[:10] + " " + rfc3339[11:16] + " UTC"
}

// quoted puts a name of the tenant's between quotes, or gives the id without one.
func quoted(displayName, id string) string {
	if strings.TrimSpace(displayName) != "" {
		return `"` + name(displayName) + `"`
	}
	if id != "" {
		return safe(id)
	}
	return "without name or id"
}

func refText(r dossier.Ref) string { return quoted(r.DisplayName, r.ID) }

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
