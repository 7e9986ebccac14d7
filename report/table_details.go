package report

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
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
	name := wrap(r.Title, t.w-len(margin)-len(numbers)-gutter)
	left := t.paint(severityStyle(r.worst), pad(string(r.worst), len(margin))) + t.paint(bold, name[0])
	oneLine := len(name) == 1 && columns(left)+2*gutter+columns(r.ID)+columns(numbers) <= t.w
	if oneLine {
		left += strings.Repeat(" ", gutter) + t.paint(dim, r.ID)
	}
	t.ends(left, t.paint(dim, numbers))
	for _, more := range name[1:] {
		t.line(margin + t.paint(bold, more))
	}
	if !oneLine {
		t.paragraph(margin, dim, r.ID)
	}
	if how := gist(r.Remediation, 2*(t.w-len(margin)-len("Fix: "))-8); how != "" {
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
// found: once, where several say the same.
func (t *table) findings(r *ruleView, findings []*audit.Finding) {
	said := statements(findings)
	shown := said[:t.o.limit(len(said))]
	kinds := map[string]bool{}
	for _, s := range said {
		kinds[s.kind] = true
	}
	for i, s := range shown {
		mark := "  "
		if s.Status == audit.Fail {
			mark = t.paint(severityStyle(s.Severity), "✗ ")
		}
		where := place(s.Finding)
		if where == "" {
			where = s.Resource.ID
		}
		where = shorten(where, t.w-24)
		kind := s.kind
		if len(kinds) == 1 || kind == "agent" {
			kind = ""
		}
		name := "  " + mark + shorten(title(s.Resource), t.w-18)
		t.ends(name+t.aside(r, s.Finding, kind), t.paint(dim, where))
		if i+1 < len(shown) && shown[i+1].text == s.text && shown[i+1].Severity == s.Severity {
			continue
		}
		t.paragraph("      ", plainStyle, s.text)
	}
	t.more("    ", len(findings), "finding")
}

// statement is a finding with its message made for below its name.
type statement struct {
	*audit.Finding
	kind string // what the message calls it: "agent user"
	text string // what was found, without what the name says already
}

// subject is how a message names what it is about: "Agent user", not "What agent".
var subject = regexp.MustCompile(`^(?:Agent|Blueprint|Classic|Federated|Policy|Assignment|Named|Log|Registry)(?: \pL+)?$`)

// statements keeps the order of findings, but brings those of one severity that
// say the same together.
func statements(findings []*audit.Finding) []statement {
	type key struct {
		severity audit.Severity
		text     string
	}
	var list []statement
	first := map[key]int{}
	for i, f := range findings {
		s := statement{Finding: f, text: specifics(f.Message)}
		if kind, rest, ok := strings.Cut(s.text, ` "`+f.Resource.DisplayName+`" `); ok && subject.MatchString(kind) {
			s.kind, s.text = strings.ToLower(kind), rest
		}
		k := key{f.Severity, s.text}
		if _, seen := first[k]; !seen {
			first[k] = i
		}
		list = append(list, s)
	}
	slices.SortStableFunc(list, func(a, b statement) int {
		return cmp.Or(cmp.Compare(a.Severity.Rank(), b.Severity.Rank()),
			cmp.Compare(first[key{a.Severity, a.text}], first[key{b.Severity, b.text}]))
	})
	return list
}

// aside is what a name does not tell: the kind of the resource, and a severity
// that is not that of the rule's heading.
func (t *table) aside(r *ruleView, f *audit.Finding, kind string) string {
	var words []string
	if kind != "" {
		words = append(words, t.paint(dim, kind))
	}
	if f.Status == audit.Fail && f.Severity != r.worst {
		words = append(words, t.paint(severityStyle(f.Severity), string(f.Severity)))
	}
	if len(words) == 0 {
		return ""
	}
	return " (" + strings.Join(words, ", ") + ")"
}

// unknownRules says what is not known, and what would settle most of it.
func (t *table) unknownRules() {
	fixes, doubts := t.fixes(), t.doubts()
	if len(fixes)+len(doubts) == 0 {
		return
	}
	t.heading("Unknown")
	var missed []string
	for i, f := range fixes {
		if len(f.rules) == 0 {
			for _, g := range f.gaps {
				missed = append(missed, fmt.Sprintf("%s (%s)", g.Dataset, gapWord(g)))
			}
			continue
		}
		st := plainStyle
		if i == 0 {
			st = bold
		}
		t.line("")
		t.fix(f, st)
	}
	t.doubtLines(doubts[:t.o.limit(len(doubts))])
	t.more("    ", len(doubts), "doubt")
	if len(missed) > 0 {
		t.line("")
		t.paragraph("  ", dim, "Not read either, but no rule waits for it: "+strings.Join(missed, ", ")+".")
	}
}

func (t *table) fix(f fix, st style) {
	settles := "settles " + plural(len(f.rules), "rule")
	for i, l := range wrap(f.text, t.w-2-columns(settles)-2) {
		if i == 0 {
			t.ends("  "+t.paint(st, l), t.paint(dim, settles))
		} else {
			t.line("  " + t.paint(st, l))
		}
	}
	for _, g := range f.gaps {
		why := fmt.Sprintf("%s: %s", g.Dataset, gapWord(g))
		if g.Reason != "" && sentence(g.Reason) != f.text {
			why += ". " + sentence(g.Reason)
		}
		t.paragraph("    ", dim, why)
	}
}

// doubtLines lists what is in doubt, and what about it once where the next ones
// are in the same doubt.
func (t *table) doubtLines(doubts []doubt) {
	for i, d := range doubts {
		if i == 0 || !sameDoubt(doubts[i-1], d) {
			t.line("")
		}
		if d.name != "" {
			t.ends("  "+t.paint(magenta, "? ")+shorten(d.name, t.w-18), t.paint(dim, shorten(d.where, t.w-24)))
		}
		if i+1 < len(doubts) && sameDoubt(d, doubts[i+1]) {
			continue
		}
		t.paragraph("    ", plainStyle, d.unnamed())
		t.paragraph("    ", dim, strings.Join(d.rules, ", "))
	}
}

func sameDoubt(a, b doubt) bool {
	return a.name != "" && b.name != "" && a.unnamed() == b.unnamed() && slices.Equal(a.rules, b.rules)
}

// unnamed is the text without the name that stands above it.
func (d doubt) unnamed() string {
	if d.name == "" {
		return d.text
	}
	text, quoted := d.text, ` "`+d.name+`"`
	for _, kind := range []string{"agent", "blueprint", "agent user"} {
		text = strings.ReplaceAll(text, " "+kind+quoted, " the "+kind)
	}
	return text
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
	verdict := t.verdict()
	if columns(verdict) > t.w {
		verdict = t.verdictWith(2) // on one line where that is possible
	}
	t.paragraph("", verdictStyle(t.Summary.Status), verdict)
}

func verdictStyle(s audit.Status) style {
	if s == audit.Fail {
		return redBold
	}
	return statusStyle(s)
}
