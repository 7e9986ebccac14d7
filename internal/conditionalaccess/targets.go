package conditionalaccess

import (
	"github.com/ztagent/ztagent/internal/tenant"
)

// reason is why a policy does or does not reach an agent.
type reason uint8

const (
	byAll reason = iota + 1
	byName
	byBlueprint
	byFilter
	byServicePrincipalList

	notForAgents
	notIncluded
	filterMisses

	excludedWithAll
	excludedByName
	excludedByBlueprint
	excludedByFilter

	subjectsUnread
	exclusionsUnread
	wordUnclear
	exclusionUnclear
	agentIDUnread
	blueprintUnread
	principalUnread
	attributesUnread
	filterUnclear
)

// Reach says whether a policy reaches an agent, whatever its state, and why.
type Reach struct {
	Answer Answer
	Policy *Policy
	reason reason
	agent  *tenant.AgentIdentity
}

// Targets reports whether the policy targets the agent identity (docs/verdicts.md):
// an include list and an include filter are alternatives, exclusion wins.
func (p *Policy) Targets(a *tenant.AgentIdentity) Reach {
	r := Reach{Answer: No, Policy: p, agent: a}
	if p.Agents == No {
		r.reason = notForAgents
		return r
	}
	included, why := p.includes(a)
	if included == No {
		r.reason = why
		return r
	}
	excluded, except := p.Excludes(a)
	switch {
	case excluded == Yes:
		r.reason = except
	case included == Unknown:
		r.Answer, r.reason = Unknown, why
	case excluded == Unknown:
		r.Answer, r.reason = Unknown, except
	default:
		r.Answer, r.reason = Yes, why
	}
	return r
}

func (p *Policy) includes(a *tenant.AgentIdentity) (Answer, reason) {
	if p.AllAgents == Yes {
		return Yes, byAll
	}
	listed, how := p.world.has(&p.includeAgents, a)
	if listed == Yes {
		return Yes, how
	}
	if !a.ID.IsZero() && p.includeClients.ids[a.ID] {
		return Yes, byServicePrincipalList
	}
	filtered, filterHow := p.filterIncludes(a)
	switch {
	case filtered == Yes:
		return Yes, byFilter
	case p.agentsUnread || p.clientsUnread:
		return Unknown, subjectsUnread
	case listed == Unknown:
		return Unknown, how
	case a.ID.IsZero() && p.includeClients.strangers:
		return Unknown, agentIDUnread
	case filtered == Unknown:
		return Unknown, filterHow
	case p.filter.mode == "include":
		return No, filterMisses
	}
	return No, notIncluded
}

func (p *Policy) filterIncludes(a *tenant.AgentIdentity) (Answer, reason) {
	if p.filter.mode != "include" && p.filter.mode != unknownMode {
		return No, 0
	}
	return p.filterMatches(a)
}

// filterMatches: attributes that were not read are not attributes that are not
// set; the latter are returned as null.
func (p *Policy) filterMatches(a *tenant.AgentIdentity) (Answer, reason) {
	switch {
	case p.filter.rule == nil:
		return Unknown, filterUnclear
	case a.CustomSecurityAttributes.IsAbsent():
		return Unknown, attributesUnread
	}
	attributes, _ := a.CustomSecurityAttributes.Get()
	return p.filter.rule.Match(attributes), filterUnclear
}

// Excludes reports whether the policy excludes the agent, whether or not it
// includes it.
func (p *Policy) Excludes(a *tenant.AgentIdentity) (Answer, reason) {
	listed, how := p.world.has(&p.excludeAgents, a)
	if listed != Yes {
		if also, alsoHow := p.world.has(&p.excludeClients, a); also != No {
			listed, how = listed.Or(also), alsoHow
		}
	}
	if listed == Yes {
		switch how {
		case byAll:
			return Yes, excludedWithAll
		case byBlueprint:
			return Yes, excludedByBlueprint
		}
		return Yes, excludedByName
	}
	filtered, filterHow := No, reason(0)
	if p.filter.mode == "exclude" || p.filter.mode == unknownMode {
		filtered, filterHow = p.filterMatches(a)
	}
	switch {
	case filtered == Yes && p.filter.mode == "exclude":
		return Yes, excludedByFilter
	case listed == Unknown && how == wordUnclear:
		return Unknown, exclusionUnclear
	case listed == Unknown:
		return Unknown, how
	case filtered != No:
		return Unknown, filterHow
	case !read(p.clients.ExcludeServicePrincipals):
		return Unknown, exclusionsUnread
	case p.clients.ExcludeAgentIDServicePrincipals.State == tenant.RelationTruncated:
		return Unknown, exclusionsUnread
	}
	return No, 0
}

// excludesAll reports whether the policy excludes every agent by a word.
func (p *Policy) excludesAll() Answer {
	switch {
	case p.excludeAgents.all || p.excludeClients.all:
		return Yes
	case p.excludeAgents.unclear || p.excludeClients.unclear:
		return Unknown
	}
	return No
}
