package conditionalaccess

import (
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

const clientPath = "/conditions/clientApplications/"

// Because says in words why the policy reaches the agent or does not, as a
// clause that can follow a colon. It quotes no attribute value.
func (r Reach) Because() string {
	p := r.Policy
	switch r.reason {
	case byAll:
		return "the policy includes all agent identities"
	case byName:
		return "the policy names the agent"
	case byBlueprint:
		return "the policy names the agent's blueprint principal"
	case byFilter:
		return "the policy's include filter matches the agent: " + p.filter.shape()
	case byServicePrincipalList:
		return "the policy names the agent among its service principals"
	case notForAgents:
		return p.otherSubject()
	case notIncluded:
		return "the policy is for other agents and does not name this one"
	case filterMisses:
		return "the policy's include filter does not match the agent: " + p.filter.shape()
	case excludedWithAll:
		return "the policy excludes all agents"
	case excludedByName:
		return "the policy excludes the agent by name"
	case excludedByBlueprint:
		return "the policy excludes the agent's blueprint principal"
	case excludedByFilter:
		return "the policy's exclude filter matches the agent: " + p.filter.shape()
	}
	return r.becauseUnread()
}

func (r Reach) becauseUnread() string {
	switch r.reason {
	case subjectsUnread:
		return "the list of agents that the policy includes was not returned"
	case exclusionsUnread:
		return "the list of service principals that the policy excludes was not returned"
	case wordUnclear:
		return "the policy includes something that is not known"
	case exclusionUnclear:
		return "the policy excludes something that is not known"
	case agentIDUnread:
		return "the agent's id was not returned"
	case blueprintUnread:
		return "the agent's blueprint was not returned, and the policy names blueprint principals"
	case principalUnread:
		return "the agent's blueprint principal was not read, and the policy names an id that may be its"
	case attributesUnread:
		return "the policy's filter decides, and the agent's custom security attributes were not returned"
	case filterUnclear:
		attributes, _ := r.agent.CustomSecurityAttributes.Get()
		return "the policy's filter decides, and " + r.Policy.filter.doubtAbout(attributes)
	}
	return "the policy does not exclude the agent"
}

// Pointer is the JSON pointer, inside the policy, of the property that decides.
func (r Reach) Pointer() string {
	p := r.Policy
	switch r.reason {
	case byFilter, filterMisses, excludedByFilter, attributesUnread, filterUnclear:
		return clientPath + "agentIdServicePrincipalFilter"
	case byServicePrincipalList:
		return clientPath + "includeServicePrincipals"
	case excludedWithAll, excludedByName, excludedByBlueprint:
		if listed, _ := p.world.has(&p.excludeAgents, r.agent); listed == Yes {
			return clientPath + "excludeAgentIdServicePrincipals"
		}
		return clientPath + "excludeServicePrincipals"
	case exclusionUnclear:
		if p.excludeAgents.unclear {
			return clientPath + "excludeAgentIdServicePrincipals"
		}
		return clientPath + "excludeServicePrincipals"
	case exclusionsUnread:
		return clientPath + "excludeServicePrincipals"
	case notForAgents:
		if p.showsPeople() {
			return "/conditions/users"
		}
		return "/conditions/clientApplications"
	}
	return clientPath + "includeAgentIdServicePrincipals"
}

// otherSubject says whom a policy is for that is no agent policy.
func (p *Policy) otherSubject() string {
	switch {
	case p.AllAgentUsers == Yes:
		return "the policy is for agent users, not for agent identities"
	case p.AllUsers == Yes:
		return "the policy is for all users, which agent identities are not among"
	case p.showsPeople():
		return "the policy is for users, not for agent identities"
	case names(p.clients.IncludeServicePrincipals) == Yes:
		return "the policy is for service principals, which agent identities are not among"
	}
	return "the policy names no agent identity"
}

func (f *agentFilter) shape() string {
	if f.rule == nil {
		return "its rule cannot be read"
	}
	return f.rule.String()
}

func (f *agentFilter) doubtAbout(attributes *tenant.Attributes) string {
	if f.rule == nil {
		return f.doubt
	}
	return f.rule.Doubt(attributes)
}

// Obstacle is a condition that keeps a policy from covering an agent.
type Obstacle struct {
	Because string
	Pointer string // inside the policy
}

// obstacles lists what keeps the policy from covering the agent, or with a
// level from blocking it at that risk.
func (p *Policy) obstacles(a *tenant.AgentIdentity, level string) []Obstacle {
	var found []Obstacle
	if reach := p.Targets(a); reach.Answer == No {
		found = append(found, Obstacle{reach.Because(), reach.Pointer()})
	}
	switch {
	case p.ReportOnly():
		found = append(found, Obstacle{"the policy is report-only", "/state"})
	case p.Disabled():
		found = append(found, Obstacle{"the policy is switched off", "/state"})
	}
	if p.Blocks == No {
		found = append(found, Obstacle{"its grant control is not block", "/grantControls"})
	}
	if p.AllResources == No {
		found = append(found, p.resourceObstacle())
	}
	if level != "" && p.AtRisk(level) == No {
		found = append(found, Obstacle{"it does not apply at agent risk " + level, "/conditions/agentIdRiskLevels"})
	}
	return found
}

func (p *Policy) resourceObstacle() Obstacle {
	if len(p.ExcludedResources()) > 0 {
		return Obstacle{"the policy leaves resources out", "/conditions/applications/excludeApplications"}
	}
	return Obstacle{"the policy does not apply to all resources", "/conditions/applications/includeApplications"}
}

// Nearest is the agent policy that comes closest to covering an agent that
// none covers (with a level: to blocking it at that risk), and what keeps it
// from doing so; nil when no policy is about agents at all.
func (e *Evaluator) Nearest(a *tenant.AgentIdentity, level string) (*Policy, []Obstacle) {
	var nearest *Policy
	var obstacles []Obstacle
	for _, p := range e.agents {
		found := p.obstacles(a, level)
		// Of two that miss by as much, the one in force is the nearer.
		closer := nearest == nil || len(found) < len(obstacles) ||
			len(found) == len(obstacles) && p.Enabled == Yes && nearest.Enabled != Yes
		if closer {
			nearest, obstacles = p, found
		}
	}
	return nearest, obstacles
}

// doubt names what of a policy itself was not returned or cannot be judged.
func (p *Policy) doubt() string {
	controls := p.Blocks
	if p.Grants == Unknown {
		controls = Unknown
	}
	var unread []string
	for _, part := range []struct {
		answer Answer
		name   string
	}{
		{p.Enabled, "state"},
		{p.AllResources, "resources"},
		{controls, "grant controls"},
		{p.RiskCondition, "risk conditions"},
		{p.Agents.Or(p.AgentUsers), "subjects"},
	} {
		if part.answer == Unknown {
			unread = append(unread, part.name)
		}
	}
	if len(unread) > 0 {
		return "the policy's " + strings.Join(unread, " and ") + " cannot be told from what was returned"
	}
	if len(p.Narrowed) > 0 {
		return "the policy carries a condition that Entra does not offer for agent identities, or that is new (" +
			strings.Join(p.Narrowed, ", ") + ")"
	}
	return "not all of the policy was returned"
}
