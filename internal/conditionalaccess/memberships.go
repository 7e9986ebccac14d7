package conditionalaccess

import "github.com/ztagent/ztagent/internal/tenant"

// memberships are the groups and directory roles by which policies exclude.
type memberships struct {
	rows *tenant.Index[tenant.GroupMembership]
	// roles are the directory roles that principals hold, of those that some
	// policy excludes; unsure are the principals whose role or scope was not
	// returned, and lost that an assignment's principal was not.
	roles  map[tenant.ID]map[tenant.ID]bool
	unsure map[tenant.ID]bool
	lost   bool
}

func newMemberships(e *Evaluator) *memberships {
	m := &memberships{
		rows:  e.snapshot.GroupMembershipsByID(),
		roles: map[tenant.ID]map[tenant.ID]bool{}, unsure: map[tenant.ID]bool{},
	}
	excluded := map[tenant.ID]bool{}
	for _, p := range e.policies {
		for _, role := range p.users.ExcludeRoles.Items {
			excluded[tenant.ParseID(role)] = true
		}
	}
	for r := range e.snapshot.RoleAssignments.All() {
		scope, scoped := r.DirectoryScopeID.Get()
		switch {
		case !excluded[r.RoleDefinitionID] && !r.RoleDefinitionID.IsZero(),
			// Conditional Access does not honour roles over an administrative unit.
			scoped && scope != "/":
		case r.PrincipalID.IsZero():
			m.lost = true
		case !scoped || r.RoleDefinitionID.IsZero():
			m.unsure[r.PrincipalID] = true
		default:
			if m.roles[r.PrincipalID] == nil {
				m.roles[r.PrincipalID] = map[tenant.ID]bool{}
			}
			m.roles[r.PrincipalID][r.RoleDefinitionID] = true
		}
	}
	return m
}

// of returns what an object is a member of, and whether that is all.
func (m *memberships) of(id tenant.ID) (groups []tenant.MemberOf, complete bool) {
	if id.IsZero() {
		return nil, false
	}
	for _, row := range m.rows.Of(id) {
		groups = append(groups, row.TransitiveMemberOf.Items...)
		complete = complete || read(tenant.Relation[string]{State: row.TransitiveMemberOf.State})
	}
	for _, g := range groups {
		complete = complete && !g.ID.IsZero()
	}
	return groups, complete
}

func (m *memberships) inGroup(id tenant.ID, list tenant.Relation[string]) Answer {
	groups, complete := m.of(id)
	for _, g := range groups {
		if !g.ID.IsZero() && hasID(list, g.ID) == Yes {
			return Yes
		}
	}
	if complete {
		return No
	}
	return Unknown
}

// hasRole: a role is held directly, through a group, or shows among the
// memberships as a directory role.
func (m *memberships) hasRole(id tenant.ID, list tenant.Relation[string]) Answer {
	groups, complete := m.of(id)
	principals := []tenant.ID{id}
	for _, g := range groups {
		if !g.RoleTemplateID.IsZero() && hasID(list, g.RoleTemplateID) == Yes {
			return Yes
		}
		if g.ODataType.Or("") == "#microsoft.graph.directoryRole" && g.RoleTemplateID.IsZero() {
			complete = false
		}
		principals = append(principals, g.ID)
	}
	for _, principal := range principals {
		for role := range m.roles[principal] {
			if hasID(list, role) == Yes {
				return Yes
			}
		}
		complete = complete && !m.unsure[principal]
	}
	if complete && !m.lost {
		return No
	}
	return Unknown
}
