package synth

import (
	"time"

	"github.com/ztagent/ztagent/internal/tenant"
)

// addPermissions adds what agents and blueprint principals may call, apart from
// what access packages give.
func (c *contoso) addPermissions() {
	give := func(key string, api *ResourceServicePrincipal, role string, days int) {
		c.permit(c.agents[key].ID, c.agents[key].DisplayName, api, api.role(role), days)
	}
	exchange := exchangeOnline(c.TenantID)
	give("close", c.finance, "Ledger.Post", 185)                                                                   // standing-access
	give("deps", c.graph, "AgentIdUser.ReadWrite.IdentityParentedBy", 90)                                          // creates-agents
	give("deps", c.graph, "TeamsActivity.Send", 90)                                                                // application-permission, undeclared
	give("freight", c.graph, "Mail.Read", 200)                                                                     // bulk-read
	give("forecast", c.graph, "Files.Read.All", 199)                                                               // forbidden, wildcard, bulk-read
	give("forecast", c.graph, "User.Read.All", 199)                                                                // wildcard
	give("lakehouse", c.graph, "eDiscovery.Read.All", 120)                                                         // bulk-export
	give("intake", exchange, "full_access_as_app", 380)                                                            // wildcard and bulk on Exchange
	c.permit(c.agents["freight"].ID, c.agents["freight"].DisplayName, c.finance, c.id("app role", "removed"), 300) // unresolved
	c.permit(c.agents["triage"].ID, c.agents["triage"].DisplayName, c.finance, "00000000-0000-0000-0000-000000000000", 60)

	// Granted to the principal of Data platform, whose agents inherit all.
	p := c.data.principal
	c.permit(p.ID, p.DisplayName, c.graph, c.graph.role("Sites.Read.All"), 210)
	c.permit(p.ID, p.DisplayName, c.graph, c.graph.role("Reports.Read.All"), 210)

	c.consent(c.agents["triage"].ID, c.users["triage"].ID, c.graph, "Mail.Read Mail.Send offline_access")
	c.consent(c.agents["keihi"].ID, c.users["keihi"].ID, c.graph, "User.Read offline_access")
	c.consent(c.agents["notes"].ID, c.users["notes"].ID, c.graph, "Calendars.Read ChannelMessage.Send")
	c.consent(c.agents["customs"].ID, "", c.graph, " Files.Read.All User.Read") // tenant-wide-consent
	c.consent(c.store.principal.ID, "", c.graph, "User.Read")
	c.consent(c.data.principal.ID, "", c.graph, "Sites.Read.All User.Read.All")
}

// addPackages adds the access packages, their policies and who holds them.
func (c *contoso) addPackages() {
	c.financePackage = c.packageFor("finance", "Finance data for agents", "allDirectoryAgentIdentities", "P90D", true,
		ResourceRole{"AadGroup", c.groups["finance-data"].ID, "", "Member"},
		ResourceRole{"AadApplication", c.finance.ID, c.finance.role("Invoices.Process"), "Invoices.Process"})
	// policy-without-end, no-access-review.
	c.telemetryPackage = c.packageFor("telemetry", "Engineering telemetry", "allDirectoryServicePrincipals", "", false,
		ResourceRole{"AadGroup", c.groups["telemetry"].ID, "", "Member"})
	// policy-too-long.
	c.supplyPackage = c.packageFor("supply", "Supply chain APIs", "allDirectoryAgentIdentities", "P365D", true,
		ResourceRole{"AadApplication", c.finance.ID, c.finance.role("Orders.Read"), "Orders.Read"},
		ResourceRole{"AadGroup", c.groups["supply-data"].ID, "", "Member"})
	// For people: not open to agents, so no rule looks at it.
	c.packageFor("laptop", "Corporate laptop", "allMemberUsers", "", false)

	c.deliver("invoice", c.financePackage, 40, 90)
	c.deliver("payments", c.financePackage, 35, 90)
	c.deliver("kasse", c.financePackage, 20, 90)
	c.deliver("keihi", c.financePackage, 15, 90)
	c.deliver("expense", c.financePackage, 50, 90)
	c.deliver("treasury", c.financePackage, 130, 0) // assignment-without-end
	c.deliver("vat", c.financePackage, 100, 365)    // assignment-too-long
	c.deliver("release", c.telemetryPackage, 60, 120)
	c.deliver("slotting", c.supplyPackage, 30, 150)
	c.assign(c.agents["chess"], c.telemetryPackage, 280, 90, func(a *Assignment) {
		a.State, a.Status, a.Expired = "expired", "Expired", Ago(190)
	})
	c.assign(c.agents["coach"], c.supplyPackage, 20, 90, func(a *Assignment) {
		a.State, a.Status = "deliveryFailed", "DeliveryFailed"
	})
}

