package tenant

import "hash/maphash"

// Index finds objects by one of their ids. Unkeyed counts the rows that lost
// the id: for all one knows they belong to any object, so a rule that would
// pass for want of rows must answer unknown while Unkeyed is not zero.
//
// It is a hash table that reads its keys in the rows: a large tenant has a dozen
// indexes, and maps of ids take four times the memory.
type Index[T any] struct {
	rows    []*T // grouped by id, in file order
	Unkeyed []*T

	key func(*T) ID
	// ids are the keys of rows, where a row stands under several; else nil.
	ids []ID
	// slots hold where the rows of an id begin, plus one; 0 is free. Their number
	// is a power of two.
	slots []uint32
	seed  maphash.Seed
	n     int
}

// Of returns the rows with this id.
func (x *Index[T]) Of(id ID) []*T {
	from, ok := x.find(id)
	if !ok {
		return nil
	}
	to := from + 1
	for to < len(x.rows) && x.idOf(to) == id {
		to++
	}
	return x.rows[from:to:to]
}

// First returns the first row with this id, or nil.
func (x *Index[T]) First(id ID) *T {
	if at, ok := x.find(id); ok {
		return x.rows[at]
	}
	return nil
}

// Len returns the number of distinct ids.
func (x *Index[T]) Len() int { return x.n }

// NewIndex indexes list by key.
func NewIndex[T any](list *List[T], key func(*T) ID) *Index[T] {
	x := &Index[T]{key: key, rows: make([]*T, 0, list.Len())}
	for row := range list.All() {
		x.add(row, key(row))
	}
	x.build()
	return x
}

func (x *Index[T]) add(row *T, id ID) {
	if id.IsZero() {
		x.Unkeyed = append(x.Unkeyed, row)
		return
	}
	x.rows = append(x.rows, row)
	if x.key == nil {
		x.ids = append(x.ids, id)
	}
}

func (x *Index[T]) idOf(i int) ID {
	if x.key == nil {
		return x.ids[i]
	}
	return x.key(x.rows[i])
}

// slot returns the slot of id: its own, or the free one where it belongs. rowOf
// tells the first row of what a slot holds.
func (x *Index[T]) slot(id ID, rowOf func(uint32) int) int {
	mask := len(x.slots) - 1
	for at := int(maphash.Comparable(x.seed, id)) & mask; ; at = (at + 1) & mask {
		if held := x.slots[at]; held == 0 || x.idOf(rowOf(held)) == id {
			return at
		}
	}
}

func (x *Index[T]) find(id ID) (at int, ok bool) {
	if x.n == 0 {
		return 0, false
	}
	held := x.slots[x.slot(id, func(held uint32) int { return int(held) - 1 })]
	return int(held) - 1, held != 0
}

// build numbers the ids in the order of their first rows, and brings the rows of
// each together.
func (x *Index[T]) build() {
	x.seed = maphash.MakeSeed()
	x.slots = make([]uint32, 8)
	var first []uint32 // the first row of each id
	numbers := make([]uint32, len(x.rows))
	rowOf := func(number uint32) int { return int(first[number-1]) }
	for i := range x.rows {
		if 4*len(first) >= 3*len(x.slots) {
			x.slots = make([]uint32, 2*len(x.slots))
			for k, row := range first {
				x.slots[x.slot(x.idOf(int(row)), rowOf)] = uint32(k) + 1
			}
		}
		at := x.slot(x.idOf(i), rowOf)
		if x.slots[at] == 0 {
			first = append(first, uint32(i))
			x.slots[at] = uint32(len(first))
		}
		numbers[i] = x.slots[at] - 1
	}
	x.n = len(first)
	if x.n < len(x.rows) {
		x.group(numbers)
	}
}

// group sorts the rows by the numbers of their ids, and lets the slots tell where
// the rows of an id begin.
func (x *Index[T]) group(numbers []uint32) {
	next := make([]uint32, x.n+1) // where the next row of an id goes
	for _, number := range numbers {
		next[number+1]++
	}
	for k := range x.n {
		next[k+1] += next[k]
	}
	for at, number := range x.slots {
		if number > 0 {
			x.slots[at] = next[number-1] + 1
		}
	}
	rows, ids := make([]*T, len(x.rows)), make([]ID, len(x.ids))
	for i, number := range numbers {
		rows[next[number]] = x.rows[i]
		if x.key == nil {
			ids[next[number]] = x.ids[i]
		}
		next[number]++
	}
	x.rows, x.ids = rows, ids
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
		x := &Index[RoleDefinition]{}
		for r := range s.RoleDefinitions.All() {
			x.add(r, r.ID)
			if !r.TemplateID.IsZero() && r.TemplateID != r.ID {
				x.add(r, r.TemplateID)
			}
		}
		x.build()
		return x
	})
}

// ResourceServicePrincipalsByID indexes the APIs by object id.
func (s *Snapshot) ResourceServicePrincipalsByID() *Index[ResourceServicePrincipal] {
	return Memo(s, indexKey("resource.id"), func(s *Snapshot) *Index[ResourceServicePrincipal] {
		return NewIndex(&s.ResourceServicePrincipals, func(r *ResourceServicePrincipal) ID { return r.ID })
	})
}
