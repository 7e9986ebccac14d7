package permissions

import "github.com/ztagent/ztagent/internal/tenant"

// Pair is one permission that one agent has. Direct and Inherited are the rows
// that give it; one of them may be zero.
type Pair struct {
	*Permission
	Direct, Inherited Grant
	// Uncertain says why it cannot be told whether the agent has it; "" when it
	// does.
	Uncertain string
}

// Grant returns the row to point at: the agent's own, else its blueprint
// principal's.
func (p *Pair) Grant() Grant {
	if !p.Direct.IsZero() {
		return p.Direct
	}
	return p.Inherited
}

// Path says by which way the agent has the permission: "granted directly, …",
// "inherited from blueprint principal "X", consented by an administrator".
func (p *Pair) Path(x *Inheritance) string {
	path := ""
	if !p.Direct.IsZero() {
		path = "granted directly, " + p.Direct.Consent()
	}
	if p.Inherited.IsZero() {
		return path
	}
	if path != "" {
		path += ", and "
	}
	return path + "inherited from blueprint principal " + x.principalLabel() + ", " + p.Inherited.Consent()
}

func (x *Inheritance) principalLabel() string {
	switch {
	case x.Principal == nil:
		return "unknown"
	case x.Principal.DisplayName.Or("") != "":
		return `"` + x.Principal.DisplayName.Or("") + `"`
	}
	return x.Principal.ID.String()
}

// Cursor walks over the agents and works out the permissions of the current one
// in a buffer that the next one uses again. It serves one goroutine.
type Cursor struct {
	ledger *Ledger
	kinds  [2]bool
	agent  *tenant.AgentIdentity
	under  *Inheritance // the current agent's
	place  int
	pairs  []Pair
	// seen finds the pair of a permission: valid while its turn is the current.
	seen []seenPair
	turn int32
}

type seenPair struct {
	turn, pair int32
}

// Cursor returns a cursor that sees permissions of these kinds.
func (l *Ledger) Cursor(kinds ...Kind) *Cursor {
	c := &Cursor{ledger: l, seen: make([]seenPair, len(l.all))}
	for _, k := range kinds {
		c.kinds[k] = true
	}
	return c
}

// Agents yields every agent in file order, and makes it the current one.
func (c *Cursor) Agents() func(yield func(*tenant.AgentIdentity) bool) {
	return func(yield func(*tenant.AgentIdentity) bool) {
		place := 0
		for a := range c.ledger.snapshot.AgentIdentities.All() {
			c.agent, c.place, c.under = a, place, c.ledger.InheritanceOf(a)
			if !yield(a) {
				return
			}
			place++
		}
	}
}

// Seek makes agent, which must be of the snapshot, the current one.
func (c *Cursor) Seek(agent *tenant.AgentIdentity) {
	for a := range c.Agents() {
		if a == agent {
			return
		}
	}
}

// SeekAt is Seek for an agent whose place in file order is known.
func (c *Cursor) SeekAt(agent *tenant.AgentIdentity, place int) {
	c.agent, c.place, c.under = agent, place, c.ledger.InheritanceOf(agent)
}

// Inheritance returns what is known of the current agent's blueprint.
func (c *Cursor) Inheritance() *Inheritance { return c.under }

// InheritanceOf returns what is known of an agent's blueprint; it is shared by
// all agents of the blueprint and never nil.
func (l *Ledger) InheritanceOf(a *tenant.AgentIdentity) *Inheritance {
	if a.AgentIdentityBlueprintID.IsZero() {
		return noLink
	}
	if x := l.inheritance[a.AgentIdentityBlueprintID]; x != nil {
		return x
	}
	return noBlueprint
}

var (
	noLink      = unreadInheritance("its agentIdentityBlueprintId was not returned")
	noBlueprint = unreadInheritance("neither its blueprint nor the blueprint's principal is in the snapshot")
)

func unreadInheritance(why string) *Inheritance {
	return &Inheritance{Unread: [2]string{why, why}}
}

// Unread says why the current agent may have permissions that Pairs does not
// return; "" when it has no others. Rows without holder are the Ledger's Stray.
func (c *Cursor) Unread() string {
	x := c.Inheritance()
	for k, wanted := range c.kinds {
		if !wanted {
			continue
		}
		for _, why := range []string{c.ledger.unreadAll[k], c.ledger.unread[k][c.agent.ID], x.Unread[k]} {
			if why != "" {
				return why
			}
		}
		if c.agent.ID.IsZero() {
			return "its id was not returned"
		}
	}
	return ""
}

// Pairs returns the current agent's permissions, each once, its own first. They
// are valid until the cursor moves.
func (c *Cursor) Pairs() []Pair {
	c.turn++
	c.pairs = c.pairs[:0]
	l := c.ledger
	if c.kinds[Application] && !c.agent.ID.IsZero() {
		rows, held := l.applications.of(c.place)
		for i, row := range rows {
			c.direct(held[i], Grant{Assignment: row})
		}
	}
	if c.kinds[Delegated] && !c.agent.ID.IsZero() {
		rows, sets := l.delegations.of(c.place)
		for i, row := range rows {
			for _, p := range l.scopeSets[sets[i]] {
				c.direct(p, Grant{Delegation: row})
			}
		}
	}
	x := c.Inheritance()
	for i := range x.Items {
		if c.kinds[x.Items[i].Permission.Kind] {
			c.inherited(&x.Items[i])
		}
	}
	return c.pairs
}

func (c *Cursor) direct(permission int32, grant Grant) {
	pair := c.pair(c.ledger.all[permission])
	if pair.Direct.IsZero() {
		pair.Direct = grant
	}
}

// inherited adds to what the agent has. Whether it also inherits what it was
// granted directly changes nothing.
func (c *Cursor) inherited(item *Inherited) {
	pair := c.pair(item.Permission)
	if item.Uncertain == "" {
		pair.Inherited = item.Grant
	} else if pair.Direct.IsZero() {
		pair.Inherited, pair.Uncertain = item.Grant, item.Uncertain
	}
}

// pair returns the current agent's pair for p, made if need be. The pointer is
// valid until the next call.
func (c *Cursor) pair(p *Permission) *Pair {
	if s := c.seen[p.index]; s.turn == c.turn {
		return &c.pairs[s.pair]
	}
	c.seen[p.index] = seenPair{c.turn, int32(len(c.pairs))}
	c.pairs = append(c.pairs, Pair{Permission: p})
	return &c.pairs[len(c.pairs)-1]
}
