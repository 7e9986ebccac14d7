package synth

import "github.com/ztagent/ztagent/internal/tenant"

// States and templates of Conditional Access policies.
const (
	stateEnabled    = "enabled"
	stateDisabled   = "disabled"
	stateReportOnly = "enabledForReportingButNotEnforced"

	templateHighRisk = "6bdcbbb7-ebd1-4f8f-a02f-652db0e3665d"
	templateBlockAll = "c5bf9137-a43c-48e1-9d13-8258b31b855d"
)

var block = []string{"block"}

// policy adds a Conditional Access policy that was made so many days ago.
func (b *builder) policy(name string, days int, p ConditionalAccessPolicy) {
	p.ID, p.DisplayName = b.id("ca policy", name), name
	p.CreatedDateTime, p.ModifiedDateTime = b.moment("policy", name, days), b.moment("changed", name, days/3)
	if p.State == "" {
		p.State = stateEnabled
	}
	b.Add(tenant.DatasetConditionalAccessPolicies, &p)
}

// addPolicies adds policies that do target agents, and leave holes.
func (c *contoso) addPolicies() {
	c.Add(tenant.DatasetSecurityDefaults, &SecurityDefaults{})
	all, none := []string{"All"}, []string(nil)

	// on-behalf-of-not-covered: agents as resources were left out in the pilot.
	c.policy("CA001 Require MFA for all users", 900, ConditionalAccessPolicy{
		IncludeUsers: all, ExcludeUsers: []string{c.people["breakglass"].ID},
		IncludeApplications: all, ExcludeApplications: []string{"AllAgentIdResources"}, Grant: []string{"mfa"},
	})
	c.policy("CA002 Block legacy authentication", 880, ConditionalAccessPolicy{
		IncludeUsers: all, ExcludeUsers: []string{c.people["breakglass"].ID},
		IncludeApplications: []string{"Office365"}, ClientAppTypes: []string{"exchangeActiveSync", "other"}, Grant: block,
	})
	// medium-risk-allowed: only high; agent-excluded, agent-not-covered and
	// agent-outside-risk-policy for those it excludes.
	c.policy("CA010 Agents - block high risk", 160, ConditionalAccessPolicy{
		TemplateID: templateHighRisk, IncludeAgents: all,
		ExcludeAgents: []string{c.security.principal.ID, c.agents["summary"].ID},
		AgentRisk:     "high", IncludeApplications: all, Grant: block,
	})
	// report-only: it would be the default block (no-default-block).
	c.policy("CA011 Agents - block what is not approved (pilot)", 70, ConditionalAccessPolicy{
		State: stateReportOnly, IncludeAgents: all, IncludeApplications: all, Grant: block,
		AgentFilter: &Filter{"exclude", `CustomSecurityAttribute.AgentGovernance_Stage -eq "Approved"`},
	})
	// disabled-policy.
	c.policy("CA012 Agents - emergency stop", 155, ConditionalAccessPolicy{
		State: stateDisabled, TemplateID: templateBlockAll, IncludeAgents: all, IncludeApplications: all, Grant: block,
	})
	// partial-resources, resilience-defaults.
	c.policy("CA013 Finance agents - no Office 365", 120, ConditionalAccessPolicy{
		IncludeAgents: []string{c.fin.principal.ID}, IncludeApplications: []string{"Office365"}, Grant: block,
		Session: &SessionControls{EverySignIn: true},
	})
	// agent-users-not-covered for the one that it excludes.
	c.policy("CA020 Agent users - require compliant device", 140, ConditionalAccessPolicy{
		IncludeUsers: []string{"AllAgentIdUsers"}, ExcludeUsers: []string{c.users["notes"].ID},
		IncludeApplications: all, Grant: []string{"compliantDevice"},
	})
	// cae-disabled.
	c.policy("CA021 Agent users - long Office sessions", 100, ConditionalAccessPolicy{
		IncludeUsers: []string{"AllAgentIdUsers"}, IncludeApplications: []string{"Office365"},
		Session: &SessionControls{CAEMode: "disabled"}, Grant: none,
	})
	c.addLocations(all)
	c.policy("CA030 Require MFA to use an agent", 60, ConditionalAccessPolicy{
		State: stateReportOnly, IncludeUsers: all, IncludeApplications: []string{"AllAgentIdResources"}, Grant: []string{"mfa"},
	})
}

