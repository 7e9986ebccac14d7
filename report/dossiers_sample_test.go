package report

import (
	"fmt"
	"slices"

	"github.com/ztagent/ztagent/internal/audit"
)

// refOf is a resource of the sample: "type name".
func refOf(resource string) audit.ResourceRef {
	f := newSample()
	f.check("x", "X", clause(audit.Checklist, "X", "X"))
	f.addRule("x", "X", audit.Low, "").fail(resource, "", "", "", "", "")
	return f.last().Resource
}

// sampleDossiers are those of the sample's agents: two blueprints, makers that
// are known and not, and sponsors that were read and not.
func sampleDossiers() *Dossiers {
	d := NewDossiers(sample())
	finance := &Facet{ID: "b1", Name: "Finance Agents"}
	support := &Facet{ID: "b2", Name: "Support Desk"}
	ana, team := Facet{ID: "p1", Name: "Ana Souza"}, Facet{ID: "p2", Name: "Agent stewards"}
	d.Place(refOf("agentIdentityBlueprint Finance Agents"), Facets{Blueprint: finance, Sponsors: []Facet{team}})
	d.Place(refOf("agentIdentityBlueprint Support Desk"), Facets{Blueprint: support, SponsorsUnread: true})
	for i := range sampleAgents {
		f := Facets{Blueprint: finance, Maker: finance, Sponsors: []Facet{ana}}
		blueprint := "agentIdentityBlueprint Finance Agents"
		switch {
		case i == 5:
			f = Facets{Maker: &Facet{ID: "m2"}} // Payroll Reconciler has no sponsor
			blueprint = ""
		case i%3 == 2:
			f = Facets{Blueprint: support, Maker: support, Sponsors: []Facet{ana, team}}
			blueprint = "agentIdentityBlueprint Support Desk"
		case i%3 == 1:
			f = Facets{Blueprint: finance, SponsorsUnread: true}
		}
		own := refOf(agent(i))
		d.Place(own, f)
		a := Agent{
			ID: own.ID, DisplayName: own.DisplayName, State: "active", Facets: f,
			PortalLink: "https://entra.microsoft.com/#view/agent/" + own.ID,
			WhatIf:     []string{"no", "no", []string{"no", "yes", "unknown"}[i%3], "yes"},
			Own:        []audit.ResourceRef{own}, Sections: sampleSections(i),
		}
		if blueprint != "" {
			a.Own = append(a.Own, refOf(blueprint))
		}
		d.Add(a)
	}
	d.LeftOut = 3
	return d
}

func sampleSections(i int) []Section {
	sections := []Section{
		{"Identity", []Row{{Label: "Made", Text: fmt.Sprintf("2026-03-%02d, by its own blueprint", i+1)}, {Label: "State", Text: "active", Tone: Good}}},
		{"Who answers for it", []Row{{Label: "Sponsor", Text: "none", Tone: Bad}, {Label: "Owner", Text: "not read: owners", Tone: Unread}}},
		{"Conditional Access", []Row{
			{Label: "At risk high", Text: `blocked by "Block risky agents"`, Tone: Good},
			{Text: "Block risky agents", Aside: "enabled", More: "reaches, because the policy includes all agent identities; blocks", Tone: Good},
			{Text: "Pilot", Aside: "report-only", More: "reaches, because the policy names the agent; blocks", Tone: Warning},
			{Text: "Require MFA", Aside: "enabled", More: "does not reach, because the policy is for users", Tone: Faint},
		}},
		{"What it may do", []Row{
			{Text: "Granted directly, consented by an administrator", Tone: Heading},
			{Text: "Sites.ReadWrite.All", Aside: "level 4", More: "Microsoft Graph · application · fails scoped-permissions/wildcard-permission", Tone: Bad},
			{Text: "User.Read", Aside: "level 1", More: "Microsoft Graph · delegated"},
		}},
		{"Risk", []Row{{Text: "None is known.", Tone: Faint}, {Text: "Not read: agentRiskDetections (forbidden)", Tone: Unread}}},
	}
	if i%2 == 0 {
		return slices.Clone(sections[:4])
	}
	return sections
}

// hostileDossiers have a hostile text in every field.
func hostileDossiers() *Dossiers {
	r := hostile()
	d := NewDossiers(r)
	for i, name := range hostileNames() {
		own := r.Checks[0].Rules[0].Findings[i].Resource
		facet := Facet{ID: "id" + name, Name: name}
		f := Facets{Blueprint: &facet, Maker: &facet, Sponsors: []Facet{facet, {ID: name}}}
		d.Place(own, f)
		sections := []Section{{Title: name}, {Title: "Identity"}}
		for _, tone := range []Tone{Plain, Good, Bad, Warning, Unread, Faint, Heading, Tone(name)} {
			sections[1].Rows = append(sections[1].Rows, Row{tone, "", name, name, name}, Row{tone, name, name, name, name})
		}
		d.Add(Agent{
			ID: own.ID, DisplayName: name, State: name, PortalLink: "javascript:alert(" + itoa(i) + ")",
			Facets: f, WhatIf: []string{name, "yes", "no", "unknown"}, Own: []audit.ResourceRef{own}, Sections: sections,
		})
	}
	return d
}
