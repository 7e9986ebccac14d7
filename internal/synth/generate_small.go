package synth

import (
	"time"

	"github.com/ztagent/ztagent/internal/tenant"
)

const generatedRiskPolicy = "Agents - block medium and high risk"

// addSmallParts adds what does not grow with the tenant: licences, APIs,
// policies, roles, where the logs go.
func (g *generator) addSmallParts() {
	b := g.builder
	b.addBasics()
	b.admin = "admin.one"
	b.user("admin.one", "Admin One")
	b.user("admin.two", "Admin Two")
	b.group("stewards", "Agent stewards", 8)
	b.lifecycle = b.id("lifecycle policy")
	never := time.Time{}
	b.hold(globalAdministrator, b.people["admin.one"].ID, never.AddDate(2020, 0, 0), never)
	b.hold(globalAdministrator, b.people["admin.two"].ID, never.AddDate(2020, 0, 0), never)
	g.orders = lineOfBusiness(b.TenantID, "Litware Orders API", []string{"Orders.Process"}, nil)
	b.Add(tenant.DatasetResourceServicePrincipals, b.graph, exchangeOnline(b.TenantID), sharePointOnline(b.TenantID), g.orders)
	g.addGeneratedPolicies()
	b.Add(tenant.DatasetDefaultAppManagementPolicy, &DefaultAppManagementPolicy{Enabled: true, Passwords: []Restriction{{Type: "passwordAddition"}}})
	b.Add(tenant.DatasetLifecyclePolicies, &LifecyclePolicy{
		ID: b.lifecycle, DisplayName: "Agents", MinimumSponsors: 1, AttestationInterval: 180, InactivityThreshold: 60, CreatedDateTime: Ago(120),
	})
	b.Add(tenant.DatasetLifecycleWorkflows, &LifecycleWorkflow{
		ID: b.id("workflow"), DisplayName: "Leavers", Category: "leaver",
		Tasks: []Task{{DefinitionID: sponsorMailTask, DisplayName: "Send email to manager about sponsorship changes"}},
	})
	workspace := "/subscriptions/" + b.id("subscription") + "/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/law-litware"
	b.Add(tenant.DatasetDiagnosticSettings, &DiagnosticSetting{
		Name: "to-logs", WorkspaceID: workspace,
		Enabled: []string{"AuditLogs", "SignInLogs", "NonInteractiveUserSignInLogs", "ServicePrincipalSignInLogs", "ManagedIdentitySignInLogs", "MicrosoftGraphActivityLogs", "RiskyAgents", "AgentRiskEvents", "RiskyServicePrincipals", "ServicePrincipalRiskEvents"},
	})
	b.Add(tenant.DatasetLogAnalyticsWorkspaces, &LogAnalyticsWorkspace{ID: workspace, Name: "law-litware", Location: "westeurope", RetentionInDays: 365})
	g.addGeneratedDrills()
}

func (g *generator) addGeneratedPolicies() {
	b, all := g.builder, []string{"All"}
	b.Add(tenant.DatasetSecurityDefaults, &SecurityDefaults{})
	head := &NamedLocation{ID: b.id("location"), DisplayName: "Offices", CreatedDateTime: Ago(700), Trusted: true, Ranges: []string{"203.0.113.0/24"}}
	b.Add(tenant.DatasetNamedLocations, head)
	b.policy("MFA for everybody", 900, ConditionalAccessPolicy{IncludeUsers: all, IncludeApplications: all, Grant: []string{"mfa"}})
	b.policy(generatedRiskPolicy, 300, ConditionalAccessPolicy{
		IncludeAgents: all, ExcludeAgents: g.excluded(), AgentRisk: "medium,high", IncludeApplications: all, Grant: block,
	})
	b.policy("Agents - block what is not approved", 290, ConditionalAccessPolicy{
		AgentFilter:         &Filter{"include", `CustomSecurityAttribute.AgentGovernance_Stage -ne "Approved"`},
		IncludeApplications: all, Grant: block,
	})
	b.policy("Agents - no mail for pilots", 200, ConditionalAccessPolicy{
		AgentFilter:         &Filter{"include", `CustomSecurityAttribute.AgentGovernance_Stage -eq "Pilot" -and CustomSecurityAttribute.AgentGovernance_DataZone -contains "EU"`},
		IncludeApplications: []string{exchangeAppID}, Grant: block,
	})
	b.policy("Agents - stop everything", 280, ConditionalAccessPolicy{State: stateDisabled, IncludeAgents: all, IncludeApplications: all, Grant: block})
	b.policy("Agents - trial", 20, ConditionalAccessPolicy{State: stateReportOnly, IncludeAgents: all, AgentRisk: "low", IncludeApplications: all, Grant: block})
	b.policy("Agent users - compliant device", 250, ConditionalAccessPolicy{
		IncludeUsers: []string{"AllAgentIdUsers"}, IncludeApplications: all, Grant: []string{"compliantDevice"},
	})
	b.policy("Agents - sign in anew", 150, ConditionalAccessPolicy{
		IncludeAgents: all, IncludeApplications: []string{sharePointAppID}, Grant: block, AgentRisk: "low",
		Session: &SessionControls{EverySignIn: true},
	})
	b.policy("Agent users - long sessions", 140, ConditionalAccessPolicy{
		IncludeUsers: []string{"AllAgentIdUsers"}, IncludeApplications: []string{"Office365"}, Session: &SessionControls{CAEMode: "disabled"},
	})
	b.policy("Agent users - offices", 250, ConditionalAccessPolicy{
		IncludeUsers: []string{"AllAgentIdUsers"}, IncludeApplications: all, Grant: block, IncludeLocations: all, ExcludeLocations: []string{head.ID},
	})
}

// excluded are a handful of blueprint principals and of agents that the risk
// policy leaves out.
func (g *generator) excluded() []string {
	var ids []string
	for n := range 8 {
		if j := 20 + 9*n; j < g.nBlueprints {
			ids = append(ids, g.principalID(j))
		}
		if i := 3 + 101*n; i < g.nAgents {
			ids = append(ids, g.agentID(i))
		}
	}
	return ids
}

// addGeneratedDrills stops and starts a blueprint and an agent, of which nothing
// was seen meanwhile.
func (g *generator) addGeneratedDrills() {
	j := min(30, g.nBlueprints-1)
	g.drill(g.principalID(j), blueprintName(j), Ago(15), 60)
	g.drill(g.agentID(1), g.agentName(1), Ago(9), 45)
}
