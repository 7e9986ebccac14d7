package dossier

import (
	"cmp"
	"slices"

	"github.com/ztagent/ztagent/internal/credentials"
	"github.com/ztagent/ztagent/internal/tenant"
)

// BlastRadius is what falls with the agent: whoever holds a credential of its
// blueprint can act as every agent on it.
type BlastRadius struct {
	Blueprint Crowd `json:"blueprint"` // the other agents on the same blueprint
	// Permissions that the blueprint's agents, this one among them, have together.
	Permissions    int `json:"permissions"`
	HighestLevel   int `json:"highestPrivilegeLevel"` // of them; 0 is none
	HighestLevelOf int `json:"permissionsAtHighestLevel"`
	// Shared are the others that a credential of the blueprint opens too.
	Shared  []Shared  `json:"shared"`
	NotRead []Missing `json:"notRead"`
}

// Crowd is a number of agents, of which the first few are named.
type Crowd struct {
	Total      int   `json:"total"`
	Active     int   `json:"active"` // those known to be
	AgentUsers int   `json:"agentUsers"`
	Agents     []Ref `json:"agents"` // at most 100, by name
}

const namedAtMost = 100

// Shared is a credential that two owners have in common.
type Shared struct {
	Kind       string `json:"kind"` // certificate, federated
	Credential string `json:"credential"`
	Because    string `json:"because"`
	Owner      Ref    `json:"owner"`
	Agents     int    `json:"agents"` // that live on the other owner
}

func (b *builder) blastRadius() BlastRadius {
	var r BlastRadius
	appID := b.appID
	r.NotRead = b.gaps(tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprints, tenant.DatasetClassicAgentApplications)
	if appID.IsZero() {
		r.NotRead = append(r.NotRead, notReturned("agentIdentityBlueprintId"))
		return r
	}
	if n := len(b.s.AgentsByBlueprint().Unkeyed); n > 0 {
		r.NotRead = append(r.NotRead, unclear("agentIdentities",
			"agentIdentityBlueprintId of "+counted(n, "agent")+" was not returned: they may live on this blueprint"))
	}
	r.Blueprint = b.crowd()
	b.together(&r)
	if b.blueprint != nil {
		b.sharedCredentials(&r)
	}
	return r
}

// crowd is the blueprint's without the agent itself.
func (b *builder) crowd() Crowd {
	appID := b.appID
	all, counted := b.crowds[appID]
	if !counted {
		all = b.everyone(appID)
		b.crowds[appID] = all
	}
	c := Crowd{Total: all.Total - 1, Active: all.Active, AgentUsers: all.AgentUsers - len(b.users)}
	if b.agent.Activity() == tenant.Active {
		c.Active--
	}
	self := refTo(b.agent)
	i := slices.Index(all.Agents[:min(len(all.Agents), namedAtMost)], self)
	switch {
	case c.Total == 0:
	case i >= 0:
		c.Agents = slices.Concat(all.Agents[:i], all.Agents[i+1:])
	default:
		c.Agents = all.Agents[:min(len(all.Agents), namedAtMost)]
	}
	return c
}

// everyone names one agent more than a dossier does, which leaves one out.
func (x *Index) everyone(appID tenant.ID) Crowd {
	var c Crowd
	for _, a := range x.s.AgentsByBlueprint().Of(appID) {
		c.Total++
		if a.Activity() == tenant.Active {
			c.Active++
		}
		if !a.ID.IsZero() {
			c.AgentUsers += len(x.s.AgentUsersByParent().Of(a.ID))
		}
		c.Agents = append(c.Agents, refTo(a))
	}
	slices.SortFunc(c.Agents, compareRefs)
	c.Agents = slices.Clone(c.Agents[:min(len(c.Agents), namedAtMost+1)])
	return c
}

// holding is what all agents of a blueprint may do together.
type holding struct{ permissions, highest, atHighest int }

