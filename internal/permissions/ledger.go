package permissions

import (
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Ledger is who holds which permission in one snapshot. It keeps a few bytes per
// grant: permissions and inherited sets are shared by all who hold them.
type Ledger struct {
	snapshot *tenant.Snapshot
	all      []*Permission
	// scopeSets are the permissions of each distinct scope text of a resource.
	scopeSets [][]int32

	// Rows are grouped by holder: agents by their place in the list, and after
	// them the blueprint principals by theirs.
	applications byHolder[tenant.AppRoleAssignment]
	delegations  byHolder[tenant.OAuth2PermissionGrant]
	agents       int

	inheritance map[tenant.ID]*Inheritance // by the blueprint's appId
	stray       [2][]int32                 // permissions of rows that lost their holder
	unread      [2]map[tenant.ID]string    // holders whose rows were not read
	unreadAll   [2]string
}

type ledgerKey struct{}

// Of returns the snapshot's ledger, which is made once.
func Of(s *tenant.Snapshot) *Ledger { return tenant.Memo(s, ledgerKey{}, newLedger) }

// Permissions returns every permission that anyone holds; a permission's Index
// is its place here.
func (l *Ledger) Permissions() []*Permission { return l.all }

// Stray returns the permissions of kind k whose rows lost the id of their
// holder: any agent may be the one that has them.
func (l *Ledger) Stray(k Kind) []*Permission {
	permissions := make([]*Permission, len(l.stray[k]))
	for i, p := range l.stray[k] {
		permissions[i] = l.all[p]
	}
	return permissions
}

func newLedger(s *tenant.Snapshot) *Ledger {
	l := &Ledger{snapshot: s, agents: s.AgentIdentities.Len()}
	r := newResolver(s)
	place, holders := holderPlaces(s)
	sets := &scopeSets{resolver: r, known: map[scopeText]int32{}}

	l.applications = group(&s.AppRoleAssignments, holders, groupBy[tenant.AppRoleAssignment]{
		place:  place,
		holder: func(a *tenant.AppRoleAssignment) tenant.ID { return a.PrincipalID },
		what:   func(a *tenant.AppRoleAssignment) int32 { return r.role(a.ResourceID, a.AppRoleID) },
		stray:  func(p int32) { l.stray[Application] = append(l.stray[Application], p) },
	})
	l.delegations = group(&s.OAuth2PermissionGrants, holders, groupBy[tenant.OAuth2PermissionGrant]{
		place:  place,
		holder: func(g *tenant.OAuth2PermissionGrant) tenant.ID { return g.ClientID },
		what:   sets.of,
		stray: func(set int32) {
			l.stray[Delegated] = append(l.stray[Delegated], sets.all[set]...)
		},
	})
	l.all, l.scopeSets = r.all, sets.all
	l.readGaps()
	l.inherit()
	return l
}

// holderPlaces numbers everyone who can hold a permission that counts: agents,
// then blueprint principals.
func holderPlaces(s *tenant.Snapshot) (place map[tenant.ID]int32, holders int) {
	holders = s.AgentIdentities.Len() + s.AgentIdentityBlueprintPrincipals.Len()
	place = make(map[tenant.ID]int32, holders)
	n := int32(0)
	for a := range s.AgentIdentities.All() {
		if !a.ID.IsZero() {
			place[a.ID] = n
		}
		n++
	}
	for p := range s.AgentIdentityBlueprintPrincipals.All() {
		if !p.ID.IsZero() {
			place[p.ID] = n
		}
		n++
	}
	return place, holders
}

// byHolder is rows grouped by holder: those of holder i are rows[start[i]:start[i+1]],
// and what[j] is the permission or scope set of rows[j].
type byHolder[R any] struct {
	start []int32
	rows  []*R
	what  []int32
}

func (b *byHolder[R]) of(holder int) ([]*R, []int32) {
	if holder+1 >= len(b.start) {
		return nil, nil
	}
	from, to := b.start[holder], b.start[holder+1]
	return b.rows[from:to], b.what[from:to]
}

type groupBy[R any] struct {
	place  map[tenant.ID]int32
	holder func(*R) tenant.ID
	what   func(*R) int32 // negative for a row that grants nothing
	stray  func(what int32)
}

// group sorts the rows of list by counting; rows of anyone else are left out.
func group[R any](list *tenant.List[R], holders int, by groupBy[R]) byHolder[R] {
	at := make([]int32, 0, list.Len())
	what := make([]int32, 0, list.Len())
	start := make([]int32, holders+1)
	for row := range list.All() {
		holder, held := int32(-1), int32(-1)
		if id := by.holder(row); id.IsZero() {
			if stray := by.what(row); stray >= 0 {
				by.stray(stray)
			}
		} else if i, ok := by.place[id]; ok {
			if held = by.what(row); held >= 0 {
				holder = i
				start[i+1]++
			}
		}
		at, what = append(at, holder), append(what, held)
	}
	for i := range holders {
		start[i+1] += start[i]
	}
	grouped := byHolder[R]{start: start, rows: make([]*R, start[holders]), what: make([]int32, start[holders])}
	next := append([]int32(nil), start...)
	i := 0
	for row := range list.All() {
		if holder := at[i]; holder >= 0 {
			grouped.rows[next[holder]], grouped.what[next[holder]] = row, what[i]
			next[holder]++
		}
		i++
	}
	return grouped
}

// scopeSets reads the scope text of grants, each distinct one once.
type scopeSets struct {
	resolver *resolver
	known    map[scopeText]int32
	all      [][]int32
}

type scopeText struct {
	resource tenant.ID
	text     string
	absent   bool
}

func (x *scopeSets) of(g *tenant.OAuth2PermissionGrant) int32 {
	key := scopeText{g.ResourceID, g.Scope.Or(""), g.Scope.IsAbsent()}
	if i, ok := x.known[key]; ok {
		return i
	}
	var set []int32
	if g.Scope.IsAbsent() {
		set = []int32{x.resolver.scope(g.ResourceID, "")}
	}
	for name := range strings.FieldsSeq(g.Scope.Or("")) {
		set = append(set, x.resolver.scope(g.ResourceID, name))
	}
	i := int32(-1)
	if len(set) > 0 {
		i = int32(len(x.all))
		x.all = append(x.all, set)
	}
	x.known[key] = i
	return i
}

// readGaps notes whose rows were not read. A gap may be recorded with the list
// or with its holder; one of an API, or of nobody, leaves every holder unsure.
func (l *Ledger) readGaps() {
	lists := [2]tenant.Dataset{tenant.DatasetAppRoleAssignments, tenant.DatasetOAuth2PermissionGrants}
	relations := [2]string{"appRoleAssignments", "oauth2PermissionGrants"}
	holders := []tenant.Dataset{tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprintPrincipals}
	for k := range lists {
		l.unread[k] = map[tenant.ID]string{}
		for _, gap := range l.snapshot.RelationGaps(lists[k]) {
			l.noteGap(Kind(k), gap)
		}
		for _, d := range holders {
			for _, gap := range l.snapshot.RelationGaps(d) {
				if gap.Relation == relations[k] {
					l.noteGap(Kind(k), gap)
				}
			}
		}
	}
	for _, gap := range l.snapshot.RelationGaps(tenant.DatasetResourceServicePrincipals) {
		if gap.Relation == "appRoleAssignedTo" {
			l.unreadAll[Application] = gapText(Application, gap)
		}
	}
}

func (l *Ledger) noteGap(k Kind, gap tenant.RelationGap) {
	ofAPI := l.snapshot.ResourceServicePrincipalsByID().First(gap.ID) != nil
	if gap.ID.IsZero() || ofAPI {
		l.unreadAll[k] = gapText(k, gap)
		return
	}
	l.unread[k][gap.ID] = gapText(k, gap)
}

func gapText(k Kind, gap tenant.RelationGap) string {
	text := "not all " + k.String() + " permissions could be read (" + string(gap.Status) + ")"
	if gap.Reason != "" {
		text += ": " + strings.TrimSuffix(gap.Reason, ".")
	}
	return text
}
