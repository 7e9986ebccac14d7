package tenant

// Index finds objects by one of their ids. Unkeyed counts the rows that lost
// the id: for all one knows they belong to any object, so a rule that would
// pass for want of rows must answer unknown while Unkeyed is not zero.
type Index[T any] struct {
	rows    map[ID][]*T
	Unkeyed []*T
}

// Of returns the rows with this id.
func (x *Index[T]) Of(id ID) []*T { return x.rows[id] }

// First returns the first row with this id, or nil.
func (x *Index[T]) First(id ID) *T {
	if rows := x.rows[id]; len(rows) > 0 {
		return rows[0]
	}
	return nil
}

// Len returns the number of distinct ids.
func (x *Index[T]) Len() int { return len(x.rows) }

// NewIndex indexes list by key.
func NewIndex[T any](list *List[T], key func(*T) ID) *Index[T] {
	x := &Index[T]{rows: make(map[ID][]*T)}
	for row := range list.All() {
		if id := key(row); id.IsZero() {
			x.Unkeyed = append(x.Unkeyed, row)
		} else {
			x.rows[id] = append(x.rows[id], row)
		}
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
		x := NewIndex(&s.RoleDefinitions, func(r *RoleDefinition) ID { return r.ID })
		for r := range s.RoleDefinitions.All() {
			if !r.TemplateID.IsZero() && r.TemplateID != r.ID {
				x.rows[r.TemplateID] = append(x.rows[r.TemplateID], r)
			}
		}
		return x
	})
}

// ResourceServicePrincipalsByID indexes the APIs by object id.
func (s *Snapshot) ResourceServicePrincipalsByID() *Index[ResourceServicePrincipal] {
	return Memo(s, indexKey("resource.id"), func(s *Snapshot) *Index[ResourceServicePrincipal] {
		return NewIndex(&s.ResourceServicePrincipals, func(r *ResourceServicePrincipal) ID { return r.ID })
	})
}
