package synth

import (
	"strconv"
	"time"
)

// agentIdentities writes the agents in the wide shape of an answer without
// $select, people expanded.
func (g *generator) agentIdentities(p *planner, out *rows) {
	tags := []string{"litware", "autonomous"}
	for i := range g.nAgents {
		a := AgentIdentity{
			ID: g.agentID(i), DisplayName: g.agentName(i), CreatedDateTime: g.created(i),
			AgentIdentityBlueprintID: p.appIDOf(i), Disabled: g.has(faultDisabled, i),
			DisabledByMicrosoftStatus: g.stopped(i),
			Tags:                      tags, Sponsors: g.sponsors(i), Owners: g.owners(i), Wide: true,
		}
		a.CreatedByAppID = a.AgentIdentityBlueprintID
		if !g.has(faultUntagged, i) {
			a.Attributes = approved(i)
		}
		out.add(&a)
	}
}

// stopped is the status that Microsoft gives a few agents.
func (g *generator) stopped(i int) string {
	if g.has(faultByMicrosoft, i) {
		return "DisabledDueToViolationOfServicesAgreement"
	}
	return ""
}

func approved(i int) []Attribute {
	stage := "Approved"
	if i%50 == 7 {
		stage = "Pilot"
	}
	return []Attribute{
		{Set: "AgentGovernance", Name: "Stage", Value: stage},
		{Set: "AgentGovernance", Name: "DataZone", Values: []string{"Internal", "EU"}},
		{Set: "Finance", Name: "CostCenter", Value: "CC-4711"},
	}
}

// appIDOf returns the appId of an agent's blueprint; an orphan's exists nowhere.
func (p *planner) appIDOf(i int) string {
	if p.has(faultOrphan, i) {
		return p.guid(kindFault, uint64(i))
	}
	return p.blueprintAppID(p.blueprintOf(i))
}

func (g *generator) agentIdentityBlueprints(_ *planner, out *rows) {
	for j := range g.nBlueprints {
		if !g.has(faultForeign, j) {
			out.add(g.blueprintAt(j))
		}
	}
}

func (g *generator) blueprintAt(j int) *AgentIdentityBlueprint {
	b := &AgentIdentityBlueprint{
		ID: g.guid(kindBlueprint, uint64(j)), AppID: g.blueprintAppID(j), DisplayName: blueprintName(j),
		Description: "Made by the platform team for one department.", CreatedByAppID: graphAppID,
		CreatedDateTime: Ago(760), PublisherDomain: g.domain, Tags: []string{},
		RedirectURIs: []string{"https://agents.litware.example/signin"},
		Sponsors:     []Ref{{Type: "user", ID: g.personID(j % g.nPeople)}, g.people["stewards"]},
		Owners:       []Ref{{Type: "user", ID: g.personID((j + 3) % g.nPeople)}},
		Inheritable:  []InheritablePermission{{ResourceAppID: graphAppID, Scopes: []string{"User.Read"}}},
	}
	g.addBlueprintFaults(b, j)
	return b
}

func (g *generator) addBlueprintFaults(b *AgentIdentityBlueprint, j int) {
	if g.has(faultUndocumented, j) {
		b.Description = ""
	}
	if g.has(faultMultiTenant, j) {
		b.SignInAudience = "AzureADMultipleOrgs"
	}
	if g.has(faultNoOwner, j) {
		b.Owners = nil
	}
	if g.has(faultInheritAll, j) {
		b.Inheritable[0] = InheritablePermission{ResourceAppID: graphAppID, AllScopes: true, AllRoles: true}
	}
	if g.has(faultRedirect, j) {
		b.RedirectURIs = append(b.RedirectURIs, "http://agents.litware.example/signin")
	}
	if j%3 == 0 {
		b.Required = []RequiredResourceAccess{
			{ResourceAppID: graphAppID, Scopes: []string{g.graph.scope("User.Read"), g.graph.scope("offline_access")}},
			{ResourceAppID: g.orders.AppID, Roles: []string{g.orders.Roles[0].ID}},
		}
	}
	key := g.guid(kindCredential, uint64(j))
	if pair := j / 2; j > 3 && g.has(faultCertificate, pair) {
		b.Keys = append(b.Keys, g.certificateOf(j, pair))
	}
	if g.has(faultSecret, j) {
		b.Passwords = append(b.Passwords, PasswordCredential{KeyID: key, DisplayName: "bootstrap", Hint: "q7~", StartDateTime: Ago(300), EndDateTime: Ago(60 - j*53%400)})
		return
	}
	b.Federated = []FederatedIdentityCredential{g.federated(j)}
}

