package report

import (
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
)

func (b *sarifBuilder) result(r *ruleView, f *audit.Finding) sarifResult {
	kind, level := sarifKind(f)
	result := sarifResult{
		RuleID: r.ID, Kind: kind, Level: level,
		Message:      sarifText{Text: sarifMessage(f)},
		Locations:    []sarifLocation{b.location(f)},
		Related:      b.related(f),
		Fingerprints: map[string]string{"primaryLocationLineHash": f.Fingerprint + ":1"},
		ViewerURI:    f.PortalLink,
		Properties: map[string]any{
			"status": f.Status.String(), "severity": string(f.Severity),
			"resourceType": string(f.Resource.Type), "resourceId": f.Resource.ID,
		},
	}
	if f.FailingSince != "" {
		result.Properties["failingSince"] = f.FailingSince
	}
	if i, ok := b.rules[r.ID]; ok {
		result.RuleIndex = &i
	}
	if b.full {
		// Once one result carries suppressions, all must.
		result.Suppressions = &[]sarifSuppressed{}
		if f.Status == audit.Waived {
			*result.Suppressions = append(*result.Suppressions, suppression(f.Waiver))
		}
	}
	return result
}

// sarifKind: a waived fail is a fail that is suppressed.
func sarifKind(f *audit.Finding) (kind, level string) {
	switch f.Status {
	case audit.Fail, audit.Waived:
		return "", sarifLevel(f.Severity)
	case audit.Manual:
		return "review", "none"
	case audit.Pass:
		return "pass", "none"
	}
	return "open", "none"
}

func suppression(w *audit.AppliedWaiver) sarifSuppressed {
	s := sarifSuppressed{Kind: "external", Status: "accepted"}
	if w != nil {
		s.Justification = w.Reason
		s.Properties = map[string]any{"owner": w.Owner, "ticket": w.Ticket, "expires": w.Expires}
	}
	return s
}

// sarifMessage names the resource, says what was found and links to it.
func sarifMessage(f *audit.Finding) string {
	var b strings.Builder
	name := title(f.Resource)
	if f.Message == "" || !strings.Contains(f.Message, name) {
		b.WriteString(unlinked(name) + ": ")
	}
	b.WriteString(stopped(unlinked(f.Message)))
	if len(f.Evidence) > 0 && f.Evidence[0].Observed != "" && f.Evidence[0].Expected != "" {
		b.WriteString(unlinked(fmt.Sprintf(" Observed: %s; expected: %s.", f.Evidence[0].Observed, f.Evidence[0].Expected)))
	}
	if f.PortalLink != "" {
		b.WriteString(" See it in the [Microsoft Entra admin center](" + linkDestination(f.PortalLink) + ").")
	}
	return b.String()
}

// unlinked breaks up what SARIF viewers would take for a link.
func unlinked(s string) string { return strings.ReplaceAll(s, "](", "] (") }

