// Package killswitch tells who can stop agents: the people who hold a directory
// role that may, as far as a snapshot says.
package killswitch

import (
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Role is a directory role that can stop agents.
type Role struct {
	TemplateID tenant.ID
	Name       string
	// Disables: it may set accountEnabled. Security Administrator may not, but
	// can declare an agent compromised, so that Conditional Access blocks it.
	Disables bool
	// Confirms: it may confirm an agent compromised.
	Confirms bool
}

// Roles returns the roles that can stop agents: L7, kill-switch/nobody-to-pull-it.
func Roles() []Role {
	role := func(id, name string, disables, confirms bool) Role {
		return Role{tenant.ParseID(id), name, disables, confirms}
	}
	return []Role{
		role("62e90394-69f5-4237-9190-012177145e10", "Global Administrator", true, true),
		role("db506228-d27e-4b7d-95e5-295956d6615f", "Agent ID Administrator", true, false),
		role("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "Application Administrator", true, false),
		role("158c047a-c907-4556-b7ef-446551a6b5f7", "Cloud Application Administrator", true, false),
		role("194ae4cb-b126-40b2-bd5b-6091b380977d", "Security Administrator", false, true),
	}
}

// Grant is one role that somebody holds. A zero Role is one that was not
// returned.
type Grant struct {
	Role     Role
	Eligible bool // must be activated first
}

// Holder is a principal with its roles that can stop agents.
type Holder struct {
	*tenant.DirectoryObject
	Grants []Grant
}

// Holders are those who can stop agents, each once for all of their roles.
type Holders struct {
	// Sure are enabled users of whom it is known.
	Sure []*Holder
	// Maybe are those whose account, role or scope was not returned.
	Maybe []*Holder
	// Groups hold a role for their members, who are not listed.
	Groups []*Holder
	// Members is how many they are in the groups that were counted; Endless is
	// true when one was not, or a row lost its principal.
	Members int64
	Endless bool
}

// certainty orders the answers so that of several conditions that must all
// hold, the least decides.
type certainty uint8

const (
	no certainty = iota
	unclear
	yes
)

func certain(value, returned bool) certainty {
	switch {
	case !returned:
		return unclear
	case value:
		return yes
	}
	return no
}

type holdersKey struct{}

// HoldersOf returns the Holders of a snapshot, read once. They rest on
// directoryObjects, roleDefinitions, roleAssignments and
// roleEligibilityScheduleInstances; agentIdentities and agentUsers tell apart
// holders that are agents.
func HoldersOf(s *tenant.Snapshot) *Holders {
	return tenant.Memo(s, holdersKey{}, func(s *tenant.Snapshot) *Holders {
		c := counter{snapshot: s, roles: map[tenant.ID]Role{}, seen: map[tenant.ID]*entry{}}
		for _, r := range Roles() {
			c.roles[r.TemplateID] = r
		}
		for r := range s.RoleAssignments.All() {
			c.add(r.RoleDefinitionID, r.PrincipalID, r.DirectoryScopeID, false)
		}
		for r := range s.RoleEligibilityScheduleInstances.All() {
			c.add(r.RoleDefinitionID, r.PrincipalID, r.DirectoryScopeID, true)
		}
		return c.holders()
	})
}

type counter struct {
	snapshot *tenant.Snapshot
	roles    map[tenant.ID]Role
	seen     map[tenant.ID]*entry
	order    []*entry
	endless  bool
}

// entry is one principal; sure is the best that is known of it.
type entry struct {
	Holder
	sure  certainty
	group bool
}

// add notes one assignment of a role. A role over a part of the directory cannot
// stop every agent.
func (c *counter) add(definition, principal tenant.ID, scope tenant.Opt[string], eligible bool) {
	role, can := c.role(definition)
	holds := min(can, certain(scope.Or("") == "/", scope.IsSet()))
	if holds == no || c.isAgent(principal) {
		return
	}
	o := c.snapshot.DirectoryObjectsByID().First(principal)
	if o == nil {
		c.endless = true // it may be a group of any size
		return
	}
	isGroup := o.MembersCount.IsSet() || hasType(o, "group")
	switch {
	case isGroup && o.DeletedDateTime.IsSet():
		return
	case !isGroup:
		if holds = min(holds, isEnabledUser(o)); holds == no {
			return
		}
	}
	e := c.seen[principal]
	if e == nil {
		e = &entry{Holder: Holder{DirectoryObject: o}, group: isGroup}
		c.seen[principal] = e
		c.order = append(c.order, e)
	}
	e.sure = max(e.sure, holds)
	e.Grants = append(e.Grants, Grant{role, eligible})
}

// role reports whether a role can stop agents. Assignments name built-in roles
// by template id, whether or not their definition is there.
func (c *counter) role(id tenant.ID) (Role, certainty) {
	if id.IsZero() {
		return Role{}, unclear
	}
	if r, ok := c.roles[id]; ok {
		return r, yes
	}
	if d := c.snapshot.RoleDefinitionsByID().First(id); d != nil {
		if r, ok := c.roles[d.TemplateID]; ok {
			return r, yes
		}
	}
	return Role{}, no
}

// isAgent: a holder need not be a person, and agents have no row of their own
// among the directory objects.
func (c *counter) isAgent(id tenant.ID) bool {
	return c.snapshot.AgentsByID().First(id) != nil || c.snapshot.AgentUsersByID().First(id) != nil
}

func (c *counter) holders() *Holders {
	h := &Holders{Endless: c.endless}
	for _, e := range c.order {
		switch {
		case e.group:
			h.Groups = append(h.Groups, &e.Holder)
			members, counted := e.MembersCount.Get()
			h.Members += members
			h.Endless = h.Endless || !counted
		case e.sure == yes:
			h.Sure = append(h.Sure, &e.Holder)
		default:
			h.Maybe = append(h.Maybe, &e.Holder)
		}
	}
	return h
}

func hasType(o *tenant.DirectoryObject, name string) bool {
	return strings.HasSuffix(strings.ToLower(o.ODataType.Or("")), "."+strings.ToLower(name))
}

func isEnabledUser(o *tenant.DirectoryObject) certainty {
	if o.DeletedDateTime.IsSet() {
		return no
	}
	user := certain(hasType(o, "user"), o.ODataType.IsSet())
	if o.ODataType.IsAbsent() && o.UserType.IsSet() {
		user = yes // only users have one
	}
	return min(user, certain(o.AccountEnabled.Or(false), o.AccountEnabled.IsSet()))
}
