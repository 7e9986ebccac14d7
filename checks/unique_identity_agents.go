package checks

import (
	"fmt"
	"hash/maphash"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/displayname"
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

func judgeAmbiguousNames(j *audit.Judge) {
	names := foldNames(j.Tenant)
	for a := range j.Tenant.AgentIdentities.All() {
		if a.DisplayName.IsAbsent() {
			j.Unknown(a, "displayName was not returned.")
			continue
		}
		same := names.of(a.DisplayName.Or(""))
		switch others := same.activeBesides(a); {
		case a.Activity() == tenant.Inactive:
			j.Pass(a)
		case others > 0:
			failAmbiguousName(j, a, same, others)
		case same != nil && same.active+same.unclear > 1:
			j.Unknown(a, "Another agent has the same name; whether it is active cannot be told.")
		case names.nameless > 0:
			j.Unknown(a, "displayName of another agent was not returned; it may be the same.")
		default:
			j.Pass(a)
		}
	}
}

func failAmbiguousName(j *audit.Judge, a *tenant.AgentIdentity, same *sameName, others int) {
	other := same.first
	if other == a {
		other = same.second
	}
	j.Fail(a, fmt.Sprintf("%s has the same name as %s. Approvals, alerts and logs show the name, so they "+
		"cannot be told apart there.", named(a), count(others, "other active agent")),
		audit.At(a, "/displayName", a.DisplayName.Or(""), "a name of its own"),
		audit.At(other, "/displayName", other.DisplayName.Or(""), "a name of its own"))
}

// foldedNames holds the agents that share a name. Names are counted by hash
// first, for of a million most are their only bearer's.
type foldedNames struct {
	seed     maphash.Seed
	buf      []byte
	bearers  map[uint64]int32
	shared   map[string]*sameName
	nameless int // agents that may be active and whose name was not returned
}

// sameName is the agents of one folded name that are or may be active; first and
// second are two that are.
type sameName struct {
	first, second   *tenant.AgentIdentity
	active, unclear int
}

// activeBesides is how many active agents other than a have the name.
func (s *sameName) activeBesides(a *tenant.AgentIdentity) int {
	switch {
	case s == nil:
		return 0
	case a.Activity() == tenant.Active:
		return s.active - 1
	}
	return s.active
}

func foldNames(s *tenant.Snapshot) *foldedNames {
	n := &foldedNames{seed: maphash.MakeSeed(), bearers: make(map[uint64]int32, s.AgentIdentities.Len()), shared: map[string]*sameName{}}
	for a := range s.AgentIdentities.All() {
		switch {
		case a.Activity() == tenant.Inactive:
		case a.DisplayName.IsAbsent():
			n.nameless++
		default:
			n.bearers[n.hash(a.DisplayName.Or(""))]++
		}
	}
	for a := range s.AgentIdentities.All() {
		if a.Activity() != tenant.Inactive && !a.DisplayName.IsAbsent() && n.bearers[n.hash(a.DisplayName.Or(""))] > 1 {
			n.add(a)
		}
	}
	return n
}

// hash leaves the folded name in buf.
func (n *foldedNames) hash(name string) uint64 {
	n.buf = displayname.Fold(n.buf[:0], name)
	return maphash.Bytes(n.seed, n.buf)
}

func (n *foldedNames) add(a *tenant.AgentIdentity) {
	same := n.shared[string(n.buf)]
	if same == nil {
		same = &sameName{}
		n.shared[string(n.buf)] = same
	}
	if a.Activity() != tenant.Active {
		same.unclear++
		return
	}
	same.active++
	switch same.active {
	case 1:
		same.first = a
	case 2:
		same.second = a
	}
}

// of returns the agents that share the name, or nil when nobody does.
func (n *foldedNames) of(name string) *sameName {
	if n.bearers[n.hash(name)] < 2 {
		return nil
	}
	return n.shared[string(n.buf)]
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
