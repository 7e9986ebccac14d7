package drillplan

import (
	"fmt"

	"github.com/ztagent/ztagent/internal/killswitch"
	"github.com/ztagent/ztagent/internal/tenant"
)

// Who says who can send the requests, by directory role.
type Who struct {
	Sure   []Person `json:"sure"`   // enabled users
	Maybe  []Person `json:"maybe"`  // account, role or scope was not returned
	Groups []Person `json:"groups"` // their members hold the role
	// Unknown is why the list may be short, or "".
	Unknown string `json:"unknown,omitzero"`
}

func whoCan(s *tenant.Snapshot) Who {
	h := killswitch.HoldersOf(s)
	w := Who{Sure: persons(h.Sure), Maybe: persons(h.Maybe), Groups: persons(h.Groups)}
	for _, d := range []tenant.Dataset{
		tenant.DatasetRoleAssignments, tenant.DatasetRoleEligibilityScheduleInstances,
		tenant.DatasetRoleDefinitions, tenant.DatasetDirectoryObjects,
	} {
		if gap, ok := gapOf(s, d); ok {
			w.Unknown = fmt.Sprintf("There may be more: %s was not read in full (%s).", d, gap.Reason)
			return w
		}
	}
	if h.Endless {
		w.Unknown = "There may be more: a holder of a role, or the size of a group that holds one, was not returned."
	}
	return w
}

// gapOf is the gap of a dataset that is not empty for being missing.
func gapOf(s *tenant.Snapshot, d tenant.Dataset) (tenant.Gap, bool) {
	gap, ok := s.Gap(d)
	return gap, ok && !d.EmptyWhen(gap.Status)
}

func persons(holders []*killswitch.Holder) []Person {
	all := []Person{}
	for _, h := range holders {
		p := Person{
			ID: h.ID.String(), Kind: kindOf(h.DirectoryObject),
			DisplayName: h.DisplayName.Or(""), UserPrincipalName: h.UserPrincipalName.Or(""),
		}
		if n, ok := h.MembersCount.Get(); ok {
			p.Members = &n
		}
		for _, g := range h.Grants {
			name := g.Role.Name
			if name == "" {
				name = "a role that was not returned"
			}
			p.Roles = append(p.Roles, Held{name, g.Eligible, g.Role.Disables, g.Role.Confirms})
		}
		all = append(all, p)
	}
	return all
}

func disablingRoles() []string {
	return rolesThat(func(r killswitch.Role) bool { return r.Disables })
}

func confirmingRoles() []string {
	return rolesThat(func(r killswitch.Role) bool { return r.Confirms })
}

func rolesThat(can func(killswitch.Role) bool) []string {
	var names []string
	for _, r := range killswitch.Roles() {
		if can(r) {
			names = append(names, r.Name)
		}
	}
	return names
}

// Tell says whom to warn before a drill.
type Tell struct {
	Sponsors []Person `json:"sponsors"`
	Owners   []Person `json:"owners"`
	// Unknown is what was not read, or "".
	Unknown string `json:"unknown,omitzero"`
}

func (b *builder) tell() Tell {
	t := Tell{Sponsors: []Person{}, Owners: []Person{}}
	sponsors, owners := b.relations()
	unread := ""
	for _, r := range []struct {
		name string
		from *tenant.Relation[tenant.PersonRef]
		into *[]Person
	}{{"sponsors", sponsors, &t.Sponsors}, {"owners", owners, &t.Owners}} {
		if r.from == nil || !r.from.Complete() {
			unread = join(unread, r.name)
		}
		if r.from == nil {
			continue
		}
		for _, ref := range r.from.Items {
			*r.into = append(*r.into, personOf(b.s, ref.ID()))
		}
	}
	if unread != "" {
		t.Unknown = "There may be more: the " + unread + " were not read in full."
	}
	return t
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + " and " + b
}

// relations are those of the agent, or of the blueprint.
func (b *builder) relations() (sponsors, owners *tenant.Relation[tenant.PersonRef]) {
	switch t := b.target; {
	case t.Agent != nil:
		return &t.Agent.Sponsors, &t.Agent.Owners
	case t.Blueprint != nil:
		return &t.Blueprint.Sponsors, &t.Blueprint.Owners
	}
	return nil, nil
}
