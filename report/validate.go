package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/audit"
)

// fault is what is wrong with a report that is well-formed JSON of the right
// types, and where.
type fault struct {
	pointer jsontext.Pointer
	what    string
}

func faultAt(what string, path ...any) *fault {
	var p strings.Builder
	for _, step := range path {
		fmt.Fprintf(&p, "/%v", step)
	}
	return &fault{jsontext.Pointer(p.String()), what}
}

// checkReport finds the first fault of a report that was read. A list that is
// missing is nil, one that is empty is not.
func checkReport(r *audit.Report) *fault {
	if _, err := time.Parse(time.RFC3339, r.TakenAt); err != nil {
		return faultAt("a time such as 2026-11-20T08:15:00Z is due", "takenAt")
	}
	if r.Checks == nil {
		return faultAt("is missing", "checks")
	}
	if r.Gaps == nil {
		return faultAt("is missing", "gaps")
	}
	for s := range r.Summary.FailsBySeverity {
		if s.Rank() < 0 {
			return faultAt("unknown severity", "summary", "failsBySeverity", s)
		}
	}
	for i := range r.Checks {
		if f := checkCheck(&r.Checks[i], i); f != nil {
			return f
		}
	}
	return checkWhatIf(r.WhatIf)
}

func checkCheck(c *audit.CheckResult, i int) *fault {
	if c.ID == "" {
		return faultAt("has no id", "checks", i)
	}
	if c.Rules == nil {
		return faultAt("has no rules", "checks", i)
	}
	for j := range c.Rules {
		if f := checkRule(c, i, j); f != nil {
			return f
		}
	}
	return nil
}

func checkRule(c *audit.CheckResult, i, j int) *fault {
	rule := &c.Rules[j]
	at := func(what string, path ...any) *fault {
		return faultAt(what, slices.Concat([]any{"checks", i, "rules", j}, path)...)
	}
	if !strings.HasPrefix(rule.ID, c.ID+"/") {
		return at("a rule's id starts with its check's", "id")
	}
	if rule.Severity.Rank() < 0 {
		return at("unknown severity", "severity")
	}
	var listed audit.Counts
	for k := range rule.Findings {
		f := &rule.Findings[k]
		if f.Severity.Rank() < 0 {
			return at("unknown severity", "findings", k, "severity")
		}
		if f.Resource.Type == "" {
			return at("names no resource type", "findings", k, "resource")
		}
		if _, err := time.Parse(time.RFC3339, f.FailingSince); f.FailingSince != "" && err != nil {
			return at("a time such as 2026-11-20T08:15:00Z is due", "findings", k, "failingSince")
		}
		count(&listed, f.Status)
	}
	if what := disagreement(rule.Counts, listed); what != "" {
		return at(what, "counts")
	}
	return nil
}

// disagreement says how counts and findings contradict each other. Every fail is
// listed; others are counted but need not be (a rule that never ran has nothing
// to list).
func disagreement(c, listed audit.Counts) string {
	if c.Evaluated != c.Pass+c.Fail+c.Unknown+c.Manual+c.NotApplicable+c.Waived {
		return "evaluated is not the sum of the others"
	}
	if c.Fail != listed.Fail || c.Waived != listed.Waived {
		return fmt.Sprintf("%d fail and %d waived are counted, but %d and %d listed", c.Fail, c.Waived, listed.Fail, listed.Waived)
	}
	if listed.Pass > c.Pass || listed.Unknown > c.Unknown || listed.Manual > c.Manual || listed.NotApplicable > c.NotApplicable {
		return "more findings are listed than counted"
	}
	return ""
}

func count(c *audit.Counts, s audit.Status) {
	c.Evaluated++
	switch s {
	case audit.Pass:
		c.Pass++
	case audit.Fail:
		c.Fail++
	case audit.Manual:
		c.Manual++
	case audit.NotApplicable:
		c.NotApplicable++
	case audit.Waived:
		c.Waived++
	default:
		c.Unknown++
	}
}
