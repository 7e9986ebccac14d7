package audit

import (
	"fmt"
	"slices"
	"strings"
)

// selectedRule is a rule that a run judges, with what the run made of it: the
// severity that the configuration sets.
type selectedRule struct {
	Rule
	check      *Check
	fullID     string
	overridden bool // the severity holds for every finding, whatever it says
}

// selectRules returns the rules to judge, in the checks' order.
func selectRules(checks []Check, opts *Options) ([]selectedRule, error) {
	if err := knownIDs(checks, opts); err != nil {
		return nil, err
	}
	var selected []selectedRule
	for i := range checks {
		check := &checks[i]
		for k := range check.Rules {
			rule := selectedRule{Rule: check.Rules[k], check: check}
			rule.fullID = FullID(check, &check.Rules[k])
			if len(opts.Only) > 0 && !names(opts.Only, check.ID, rule.fullID) {
				continue
			}
			if names(opts.Skip, check.ID, rule.fullID) {
				continue
			}
			if severity, ok := opts.SeverityOverrides[rule.fullID]; ok {
				rule.Severity, rule.overridden = severity, true
			}
			selected = append(selected, rule)
		}
	}
	return selected, nil
}

// Selected returns the ids of the checks of which Run judges a rule.
func Selected(checks []Check, opts Options) []string {
	selected, err := selectRules(checks, &opts)
	if err != nil {
		return nil // Run says so, too
	}
	var ids []string
	for i := range selected {
		if id := selected[i].check.ID; len(ids) == 0 || ids[len(ids)-1] != id {
			ids = append(ids, id)
		}
	}
	return ids
}

func names(list []string, check, rule string) bool {
	return slices.Contains(list, check) || slices.Contains(list, rule)
}

// IDs returns the id of every check followed by those of its rules, as Only and
// Skip take them.
func IDs(checks []Check) []string {
	var ids []string
	for i := range checks {
		ids = append(ids, checks[i].ID)
		for k := range checks[i].Rules {
			ids = append(ids, FullID(&checks[i], &checks[i].Rules[k]))
		}
	}
	return ids
}

func ruleIDs(checks []Check) []string {
	return slices.DeleteFunc(IDs(checks), func(id string) bool { return !strings.Contains(id, "/") })
}

func knownIDs(checks []Check, opts *Options) error {
	known := IDs(checks)
	for _, list := range [][]string{opts.Only, opts.Skip} {
		for _, id := range list {
			if !slices.Contains(known, id) {
				return fmt.Errorf("no check or rule %q%s", id, DidYouMean(id, known))
			}
		}
	}
	rules := ruleIDs(checks)
	var unknown []string
	for id := range opts.SeverityOverrides {
		if !slices.Contains(rules, id) {
			unknown = append(unknown, id)
		}
	}
	if len(unknown) > 0 {
		id := slices.Min(unknown)
		return fmt.Errorf("severity of %q: no such rule%s", id, DidYouMean(id, rules))
	}
	return nil
}
