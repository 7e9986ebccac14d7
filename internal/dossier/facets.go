package dossier

import (
	"cmp"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// Facets are what findings on some objects can be told apart by: the blueprint
// behind them, who made it or the agent, and who answers for it.
type Facets struct {
	// Objects of which this is true: an agent with what is its alone, or a
	// blueprint with its credentials, principals and their grants.
	Objects []Ref
	// Blueprint has the appId for its id, "" where that was not returned.
	Blueprint Ref
	Maker     Maker
	Sponsors  People
}

// FacetsOf returns those of an agent.
func (x *Index) FacetsOf(agent *tenant.AgentIdentity) Facets {
	b := newBuilder(x, agent)
	return Facets{
		Objects:   distinct(append([]Ref{refTo(agent)}, b.ownAlone()...)),
		Blueprint: b.blueprintRef(), Maker: b.maker(agent.CreatedByAppID),
		Sponsors: b.people("sponsors", &agent.Sponsors),
	}
}

// BlueprintFacets returns those of every blueprint that the snapshot knows, by its
// object or by a principal.
func (x *Index) BlueprintFacets() []Facets {
	var all []Facets
	seen := map[tenant.ID]bool{}
	add := func(appID tenant.ID) {
		if !appID.IsZero() && !seen[appID] {
			seen[appID] = true
			all = append(all, x.facetsOfBlueprint(appID))
		}
	}
	for blueprint := range x.s.AgentIdentityBlueprints.All() {
		add(blueprint.AppID)
	}
	for principal := range x.s.AgentIdentityBlueprintPrincipals.All() {
		add(principal.AppID)
	}
	return all
}

func (x *Index) facetsOfBlueprint(appID tenant.ID) Facets {
	b := x.onBlueprint(appID)
	f := Facets{Objects: distinct(b.ownOfBlueprint()), Blueprint: b.blueprintRef()}
	if b.blueprint == nil {
		f.Sponsors.NotRead = []Missing{unclear("sponsors", "its blueprint is not visible here")}
		return f
	}
	f.Maker = b.maker(b.blueprint.CreatedByAppID)
	f.Sponsors = b.people("sponsors", &b.blueprint.Sponsors)
	return f
}

func (b *builder) blueprintRef() Ref {
	ref := Ref{Type: tenant.TypeAgentIdentityBlueprint, ID: b.appID.String()}
	if b.blueprint != nil {
		ref.DisplayName = b.blueprint.ResourceName()
	}
	for _, p := range b.principals {
		ref.DisplayName = cmp.Or(ref.DisplayName, p.ResourceName())
	}
	return ref
}

// Own are the objects that a finding about the agent may be about: itself, its
// blueprint and principal, its agent users, and what hangs on them.
func (x *Index) Own(agent *tenant.AgentIdentity) []Ref { return newBuilder(x, agent).own() }

// Urgency ranks an agent by what fails: first by the most severe failure, then by
// the number of failures. It is higher for what is worse, and zero without any.
func (x *Index) Urgency(agent *tenant.AgentIdentity) int {
	worst, fails := len(audit.Severities()), 0
	for _, r := range x.Own(agent) {
		for _, at := range x.findings[resourceKey{r.Type, r.ID}] {
			f := &x.o.Report.Checks[at.check].Rules[at.rule].Findings[at.finding]
			if f.Status == audit.Fail {
				worst = min(worst, f.Severity.Rank())
				fails++
			}
		}
	}
	const more = 1 << 32 // than any number of failures
	return (len(audit.Severities())-worst)*more + fails
}
