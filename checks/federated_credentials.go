package checks

import (
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

var federatedCredentials = audit.Check{
	ID:      "federated-credentials",
	Title:   "Agents sign in with federated credentials, never with secrets",
	Clauses: []audit.Clause{lineFederatedCredentials, pillarIdentity},
	Rationale: "A secret can be copied, mailed and committed, and works from anywhere until it ends. A federated " +
		"credential leaves nothing to steal: the platform that runs the agent vouches for it, each time anew.",
	Rules: []audit.Rule{
		{
			ID: "client-secret", Title: "A client secret is in use", Severity: audit.Critical,
			Resources: credentialHolders, Needs: credentialDatasets, Optional: homeDatasets,
			Presence: []string{
				"agentIdentityBlueprints/passwordCredentials", "agentIdentityBlueprints/keyCredentials",
				"classicAgentApplications/passwordCredentials", "classicAgentApplications/keyCredentials",
			},
			Condition: "it has a passwordCredentials entry, or a key of type Symmetric, that has not expired; without an " +
				"endDateTime it never does",
			Remediation: "Add a federated credential first " +
				"(`POST https://graph.microsoft.com/beta/applications/{id}/federatedIdentityCredentials`), move the agent to " +
				"it, then remove the secret: in the Entra admin center open **Entra ID > Agents > Agent blueprints**, choose the " +
				"blueprint, **Certificates & secrets**, or " +
				"`POST https://graph.microsoft.com/v1.0/applications/{id}/removePassword` with its `keyId`.",
			References: []string{
				"https://learn.microsoft.com/en-us/entra/agent-id/create-blueprint",
				"https://learn.microsoft.com/en-us/graph/api/application-removepassword",
			},
			Run: judgeClientSecrets,
		},
		{
			ID: "expired-credential", Title: "An expired credential was left behind", Severity: audit.Low,
			Resources: credentialHolders, Needs: credentialDatasets, Optional: homeDatasets,
			Presence: []string{
				"agentIdentityBlueprints/passwordCredentials", "agentIdentityBlueprints/passwordCredentials/endDateTime",
				"agentIdentityBlueprints/keyCredentials", "agentIdentityBlueprints/keyCredentials/endDateTime",
				"classicAgentApplications/passwordCredentials", "classicAgentApplications/passwordCredentials/endDateTime",
				"classicAgentApplications/keyCredentials", "classicAgentApplications/keyCredentials/endDateTime",
			},
			Condition: "it still carries a password or key whose endDateTime has passed",
			Remediation: "Remove it: `POST https://graph.microsoft.com/v1.0/applications/{id}/removePassword` with its " +
				"`keyId`, or for a key `PATCH https://graph.microsoft.com/v1.0/applications/{id}` with the `keyCredentials` " +
				"that should stay.",
			References: []string{"https://learn.microsoft.com/en-us/graph/api/application-removepassword"},
			Run:        judgeExpiredCredentials,
		},
		{
			ID: "certificate", Title: "A certificate is in use", Severity: audit.Medium,
			Resources: credentialHolders, Needs: credentialDatasets, Optional: homeDatasets,
			Presence:  []string{"agentIdentityBlueprints/keyCredentials", "classicAgentApplications/keyCredentials"},
			Condition: "it has an unexpired certificate key",
			Remediation: "Replace it with a federated credential where the agent runs on a platform that can vouch for it " +
				"(managed identity, Kubernetes, a pipeline), then remove the key: `PATCH " +
				"https://graph.microsoft.com/v1.0/applications/{id}` with the `keyCredentials` that should stay. Where a " +
				"certificate must stay, keep its private key in a hardware-backed vault and accept the finding by a waiver.",
			References: []string{
				"https://learn.microsoft.com/en-us/entra/agent-id/create-blueprint",
				"https://learn.microsoft.com/en-us/graph/api/resources/keycredential",
			},
			Run: judgeCertificates,
		},
		{
			ID: "long-lived-certificate", Title: "A certificate lives too long", Severity: audit.High,
			Resources: credentialHolders, Needs: credentialDatasets, Optional: homeDatasets,
			Presence:  []string{"agentIdentityBlueprints/keyCredentials", "classicAgentApplications/keyCredentials"},
			Condition: "the whole life of an unexpired certificate is over 366 days (`certificateMaxLifetime`), or has no end",
			Remediation: "Issue a certificate of at most a year, or better a federated credential, and remove the old key. " +
				"Then cap lifetimes for all: `PATCH https://graph.microsoft.com/v1.0/policies/defaultAppManagementPolicy` with " +
				"an `asymmetricKeyLifetime` restriction.",
			References: []string{
				"https://learn.microsoft.com/en-us/graph/api/resources/keycredential",
				"https://learn.microsoft.com/en-us/graph/api/resources/applicationauthenticationmethodpolicy",
			},
			Run: judgeLongLivedCertificates,
		},
		{
			ID: "expiring-credential", Title: "A credential ends soon", Severity: audit.Info,
			Resources: credentialHolders, Needs: credentialDatasets, Optional: homeDatasets,
			Presence: []string{
				"agentIdentityBlueprints/passwordCredentials", "agentIdentityBlueprints/passwordCredentials/endDateTime",
				"agentIdentityBlueprints/keyCredentials", "agentIdentityBlueprints/keyCredentials/endDateTime",
				"classicAgentApplications/passwordCredentials", "classicAgentApplications/passwordCredentials/endDateTime",
				"classicAgentApplications/keyCredentials", "classicAgentApplications/keyCredentials/endDateTime",
			},
			Condition: "an unexpired secret or certificate ends within 30 days (`credentialExpiryWarning`)",
			Remediation: "Move the agent to a federated credential, which does not end, before the date; if a secret must be " +
				"renewed, remove the old one as soon as the new one works.",
			References: []string{"https://learn.microsoft.com/en-us/entra/agent-id/create-blueprint"},
			Run:        judgeExpiringCredentials,
		},
		{
			ID: "no-federated-credential", Title: "A blueprint with active agents has no federated credential", Severity: audit.High,
			Resources: []tenant.ResourceType{tenant.TypeAgentIdentityBlueprint},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentityBlueprints, tenant.DatasetAgentIdentities},
			Presence:  []string{"agentIdentities"},
			Condition: "it has active agents, is homed here, and has no federated credential",
			Remediation: "Let the platform that runs the agents vouch for them: in the Entra admin center open **Entra ID > Agents > " +
				"Agent blueprints**, choose the blueprint, **Certificates & secrets > Federated credentials**, or `POST " +
				"https://graph.microsoft.com/beta/applications/{id}/federatedIdentityCredentials` with `issuer`, `subject` and " +
				"`audiences`. On Azure, take a managed identity as subject.",
			References: []string{
				"https://learn.microsoft.com/en-us/entra/agent-id/create-blueprint",
				"https://learn.microsoft.com/en-us/graph/api/resources/federatedidentitycredential?view=graph-rest-beta",
			},
			Run: judgeNoFederatedCredential,
		},
		{
			ID: "subject-wildcard", Title: "A federated credential accepts an open-ended set of workloads", Severity: audit.High,
			Resources: []tenant.ResourceType{tenant.TypeFederatedIdentityCredential},
			Needs:     credentialDatasets, Optional: homeDatasets,
			Presence:  []string{"classicAgents"}, // whose application it is
			Condition: "its claims-matching expression uses `matches` with a `*` or `?`",
			Remediation: "Name each workload: `PATCH " +
				"https://graph.microsoft.com/beta/applications/{id}/federatedIdentityCredentials/{credentialId}` with a " +
				"`subject` and `claimsMatchingExpression` null, or compare with `eq` and one pipeline environment that demands " +
				"approval.",
			References: []string{
				"https://learn.microsoft.com/en-us/entra/workload-id/workload-identities-flexible-federated-identity-credentials",
				"https://learn.microsoft.com/en-us/graph/api/resources/federatedidentityexpression?view=graph-rest-beta",
			},
			Run: judgeSubjectWildcards,
		},
		{
			ID: "unexpected-audience", Title: "A federated credential accepts tokens that are meant for something else", Severity: audit.Medium,
			Resources: []tenant.ResourceType{tenant.TypeFederatedIdentityCredential},
			Needs:     credentialDatasets, Optional: homeDatasets,
			Presence: []string{
				"classicAgents", // whose application it is
				"agentIdentityBlueprints/federatedIdentityCredentials/audiences",
				"classicAgentApplications/federatedIdentityCredentials/audiences",
			},
			Condition: "it has an audience other than the cloud's token-exchange audience (api://AzureADTokenExchange and its " +
				"national-cloud forms)",
			Remediation: "Ask the workload for a token with the audience `api://AzureADTokenExchange` and allow no other: `PATCH " +
				"https://graph.microsoft.com/beta/applications/{id}/federatedIdentityCredentials/{credentialId}` with " +
				"`audiences`.",
			References: []string{"https://learn.microsoft.com/en-us/graph/api/resources/federatedidentitycredential?view=graph-rest-beta"},
			Run:        judgeAudiences,
		},
		{
			ID: "secrets-not-blocked", Title: "Nothing stops new client secrets", Severity: audit.Medium,
			Resources: []tenant.ResourceType{tenant.TypeTenant},
			Needs:     []tenant.Dataset{tenant.DatasetDefaultAppManagementPolicy},
			Condition: "no enabled app management restriction (default policy, application restrictions) blocks adding " +
				"passwords, or the one that does only applies to applications created after a date in the future",
			Remediation: "In the Entra admin center open **Entra ID > Enterprise apps > Application policies > Block password " +
				"addition**, or `PATCH " +
				"https://graph.microsoft.com/v1.0/policies/defaultAppManagementPolicy` with `isEnabled` true and in " +
				"`applicationRestrictions.passwordCredentials` the restriction `{\"restrictionType\": \"passwordAddition\", " +
				"\"state\": \"enabled\", \"restrictForAppsCreatedAfterDateTime\": null}`. Exempt the few applications that still " +
				"need a secret by an app management policy of their own.",
			References: []string{
				"https://learn.microsoft.com/en-us/graph/api/resources/tenantappmanagementpolicy",
				"https://learn.microsoft.com/en-us/graph/api/resources/applicationauthenticationmethodpolicy",
			},
			Run: judgeSecretsNotBlocked,
		},
	},
}

// Blueprints hold their credentials; classic agents have theirs on their
// application, if that is homed in this tenant.
var (
	credentialHolders  = []tenant.ResourceType{tenant.TypeAgentIdentityBlueprint, tenant.TypeServicePrincipal}
	credentialDatasets = []tenant.Dataset{
		tenant.DatasetAgentIdentityBlueprints, tenant.DatasetClassicAgents, tenant.DatasetClassicAgentApplications,
	}
	// homeDatasets tell what the tenant's id is, where the manifest does not.
	homeDatasets = []tenant.Dataset{tenant.DatasetOrganization}
)
