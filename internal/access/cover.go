package access

import (
	"maps"
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Holding is something that an agent holds: its access.
type Holding struct {
	kind     holdingKind
	id       tenant.ID
	resource tenant.ID
	template tenant.ID
}

type holdingKind uint8

const (
	permissionHolding holdingKind = iota
	roleHolding
	groupHolding
)

// Permission is an app role on an API, which its service principal names.
func Permission(api, appRole tenant.ID) Holding {
	return Holding{kind: permissionHolding, resource: api, id: appRole}
}

// Role is a directory role, by its definition's id and template id; either may
// be zero.
func Role(definition, template tenant.ID) Holding {
	return Holding{kind: roleHolding, id: definition, template: template}
}

// Group is membership of a group.
func Group(id tenant.ID) Holding { return Holding{kind: groupHolding, id: id} }

// cover is what a package hands out, by the ids that it joins on
// (docs/verdicts.md, resource roles).
type cover struct {
	partial bool // not all was read: what is not found may still be there
	groups  map[tenant.ID]bool
	roles   map[tenant.ID]bool
	apps    map[appRole]bool
}

type appRole struct{ api, role tenant.ID }

func newCover() *cover {
	return &cover{groups: map[tenant.ID]bool{}, roles: map[tenant.ID]bool{}, apps: map[appRole]bool{}}
}

// include adds what another package hands out; nil is one that was not read.
func (c *cover) include(other *cover) {
	if other == nil {
		c.partial = true
		return
	}
	c.partial = c.partial || other.partial
	maps.Copy(c.groups, other.groups)
	maps.Copy(c.roles, other.roles)
	maps.Copy(c.apps, other.apps)
}

func coverOf(p *tenant.AccessPackage) *cover {
	c := newCover()
	c.partial = !p.ResourceRoleScopes.Complete()
	for i := range p.ResourceRoleScopes.Items {
		c.add(&p.ResourceRoleScopes.Items[i])
	}
	return c
}

func (c *cover) add(entry *tenant.ResourceRoleScope) {
	role, _ := entry.Role.Get()
	scope, _ := entry.Scope.Get()
	roleID, scopeID := originID(role), originID(scope)
	if roleID.IsZero() || scopeID.IsZero() {
		c.partial = true
	}
	if !roleID.IsZero() {
		c.roles[roleID] = true
	}
	if !scopeID.IsZero() {
		// Who owns a group is no member of it.
		if owner := strings.HasPrefix(strings.ToLower(role.OriginID.Or("")), "owner_"); !owner {
			c.groups[scopeID] = true
		}
		c.apps[appRole{scopeID, roleID}] = true
	}
}

func originID(r tenant.ResourceRole) tenant.ID { return tenant.ParseID(r.OriginID.Or("")) }

func (c *cover) has(h Holding) tenant.Answer {
	found := false
	switch h.kind {
	case permissionHolding:
		if h.resource.IsZero() || h.id.IsZero() {
			return tenant.Unknown
		}
		found = c.apps[appRole{h.resource, h.id}]
	case roleHolding:
		if h.id.IsZero() && h.template.IsZero() {
			return tenant.Unknown
		}
		found = !h.id.IsZero() && c.roles[h.id] || !h.template.IsZero() && c.roles[h.template]
	case groupHolding:
		if h.id.IsZero() {
			return tenant.Unknown
		}
		found = c.groups[h.id]
	}
	if !found && c.partial {
		return tenant.Unknown
	}
	return tenant.Known(found)
}
