package conditionalaccess

import (
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// world is what the policies' lists are resolved against. Only ids that some
// policy names are kept: the lists are short and the tenant may be large.
type world struct {
	agents     map[tenant.ID]bool
	agentUsers map[tenant.ID]bool
	principals map[tenant.ID]tenant.ID // object id of a blueprint principal: its appId
	// principalOf are the appIds whose principal's object id was read.
	principalOf map[tenant.ID]bool
	// Objects that lost their id may be the ones that a list names.
	agentsWithoutID, agentUsersWithoutID bool
}

func newWorld(s *tenant.Snapshot) *world {
	named := namedIDs(s)
	w := &world{
		agents:      map[tenant.ID]bool{},
		agentUsers:  map[tenant.ID]bool{},
		principals:  map[tenant.ID]tenant.ID{},
		principalOf: map[tenant.ID]bool{},
	}
	for a := range s.AgentIdentities.All() {
		if a.ID.IsZero() {
			w.agentsWithoutID = true
		} else if named[a.ID] {
			w.agents[a.ID] = true
		}
	}
	for u := range s.AgentUsers.All() {
		if u.ID.IsZero() {
			w.agentUsersWithoutID = true
		} else if named[u.ID] {
			w.agentUsers[u.ID] = true
		}
	}
	for p := range s.AgentIdentityBlueprintPrincipals.All() {
		if p.ID.IsZero() || p.AppID.IsZero() {
			continue
		}
		w.principalOf[p.AppID] = true
		if named[p.ID] {
			w.principals[p.ID] = p.AppID
		}
	}
	return w
}

// namedIDs are the ids in the policies' lists of users, agents and service
// principals.
func namedIDs(s *tenant.Snapshot) map[tenant.ID]bool {
	named := map[tenant.ID]bool{}
	for p := range s.ConditionalAccessPolicies.All() {
		conditions, _ := p.Conditions.Get()
		clients, _ := conditions.ClientApplications.Get()
		users, _ := conditions.Users.Get()
		for _, list := range []tenant.Relation[string]{
			clients.IncludeAgentIDServicePrincipals, clients.ExcludeAgentIDServicePrincipals,
			clients.IncludeServicePrincipals, clients.ExcludeServicePrincipals,
			users.IncludeUsers, users.ExcludeUsers,
		} {
			for _, item := range list.Items {
				named[tenant.ParseID(item)] = true
			}
		}
	}
	return named
}

func (w *world) subjects(property string, list tenant.Relation[string]) subjects {
	s := subjects{property: property}
	for _, item := range list.Items {
		id := tenant.ParseID(item)
		switch {
		case strings.EqualFold(item, wordAll):
			s.all = true
			continue
		case strings.EqualFold(item, wordNone), strings.EqualFold(item, "ServicePrincipalsInMyTenant"):
			continue
		case !id.IsGUID() && !w.agents[id] && w.principals[id].IsZero():
			s.unclear = true
			continue
		}
		if s.ids == nil {
			s.ids, s.blueprints = map[tenant.ID]bool{}, map[tenant.ID]bool{}
		}
		s.ids[id] = true
		switch appID, principal := w.principals[id]; {
		case principal:
			s.blueprints[appID] = true
		case !w.agents[id]:
			s.strangers = true
		}
	}
	return s
}

// anyAgent reports whether a list names an agent identity.
func (w *world) anyAgent(s subjects) bool {
	for id := range s.ids {
		if w.agents[id] {
			return true
		}
	}
	return false
}

// has reports whether the list names the agent or its blueprint principal.
func (w *world) has(s *subjects, a *tenant.AgentIdentity) (Answer, reason) {
	switch {
	case s.all:
		return Yes, byAll
	case len(s.ids) == 0 && !s.unclear:
		return No, 0
	case !a.ID.IsZero() && s.ids[a.ID]:
		return Yes, byName
	case !a.AgentIdentityBlueprintID.IsZero() && s.blueprints[a.AgentIdentityBlueprintID]:
		return Yes, byBlueprint
	case s.unclear:
		return Unknown, wordUnclear
	case a.ID.IsZero() && s.strangers:
		return Unknown, agentIDUnread
	case a.AgentIdentityBlueprintID.IsZero() && (s.strangers || len(s.blueprints) > 0):
		return Unknown, blueprintUnread
	case s.strangers && !w.principalOf[a.AgentIdentityBlueprintID]:
		return Unknown, principalUnread
	}
	return No, 0
}
