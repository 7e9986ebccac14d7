package checks

import (
	"fmt"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/conditionalaccess"
	"github.com/ztagent/ztagent/internal/tenant"
)

// C "Continuous Access Evaluation".
var continuousAccessEvaluation = audit.Check{
	ID:      "continuous-access-evaluation",
	Title:   "Tokens end when access does",
	Clauses: []audit.Clause{controlContinuousAccess},
	Rationale: "A block stops the next sign-in; a token that is already out lives on. Continuous access evaluation lets a resource " +
		"refuse it within minutes, and resilience defaults let it live through an outage. Both decide how long a stopped agent goes on.",
	Rules: []audit.Rule{caeDisabled, resilienceDefaults},
}

const learnCAE = "https://learn.microsoft.com/entra/identity/conditional-access/concept-continuous-access-evaluation"

var caeDisabled = audit.Rule{
	ID:        "cae-disabled",
	Title:     "A policy switches continuous access evaluation off for agents",
	Severity:  audit.High,
	Resources: []tenant.ResourceType{tenant.TypeConditionalAccessPolicy},
	Needs: []tenant.Dataset{
		tenant.DatasetConditionalAccessPolicies, tenant.DatasetAgentIdentities, tenant.DatasetAgentUsers,
	},
	// The session control is the condition; the subjects and resources bring the
	// policy into scope.
	Presence: append(agentPolicyPresence(),
		"conditionalAccessPolicies/sessionControls/continuousAccessEvaluation",
		policyUsers+"includeUsers", policyResources+"includeApplications", "agentUsers"),
	Condition: "an enabled policy that reaches agents, agent users or agent resources sets continuous access evaluation to `disabled`",
	Remediation: "In the policy open **Session > Customize continuous access evaluation** and clear **Disable**, or\n\n" +
		"```http\nPATCH https://graph.microsoft.com/beta/identity/conditionalAccess/policies/POLICY-ID\n\n" +
		"{\"sessionControls\": {\"continuousAccessEvaluation\": null}}\n```",
	References: []string{
		learnCAE, "https://learn.microsoft.com/entra/identity/conditional-access/concept-continuous-access-evaluation-workload", graphPolicies,
	},
	Run: runCAEDisabled,
}

func runCAEDisabled(j *audit.Judge) {
	for _, p := range conditionalaccess.Of(j.Tenant).Policies() {
		resources := p.AgentResources.Or(p.AllWithAgentResources)
		inScope := p.Enabled.And(p.Agents.Or(p.AgentUsers).Or(resources))
		disabled := p.ContinuousAccessEvaluationDisabled()
		switch {
		case inScope == conditionalaccess.No:
			continue
		case disabled == conditionalaccess.No:
			j.Pass(p)
		case inScope.And(disabled) == conditionalaccess.Yes:
			j.Fail(p, fmt.Sprintf("%s reaches %s and switches continuous access evaluation off. A token that is out stays good until it expires, whatever happens.",
				named(p), reachedBy(p)),
				audit.At(p, "/sessionControls/continuousAccessEvaluation/mode", "disabled", "not disabled"))
		default:
			j.Unknown(p, fmt.Sprintf("Whether %s switches continuous access evaluation off for agents is unknown: its state, subjects, resources or session controls were not returned in full.",
				lowerNamed(p)), audit.At(p, "", "not decided by what was returned", "sessionControls.continuousAccessEvaluation not disabled"))
		}
	}
}

func reachedBy(p *conditionalaccess.Policy) string {
	switch {
	case p.Agents == conditionalaccess.Yes:
		return "agents"
	case p.AgentUsers == conditionalaccess.Yes:
		return "agent users"
	}
	return "agents as resources"
}

var resilienceDefaults = audit.Rule{
	ID:        "resilience-defaults",
	Title:     "Outage resilience lets agents' tokens outlive a block",
	Severity:  audit.Info,
	Resources: []tenant.ResourceType{tenant.TypeConditionalAccessPolicy},
	Needs:     policyNeeds(),
	Presence:  append(agentPolicyPresence(), "conditionalAccessPolicies/sessionControls/*"),
	Condition: "an enabled agent policy that carries session controls leaves resilience defaults on",
	Remediation: "In the policy open **Session** and choose **Disable resilience defaults**, after weighing that agents then stop during an outage " +
		"of Microsoft Entra, or\n\n```http\nPATCH https://graph.microsoft.com/beta/identity/conditionalAccess/policies/POLICY-ID\n\n" +
		"{\"sessionControls\": {\"disableResilienceDefaults\": true}}\n```",
	References: []string{"https://learn.microsoft.com/graph/api/resources/conditionalaccesssessioncontrols?view=graph-rest-beta", graphPolicies},
	Run:        runResilienceDefaults,
}

func runResilienceDefaults(j *audit.Judge) {
	for _, p := range conditionalaccess.Of(j.Tenant).AgentPolicies() {
		session, _ := p.SessionControls.Get()
		off := session.DisableResilienceDefaults
		switch inScope := p.Enabled.And(p.Session); {
		case inScope == conditionalaccess.No:
			j.NotApplicable(p, "It is not enabled, or carries no session control.")
		case off.Or(false):
			j.Pass(p)
		case inScope.And(p.Agents) == conditionalaccess.Unknown || off.IsAbsent():
			j.Unknown(p, fmt.Sprintf("Whether %s leaves resilience defaults on is unknown: its state, subjects or session controls were not returned in full.",
				lowerNamed(p)), audit.At(p, "", "not decided by what was returned", "disableResilienceDefaults true"))
		default:
			j.Fail(p, fmt.Sprintf("%s for agents carries session controls and leaves resilience defaults on. In an outage sessions are extended without asking it.", named(p)),
				audit.At(p, "/sessionControls/disableResilienceDefaults", "not true", "true"))
		}
	}
}
