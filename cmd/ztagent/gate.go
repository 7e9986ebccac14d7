package main

import (
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
)

// gate turns a report into an exit status.
type gate struct {
	failOn  audit.Severity // "never" lets every finding through
	unknown string
}

const never audit.Severity = "never"

func newGate(failOn, unknown string) (gate, error) {
	severity, err := parseSeverity("--fail-on", failOn, string(never))
	if err != nil {
		return gate{}, err
	}
	if severity == audit.Info {
		return gate{}, usageError("--fail-on: findings of severity info never change the exit status; the least is low")
	}
	switch unknown {
	case "fail", "warn", "ignore":
		return gate{severity, unknown}, nil
	}
	return gate{}, usageError("--unknown: %q is none of fail, warn, ignore", unknown)
}

// decide prints the one-line summary and returns the exit status as an error.
func (g gate) decide(w *world, r *audit.Report, quiet bool) error {
	failing, unknown := g.count(r)
	if !quiet {
		fmt.Fprintln(w.Err, "ztagent: "+printable(summaryLine(r, failing, unknown, g)))
	}
	switch {
	case failing > 0:
		return &exitError{code: exitFindings}
	case unknown > 0 && g.unknown == "fail":
		return &exitError{code: exitInconclusive}
	}
	return nil
}

// count returns the failing findings at or above the threshold and the rules
// that are unknown; rules of severity info count for neither.
func (g gate) count(r *audit.Report) (failing, unknown int) {
	for _, check := range r.Checks {
		for _, rule := range check.Rules {
			if rule.Severity == audit.Info {
				continue
			}
			if rule.Counts.Unknown > 0 || rule.Status == audit.Unknown {
				unknown++
			}
			for _, f := range rule.Findings {
				if f.Status == audit.Fail && g.failOn != never && f.Severity != audit.Info && f.Severity.AtLeast(g.failOn) {
					failing++
				}
			}
		}
	}
	return failing, unknown
}

func summaryLine(r *audit.Report, failing, unknown int, g gate) string {
	var parts []string
	switch {
	case g.failOn == never:
		parts = append(parts, fmt.Sprintf("%s, not gated (--fail-on never)", count(r.Summary.Findings.Fail, "failing finding")))
	case failing > 0 && g.failOn == audit.Low:
		parts = append(parts, count(failing, "failing finding"))
	case failing > 0:
		parts = append(parts, fmt.Sprintf("%s at %s or worse", count(failing, "failing finding"), g.failOn))
	default:
		parts = append(parts, "nothing fails at "+string(g.failOn)+" or worse")
	}
	if unknown > 0 && g.unknown != "ignore" {
		parts = append(parts, count(unknown, "rule")+" unknown")
	}
	if r.Summary.Agents == 0 {
		parts = append(parts, "no agent identity was found")
	}
	name := r.Tenant.DisplayName
	if name == "" {
		name = r.Tenant.ID
	}
	return strings.TrimPrefix(name+": ", ": ") + strings.Join(parts, "; ")
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
