package audit

import (
	"slices"

	"github.com/ztagent/ztagent/internal/tenant"
)

func (r *runner) summary(checks []CheckResult) Summary {
	s := Summary{
		Status:          NotApplicable,
		Agents:          r.snapshot.AgentIdentities.Len(),
		Active:          countActive(r.snapshot),
		FailsBySeverity: map[Severity]int{},
		Parts:           noteParts(r.opts.Note, checks),
	}
	for i := range checks {
		s.Status = Fold(s.Status, checks[i].Status)
		s.Checks.add(checks[i].Status)
		for k := range checks[i].Rules {
			rule := &checks[i].Rules[k]
			s.Rules.add(rule.Status)
			s.Findings = s.Findings.Plus(rule.Counts)
			countFails(s.FailsBySeverity, rule.Findings)
		}
	}
	return s
}

func countActive(s *tenant.Snapshot) int {
	n := 0
	for a := range s.AgentIdentities.All() {
		if a.Activity() == tenant.Active {
			n++
		}
	}
	return n
}

func countFails(bySeverity map[Severity]int, findings []Finding) {
	for i := range findings {
		if findings[i].Status == Fail {
			bySeverity[findings[i].Severity]++
		}
	}
}

// noteParts sums the checks per group and line of the note. Lines that no
// selected check implements are left out. A check with several lines counts
// once in a group, and for each line that it cites.
func noteParts(note []Clause, checks []CheckResult) []PartResult {
	parts := []PartResult{}
	for _, clause := range noteLines(note, checks) {
		line := lineResult(clause, checks)
		if len(line.Checks) == 0 {
			continue
		}
		last := len(parts) - 1
		if last < 0 || parts[last].Part != clause.Part || parts[last].Group != clause.Group {
			parts = append(parts, groupResult(clause, checks))
			last++
		}
		parts[last].Lines = append(parts[last].Lines, line)
	}
	return parts
}

func lineResult(clause Clause, checks []CheckResult) LineResult {
	line := LineResult{Text: clause.Text, Status: NotApplicable, Checks: []string{}}
	for i := range checks {
		if slices.Contains(checks[i].Clauses, ClauseRef(clause)) {
			line.Status = Fold(line.Status, checks[i].Status)
			line.Counts.add(checks[i].Status)
			line.Checks = append(line.Checks, checks[i].ID)
		}
	}
	return line
}

func groupResult(clause Clause, checks []CheckResult) PartResult {
	group := PartResult{Part: clause.Part, Group: clause.Group, Status: NotApplicable, Lines: []LineResult{}}
	for i := range checks {
		in := func(c ClauseRef) bool { return c.Part == clause.Part && c.Group == clause.Group }
		if slices.ContainsFunc(checks[i].Clauses, in) {
			group.Status = Fold(group.Status, checks[i].Status)
			group.Counts.add(checks[i].Status)
		}
	}
	return group
}

// noteLines returns the note's lines in its order, group by group: as given,
// then those that only a check knows.
func noteLines(note []Clause, checks []CheckResult) []Clause {
	lines := slices.Clone(note)
	for i := range checks {
		for _, c := range checks[i].Clauses {
			if !slices.Contains(lines, Clause(c)) {
				lines = append(lines, Clause(c))
			}
		}
	}
	parts := []Part{Checklist, Pillar, Control, Boundary}
	groups := map[Clause]int{} // a group's first place
	for i, line := range lines {
		group := Clause{Part: line.Part, Group: line.Group}
		if _, seen := groups[group]; !seen {
			groups[group] = i
		}
	}
	slices.SortStableFunc(lines, func(a, b Clause) int {
		if a.Part != b.Part {
			return slices.Index(parts, a.Part) - slices.Index(parts, b.Part)
		}
		return groups[Clause{Part: a.Part, Group: a.Group}] - groups[Clause{Part: b.Part, Group: b.Group}]
	})
	return lines
}