var linkEnds = strings.NewReplacer("(", "%28", ")", "%29", "[", "%5B", "]", "%5D", `\`, "%5C", "|", "%7C")

// linkDestination encodes what would end a link early.
func linkDestination(link string) string { return linkEnds.Replace(link) }

// location is where the finding's first evidence stands.
func (b *sarifBuilder) location(f *audit.Finding) sarifLocation {
	l := sarifLocation{Logical: []sarifLogical{{
		Name: f.Resource.DisplayName, Kind: "resource",
		FullyQualifiedName: string(f.Resource.Type) + "/" + f.Resource.ID,
	}}}
	e := audit.EvidenceRef{}
	if i := mainEvidence(f); i >= 0 {
		e = f.Evidence[i]
	}
	l.Physical = b.physical(e)
	return l
}

// mainEvidence is the first evidence that is known to the line, or else the
// first that names a dataset, or -1.
func mainEvidence(f *audit.Finding) int {
	named := -1
	for i := range f.Evidence {
		if f.Evidence[i].File != "" && f.Evidence[i].Line > 0 {
			return i
		}
		if named < 0 && (f.Evidence[i].File != "" || f.Evidence[i].Dataset != "") {
			named = i
		}
	}
	return named
}

// related are the other places of the evidence, each with what stands there.
func (b *sarifBuilder) related(f *audit.Finding) []sarifLocation {
	var related []sarifLocation
	main := mainEvidence(f)
	for i, e := range f.Evidence {
		if i == main || e.File == "" || e.Line == 0 {
			continue
		}
		id := len(related) + 1
		l := sarifLocation{ID: &id, Physical: b.physical(e)}
		if e.Observed != "" {
			l.Message = &sarifText{Text: stopped(unlinked(e.Observed))}
		}
		related = append(related, l)
	}
	return related
}

func (b *sarifBuilder) physical(e audit.EvidenceRef) sarifPhysical {
	p := sarifPhysical{
		Artifact: sarifArtifact{URI: b.fileURI(e), URIBaseID: srcRoot},
		Region:   sarifRegion{StartLine: max(1, e.Line), StartColumn: 1, EndLine: max(1, e.Line), EndColumn: 2},
	}
	if region := sarifRegion(e.Region); region.valid() {
		p.Region = region
		if context := sarifRegion(e.Context); context.valid() && context.contains(region) && context != region {
			p.Context = &context
		}
	}
	return p
}

func (r sarifRegion) valid() bool {
	forward := r.EndLine > r.StartLine || r.EndLine == r.StartLine && r.EndColumn > r.StartColumn
	return r.StartLine > 0 && r.StartColumn > 0 && r.EndColumn > 0 && forward
}

func (r sarifRegion) contains(in sarifRegion) bool {
	starts := r.StartLine < in.StartLine || r.StartLine == in.StartLine && r.StartColumn <= in.StartColumn
	ends := r.EndLine > in.EndLine || r.EndLine == in.EndLine && r.EndColumn >= in.EndColumn
	return starts && ends
}

// compareWith marks results against an older report: new, unchanged, updated
// when the verdict changed, and absent for those that are gone and would have
// been found.
func (b *sarifBuilder) compareWith(results []sarifResult, old *view) []sarifResult {
	type before struct {
		rule    *ruleView
		finding *audit.Finding
	}
	known := map[string]before{}
	var order []string
	for _, r := range old.rules {
		for _, f := range r.findings {
			if !quiet(f.Status) {
				known[f.Fingerprint] = before{r, f}
				order = append(order, f.Fingerprint)
			}
		}
	}
	for i := range results {
		fingerprint := strings.TrimSuffix(results[i].Fingerprints["primaryLocationLineHash"], ":1")
		results[i].Baseline = "new"
		if was, ok := known[fingerprint]; ok {
			results[i].Baseline = "unchanged"
			if was.finding.Status.String() != results[i].Properties["status"] {
				results[i].Baseline = "updated"
			}
			delete(known, fingerprint)
		}
	}
	gone := &sarifBuilder{view: old, o: b.o, full: true, rules: b.rules}
	findable := b.findable()
	for _, fingerprint := range order {
		was, ok := known[fingerprint]
		if ok && len(results) < maxSARIFResults && findable(was.rule.ID, was.finding) {
			result := gone.result(was.rule, was.finding)
			result.Baseline = "absent"
			results = append(results, result)
			delete(known, fingerprint)
		}
	}
	return results
}

// findable returns a function that reports whether a finding of the baseline
// would be there if it still held: its rule was judged, and not unknown for its
// resource. A reader takes an absent result for a fixed one.
func (b *sarifBuilder) findable() func(rule string, f *audit.Finding) bool {
	judged, unsure := map[string]bool{}, map[[2]string]bool{}
	for _, r := range b.view.rules {
		judged[r.ID] = r.Status != audit.Unknown || r.Counts.Evaluated > 0
		for _, f := range r.with(audit.Unknown) {
			unsure[[2]string{r.ID, f.Resource.ID}] = true
		}
	}
	return func(rule string, f *audit.Finding) bool {
		return judged[rule] && !unsure[[2]string{rule, f.Resource.ID}]
	}
}
