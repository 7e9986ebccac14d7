package synth

import "github.com/ztagent/ztagent/internal/tenant"

// Federated credential issuers that a reviewer would approve of.
const (
	gitHubIssuer = "https://token.actions.githubusercontent.com"
	gitLabIssuer = "https://gitlab.com"
	eksIssuer    = "https://oidc.eks.eu-west-1.amazonaws.com/id/5F0C3A7E9B1D4826A0C4E8F2B6D09A13"
)

func (b *builder) aksIssuer(cluster string) string {
	return "https://westeurope.oic.prod-aks.azure.com/" + b.TenantID + "/" + b.id("cluster", cluster) + "/"
}

func (b *builder) entraIssuer() string {
	return "https://login.microsoftonline.com/" + b.TenantID + "/v2.0"
}

func serviceAccount(name string) string { return "system:serviceaccount:agents:" + name }

// certificate is a key credential that was issued so many days ago for so many
// days; its name decides the thumbprint.
func certificate(name string, daysAgo, lasts int) KeyCredential {
	return KeyCredential{
		KeyID: GUID("key", name), DisplayName: "CN=" + name, CustomKeyIdentifier: thumbprint(name),
		StartDateTime: Ago(daysAgo), EndDateTime: Ago(daysAgo - lasts),
	}
}

func secret(name, hint string, daysAgo, lasts int) PasswordCredential {
	return PasswordCredential{
		KeyID: GUID("secret", name), DisplayName: name, Hint: hint,
		StartDateTime: Ago(daysAgo), EndDateTime: Ago(daysAgo - lasts),
	}
}

func (c *contoso) addBlueprints() {
	board, dana := []string{"board"}, []string{"dana.roy"}
	c.fin = c.homeBlueprint("finance", 260, AgentIdentityBlueprint{
		DisplayName: "Finance agents", Description: "Invoice, payment and closing agents of the finance department.",
		Federated: []FederatedIdentityCredential{
			{Name: "aks-prod", Issuer: c.aksIssuer("prod"), Subject: serviceAccount("finance")},
		},
		Inheritable: []InheritablePermission{{ResourceAppID: graphAppID, Scopes: []string{"User.Read"}}},
		Required: []RequiredResourceAccess{
			{ResourceAppID: graphAppID, Scopes: []string{c.graph.scope("User.Read"), c.graph.scope("offline_access")}},
			{ResourceAppID: c.finance.AppID, Roles: []string{c.finance.role("Invoices.Process")}},
		},
	}, []string{"finance-sponsors"}, []string{"ana.souza", "dana.roy"})

	// subject-wildcard; its expression also accepts the subject of Data platform.
	c.dev = c.homeBlueprint("engineering", 240, AgentIdentityBlueprint{
		DisplayName: "Engineering automation", Description: "Agents that run in GitHub Actions of the platform team.",
		Federated: []FederatedIdentityCredential{
			{Name: "github-platform", Issuer: gitHubIssuer, Subject: "repo:contoso/platform:environment:production"},
			{Name: "github-any-agent", Issuer: gitHubIssuer, Expression: "claims['sub'] matches 'repo:contoso/agent-*:environment:production'"},
		},
		Required: []RequiredResourceAccess{{ResourceAppID: graphAppID, Scopes: []string{c.graph.scope("User.Read")}}},
	}, board, []string{"lukasz.wisniewski"})

	// client-secret, expired-credential, expiring-credential,
	// no-federated-credential, undocumented, no-owner.
	c.hr = c.homeBlueprint("hr", 300, AgentIdentityBlueprint{
		DisplayName: "HR helpdesk agents",
		Passwords: []PasswordCredential{
			secret("bootstrap", "q7~", 290, 730),
			secret("rotation 2026-05", "Zx8", 190, 200),
			secret("first try", "0pL", 299, 90),
		},
	}, board, nil)

	// certificate, long-lived-certificate, shared-certificate, no-sponsor.
	c.proc = c.homeBlueprint("procurement", 420, AgentIdentityBlueprint{
		DisplayName: "Procurement pilot", Description: "Pilot of 2025; to be moved to AKS.",
		Keys: []KeyCredential{certificate("agents.contoso.example", 410, 1095), certificate("pilot.contoso.example", 410, 365)},
	}, nil, []string{"olena.koval"})

	// multi-tenant, insecure-redirect, unexpected-audience.
	c.support = c.homeBlueprint("support", 210, AgentIdentityBlueprint{
		DisplayName: "Customer support agents", Description: "Agents of the contact centre, hosted on Azure Container Apps.",
		SignInAudience: "AzureADMultipleOrgs",
		RedirectURIs:   []string{"https://support.contoso.example/signin", "http://support.contoso.example/signin", "https://*.contoso.example/callback"},
		Federated: []FederatedIdentityCredential{
			{Name: "container-apps", Issuer: c.entraIssuer(), Subject: c.id("managed identity", "support")},
			{Name: "voice-gateway", Issuer: c.entraIssuer(), Subject: c.id("managed identity", "voice"), Audience: "api://contoso-token-broker"},
		},
	}, board, []string{"zoe.obrien"})

	c.addSharedBlueprints(board)

	c.store = c.homeBlueprint("store", 180, AgentIdentityBlueprint{
		DisplayName: "Store assistants", Description: "One assistant per store; answers staff about stock, rota and returns.",
		Federated: []FederatedIdentityCredential{
			{Name: "aks-stores", Issuer: c.aksIssuer("stores"), Subject: serviceAccount("stores")},
		},
		Inheritable: []InheritablePermission{{ResourceAppID: graphAppID, Scopes: []string{"User.Read"}}},
	}, board, []string{"omar.alali", "mei.chen"})

	c.sandbox = c.homeBlueprint("sandbox", 330, AgentIdentityBlueprint{
		DisplayName: "Agent sandbox", Description: "Experiments; nothing here is meant to last.",
		Federated: []FederatedIdentityCredential{
			{Name: "gitlab", Issuer: gitLabIssuer, Subject: "project_path:contoso/agent-sandbox:ref_type:branch:ref:main"},
		},
	}, board, dana)

	c.studio = c.foreignBlueprint("studio", "Microsoft Copilot Studio", microsoftTenantID, "", 380)
	c.studio.principal.Attributes = []Attribute{{Set: "AgentGovernance", Name: "Stage", Value: "Approved"}}
	c.security = c.foreignBlueprint("security", "Microsoft Security Copilot", microsoftTenantID, "", 200)
	c.security.principal.Attributes = c.studio.principal.Attributes
	// unverified-publisher.
	c.fabrikam = c.foreignBlueprint("fabrikam", "Fabrikam Travel Concierge", GUID("tenant", "fabrikam.example"), "", 95)
	c.adatum = c.foreignBlueprint("adatum", "A. Datum Contract Review", GUID("tenant", "adatum.example"), "A. Datum Corporation", 160)
	// The blueprint of this one was removed with its principal; the agent stayed.
	c.orphan = &blueprint{appID: c.id("blueprint appId", "translation"), name: "removed"}
}

