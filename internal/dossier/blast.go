package dossier

import (
	"cmp"
	"slices"

	"github.com/ztagent/ztagent/internal/credentials"
	"github.com/ztagent/ztagent/internal/permissions"
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
	appID := b.agent.AgentIdentityBlueprintID
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
		b.shared(&r)
	}
	return r
}

func (b *builder) crowd() Crowd {
	var c Crowd
	for _, a := range b.s.AgentsByBlueprint().Of(b.agent.AgentIdentityBlueprintID) {
		if a == b.agent {
			continue
		}
		c.Total++
		if a.Activity() == tenant.Active {
			c.Active++
		}
		c.AgentUsers += len(b.s.AgentUsersByParent().Of(a.ID))
		c.Agents = append(c.Agents, refTo(a))
	}
	slices.SortFunc(c.Agents, compareRefs)
	c.Agents = c.Agents[:min(len(c.Agents), namedAtMost)]
	return c
}

// together counts what all agents of the blueprint may do.
func (b *builder) together(r *BlastRadius) {
	cursor := permissions.Of(b.s).Cursor(permissions.Application, permissions.Delegated)
	held := map[int]int{} // level by the permission's index
	for a := range cursor.Agents() {
		if a.AgentIdentityBlueprintID != b.agent.AgentIdentityBlueprintID {
			continue
		}
		for _, p := range cursor.Pairs() {
			if p.Uncertain == "" {
				held[p.Index()] = p.Level
			}
		}
	}
	r.Permissions = len(held)
	for _, level := range held {
		switch {
		case level > r.HighestLevel:
			r.HighestLevel, r.HighestLevelOf = level, 1
		case level == r.HighestLevel && level > 0:
			r.HighestLevelOf++
		}
	}
}

func (b *builder) shared(r *BlastRadius) {
	for _, k := range credentials.KeysAlike(b.s, b.blueprint) {
		own := &b.blueprint.KeyCredentials.Items[k.Index]
		r.Shared = append(r.Shared, b.sharedWith(k.Other.Blueprint, Shared{
			Kind: "certificate", Credential: cmp.Or(own.DisplayName.Or(""), own.KeyID.String()),
			Because: "it holds the same certificate", Owner: b.classicRef(k.Other.Application),
		}))
	}
	for _, f := range credentials.SubjectsAlike(b.s, b.blueprint) {
		own := &b.blueprint.FederatedIdentityCredentials.Items[f.Index]
		r.Shared = append(r.Shared, b.sharedWith(f.Other.Blueprint, Shared{
			Kind: "federated", Credential: cmp.Or(own.Name.Or(""), own.ID.String()), Because: overlapText(f.Overlap),
		}))
	}
	slices.SortStableFunc(r.Shared, func(a, b Shared) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Credential, b.Credential), compareRefs(a.Owner, b.Owner), cmp.Compare(a.Because, b.Because))
	})
	r.Shared = slices.Compact(r.Shared)
	b.sharedUnread(r)
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
	for c := range b.s.ClassicAgents.All() {
		if c.AppID == app.AppID && !c.AppID.IsZero() {
			return refTo(c)
		}
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
	unread := 0
	for other := range b.s.AgentIdentityBlueprints.All() {
		if !other.KeyCredentials.Complete() || !other.FederatedIdentityCredentials.Complete() {
			unread++
		}
	}
	if unread > 0 {
		r.NotRead = append(r.NotRead, unclear("agentIdentityBlueprints",
			"the credentials of "+counted(unread, "blueprint")+" were not read in full, and may be the same"))
	}
}
