package conditionalaccess

import (
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// The words that Conditional Access uses in place of ids.
const (
	wordAll               = "All"
	wordNone              = "None"
	wordAllAgentUsers     = "AllAgentIdUsers"
	wordAllAgentResources = "AllAgentIdResources"
)

// Policy is a Conditional Access policy with what it is about worked out. An
// Answer is Unknown where the property that decides it was not returned.
type Policy struct {
	*tenant.ConditionalAccessPolicy

	Enabled Answer // enforced; report-only is No

	// Whom it is about. Agents is Yes for an agent policy: it names agent
	// identities by include list, include filter or an explicit agent id.
	// AllAgents and AllAgentUsers say that it includes all of them, whatever it
	// excludes.
	Agents, AllAgents         Answer
	AgentUsers, AllAgentUsers Answer
	Users, AllUsers           Answer // people

	// What they may reach. AllResources leaves out nothing but Microsoft's
	// token-exchange endpoint. AgentResources names agents as resources; a
	// policy for all resources reaches them too unless it excludes them.
	AllResources, AgentResources, AllWithAgentResources Answer

	Blocks, Grants Answer // the grant control is block; there is any

	// RiskCondition is Yes when any of the agent, user, sign-in and service
	// principal risk lists is set.
	RiskCondition Answer
	Network       Answer // it has a location condition
	Session       Answer // it carries session controls

	// Narrowed names conditions that are set although Entra does not offer them
	// for agent identities: how they narrow the policy is not known.
	Narrowed []string

	conditions   tenant.ConditionalAccessConditionSet
	applications tenant.ConditionalAccessApplications
	users        tenant.ConditionalAccessUsers
	clients      tenant.ConditionalAccessClientApplications

	includeAgents, excludeAgents   subjects
	includeClients, excludeClients subjects // service principal lists
	filter                         agentFilter
	// agentsUnread and clientsUnread: the include list may have more entries.
	agentsUnread, clientsUnread, usersUnread bool

	world *world
}

// Name is the display name, or the id without one.
func (p *Policy) Name() string {
	if name := p.ResourceName(); name != "" {
		return name
	}
	return p.ObjectID()
}

// newPolicy works out everything that does not depend on a single agent.
func newPolicy(source *tenant.ConditionalAccessPolicy, w *world) *Policy {
	p := &Policy{ConditionalAccessPolicy: source, Enabled: enforced(source.State), world: w}
	p.conditions, _ = source.Conditions.Get() // never null in Graph
	p.applications = orNull(p.conditions.Applications, nullApplications())
	p.users = orNull(p.conditions.Users, nullUsers())
	p.clients = orNull(p.conditions.ClientApplications, nullClients())
	p.readResources()
	p.readControls()
	p.readConditions()
	p.readSubjects()
	return p
}

// enforced: a state that is not documented may mean anything.
func enforced(state tenant.Opt[string]) Answer {
	switch state.Or("") {
	case "enabled":
		return Yes
	case "disabled", "enabledForReportingButNotEnforced":
		return No
	}
	return Unknown
}

// ReportOnly reports whether the policy is evaluated without being enforced.
func (p *Policy) ReportOnly() bool {
	return p.State.Or("") == "enabledForReportingButNotEnforced"
}

// Disabled reports whether the policy is switched off.
func (p *Policy) Disabled() bool { return p.State.Or("") == "disabled" }

// orNull returns a part of a policy. Null is a part that has nothing in it,
// which is not the same as one that was not returned.
func orNull[T any](part tenant.Opt[T], null T) T {
	if part.IsNull() {
		return null
	}
	value, _ := part.Get()
	return value
}

func nullApplications() tenant.ConditionalAccessApplications {
	none := tenant.Relation[string]{State: tenant.RelationComplete}
	return tenant.ConditionalAccessApplications{IncludeApplications: none, ExcludeApplications: none}
}

func nullUsers() tenant.ConditionalAccessUsers {
	none := tenant.Relation[string]{State: tenant.RelationComplete}
	return tenant.ConditionalAccessUsers{
		IncludeUsers: none, ExcludeUsers: none, IncludeGroups: none,
		ExcludeGroups: none, IncludeRoles: none, ExcludeRoles: none,
	}
}

func nullClients() tenant.ConditionalAccessClientApplications {
	none := tenant.Relation[string]{State: tenant.RelationComplete}
	return tenant.ConditionalAccessClientApplications{
		IncludeServicePrincipals: none, ExcludeServicePrincipals: none,
		IncludeAgentIDServicePrincipals: none, ExcludeAgentIDServicePrincipals: none,
	}
}

// read reports whether a list was read to its end. One that is null was not: in
// Graph an empty list is [].
func read(list tenant.Relation[string]) bool { return list.Complete() }

// hasWord reports whether a list has one of Graph's words. A value that Graph
// does not tell may be it.
func hasWord(list tenant.Relation[string], word string) Answer {
	hidden := false
	for _, item := range list.Items {
		if strings.EqualFold(item, word) {
			return Yes
		}
		hidden = hidden || item == "unknownFutureValue"
	}
	if read(list) && !hidden {
		return No
	}
	return Unknown
}

// names reports whether a list names anything: "None" is Graph's word for
// nothing.
func names(list tenant.Relation[string]) Answer {
	for _, item := range list.Items {
		if !strings.EqualFold(item, wordNone) {
			return Yes
		}
	}
	if read(list) {
		return No
	}
	return Unknown
}
