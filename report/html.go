package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"github.com/ztagent/ztagent/internal/audit"
)

//go:embed html/report.html.tmpl html/report.css html/report.js
var htmlFiles embed.FS

// HTML writes the report as one self-contained page: it loads nothing, and its
// Content-Security-Policy allows nothing but its own style and script, by hash.
// What the tenant controls reaches it as text only, escaped by html/template or
// set by the script as text.
func HTML(w io.Writer, r *audit.Report, o Options) error {
	css, err := htmlFiles.ReadFile("html/report.css")
	if err != nil {
		return fmt.Errorf("HTML report: %w", err)
	}
	js, err := htmlFiles.ReadFile("html/report.js")
	if err != nil {
		return fmt.Errorf("HTML report: %w", err)
	}
	css, js = compact(css), compact(js)
	page, err := template.New("report.html.tmpl").Funcs(htmlFuncs()).ParseFS(htmlFiles, "html/report.html.tmpl")
	if err != nil {
		return fmt.Errorf("HTML report: %w", err)
	}
	v := newView(r, o, humanLimits)
	data, err := v.htmlData(o.Dossiers)
	if err != nil {
		return fmt.Errorf("HTML report: %w", err)
	}
	err = page.Execute(w, htmlPage{
		view: v, CSS: template.CSS(css), JS: template.JS(js), Data: data, MinSeverity: o.MinSeverity,
		HasDossiers: o.Dossiers != nil, LeftOut: o.Dossiers.leftOut(),
		Policy: "default-src 'none'; base-uri 'none'; form-action 'none'; " +
			"style-src " + sourceHash(css) + "; script-src " + sourceHash(js),
	})
	if err != nil {
		return fmt.Errorf("HTML report: %w", err)
	}
	return nil
}

// compact leaves out what a browser does not need of our style and script:
// indentation, and lines that are comments.
func compact(text []byte) []byte {
	var out []byte
	for line := range bytes.Lines(text) {
		line = bytes.TrimLeft(line, " ")
		if len(bytes.TrimSpace(line)) > 0 && !bytes.HasPrefix(line, []byte("//")) {
			out = append(out, line...)
		}
	}
	return out
}

// sourceHash is the source expression that allows exactly this text.
func sourceHash(text []byte) string {
	sum := sha256.Sum256(text)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// htmlPage is what the template sees. CSS and JS are our own files; Data is JSON
// in which no character can end the element.
type htmlPage struct {
	*view
	CSS         template.CSS
	JS          template.JS
	Data        template.JS
	Policy      string
	MinSeverity audit.Severity // "" when all is listed
	HasDossiers bool
	LeftOut     int // agents without dossier
}

func htmlFuncs() template.FuncMap {
	return template.FuncMap{
		"markdown": htmlMarkdown,
		"inline":   func(s string) template.HTML { return template.HTML(inlineMarkdown(s)) },
		"linkName": linkName,
		"word":     statusWord,
		"judged":   judged,
		"failedOf": failedOf,
		"gapWord":  gapWord,
		"sentence": sentence,
		"bar":      newBar,
		"donut":    newDonut,
		"plural":   plural,
		"day":      day,
		"title":    title,
		"safeLink": safeLink,
		"inc":      func(i int) int { return i + 1 },
	}
}

// The view by the names that the template uses.

func (p htmlPage) Verdict() string     { return p.verdict() }
func (p htmlPage) Views() []*checkView { return p.checks }
func (p htmlPage) Fixes() []fix        { return p.fixes() }
func (p htmlPage) Pillars() []group    { return p.groups(audit.Pillar) }
func (p htmlPage) Controls() []group   { return p.groups(audit.Control) }
func (p htmlPage) Severities() []audit.Severity {
	return audit.Severities()
}

// Checklist are the checks of the checklist, Behind the others.
func (p htmlPage) Checklist() []*checkView { return p.part(true) }
func (p htmlPage) Behind() []*checkView    { return p.part(false) }

func (p htmlPage) part(checklist bool) []*checkView {
	var checks []*checkView
	for _, c := range p.checks {
		if (len(c.Clauses) > 0 && c.Clauses[0].Part == audit.Checklist) == checklist {
			checks = append(checks, c)
		}
	}
	return checks
}

// UnknownRules are the rules that are not decided everywhere.
func (p htmlPage) UnknownRules() UnknownRules { return p.unknownRules() }

// Hidden says what the page does not list; its numbers count it all the same.
func (p htmlPage) Hidden() string {
	if p.MinSeverity == "" || p.MinSeverity == audit.Info {
		return ""
	}
	return fmt.Sprintf("Findings less severe than %s are counted above, and not listed.", p.MinSeverity)
}

// WhatIfLine and Levels say how many agents would be blocked at each risk.
func (p htmlPage) WhatIfLine() string { return whatIfLine(p.WhatIf) }
func (p htmlPage) Levels() []level    { return levels(p.WhatIf) }

// Doubts are what no gap explains.
func (p htmlPage) Doubts() []doubt { return p.doubts() }

func (d doubt) Name() string    { return d.name }
func (d doubt) Where() string   { return d.where }
func (d doubt) Text() string    { return d.text }
func (d doubt) Rules() []string { return d.rules }

// Asked are the rules that ask a person.
func (p htmlPage) Asked() []*ruleView { return p.rulesWith(audit.Manual) }

func (c *checkView) Tag() string            { return c.tag }
func (c *checkView) Total() audit.Counts    { return c.counts }
func (c *checkView) Worst() audit.Severity  { return c.worst }
func (c *checkView) RuleViews() []*ruleView { return c.rules }

// Open reports whether the check needs a look.
func (c *checkView) Open() bool { return c.Status == audit.Fail || c.Status == audit.Unknown }

func (g group) Total() audit.Counts { return g.counts }
func (g group) GroupLines() []line  { return g.lines }
func (l line) Total() audit.Counts  { return l.counts }

func (f fix) Text() string            { return f.text }
func (f fix) Gaps() []audit.ReportGap { return f.gaps }
func (f fix) Rules() []string         { return f.rules }

// First is the first finding of a status that waits for somebody.
func (r *ruleView) First(status string) *audit.Finding {
	for _, f := range r.findings {
		if f.Status.String() == status {
			return f
		}
	}
	return &audit.Finding{}
}
