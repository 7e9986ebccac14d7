package tenant

// Index finds objects by one of their ids. Unkeyed counts the rows that lost
// the id: for all one knows they belong to any object, so a rule that would
// pass for want of rows must answer unknown while Unkeyed is not zero.
type Index[T any] struct {
	groups  map[ID]group
	rows    []*T // grouped by id, in file order
	Unkeyed []*T
}

// group is a run of rows; 32 bits are enough for the objects of one list.
type group struct{ from, n uint32 }

// Of returns the rows with this id.
func (x *Index[T]) Of(id ID) []*T {
	s := x.groups[id]
	return x.rows[s.from : s.from+s.n : s.from+s.n]
}

// First returns the first row with this id, or nil.
func (x *Index[T]) First(id ID) *T {
	if s := x.groups[id]; s.n > 0 {
		return x.rows[s.from]
	}
	return nil
}

// Len returns the number of distinct ids.
func (x *Index[T]) Len() int { return len(x.groups) }

// NewIndex indexes list by key.
func NewIndex[T any](list *List[T], key func(*T) ID) *Index[T] {
	return newIndex(list, func(row *T, add func(ID)) { add(key(row)) })
}

// newIndex indexes list by all keys that a row adds. It counts the groups before
// it fills them, so that it takes a few words per row.
func newIndex[T any](list *List[T], keys func(row *T, add func(ID))) *Index[T] {
	x := &Index[T]{groups: make(map[ID]group)}
	total := uint32(0)
	for row := range list.All() {
		keys(row, func(id ID) {
			if id.IsZero() {
				x.Unkeyed = append(x.Unkeyed, row)
				return
			}
			s := x.groups[id]
			s.n++
			x.groups[id] = s
			total++
		})
	}
	x.rows = make([]*T, total)
	next := uint32(0)
	for row := range list.All() {
		keys(row, func(id ID) {
			if id.IsZero() {
				return
			}
			s := x.groups[id]
			if s.from == 0 { // not placed yet; from is one more than the place
				s = group{from: next + 1, n: s.n}
				next += s.n
				s.n = 0
			}
			x.rows[s.from-1+s.n] = row
			s.n++
			x.groups[id] = s
		})
	}
	for id, s := range x.groups {
		s.from--
		x.groups[id] = s
	}
	return x
}

type indexKey string

// AgentsByID indexes agent identities by object id.
func (s *Snapshot) AgentsByID() *Index[AgentIdentity] {
	return Memo(s, indexKey("agent.id"), func(s *Snapshot) *Index[AgentIdentity] {
		return NewIndex(&s.AgentIdentities, func(a *AgentIdentity) ID { return a.ID })
	})
}

// AgentsByBlueprint indexes agent identities by their blueprint's appId.
func (s *Snapshot) AgentsByBlueprint() *Index[AgentIdentity] {
	return Memo(s, indexKey("agent.blueprint"), func(s *Snapshot) *Index[AgentIdentity] {
		return NewIndex(&s.AgentIdentities, func(a *AgentIdentity) ID { return a.AgentIdentityBlueprintID })
	})
}

// BlueprintsByAppID indexes blueprints by appId.
func (s *Snapshot) BlueprintsByAppID() *Index[AgentIdentityBlueprint] {
	return Memo(s, indexKey("blueprint.appId"), func(s *Snapshot) *Index[AgentIdentityBlueprint] {
		return NewIndex(&s.AgentIdentityBlueprints, func(b *AgentIdentityBlueprint) ID { return b.AppID })
	})
}

// PrincipalsByAppID indexes blueprint principals by appId.
func (s *Snapshot) PrincipalsByAppID() *Index[AgentIdentityBlueprintPrincipal] {
	return Memo(s, indexKey("principal.appId"), func(s *Snapshot) *Index[AgentIdentityBlueprintPrincipal] {
		return NewIndex(&s.AgentIdentityBlueprintPrincipals,
			func(p *AgentIdentityBlueprintPrincipal) ID { return p.AppID })
	})
}

// PrincipalsByID indexes blueprint principals by object id.
func (s *Snapshot) PrincipalsByID() *Index[AgentIdentityBlueprintPrincipal] {
	return Memo(s, indexKey("principal.id"), func(s *Snapshot) *Index[AgentIdentityBlueprintPrincipal] {
		return NewIndex(&s.AgentIdentityBlueprintPrincipals,
			func(p *AgentIdentityBlueprintPrincipal) ID { return p.ID })
	})
}

// AgentUsersByParent indexes agent users by their agent identity's object id.
func (s *Snapshot) AgentUsersByParent() *Index[AgentUser] {
	return Memo(s, indexKey("agentUser.parent"), func(s *Snapshot) *Index[AgentUser] {
		return NewIndex(&s.AgentUsers, func(u *AgentUser) ID { return u.IdentityParentID.Or(ID{}) })
	})
}

// AgentUsersByID indexes agent users by object id.
func (s *Snapshot) AgentUsersByID() *Index[AgentUser] {
	return Memo(s, indexKey("agentUser.id"), func(s *Snapshot) *Index[AgentUser] {
		return NewIndex(&s.AgentUsers, func(u *AgentUser) ID { return u.ID })
	})
}

// DirectoryObjectsByID indexes sponsors, owners and role holders by object id.
func (s *Snapshot) DirectoryObjectsByID() *Index[DirectoryObject] {
	return Memo(s, indexKey("directoryObject.id"), func(s *Snapshot) *Index[DirectoryObject] {
		return NewIndex(&s.DirectoryObjects, func(o *DirectoryObject) ID { return o.ID })
	})
}

// GroupMembershipsByID indexes memberships by the member's object id.
func (s *Snapshot) GroupMembershipsByID() *Index[GroupMembership] {
	return Memo(s, indexKey("groupMembership.id"), func(s *Snapshot) *Index[GroupMembership] {
		return NewIndex(&s.GroupMemberships, func(m *GroupMembership) ID { return m.ID })
	})
}

// RoleDefinitionsByID indexes directory roles by id and by template id.
func (s *Snapshot) RoleDefinitionsByID() *Index[RoleDefinition] {
	return Memo(s, indexKey("roleDefinition.id"), func(s *Snapshot) *Index[RoleDefinition] {
		return newIndex(&s.RoleDefinitions, func(r *RoleDefinition, add func(ID)) {
			add(r.ID)
			if !r.TemplateID.IsZero() && r.TemplateID != r.ID {
				add(r.TemplateID)
			}
		})
	})
}

// ResourceServicePrincipalsByID indexes the APIs by object id.
func (s *Snapshot) ResourceServicePrincipalsByID() *Index[ResourceServicePrincipal] {
	return Memo(s, indexKey("resource.id"), func(s *Snapshot) *Index[ResourceServicePrincipal] {
		return NewIndex(&s.ResourceServicePrincipals, func(r *ResourceServicePrincipal) ID { return r.ID })
	})
}
