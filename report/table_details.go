package report

import (
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
)

// failingFindings lists them by rule, the most severe rule first.
func (t *table) failingFindings() {
	rules := t.failing()
	if len(rules) == 0 {
		return
	}
	t.heading("Failing findings")
	for _, r := range rules {
		t.failingRule(r)
	}
}

func (t *table) failingRule(r *ruleView) {
	const margin = "          " // as wide as the longest severity, and a gutter
	t.line("")
	numbers := fmt.Sprintf("%d of %d", r.Counts.Fail, judged(r.Counts))
	name := shorten(r.Title, t.w-len(margin)-len(numbers)-gutter)
	left := t.paint(severityStyle(r.worst), pad(string(r.worst), len(margin))) + t.paint(bold, name)
	oneLine := columns(left)+2*gutter+columns(r.ID)+columns(numbers) <= t.w
	if oneLine {
		left += strings.Repeat(" ", gutter) + t.paint(dim, r.ID)
	}
	t.ends(left, t.paint(dim, numbers))
	if !oneLine {
		t.paragraph(margin, dim, r.ID)
	}
	if how := firstSentence(plain(r.Remediation)); how != "" {
		t.hanging(margin, "Fix: ", how)
	}
	t.findings(r, r.with(audit.Fail))
}

// hanging writes a label and a text that is wrapped behind it.
func (t *table) hanging(prefix, label, s string) {
	for i, l := range wrap(s, t.w-columns(prefix)-columns(label)) {
		if i == 0 {
			t.line(prefix + t.paint(green, label) + l)
		} else {
			t.line(prefix + strings.Repeat(" ", columns(label)) + l)
		}
	}
}

// findings lists resources with where they stand, and below them what was
// found: once, where several in a row say the same.
func (t *table) findings(r *ruleView, findings []*audit.Finding) {
	shown := findings[:t.o.limit(len(findings))]
	for i, f := range shown {
		mark := "  "
		if f.Status == audit.Fail {
			mark = t.paint(severityStyle(f.Severity), "✗ ")
		}
		where := place(f)
		if where == "" {
			where = f.Resource.ID
		}
		where = shorten(where, t.w-24)
		name := shorten(title(f.Resource), t.w-18)
		t.ends("  "+mark+name+t.otherSeverity(r, f), t.paint(dim, where))
		if i+1 < len(shown) && shown[i+1].Message == f.Message && shown[i+1].Severity == f.Severity {
			continue
		}
		t.paragraph("      ", plainStyle, f.Message)
	}
	t.more("    ", len(findings), "finding")
}

// otherSeverity names the severity of a finding that differs from its rule's
// heading.
func (t *table) otherSeverity(r *ruleView, f *audit.Finding) string {
	if f.Status != audit.Fail || f.Severity == r.worst {
		return ""
	}
	return " " + t.paint(severityStyle(f.Severity), "("+string(f.Severity)+")")
}

// unknownRules says what is not known, and what would settle most of it.
func (t *table) unknownRules() {
	rules := t.unknown()
	if len(rules) == 0 && len(t.Gaps) == 0 {
		return
	}
	t.heading("Unknown")
	for i, f := range t.fixes() {
		settles := "concerns no rule that was judged"
		if n := len(f.rules); n > 0 {
			settles = "settles " + plural(n, "rule")
		}
		st := plainStyle
		if i == 0 && len(f.rules) > 0 {
			st = bold
		}
		t.line("")
		t.fix(f, st, settles)
	}
	t.undecided(rules)
}

func (t *table) fix(f fix, st style, settles string) {
	lines := wrap(f.text, t.w-2-columns(settles)-2)
	for i, l := range lines {
		if i == 0 {
			t.ends("  "+t.paint(st, l), t.paint(dim, settles))
		} else {
			t.line("  " + t.paint(st, l))
		}
	}
	for _, g := range f.gaps {
		why := fmt.Sprintf("%s: %s", g.Dataset, g.Status)
		if g.Reason != "" && g.Reason != f.text {
			why += ". " + g.Reason
		}
		t.paragraph("    ", dim, why)
	}
}

// undecided lists the rules that no gap explains: the data that was read does
// not decide them.
func (t *table) undecided(rules []*ruleView) {
	for _, r := range rules {
		if t.forWantOf(r.ID) && r.Counts.Unknown == 0 {
			continue
		}
		t.line("")
		t.ends("  "+t.paint(magenta, "? ")+r.ID, t.paint(dim, fmt.Sprintf("%d of %d", r.Counts.Unknown, judged(r.Counts))))
		if len(r.with(audit.Unknown)) == 0 {
			t.paragraph("    ", dim, r.Reason)
		}
		t.findings(r, r.with(audit.Unknown))
	}
}

// manualRules lists what only a person can answer.
func (t *table) manualRules() {
	rules := t.rulesWith(audit.Manual)
	if len(rules) == 0 {
		return
	}
	t.heading("For a person to answer")
	for _, r := range rules {
		asked := r.with(audit.Manual)
		t.ends("  "+t.paint(yellow, "◦ ")+r.ID, t.paint(dim, countOf(len(asked), asked[0].Resource)))
		t.paragraph("    ", plainStyle, asked[0].Message)
	}
	t.paragraph("  ", dim, "An attestation that has not expired answers them (--attestations FILE).")
}

// countOf is "3 × agentIdentity", or the name of the only one.
func countOf(n int, r audit.ResourceRef) string {
	if n == 1 {
		return shorten(title(r), 30)
	}
	return fmt.Sprintf("%d × %s", n, r.Type)
}

// waivedFindings lists what fails with somebody's leave.
func (t *table) waivedFindings() {
	rules := t.rulesWith(audit.Waived)
	if len(rules) == 0 {
		return
	}
	t.heading("Waived")
	for _, r := range rules {
		waived := r.with(audit.Waived)
		for _, f := range waived[:t.o.limit(len(waived))] {
			until := ""
			if f.Waiver != nil {
				until = "until " + f.Waiver.Expires
			}
			t.ends("  "+t.paint(dim, "~ ")+shorten(title(f.Resource), t.w-24), t.paint(dim, until))
			t.paragraph("    ", dim, waiverText(r, f))
		}
		t.more("    ", len(waived), "finding")
	}
}

func waiverText(r *ruleView, f *audit.Finding) string {
	text := r.ID
	if w := f.Waiver; w != nil {
		text += ": " + w.Reason
		for _, extra := range []string{w.Owner, w.Ticket} {
			if extra != "" {
				text += " · " + extra
			}
		}
	}
	return text
}

// passingFindings lists them where the audit kept them and the reader asks.
func (t *table) passingFindings() {
	rules := t.rulesWith(audit.Pass)
	if len(rules) == 0 {
		return
	}
	t.heading("Passing")
	for _, r := range rules {
		passing := r.with(audit.Pass)
		t.ends("  "+t.paint(green, "✓ ")+r.ID, t.paint(dim, plural(r.Counts.Pass, "resource")))
		for _, f := range passing[:t.o.limit(len(passing))] {
			t.line("    " + shorten(title(f.Resource), t.w-4))
		}
		t.more("    ", len(passing), "resource")
	}
}

func (t *table) verdictLine() {
	t.line("")
	t.rule()
	t.paragraph("", verdictStyle(t.Summary.Status), t.verdict())
}

func verdictStyle(s audit.Status) style {
	if s == audit.Fail {
		return redBold
	}
	return statusStyle(s)
}
