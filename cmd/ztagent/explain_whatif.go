package main

import (
	"slices"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/conditionalaccess"
	"github.com/ztagent/ztagent/internal/tenant"
)

// whatIf counts, for a report that is about Conditional Access, the agents that
// it would block at each level of risk.
func whatIf(s *tenant.Snapshot, selected []string) []audit.WhatIf {
	about := func(id string) bool { return id == "conditional-access" || id == "risk-detection" }
	if !slices.ContainsFunc(selected, about) {
		return nil
	}
	var levels []audit.WhatIf
	for _, t := range conditionalaccess.Of(s).Tallies() {
		levels = append(levels, audit.WhatIf{RiskLevel: t.Level, Blocked: t.Blocked, NotBlocked: t.NotBlocked, Unknown: t.Unknown})
	}
	return levels
}
