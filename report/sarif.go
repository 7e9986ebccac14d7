package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/audit"
)

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	projectURI  = "https://github.com/ztagent/ztagent"
	checksURI   = projectURI + "/blob/main/docs/checks.md"

	// maxSARIFResults is what GitHub code scanning takes of one run.
	maxSARIFResults = 25_000
)

// SARIF writes the report as SARIF 2.1.0. In the profile SARIFGitHub, the
// default, results are the failing findings only: code scanning ignores kind and
// suppressions, so anything else would become an open alert. SARIFFull adds
// unknown, manual and waived findings and, given a baseline, what became of each.
func SARIF(w io.Writer, r *audit.Report, o Options) error {
	switch o.SARIFProfile {
	case "", SARIFGitHub, SARIFFull:
	default:
		return fmt.Errorf("unknown SARIF profile %q: it is %s or %s", o.SARIFProfile, SARIFGitHub, SARIFFull)
	}
	e := &escapingWriter{w: w}
	log := sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{newSARIFRun(r, o)}}
	err := json.MarshalWrite(e, log, json.Deterministic(true), jsontext.Multiline(true), jsontext.WithIndent("  "))
	if err != nil {
		return fmt.Errorf("SARIF: %w", err)
	}
	return e.finish()
}

// sarifBuilder holds what results refer to by index.
type sarifBuilder struct {
	*view
	o     Options
	full  bool
	rules map[string]int // place in driver.rules by id
	taxa  []sarifTaxon
	types []sarifNotifyType
}

func newSARIFRun(r *audit.Report, o Options) sarifRun {
	b := &sarifBuilder{view: newView(r, o, machineLimits), o: o, full: o.SARIFProfile == SARIFFull}
	b.taxa = b.noteTaxa()
	rules := b.sarifRules()
	results, dropped := b.results()
	notifications := b.notifications(dropped)
	run := sarifRun{
		Tool:              sarifTool{Driver: b.driver(rules)},
		AutomationDetails: sarifAutomation{ID: "ztagent/" + b.category()},
		Invocations:       []sarifInvocation{{Successful: true, Notifications: notifications}},
		BaseURIs: map[string]sarifBase{srcRoot: {Description: sarifText{
			Text: "The root of the repository that holds the snapshot.",
		}}},
		ColumnKind: "utf16CodeUnits",
		Results:    results,
		Properties: map[string]any{
			"tenantId": b.Tenant.ID, "takenAt": b.TakenAt, "snapshot": b.Snapshot, "verdict": b.verdict(),
		},
	}
	if len(b.taxa) > 0 {
		run.Taxonomies = []sarifComponent{b.taxonomy()}
	}
	return run
}

// category keeps the alerts of two tenants apart in one repository.
func (b *sarifBuilder) category() string {
	if b.Tenant.ID == "" {
		return ""
	}
	return escapePath(b.Tenant.ID) + "/"
}

func (b *sarifBuilder) driver(rules []sarifRule) sarifComponent {
	d := sarifComponent{
		Name: b.Tool.Name, FullName: "ztagent: Zero Trust for agents", InformationURI: projectURI,
		SemanticVersion: semantic(b.Tool.Version), Rules: rules, Notifications: b.types,
	}
	if len(b.taxa) > 0 {
		d.SupportedTaxa = []sarifComponentRef{noteComponent}
	}
	return d
}

// results are the findings of the profile in report order, the least severe
// left out when there are more than code scanning takes.
func (b *sarifBuilder) results() (results []sarifResult, dropped int) {
	type candidate struct {
		rule    *ruleView
		finding *audit.Finding
	}
	var all []candidate
	for _, r := range b.view.rules {
		for _, f := range r.findings {
			if b.full && f.Status != audit.NotApplicable || f.Status == audit.Fail {
				all = append(all, candidate{r, f})
			}
		}
	}
	if dropped = len(all) - maxSARIFResults; dropped > 0 {
		bySeverity := slices.Clone(all)
		slices.SortStableFunc(bySeverity, func(a, b candidate) int {
			return cmp.Or(cmp.Compare(slices.Index(statusOrder, a.finding.Status), slices.Index(statusOrder, b.finding.Status)),
				cmp.Compare(a.finding.Severity.Rank(), b.finding.Severity.Rank()))
		})
		keep := map[*audit.Finding]bool{}
		for _, c := range bySeverity[:maxSARIFResults] {
			keep[c.finding] = true
		}
		all = slices.DeleteFunc(all, func(c candidate) bool { return !keep[c.finding] })
	}
	results = []sarifResult{}
	for _, c := range all {
		results = append(results, b.result(c.rule, c.finding))
	}
	if b.full && b.o.Baseline != nil {
		results = b.compareWith(results, newView(b.o.Baseline, b.o, machineLimits))
	}
	return results, max(0, dropped)
}
