package checks

import (
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

var dataClassification = audit.Check{
	ID:      "data-classification",
	Title:   "Agents are classified, and the classification is enforced",
	Clauses: []audit.Clause{boundaryDataClassification},
	Rationale: "A custom security attribute says what data an agent may touch, in a place that only attribute " +
		"administrators can change. It protects nothing until a policy reads it.",
	Rules: []audit.Rule{
		{
			ID: "unclassified-agent", Title: "An agent has no custom security attribute", Severity: audit.Low,
			Resources: []tenant.ResourceType{tenant.TypeAgentIdentity},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprintPrincipals},
			Condition: "neither the agent nor its blueprint principal has a custom security attribute",
			Remediation: "Define an attribute set for agents (in the Entra admin center **Entra ID > Custom security attributes**) and " +
				"assign it: `PATCH https://graph.microsoft.com/v1.0/servicePrincipals/{id}` with `customSecurityAttributes`. " +
				"Assigning it to the blueprint principal classifies all its agents at once.",
			References: []string{
				"https://learn.microsoft.com/en-us/entra/fundamentals/custom-security-attributes-overview",
				"https://learn.microsoft.com/en-us/graph/custom-security-attributes-examples",
			},
			Run: judgeUnclassifiedAgents,
		},
		{
			ID: "attribute-not-enforced", Title: "Agents are classified, but no policy reads it", Severity: audit.Medium,
			Resources: []tenant.ResourceType{tenant.TypeTenant},
			Needs: []tenant.Dataset{
				tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprintPrincipals, tenant.DatasetConditionalAccessPolicies,
			},
			// Without an attribute there is nothing to enforce.
			Presence: []string{
				"agentIdentities", "agentIdentities/customSecurityAttributes/*", "agentIdentities/customSecurityAttributes/*/*",
				"agentIdentityBlueprintPrincipals", "agentIdentityBlueprintPrincipals/customSecurityAttributes/*",
				"agentIdentityBlueprintPrincipals/customSecurityAttributes/*/*",
			},
			Condition: "agents or blueprint principals have custom security attributes, but no enabled Conditional Access policy " +
				"filters agents or resources by one of them",
			Remediation: "Add a filter to a policy for agents: in the Entra admin center open **Entra ID > Conditional Access**, the policy, " +
				"**Assignments**, its agent identities by attribute, or `PATCH " +
				"https://graph.microsoft.com/beta/identity/conditionalAccess/policies/{id}` with " +
				"`conditions.clientApplications.agentIdServicePrincipalFilter`, such as the rule " +
				"`CustomSecurityAttribute.AgentInfo_Stage -ne \"Approved\"` with the grant control `block`.",
			References: []string{
				"https://learn.microsoft.com/en-us/entra/identity/conditional-access/agent-id",
				"https://learn.microsoft.com/en-us/entra/fundamentals/custom-security-attributes-overview",
			},
			Run: judgeAttributesNotEnforced,
		},
		{
			ID: "label-enforcement", Title: "Nobody attested that data labels bind agents", Severity: audit.Medium,
			Resources: []tenant.ResourceType{tenant.TypeTenant},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentities},
			Condition: "do sensitivity labels and data loss prevention bind what agents read and write?",
			Remediation: "Let the owner of data protection attest it in `attestations.yaml` for " +
				"`data-classification/label-enforcement`, scope `tenant`, with the evidence (the Purview policies that include agents).",
			References: []string{"https://learn.microsoft.com/en-us/purview/sensitivity-labels"},
			Manual:     true,
			Run: func(j *audit.Judge) {
				j.Ask(j.Whole(), "Do sensitivity labels and data loss prevention bind what agents read and write? Entra does not "+
					"know; the owner of data protection must attest it.")
			},
		},
	},
}

func judgeUnclassifiedAgents(j *audit.Judge) {
	principals := j.Tenant.PrincipalsByAppID()
	for a := range j.Tenant.AgentIdentities.All() {
		classified, doubt := attributesOf(a, principals)
		switch {
		case classified:
			j.Pass(a)
		case doubt != "":
			j.Unknown(a, doubt)
		default:
			j.Fail(a, named(a)+" has no custom security attribute, nor has its blueprint principal. No policy can tell what "+
				"data it may touch.", audit.At(a, "/customSecurityAttributes", "none", "at least one attribute"))
		}
	}
}

// attributesOf reports whether the agent or its blueprint principal has an
// attribute; when neither is known to, why they may all the same.
func attributesOf(a *tenant.AgentIdentity, principals *tenant.Index[tenant.AgentIdentityBlueprintPrincipal]) (classified bool, doubt string) {
	if !a.CustomSecurityAttributes.Or(nil).IsEmpty() {
		return true, ""
	}
	if a.CustomSecurityAttributes.IsAbsent() {
		doubt = "customSecurityAttributes was not returned; reading it takes a permission of its own."
	}
	own := principals.Of(a.AgentIdentityBlueprintID)
	for _, p := range own {
		if !p.CustomSecurityAttributes.Or(nil).IsEmpty() {
			return true, ""
		}
		if p.CustomSecurityAttributes.IsAbsent() && doubt == "" {
			doubt = "customSecurityAttributes of its blueprint principal was not returned; reading it takes a permission of its own."
		}
	}
	switch {
	case doubt != "":
	case a.AgentIdentityBlueprintID.IsZero():
		doubt = "agentIdentityBlueprintId was not returned, so its blueprint principal is not known."
	case len(own) == 0 && len(principals.Unkeyed) > 0:
		doubt = "appId of a blueprint principal was not returned; it may be this agent's."
	}
	return false, doubt
}
