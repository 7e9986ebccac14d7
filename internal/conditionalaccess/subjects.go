package conditionalaccess

import (
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// subjects is one list of agents or service principals of a policy. An id may
// be an agent's or its blueprint principal's.
type subjects struct {
	ids        map[tenant.ID]bool
	blueprints map[tenant.ID]bool // appIds of the blueprint principals in it
	// strangers: it has an id that is no known agent and no known blueprint
	// principal. It matters for agents whose own id or principal is not known.
	strangers bool
	// all: it has the word for all of them. unclear: it has an entry that is
	// neither an id nor a word that is known.
	all, unclear bool
	property     string
}

// agentFilter is the filter of a policy over agents' attributes. Doubt says why
// it cannot be judged.
type agentFilter struct {
	mode  string // include, exclude, or "" for none
	rule  *Filter
	doubt string
}

const unknownMode = "?"

func newAgentFilter(source tenant.Opt[tenant.ConditionalAccessFilter]) agentFilter {
	f, set := source.Get()
	rule := f.Rule.Or("")
	if !set || rule == "" && f.Rule.IsSet() {
		return agentFilter{}
	}
	filter := agentFilter{mode: f.Mode.Or(unknownMode)}
	if filter.mode != "include" && filter.mode != "exclude" {
		filter.mode = unknownMode
		filter.doubt = "its mode was not returned"
		return filter
	}
	if !f.Rule.IsSet() {
		filter.doubt = "its rule was not returned"
		return filter
	}
	parsed, err := ParseFilter(rule)
	if err != nil {
		filter.doubt = fmt.Sprintf("it is not understood: %v", err)
		return filter
	}
	filter.rule = parsed
	return filter
}

// readSubjects works out whom the policy is about. A policy is about people,
// service principals or agents: when it shows one of them, a list that is
// missing is one that was empty, or did not exist yet when the policy was made;
// when it shows none, the list that names them was not returned.
func (p *Policy) readSubjects() {
	c := &p.clients
	p.filter = newAgentFilter(c.AgentIDServicePrincipalFilter)
	p.includeAgents = p.world.subjects("includeAgentIdServicePrincipals", c.IncludeAgentIDServicePrincipals)
	p.excludeAgents = p.world.subjects("excludeAgentIdServicePrincipals", c.ExcludeAgentIDServicePrincipals)
	p.includeClients = p.world.subjects("includeServicePrincipals", c.IncludeServicePrincipals)
	p.excludeClients = p.world.subjects("excludeServicePrincipals", c.ExcludeServicePrincipals)

	people := p.showsPeople()
	agentKeys := names(c.ExcludeAgentIDServicePrincipals) == Yes || p.filter.mode != ""
	agents := names(c.IncludeAgentIDServicePrincipals) == Yes
	clients := names(c.IncludeServicePrincipals) == Yes
	// A member that is not known may name agents too.
	p.agentsUnread = len(c.Others) > 0 ||
		!read(c.IncludeAgentIDServicePrincipals) && (agentKeys || !people && !clients)
	p.clientsUnread = !read(c.IncludeServicePrincipals) && !people && !agents && p.filter.mode != "include"
	p.usersUnread = !read(p.users.IncludeUsers) && !agents && !clients && p.filter.mode != "include"

	p.AllAgents = unless(hasWord(c.IncludeAgentIDServicePrincipals, wordAll), p.agentsUnread)
	p.Agents = p.agentPolicy()
	p.readUsers()
}

// unless turns the doubt about a list that was not read into a no where the
// list is known to have been empty.
func unless(a Answer, unread bool) Answer {
	if a == Unknown && !unread {
		return No
	}
	return a
}

func (p *Policy) agentPolicy() Answer {
	switch {
	case names(p.clients.IncludeAgentIDServicePrincipals) == Yes, p.filter.mode == "include",
		p.world.anyAgent(p.includeClients):
		return Yes
	case p.agentsUnread, p.clientsUnread, p.filter.mode == unknownMode,
		p.includeClients.strangers && p.world.agentsWithoutID:
		return Unknown
	}
	return No
}

func (p *Policy) showsPeople() bool {
	u := &p.users
	return names(u.IncludeUsers) == Yes || names(u.IncludeGroups) == Yes || names(u.IncludeRoles) == Yes ||
		isSet(u.IncludeGuestsOrExternalUsers) || isSet(p.conditions.Agents)
}

func (p *Policy) readUsers() {
	u := &p.users
	p.AllUsers = unless(hasWord(u.IncludeUsers, wordAll), p.usersUnread)
	p.AllAgentUsers = unless(hasWord(u.IncludeUsers, wordAllAgentUsers), p.usersUnread)
	p.AgentUsers = p.AllAgentUsers
	people := unless(Unknown, p.usersUnread)
	for _, item := range u.IncludeUsers.Items {
		switch {
		case strings.EqualFold(item, wordNone), strings.EqualFold(item, wordAllAgentUsers):
		case p.world.agentUsers[tenant.ParseID(item)]:
			p.AgentUsers = Yes
		case p.world.agentUsersWithoutID:
			p.AgentUsers = p.AgentUsers.Or(Unknown)
			people = people.Or(Unknown)
		default:
			people = Yes
		}
	}
	if isSet(p.conditions.Agents) {
		// A newer way to name agent users, which no reference describes yet.
		p.AllAgentUsers = p.AllAgentUsers.Or(Unknown)
		p.AgentUsers = p.AgentUsers.Or(Unknown)
	}
	p.Users = people.Or(names(u.IncludeGroups)).Or(names(u.IncludeRoles)).
		Or(answer(isSet(u.IncludeGuestsOrExternalUsers)))
	if p.Users == Unknown && !p.usersUnread && p.Agents == Yes {
		p.Users = No
	}
}
