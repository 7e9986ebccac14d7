package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/permissions"
	"github.com/ztagent/ztagent/internal/tenant"
)

// held identifies a permission in every snapshot of a tenant: by what the grants
// themselves say, so that an API which was not read changes nothing.
type held struct {
	kind         permissions.Kind
	resource, id tenant.ID
	scope        string
}

func heldOf(p *permissions.Permission) held {
	if p.Kind == permissions.Delegated {
		return held{kind: p.Kind, resource: p.ResourceID, scope: strings.ToLower(p.Name)}
	}
	return held{kind: p.Kind, resource: p.ResourceID, id: p.ID}
}

// number returns, by the ledger's own index, the number of each permission that
// both ledgers share: a few bytes per agent instead of a few words.
func number(l *permissions.Ledger, numbers map[held]int32) []int32 {
	all := make([]int32, len(l.Permissions()))
	for i, p := range l.Permissions() {
		h := heldOf(p)
		if _, ok := numbers[h]; !ok {
			numbers[h] = int32(len(numbers))
		}
		all[i] = numbers[h]
	}
	return all
}

// inheritedChanges finds the permissions that agents have through their
// blueprint now, have no consent of their own for, and did not have before.
func inheritedChanges(before, after *tenant.Snapshot) *InheritedChanges {
	changes := &InheritedChanges{Appeared: []Inherited{}, NotCompared: []string{}}
	kinds := changes.comparable(before, after)
	if len(kinds) == 0 {
		return changes
	}
	x := &inheritance{
		changes: changes,
		old:     permissions.Of(before).Cursor(kinds...),
		now:     permissions.Of(after).Cursor(kinds...),
		groups:  map[group]*Inherited{},
	}
	numbers := map[held]int32{}
	x.oldHeld = number(permissions.Of(before), numbers)
	x.nowHeld = number(permissions.Of(after), numbers)
	x.run()
	return changes
}

// comparable returns the kinds of permission that both sides have read, and
// notes why the others cannot be compared.
func (c *InheritedChanges) comparable(before, after *tenant.Snapshot) []permissions.Kind {
	lists := []tenant.Dataset{tenant.DatasetAppRoleAssignments, tenant.DatasetOAuth2PermissionGrants}
	var kinds []permissions.Kind
	for _, k := range []permissions.Kind{permissions.Application, permissions.Delegated} {
		why := unreadOn(before, after, tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprints,
			tenant.DatasetAgentIdentityBlueprintPrincipals, lists[k])
		if why == "" && len(permissions.Of(before).Stray(k)) > 0 {
			why = fmt.Sprintf("some of %s lost their holder on the older side", lists[k])
		}
		if why == "" {
			kinds = append(kinds, k)
		} else {
			c.NotCompared = append(c.NotCompared, k.String()+" permissions: "+why)
		}
	}
	return kinds
}

// group is what is told in one line: a permission and the principal it comes
// from. One grant may reach thousands of agents.
type group struct {
	permission int32
	principal  tenant.ID
}

type inheritance struct {
	changes          *InheritedChanges
	old, now         *permissions.Cursor
	oldHeld, nowHeld []int32 // numbers of permissions, by the ledgers' indexes
	groups           map[group]*Inherited
	order            []*Inherited
	unsure           int // agents of which it cannot be told what they had, or have
}

// earlier is what one agent had before.
type earlier struct {
	permissions []int32
	unsure      bool
}

func (x *inheritance) run() {
	had := map[tenant.ID]earlier{}
	stray := false // an agent that lost its id may be any that seems new
	for a := range x.old.Agents() {
		if a.ID.IsZero() {
			stray = true
			continue
		}
		had[a.ID] = x.earlier()
	}
	for a := range x.now.Agents() {
		was, known := had[a.ID]
		if was.unsure || !known && stray || x.now.Unread() != "" {
			x.unsure++
			continue
		}
		x.compare(a, was.permissions)
	}
	x.finish()
}

func (x *inheritance) earlier() earlier {
	e := earlier{unsure: x.old.Unread() != ""}
	pairs := x.old.Pairs()
	for i := range pairs {
		e.unsure = e.unsure || pairs[i].Uncertain != ""
		e.permissions = append(e.permissions, x.oldHeld[pairs[i].Index()])
	}
	return e
}

// compare looks at the current agent.
func (x *inheritance) compare(a *tenant.AgentIdentity, had []int32) {
	pairs := x.now.Pairs()
	uncertain := false
	for i := range pairs {
		p := &pairs[i]
		switch number := x.nowHeld[p.Index()]; {
		case p.Uncertain != "":
			uncertain = true
		case p.Direct.IsZero() && !slices.Contains(had, number):
			g := x.group(p, number)
			g.Agents = append(g.Agents, agentOf(a))
		}
	}
	if uncertain {
		x.unsure++
	}
}

// group returns the line that tells of p and the current agent's blueprint.
func (x *inheritance) group(p *permissions.Pair, number int32) *Inherited {
	key := group{permission: number}
	principal := x.now.Inheritance().Principal
	if principal != nil {
		key.principal = principal.ID
	}
	if x.groups[key] == nil {
		g := &Inherited{API: p.APIName(), Permission: p.Label(), Kind: p.Kind.String(), Agents: []Agent{}}
		if principal != nil {
			g.Principal = Principal{ID: principal.ObjectID(), DisplayName: principal.ResourceName()}
		}
		x.groups[key] = g
		x.order = append(x.order, g)
	}
	return x.groups[key]
}

func (x *inheritance) finish() {
	for _, g := range x.order {
		slices.SortFunc(g.Agents, compareAgents)
		x.changes.Appeared = append(x.changes.Appeared, *g)
	}
	slices.SortFunc(x.changes.Appeared, func(a, b Inherited) int {
		return cmp.Or(cmp.Compare(a.Principal.DisplayName, b.Principal.DisplayName), cmp.Compare(a.Principal.ID, b.Principal.ID),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.API, b.API), cmp.Compare(a.Permission, b.Permission))
	})
	if x.unsure > 0 {
		x.changes.NotCompared = append(x.changes.NotCompared,
			fmt.Sprintf("the permissions of %s, which could not be told in full on both sides", agentCount(x.unsure)))
	}
}

func agentCount(n int) string {
	if n == 1 {
		return "1 agent"
	}
	return fmt.Sprintf("%d agents", n)
}
