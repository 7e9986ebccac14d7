package checks

import (
	"fmt"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/conditionalaccess"
	"github.com/ztagent/ztagent/internal/tenant"
)

// P network "IP restrictions, private endpoints".
var networkRestriction = audit.Check{
	ID:      "network-restriction",
	Title:   "Agents come from networks that are known",
	Clauses: []audit.Clause{pillarNetwork},
	Rationale: "A stolen token works from anywhere unless something asks where it comes from. Entra can ask that of agent users; " +
		"for agent identities it offers no network condition, so the hosting side must restrict addresses, and somebody must say that it does.",
	Rules: []audit.Rule{agentUsersAnyNetwork, agentNetwork, locationTooWide, privateEndpoints},
}

const learnNetwork = "https://learn.microsoft.com/entra/identity/conditional-access/concept-assignment-network"

var agentUsersAnyNetwork = audit.Rule{
	ID:        "agent-users-any-network",
	Title:     "Agent users may sign in from any network",
	Severity:  audit.Medium,
	Resources: []tenant.ResourceType{tenant.TypeTenant},
	Needs:     []tenant.Dataset{tenant.DatasetConditionalAccessPolicies, tenant.DatasetAgentUsers},
	Presence:  []string{"agentUsers"},
	Condition: "there are active agent users, and no enabled policy for all agent users has a location or compliant-network condition",
	Remediation: "In a policy that includes **All agent users** open **Network**, set **Configure** to **Yes** and include **Any location** while excluding " +
		"**All Compliant Network locations** (or a named location) with **Block**. Compliant network needs the Global Secure Access client on the endpoint.",
	References: []string{learnAgentUserPolicy, learnTargetAgents, learnNetwork},
	Run:        runAgentUsersAnyNetwork,
}

func runAgentUsersAnyNetwork(j *audit.Judge) {
	users := tenant.Inactive
	for u := range j.Tenant.AgentUsers.All() {
		switch u.Activity() {
		case tenant.Active:
			users = tenant.Active
		case tenant.ActivityUnknown:
			if users == tenant.Inactive {
				users = tenant.ActivityUnknown
			}
		}
	}
	if users == tenant.Inactive {
		j.NotApplicable(j.Whole(), "There is no active agent user.")
		return
	}
	judgeAgentUserNetwork(j, users)
}

func judgeAgentUserNetwork(j *audit.Judge, users tenant.Activity) {
	const what = "a policy for all agent users with a network condition"
	var near, open *conditionalaccess.Policy
	for _, p := range conditionalaccess.Of(j.Tenant).Policies() {
		asks := p.Enabled.And(p.AllAgentUsers)
		switch asks.And(p.Network) {
		case conditionalaccess.Yes:
			j.Pass(j.Whole(), audit.At(p, "/conditions/locations", labelOf(p), what))
			return
		case conditionalaccess.Unknown:
			open = firstPolicy(open, p)
		default:
			if asks == conditionalaccess.Yes {
				near = firstPolicy(near, p)
			}
		}
	}
	message := "No enabled policy for all agent users has a network condition. "
	switch {
	case open != nil:
		j.Unknown(j.Whole(), fmt.Sprintf("Whether agent users are held to a network hangs on policy %s, which was not returned in full.", labelOf(open)),
			audit.At(open, "", "not decided by what was returned", what))
	case users == tenant.ActivityUnknown:
		j.Unknown(j.Whole(), "Whether any agent user is active cannot be told: accountEnabled was not returned.")
	case near != nil:
		j.Fail(j.Whole(), message+fmt.Sprintf("Policy %s is for them and asks for no network.", labelOf(near)),
			audit.At(near, "/conditions/locations", "no condition", what))
	default:
		j.Fail(j.Whole(), message+"They may sign in from anywhere.",
			audit.Evidence{Dataset: tenant.DatasetConditionalAccessPolicies, Observed: "no such policy", Expected: what})
	}
}

func firstPolicy(first, p *conditionalaccess.Policy) *conditionalaccess.Policy {
	if first != nil {
		return first
	}
	return p
}

var agentNetwork = audit.Rule{
	ID:        "agent-network",
	Title:     "How the hosting side restricts agents' addresses is not attested",
	Severity:  audit.Medium,
	Resources: []tenant.ResourceType{tenant.TypeAgentIdentityBlueprint},
	Needs:     []tenant.Dataset{tenant.DatasetAgentIdentityBlueprints},
	Optional: []tenant.Dataset{
		tenant.DatasetConditionalAccessPolicies, tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprintPrincipals,
	},
	Manual:    true,
	Condition: "nobody has attested how addresses are restricted where the blueprint's agents run, and no enabled agent policy with a location condition reaches them",
	Remediation: "Run the agents where their addresses are known: a virtual network with a firewall or NAT gateway, IP restrictions on the hosting service, " +
		"a private environment. Then attest it in `attestations.yaml` with rule `network-restriction/agent-network`, the blueprint's id as scope and the evidence.",
	References: []string{learnTargetAgents, learnNetwork},
	Run:        runAgentNetwork,
}

// runAgentNetwork: Entra offers no network condition for agent identities. If
// it comes to, a policy that reaches every active agent of the blueprint does.
func runAgentNetwork(j *audit.Judge) {
	for b := range j.Tenant.AgentIdentityBlueprints.All() {
		if p := networkPolicyFor(j, b); p != nil {
			j.Pass(b, audit.At(p, "/conditions/locations", labelOf(p), "a location condition"))
			continue
		}
		j.Ask(b, fmt.Sprintf("How are the addresses restricted from which agents of %s run? Attest the managed network, firewall or IP restrictions that hold them.",
			lowerNamed(b)))
	}
}

func networkPolicyFor(j *audit.Judge, b *tenant.AgentIdentityBlueprint) *conditionalaccess.Policy {
	for _, d := range agentPolicyNeeds() {
		if _, gap := j.Tenant.Gap(d); gap {
			return nil
		}
	}
	for _, p := range conditionalaccess.Of(j.Tenant).AgentPolicies() {
		if p.Enabled.And(p.Network) == conditionalaccess.Yes && reachesAll(j, p, b) {
			return p
		}
	}
	return nil
}

func reachesAll(j *audit.Judge, p *conditionalaccess.Policy, b *tenant.AgentIdentityBlueprint) bool {
	agents := j.Tenant.AgentsByBlueprint()
	if b.AppID.IsZero() || len(agents.Unkeyed) > 0 {
		return false
	}
	reached := 0
	for _, a := range agents.Of(b.AppID) {
		if a.Activity() == tenant.Inactive {
			continue
		}
		if p.Targets(a).Answer != conditionalaccess.Yes {
			return false
		}
		reached++
	}
	return reached > 0
}

var privateEndpoints = audit.Rule{
	ID:        "private-endpoints",
	Title:     "Private endpoints to what agents reach are not attested",
	Severity:  audit.Medium,
	Resources: []tenant.ResourceType{tenant.TypeTenant},
	Needs:     []tenant.Dataset{tenant.DatasetAgentIdentities},
	Manual:    true,
	Condition: "nobody has attested that agents reach data and tools through private endpoints",
	Remediation: "Give the stores, models and tools that agents call private endpoints and close their public access. Then attest it in `attestations.yaml` with rule " +
		"`network-restriction/private-endpoints`, scope `tenant`, and the evidence.",
	References: []string{"https://learn.microsoft.com/azure/private-link/private-endpoint-overview"},
	Run: func(j *audit.Judge) {
		j.Ask(j.Whole(), "Do agents reach data and tools through private endpoints? Attest which, and that public access is closed.")
	},
}