// certificateOf is a blueprint's certificate; every second pair of neighbours
// has one in common.
func (g *generator) certificateOf(j, pair int) KeyCredential {
	owner := j
	if pair%2 == 0 {
		owner = -pair
	}
	return certificate(g.guid(kindSharing, uint64(owner))+".litware.example", 200, 300+pair%300)
}

func (g *generator) federated(j int) FederatedIdentityCredential {
	f := FederatedIdentityCredential{
		ID: g.guid(kindCredential, uint64(j)), Name: "workload", Issuer: g.aksIssuer("prod"),
		Subject: serviceAccount("workload-" + g.guid(kindSharing, uint64(j))),
	}
	switch {
	case g.has(faultWildcard, j):
		f.Issuer, f.Subject = gitHubIssuer, ""
		f.Expression = "claims['sub'] matches 'repo:litware/" + blueprintName(j) + ":ref:refs/heads/*'"
	case g.has(faultIssuer, j):
		f.Issuer = "https://idp.agents.litware.example"
	case g.has(faultForeignIssuer, j):
		f.Issuer = "https://login.microsoftonline.com/" + GUID("tenant", "fabrikam.example") + "/v2.0"
	case g.has(faultAudience, j):
		f.Audience = "api://litware-broker"
	case g.has(faultSharedSubject, j/2) && j > 3:
		f.Subject = serviceAccount("pair-" + g.guid(kindSharing, uint64(j/2)))
	}
	return f
}

func (g *generator) agentIdentityBlueprintPrincipals(_ *planner, out *rows) {
	foreign := []string{microsoftTenantID, GUID("tenant", "fabrikam.example")}
	for j := range g.nBlueprints {
		p := AgentIdentityBlueprintPrincipal{
			ID: g.principalID(j), AppID: g.blueprintAppID(j), DisplayName: blueprintName(j),
			AppOwnerOrganizationID: g.TenantID, CreatedDateTime: Ago(759), Tags: []string{},
		}
		if g.has(faultForeign, j) {
			p.AppOwnerOrganizationID = foreign[j%2]
		}
		out.add(&p)
	}
}

func (g *generator) agentUsers(_ *planner, out *rows) {
	for i := range g.nAgents {
		for n := range g.users(i) {
			out.add(&AgentUser{
				ID: g.agentUserID(i, n), DisplayName: g.agentName(i), UserPrincipalName: "agent." + strconv.Itoa(i) + "." + strconv.Itoa(n) + "@litware.example",
				IdentityParentID: g.parent(i), CreatedDateTime: g.created(i).Add(time.Hour),
			})
		}
	}
}

// users is how many users an agent has; two are one too many.
func (g *generator) users(i int) int {
	switch {
	case !g.has(traitAgentUser, i):
		return 0
	case g.has(faultTwoUsers, i):
		return 2
	}
	return 1
}

// parent is the agent of an agent user; a few name one that was deleted.
func (g *generator) parent(i int) string {
	if g.has(faultOrphanUser, i) {
		return g.guid(kindFault, uint64(i))
	}
	return g.agentID(i)
}

func (g *generator) directoryObjects(_ *planner, out *rows) {
	for n := range g.nPeople {
		out.add(g.person(n))
	}
	for i := range g.nAgents {
		if g.has(faultRole, i) {
			out.add(&AgentHolder{ID: g.agentID(i), DisplayName: g.agentName(i)})
		}
	}
}

func (g *generator) agentInstances(_ *planner, out *rows) {
	for i := range g.nAgents {
		if !g.has(traitRegistered, i) {
			continue
		}
		agent := i
		if g.has(faultRegistryTwice, i) && i > 0 {
			agent = i - 1
		}
		out.add(&AgentInstance{
			ID: g.guid(kindInstance, uint64(i)), DisplayName: g.agentName(i), Agent: g.agentID(agent),
			Owners: []string{g.personID(g.pick(kindInstance, i, g.nPeople))}, Store: "Litware agent portal", CreatedDateTime: g.created(i),
		})
	}
}

func (g *generator) lifecycleSubjects(_ *planner, out *rows) {
	for i := range g.nAgents {
		s := LifecycleSubject{PolicyID: g.lifecycle, AgentID: g.agentID(i), Evaluated: Ago(1)}
		if g.has(faultNotAttested, i) {
			s.Status = "nonCompliant"
		}
		out.add(&s)
	}
}
