package synth

import (
	"time"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Forbidden returns a small tenant of which parts could not be read, each in
// another way.
func Forbidden() *Snapshot {
	b := newBuilder("Wingtip Logistics", "wingtip.example")
	b.sponsors = []string{"stewards"}
	b.addBasics()
	b.admin = "lea.moreau"
	b.user("lea.moreau", "Léa Moreau")
	b.user("ivo.petrov", "Иво Петров")
	b.group("stewards", "Agent stewards", 3)
	b.accessGroup("routes", "sg-agents-routes")
	b.hold(globalAdministrator, b.people["lea.moreau"].ID, Ago(800), time.Time{})
	b.Add(tenant.DatasetResourceServicePrincipals, b.graph)
	b.Add(tenant.DatasetSecurityDefaults, &SecurityDefaults{})
	b.Add(tenant.DatasetDefaultAppManagementPolicy, &DefaultAppManagementPolicy{
		Enabled: true, Passwords: []Restriction{{Type: "passwordAddition"}},
	})
	routes := b.homeBlueprint("routes", 200, AgentIdentityBlueprint{
		DisplayName: "Route planning agents", Description: "Plan and replan lorry routes.",
		Federated: []FederatedIdentityCredential{{Name: "aks", Issuer: b.aksIssuer("routes"), Subject: serviceAccount("routes")}},
	}, b.sponsors, []string{"ivo.petrov"})
	depots := b.homeBlueprint("depots", 190, AgentIdentityBlueprint{
		DisplayName: "Depot agents", Description: "Depot inventory.",
		Passwords: []PasswordCredential{secret("depot", "d3~", 150, 365)},
	}, b.sponsors, []string{"ivo.petrov"})
	for i, name := range []string{"Route planner Nord", "Route planner Sud", "Toll calculator", "Depot stock agent", "Depot safety agent", "Pallet counter"} {
		a := b.agent(agentSpec{name: name, bp: []*blueprint{routes, depots}[i/3], days: 180 - 20*i})
		if i%2 == 0 {
			b.join(a.ID, "routes")
			b.permit(a.ID, a.DisplayName, b.graph, b.graph.role("Sites.Selected"), 100)
		}
	}
	b.policy("Agents - block high risk", 90, ConditionalAccessPolicy{
		IncludeAgents: []string{"All"}, AgentRisk: "high", IncludeApplications: []string{"All"}, Grant: block, V1: true,
	})
	b.policy("MFA for all users", 500, ConditionalAccessPolicy{
		IncludeUsers: []string{"All"}, IncludeApplications: []string{"All"}, Grant: []string{"mfa"}, V1: true,
	})
	b.refuseParts(depots)
	return b.Snapshot
}

// refuseParts takes away what this caller could not read.
func (b *builder) refuseParts(depots *blueprint) {
	b.AskVersion(tenant.DatasetConditionalAccessPolicies, v1) // shows no agent condition
	denied := Gap{tenant.GapForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."}
	b.Refuse(tenant.DatasetDirectoryAudits, Gap{tenant.GapForbidden, "Authentication_MSGraphPermissionMissing", "The principal does not have required Microsoft Graph permission(s): AuditLog.Read.All to call this API."})
	b.Refuse(tenant.DatasetOAuth2PermissionGrants, denied)
	b.Refuse(tenant.DatasetLifecycleWorkflows, denied)
	for _, d := range []tenant.Dataset{tenant.DatasetRiskyAgents, tenant.DatasetAgentRiskDetections} {
		b.Refuse(d, Gap{tenant.GapForbidden, "Forbidden", "Your account does not have access to this report or data."})
	}
	for _, d := range []tenant.Dataset{tenant.DatasetRiskyServicePrincipals, tenant.DatasetAccessReviewDefinitions} {
		b.Refuse(d, Gap{tenant.GapNotLicensed, "Forbidden", "Your tenant is not licensed for this feature."})
	}
	b.Refuse(tenant.DatasetAgentInstances, Gap{tenant.GapNotEnabled, "BadRequest", "Resource not found for the segment 'agentRegistry'."})
	b.Refuse(tenant.DatasetRoleEligibilityScheduleInstances, Gap{tenant.GapFailed, "UnknownError", ""})
	b.Refuse(tenant.DatasetLifecyclePolicies, Gap{Status: tenant.GapSkipped})
	b.Refuse(tenant.DatasetLifecycleSubjects, Gap{Status: tenant.GapSkipped})
	b.Refuse(tenant.DatasetLogAnalyticsWorkspaces, Gap{Status: tenant.GapAbsent})
	b.Refuse(tenant.DatasetSignIns, Gap{Status: tenant.GapTruncated, Code: "TooManyRequests", Message: "Too many requests."})
	b.LeaveNextLink(tenant.DatasetSignIns, "https://graph.microsoft.com/beta/auditLogs/signIns?$skiptoken="+opaqueID("skiptoken"))
	b.Raw(tenant.DatasetDiagnosticSettings, `{"error":{"code":"AuthorizationFailed","message":"The client '`+b.id("auditor")+`' with object id '`+b.id("auditor")+`' does not have authorization to perform action 'microsoft.aadiam/diagnosticSettings/read' over scope '/providers/microsoft.aadiam/diagnosticSettings' or the scope is invalid."}}`)
	b.RefuseRelation(tenant.DatasetAgentIdentityBlueprints, RelationGap{
		ID: depots.app.ID, Relation: "federatedIdentityCredentials", Status: tenant.GapForbidden,
		Code: "Authorization_RequestDenied", Message: "Insufficient privileges to complete the operation.",
	})
	depots.app.NoFederated = true
}
