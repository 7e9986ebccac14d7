package permissions

import (
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Inheritance is what the agents of one blueprint get through its principal in
// this tenant.
type Inheritance struct {
	// Blueprint is nil when it is homed elsewhere or was not read.
	Blueprint *tenant.AgentIdentityBlueprint
	// Principal is nil when there is none here.
	Principal *tenant.AgentIdentityBlueprintPrincipal
	// Foreign: the blueprint lives in another tenant, and what it passes on is
	// not visible here.
	Foreign bool
	// Unread says, by kind, why the inherited permissions as a whole cannot be
	// told; "" when Items holds them all.
	Unread [2]string
	Items  []Inherited

	principals []heldAt
	// ambiguous: two blueprints bear the appId, so that either may decide.
	ambiguous bool
}

// heldAt is a principal and its place among the holders.
type heldAt struct {
	principal *tenant.AgentIdentityBlueprintPrincipal
	place     int
}

// Inherited is one permission of the blueprint principal that agents get, or
// for all one knows may get.
type Inherited struct {
	Permission *Permission
	Grant      Grant
	// Uncertain says why it cannot be told whether agents inherit it; "" when
	// they do.
	Uncertain string
}

// Grant is the row that gives a permission: one of the two.
type Grant struct {
	Assignment *tenant.AppRoleAssignment
	Delegation *tenant.OAuth2PermissionGrant
}

// IsZero reports whether there is no grant.
func (g Grant) IsZero() bool { return g.Assignment == nil && g.Delegation == nil }

// Source is where the row was read.
func (g Grant) Source() tenant.Origin {
	switch {
	case g.Assignment != nil:
		return g.Assignment.Origin
	case g.Delegation != nil:
		return g.Delegation.Origin
	}
	return tenant.Origin{}
}

// Consent says who consented: an administrator gives every application
// permission and every delegated one for all users.
func (g Grant) Consent() string {
	if g.Delegation == nil {
		return "consented by an administrator"
	}
	switch strings.ToLower(g.Delegation.ConsentType.Or("")) {
	case "allprincipals":
		return "consented by an administrator"
	case "principal":
		return "consented for one user"
	}
	return "consented by someone who was not returned"
}

func (l *Ledger) inherit() {
	l.inheritance = map[tenant.ID]*Inheritance{}
	of := func(appID tenant.ID) *Inheritance {
		x := l.inheritance[appID]
		if x == nil {
			x = &Inheritance{}
			l.inheritance[appID] = x
		}
		return x
	}
	place := l.agents
	for p := range l.snapshot.AgentIdentityBlueprintPrincipals.All() {
		if !p.AppID.IsZero() {
			x := of(p.AppID)
			if x.Principal == nil {
				x.Principal = p
			}
			x.principals = append(x.principals, heldAt{p, place})
		}
		place++
	}
	for b := range l.snapshot.AgentIdentityBlueprints.All() {
		if b.AppID.IsZero() {
			continue
		}
		x := of(b.AppID)
		x.ambiguous = x.Blueprint != nil
		x.Blueprint = b
	}
	for _, x := range l.inheritance {
		l.settle(x)
	}
}

// settle works out what flows through one blueprint.
func (l *Ledger) settle(x *Inheritance) {
	d := declarationOf(x.Blueprint)
	if x.ambiguous {
		d = &declaration{unread: "more than one blueprint has the appId of its blueprint"}
	}
	home := l.snapshot.TenantID
	owner := tenant.ID{}
	if x.Principal != nil {
		owner = x.Principal.AppOwnerOrganizationID
	}
	x.Foreign = x.Blueprint == nil && !home.IsZero() && !owner.IsZero() && owner != home
	if x.Foreign {
		return
	}
	for k := range x.Unread {
		kind := Kind(k)
		switch {
		case d.passesNothing(kind):
		case x.Principal == nil:
			x.Unread[k] = "its blueprint has no principal in agentIdentityBlueprintPrincipals"
		default:
			l.flow(x, d, kind)
		}
	}
}

// flow adds the permissions of one kind that the principals of x pass on.
func (l *Ledger) flow(x *Inheritance, d *declaration, k Kind) {
	seen := map[*Permission]bool{}
	add := func(p *Permission, g Grant) {
		if seen[p] {
			return
		}
		seen[p] = true
		inherits, why := d.inherits(p)
		if inherits != tenant.No {
			x.Items = append(x.Items, Inherited{Permission: p, Grant: g, Uncertain: why})
		}
	}
	for _, from := range x.principals {
		if from.principal.ID.IsZero() {
			x.Unread[k] = "the id of its blueprint principal was not returned"
		} else if why := l.unread[k][from.principal.ID]; why != "" {
			x.Unread[k] = "of its blueprint principal, " + why
		}
		if k == Application {
			rows, held := l.applications.of(from.place)
			for i, row := range rows {
				add(l.all[held[i]], Grant{Assignment: row})
			}
			continue
		}
		rows, sets := l.delegations.of(from.place)
		for i, row := range rows {
			for _, p := range l.scopeSets[sets[i]] {
				add(l.all[p], Grant{Delegation: row})
			}
		}
	}
}
