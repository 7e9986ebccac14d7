package synth

import (
	"time"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Compliant returns a tenant in which every rule passes that can: nothing
// fails, nothing is unknown, and only what software cannot see is manual.
func Compliant() *Snapshot {
	b := newBuilder("Northwind Clinics", "northwind.example")
	b.sponsors = []string{"stewards", "maria.silva"}
	b.lifecycle = b.id("lifecycle policy", "agents")
	b.addBasics()
	b.admin = "maria.silva"
	b.user("maria.silva", "Maria Silva")
	b.user("tomas.horak", "Tomáš Horák")
	b.user("aiko.sato", "佐藤 愛子")
	b.group("stewards", "Agent stewards", 5)
	b.accessGroup("schedules", "sg-agents-schedules")
	c := &compliant{builder: b}
	c.api = lineOfBusiness(b.TenantID, "Northwind Clinic API", []string{"Appointments.Manage"}, nil)
	b.Add(tenant.DatasetResourceServicePrincipals, b.graph, c.api)
	c.addBlueprints()
	c.addAgents()
	c.addAccess()
	c.addPolicies()
	c.addGovernance()
	c.addDrills()
	return b.Snapshot
}

type compliant struct {
	*builder
	api                      *ResourceServicePrincipal
	desk, claims, records    *blueprint
	agents                   []*AgentIdentity
	deskAgent, recordsHelper *AgentUser
}

// addBasics adds the tenant itself, its licences and the directory roles.
func (b *builder) addBasics() {
	b.Add(tenant.DatasetOrganization, &Organization{ID: b.TenantID, DisplayName: b.DisplayName})
	b.Add(tenant.DatasetSubscribedSkus, licences(b.TenantID)...)
	b.Add(tenant.DatasetRoleDefinitions, directoryRoles()...)
	b.Add(tenant.DatasetContinuousAccessEvaluationPolicy, &ContinuousAccessEvaluationPolicy{ID: b.id("cae"), Migrated: true})
}

func (c *compliant) addBlueprints() {
	sponsors, owners := []string{"stewards", "tomas.horak"}, []string{"tomas.horak", "aiko.sato"}
	inherit := []InheritablePermission{{ResourceAppID: graphAppID, Scopes: []string{"User.Read"}}}
	require := []RequiredResourceAccess{
		{ResourceAppID: graphAppID, Scopes: []string{c.graph.scope("User.Read"), c.graph.scope("offline_access")}},
		{ResourceAppID: c.api.AppID, Roles: []string{c.api.role("Appointments.Manage")}},
	}
	c.desk = c.homeBlueprint("desk", 200, AgentIdentityBlueprint{
		DisplayName: "Front desk agents", Description: "Book and move appointments.",
		Inheritable: inherit, Required: require, RedirectURIs: []string{"https://desk.northwind.example/signin", "http://localhost:8400/"},
		Federated: []FederatedIdentityCredential{{Name: "aks", Issuer: c.aksIssuer("clinics"), Subject: serviceAccount("desk")}},
	}, sponsors, owners)
	c.claims = c.homeBlueprint("claims", 190, AgentIdentityBlueprint{
		DisplayName: "Claims agents", Description: "Prepare insurance claims for a person to sign.",
		Inheritable: inherit, Required: require,
		Federated: []FederatedIdentityCredential{{Name: "github", Issuer: gitHubIssuer, Subject: "repo:northwind/claims:environment:production"}},
	}, sponsors, owners)
	c.records = c.homeBlueprint("records", 185, AgentIdentityBlueprint{
		DisplayName: "Records agents", Description: "Answer questions about one patient's record, for that patient's doctor.",
		Inheritable: inherit, Required: require,
		Federated: []FederatedIdentityCredential{{Name: "container-apps", Issuer: c.entraIssuer(), Subject: c.id("managed identity", "records")}},
	}, sponsors, owners)
}

func (c *compliant) addAgents() {
	for i, name := range []string{
		"Appointment desk Lisboa", "Appointment desk Porto", "Appointment desk Braga", "Waiting list agent",
		"Claims preparation agent", "Invoice check agent", "Réclamations Genève", "Kostenerstattung Zürich",
		"Record summary agent", "Medication check agent", "診療記録エージェント", "Discharge letter agent",
	} {
		bp := []*blueprint{c.desk, c.claims, c.records}[i/4]
		a := c.agent(agentSpec{name: name, bp: bp, days: 180 - 14*i, owners: []string{"aiko.sato"}})
		c.agents = append(c.agents, a)
		c.Add(tenant.DatasetAgentInstances, &AgentInstance{
			ID: c.id("instance", name), DisplayName: name, Agent: a.ID, Store: "Northwind agent portal",
			Owners: []string{c.people["aiko.sato"].ID}, CreatedDateTime: a.CreatedDateTime,
		})
	}
	c.deskAgent = c.agentUser(c.agents[0].ID, "desk.lisboa", "Desk Lisboa", 170)
	c.recordsHelper = c.agentUser(c.agents[8].ID, "records.helper", "Records helper", 60)
	c.consent(c.agents[0].ID, c.deskAgent.ID, c.graph, "User.Read offline_access")
	c.consent(c.agents[8].ID, c.recordsHelper.ID, c.graph, "User.Read")
}

// addAccess gives the front desk its permission, group and role through a
// package that ends.
func (c *compliant) addAccess() {
	policy := c.packageFor("clinic", "Clinic schedules for agents", "allDirectoryAgentIdentities", "P90D", true,
		ResourceRole{"AadGroup", c.groups["schedules"].ID, "", "Member"},
		ResourceRole{"AadApplication", c.api.ID, c.api.role("Appointments.Manage"), "Appointments.Manage"})
	notices := c.packageFor("notices", "Service notices", "allDirectoryAgentIdentities", "P60D", true,
		ResourceRole{"DirectoryRole", messageCenterReader, messageCenterReader, "Message Center Reader"})
	for i, a := range c.agents[:4] {
		c.assign(a, policy, 20+i, 90)
		c.join(a.ID, "schedules")
		c.permit(a.ID, a.DisplayName, c.api, c.api.role("Appointments.Manage"), 20)
	}
	waiting := c.agents[3]
	c.assign(waiting, notices, 10, 60)
	c.hold(messageCenterReader, waiting.ID, Ago(10), Ago(-50))
	c.holder(waiting)

	never := time.Time{}
	c.hold(globalAdministrator, c.people["maria.silva"].ID, Ago(1000), never)
	c.hold(globalAdministrator, c.people["tomas.horak"].ID, Ago(900), never)
	c.mayActivate(agentIDAdministrator, c.people["aiko.sato"].ID, Ago(200), Ago(-160))
}

func (c *compliant) addPolicies() {
	all := []string{"All"}
	c.Add(tenant.DatasetSecurityDefaults, &SecurityDefaults{})
	clinics := &NamedLocation{
		ID: c.id("location", "clinics"), DisplayName: "Clinics", CreatedDateTime: Ago(700), Trusted: true,
		Ranges: []string{"198.51.100.0/24", "2001:db8:20::/48"},
	}
	c.Add(tenant.DatasetNamedLocations, clinics)
	c.policy("NW01 MFA for everybody", 900, ConditionalAccessPolicy{
		IncludeUsers: all, IncludeApplications: all, Grant: []string{"mfa"},
	})
	c.policy("NW10 Agents - block medium and high risk", 170, ConditionalAccessPolicy{
		TemplateID: templateHighRisk, IncludeAgents: all, AgentRisk: "medium,high", IncludeApplications: all, Grant: block,
		Session: &SessionControls{DisableResilienceDefaults: true},
	})
	c.policy("NW11 Agents - block what is not approved", 165, ConditionalAccessPolicy{
		AgentFilter:         &Filter{"include", `CustomSecurityAttribute.AgentGovernance_Stage -ne "Approved"`},
		IncludeApplications: all, Grant: block,
	})
	c.policy("NW20 Agent users - compliant device", 160, ConditionalAccessPolicy{
		IncludeUsers: []string{"AllAgentIdUsers"}, IncludeApplications: all, Grant: []string{"compliantDevice"},
		Session: &SessionControls{CAEMode: "strictEnforcement", DisableResilienceDefaults: true},
	})
	c.policy("NW21 Agent users - clinics only", 160, ConditionalAccessPolicy{
		IncludeUsers: []string{"AllAgentIdUsers"}, IncludeApplications: all, Grant: block,
		IncludeLocations: all, ExcludeLocations: []string{clinics.ID},
	})
	a := c.agents[5]
	c.Add(tenant.DatasetRiskyAgents, &RiskyAgent{
		ID: a.ID, DisplayName: a.DisplayName, BlueprintID: a.AgentIdentityBlueprintID,
		Level: "low", State: "dismissed", Detail: "adminDismissedRiskForAgent", LastModified: Ago(40),
	})
	c.Add(tenant.DatasetAgentRiskDetections, &AgentRiskDetection{
		ID: c.id("detection"), IdentityID: a.ID, DisplayName: a.DisplayName, BlueprintID: a.AgentIdentityBlueprintID,
		EventType: "signInSpike", Level: "low", State: "dismissed", Activity: Ago(42), Detected: Ago(41),
	})
}

func (c *compliant) addGovernance() {
	c.Add(tenant.DatasetAccessReviewDefinitions, &AccessReviewDefinition{
		ID: c.id("review"), DisplayName: "Agents with clinic schedules, quarterly", Status: "InProgress",
		Query: "/groups/" + c.groups["schedules"].ID + "/transitiveMembers",
	})
	c.Add(tenant.DatasetDefaultAppManagementPolicy, &DefaultAppManagementPolicy{
		Enabled:   true,
		Passwords: []Restriction{{Type: "passwordAddition"}, {Type: "customPasswordAddition"}, {Type: "symmetricKeyAddition"}},
		Keys:      []Restriction{{Type: "asymmetricKeyLifetime", MaxLifetime: "P180D"}},
	})
	c.Add(tenant.DatasetLifecycleWorkflows, &LifecycleWorkflow{
		ID: c.id("workflow"), DisplayName: "Leavers: agent sponsorship", Category: "leaver",
		Tasks: []Task{
			{DefinitionID: sponsorMailTask, DisplayName: "Send email to manager about sponsorship changes"},
			{DefinitionID: coSponsorMailTask, DisplayName: "Send email to co-sponsors about sponsor changes"},
		},
	})
	c.Add(tenant.DatasetLifecyclePolicies, &LifecyclePolicy{
		ID: c.lifecycle, DisplayName: "Agents: sponsor, attestation, activity",
		MinimumSponsors: 2, AttestationInterval: 180, InactivityThreshold: 60, CreatedDateTime: Ago(140),
	})
	workspace := "/subscriptions/" + c.id("subscription") + "/resourceGroups/rg-security/providers/Microsoft.OperationalInsights/workspaces/law-northwind"
	c.Add(tenant.DatasetDiagnosticSettings, &DiagnosticSetting{
		Name: "to-sentinel", WorkspaceID: workspace,
		Enabled: []string{
			"AuditLogs", "SignInLogs", "NonInteractiveUserSignInLogs", "ServicePrincipalSignInLogs", "ManagedIdentitySignInLogs",
			"MicrosoftGraphActivityLogs", "RiskyAgents", "AgentRiskEvents", "RiskyServicePrincipals", "ServicePrincipalRiskEvents",
		},
	})
	c.Add(tenant.DatasetLogAnalyticsWorkspaces, &LogAnalyticsWorkspace{
		ID: workspace, Name: "law-northwind", Location: "westeurope", RetentionInDays: 365,
	})
}

// addDrills stops every blueprint for half an hour and an agent by itself: what
// tries meanwhile is refused.
func (c *compliant) addDrills() {
	for i, bp := range []*blueprint{c.desk, c.claims, c.records} {
		at := Ago(12 + 3*i).Add(4 * time.Hour)
		c.drill(bp.principal.ID, bp.name, at, 45)
		for n, a := range c.agents[4*i : 4*i+4] {
			c.signIn(a, at.Add(-time.Duration(9+n)*time.Minute))
			c.signIn(a, at.Add(time.Duration(18+3*n)*time.Minute), denied)
		}
	}
	a := c.agents[9]
	at := Ago(8).Add(5 * time.Hour)
	c.drill(a.ID, a.DisplayName, at, 60)
	c.signIn(a, at.Add(22*time.Minute), denied)
	old := Ago(75)
	c.Add(tenant.DatasetKillSwitchDrills, &KillSwitchDrill{
		ID: c.id("drill"), TargetID: c.agents[0].ID, Disabled: old, Enabled: old.Add(time.Hour), Verified: old.Add(3 * time.Hour), Denied: 9,
	})
}
