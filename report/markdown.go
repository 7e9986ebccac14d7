package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
)

// Markdown writes the report for job summaries and pull requests: the verdict,
// the table of checks and the trust boundaries in sight, everything else in
// details to be opened, the most severe first. It stays below Options.MaxBytes:
// what does not fit is left out from the least severe end, and counted.
func Markdown(w io.Writer, r *audit.Report, o Options) error {
	m := &markdown{view: newView(r, o, humanLimits), o: o, left: o.MaxBytes}
	if m.left <= 0 {
		m.left = defaultMaxBytes
	}
	m.left -= len(leftOutNote(len(m.rules), 1<<40))
	m.section(m.summary())
	m.section(m.checkTable())
	m.section(m.boundaries())
	m.section(m.whatIf())
	m.warnings()
	m.failing()
	m.unknownRules()
	m.manualRules()
	m.waived()
	if m.leftOut > 0 {
		m.out.WriteString(leftOutNote(m.leftOut, m.leftOutFindings))
	}
	_, err := io.WriteString(w, m.out.String())
	return err
}

type markdown struct {
	*view
	o                        Options
	out                      strings.Builder
	left                     int // bytes of the budget
	leftOut, leftOutFindings int
}

func leftOutNote(sections, findings int) string {
	return fmt.Sprintf("\n_%s with %s left out to stay within the size limit; the JSON and HTML reports have them._\n",
		plural(sections, "section"), plural(findings, "finding"))
}

// section writes a block if it fits, and everything after it is judged by what
// is left then.
func (m *markdown) section(text string) bool {
	if len(text) > m.left {
		return false
	}
	m.left -= len(text)
	m.out.WriteString(text)
	return true
}

// details writes a block with findings, or counts it as left out.
func (m *markdown) details(summary, body string, findings int) {
	text := "<details>\n<summary>" + summary + "</summary>\n\n" + strings.TrimSpace(body) + "\n\n</details>\n\n"
	if !m.section(text) {
		m.leftOut++
		m.leftOutFindings += findings
	}
}

func (m *markdown) summary() string {
	name := m.Tenant.DisplayName
	if name == "" {
		name = m.Tenant.ID
	}
	return fmt.Sprintf("## Zero Trust for agents: %s\n\n**%s**\n\n%s in %s (%s), %d active. Snapshot taken %s.\n\n",
		mdCode(name), mdText(m.verdict()), agentCount(m.Summary.Agents), mdCode(m.Tenant.ID), mdText(m.Tenant.Cloud),
		m.Summary.Active, mdText(day(m.TakenAt)))
}

func (m *markdown) checkTable() string {
	var b strings.Builder
	b.WriteString("| | Check | Status | Failed | Worst |\n|---|---|---|---:|---|\n")
	for _, c := range m.checks {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", mdText(c.tag), mdCell(mdText(m.lineOfNote(c))),
			mdStatus(c.Status), failedCell(c), mdSeverity(c.worst))
	}
	return b.String() + "\n"
}

func mdStatus(s audit.Status) string { return statusMark(s) + " " + statusWord(s) }

func mdSeverity(s audit.Severity) string {
	if s == audit.Critical || s == audit.High {
		return "**" + string(s) + "**"
	}
	return string(s)
}

