package report

import "encoding/binary"

// The dossiers as the page's script reads them; short names, because there may be
// ten thousand. Numbers are places in the lists beside.

type htmlAgents struct {
	Agents   []htmlAgent     `json:"agents"`
	Rows     []htmlRow       `json:"rows"`
	Sections []htmlSection   `json:"sections"`
	Facets   [][]htmlFacet   `json:"facets"` // blueprints, makers, sponsors
	Objects  []htmlAddressed `json:"objects"`
	LeftOut  int             `json:"leftOut"`
}

type htmlAgent struct {
	ID     string `json:"i"`
	Name   string `json:"n"`
	State  string `json:"s"`
	Link   string `json:"l,omitempty"`
	WhatIf string `json:"w"` // a letter for each level of risk
	htmlObject
	own      []objectKey
	Own      []int `json:"o"` // objects
	Sections []int `json:"d"`
}

// htmlObject is what findings on something can be filtered by.
type htmlObject struct {
	Blueprint int   `json:"b"` // -1 is not known
	Maker     int   `json:"m"`
	Sponsors  []int `json:"p"`
	Unread    bool  `json:"u,omitzero"` // there may be more sponsors
}

// htmlAddressed is an object with findings; Blueprint is -2 where filters do not
// apply.
type htmlAddressed struct {
	Key string `json:"k"` // type/id, as findings have them
	htmlObject
}

type htmlRow struct {
	Tone  Tone   `json:"k,omitempty"`
	Label string `json:"l,omitempty"`
	Text  string `json:"t"`
	Aside string `json:"a,omitempty"`
	More  string `json:"m,omitempty"`
}

type htmlSection struct {
	Title string `json:"t"`
	Rows  []int  `json:"r"`
}

type htmlFacet struct {
	Name string `json:"n"`
	ID   string `json:"i"`
}

// html is the data of the page; keys are those that findings on it have.
func (d *Dossiers) html() *htmlAgents {
	if d == nil {
		return nil
	}
	out := &htmlAgents{
		Agents: make([]htmlAgent, 0, len(d.agents)), Rows: d.rows.all, LeftOut: d.LeftOut,
		Sections: make([]htmlSection, 0, len(d.sections.all)), Objects: []htmlAddressed{},
	}
	for _, s := range d.sections.all {
		out.Sections = append(out.Sections, htmlSection{s.title, s.places()})
	}
	for _, f := range d.facets {
		out.Facets = append(out.Facets, f.all)
	}
	places := map[objectKey]int{}
	place := func(key objectKey) int {
		at, ok := places[key]
		if !ok {
			at = len(out.Objects)
			places[key] = at
			object, placed := d.objects[key]
			if !placed {
				object.Blueprint = notPlaced
			}
			out.Objects = append(out.Objects, htmlAddressed{humanLimits.short(key.kind) + "/" + humanLimits.short(key.id), object})
		}
		return at
	}
	for _, a := range d.agents {
		a.Own = make([]int, 0, len(a.own))
		for _, key := range a.own {
			a.Own = append(a.Own, place(key))
		}
		out.Agents = append(out.Agents, a)
	}
	for _, key := range d.placed {
		place(key)
	}
	return out
}

// notPlaced is the blueprint of an object that filters do not find.
const notPlaced = -2

// packedSection is a section by the places of its rows, so that it can be
// compared.
type packedSection struct{ title, rows string }

func (s packedSection) places() []int {
	places := []int{}
	for rest := []byte(s.rows); len(rest) > 0; {
		row, n := binary.Uvarint(rest)
		places = append(places, int(row))
		rest = rest[n:]
	}
	return places
}
