package synth

import (
	"time"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Bare returns a tenant that has agents and no control at all: what cannot fail
// in Contoso, because there something was tried, fails here.
func Bare() *Snapshot {
	b := newBuilder("Tailspin Toys", "tailspin.example")
	b.sponsors = []string{"pat.lee"}
	b.auditDays = 0 // no creation is logged: changes-not-logged
	b.addBasics()
	b.admin = "pat.lee"
	b.user("pat.lee", "Pat Lee")
	b.user("sky.ode", "Sky Ode", disabled)
	b.Add(tenant.DatasetResourceServicePrincipals, b.graph)
	b.hold(globalAdministrator, b.people["pat.lee"].ID, Ago(800), time.Time{})
	b.Add(tenant.DatasetSecurityDefaults, &SecurityDefaults{Enabled: true})
	b.Add(tenant.DatasetDefaultAppManagementPolicy, &DefaultAppManagementPolicy{})

	toys := b.homeBlueprint("toys", 100, AgentIdentityBlueprint{
		DisplayName: "Toy shop agents",
		Passwords:   []PasswordCredential{secret("only one", "aB~", 100, 730)},
	}, []string{"pat.lee"}, nil)
	b.studio()
	for i, name := range []string{"Gift finder", "Stock answerer", "Returns helper", "Newsletter writer", "Price watcher"} {
		b.agent(agentSpec{name: name, bp: toys, days: 98 - 18*i, credential: "clientSecret"})
	}
	// The audit log was read, goes back far enough, and names none of them.
	for i := range 4 {
		b.audit(Ago(29-7*i), "Update application", toys.app.ID, toys.name, func(e *DirectoryAudit) { e.TargetType = "Application" })
	}
	for _, d := range []tenant.Dataset{tenant.DatasetRiskyAgents, tenant.DatasetAgentRiskDetections} {
		b.Refuse(d, Gap{tenant.GapNotLicensed, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "Neither tenant is B2C or tenant doesn't have premium license"})
	}
	return b.Snapshot
}

// studio adds a Copilot Studio principal with one agent.
func (b *builder) studio() {
	bp := b.foreignBlueprint("studio", "Microsoft Copilot Studio", microsoftTenantID, "", 90)
	b.agent(agentSpec{name: "Shift planner", bp: bp, days: 80, untagged: true})
}

// Empty returns a tenant that was read in full and has no agent.
func Empty() *Snapshot {
	b := newBuilder("Adventure Works", "adventure-works.example")
	b.addBasics()
	b.admin = "eva.lund"
	b.user("eva.lund", "Eva Lund")
	b.user("nils.berg", "Nils Berg")
	b.hold(globalAdministrator, b.people["eva.lund"].ID, Ago(800), time.Time{})
	b.hold(globalAdministrator, b.people["nils.berg"].ID, Ago(700), time.Time{})
	b.Add(tenant.DatasetSecurityDefaults, &SecurityDefaults{})
	b.Add(tenant.DatasetDefaultAppManagementPolicy, &DefaultAppManagementPolicy{
		Enabled: true, Passwords: []Restriction{{Type: "passwordAddition"}},
	})
	all := []string{"All"}
	b.policy("Require MFA for all users", 700, ConditionalAccessPolicy{
		IncludeUsers: all, IncludeApplications: all, Grant: []string{"mfa"},
	})
	b.policy("Block agents at high risk", 30, ConditionalAccessPolicy{
		TemplateID: templateHighRisk, IncludeAgents: all, AgentRisk: "high", IncludeApplications: all, Grant: block,
	})
	workspace := "/subscriptions/" + b.id("subscription") + "/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/law-logs"
	b.Add(tenant.DatasetDiagnosticSettings, &DiagnosticSetting{
		Name: "to-logs", WorkspaceID: workspace,
		Enabled: []string{"AuditLogs", "SignInLogs", "NonInteractiveUserSignInLogs", "ServicePrincipalSignInLogs", "ManagedIdentitySignInLogs"},
	})
	b.Add(tenant.DatasetLogAnalyticsWorkspaces, &LogAnalyticsWorkspace{ID: workspace, Name: "law-logs", Location: "swedencentral", RetentionInDays: 90})
	return b.Snapshot
}
