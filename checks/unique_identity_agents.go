package checks

import (
	"fmt"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

func judgeSharedRegistryIdentities(j *audit.Judge) {
	holders := map[tenant.ID][]*tenant.AgentInstance{}
	unread := 0
	for i := range j.Tenant.AgentInstances.All() {
		if id, ok := i.AgentIdentityID.Get(); ok && !id.IsZero() {
			holders[id] = append(holders[id], i)
		} else if i.AgentIdentityID.IsAbsent() {
			unread++
		}
	}
	for i := range j.Tenant.AgentInstances.All() {
		id := i.AgentIdentityID.Or(tenant.ID{})
		switch sharers := holders[id]; {
		case i.AgentIdentityID.IsAbsent():
			j.Unknown(i, "agentIdentityId was not returned.")
		case id.IsZero():
			j.NotApplicable(i, "It names no agent identity.")
		case len(sharers) > 1:
			failSharedRegistryIdentity(j, i, sharers)
		case unread > 0:
			j.Unknown(i, "agentIdentityId of another registry instance was not returned; it may be the same.")
		default:
			j.Pass(i)
		}
	}
}

func failSharedRegistryIdentity(j *audit.Judge, i *tenant.AgentInstance, sharers []*tenant.AgentInstance) {
	other := sharers[0]
	if other == i {
		other = sharers[1]
	}
	id := i.AgentIdentityID.Or(tenant.ID{}).String()
	j.Fail(i, fmt.Sprintf("%s names the same agent identity as %s. What one of them does is logged, "+
		"permitted and blocked as the other.", named(i), othersLabel(other, len(sharers)-1)),
		audit.At(i, "/agentIdentityId", id, "an agent identity of its own"),
		audit.At(other, "/agentIdentityId", id, "an agent identity of its own"))
}

// othersLabel names one object and how many more there are like it.
func othersLabel(one tenant.Resource, n int) string {
	if n <= 1 {
		return labelOf(one)
	}
	return fmt.Sprintf("%s and %d more", labelOf(one), n-1)
}

func judgeSharedAgentUsers(j *audit.Judge) {
	users := j.Tenant.AgentUsersByParent()
	unread := 0
	for _, u := range users.Unkeyed {
		if u.IdentityParentID.IsAbsent() {
			unread++
		}
	}
	for a := range j.Tenant.AgentIdentities.All() {
		own := users.Of(a.ID)
		switch {
		case a.ID.IsZero():
			j.Unknown(a, "Its id was not returned.")
		case len(own) > 1:
			j.Fail(a, fmt.Sprintf("%s has %s. Each of them acts as the same agent, so their mailboxes, "+
				"files and sign-ins cannot be told apart.", named(a), count(len(own), "agent user")),
				audit.At(own[0], "/identityParentId", a.ID.String(), "one agent user per agent"),
				audit.At(own[1], "/identityParentId", a.ID.String(), "one agent user per agent"))
		case len(own)+unread > 1:
			j.Unknown(a, "identityParentId of an agent user was not returned; it may be this agent's.")
		default:
			j.Pass(a)
		}
	}
}

func judgeCredentialFanOut(j *audit.Judge) {
	agents := countAgents(j.Tenant)
	limit := j.Config.CredentialFanOut
	for b := range j.Tenant.AgentIdentityBlueprints.All() {
		active := agents.of[b.AppID].active
		switch {
		case b.AppID.IsZero():
			j.Unknown(b, "appId was not returned, so its agents are not known.")
		case active > limit:
			j.Fail(b, fmt.Sprintf("%s carries %d active agents. Whoever gets one of its credentials can act as all of them.",
				named(b), active),
				audit.At(b, "/appId", count(active, "active agent"), fmt.Sprintf("at most %d", limit)))
		case agents.most(b.AppID) > limit:
			j.Unknown(b, "Of some agents the blueprint or the activity was not returned; with them it may carry too many.")
		default:
			j.Pass(b)
		}
	}
}
