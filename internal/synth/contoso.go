package synth

import "github.com/ztagent/ztagent/internal/tenant"

// contoso is a retailer of middle size that took agents seriously but not in
// every place: about ninety agent identities, forty of them made by hand over a
// dozen blueprints, the others one per store. Every rule fails somewhere in it,
// except those that the comment on Contoso lists.
type contoso struct {
	*builder
	finance *ResourceServicePrincipal // the line-of-business API

	fin, dev, hr, proc, support, supply, data, store, sandbox *blueprint // homed here
	studio, security, fabrikam, adatum, orphan                *blueprint // not

	financePackage, telemetryPackage, supplyPackage *AssignmentPolicy

	agents map[string]*AgentIdentity
	users  map[string]*AgentUser
}

// Contoso returns the tenant that is full of faults.
//
// Rules that cannot fail in it, because they exclude others that do, fail in
// Bare: security-defaults-on, no-agent-policy, no-risk-policy (and
// kill-switch/no-automatic-block, which is the same), detection-unavailable,
// no-agent-package, no-diagnostic-setting, changes-not-logged, never-drilled.
// Manual rules never fail.
func Contoso() *Snapshot {
	c := &contoso{
		builder: newBuilder("Contoso Retail", "contoso.example"),
		agents:  map[string]*AgentIdentity{}, users: map[string]*AgentUser{},
	}
	// The logs of three months, joined from monthly exports: the service itself
	// keeps one month.
	c.SignInWindow, c.AuditWindow, c.auditDays = "P90D", "P90D", 90
	c.sponsors = []string{"stewards"}
	c.lifecycle = c.id("lifecycle policy", "hygiene")
	c.addTenant()
	c.addPeople()
	c.addBlueprints()
	c.addAgents()
	c.addStores()
	c.addAgentUsers()
	c.addClassicAgents()
	c.addRegistry()
	c.addPermissions()
	c.addPackages()
	c.addRoles()
	c.addPolicies()
	c.addRisk()
	c.addGovernance()
	c.addLogging()
	c.addDrills()
	return c.Snapshot
}

func (c *contoso) addTenant() {
	c.Add(tenant.DatasetOrganization, &Organization{ID: c.TenantID, DisplayName: c.DisplayName})
	c.Add(tenant.DatasetSubscribedSkus, licences(c.TenantID)...)
	c.finance = lineOfBusiness(c.TenantID, "Contoso Finance API",
		[]string{"Invoices.Process", "Ledger.Post", "Orders.Read"}, []string{"Invoices.Read"})
	c.Add(tenant.DatasetResourceServicePrincipals,
		c.graph, exchangeOnline(c.TenantID), sharePointOnline(c.TenantID), c.finance)
}

// licences are those that every feature an agent needs is part of.
func licences(tenantID string) []Object {
	return []Object{
		&SubscribedSku{TenantID: tenantID, SkuPartNumber: "SPE_E5", Enabled: 4200, Consumed: 3988, Plans: []string{
			"AAD_PREMIUM", "41781fb2-bc02-4b7c-bd55-b576c07bb09d",
			"AAD_PREMIUM_P2", "eec0eb4f-6444-4f95-aba0-50c24d67f998",
		}},
		&SubscribedSku{TenantID: tenantID, SkuPartNumber: "AGENT_365", Enabled: 250, Consumed: 96, Plans: []string{
			"AGENT_365", GUID("plan", "AGENT_365"), "AGENT_365_TOOLS", GUID("plan", "AGENT_365_TOOLS"),
		}},
		&SubscribedSku{TenantID: tenantID, SkuPartNumber: "Microsoft_Entra_ID_Governance", Enabled: 4200, Consumed: 3988, Plans: []string{
			"Entra_Identity_Governance", "e866a266-3cff-43a3-acca-0c90a7e00c8b",
		}},
		&SubscribedSku{TenantID: tenantID, SkuPartNumber: "Workload_Identities_Premium", Enabled: 500, Consumed: 0, Plans: []string{
			"AAD_WRKLDID_P1", "84c289f0-efcb-486f-8581-07f44fc9efad",
			"AAD_WRKLDID_P2", "7dc0e92d-bf15-401d-907e-0884efe7c760",
		}},
	}
}

func (c *contoso) addPeople() {
	c.admin = "dana.roy"
	c.user("dana.roy", "Dana Roy")
	c.user("ana.souza", "Ana Souza")
	c.user("joerg.mueller", "Jörg Müller")
	c.user("taro.yamada", "山田 太郎")
	c.user("lukasz.wisniewski", "Łukasz Wiśniewski")
	c.user("zoe.obrien", "Zoë O’Brien")
	c.user("hanh.nguyen", "Nguyễn Thị Hạnh")
	c.user("olena.koval", "Олена Коваль")
	c.user("omar.alali", "عمر العلي")
	c.user("mei.chen", "陈美")
	c.user("breakglass", "Break-glass account")
	c.user("chris.green", "Chris Green", disabled)
	c.user("robin.vance", "Robin Vance (left 2026-08)", disabled)
	c.user("priya", "Priya Natarajan (Fabrikam)", guest("priya.natarajan", "fabrikam.example"))
	c.user("karim", "Karim Haddad (Fabrikam)", guest("karim.haddad", "fabrikam.example"))
	c.deleted("sam.ortiz", 41)
	c.group("stewards", "Agent stewards", 4)
	c.group("finance-sponsors", "Finance agent sponsors", 3)
	c.group("board", "AI governance board", 6)
	c.group("pilot-team", "Old pilot team", 0)
	c.group("lead", "Support lead on duty", 1)
	c.group("tier1", "Tier-1 helpdesk operators", 12)
	c.accessGroup("finance-data", "sg-agents-finance-data")
	c.accessGroup("telemetry", "sg-agents-telemetry")
	c.accessGroup("supply-data", "sg-agents-supply-data")
}
