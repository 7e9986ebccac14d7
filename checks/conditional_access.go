package checks

import (
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// L3 "CA policies target agent identities"; the boundary "Conditional Access
// evaluation".
var conditionalAccess = audit.Check{
	ID:      "conditional-access",
	Title:   "Conditional Access reaches the agents",
	Clauses: []audit.Clause{lineConditionalAccess, boundaryConditionalAccess},
	Rationale: "Conditional Access is the one place where a sign-in can be refused before a token exists. " +
		"Policies for users, even for all users, do not reach agent identities or agent users: without a policy " +
		"of their own agents pass unevaluated, and an approval for one agent can quietly become a hole for many.",
	Rules: []audit.Rule{
		securityDefaultsOn, noAgentPolicy, agentNotCovered, agentExcluded, noDefaultBlock,
		agentUsersNotCovered, onBehalfOfNotCovered, reportOnly, disabledPolicy, partialResources,
	},
}

// What the rules about agents and policies read.
func agentPolicyNeeds() []tenant.Dataset {
	return []tenant.Dataset{
		tenant.DatasetConditionalAccessPolicies, tenant.DatasetAgentIdentities,
		tenant.DatasetAgentIdentityBlueprintPrincipals,
	}
}

const (
	policyConditions = "conditionalAccessPolicies/conditions/"
	policyClients    = policyConditions + "clientApplications/"
	policyResources  = policyConditions + "applications/"
	policyUsers      = policyConditions + "users/"
)

// Exclusions keep an agent out by being there: an entry of an exclude list, or
// an attribute that an exclude filter matches.
func exclusionPresence() []string {
	return []string{
		policyClients + "excludeAgentIdServicePrincipals",
		policyClients + "excludeServicePrincipals",
		policyResources + "excludeApplications",
		"agentIdentities/customSecurityAttributes/*",
		"agentIdentities/customSecurityAttributes/*/*",
	}
}

const (
	learnAgentAccess     = "https://learn.microsoft.com/entra/identity/conditional-access/agent-id"
	learnTargetAgents    = "https://learn.microsoft.com/entra/identity/conditional-access/howto-target-agent-identities"
	learnAutonomous      = "https://learn.microsoft.com/entra/identity/conditional-access/policy-autonomous-agents"
	learnAgentUserPolicy = "https://learn.microsoft.com/entra/identity/conditional-access/policy-agent-user"
	learnOnBehalfOf      = "https://learn.microsoft.com/entra/identity/conditional-access/policy-on-behalf-of-agents"
	learnReportOnly      = "https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-report-only"
	graphPolicies        = "https://learn.microsoft.com/graph/api/resources/conditionalaccesspolicy?view=graph-rest-beta"
	graphClients         = "https://learn.microsoft.com/graph/api/resources/conditionalaccessclientapplications?view=graph-rest-beta"
)

const newAgentPolicy = "In the Microsoft Entra admin center open **Entra ID > Conditional Access > Policies > New policy**, " +
	"choose **Users, agents or workload identities > Agents**, include **All agent identities**, target **All resources** "

var securityDefaultsOn = audit.Rule{
	ID:        "security-defaults-on",
	Title:     "Security defaults are on, so Conditional Access is not evaluated",
	Severity:  audit.Critical,
	Resources: []tenant.ResourceType{tenant.TypeTenant},
	Needs:     []tenant.Dataset{tenant.DatasetSecurityDefaults},
	Condition: "security defaults are enabled",
	Remediation: "Create the Conditional Access policies that replace security defaults first, then switch the defaults off " +
		"under **Entra ID > Overview > Properties > Manage security defaults**, or with\n\n" +
		"```http\nPATCH https://graph.microsoft.com/v1.0/policies/identitySecurityDefaultsEnforcementPolicy\n\n{\"isEnabled\": false}\n```",
	References: []string{"https://learn.microsoft.com/entra/fundamentals/security-defaults", learnAgentAccess},
	Run:        runSecurityDefaultsOn,
}

func runSecurityDefaultsOn(j *audit.Judge) {
	for d := range j.Tenant.SecurityDefaults.All() {
		switch on, known := d.IsEnabled.Get(); {
		case !known:
			j.Unknown(j.Whole(), "Whether security defaults are on is unknown: isEnabled was not returned.",
				audit.At(d, "", "isEnabled not returned", "false"))
		case on:
			j.Fail(j.Whole(), "Security defaults are enabled. As long as they are, no Conditional Access policy is evaluated for agents.",
				audit.At(d, "/isEnabled", "true", "false"))
		default:
			j.Pass(j.Whole(), audit.At(d, "/isEnabled", "false", "false"))
		}
		return
	}
	j.Unknown(j.Whole(), "Whether security defaults are on is unknown: the dataset holds no object.",
		audit.Evidence{Dataset: tenant.DatasetSecurityDefaults, Observed: "no object", Expected: "isEnabled false"})
}
