package synth

import "time"

func (g *generator) groupMemberships(_ *planner, out *rows) {
	for i := range g.nAgents {
		row := GroupMembership{ID: g.agentID(i)}
		if n := g.access(i); n >= 0 {
			row.MemberOf = []Membership{{ID: g.groupID(n), DisplayName: groupName(n)}}
		}
		out.add(&row)
		for n := range g.users(i) {
			out.add(&GroupMembership{ID: g.agentUserID(i, n)})
		}
	}
}

// accessPackages writes a package per group; every third also gives a role on
// the line-of-business API.
func (g *generator) accessPackages(_ *planner, out *rows) {
	for n := range g.nGroups {
		p := AccessPackage{
			ID: g.packageID(n), DisplayName: "Access for agents " + groupName(n),
			Grants: []ResourceRole{{"AadGroup", g.groupID(n), "", "Member"}},
		}
		if n%3 == 0 {
			p.Grants = append(p.Grants, ResourceRole{"AadApplication", g.orders.ID, g.orders.Roles[0].ID, g.orders.Roles[0].Value})
		}
		out.add(&p)
	}
}

func (g *generator) policyOf(n int) *AssignmentPolicy {
	return &AssignmentPolicy{
		ID: g.guid(kindPackagePolicy, uint64(n)), DisplayName: "Requests, 90 days", TargetScope: "allDirectoryAgentIdentities",
		Duration: "P90D", Reviewed: n%40 != 9, PackageID: g.packageID(n), PackageName: "Access for agents " + groupName(n),
	}
}

func (g *generator) assignmentPolicies(_ *planner, out *rows) {
	for n := range g.nGroups {
		p := g.policyOf(n)
		switch n % 60 {
		case 11:
			p.Duration = "P365D"
		case 23:
			p.Duration = ""
		}
		out.add(p)
	}
}

func (g *generator) accessPackageAssignments(_ *planner, out *rows) {
	for i := range g.nAgents {
		n := g.access(i)
		if n < 0 || !g.packaged(i) {
			continue
		}
		policy := g.policyOf(n)
		start := Ago(5 + g.pick(kindAssignment, i, 60)).Add(-g.second(i))
		a := Assignment{
			ID: g.guid(kindAssignment, uint64(i)), TargetID: g.agentID(i), TargetName: g.agentName(i),
			PackageID: policy.PackageID, PackageName: policy.PackageName, PolicyID: policy.ID, PolicyName: policy.DisplayName,
			Start: start, End: start.AddDate(0, 0, 90),
		}
		switch {
		case g.has(faultEndlessPackage, i):
			a.End = time.Time{}
		case g.has(faultLongPackage, i):
			a.End = start.AddDate(1, 0, 0)
		}
		out.add(&a)
	}
}

func (g *generator) appRoleAssignments(_ *planner, out *rows) {
	broad := []string{
		g.graph.role("Files.Read.All"), g.graph.role("Mail.Read"), g.graph.role("User.Read.All"), g.graph.role("Directory.Read.All"),
		g.graph.role("eDiscovery.Read.All"), g.graph.role("AgentIdUser.ReadWrite.IdentityParentedBy"), g.id("app role", "removed"),
	}
	for i := range g.nAgents {
		if n := g.access(i); n >= 0 && n%3 == 0 {
			out.add(g.assignmentOf(i, 0, g.orders, g.orders.Roles[0].ID))
		}
		if g.has(faultBroadRole, i) {
			out.add(g.assignmentOf(i, 1, g.graph, broad[i%len(broad)]))
		}
	}
}

func (g *generator) assignmentOf(i, n int, api *ResourceServicePrincipal, role string) *AppRoleAssignment {
	return &AppRoleAssignment{
		ID: g.guid(kindAppRole, uint64(2*i+n)), AppRoleID: role, PrincipalID: g.agentID(i), PrincipalDisplayName: g.agentName(i),
		ResourceID: api.ID, ResourceDisplayName: api.DisplayName, CreatedDateTime: g.created(i).Add(time.Hour),
	}
}

// oauth2PermissionGrants writes a grant for every agent that has a user, and
// one for all users on every twentieth blueprint.
func (g *generator) oauth2PermissionGrants(_ *planner, out *rows) {
	for i := range g.nAgents {
		if g.has(traitAgentUser, i) {
			out.add(&OAuth2PermissionGrant{
				ID: g.guid(kindGrant, uint64(i)), ClientID: g.agentID(i), PrincipalID: g.agentUserID(i, 0),
				ResourceID: g.graph.ID, Scope: "User.Read offline_access",
			})
		}
	}
	for j := 0; j < g.nBlueprints; j += 20 {
		out.add(&OAuth2PermissionGrant{
			ID: g.guid(kindGrant, uint64(g.nAgents+j)), ClientID: g.principalID(j), ResourceID: g.graph.ID, Scope: "User.Read",
		})
	}
}

// roleOf returns the directory role of a few agents and when it ends; one in
// four never does.
func (g *generator) roleOf(i int) (role string, end time.Time, ok bool) {
	if !g.has(faultRole, i) {
		return "", time.Time{}, false
	}
	end = Ago(-30)
	if i%4 == 0 {
		end = time.Time{}
	}
	if i%5 == 0 {
		return applicationAdministrator, end, true
	}
	return messageCenterReader, end, true
}

func (g *generator) roleAssignments(_ *planner, out *rows) {
	for i := range g.nAgents {
		if role, _, ok := g.roleOf(i); ok {
			out.add(&RoleAssignment{ID: g.guid(kindAppRole, uint64(i)) + "-1", RoleDefinitionID: role, PrincipalID: g.agentID(i)})
		}
	}
}

func (g *generator) roleAssignmentScheduleInstances(_ *planner, out *rows) {
	for i := range g.nAgents {
		if role, end, ok := g.roleOf(i); ok {
			out.add(&RoleScheduleInstance{
				ID: g.guid(kindAppRole, uint64(i)) + "-1", RoleDefinitionID: role, PrincipalID: g.agentID(i), Start: Ago(20), End: end,
			})
		}
	}
}
