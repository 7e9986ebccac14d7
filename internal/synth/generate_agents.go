package synth

import "time"

// agentIdentities writes the agents in the wide shape of an answer without
// $select, people expanded.
func (g *generator) agentIdentities(p *planner, out *rows) {
	tags := []string{"litware", "autonomous"}
	for i := range g.nAgents {
		a := AgentIdentity{
			ID: g.agentID(i), DisplayName: g.agentName(i), CreatedDateTime: g.created(i),
			AgentIdentityBlueprintID: p.appIDOf(i), Disabled: g.has(faultDisabled, i),
			Tags: tags, Sponsors: g.sponsors(i), Owners: g.owners(i), Wide: true,
		}
		a.CreatedByAppID = a.AgentIdentityBlueprintID
		if !g.has(faultUntagged, i) {
			a.Attributes = approved(i)
		}
		out.add(&a)
	}
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
	key := g.guid(kindCredential, uint64(j))
	if g.has(faultCertificate, j) {
		// Neighbours share: every second such certificate is on two blueprints.
		b.Keys = append(b.Keys, certificate("cert-"+g.guid(kindSharing, uint64(j/2)), 200, 380+j%400))
	}
	if g.has(faultSecret, j) {
		b.Passwords = append(b.Passwords, PasswordCredential{KeyID: key, DisplayName: "bootstrap", Hint: "q7~", StartDateTime: Ago(300), EndDateTime: Ago(150 - j%400)})
		return
	}
	b.Federated = []FederatedIdentityCredential{g.federated(j)}
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
		if g.has(traitAgentUser, i) {
			out.add(&AgentUser{
				ID: g.agentUserID(i), DisplayName: g.agentName(i), UserPrincipalName: "agent." + g.agentUserID(i)[:8] + "@litware.example",
				IdentityParentID: g.agentID(i), CreatedDateTime: g.created(i).Add(time.Hour),
			})
		}
	}
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
