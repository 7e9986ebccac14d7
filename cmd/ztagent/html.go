package main

import (
	"cmp"
	"slices"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/dossier"
	"github.com/ztagent/ztagent/internal/tenant"
	"github.com/ztagent/ztagent/report"
)

// mostDossiers is how many agents an HTML report has a dossier of: more make a
// page that browsers are slow to open.
const mostDossiers = 10_000

// htmlDossiers makes what the HTML report shows of each agent, and what its
// findings can be filtered by. Of more than most agents, those with the most
// severe failures have a dossier.
func htmlDossiers(s *tenant.Snapshot, r *audit.Report, config *audit.Config, most int) *report.Dossiers {
	x := dossier.NewIndex(s, dossier.Options{Report: r, Checks: checks.All(), Grace: config.DrillGrace, FixFor: fixFor})
	out := report.NewDossiers(r)
	place := func(f dossier.Facets) {
		for _, object := range f.Objects {
			out.Place(resourceRef(object), reportFacets(&f))
		}
	}
	for _, f := range x.BlueprintFacets() {
		place(f)
	}
	agents := make([]*tenant.AgentIdentity, 0, s.AgentIdentities.Len())
	for a := range s.AgentIdentities.All() {
		agents = append(agents, a)
		place(x.FacetsOf(a))
	}
	if len(agents) > most {
		out.LeftOut = len(agents) - most
		agents = mostUrgent(x, agents, most)
	}
	for _, a := range agents {
		out.Add(htmlAgent(s, x, a))
	}
	return out
}

// mostUrgent keeps the first of equals, in file order.
func mostUrgent(x *dossier.Index, agents []*tenant.AgentIdentity, most int) []*tenant.AgentIdentity {
	urgency := make(map[*tenant.AgentIdentity]int, len(agents))
	for _, a := range agents {
		urgency[a] = x.Urgency(a)
	}
	slices.SortStableFunc(agents, func(a, b *tenant.AgentIdentity) int { return cmp.Compare(urgency[b], urgency[a]) })
	return agents[:most]
}

func resourceRef(r dossier.Ref) audit.ResourceRef {
	return audit.ResourceRef{Type: r.Type, ID: r.ID, DisplayName: r.DisplayName}
}

func reportFacets(f *dossier.Facets) report.Facets {
	out := report.Facets{SponsorsUnread: relationUnread(f.Sponsors.NotRead)}
	if f.Blueprint.ID != "" {
		out.Blueprint = &report.Facet{ID: f.Blueprint.ID, Name: f.Blueprint.DisplayName}
	}
	if f.Maker.AppID != "" {
		out.Maker = &report.Facet{ID: f.Maker.AppID, Name: f.Maker.DisplayName}
	}
	for _, p := range f.Sponsors.Items {
		out.Sponsors = append(out.Sponsors, report.Facet{ID: p.ID, Name: cmp.Or(p.DisplayName, p.UserPrincipalName)})
	}
	return out
}

// relationUnread tells sponsors that were not read from sponsors of whom the
// state was not.
func relationUnread(missing []dossier.Missing) bool {
	return slices.ContainsFunc(missing, func(m dossier.Missing) bool { return m.What == "sponsors" })
}

func htmlAgent(s *tenant.Snapshot, x *dossier.Index, agent *tenant.AgentIdentity) report.Agent {
	d, f := x.Of(agent), x.FacetsOf(agent)
	out := report.Agent{
		ID: d.Agent.ID, DisplayName: d.Agent.DisplayName, State: activityText(&d.Agent),
		PortalLink: audit.PortalLink(s, agent), Facets: reportFacets(&f), Sections: htmlSections(d),
	}
	for _, o := range d.ConditionalAccess.WhatIf {
		out.WhatIf = append(out.WhatIf, o.Blocked)
	}
	for _, own := range x.Own(agent) {
		out.Own = append(out.Own, resourceRef(own))
	}
	return out
}
