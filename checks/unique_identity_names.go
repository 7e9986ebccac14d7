package checks

import (
	"fmt"
	"hash/maphash"
	"slices"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/displayname"
	"github.com/ztagent/ztagent/internal/tenant"
)

func judgeAmbiguousNames(j *audit.Judge) {
	names := foldNames(j.Tenant)
	i := -1
	for a := range j.Tenant.AgentIdentities.All() {
		i++
		if a.DisplayName.IsAbsent() {
			j.Unknown(a, "displayName was not returned.")
			continue
		}
		same := names.of(i, a)
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

// foldedNames holds the agents that share a name. Names are compared by hash
// first, for of a million most are their only bearer's.
type foldedNames struct {
	seed     maphash.Seed
	buf      []byte
	hashes   []uint64            // by place in agentIdentities; 0 for those that do not count
	repeated map[uint64]struct{} // hashes that occur more than once
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
	n := &foldedNames{
		seed: maphash.MakeSeed(), hashes: make([]uint64, 0, s.AgentIdentities.Len()),
		repeated: map[uint64]struct{}{}, shared: map[string]*sameName{},
	}
	for a := range s.AgentIdentities.All() {
		var hash uint64
		switch {
		case a.Activity() == tenant.Inactive:
		case a.DisplayName.IsAbsent():
			n.nameless++
		default:
			hash = n.hash(a.DisplayName.Or(""))
		}
		n.hashes = append(n.hashes, hash)
	}
	n.findRepeated()
	i := -1
	for a := range s.AgentIdentities.All() {
		i++
		if _, ok := n.repeated[n.hashes[i]]; ok {
			n.add(a)
		}
	}
	return n
}

// hash folds the name and hashes it, never to 0.
func (n *foldedNames) hash(name string) uint64 {
	n.buf = displayname.Fold(n.buf[:0], name)
	return maphash.Bytes(n.seed, n.buf) | 1
}

func (n *foldedNames) findRepeated() {
	sorted := slices.Clone(n.hashes)
	slices.Sort(sorted)
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] && sorted[i] != 0 {
			n.repeated[sorted[i]] = struct{}{}
		}
	}
}

func (n *foldedNames) add(a *tenant.AgentIdentity) {
	n.buf = displayname.Fold(n.buf[:0], a.DisplayName.Or(""))
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

// of returns the agents that share the name of a, which is the i-th; nil when
// nobody does.
func (n *foldedNames) of(i int, a *tenant.AgentIdentity) *sameName {
	if _, ok := n.repeated[n.hashes[i]]; !ok {
		return nil
	}
	n.buf = displayname.Fold(n.buf[:0], a.DisplayName.Or(""))
	return n.shared[string(n.buf)]
}
