package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
)

// group is one group of the note with what its checks add up to.
type group struct {
	audit.PartResult
	counts audit.Counts // verdicts on resources, each check once
	lines  []line
}

type line struct {
	audit.LineResult
	counts audit.Counts
}

// groups returns the groups of one part of the note, in its order.
func (v *view) groups(part audit.Part) []group {
	var groups []group
	for _, p := range v.Summary.Parts {
		if p.Part != part {
			continue
		}
		g := group{PartResult: p}
		var all []string
		for _, l := range p.Lines {
			g.lines = append(g.lines, line{LineResult: l, counts: v.sum(l.Checks)})
			all = append(all, l.Checks...)
		}
		slices.Sort(all)
		g.counts = v.sum(slices.Compact(all))
		groups = append(groups, g)
	}
	return groups
}

func (v *view) sum(ids []string) audit.Counts {
	var total audit.Counts
	for _, c := range v.checks {
		if slices.Contains(ids, c.ID) {
			total = total.Plus(c.counts)
		}
	}
	return total
}

// fix is something that would close gaps, and what it would settle.
type fix struct {
	text  string // what to do, or why it is not known
	gaps  []audit.ReportGap
	rules []string // that are unknown for want of it
}

// fixes returns the gaps grouped by what would close them; the one that would
// settle most rules comes first.
func (v *view) fixes() []fix {
	var fixes []fix
	for _, g := range v.Gaps {
		text := sentence(cmp.Or(g.Fix, g.Reason))
		i := slices.IndexFunc(fixes, func(f fix) bool { return f.text == text })
		if i < 0 {
			i = len(fixes)
			fixes = append(fixes, fix{text: text})
		}
		fixes[i].gaps = append(fixes[i].gaps, g)
		for _, rule := range g.Rules {
			if !slices.Contains(fixes[i].rules, rule) {
				fixes[i].rules = append(fixes[i].rules, rule)
			}
		}
	}
	slices.SortStableFunc(fixes, func(a, b fix) int { return cmp.Compare(len(b.rules), len(a.rules)) })
	return fixes
}

// unknown returns the rules that are not decided everywhere: those that could
// not run, and those with an unknown resource.
func (v *view) unknown() []*ruleView {
	var rules []*ruleView
	for _, r := range v.rules {
		if undecided(r.RuleResult) {
			rules = append(rules, r)
		}
	}
	return rules
}

// unknownRules are as many as unknown returns.
func (v *view) unknownRules() UnknownRules { return CountUnknown(v.Report, true) }

// forWantOf reports whether one of the gaps made the rule unknown.
func (v *view) forWantOf(rule string) bool {
	return slices.ContainsFunc(v.Gaps, func(g audit.ReportGap) bool { return slices.Contains(g.Rules, rule) })
}

// doubt is something that the data which was read does not decide, and the rules
// that are unknown because of it.
type doubt struct {
	name, where string // the resource and its place, "" for a rule as a whole
	text        string
	rules       []string
}

// doubts returns what no gap explains, the one that touches most rules first.
func (v *view) doubts() []doubt {
	var doubts []doubt
	at := map[[2]string]int{}
	add := func(d doubt, key [2]string, rule string) {
		i, seen := at[key]
		if !seen {
			i = len(doubts)
			at[key] = i
			doubts = append(doubts, d)
		}
		doubts[i].rules = append(doubts[i].rules, rule)
	}
	for _, r := range v.unknown() {
		unknown := r.with(audit.Unknown)
		for _, f := range unknown {
			d := doubt{name: title(f.Resource), where: place(f), text: specifics(f.Message)}
			add(d, [2]string{string(f.Resource.Type) + f.Resource.ID, d.text}, r.ID)
		}
		if r.Status == audit.Unknown && len(unknown) == 0 && !v.forWantOf(r.ID) {
			d := doubt{text: cmp.Or(sentence(r.Reason), "The rule could not be judged.")}
			add(d, [2]string{"", d.text}, r.ID)
		}
	}
	slices.SortStableFunc(doubts, func(a, b doubt) int { return cmp.Compare(len(b.rules), len(a.rules)) })
	return doubts
}

// Verdict is the audit in one line, as the table ends with it.
func Verdict(r *audit.Report) string { return newView(r, Options{}, humanLimits).verdict() }

func (v *view) verdict() string { return v.verdictWith(len(audit.Severities())) }

// verdictWith names the worst severities, and adds the others up.
func (v *view) verdictWith(named int) string {
	s := v.Summary
	parts := []string{v.outcome() + v.bySeverity(named)}
	if unknown := v.unknownRules().String(); unknown != "" {
		parts = append(parts, unknown)
	}
	if n := s.Rules.Manual; n > 0 {
		parts = append(parts, fmt.Sprintf("%d manual", n))
	}
	if n := s.Findings.Waived; n > 0 {
		parts = append(parts, plural(n, "finding")+" waived")
	}
	text := strings.Join(parts, ", ") + "."
	if s.Agents == 0 {
		text += " No agent identity was found."
	}
	return text
}

func (v *view) outcome() string {
	switch s := v.Summary; s.Status {
	case audit.Fail:
		return fmt.Sprintf("FAIL: %d of %s", s.Checks.Fail, plural(s.Checks.Evaluated, "check"))
	case audit.Unknown:
		return "INCONCLUSIVE: nothing that was read fails"
	case audit.Manual:
		return "PASS, but for a person's answers: nothing fails"
	case audit.Pass:
		return "PASS: " + plural(s.Checks.Pass, "check")
	}
	return "NOTHING TO JUDGE"
}

// bySeverity is " (2 critical, 5 high)", of the failing findings, or "".
func (v *view) bySeverity(named int) string {
	var parts []string
	lesser := 0
	for i, s := range audit.Severities() {
		n := v.Summary.FailsBySeverity[s]
		switch {
		case n > 0 && i < named:
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		case n > 0:
			lesser += n
		}
	}
	if lesser > 0 {
		parts = append(parts, fmt.Sprintf("%d lesser", lesser))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// plural is "1 rule" or "2 rules".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return itoa(n) + " " + noun + "s"
}
