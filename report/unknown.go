package report

import (
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
)

// UnknownRules counts the rules that are not decided everywhere. Every place
// that names their number says it by String, so that it is one number in all.
type UnknownRules struct {
	// Verdict counts those whose verdict is unknown: Summary.Rules.Unknown of the
	// report. Part counts those that have another verdict (a failure outweighs what
	// is not known), while one of their resources or more is unknown.
	Verdict, Part int
	// Info are those of severity info, where they were left out of the others.
	Info int
}

// CountUnknown counts the unknown rules of a report. Without info, those of
// severity info, which decide nothing, are counted apart.
func CountUnknown(r *audit.Report, info bool) UnknownRules {
	var u UnknownRules
	for _, c := range r.Checks {
		for i := range c.Rules {
			rule := &c.Rules[i]
			switch {
			case !undecided(rule):
			case rule.Severity == audit.Info && !info:
				u.Info++
			case rule.Status == audit.Unknown:
				u.Verdict++
			default:
				u.Part++
			}
		}
	}
	return u
}

func undecided(r *audit.RuleResult) bool { return r.Status == audit.Unknown || r.Counts.Unknown > 0 }

// Total is how many there are, those left out not among them.
func (u UnknownRules) Total() int { return u.Verdict + u.Part }

// String is "50 rules unknown", "9 rules unknown in part", "6 rules unknown (2 in
// part)", "45 rules unknown (and 5 of severity info)", or "" where there is none.
func (u UnknownRules) String() string {
	var aside []string
	text := plural(u.Total(), "rule") + " unknown"
	switch {
	case u.Total()+u.Info == 0:
		return ""
	case u.Part > 0 && u.Verdict == 0:
		text += " in part"
	case u.Part > 0:
		aside = append(aside, fmt.Sprintf("%d in part", u.Part))
	}
	if u.Info > 0 {
		aside = append(aside, fmt.Sprintf("and %d of severity info", u.Info))
	}
	if len(aside) > 0 {
		text += " (" + strings.Join(aside, ", ") + ")"
	}
	return text
}