func (m *markdown) boundaries() string {
	groups := m.groups(audit.Boundary)
	if len(groups) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("| Trust boundary | | Status | |\n|---|---|---|---|\n| Internet | | | |\n")
	for _, g := range groups {
		for i, l := range g.lines {
			name := ""
			if i == 0 {
				name = "↓ " + mdText(g.Group)
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", mdCell(name), mdCell(mdText(l.Text)), mdStatus(l.Status), failedOf(l.counts))
		}
	}
	return b.String() + "\n"
}

func (m *markdown) warnings() {
	var b strings.Builder
	for _, w := range m.Warnings[:m.o.limit(len(m.Warnings))] {
		b.WriteString("- " + mdText(w) + "\n")
	}
	m.more(&b, len(m.Warnings))
	if b.Len() > 0 {
		m.details(plural(len(m.Warnings), "warning"), b.String(), 0)
	}
}

func (m *markdown) more(b *strings.Builder, n int) {
	if rest := n - m.o.limit(n); rest > 0 {
		fmt.Fprintf(b, "- and %d more\n", rest)
	}
}

func (m *markdown) failing() {
	rules := m.view.failing()
	if len(rules) > 0 {
		m.section("### Failing findings\n\n")
	}
	for _, r := range rules {
		summary := fmt.Sprintf("<b>%s</b> · %s · %d of %d", mdHTML(string(r.worst)), mdHTML(r.Title), r.Counts.Fail, judged(r.Counts))
		m.details(summary, m.ruleHead(r)+m.findings(r, r.with(audit.Fail)), len(r.with(audit.Fail)))
	}
}

func (m *markdown) ruleHead(r *ruleView) string {
	var b strings.Builder
	b.WriteString(mdCode(r.ID))
	for i, ref := range r.References {
		if link := mdLink("reference "+itoa(i+1), ref); link != "" {
			b.WriteString(" · " + link)
		}
	}
	if fix := mdBlock(r.Remediation); fix != "" {
		b.WriteString("\n\n**Fix.** " + fix)
	}
	return b.String() + "\n\n"
}

func (m *markdown) findings(r *ruleView, findings []*audit.Finding) string {
	var b strings.Builder
	for _, f := range findings[:m.o.limit(len(findings))] {
		b.WriteString("- " + mdCode(title(f.Resource)) + ": " + mdText(f.Message))
		if f.Status == audit.Fail && f.Severity != r.worst {
			b.WriteString(" (" + string(f.Severity) + ")")
		}
		for _, extra := range []string{mdCode(place(f)), mdLink("portal", f.PortalLink)} {
			if extra != "" {
				b.WriteString(" · " + extra)
			}
		}
		b.WriteByte('\n')
	}
	m.more(&b, len(findings))
	return b.String()
}

func (m *markdown) unknownRules() {
	fixes, doubts := m.fixes(), m.doubts()
	if len(fixes)+len(doubts) == 0 {
		return
	}
	m.section("### Unknown\n\n")
	for _, f := range fixes {
		var b strings.Builder
		for _, g := range f.gaps {
			fmt.Fprintf(&b, "- %s: %s. %s\n", mdCode(string(g.Dataset)), mdText(gapWord(g)), mdText(sentence(g.Reason)))
		}
		for _, id := range f.rules {
			b.WriteString("- " + mdCode(id) + "\n")
		}
		settles := "no rule waits for it"
		if n := len(f.rules); n > 0 {
			settles = "settles " + plural(n, "rule")
		}
		m.details(mdHTML(f.text)+" · "+settles, b.String(), 0)
	}
	var b strings.Builder
	for _, d := range doubts[:m.o.limit(len(doubts))] {
		b.WriteString("- ")
		if d.name != "" {
			b.WriteString(mdCode(d.name) + ": ")
		}
		b.WriteString(mdText(d.text) + " (" + mdText(strings.Join(d.rules, ", ")) + ")\n")
	}
	m.more(&b, len(doubts))
	if len(doubts) > 0 {
		m.details("What the data does not decide: "+plural(len(doubts), "doubt"), b.String(), len(doubts))
	}
}

func (m *markdown) manualRules() {
	var b strings.Builder
	n := 0
	for _, r := range m.rulesWith(audit.Manual) {
		asked := r.with(audit.Manual)
		n += len(asked)
		fmt.Fprintf(&b, "- %s (%s): %s\n", mdCode(r.ID), mdText(countOf(len(asked), asked[0].Resource)), mdText(asked[0].Message))
	}
	if n > 0 {
		m.details("For a person to answer: "+plural(n, "question"), b.String(), n)
	}
}

func (m *markdown) waived() {
	var b strings.Builder
	n := 0
	for _, r := range m.rulesWith(audit.Waived) {
		for _, f := range r.with(audit.Waived) {
			if n++; f.Waiver != nil && n <= m.o.limit(n) {
				fmt.Fprintf(&b, "- %s until %s: %s\n", mdCode(title(f.Resource)), mdText(f.Waiver.Expires), mdText(waiverText(r, f)))
			}
		}
	}
	m.more(&b, n)
	if n > 0 {
		m.details("Waived: "+plural(n, "finding"), b.String(), n)
	}
}
