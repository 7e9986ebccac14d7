package conditionalaccess

import (
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Outcome is what would become of an agent's sign-in at one level of risk.
type Outcome struct {
	Level string
	Found
}

// WhatIf answers, for every risk level from none to high, whether the agent
// would be blocked on all resources, and by which policy.
func (e *Evaluator) WhatIf(a *tenant.AgentIdentity) []Outcome {
	outcomes := make([]Outcome, 0, len(RiskLevels()))
	for _, level := range RiskLevels() {
		outcomes = append(outcomes, Outcome{level, e.Blocked(a, level)})
	}
	return outcomes
}

// Tally counts the active agents that would be blocked at one level of risk.
type Tally struct {
	Level                        string
	Blocked, NotBlocked, Unknown int
}

// Tallies sums WhatIf over the active agents, lowest risk first. An agent whose
// activity cannot be told counts as unknown.
func (e *Evaluator) Tallies() []Tally {
	tallies := make([]Tally, 0, len(RiskLevels()))
	for _, level := range RiskLevels() {
		tally := Tally{Level: level}
		for a := range e.snapshot.AgentIdentities.All() {
			activity := a.Activity()
			if activity == tenant.Inactive {
				continue
			}
			switch found := e.Blocked(a, level); {
			case activity == tenant.ActivityUnknown || found.Answer == Unknown:
				tally.Unknown++
			case found.Answer == Yes:
				tally.Blocked++
			default:
				tally.NotBlocked++
			}
		}
		tallies = append(tallies, tally)
	}
	return tallies
}

// Reaches answers for every policy, in file order, whether it reaches the agent
// and why.
func (e *Evaluator) Reaches(a *tenant.AgentIdentity) []Reach {
	reaches := make([]Reach, 0, len(e.policies))
	for _, p := range e.policies {
		reaches = append(reaches, p.Targets(a))
	}
	return reaches
}

// Effect says in a few words what the policy does where it reaches, such as
// "report-only: blocks at agent risk high, on some resources".
func (p *Policy) Effect() string {
	effect := "asks for controls"
	switch {
	case p.Blocks == Yes:
		effect = "blocks"
	case p.Grants == No && p.Session == Yes:
		effect = "limits the session"
	case p.Grants == No:
		effect = "does nothing"
	case p.Grants == Unknown:
		effect = "does what was not returned"
	}
	if levels := p.AgentRiskLevels(); len(levels) > 0 {
		effect += " at agent risk " + strings.Join(levels, " or ")
	} else if p.RiskCondition != No {
		effect += " under a risk condition"
	}
	switch p.AllResources {
	case No:
		effect += ", on some resources"
	case Unknown:
		effect += ", on resources that cannot be told"
	}
	switch {
	case p.ReportOnly():
		return "report-only: " + effect
	case p.Disabled():
		return "switched off: " + effect
	case p.Enabled == Unknown:
		return "in a state that cannot be told: " + effect
	}
	return effect
}
