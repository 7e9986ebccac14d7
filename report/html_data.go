package report

import (
	"html/template"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/audit"
)

// htmlFinding is a finding as the page's script reads it; short names, because
// there may be ten thousand.
type htmlFinding struct {
	Rule        int            `json:"r"` // place in rules
	Status      string         `json:"s"`
	Severity    int            `json:"v"` // place in severities
	Type        string         `json:"t"`
	ID          string         `json:"i"`
	Name        string         `json:"n"`
	Key         string         `json:"k,omitempty"`
	Message     string         `json:"m"`
	Evidence    []htmlEvidence `json:"e,omitempty"`
	Link        string         `json:"l,omitempty"`
	Fingerprint string         `json:"f"`
	Waiver      string         `json:"w,omitempty"`
}

type htmlEvidence struct {
	Place    string `json:"f,omitempty"` // file:line
	Pointer  string `json:"p,omitempty"`
	Observed string `json:"o,omitempty"`
	Expected string `json:"x,omitempty"`
}

type htmlRule struct {
	ID    string `json:"id"`
	Check int    `json:"check"` // place in checks
	Title string `json:"title"`
}

type htmlCheck struct {
	ID   string `json:"id"`
	Tag  string `json:"tag"`
	Line string `json:"line"`
}

type htmlDataset struct {
	Snapshot   string        `json:"snapshot"`
	Severities []string      `json:"severities"`
	Checks     []htmlCheck   `json:"checks"`
	Rules      []htmlRule    `json:"rules"`
	Findings   []htmlFinding `json:"findings"`
	// Dossiers are null where the snapshot was not at hand.
	Dossiers *htmlAgents `json:"dossiers"`
}

// htmlData is everything that the page lists, as JSON that can stand inside a
// script element: "<" and the line separators are escaped.
func (v *view) htmlData(dossiers *Dossiers) (template.JS, error) {
	d := htmlDataset{Snapshot: v.Snapshot, Dossiers: dossiers.html(), Checks: []htmlCheck{}, Rules: []htmlRule{}, Findings: []htmlFinding{}}
	for _, s := range audit.Severities() {
		d.Severities = append(d.Severities, string(s))
	}
	for _, c := range v.checks {
		for _, r := range c.rules {
			for _, f := range r.findings {
				d.Findings = append(d.Findings, newHTMLFinding(f, len(d.Rules)))
			}
			d.Rules = append(d.Rules, htmlRule{ID: r.ID, Check: len(d.Checks), Title: r.Title})
		}
		d.Checks = append(d.Checks, htmlCheck{ID: c.ID, Tag: c.tag, Line: v.lineOfNote(c)})
	}
	text, err := json.Marshal(d, json.Deterministic(true), jsontext.EscapeForHTML(true), jsontext.EscapeForJS(true))
	return template.JS(text), err
}

func newHTMLFinding(f *audit.Finding, rule int) htmlFinding {
	h := htmlFinding{
		Rule: rule, Status: f.Status.String(), Severity: f.Severity.Rank(),
		Type: string(f.Resource.Type), ID: f.Resource.ID, Name: title(f.Resource),
		Key: f.Key, Message: f.Message, Link: f.PortalLink, Fingerprint: f.Fingerprint,
	}
	for _, e := range f.Evidence {
		place := e.File
		if e.File != "" && e.Line > 0 {
			place += ":" + itoa(e.Line)
		}
		h.Evidence = append(h.Evidence, htmlEvidence{place, e.Pointer, e.Observed, e.Expected})
	}
	if w := f.Waiver; w != nil {
		h.Waiver = "Until " + w.Expires + ": " + w.Reason
		for _, extra := range []string{w.Owner, w.Ticket} {
			if extra != "" {
				h.Waiver += " · " + extra
			}
		}
	}
	return h
}
