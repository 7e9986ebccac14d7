package checks

import (
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

var uniqueIdentity = audit.Check{
	ID:      "unique-identity",
	Title:   "Every agent has an identity of its own, on credentials of its own",
	Clauses: []audit.Clause{lineUniqueIdentity, controlNoSharedCredentials, pillarIdentity},
	Rationale: "An agent that shares its identity or its credentials with another cannot be told apart in " +
		"logs, cannot be blocked alone, and falls with the other when one key leaks.",
	Rules: []audit.Rule{
		{
			ID: "shared-certificate", Title: "Two blueprints hold the same certificate", Severity: audit.Critical,
			Resources: []tenant.ResourceType{tenant.TypeAgentIdentityBlueprint},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentityBlueprints, tenant.DatasetClassicAgentApplications},
			// Sharing takes two: what the other side no longer shows is judged
			// as unread there only (docs/verdicts.md, matching two objects).
			Presence: []string{
				"agentIdentityBlueprints", "agentIdentityBlueprints/keyCredentials",
				"agentIdentityBlueprints/keyCredentials/customKeyIdentifier", "agentIdentityBlueprints/keyCredentials/key",
				"classicAgentApplications", "classicAgentApplications/keyCredentials",
				"classicAgentApplications/keyCredentials/customKeyIdentifier", "classicAgentApplications/keyCredentials/key",
			},
			Condition: "one of the blueprint's keyCredentials has the same customKeyIdentifier (thumbprint) or key as one " +
				"on another blueprint or classic agent, expired or not",
			Remediation: "Give each blueprint a key of its own, or better a federated credential, then remove the shared one " +
				"from all but its owner: in the Entra admin center open **Entra ID > Agents > Agent blueprints**, choose the " +
				"blueprint, **Certificates & secrets**, or " +
				"`PATCH https://graph.microsoft.com/v1.0/applications/{id}` with the `keyCredentials` that should stay. " +
				"Treat the shared private key as leaked.",
			References: []string{
				"https://learn.microsoft.com/en-us/graph/api/resources/keycredential",
				"https://learn.microsoft.com/en-us/entra/agent-id/best-practices-agent-id",
			},
			Run: judgeSharedCertificates,
		},
		{
			ID: "shared-federated-subject", Title: "One workload can act as two blueprints", Severity: audit.Critical,
			Resources: []tenant.ResourceType{tenant.TypeAgentIdentityBlueprint},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentityBlueprints},
			Presence: []string{
				"agentIdentityBlueprints", "agentIdentityBlueprints/federatedIdentityCredentials",
				"agentIdentityBlueprints/federatedIdentityCredentials/issuer",
				"agentIdentityBlueprints/federatedIdentityCredentials/subject",
				"agentIdentityBlueprints/federatedIdentityCredentials/claimsMatchingExpression",
				"agentIdentityBlueprints/federatedIdentityCredentials/claimsMatchingExpression/value",
				"agentIdentityBlueprints/federatedIdentityCredentials/claimsMatchingExpression/languageVersion",
			},
			Condition: "one of the blueprint's federated credentials has the same issuer, and the same subject or " +
				"claims-matching expression, as one on another blueprint, or one of the two has an expression that accepts " +
				"the other's subject",
			Remediation: "Run each blueprint's agents as a workload of their own (one managed identity, service account or " +
				"pipeline environment each) and narrow the expressions, then remove the credential that is too wide: " +
				"`DELETE https://graph.microsoft.com/v1.0/applications/{id}/federatedIdentityCredentials/{credentialId}`.",
			References: []string{
				"https://learn.microsoft.com/en-us/graph/api/resources/federatedidentitycredential?view=graph-rest-beta",
				"https://learn.microsoft.com/en-us/entra/workload-id/workload-identities-flexible-federated-identity-credentials",
			},
			Run: judgeSharedSubjects,
		},
		{
			ID: "shared-registry-identity", Title: "Two registry instances are one agent identity", Severity: audit.High,
			Resources: []tenant.ResourceType{tenant.TypeAgentInstance},
			Needs:     []tenant.Dataset{tenant.DatasetAgentInstances},
			Presence:  []string{"agentInstances"},
			Condition: "another registry instance names the same agentIdentityId",
			Remediation: "Create an agent identity for each running instance " +
				"(`POST https://graph.microsoft.com/v1.0/servicePrincipals/microsoft.graph.agentIdentity`) and register the " +
				"instance with it.",
			References: []string{"https://learn.microsoft.com/en-us/graph/api/resources/agentinstance?view=graph-rest-beta"},
			Run:        judgeSharedRegistryIdentities,
		},
		{
			ID: "shared-agent-user", Title: "An agent identity has several agent users", Severity: audit.High,
			Resources: []tenant.ResourceType{tenant.TypeAgentIdentity},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentities, tenant.DatasetAgentUsers},
			Presence:  []string{"agentUsers"},
			Condition: "more than one agent user names the agent as its identityParentId",
			Remediation: "Keep one agent user for the agent and delete the others, or move them to agent identities of their " +
				"own: in the Entra admin center open **Entra ID > Users**, or `DELETE https://graph.microsoft.com/v1.0/users/{id}`.",
			References: []string{"https://learn.microsoft.com/en-us/graph/api/resources/agentuser"},
			Run:        judgeSharedAgentUsers,
		},
		{
			ID: "ambiguous-name", Title: "Two active agents have the same name", Severity: audit.Low,
			Resources: []tenant.ResourceType{tenant.TypeAgentIdentity},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentities},
			Presence:  []string{"agentIdentities"},
			Condition: "another active agent has the same display name (NFKC, Unicode case folding, trimmed)",
			Remediation: "Rename the agents so that each name says what it does and for whom: in the Entra admin center open " +
				"**Entra ID > Agents > Agent identities**, choose the agent, or `PATCH https://graph.microsoft.com/v1.0/servicePrincipals/{id}` with `displayName`.",
			References: []string{"https://learn.microsoft.com/en-us/graph/api/resources/agentidentity"},
			Run:        judgeAmbiguousNames,
		},
		{
			ID: "credential-fan-out", Title: "Many agents stand on one blueprint's credentials", Severity: audit.Info,
			Resources: []tenant.ResourceType{tenant.TypeAgentIdentityBlueprint},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentityBlueprints, tenant.DatasetAgentIdentities},
			Presence:  []string{"agentIdentities"},
			Condition: "more than 50 active agents (`credentialFanOut`) live on this one blueprint's credentials",
			Remediation: "Split the blueprint by purpose or by owner, so that one leaked credential or one mistaken change " +
				"reaches fewer agents.",
			References: []string{"https://learn.microsoft.com/en-us/entra/agent-id/agent-blueprint"},
			Run:        judgeCredentialFanOut,
		},
	},
}