// addSharedBlueprints adds the two that one team set up by copying: the same
// certificate, the same workload, and issuers that nobody looked at.
func (c *contoso) addSharedBlueprints(board []string) {
	shared := FederatedIdentityCredential{Name: "eks-analytics", Issuer: eksIssuer, Subject: serviceAccount("analytics")}
	c.supply = c.homeBlueprint("supply", 230, AgentIdentityBlueprint{
		DisplayName: "Supply chain agents", Description: "Freight, customs and forecast agents.",
		Keys: []KeyCredential{certificate("agents.contoso.example", 410, 1095)},
		Federated: []FederatedIdentityCredential{
			shared,
			{Name: "carrier", Issuer: "https://login.microsoftonline.com/" + GUID("tenant", "fabrikam.example") + "/v2.0", Subject: GUID("workload", "fabrikam carrier")},
			{Name: "warehouse-rack", Issuer: "http://10.20.30.40:8443/oidc", Subject: "rack-7"},
			{Name: "own-idp", Issuer: "https://oidc.supply.contoso.example", Subject: "planner"},
		},
	}, board, []string{"olena.koval"})
	c.data = c.homeBlueprint("data", 225, AgentIdentityBlueprint{
		DisplayName: "Data platform agents", Description: "Lakehouse and reporting agents.",
		Federated: []FederatedIdentityCredential{
			shared,
			{Name: "github-pipelines", Issuer: gitHubIssuer, Subject: "repo:contoso/agent-pipelines:environment:production"},
		},
		Inheritable: []InheritablePermission{{ResourceAppID: graphAppID, AllScopes: true, AllRoles: true}},
	}, board, []string{"lukasz.wisniewski"})
}

// addClassicAgents adds agents from before Entra Agent ID: two homed here, one
// of which shares the procurement certificate, and one of a publisher.
func (c *contoso) addClassicAgents() {
	c.classic("Vendor onboarding bot", []string{"power-virtual-agents-" + c.id("bot", "vendor"), "AgenticInstance"},
		[]PasswordCredential{secret("bot framework", "t2_", 500, 730), secret("2025", "Kk1", 640, 365)},
		[]KeyCredential{certificate("agents.contoso.example", 410, 1095)})
	c.classic("Canteen menu bot", []string{"power-virtual-agents-" + c.id("bot", "canteen")}, nil,
		[]KeyCredential{certificate("canteen.contoso.example", 340, 364)})
	c.Add(tenant.DatasetClassicAgents, &ClassicAgent{
		ID: c.id("classic", "survey"), AppID: GUID("app", "Litware Survey Agent"), DisplayName: "Litware Survey Agent",
		AppOwnerOrganizationID: GUID("tenant", "litware.example"), CreatedDateTime: Ago(450),
		Tags: []string{"AgenticInstance", "WindowsAzureActiveDirectoryIntegratedApp"},
	})
}

func (c *contoso) classic(name string, tags []string, passwords []PasswordCredential, keys []KeyCredential) {
	agent := &ClassicAgent{
		ID: c.id("classic", name), AppID: c.id("classic appId", name), DisplayName: name,
		AppOwnerOrganizationID: c.TenantID, CreatedDateTime: Ago(500), Tags: tags,
	}
	c.Add(tenant.DatasetClassicAgents, agent)
	c.Add(tenant.DatasetClassicAgentApplications, &ClassicAgentApplication{
		ID: c.id("classic application", name), AppID: agent.AppID, DisplayName: name,
		Passwords: passwords, Keys: keys,
	})
	if len(passwords) > 0 {
		c.Add(tenant.DatasetRiskyServicePrincipals, &RiskyServicePrincipal{
			ID: agent.ID, AppID: agent.AppID, DisplayName: name,
			Level: "medium", State: "atRisk", LastUpdated: Ago(12),
		})
	}
}
