package drill

import (
	"slices"

	"github.com/ztagent/ztagent/internal/activity"
	"github.com/ztagent/ztagent/internal/tenant"
)

// rows are sign-ins in the order of time, and those that lost theirs.
type rows struct {
	dated, undated []*tenant.SignIn
	sorted         bool
}

func (r *rows) add(row *tenant.SignIn) {
	if row.CreatedDateTime.IsSet() {
		r.dated = append(r.dated, row)
	} else {
		r.undated = append(r.undated, row)
	}
}

// within returns the dated rows after from and before to.
func (r *rows) within(from, to tenant.Time) []*tenant.SignIn {
	if !r.sorted {
		slices.SortStableFunc(r.dated, func(a, b *tenant.SignIn) int {
			switch {
			case a.CreatedDateTime.Before(b.CreatedDateTime):
				return -1
			case b.CreatedDateTime.Before(a.CreatedDateTime):
				return 1
			}
			return 0
		})
		r.sorted = true
	}
	first, _ := slices.BinarySearchFunc(r.dated, from, func(row *tenant.SignIn, t tenant.Time) int {
		if row.CreatedDateTime.After(t) {
			return 1
		}
		return -1
	})
	end, _ := slices.BinarySearchFunc(r.dated, to, func(row *tenant.SignIn, t tenant.Time) int {
		if row.CreatedDateTime.Before(t) {
			return -1
		}
		return 1
	})
	return r.dated[first:max(first, end)]
}

// ledger is the sign-ins that bear on the drilled targets.
type ledger struct {
	owners activity.Owners
	// agents by object id, blueprints by appId; only those that were drilled.
	agents, blueprints map[tenant.ID]*rows
	appOf              map[tenant.ID]tenant.ID // drilled principal → appId
	// unkeyed may be any agent's; homeless are an agent's of which the blueprint
	// cannot be told.
	unkeyed, homeless rows
	principals        *tenant.Index[tenant.AgentIdentityBlueprintPrincipal]
	principalApps     *tenant.Index[tenant.AgentIdentityBlueprintPrincipal]
}

func newLedger(s *tenant.Snapshot, drills []*Drill) *ledger {
	l := &ledger{
		owners:        activity.OwnersOf(s),
		agents:        map[tenant.ID]*rows{},
		blueprints:    map[tenant.ID]*rows{},
		appOf:         map[tenant.ID]tenant.ID{},
		principals:    s.PrincipalsByID(),
		principalApps: s.PrincipalsByAppID(),
	}
	for _, d := range drills {
		switch {
		case d.Agent != nil && l.agents[d.Agent.ID] == nil:
			l.agents[d.Agent.ID] = &rows{}
		case d.Principal != nil && !d.Principal.AppID.IsZero():
			l.appOf[d.Principal.ID] = d.Principal.AppID
			if l.blueprints[d.Principal.AppID] == nil {
				l.blueprints[d.Principal.AppID] = &rows{}
			}
		}
	}
	if len(drills) > 0 {
		for row := range s.SignIns.All() {
			l.add(row)
		}
	}
	return l
}

func (l *ledger) add(row *tenant.SignIn) {
	kind, agent := l.owners.Of(row)
	if agent != nil {
		if r := l.agents[agent.ID]; r != nil {
			r.add(row)
		}
	}
	if kind == activity.Unkeyed {
		l.unkeyed.add(row)
	}
	if len(l.blueprints) > 0 {
		l.addToBlueprint(row, kind, agent)
	}
}

// addToBlueprint files a row under the drilled blueprints whose it is: the
// blueprint's own, or a child's by the row's word or the inventory's.
func (l *ledger) addToBlueprint(row *tenant.SignIn, kind activity.Kind, agent *tenant.AgentIdentity) {
	apps := [4]tenant.ID{l.appOf[row.ServicePrincipalID], row.AppID(), row.ParentAppID}
	if agent != nil {
		apps[3] = agent.AgentIdentityBlueprintID
	}
	found := false
	for i, app := range apps {
		if r := l.blueprints[app]; r != nil && !slices.Contains(apps[:i], app) {
			r.add(row)
			found = true
		}
	}
	if !found && l.isHomeless(row, kind, agent) {
		l.homeless.add(row)
	}
}

func (l *ledger) isHomeless(row *tenant.SignIn, kind activity.Kind, agent *tenant.AgentIdentity) bool {
	if !row.ParentAppID.IsZero() {
		return false
	}
	switch kind {
	case activity.Agent:
		return agent.AgentIdentityBlueprintID.IsZero()
	case activity.Stranger:
		return true
	case activity.Blueprint:
		return row.ServicePrincipalID.IsZero() && row.AppID().IsZero()
	case activity.Other:
		return row.AgentType == "" && l.principals.First(row.ServicePrincipalID) == nil &&
			l.principalApps.First(row.AppID()) == nil
	}
	return false // unkeyed rows are held apart
}
