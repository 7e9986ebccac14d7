package checks

import (
	"fmt"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/conditionalaccess"
	"github.com/ztagent/ztagent/internal/tenant"
)

// riskPolicyPresence: besides exclusions, a risk condition keeps a policy from
// applying at other levels by being there.
func riskPolicyPresence() []string {
	return append(exclusionPresence(),
		policyConditions+"agentIdRiskLevels", policyConditions+"userRiskLevels",
		policyConditions+"signInRiskLevels", policyConditions+"servicePrincipalRiskLevels")
}

// anyAgent: without its last active agent a tenant is judged by what a policy for
// all agents would do (docs/verdicts.md, no agents).
func anyAgent(presence []string) []string { return append(presence, "agentIdentities") }

// riskPolicyGaps: without a licence for Conditional Access nothing blocks an
// agent by itself.
func riskPolicyGaps() []audit.ControlGap {
	return []audit.ControlGap{{
		Dataset: tenant.DatasetConditionalAccessPolicies, Statuses: []tenant.GapStatus{tenant.GapNotLicensed},
		Message: "The tenant has agents and no licence for Conditional Access, so no policy can block a risky one.",
	}}
}

const riskPolicyRemediation = newAgentPolicy + "and set **Conditions > Agent risk** to **High** (and **Medium**), **Grant > Block**. " +
	"Run it in report-only, then switch it on. The template is `6bdcbbb7-ebd1-4f8f-a02f-652db0e3665d`; in Graph the condition is " +
	"`conditions.agentIdRiskLevels: \"medium,high\"`."

var noRiskPolicy = audit.Rule{
	ID:          "no-risk-policy",
	Title:       "No policy blocks agents at high risk",
	Severity:    audit.Critical,
	Resources:   []tenant.ResourceType{tenant.TypeTenant},
	Needs:       agentPolicyNeeds(),
	ControlGaps: riskPolicyGaps(),
	Presence:    anyAgent(riskPolicyPresence()),
	Condition: "no enabled policy targets any active agent with the grant control block on all resources, at agent risk high or " +
		"without a risk condition",
	Remediation: riskPolicyRemediation,
	References:  []string{"https://learn.microsoft.com/entra/identity/conditional-access/policy-agent-block-high-risk", learnRiskyAgents, graphPolicies},
	Run:         runNoRiskPolicy,
}

// runNoRiskPolicy also judges kill-switch/no-automatic-block: what blocks a
// risky agent is what stops it without a human.
func runNoRiskPolicy(j *audit.Judge) { judgeRiskPolicy(j, "high") }

var mediumRiskAllowed = audit.Rule{
	ID:        "medium-risk-allowed",
	Title:     "No policy blocks agents at medium risk",
	Severity:  audit.Low,
	Resources: []tenant.ResourceType{tenant.TypeTenant},
	Needs:     agentPolicyNeeds(),
	Presence:  anyAgent(riskPolicyPresence()),
	Condition: "no enabled policy targets any active agent with the grant control block on all resources, at agent risk medium or " +
		"without a risk condition",
	Remediation: riskPolicyRemediation,
	References:  []string{learnAutonomous, learnRiskyAgents, graphPolicies},
	Run:         func(j *audit.Judge) { judgeRiskPolicy(j, "medium") },
}

func judgeRiskPolicy(j *audit.Judge, level string) {
	access := conditionalaccess.Of(j.Tenant)
	failure := fmt.Sprintf("No enabled policy blocks any agent at %s risk. ", level)
	if p, why := almostRiskPolicy(access, level); p != nil {
		failure += fmt.Sprintf("Policy %s is about agents, but %s.", labelOf(p), why)
	} else {
		failure += fmt.Sprintf("An agent at %s risk keeps its access until a person acts.", level)
	}
	judgeOverall(j, access.AnyBlocked(level), fmt.Sprintf("a policy blocks agents at %s risk", level), failure)
}

// almostRiskPolicy is the agent policy that misses by one thing of its own,
// whomever it reaches.
func almostRiskPolicy(access *conditionalaccess.Evaluator, level string) (*conditionalaccess.Policy, string) {
	for _, p := range access.AgentPolicies() {
		var missing []string
		for _, m := range []struct {
			misses bool
			what   string
		}{
			{p.Enabled == conditionalaccess.No, stateWords(p)},
			{p.Blocks == conditionalaccess.No, "its grant control is not block"},
			{p.AllResources == conditionalaccess.No, "it does not apply to all resources"},
			{p.AtRisk(level) == conditionalaccess.No, "it does not apply at agent risk " + level},
		} {
			if m.misses {
				missing = append(missing, m.what)
			}
		}
		if p.Agents == conditionalaccess.Yes && len(missing) == 1 {
			return p, missing[0]
		}
	}
	return nil, ""
}

var agentOutsideRiskPolicy = audit.Rule{
	ID:        "agent-outside-risk-policy",
	Title:     "No policy blocks an agent when its risk is high",
	Severity:  audit.High,
	Resources: []tenant.ResourceType{tenant.TypeAgentIdentity},
	Needs:     agentPolicyNeeds(),
	Presence:  riskPolicyPresence(),
	Condition: "no enabled policy targets the agent with the grant control block on all resources, at agent risk high or without a " +
		"risk condition",
	Remediation: riskPolicyRemediation + " Do not exclude agents from it: an approved agent can be taken over as well.",
	References:  []string{learnAutonomous, learnTargetAgents},
	Run: func(j *audit.Judge) {
		access := conditionalaccess.Of(j.Tenant)
		for a := range j.Tenant.AgentIdentities.All() {
			judgeAtHighRisk(j, access, a)
		}
	},
}

func judgeAtHighRisk(j *audit.Judge, access *conditionalaccess.Evaluator, a *tenant.AgentIdentity) {
	if a.Activity() == tenant.Inactive {
		j.NotApplicable(a, "")
		return
	}
	switch found := access.Blocked(a, "high"); found.Answer {
	case conditionalaccess.Yes:
		j.Pass(a)
	case conditionalaccess.No:
		nearest, obstacles := access.Nearest(a, "high")
		failWithNearest(j, a, named(a)+" is blocked by no policy when its risk is high. ",
			"a policy that blocks it at high risk on all resources", nearest, obstacles)
	default:
		unknownFound(j, a, "is blocked at high risk", found)
	}
}
