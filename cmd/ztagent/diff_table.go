package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/diff"
	"github.com/ztagent/ztagent/report"
)

// table writes the comparison for a terminal: the sums, what is worse, what
// still fails, what is mended, last the verdict in one line.
func (v diffView) table(w io.Writer, d *diff.Diff) error {
	t := &diffTable{diffView: v, columns: v.width}
	if t.columns <= 0 {
		t.columns = textWidth
	}
	t.columns = max(t.columns, 60)
	t.head(d)
	for _, s := range diffSections() {
		t.section(d, s)
	}
	t.agents(d)
	t.inherited(d)
	t.stillFailing(d)
	t.paragraphs(diffLimits(d))
	t.verdict(d)
	_, err := io.WriteString(w, t.out.String())
	return err
}

type diffTable struct {
	diffView
	columns int
	out     strings.Builder
}

func (t *diffTable) line(s string) {
	t.out.WriteString(strings.TrimRight(s, " "))
	t.out.WriteByte('\n')
}

// paint colours s, which holds no line feed.
func (t *diffTable) paint(style, s string) string {
	if !t.color || s == "" {
		return s
	}
	return "\x1b[" + style + "m" + s + "\x1b[0m"
}

const (
	styleBold = "1"
	styleDim  = "2"
)

func (t *diffTable) paragraph(prefix, style, s string) {
	for _, l := range report.Wrap(s, t.columns-report.Columns(prefix)) {
		t.line(prefix + t.paint(style, l))
	}
}

// ends writes left and right at the two ends of a line, or on two lines.
func (t *diffTable) ends(left, right string) {
	room := t.columns - report.Columns(left) - report.Columns(right)
	if room < 2 {
		t.line(left)
		left, room = "", t.columns-report.Columns(right)
	}
	t.line(left + strings.Repeat(" ", max(0, room)) + right)
}

func (t *diffTable) heading(s string) {
	t.line("")
	t.line(t.paint(styleBold, s) + " " + t.paint(styleDim, strings.Repeat("─", max(0, t.columns-report.Columns(s)-1))))
}

func (t *diffTable) head(d *diff.Diff) {
	name := short(d.Tenant.DisplayName)
	if name == "" {
		name = "Tenant"
	}
	t.ends(t.paint(styleBold, name), t.paint(styleDim, short(d.Tenant.ID)))
	for _, s := range []struct {
		label string
		side  diff.Side
	}{{"old", d.Old}, {"new", d.New}} {
		t.paragraph("", styleDim, fmt.Sprintf("%s: %s %s, taken %s", s.label, s.side.Source, long(s.side.Path), minute(short(s.side.TakenAt))))
	}
	t.line("")
	t.paragraph("", styleBold, strings.Join(diffNumbers(d), " · "))
}

func (t *diffTable) section(d *diff.Diff, s diffSection) {
	groups := t.byRule(d, s.kind)
	if len(groups) == 0 {
		return
	}
	t.heading(s.title)
	for _, g := range groups {
		t.group(s, g)
	}
}

func (t *diffTable) group(s diffSection, g *ruleChanges) {
	severity := fmt.Sprintf("%-8s  ", g.severity)
	n := fmt.Sprint(len(g.changes))
	t.ends(t.paint(severityColour(g.severity), severity)+g.rule, t.paint(styleDim, n))
	t.paragraph("          ", styleDim, g.title)
	shown, rest := t.shown(g.changes)
	for i := range shown {
		c := &shown[i]
		left := "  " + changeMark(c.Kind) + " " + changeName(c)
		if c.Severity != g.severity {
			left += " (" + string(c.Severity) + ")"
		}
		t.ends(left, t.paint(styleDim, changeNote(c)))
		if s.listed && (i+1 == len(shown) || shown[i+1].Message != c.Message) {
			t.paragraph("      ", "", long(c.Message))
		}
	}
	if rest > 0 {
		t.line("    " + t.paint(styleDim, fmt.Sprintf("and %d more", rest)))
	}
}

// stillFailing is one line per rule: the reader has seen these before.
func (t *diffTable) stillFailing(d *diff.Diff) {
	groups := t.byRule(d, diff.StillFailing)
	if len(groups) == 0 {
		return
	}
	t.heading("Still failing")
	for _, g := range groups {
		left := t.paint(severityColour(g.severity), fmt.Sprintf("%-8s  ", g.severity)) + g.rule
		t.ends(left, t.paint(styleDim, fmt.Sprintf("%d since %s", len(g.changes), g.oldest())))
	}
}

// changeMark is one column that tells what is worse, better, or neither.
func changeMark(k diff.Kind) string {
	switch k {
	case diff.New, diff.Worse, diff.WaiverExpired, diff.StillFailing:
		return "✗"
	case diff.NewlyUnknown, diff.Undecided:
		return "?"
	case diff.NewlyWaived:
		return "~"
	case diff.NewlyManual:
		return "◦"
	}
	return "✓"
}

func severityColour(s audit.Severity) string {
	switch s {
	case audit.Critical:
		return "1;31"
	case audit.High:
		return "31"
	case audit.Medium:
		return "33"
	case audit.Low:
		return "34"
	}
	return styleDim
}

func (t *diffTable) agents(d *diff.Diff) {
	if d.Agents == nil {
		return
	}
	for _, s := range []struct {
		title  string
		agents []diff.Agent
	}{{"Agents that appeared", d.Agents.Appeared}, {"Agents that vanished", d.Agents.Vanished}} {
		if n := len(s.agents); n > 0 {
			t.heading(fmt.Sprintf("%s: %d", s.title, n))
			t.paragraph("  ", "", t.names(s.agents))
		}
	}
}

func (t *diffTable) inherited(d *diff.Diff) {
	if d.Inherited == nil || len(d.Inherited.Appeared) == 0 {
		return
	}
	t.heading("Permissions that came through inheritance, without a consent on the agent")
	for i := range d.Inherited.Appeared {
		x := &d.Inherited.Appeared[i]
		t.paragraph("  ", styleBold, inheritedLabel(x))
		t.paragraph("    ", "", count(len(x.Agents), "agent")+": "+t.names(x.Agents))
	}
}

func (t *diffTable) paragraphs(notes []string) {
	if len(notes) > 0 {
		t.line("")
	}
	for _, note := range notes {
		t.paragraph("", styleDim, note)
	}
}

func (t *diffTable) verdict(d *diff.Diff) {
	t.line("")
	t.line(t.paint(styleDim, strings.Repeat("─", t.columns)))
	style := "32"
	if failing, unknown := d.Regressions(t.gate.threshold()); failing > 0 {
		style = "1;31"
	} else if unknown > 0 {
		style = "35"
	}
	t.paragraph("", style, capital(t.gate.diffLine(d))+".")
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
