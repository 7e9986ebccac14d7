package report

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
)

// Dossiers is what the HTML report shows of agents besides the findings: a page
// of each, and what findings can be filtered by. It is made from a snapshot, so a
// report that was read from JSON has none.
//
// Ten thousand agents say much the same: rows and sections are kept once, and
// agents refer to them.
type Dossiers struct {
	// LeftOut is how many agents have no dossier, to keep the page small.
	LeftOut int

	agents   []htmlAgent
	rows     pool[htmlRow]
	sections pool[packedSection]
	facets   [facetKinds]pool[htmlFacet]
	objects  map[objectKey]htmlObject
	placed   []objectKey        // in the order in which they came
	reported map[objectKey]bool // the resources of findings
}

// Agent is the dossier of one agent identity.
type Agent struct {
	ID, DisplayName string
	State           string // "active", "switched off"
	PortalLink      string
	Facets          Facets
	// WhatIf says whether it would be blocked at each level of risk, from none to
	// high: yes, no, unknown.
	WhatIf []string
	// Own are the objects whose findings are about the agent: itself, its
	// blueprint, and what hangs on them.
	Own      []audit.ResourceRef
	Sections []Section
}

// Section is one part of a dossier.
type Section struct {
	Title string
	Rows  []Row
}

// Row is one line of a section. Texts are plain.
type Row struct {
	Tone  Tone
	Label string // "Sponsor"; "" for an entry of a list
	Text  string
	Aside string // short, to the right
	More  string // below, in small print
}

// Tone says how a row is marked.
type Tone string

// The tones: Heading begins a group of entries, Unread is what was not read.
const (
	Plain   Tone = ""
	Good    Tone = "good"
	Bad     Tone = "bad"
	Warning Tone = "warning"
	Unread  Tone = "unread"
	Faint   Tone = "faint"
	Heading Tone = "heading"
)

// known is Plain for a tone that is none: it becomes a style class.
func (t Tone) known() Tone {
	if slices.Contains([]Tone{Good, Bad, Warning, Unread, Faint, Heading}, t) {
		return t
	}
	return Plain
}

// Facets are what the findings on an object can be filtered by. A nil pointer is
// not known; SponsorsUnread means that there may be more than Sponsors.
type Facets struct {
	Blueprint, Maker *Facet
	Sponsors         []Facet
	SponsorsUnread   bool
}

// Facet is a blueprint, maker or sponsor.
type Facet struct{ ID, Name string }

// The kinds of facets, and their place in the page's data.
const (
	blueprintFacet = iota
	makerFacet
	sponsorFacet
	facetKinds
)

type objectKey struct{ kind, id string }

func keyOf(r audit.ResourceRef) objectKey { return objectKey{string(r.Type), r.ID} }

// NewDossiers returns an empty collection for the HTML of r.
func NewDossiers(r *audit.Report) *Dossiers {
	d := &Dossiers{objects: map[objectKey]htmlObject{}, reported: map[objectKey]bool{}}
	for i := range r.Checks {
		for j := range r.Checks[i].Rules {
			for k := range r.Checks[i].Rules[j].Findings {
				d.reported[keyOf(r.Checks[i].Rules[j].Findings[k].Resource)] = true
			}
		}
	}
	return d
}

func (d *Dossiers) leftOut() int {
	if d == nil {
		return 0
	}
	return d.LeftOut
}

// Place says what findings on an object can be filtered by.
func (d *Dossiers) Place(object audit.ResourceRef, f Facets) {
	key := keyOf(object)
	if _, placed := d.objects[key]; placed || !d.reported[key] {
		return
	}
	d.objects[key] = d.object(f)
	d.placed = append(d.placed, key)
}

// Add adds the dossier of an agent.
func (d *Dossiers) Add(a Agent) {
	l := humanLimits
	agent := htmlAgent{
		ID: l.short(a.ID), Name: cmp.Or(strings.TrimSpace(l.short(a.DisplayName)), "agent identity "+l.short(a.ID)),
		State: l.short(a.State), Link: safeLink(a.PortalLink), WhatIf: whatIfLetters(a.WhatIf),
		htmlObject: d.object(a.Facets),
	}
	for _, own := range a.Own {
		if key := keyOf(own); d.reported[key] {
			agent.own = append(agent.own, key)
		}
	}
	for _, s := range a.Sections {
		section := packedSection{title: l.short(s.Title)}
		for _, r := range s.Rows {
			row := d.rows.add(htmlRow{r.Tone.known(), l.short(r.Label), l.long(r.Text), l.short(r.Aside), l.long(r.More)})
			section.rows = string(binary.AppendUvarint([]byte(section.rows), uint64(row)))
		}
		agent.Sections = append(agent.Sections, d.sections.add(section))
	}
	d.agents = append(d.agents, agent)
}

// object is facets by their places.
func (d *Dossiers) object(f Facets) htmlObject {
	o := htmlObject{Blueprint: d.facet(blueprintFacet, f.Blueprint), Maker: d.facet(makerFacet, f.Maker), Unread: f.SponsorsUnread}
	for i := range f.Sponsors {
		o.Sponsors = append(o.Sponsors, d.facet(sponsorFacet, &f.Sponsors[i]))
	}
	slices.Sort(o.Sponsors)
	o.Sponsors = slices.Compact(o.Sponsors)
	return o
}

// facet is -1 for one that is not known.
func (d *Dossiers) facet(kind int, f *Facet) int {
	if f == nil {
		return -1
	}
	id, name := humanLimits.short(f.ID), strings.TrimSpace(humanLimits.short(f.Name))
	return d.facets[kind].add(htmlFacet{cmp.Or(name, id), id})
}

// whatIfLetters is a letter for each level of risk: y, n, u.
func whatIfLetters(answers []string) string {
	letters := ""
	for _, a := range answers {
		switch a {
		case "yes":
			letters += "y"
		case "no":
			letters += "n"
		default:
			letters += "u"
		}
	}
	return letters
}

// pool keeps each value once, in the order in which they came.
type pool[T comparable] struct {
	all []T
	at  map[T]int
}

// add returns the place of v.
func (p *pool[T]) add(v T) int {
	if at, ok := p.at[v]; ok {
		return at
	}
	if p.at == nil {
		p.at = map[T]int{}
	}
	at := len(p.all)
	p.at[v] = at
	p.all = append(p.all, v)
	return at
}
