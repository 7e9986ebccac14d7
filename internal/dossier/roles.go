package dossier

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/access"
	"github.com/ztagent/ztagent/internal/permissions"
	"github.com/ztagent/ztagent/internal/tenant"
)

// DirectoryAccess is the directory roles and groups of the agent and its agent
// users.
type DirectoryAccess struct {
	Roles   []Role    `json:"roles"`
	Groups  []Group   `json:"groups"`
	NotRead []Missing `json:"notRead"`
}

// Group is a group of which the agent, or an agent user of it, is a member.
type Group struct {
	ID          string `json:"id"`
	DisplayName string `json:"displayName"`
	Holder      Ref    `json:"holder"`
}

// Role is a directory role that someone holds.
type Role struct {
	Name       string `json:"name"`
	ID         string `json:"id"`
	Eligible   bool   `json:"eligible"`   // it must be activated first
	Privileged string `json:"privileged"` // yes, no, unknown
	// Allowed says whether Microsoft lets agents hold it; no of a custom role
	// means that it is on no list.
	Allowed string `json:"allowedForAgents"`
	BuiltIn string `json:"builtIn"`
	Holder  Ref    `json:"holder"`
	Via     string `json:"via"` // "" for direct, else the group by which it is held
	Scope   string `json:"directoryScopeId"`
	End     End    `json:"end"`
}

// holder is someone whose role is the agent's, and by which group.
type holder struct {
	id  tenant.ID
	who Ref
	via string
}

func (b *builder) directoryAccess() DirectoryAccess {
	var d DirectoryAccess
	var holders []holder
	add := func(r tenant.Resource, id tenant.ID) {
		holders = append(holders, holder{id: id, who: refTo(r)})
		groups, missing := b.groupsOf(r, id)
		d.NotRead = append(d.NotRead, missing...)
		for _, g := range groups {
			d.Groups = append(d.Groups, g)
			holders = append(holders, holder{tenant.ParseID(g.ID), g.Holder, cmp.Or(g.DisplayName, g.ID)})
		}
	}
	add(b.agent, b.agent.ID)
	for _, u := range b.users {
		add(u, u.ID)
	}
	for _, h := range holders {
		d.Roles = append(d.Roles, b.rolesOf(h)...)
	}
	slices.SortStableFunc(d.Roles, func(a, b Role) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), compareRefs(a.Holder, b.Holder), cmp.Compare(a.Via, b.Via),
			cmp.Compare(a.Scope, b.Scope), compareBools(a.Eligible, b.Eligible), cmp.Compare(a.End.DateTime, b.End.DateTime))
	})
	slices.SortStableFunc(d.Groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(a.DisplayName, b.DisplayName), cmp.Compare(a.ID, b.ID), compareRefs(a.Holder, b.Holder))
	})
	d.NotRead = append(d.NotRead, b.gaps(tenant.DatasetRoleDefinitions, tenant.DatasetRoleAssignments,
		tenant.DatasetRoleAssignmentScheduleInstances, tenant.DatasetRoleEligibilityScheduleInstances)...)
	if stray := permissions.RolesOf(b.s).Stray; len(stray) > 0 {
		d.NotRead = append(d.NotRead, unclear("roleAssignments", "an assignment of a directory role lost its principalId, and may be this agent's"))
	}
	return d
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func (b *builder) groupsOf(r tenant.Resource, id tenant.ID) ([]Group, []Missing) {
	if missing := b.gaps(tenant.DatasetGroupMemberships); len(missing) > 0 {
		return nil, missing
	}
	rows := b.s.GroupMembershipsByID().Of(id)
	if id.IsZero() || len(rows) == 0 {
		return nil, []Missing{unclear("groupMemberships", "it has no row for "+string(r.ResourceType())+" "+r.ObjectID())}
	}
	var groups []Group
	var missing []Missing
	for _, row := range rows {
		missing = append(missing, unread("transitiveMemberOf", &row.TransitiveMemberOf)...)
		for i := range row.TransitiveMemberOf.Items {
			if m := &row.TransitiveMemberOf.Items[i]; permissions.IsGroup(m) {
				groups = append(groups, Group{m.ID.String(), m.DisplayName.Or(""), refTo(r)})
			}
		}
	}
	return groups, missing
}

// rolesOf lists the active and eligible roles of one holder. The end of an
// active one stands in privileged identity management's instances; an assignment
// without an instance has none.
func (b *builder) rolesOf(h holder) []Role {
	if h.id.IsZero() {
		return nil
	}
	var roles []Role
	var scheduled []*tenant.RoleScheduleInstance
	for _, i := range b.active.Of(h.id) {
		scheduled = append(scheduled, i)
		roles = append(roles, b.role(h, i.RoleDefinitionID, i.DirectoryScopeID.Or(""), access.EndAt(i.EndDateTime), false))
	}
	for _, a := range b.assigned.Of(h.id) {
		if hasInstance(a, scheduled) {
			continue
		}
		end := access.End{State: access.Endless}
		if len(b.gaps(tenant.DatasetRoleAssignmentScheduleInstances)) > 0 {
			end = access.End{State: access.Unreadable}
		}
		roles = append(roles, b.role(h, a.RoleDefinitionID, a.DirectoryScopeID.Or(""), end, false))
	}
	for _, i := range b.eligible.Of(h.id) {
		roles = append(roles, b.role(h, i.RoleDefinitionID, i.DirectoryScopeID.Or(""), access.EndAt(i.EndDateTime), true))
	}
	return roles
}

func hasInstance(a *tenant.RoleAssignment, scheduled []*tenant.RoleScheduleInstance) bool {
	return slices.ContainsFunc(scheduled, func(i *tenant.RoleScheduleInstance) bool {
		origin, ok := i.RoleAssignmentOriginID.Get()
		return ok && a.ID.IsSet() && strings.EqualFold(origin, a.ID.Or("")) ||
			i.RoleDefinitionID == a.RoleDefinitionID && i.DirectoryScopeID.Or("/") == a.DirectoryScopeID.Or("/")
	})
}

func (b *builder) role(h holder, id tenant.ID, scope string, end access.End, eligible bool) Role {
	role := Role{
		Name: permissions.RolesOf(b.s).Label(id), ID: id.String(), Eligible: eligible,
		Holder: h.who, Via: h.via, Scope: scope, End: b.endOf(end),
		Privileged: Unknown, Allowed: Unknown, BuiltIn: Unknown,
	}
	for _, g := range permissions.RolesOf(b.s).Direct(h.id) {
		if g.Role.ID == id {
			role.Privileged, role.Allowed, role.BuiltIn = answerWord(g.Role.Privileged), answerWord(g.Role.Allowed), answerWord(g.Role.BuiltIn)
			break
		}
	}
	if end.State == access.Unreadable {
		role.End.Text = "an end that was not read"
	}
	return role
}