// addLocations adds named locations, one far too wide and one trusted range
// that is too large (location-too-wide), and the policies that use them.
func (c *contoso) addLocations(all []string) {
	place := func(name string, trusted bool, ranges ...string) string {
		l := &NamedLocation{ID: c.id("location", name), DisplayName: name, CreatedDateTime: Ago(600), Trusted: trusted, Ranges: ranges}
		c.Add(tenant.DatasetNamedLocations, l)
		return l.ID
	}
	head := place("Amsterdam head office", true, "203.0.113.0/24", "2001:db8:10::/48")
	tokyo := place("東京オフィス (legacy)", false, "10.0.0.0/8")
	cloud := place("Container Apps egress", true, "198.18.0.0/15")
	c.Add(tenant.DatasetNamedLocations, &NamedLocation{
		ID: c.id("location", "countries"), DisplayName: "EU, Switzerland and Japan", CreatedDateTime: Ago(600),
		Countries: []string{"BE", "CH", "DE", "ES", "FR", "IT", "JP", "NL", "PL", "SE"},
	})
	c.policy("CA022 Keihi agent user - offices only", 105, ConditionalAccessPolicy{
		IncludeUsers: []string{c.users["keihi"].ID}, IncludeApplications: all, Grant: block,
		IncludeLocations: all, ExcludeLocations: []string{head, tokyo, cloud},
	})
	c.policy("CA040 Workload identities - known networks", 500, ConditionalAccessPolicy{
		IncludeServicePrincipals: []string{"ServicePrincipalsInMyTenant"}, IncludeApplications: all, Grant: block,
		IncludeLocations: all, ExcludeLocations: []string{head, cloud},
	})
}

// addRisk adds what ID Protection knows of the agents.
func (c *contoso) addRisk() {
	risky := func(id, name, blueprint, kind, level, state string, days int) {
		c.Add(tenant.DatasetRiskyAgents, &RiskyAgent{
			ID: id, DisplayName: name, BlueprintID: blueprint, Kind: kind, Level: level, State: state,
			LastModified: c.moment("risk", id, days),
		})
	}
	agent := func(key, level, state string, days int) {
		a := c.agents[key]
		risky(a.ID, a.DisplayName, a.AgentIdentityBlueprintID, "agentIdentity", level, state, days)
	}
	agent("expense", "high", "atRisk", 1)
	agent("intake", "low", "confirmedCompromised", 3)
	agent("rfq", "medium", "atRisk", 20) // risk-not-reviewed
	agent("coach", "low", "dismissed", 33)
	agent("payments", "none", "confirmedSafe", 60)
	p := c.fabrikam.principal
	risky(p.ID, p.DisplayName, p.AppID, "agentIdentityBlueprintPrincipal", "low", "atRisk", 2)
	u := c.users["keihi"]
	risky(u.ID, u.DisplayName, c.fin.appID, "agentUser", "medium", "atRisk", 4)

	detection := func(key, event, evidence, level, state string, days int) {
		a := c.agents[key]
		c.Add(tenant.DatasetAgentRiskDetections, &AgentRiskDetection{
			ID: c.id("detection", key, event), IdentityID: a.ID, DisplayName: a.DisplayName, BlueprintID: a.AgentIdentityBlueprintID,
			EventType: event, Evidence: evidence, Level: level, State: state, Activity: Ago(days, 5), Detected: Ago(days, 2),
		})
	}
	detection("expense", "signInSpike", "4,180 sign-ins in one hour; usual are 12", "high", "atRisk", 1) // spike-unhandled
	detection("expense", "unfamiliarResourceAccess", "Office 365 Exchange Online", "medium", "atRisk", 1)
	detection("intake", "adminConfirmedAgentCompromised", "", "low", "confirmedCompromised", 3)
	detection("rfq", "failedAccessAttempt", "Contoso Finance API", "medium", "atRisk", 20)
	detection("coach", "signInSpike", "310 sign-ins in one hour; usual are 8", "low", "dismissed", 33)
}
