package conditionalaccess

import (
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Outcome is what would become of an agent's sign-in at one level of risk.
type Outcome struct {
	Level string
	Found
	reason string
}

// Why says why the answer is Unknown, or No whatever the policies say; "" when
// neither is so.
func (o Outcome) Why() string {
	if o.reason != "" {
		return o.reason
	}
	return o.Found.Why()
}

// WhatIf answers, for every risk level from none to high, whether the agent
// would be blocked on all resources, and by which policy. Policies that were not
// read may block too; security defaults switch every policy off.
func (e *Evaluator) WhatIf(a *tenant.AgentIdentity) []Outcome {
	outcomes := make([]Outcome, 0, len(RiskLevels()))
	for _, level := range RiskLevels() {
		outcomes = append(outcomes, e.outcome(a, level))
	}
	return outcomes
}

func (e *Evaluator) outcome(a *tenant.AgentIdentity, level string) Outcome {
	if e.SecurityDefaultsOn() {
		return Outcome{Level: level, Found: Found{Answer: No}, reason: "security defaults are on, and Conditional Access is not evaluated"}
	}
	o := Outcome{Level: level, Found: e.Blocked(a, level)}
	if gap, ok := e.snapshot.Gap(tenant.DatasetConditionalAccessPolicies); ok && o.Answer == No {
		o.Answer = Unknown
		o.reason = fmt.Sprintf("%s was not read in full (%s)", gap.Dataset, gap.Status)
	}
	return o
}

// SecurityDefaultsOn reports whether security defaults are known to be enabled.
// Conditional Access is not evaluated then.
func (e *Evaluator) SecurityDefaultsOn() bool {
	for d := range e.snapshot.SecurityDefaults.All() {
		if d.IsEnabled.Or(false) {
			return true
		}
	}
	return false
}

// Tally counts the active agents that would be blocked at one level of risk.
type Tally struct {
	Level                        string
	Blocked, NotBlocked, Unknown int
}

// Tallies sums WhatIf over the active agents, lowest risk first. An agent whose
// activity cannot be told counts as unknown. It is nil when agentIdentities was
// not read in full: the agents could not be counted.
func (e *Evaluator) Tallies() []Tally {
	if _, unread := e.snapshot.Gap(tenant.DatasetAgentIdentities); unread {
		return nil
	}
	tallies := make([]Tally, 0, len(RiskLevels()))
	for _, level := range RiskLevels() {
		tally := Tally{Level: level}
		for a := range e.snapshot.AgentIdentities.All() {
			activity := a.Activity()
			if activity == tenant.Inactive {
				continue
			}
			switch answer := e.outcome(a, level).Answer; {
			case activity == tenant.ActivityUnknown || answer == Unknown:
				tally.Unknown++
			case answer == Yes:
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
	if len(p.Narrowed) > 0 {
		effect += " under conditions on " + strings.Join(p.Narrowed, ", ")
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
