package conditionalaccess

import "github.com/ztagent/ztagent/internal/tenant"

// Overall is the answer to whether a policy of some kind reaches any active
// agent. NoAgents is set, and Answer is No, when there is no active agent and
// no policy of the kind for all agents either.
type Overall struct {
	Found
	Agent    *tenant.AgentIdentity // the agent that was reached, or may be
	NoAgents bool
	reason   string
}

// Why says why the answer is Unknown.
func (o Overall) Why() string {
	if o.reason != "" {
		return o.reason
	}
	return o.Found.Why()
}

// AnyTargeted reports whether an enabled policy targets any active agent.
func (e *Evaluator) AnyTargeted() Overall { return e.overall(e.targeting) }

// AnyBlocked reports whether an enabled policy blocks any active agent, on all
// resources, at this level of risk.
func (e *Evaluator) AnyBlocked(level string) Overall { return e.overall(e.risk[level]) }

const activityUnread = "whether any agent identity is active cannot be told: accountEnabled or " +
	"disabledByMicrosoftStatus was not returned"

func (e *Evaluator) overall(list []candidate) Overall {
	var open Overall
	active, unsure := false, false
	for a := range e.snapshot.AgentIdentities.All() {
		activity := a.Activity()
		active = active || activity == tenant.Active
		unsure = unsure || activity == tenant.ActivityUnknown
		if activity == tenant.Inactive {
			continue
		}
		found := find(list, a)
		switch {
		case found.Answer == No:
		case found.Answer == Yes && activity == tenant.Active:
			return Overall{Found: found, Agent: a}
		case open.Policy == nil:
			open = Overall{Found: found, Agent: a}
		}
		if active && len(list) == 0 {
			break
		}
	}
	switch {
	case open.Policy != nil:
		if open.Answer == Yes {
			open.Answer, open.reason = Unknown, activityUnread
		}
		return open
	case active:
		return Overall{Found: Found{Answer: No}}
	case unsure:
		return Overall{reason: activityUnread}
	}
	return withoutAgents(list)
}

// withoutAgents: where there is no agent yet, a policy for all of them will do.
func withoutAgents(list []candidate) Overall {
	best := Overall{Found: Found{Answer: No}, NoAgents: true}
	for _, c := range list {
		switch c.holds.And(c.AllAgents).And(c.excludesAll().Not()) {
		case Yes:
			return Overall{Found: Found{Answer: Yes, Policy: c.Policy}}
		case Unknown:
			best = Overall{Found: Found{Answer: Unknown, Policy: c.Policy}}
		}
	}
	return best
}
