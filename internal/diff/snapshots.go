package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// CompareSnapshots adds to a diff what only snapshots can tell: which agents
// appeared or vanished, and which permissions came through inheritance.
func CompareSnapshots(d *Diff, before, after *tenant.Snapshot) {
	d.Old.Source, d.New.Source = FromSnapshot, FromSnapshot
	d.Agents = &Agents{Appeared: []Agent{}, Vanished: []Agent{}, NotCompared: []string{}}
	d.Agents.compare(before, after, tenant.DatasetAgentIdentities, agentIdentities)
	d.Agents.compare(before, after, tenant.DatasetAgentUsers, agentUsers)
	d.Agents.compare(before, after, tenant.DatasetClassicAgents, classicAgents)
	d.Inherited = inheritedChanges(before, after)
	d.markGone()
}

// markGone tells what was fixed by its agent's end from what was mended.
func (d *Diff) markGone() {
	gone := map[string]bool{}
	for _, a := range d.Agents.Vanished {
		gone[a.ID] = true
	}
	for i := range d.Changes {
		if c := &d.Changes[i]; c.Resource != nil && c.Is != stateOf(audit.Fail) {
			c.Gone = gone[strings.ToLower(c.Resource.ID)]
		}
	}
}

// people are the objects of one list by id; stray, when some lost theirs.
type people struct {
	byID  map[tenant.ID]tenant.Resource
	stray bool
}

func agentIdentities(s *tenant.Snapshot) people { return byID(&s.AgentIdentities) }
func agentUsers(s *tenant.Snapshot) people      { return byID(&s.AgentUsers) }
func classicAgents(s *tenant.Snapshot) people   { return byID(&s.ClassicAgents) }

func byID[T any, P interface {
	*T
	tenant.Resource
}](list *tenant.List[T]) people {
	all := people{byID: make(map[tenant.ID]tenant.Resource, list.Len())}
	for row := range list.All() {
		id := tenant.ParseID(P(row).ObjectID())
		all.stray = all.stray || id.IsZero()
		all.byID[id] = P(row)
	}
	return all
}

// compare adds the objects of one list that only one side has. A list that was
// not read in full shows neither who is new in the other nor who left it.
func (a *Agents) compare(before, after *tenant.Snapshot, d tenant.Dataset, of func(*tenant.Snapshot) people) {
	if why := unreadOn(before, after, d); why != "" {
		a.NotCompared = append(a.NotCompared, why)
		return
	}
	old, now := of(before), of(after)
	if old.stray || now.stray {
		a.NotCompared = append(a.NotCompared, fmt.Sprintf("some of %s lost their id", d))
		return
	}
	a.Appeared = append(a.Appeared, without(now, old)...)
	a.Vanished = append(a.Vanished, without(old, now)...)
}

// unreadOn says on which side one of the datasets was not read in full, or "".
func unreadOn(before, after *tenant.Snapshot, datasets ...tenant.Dataset) string {
	for _, side := range []struct {
		name string
		s    *tenant.Snapshot
	}{{"older", before}, {"newer", after}} {
		for _, d := range datasets {
			if gap, ok := side.s.Gap(d); ok && !d.EmptyWhen(gap.Status) {
				return fmt.Sprintf("%s was not read in full (%s) on the %s side", d, gap.Status, side.name)
			}
		}
	}
	return ""
}

// without returns those of all that others lacks, by name.
func without(all, others people) []Agent {
	var list []Agent
	for id, r := range all.byID {
		if _, ok := others.byID[id]; !ok {
			list = append(list, agentOf(r))
		}
	}
	slices.SortFunc(list, compareAgents)
	return list
}

func agentOf(r tenant.Resource) Agent {
	return Agent{Type: r.ResourceType(), ID: r.ObjectID(), DisplayName: r.ResourceName()}
}

func compareAgents(a, b Agent) int {
	return cmp.Or(cmp.Compare(a.DisplayName, b.DisplayName), cmp.Compare(a.ID, b.ID))
}
