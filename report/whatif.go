package report

import (
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
)

// whatIfLine sums up how many agents Conditional Access would stop at each level
// of risk: "Blocked at risk: none 0 · low 0 · medium 12 · high 93 of 95". It is
// "" where there is nobody to count.
func whatIfLine(levels []audit.WhatIf) string {
	var parts []string
	agents, unknown, known := 0, 0, false
	for _, l := range levels {
		parts = append(parts, fmt.Sprintf("%s %d", l.RiskLevel, l.Blocked))
		agents, unknown = max(agents, l.Blocked+l.NotBlocked+l.Unknown), max(unknown, l.Unknown)
		known = known || l.Blocked+l.NotBlocked > 0
	}
	switch {
	case agents == 0:
		return ""
	case !known:
		return fmt.Sprintf("Blocked at risk: not known for any of %d", agents)
	}
	text := fmt.Sprintf("Blocked at risk: %s of %d", strings.Join(parts, " · "), agents)
	if unknown > 0 {
		text += fmt.Sprintf(" (unknown: %d)", unknown)
	}
	return text
}

// whatIf stands below the trust boundaries, whose first line it is about.
func (t *table) whatIf() {
	if text := whatIfLine(t.WhatIf); text != "" {
		t.line("")
		t.paragraph("  ", plainStyle, text)
	}
}

func (m *markdown) whatIf() string {
	text := whatIfLine(m.WhatIf)
	if text == "" {
		return ""
	}
	return mdText(text) + "\n\n"
}

func checkWhatIf(levels []audit.WhatIf) *fault {
	for i, l := range levels {
		switch l.RiskLevel {
		case "none", "low", "medium", "high":
		default:
			return faultAt("unknown level of risk", "whatIf", i, "riskLevel")
		}
		if min(l.Blocked, l.NotBlocked, l.Unknown) < 0 {
			return faultAt("a count is never negative", "whatIf", i)
		}
	}
	return nil
}
