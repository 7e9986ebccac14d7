package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
)

// view is a report made ready for rendering: every text neutral and of a sane
// length, grouped, ordered and filtered, once for all formats but JSON.
type view struct {
	*audit.Report // a neutral copy
	checks        []*checkView
	rules         []*ruleView // in report order
}

// checkView is a check with what the formats add up about it.
type checkView struct {
	*audit.CheckResult
	tag    string       // "L1" to "L7", "C", "B" or "P"
	counts audit.Counts // over its rules, one that could not run as one unknown
	worst  audit.Severity
	rules  []*ruleView
}

// ruleView is a rule with its findings in order: failing ones first, the most
// severe of them first, then by name.
type ruleView struct {
	*audit.RuleResult // a neutral copy, without its findings
	check             *checkView
	findings          []*audit.Finding // neutral; those that MinSeverity lets through
	listed            int              // how many there are in the report
	worst             audit.Severity   // of the failing ones, "" for none
}

// limits are the longest texts that a format shows, in columns.
type limits struct{ name, text int }

var (
	// humanLimits keep a name on one line and a message in one paragraph.
	humanLimits = limits{name: 60, text: 600}
	// machineLimits keep a cell below what spreadsheets take, and a message
	// below what code scanning shows.
	machineLimits = limits{name: 1000, text: 8000}
)

func newView(r *audit.Report, o Options, l limits) *view {
	v := &view{Report: neutralReport(r, l)}
	for i := range v.Checks {
		v.checks = append(v.checks, v.newCheck(&v.Checks[i], &r.Checks[i], o, l))
	}
	return v
}

// newCheck makes the view of a check from its neutral copy and the original,
// which still has the findings.
func (v *view) newCheck(result, original *audit.CheckResult, o Options, l limits) *checkView {
	c := &checkView{CheckResult: result, tag: tagOf(result)}
	for i := range result.Rules {
		findings := original.Rules[i].Findings
		r := &ruleView{RuleResult: &result.Rules[i], check: c, listed: len(findings)}
		for j := range findings {
			if f := &findings[j]; o.shows(f.Severity) && (o.ShowPasses || !quiet(f.Status)) {
				r.findings = append(r.findings, l.finding(f))
			}
		}
		slices.SortStableFunc(r.findings, compareFindings)
		if fails := r.with(audit.Fail); len(fails) > 0 {
			r.worst = fails[0].Severity
		}
		c.counts = c.counts.Plus(r.Counts)
		if r.Status == audit.Unknown && r.Counts.Unknown == 0 {
			// A rule that could not run judged nothing, and must not leave the
			// sums looking better: it counts as one that is unknown.
			c.counts = c.counts.Plus(audit.Counts{Evaluated: 1, Unknown: 1})
		}
		c.worst = worse(c.worst, r.worst)
		c.rules = append(c.rules, r)
		v.rules = append(v.rules, r)
	}
	return c
}

// quiet statuses are counted, and listed only on request.
func quiet(s audit.Status) bool { return s == audit.Pass || s == audit.NotApplicable }

// tagOf is the place of a check in the note: the number of its line in the
// checklist, or the first letter of the part it comes from.
func tagOf(c *audit.CheckResult) string {
	if len(c.Clauses) == 0 {
		return ""
	}
	switch first := c.Clauses[0]; first.Part {
	case audit.Checklist:
		return first.Group
	case audit.Control:
		return "C"
	case audit.Boundary:
		return "B"
	case audit.Pillar:
		return "P"
	}
	return ""
}

// worse returns the more severe of a and b, "" being less than any.
func worse(a, b audit.Severity) audit.Severity {
	if a == "" || b != "" && b.Rank() < a.Rank() {
		return b
	}
	return a
}

// statusOrder is the order in which findings are read.
var statusOrder = []audit.Status{
	audit.Fail, audit.Unknown, audit.Manual, audit.Waived, audit.Pass, audit.NotApplicable,
}

func compareFindings(a, b *audit.Finding) int {
	return cmp.Or(
		cmp.Compare(slices.Index(statusOrder, a.Status), slices.Index(statusOrder, b.Status)),
		cmp.Compare(a.Severity.Rank(), b.Severity.Rank()),
		strings.Compare(a.Resource.DisplayName, b.Resource.DisplayName),
		strings.Compare(a.Resource.ID, b.Resource.ID),
		strings.Compare(a.Key, b.Key),
		strings.Compare(a.Message, b.Message),
	)
}

// with returns the findings of one status; they stand together.
func (r *ruleView) with(s audit.Status) []*audit.Finding {
	from := slices.IndexFunc(r.findings, func(f *audit.Finding) bool { return f.Status == s })
	if from < 0 {
		return nil
	}
	to := from
	for to < len(r.findings) && r.findings[to].Status == s {
		to++
	}
	return r.findings[from:to]
}

// rulesWith returns the rules that show findings of one status, in report order.
func (v *view) rulesWith(s audit.Status) []*ruleView {
	var rules []*ruleView
	for _, r := range v.rules {
		if len(r.with(s)) > 0 {
			rules = append(rules, r)
		}
	}
	return rules
}

// failing returns the rules with failing findings, the most severe first.
func (v *view) failing() []*ruleView {
	rules := v.rulesWith(audit.Fail)
	slices.SortStableFunc(rules, func(a, b *ruleView) int { return cmp.Compare(a.worst.Rank(), b.worst.Rank()) })
	return rules
}

// lineOfNote is the line of the note that names the check; a check that shares
// its line with an earlier one goes by its own title.
func (v *view) lineOfNote(c *checkView) string {
	for _, earlier := range v.checks {
		if earlier == c {
			return c.Clause
		}
		if earlier.Clause == c.Clause {
			return c.Title
		}
	}
	return c.Clause
}

// judged is the denominator that a reader expects: inapplicable ones left out.
func judged(c audit.Counts) int { return c.Evaluated - c.NotApplicable }

// title names a resource for a person: by its name, or else by type and id.
func title(r audit.ResourceRef) string {
	switch {
	case string(r.Type) == "tenant":
		return "the tenant"
	case strings.TrimSpace(r.DisplayName) != "":
		return r.DisplayName
	}
	return strings.TrimSpace(string(r.Type) + " " + r.ID)
}

// place is "file:line" of a finding's first evidence with a place, or "".
func place(f *audit.Finding) string {
	for _, e := range f.Evidence {
		if e.File != "" && e.Line > 0 {
			return e.File + ":" + itoa(e.Line)
		}
	}
	return ""
}
