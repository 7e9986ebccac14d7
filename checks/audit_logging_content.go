package checks

import (
	"fmt"
	"time"

	"github.com/ztagent/ztagent/internal/activity"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// judgeAgentNotSeen: any attempt counts as seen, denied ones too
// (docs/verdicts.md, seen). Where no agent at all was seen, the log may not flow.
func judgeAgentNotSeen(j *audit.Judge) {
	log := activity.Of(j.Tenant)
	oldEnough := j.Tenant.Now().Add(-j.Config.AgentSeenAfter)
	for a := range j.Tenant.AgentIdentities.All() {
		seen := log.Of(a)
		switch {
		case seen.Any, a.CreatedDateTime.IsSet() && !a.CreatedDateTime.Before(oldEnough):
			j.Pass(a)
		case seen.Doubt != "":
			j.Unknown(a, seen.Doubt)
		case !a.CreatedDateTime.IsSet():
			j.Unknown(a, "createdDateTime was not returned, so the agent may be new.")
		case !log.OthersThan(a):
			j.Unknown(a, "The sign-ins that were read hold no agent at all; the log may not flow.")
		default:
			j.Fail(a, fmt.Sprintf("%s does not appear in the sign-in log, though other agents do. It was created on %s; if it "+
				"runs, it does so under another identity.", named(a), date(a.CreatedDateTime)),
				audit.At(a, "/createdDateTime", date(a.CreatedDateTime)+", no sign-in", "a sign-in"))
		}
	}
}

// logLatency is how long an event may take to appear in the audit log.
const logLatency = time.Hour

// defaultWindow is how far back logs are read where nothing says otherwise.
const defaultWindow = 30 * 24 * time.Hour

// created counts the agents that were created while the audit log was kept.
type created struct {
	named, unnamed int
	// maybe counts those of which it cannot be told: their creation, or whether
	// they are active, is not known.
	maybe int
	first *tenant.AgentIdentity
}

func judgeChangesNotLogged(j *audit.Judge) {
	if agentsExist(j.Tenant) == no {
		j.NotApplicable(j.Whole(), noAgents)
		return
	}
	changes := activity.ChangesOf(j.Tenant)
	c := countCreated(j.Tenant, changes)
	switch {
	case c.named > 0:
		j.Pass(j.Whole())
	case c.unnamed > 0 && changes.Events == 0:
		j.Unknown(j.Whole(), "directoryAudits holds no event at all, not even of the "+count(c.unnamed, "agent")+
			" created in its window; the log may not flow.")
	case c.unnamed > 0 && changes.Unnamed:
		j.Unknown(j.Whole(), "An event in directoryAudits does not say what it changed.")
	case c.maybe > 0:
		j.Unknown(j.Whole(), "Which agents were created while directoryAudits was kept cannot be told for "+
			count(c.maybe, "agent")+": createdDateTime, accountEnabled or the time of an event was not returned.")
	case c.unnamed > 0:
		j.Fail(j.Whole(), "The audit log names no agent that was created while it was kept, though there is "+
			count(c.unnamed, "such agent")+". Changes of agents are not recorded, or were left out when the log was exported.",
			audit.At(c.first, "/createdDateTime", date(c.first.CreatedDateTime), "an event that names it"))
	default:
		j.Pass(j.Whole())
	}
}

func countCreated(s *tenant.Snapshot, changes *activity.Changes) created {
	latest := s.Now().Add(-logLatency)
	earliest := s.Now().Add(-defaultWindow)
	if s.Window.DirectoryAudits > 0 {
		earliest = s.Now().Add(-s.Window.DirectoryAudits)
	} else if changes.Oldest.IsSet() {
		earliest = changes.Oldest
	}
	var c created
	for a := range s.AgentIdentities.All() {
		if a.Activity() == tenant.Inactive {
			continue
		}
		at := a.CreatedDateTime
		inside := certain(!at.Before(earliest) && at.Before(latest), at.IsSet())
		if inside != no && changes.Events > 0 {
			inside = min(inside, afterOldest(at, changes))
		}
		c.add(a, inside, changes.Names(a.ID))
	}
	return c
}

// afterOldest reports whether t is later than the oldest event that was read.
func afterOldest(t tenant.Time, changes *activity.Changes) certainty {
	if changes.Oldest.IsSet() && t.After(changes.Oldest) {
		return yes
	}
	return certain(false, t.IsSet() && !changes.Undated)
}

func (c *created) add(a *tenant.AgentIdentity, inside certainty, named bool) {
	switch {
	case inside == no:
	case inside == unclear, a.Activity() == tenant.ActivityUnknown, a.ID.IsZero():
		c.maybe++
	case named:
		c.named++
	default:
		if c.unnamed++; c.first == nil {
			c.first = a
		}
	}
}
