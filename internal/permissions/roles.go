package permissions

import (
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Role is a directory role that someone holds.
type Role struct {
	// ID is the definition's id, or its template's; zero when not returned.
	ID         tenant.ID
	TemplateID tenant.ID
	// Name is "" when it is not known.
	Name string
	// Privileged and BuiltIn come from the role's definition, else from
	// Microsoft's list of privileged built-in roles.
	Privileged, BuiltIn tenant.Answer
	// Allowed answers whether Microsoft lets agents hold it, were it built in.
	Allowed tenant.Answer
}

// Label names the role: its display name, else its id.
func (r *Role) Label() string {
	switch {
	case r.Name != "":
		return r.Name
	case !r.ID.IsZero():
		return "role " + r.ID.String()
	}
	return "a role that was not returned"
}

// RoleGrant is one row that gives someone a directory role.
type RoleGrant struct {
	Role     *Role
	Eligible bool // not active: it must be activated first
	row      tenant.Origin
}

// Source is where the row was read.
func (g *RoleGrant) Source() tenant.Origin { return g.row }

// RoleBook is who holds which directory role, from active assignments and from
// privileged identity management's active and eligible instances.
type RoleBook struct {
	snapshot *tenant.Snapshot
	roles    map[tenant.ID]*Role
	holders  map[tenant.ID][]RoleGrant
	// Stray are the grants whose holder was not returned.
	Stray []RoleGrant
}

type roleBookKey struct{}

// RolesOf returns the snapshot's role book, which is made once.
func RolesOf(s *tenant.Snapshot) *RoleBook {
	return tenant.Memo(s, roleBookKey{}, func(s *tenant.Snapshot) *RoleBook {
		b := &RoleBook{snapshot: s, roles: map[tenant.ID]*Role{}, holders: map[tenant.ID][]RoleGrant{}}
		for a := range s.RoleAssignments.All() {
			b.add(a.PrincipalID, RoleGrant{b.role(a.RoleDefinitionID), false, a.Origin})
		}
		for i := range s.RoleAssignmentScheduleInstances.All() {
			b.add(i.PrincipalID, RoleGrant{b.role(i.RoleDefinitionID), false, i.Origin})
		}
		for i := range s.RoleEligibilityScheduleInstances.All() {
			b.add(i.PrincipalID, RoleGrant{b.role(i.RoleDefinitionID), true, i.Origin})
		}
		return b
	})
}

func (b *RoleBook) add(holder tenant.ID, g RoleGrant) {
	if holder.IsZero() {
		b.Stray = append(b.Stray, g)
		return
	}
	b.holders[holder] = append(b.holders[holder], g)
}

// Label names the role with this id, which someone holds.
func (b *RoleBook) Label(id tenant.ID) string {
	if r := b.roles[id]; r != nil {
		return r.Label()
	}
	return (&Role{ID: id}).Label()
}

// TemplateOf returns the template id of the role with this id.
func (b *RoleBook) TemplateOf(id tenant.ID) tenant.ID {
	if r := b.roles[id]; r != nil {
		return r.TemplateID
	}
	return id
}

// role resolves a role by the id of its definition or template.
func (b *RoleBook) role(id tenant.ID) *Role {
	if r := b.roles[id]; r != nil {
		return r
	}
	r := &Role{ID: id, TemplateID: id}
	if !id.IsZero() {
		b.define(r)
	}
	b.roles[id] = r
	return r
}

func (b *RoleBook) define(r *Role) {
	if d := b.snapshot.RoleDefinitionsByID().First(r.ID); d != nil {
		if !d.TemplateID.IsZero() {
			r.TemplateID = d.TemplateID
		}
		r.Name = d.DisplayName.Or("")
		if privileged, ok := d.IsPrivileged.Get(); ok {
			r.Privileged = tenant.Known(privileged)
		}
		if builtIn, ok := d.IsBuiltIn.Get(); ok {
			r.BuiltIn = tenant.Known(builtIn)
		}
	}
	if name, ok := PrivilegedRole(b.snapshot, r.TemplateID); ok { // no custom role has one of Microsoft's ids
		r.BuiltIn = tenant.Yes
		if r.Privileged == tenant.Unknown {
			r.Privileged = tenant.Yes
		}
		if r.Name == "" {
			r.Name = name
		}
	}
	if allowed := RoleAllowed(b.snapshot, r.TemplateID, r.Name); allowed || r.Name != "" {
		r.Allowed = tenant.Known(allowed)
	}
}

// Direct returns the grants that name the holder itself.
func (b *RoleBook) Direct(holder tenant.ID) []RoleGrant { return b.holders[holder] }

// IsGroup reports whether an entry of transitiveMemberOf is a group: directory
// roles and administrative units stand in the same list.
func IsGroup(m *tenant.MemberOf) bool {
	t, ok := m.ODataType.Get()
	return !ok || strings.EqualFold(t[strings.LastIndexByte(t, '.')+1:], "group")
}