func (b *builder) packageFor(key, name, scope, duration string, reviewed bool, grants ...ResourceRole) *AssignmentPolicy {
	p := &AccessPackage{ID: b.id("package", key), DisplayName: name, Grants: grants}
	b.Add(tenant.DatasetAccessPackages, p)
	policy := &AssignmentPolicy{
		ID: b.id("policy of package", key), DisplayName: name + ", requests", TargetScope: scope,
		Duration: duration, Reviewed: reviewed, PackageID: p.ID, PackageName: name,
	}
	b.Add(tenant.DatasetAccessPackageAssignmentPolicies, policy)
	return policy
}

// deliver assigns a package to an agent and gives it what is in the package.
func (c *contoso) deliver(key string, policy *AssignmentPolicy, started, lasts int) {
	a := c.agents[key]
	c.assign(a, policy, started, lasts)
	switch policy {
	case c.financePackage:
		c.join(a.ID, "finance-data")
		c.permit(a.ID, a.DisplayName, c.finance, c.finance.role("Invoices.Process"), started)
	case c.telemetryPackage:
		c.join(a.ID, "telemetry")
	case c.supplyPackage:
		c.join(a.ID, "supply-data")
		c.permit(a.ID, a.DisplayName, c.finance, c.finance.role("Orders.Read"), started)
	}
}

// addRoles adds directory roles. Few people can stop an agent (only one of
// those who may is still here: nobody-to-pull-it), and agents hold too much.
func (c *contoso) addRoles() {
	never := time.Time{}
	c.Add(tenant.DatasetRoleDefinitions, directoryRoles()...)
	custom := c.id("role", "agent log reader")
	c.Add(tenant.DatasetRoleDefinitions, &RoleDefinition{ID: custom, DisplayName: "Agent log reader", Custom: true})

	c.hold(globalAdministrator, c.people["dana.roy"].ID, Ago(900), never)
	c.hold(globalAdministrator, c.people["robin.vance"].ID, Ago(1400), never)
	c.hold(globalReader, c.people["zoe.obrien"].ID, Ago(300), never)
	c.mayActivate(cloudAppAdministrator, c.people["chris.green"].ID, Ago(500), never)
	c.mayActivate(userAdministrator, c.people["ana.souza"].ID, Ago(200), Ago(-165))
	c.hold(helpdeskAdministrator, c.groups["tier1"].ID, Ago(600), never)

	// permanent-role, privileged-role, role-not-allowed.
	c.hold(applicationAdministrator, c.agents["incident"].ID, Ago(155), never)
	// custom-role, for a time.
	c.hold(custom, c.agents["review"].ID, Ago(30), Ago(-30))
	// Allowed, for a time.
	c.hold(messageCenterReader, c.agents["release"].ID, Ago(20), Ago(-40))
	for _, key := range []string{"incident", "review", "release", "phishing"} {
		c.holder(c.agents[key])
	}
	// Eligible is enough for privileged-role; service principals cannot even activate.
	c.mayActivate(securityAdministrator, c.agents["phishing"].ID, Ago(60), Ago(-120))
}

