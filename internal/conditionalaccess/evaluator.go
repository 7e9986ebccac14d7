package conditionalaccess

import (
	"slices"
	"sync"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Evaluator answers about one snapshot. It is safe for concurrent use.
type Evaluator struct {
	snapshot *tenant.Snapshot
	policies []*Policy
	agents   []*Policy // agent policies, and those that may be

	targeting []candidate // enabled agent policies
	covering  []candidate // that also block on all resources
	risk      map[string][]candidate
	users     []candidate // enabled, for agent users, on all resources, with a grant control

	memberships func() *memberships
}

// candidate is a policy with the answer to all that a question asks of it
// besides whom it reaches.
type candidate struct {
	*Policy
	holds Answer
}

type evaluatorKey struct{}

// Of returns the evaluator of a snapshot, made once.
func Of(s *tenant.Snapshot) *Evaluator {
	return tenant.Memo(s, evaluatorKey{}, newEvaluator)
}

// RiskLevels are the levels of agent risk, lowest first.
func RiskLevels() []string { return []string{"none", "low", "medium", "high"} }

func newEvaluator(s *tenant.Snapshot) *Evaluator {
	e := &Evaluator{snapshot: s, risk: map[string][]candidate{}}
	e.memberships = sync.OnceValue(func() *memberships { return newMemberships(e) })
	w := newWorld(s)
	for source := range s.ConditionalAccessPolicies.All() {
		e.policies = append(e.policies, newPolicy(source, w))
	}
	e.agents = slices.DeleteFunc(slices.Clone(e.policies), func(p *Policy) bool { return p.Agents == No })
	e.targeting = candidates(e.agents, func(p *Policy) Answer { return p.Enabled })
	e.covering = candidates(e.agents, (*Policy).stops)
	for _, level := range RiskLevels() {
		e.risk[level] = candidates(e.agents, func(p *Policy) Answer { return p.stops().And(p.AtRisk(level)) })
	}
	e.users = candidates(e.policies, func(p *Policy) Answer {
		return p.Enabled.And(p.AgentUsers).And(p.AllResources).And(p.Grants)
	})
	return e
}

// stops reports whether the policy, where it reaches, blocks on all resources.
// A condition that Entra does not offer for agents leaves that open.
func (p *Policy) stops() Answer {
	unnarrowed := Yes
	if len(p.Narrowed) > 0 {
		unnarrowed = Unknown
	}
	return p.Enabled.And(p.AllResources).And(p.Blocks).And(unnarrowed)
}

// candidates are the policies that may do, the surest and least conditional
// first: it is the one that an explanation names.
func candidates(policies []*Policy, holds func(*Policy) Answer) []candidate {
	var list []candidate
	for _, p := range policies {
		if h := holds(p); h != No {
			list = append(list, candidate{p, h})
		}
	}
	rank := func(c candidate) int {
		n := 0
		if c.holds != Yes {
			n += 2
		}
		if c.RiskCondition != No {
			n++
		}
		return n
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return rank(a) - rank(b) })
	return list
}

// Policies returns every policy in file order.
func (e *Evaluator) Policies() []*Policy { return e.policies }

// AgentPolicies returns the agent policies of any state, and those of which it
// cannot be told whether they are.
func (e *Evaluator) AgentPolicies() []*Policy { return e.agents }

// Found is the policy that answers a question about one agent, or on which the
// answer hangs. Policy is nil when the answer is No.
type Found struct {
	Answer Answer
	Policy *Policy
	Reach  Reach
}

// Why says why the answer is Unknown, "" when it is not.
func (f Found) Why() string {
	if f.Answer != Unknown || f.Policy == nil {
		return ""
	}
	if f.Reach.Policy != nil && f.Reach.Answer == Unknown {
		return f.Reach.Because()
	}
	return f.Policy.doubt()
}

func find(list []candidate, a *tenant.AgentIdentity) Found {
	found := Found{Answer: No}
	for _, c := range list {
		reach := c.Targets(a)
		switch c.holds.And(reach.Answer) {
		case Yes:
			return Found{Yes, c.Policy, reach}
		case Unknown:
			if found.Policy == nil {
				found = Found{Unknown, c.Policy, reach}
			}
		}
	}
	return found
}

// Targeted reports whether an enabled policy targets the agent.
func (e *Evaluator) Targeted(a *tenant.AgentIdentity) Found { return find(e.targeting, a) }

// Covered reports whether an enabled policy covers the agent: it targets it,
// applies to all resources and blocks, with or without a risk condition.
func (e *Evaluator) Covered(a *tenant.AgentIdentity) Found { return find(e.covering, a) }

// Blocked is the what-if: whether an enabled policy blocks the agent, on all
// resources, when its risk is at this level (one of RiskLevels).
func (e *Evaluator) Blocked(a *tenant.AgentIdentity, level string) Found {
	return find(e.risk[level], a)
}

// Except is an enabled policy that includes all agents and excludes this one.
// The answer is No when there is none.
func (e *Evaluator) Except(a *tenant.AgentIdentity) []Found {
	var found []Found
	for _, c := range e.targeting {
		if c.AllAgents == No {
			continue
		}
		excluded, why := c.Excludes(a)
		if got := c.holds.And(c.AllAgents).And(excluded); got != No {
			found = append(found, Found{got, c.Policy, Reach{Answer: excluded.Not(), Policy: c.Policy, reason: why, agent: a}})
		}
	}
	return found
}

// DefaultBlock reports whether an enabled policy blocks, on all resources and
// at every risk, all agents but the approved ones: it includes all of them, or
// those that a filter picks.
func (e *Evaluator) DefaultBlock() Found {
	found := Found{Answer: No}
	for _, c := range e.covering {
		picked := c.AllAgents.Or(answer(c.filter.mode == "include"))
		if c.filter.mode == unknownMode {
			picked = picked.Or(Unknown)
		}
		switch c.holds.And(picked).And(c.RiskCondition.Not()).And(c.excludesAll().Not()) {
		case Yes:
			return Found{Answer: Yes, Policy: c.Policy}
		case Unknown:
			if found.Policy == nil {
				found = Found{Answer: Unknown, Policy: c.Policy}
			}
		}
	}
	return found
}

// Pointer is the JSON pointer, inside the policy, of what decides or does not.
func (f Found) Pointer() string {
	if f.Reach.Policy == nil || f.Answer == Unknown && f.Reach.Answer != Unknown {
		return ""
	}
	return f.Reach.Pointer()
}
