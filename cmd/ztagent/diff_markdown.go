package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/ztagent/ztagent/internal/diff"
	"github.com/ztagent/ztagent/report"
)

// maxDiffMarkdown keeps the comparison below the limit of a job summary, with
// room for a report beside it.
const maxDiffMarkdown = 400_000

// markdown writes the comparison for a pull request or a job summary: the
// verdict in sight, what is worse opened, the rest to be opened.
func (v diffView) markdown(w io.Writer, d *diff.Diff) error {
	m := &diffMarkdown{diffView: v}
	m.head(d)
	for _, s := range diffSections() {
		m.section(d, s)
	}
	m.agents(d)
	m.inherited(d)
	m.stillFailing(d)
	for _, note := range diffLimits(d) {
		m.write("_" + report.MarkdownText(note) + "_\n\n")
	}
	if m.leftOut > 0 {
		fmt.Fprintf(&m.out, "_%s left out to stay within the size limit; the JSON has them._\n", count(m.leftOut, "section"))
	}
	_, err := io.WriteString(w, m.out.String())
	return err
}

type diffMarkdown struct {
	diffView
	out     strings.Builder
	leftOut int
}

// write adds a block if it fits, and counts it otherwise.
func (m *diffMarkdown) write(block string) {
	if m.out.Len()+len(block) > maxDiffMarkdown {
		m.leftOut++
		return
	}
	m.out.WriteString(block)
}

func (m *diffMarkdown) head(d *diff.Diff) {
	name := short(d.Tenant.DisplayName)
	if name == "" {
		name = short(d.Tenant.ID)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "## What changed for agents: %s\n\n", report.MarkdownCode(name))
	fmt.Fprintf(&b, "**%s.** From %s to %s.\n\n", report.MarkdownText(capital(m.gate.diffLine(d))),
		minute(short(d.Old.TakenAt)), minute(short(d.New.TakenAt)))
	b.WriteString("| change | findings |\n|---|---:|\n")
	for _, part := range diffNumbers(d) {
		n, what, counted := strings.Cut(part, " ")
		if !counted || what == "changed" {
			n, what = "", part
		}
		fmt.Fprintf(&b, "| %s | %s |\n", what, n)
	}
	m.write(b.String() + "\n")
}

func (m *diffMarkdown) section(d *diff.Diff, s diffSection) {
	groups := m.byRule(d, s.kind)
	if len(groups) == 0 {
		return
	}
	total := 0
	var b strings.Builder
	for _, g := range groups {
		total += len(g.changes)
		m.group(&b, s, g)
	}
	m.details(fmt.Sprintf("%s: %d", s.title, total), b.String(), s.listed)
}

// details is a block to be opened; what is worse is open already.
func (m *diffMarkdown) details(summary, body string, open bool) {
	tag := "<details>"
	if open {
		tag = "<details open>"
	}
	m.write(tag + "\n<summary>" + report.MarkdownHTML(summary) + "</summary>\n\n" + strings.TrimSpace(body) + "\n\n</details>\n\n")
}

func (m *diffMarkdown) group(b *strings.Builder, s diffSection, g *ruleChanges) {
	fmt.Fprintf(b, "**%s** %s · %s\n\n", g.severity, report.MarkdownText(g.title), report.MarkdownCode(g.rule))
	shown, rest := m.shown(g.changes)
	for i := range shown {
		c := &shown[i]
		b.WriteString("- " + report.MarkdownCode(changeName(c)))
		if c.Severity != g.severity {
			b.WriteString(" (" + string(c.Severity) + ")")
		}
		if note := changeNote(c); note != "" {
			b.WriteString(", " + report.MarkdownText(note))
		}
		if s.listed && c.Message != "" {
			b.WriteString(": " + report.MarkdownText(long(c.Message)))
		}
		b.WriteByte('\n')
	}
	if rest > 0 {
		fmt.Fprintf(b, "- and %d more\n", rest)
	}
	b.WriteByte('\n')
}

// stillFailing is one row per rule: the reader has seen these before.
func (m *diffMarkdown) stillFailing(d *diff.Diff) {
	groups := m.byRule(d, diff.StillFailing)
	if len(groups) == 0 {
		return
	}
	total := 0
	var b strings.Builder
	b.WriteString("| severity | rule | findings | at least since |\n|---|---|---:|---|\n")
	for _, g := range groups {
		total += len(g.changes)
		fmt.Fprintf(&b, "| %s | %s | %d | %s |\n", g.severity, report.MarkdownCell(report.MarkdownCode(g.rule)), len(g.changes), g.oldest())
	}
	m.details(fmt.Sprintf("Still failing: %d", total), b.String(), false)
}

func (m *diffMarkdown) agents(d *diff.Diff) {
	if d.Agents == nil {
		return
	}
	for _, s := range []struct {
		title  string
		agents []diff.Agent
	}{{"Agents that appeared", d.Agents.Appeared}, {"Agents that vanished", d.Agents.Vanished}} {
		if n := len(s.agents); n > 0 {
			m.details(fmt.Sprintf("%s: %d", s.title, n), m.list(s.agents), false)
		}
	}
}

func (m *diffMarkdown) list(agents []diff.Agent) string {
	n := len(agents)
	if m.limit >= 0 {
		n = min(n, max(m.limit, 1))
	}
	var b strings.Builder
	for _, a := range agents[:n] {
		b.WriteString("- " + report.MarkdownCode(agentLabel(a)) + " " + report.MarkdownCode(short(a.ID)) + "\n")
	}
	if rest := len(agents) - n; rest > 0 {
		fmt.Fprintf(&b, "- and %d more\n", rest)
	}
	return b.String()
}

func (m *diffMarkdown) inherited(d *diff.Diff) {
	if d.Inherited == nil || len(d.Inherited.Appeared) == 0 {
		return
	}
	var b strings.Builder
	for i := range d.Inherited.Appeared {
		x := &d.Inherited.Appeared[i]
		fmt.Fprintf(&b, "**%s**, %s\n\n%s\n", report.MarkdownText(inheritedLabel(x)), count(len(x.Agents), "agent"), m.list(x.Agents))
	}
	m.details("Permissions that came through inheritance, without a consent on the agent", b.String(), true)
}