func (c *contoso) addGovernance() {
	c.Add(tenant.DatasetAccessReviewDefinitions,
		&AccessReviewDefinition{
			ID: c.id("review", "finance"), DisplayName: "Finance data group, quarterly", Status: "InProgress",
			Query: "/groups/" + c.groups["finance-data"].ID + "/transitiveMembers",
		},
		&AccessReviewDefinition{
			ID: c.id("review", "guests"), DisplayName: "Guests in all teams", Status: "Completed",
			Query: "/groups?$filter=(groupTypes/any(c:c eq 'Unified'))",
		},
	)
	// secrets-not-blocked: enforced only for applications of next year.
	c.Add(tenant.DatasetDefaultAppManagementPolicy, &DefaultAppManagementPolicy{
		Enabled: true,
		Passwords: []Restriction{
			{Type: "passwordAddition", AppsCreatedAfter: Ago(-42)},
			{Type: "passwordLifetime", MaxLifetime: "P180D", AppsCreatedAfter: Ago(400)},
		},
		Keys: []Restriction{{Type: "asymmetricKeyLifetime", MaxLifetime: "P365D", Disabled: true}},
	})
	c.Add(tenant.DatasetAppManagementPolicies, &AppManagementPolicy{
		ID: c.id("app policy", "finance"), DisplayName: "Finance applications: no secrets", Enabled: true,
		Passwords: []Restriction{{Type: "passwordAddition"}},
		AppliesTo: []Ref{{Type: "application", ID: c.id("application", "ledger")}},
	})
	// no-leaver-workflow: the workflow runs, but its sponsor tasks are off.
	c.Add(tenant.DatasetLifecycleWorkflows,
		&LifecycleWorkflow{ID: c.id("workflow", "leaver"), DisplayName: "Offboard an employee", Category: "leaver", Tasks: []Task{
			{DefinitionID: "1dfdfcc7-52fa-4c2e-bf3a-e3919cc12950", DisplayName: "Disable User Account"},
			{DefinitionID: sponsorMailTask, DisplayName: "Send email to manager about sponsorship changes", Disabled: true},
		}},
		&LifecycleWorkflow{ID: c.id("workflow", "mover"), DisplayName: "Change of manager", Category: "mover", Tasks: []Task{
			{DefinitionID: sponsorTransferTask, DisplayName: "Transfer agent identity sponsorships to manager"},
		}},
		&LifecycleWorkflow{ID: c.id("workflow", "sponsors"), DisplayName: "Agent sponsors (draft)", Category: "leaver", Disabled: true, Tasks: []Task{
			{DefinitionID: sponsorTransferTask, DisplayName: "Transfer agent identity sponsorships to manager"},
		}},
	)
	// no-lifecycle-policy: the enabled one asks for no attestation.
	c.Add(tenant.DatasetLifecyclePolicies,
		&LifecyclePolicy{ID: c.lifecycle, DisplayName: "Default agent hygiene", SystemDefault: true, MinimumSponsors: 1, InactivityThreshold: 60, CreatedDateTime: Ago(110)},
		&LifecyclePolicy{ID: c.id("lifecycle policy", "attestation"), DisplayName: "Attest every six months", Disabled: true, MinimumSponsors: 2, AttestationInterval: 180, CreatedDateTime: Ago(20)},
	)
	c.Add(tenant.DatasetContinuousAccessEvaluationPolicy, &ContinuousAccessEvaluationPolicy{ID: c.id("cae"), Migrated: true})
}

// The tasks of lifecycle workflows that tell of a sponsor's leaving or move
// what they sponsored.
const (
	sponsorMailTask     = "b8c4e1f9-3a7d-4b2e-9c5f-8d6a9b1c2e3f"
	coSponsorMailTask   = "ad3b85cd-75b1-43e7-b4b9-0e52faba3944"
	sponsorTransferTask = "b8f4c3d5-9e7a-4b1c-8f2d-6a5e8b9c7f4a"
)
