package diff

import (
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// findingKey identifies a finding within its rule. Ids compare without case.
type findingKey struct {
	kind tenant.ResourceType
	id   string
	key  string
}

func keyOf(f *audit.Finding) findingKey {
	return findingKey{f.Resource.Type, strings.ToLower(f.Resource.ID), f.Key}
}

// ofResource is the key of what a rule says about the resource as a whole.
func (k findingKey) ofResource() findingKey { return findingKey{kind: k.kind, id: k.id} }

// ruleSide is one rule in one report.
type ruleSide struct {
	*audit.RuleResult
	findings map[findingKey][]*audit.Finding
	// unlisted: some resources are unknown, and the report does not say which.
	unlisted bool
	gaps     map[tenant.Dataset]bool // of the report
}

// rulesOf indexes a report by rule, and returns the ids in report order.
func rulesOf(r *audit.Report) (map[string]*ruleSide, []string) {
	gaps := map[tenant.Dataset]bool{}
	for _, gap := range r.Gaps {
		gaps[gap.Dataset] = true
	}
	rules, order := map[string]*ruleSide{}, []string{}
	for i := range r.Checks {
		for j := range r.Checks[i].Rules {
			rule := &r.Checks[i].Rules[j]
			if rules[rule.ID] == nil {
				order = append(order, rule.ID)
			}
			rules[rule.ID] = newRuleSide(rule, gaps)
		}
	}
	return rules, order
}

func newRuleSide(rule *audit.RuleResult, gaps map[tenant.Dataset]bool) *ruleSide {
	side := &ruleSide{RuleResult: rule, findings: map[findingKey][]*audit.Finding{}, gaps: gaps}
	unknown := 0
	for i := range rule.Findings {
		f := &rule.Findings[i]
		side.findings[keyOf(f)] = append(side.findings[keyOf(f)], f)
		if f.Status == audit.Unknown {
			unknown++
		}
	}
	side.unlisted = rule.Counts.Unknown > unknown
	return side
}

// judged: a rule that needs what was not read, or broke, has judged nothing.
func (s *ruleSide) judged() bool {
	return s != nil && (s.Status != audit.Unknown || s.Counts.Evaluated > 0)
}

// unsure reports whether the rule says of the resource that it cannot be told:
// then any of its findings may be hidden (an agent whose permissions were not
// all read has one unknown finding, and none per permission).
func (s *ruleSide) unsure(k findingKey) bool {
	return slices.ContainsFunc(s.findings[k.ofResource()], func(f *audit.Finding) bool {
		return f.Status == audit.Unknown
	})
}

// lacks reports whether evidence that the finding of another report rested on
// was not read in full for this one.
func (s *ruleSide) lacks(f *audit.Finding) bool {
	return slices.ContainsFunc(f.Evidence, func(e audit.EvidenceRef) bool { return s.gaps[e.Dataset] })
}

// stateOf is what the rule says about k: exactly, or of the resource as a whole.
func (s *ruleSide) stateOf(k findingKey) State {
	switch {
	case s == nil:
		return NotJudged
	case !s.judged():
		return stateOf(audit.Unknown)
	}
	if list := s.findings[k]; len(list) > 0 {
		return stateOf(list[0].Status)
	}
	if s.unsure(k) {
		return stateOf(audit.Unknown)
	}
	return NotListed
}
