package main

import (
	"slices"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/conditionalaccess"
	"github.com/ztagent/ztagent/internal/tenant"
)

// whatIf counts, for a report that is about Conditional Access, the agents that
// it would block at each level of risk.
func whatIf(s *tenant.Snapshot, r *audit.Report) []audit.WhatIf {
	about := func(c audit.CheckResult) bool { return c.ID == "conditional-access" || c.ID == "risk-detection" }
	if !slices.ContainsFunc(r.Checks, about) {
		return nil
	}
	var levels []audit.WhatIf
	for _, t := range conditionalaccess.Of(s).Tallies() {
		levels = append(levels, audit.WhatIf{RiskLevel: t.Level, Blocked: t.Blocked, NotBlocked: t.NotBlocked, Unknown: t.Unknown})
	}
	return levels
}