func (x *Index) readHoldings() map[tenant.ID]holding {
	held := map[tenant.ID]map[int]int{} // level by the permission's index
	for a := range x.cursor.Agents() {
		levels := held[a.AgentIdentityBlueprintID]
		if levels == nil {
			levels = map[int]int{}
			held[a.AgentIdentityBlueprintID] = levels
		}
		for _, p := range x.cursor.Pairs() {
			if p.Uncertain == "" {
				levels[p.Index()] = p.Level
			}
		}
	}
	holdings := make(map[tenant.ID]holding, len(held))
	for appID, levels := range held {
		h := holding{permissions: len(levels)}
		for _, level := range levels {
			switch {
			case level > h.highest:
				h.highest, h.atHighest = level, 1
			case level == h.highest && level > 0:
				h.atHighest++
			}
		}
		holdings[appID] = h
	}
	return holdings
}

func (b *builder) together(r *BlastRadius) {
	h := b.holdings[b.appID]
	r.Permissions, r.HighestLevel, r.HighestLevelOf = h.permissions, h.highest, h.atHighest
}

func (b *builder) sharedCredentials(r *BlastRadius) {
	appID := b.appID
	shared, made := b.shared[appID]
	if !made {
		shared = b.newShared()
		b.shared[appID] = shared
	}
	r.Shared = shared
	b.sharedUnread(r)
}

func (b *builder) newShared() []Shared {
	var shared []Shared
	for _, k := range credentials.KeysAlike(b.s, b.blueprint) {
		own := &b.blueprint.KeyCredentials.Items[k.Index]
		shared = append(shared, b.sharedWith(k.Other.Blueprint, Shared{
			Kind: "certificate", Credential: cmp.Or(own.DisplayName.Or(""), own.KeyID.String()),
			Because: "it holds the same certificate", Owner: b.classicRef(k.Other.Application),
		}))
	}
	for _, f := range credentials.SubjectsAlike(b.s, b.blueprint) {
		own := &b.blueprint.FederatedIdentityCredentials.Items[f.Index]
		shared = append(shared, b.sharedWith(f.Other.Blueprint, Shared{
			Kind: "federated", Credential: cmp.Or(own.Name.Or(""), own.ID.String()), Because: overlapText(f.Overlap),
		}))
	}
	slices.SortStableFunc(shared, func(a, b Shared) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Credential, b.Credential), compareRefs(a.Owner, b.Owner), cmp.Compare(a.Because, b.Because))
	})
	return slices.Compact(shared)
}

func (b *builder) sharedWith(other *tenant.AgentIdentityBlueprint, s Shared) Shared {
	if other != nil {
		s.Owner, s.Agents = refTo(other), len(b.s.AgentsByBlueprint().Of(other.AppID))
	}
	return s
}

// classicRef names a classic agent by its service principal, as findings do, or
// by its application where that was not read.
func (b *builder) classicRef(app *tenant.ClassicAgentApplication) Ref {
	if app == nil {
		return Ref{}
	}
	if c := b.classic.First(app.AppID); c != nil {
		return refTo(c)
	}
	return Ref{tenant.TypeServicePrincipal, app.ID.String(), app.DisplayName.Or("")}
}

func overlapText(o credentials.Overlap) string {
	switch o {
	case credentials.SameSubject:
		return "it trusts the same issuer and subject"
	case credentials.SameExpression:
		return "it has the same issuer and expression"
	case credentials.Accepts:
		return "this blueprint's expression accepts its subject"
	}
	return "its expression accepts this blueprint's subject"
}

// sharedUnread says with how many blueprints a credential may be shared that
// cannot be compared.
func (b *builder) sharedUnread(r *BlastRadius) {
	if b.unreadBlueprints > 0 {
		r.NotRead = append(r.NotRead, unclear("agentIdentityBlueprints",
			"the credentials of "+counted(b.unreadBlueprints, "blueprint")+" were not read in full, and may be the same"))
	}
}
