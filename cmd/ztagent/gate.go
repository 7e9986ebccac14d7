package main

import (
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/report"
)

// gate turns a report into an exit status.
type gate struct {
	failOn  audit.Severity // "never" lets every finding through
	unknown string
}

const never audit.Severity = "never"

func newGate(failOn, unknown string) (gate, error) {
	if failOn == "" { // as from a variable that is not set: it must not let all through
		return gate{}, usageError("--fail-on is empty: it takes critical, high, medium, low or never")
	}
	if failOn == string(audit.Info) {
		return gate{}, usageError("--fail-on: findings of severity info never change the exit status; the least is low")
	}
	severity, err := oneOf("--fail-on", failOn, "critical", "high", "medium", "low", string(never))
	if err != nil {
		return gate{}, err
	}
	switch unknown {
	case "fail", "warn", "ignore":
		return gate{audit.Severity(severity), unknown}, nil
	}
	return gate{}, usageError("--unknown: %q is none of fail, warn, ignore", unknown)
}

// decide prints the one-line summary and returns the exit status as an error.
func (g gate) decide(w *world, r *audit.Report, quiet bool) error {
	failing, unknown := g.count(r), report.CountUnknown(r, false)
	if !quiet {
		fmt.Fprintln(w.Err, "ztagent: "+printable(summaryLine(r, failing, unknown, g)))
	}
	switch {
	case failing > 0:
		return &exitError{code: exitFindings}
	case unknown.Total() > 0 && g.unknown == "fail":
		return &exitError{code: exitInconclusive}
	}
	return nil
}

// count returns the failing findings at or above the threshold; those of severity
// info never are.
func (g gate) count(r *audit.Report) int {
	failing := 0
	for _, check := range r.Checks {
		for _, rule := range check.Rules {
			if rule.Severity == audit.Info {
				continue
			}
			for _, f := range rule.Findings {
				if f.Status == audit.Fail && g.failOn != never && f.Severity != audit.Info && f.Severity.AtLeast(g.failOn) {
					failing++
				}
			}
		}
	}
	return failing
}

// summaryLine says what is left out of its numbers, so that they can be held
// against those of the report.
func summaryLine(r *audit.Report, failing int, unknown report.UnknownRules, g gate) string {
	var parts []string
	switch {
	case g.failOn == never:
		parts = append(parts, fmt.Sprintf("%s, not gated (--fail-on never)", count(r.Summary.Findings.Fail, "failing finding")))
	case failing > 0 && g.failOn == audit.Low:
		text := count(failing, "failing finding")
		if info := r.Summary.FailsBySeverity[audit.Info]; info > 0 {
			text += fmt.Sprintf(" (and %d of severity info)", info)
		}
		parts = append(parts, text)
	case failing > 0:
		parts = append(parts, fmt.Sprintf("%s at %s or worse", count(failing, "failing finding"), g.failOn))
	default:
		parts = append(parts, "nothing fails at "+string(g.failOn)+" or worse")
	}
	if text := unknown.String(); text != "" && g.unknown != "ignore" {
		parts = append(parts, text)
	}
	if r.Summary.Agents == 0 {
		parts = append(parts, "no agent identity was found")
	}
	name := r.Tenant.DisplayName
	if name == "" {
		name = r.Tenant.ID
	}
	return strings.TrimPrefix(report.Neutral(name, 100)+": ", ": ") + strings.Join(parts, "; ")
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
