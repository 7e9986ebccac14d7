package checks

import (
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

var blueprintValidation = audit.Check{
	ID:      "blueprint-validation",
	Title:   "Every agent comes from a blueprint that is known, sound and documented",
	Clauses: []audit.Clause{boundaryBlueprintValidation},
	Rationale: "A blueprint is the agents' factory and their credentials. An agent whose blueprint is missing, foreign to " +
		"all vetting or carelessly set up inherits every one of its faults.",
	Rules: []audit.Rule{
		{
			ID: "orphan-agent", Title: "An agent has no blueprint principal", Severity: audit.High,
			Resources: []tenant.ResourceType{tenant.TypeAgentIdentity},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprintPrincipals},
			Condition: "no blueprint principal in this tenant has the agent's agentIdentityBlueprintId as its appId",
			Remediation: "Delete the agent if nobody uses it (`DELETE https://graph.microsoft.com/v1.0/servicePrincipals/{id}`), or " +
				"restore its blueprint and create the principal: `POST " +
				"https://graph.microsoft.com/v1.0/servicePrincipals/microsoft.graph.agentIdentityBlueprintPrincipal` with `appId`.",
			References: []string{"https://learn.microsoft.com/en-us/graph/api/resources/agentidentityblueprintprincipal"},
			Run:        judgeOrphanAgents,
		},
		{
			ID: "orphan-agent-user", Title: "The parent of an agent user does not exist", Severity: audit.High,
			Resources: []tenant.ResourceType{tenant.TypeAgentUser},
			Needs:     []tenant.Dataset{tenant.DatasetAgentUsers, tenant.DatasetAgentIdentities},
			Condition: "the agent user has no identityParentId, or no agent identity has that id; disabled agent users are judged too",
			Remediation: "Delete the agent user, or disable it until its mailbox and files have been looked through: in the " +
				"Entra admin center open **Entra ID > Users**, or `DELETE https://graph.microsoft.com/v1.0/users/{id}`. Deleting an agent leaves its users behind.",
			References:  []string{"https://learn.microsoft.com/en-us/graph/api/resources/agentuser"},
			AnyActivity: true,
			Run:         judgeOrphanAgentUsers,
		},
		{
			ID: "disabled-by-microsoft", Title: "Microsoft disabled an agent or its blueprint", Severity: audit.Critical,
			Resources: []tenant.ResourceType{
				tenant.TypeAgentIdentity, tenant.TypeAgentIdentityBlueprint, tenant.TypeAgentIdentityBlueprintPrincipal,
				tenant.TypeAgentUser, tenant.TypeServicePrincipal,
			},
			Needs: []tenant.Dataset{
				tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprints, tenant.DatasetAgentIdentityBlueprintPrincipals,
				tenant.DatasetAgentUsers, tenant.DatasetClassicAgents,
			},
			// Graph does not declare the property on users: there it says
			// something only when it is returned.
			Presence:  []string{"agentUsers/disabledByMicrosoftStatus"},
			Condition: "disabledByMicrosoftStatus is neither null nor NotDisabled, whether or not the object is active",
			Remediation: "Treat it as compromised: look through its sign-ins and permissions, remove its credentials, and ask Microsoft " +
				"support for the reason before anything else. In the Entra admin center **Entra ID > Agents** shows the status.",
			References: []string{
				"https://learn.microsoft.com/en-us/graph/api/resources/agentidentity",
				"https://learn.microsoft.com/en-us/graph/api/resources/application",
			},
			AnyActivity: true,
			Run:         judgeDisabledByMicrosoft,
		},
		{
			ID: "unverified-publisher", Title: "A foreign blueprint has no verified publisher", Severity: audit.High,
			Resources: []tenant.ResourceType{tenant.TypeAgentIdentityBlueprintPrincipal},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentityBlueprintPrincipals},
			Optional:  homeDatasets,
			Condition: "the blueprint lives in another tenant that is not Microsoft's, and has no verified publisher",
			Remediation: "Ask the publisher to verify itself, or remove the blueprint and its agents: in the Entra admin center open **Entra ID > " +
				"Agents > Agent blueprints**, or `DELETE https://graph.microsoft.com/v1.0/servicePrincipals/{id}`.",
			References: []string{
				"https://learn.microsoft.com/en-us/entra/identity-platform/publisher-verification-overview",
				"https://learn.microsoft.com/en-us/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in",
			},
			Run: judgeUnverifiedPublishers,
		},
		{
			ID: "multi-tenant", Title: "A blueprint can be used from other tenants", Severity: audit.Medium,
			Resources: []tenant.ResourceType{tenant.TypeAgentIdentityBlueprint},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentityBlueprints},
			Condition: "signInAudience of a blueprint that is homed here is not AzureADMyOrg",
			Remediation: "`PATCH https://graph.microsoft.com/v1.0/applications/{id}` with `signInAudience` `AzureADMyOrg`. A blueprint that " +
				"is offered to other tenants on purpose needs a verified publisher and a waiver.",
			References: []string{"https://learn.microsoft.com/en-us/graph/api/resources/agentidentityblueprint"},
			Run:        judgeMultiTenant,
		},
		{
			ID: "undocumented", Title: "A blueprint has no description", Severity: audit.Low,
			Resources: []tenant.ResourceType{tenant.TypeAgentIdentityBlueprint},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentityBlueprints},
			Condition: "the blueprint has no description",
			Remediation: "Say what its agents do, for whom, and who answers for them: `PATCH " +
				"https://graph.microsoft.com/v1.0/applications/{id}` with `description`.",
			References: []string{"https://learn.microsoft.com/en-us/graph/api/resources/agentidentityblueprint"},
			Run:        judgeUndocumented,
		},
		{
			ID: "insecure-redirect", Title: "A redirect URI can be intercepted", Severity: audit.Medium,
			Resources: []tenant.ResourceType{tenant.TypeAgentIdentityBlueprint},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentityBlueprints},
			Presence: []string{
				"agentIdentityBlueprints/web/redirectUris", "agentIdentityBlueprints/spa/redirectUris",
				"agentIdentityBlueprints/publicClient/redirectUris",
			},
			Condition: "a redirect URI of the blueprint (web, spa or publicClient) has a wildcard, or is http to another host than the " +
				"machine itself",
			Remediation: "Register each redirect URI in full and with https, and remove the others: in the Entra admin center open **Entra ID > " +
				"App registrations > Authentication**, or `PATCH https://graph.microsoft.com/v1.0/applications/{id}` with " +
				"`web.redirectUris`.",
			References: []string{"https://learn.microsoft.com/en-us/entra/identity-platform/reply-url"},
			Run:        judgeInsecureRedirects,
		},
	},
}
