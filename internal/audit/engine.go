package audit

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Options say what to judge and how to report it. The zero value judges every
// rule with the defaults.
type Options struct {
	Tool   Tool
	Config *Config // nil is DefaultConfig

	Waivers      []Waiver
	Attestations []Attestation
	// Only and Skip name checks, or single rules as check/rule. An empty Only
	// is everything; Skip wins.
	Only, Skip []string
	// SeverityOverrides replaces severities, by check/rule.
	SeverityOverrides map[string]Severity
	// ShowPasses keeps passing and inapplicable resources in the report instead
	// of only counting them.
	ShowPasses bool
	// Note gives the lines of the note in their order, for the summary; nil
	// takes them as the checks cite them.
	Note []Clause
	// FixFor says what would close a gap: a permission, a licence, a flag. It
	// may be nil, and may answer "".
	FixFor func(tenant.Gap) string
	// Parallel is how many rules run at once; 0 is GOMAXPROCS.
	Parallel int
	// Discard says that nobody wants the snapshot's objects afterwards: Run drops
	// them as soon as they are judged. They are most of what a large audit holds.
	Discard bool
}

// Run judges a snapshot by every selected rule and returns the report. The same
// snapshot, checks and options give the same report, byte for byte. Errors are
// unknown ids in Only, Skip or SeverityOverrides, the context's, and a snapshot
// that can no longer be read when the evidence is placed.
func Run(ctx context.Context, s *tenant.Snapshot, checks []Check, opts Options) (*Report, error) {
	selected, err := selectRules(checks, &opts)
	if err != nil {
		return nil, err
	}
	if opts.Config == nil {
		config := DefaultConfig()
		opts.Config = &config
	}
	r := &runner{snapshot: s, opts: &opts, selected: selected, rules: ruleIDs(checks)}
	r.attestations = newAttestations(opts.Attestations, s.TakenAt)
	if err := r.judgeAll(ctx); err != nil {
		return nil, err
	}
	waivers := r.applyWaivers()
	if opts.Discard {
		// What is held is at its peak: before more comes, free what is not needed.
		s.Forget()
		runtime.GC()
	}
	report := r.report()
	report.Warnings = append(report.Warnings, s.Warnings...)
	report.Warnings = append(report.Warnings, waivers...)
	report.Warnings = append(report.Warnings, r.attestationWarnings()...)
	if opts.Discard {
		s.Discard()
	}
	if err := r.giveEvidence(report); err != nil {
		return nil, err
	}
	return report, nil
}

// runner is one run in progress.
type runner struct {
	snapshot     *tenant.Snapshot
	opts         *Options
	selected     []selectedRule // in report order
	rules        []string       // the id of every rule there is
	attestations *attestations
	outcomes     []outcome // parallel to selected
}

// outcome is what became of one rule, before it is put into report form.
type outcome struct {
	status   Status
	reason   string
	counts   Counts
	verdicts []Verdict
	waivers  []*Waiver // parallel to verdicts, or nil; which waiver accepts it
	// missing are the needed datasets whose gaps made the rule unknown.
	missing []tenant.Dataset
	// attested are the attestations that the rule used.
	attested map[int]bool
	// decided is false where the rule could not be judged at all.
	decided bool
	// evidence of the findings, once they were made of the verdicts.
	evidence [][]Evidence
}

// judgeAll runs the rules in parallel; each writes only its own outcome.
func (r *runner) judgeAll(ctx context.Context) error {
	r.outcomes = make([]outcome, len(r.selected))
	workers := r.opts.Parallel
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(workers, len(r.selected)) {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(r.selected) {
					return
				}
				r.outcomes[i] = r.judge(&r.selected[i])
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// judge decides from the gaps whether the rule can run, and runs it.
func (r *runner) judge(rule *selectedRule) outcome {
	if o, decided := r.decideByGaps(rule); decided {
		return o
	}
	j := &Judge{
		Tenant: r.snapshot, Config: r.opts.Config,
		rule: &rule.Rule, fullID: rule.fullID,
		attestations: r.attestations.of(rule.fullID),
		keepPasses:   r.opts.ShowPasses,
	}
	if err := j.run(); err != nil {
		return outcome{status: Unknown, reason: err.Error()}
	}
	o := outcome{counts: j.counts, verdicts: j.verdicts, attested: j.attestations.used, decided: true}
	o.status = o.counts.Status()
	o.reason = r.runReason(rule, o.counts)
	return o
}

// report puts the outcomes into the form that every format is rendered from, all
// but the evidence.
func (r *runner) report() *Report {
	s := r.snapshot
	report := &Report{
		SchemaVersion: SchemaVersion,
		Tool:          r.opts.Tool,
		Tenant:        TenantInfo{ID: s.TenantID.String(), DisplayName: s.DisplayName, Cloud: cloudName(s)},
		TakenAt:       s.TakenAt.UTC().Format(time.RFC3339),
		Snapshot:      s.Path,
		Gaps:          r.reportGaps(),
		Warnings:      []string{},
		Checks:        r.checkResults(),
	}
	report.Summary = r.summary(report.Checks)
	return report
}

func cloudName(s *tenant.Snapshot) string {
	if s.Cloud == "" {
		return "public"
	}
	return s.Cloud
}

// checkResults groups the outcomes by check and folds them.
func (r *runner) checkResults() []CheckResult {
	results := []CheckResult{}
	for i := range r.selected {
		rule := &r.selected[i]
		if i == 0 || rule.check != r.selected[i-1].check {
			results = append(results, newCheckResult(rule.check))
		}
		last := &results[len(results)-1]
		last.Rules = append(last.Rules, r.ruleResult(i))
	}
	for i := range results {
		results[i].Status = foldCheck(results[i].Rules)
	}
	return results
}

func newCheckResult(c *Check) CheckResult {
	result := CheckResult{ID: c.ID, Title: c.Title, Clauses: []ClauseRef{}, Rules: []RuleResult{}}
	for _, clause := range c.Clauses {
		result.Clauses = append(result.Clauses, ClauseRef(clause))
	}
	if len(c.Clauses) > 0 {
		result.Clause = c.Clauses[0].Text
	}
	return result
}

func (r *runner) ruleResult(i int) RuleResult {
	rule, o := &r.selected[i], &r.outcomes[i]
	return RuleResult{
		ID: rule.fullID, Title: rule.Title, Severity: rule.Severity,
		Status: o.status, Reason: o.reason,
		Condition: rule.Condition, Remediation: rule.Remediation,
		References: append([]string{}, rule.References...),
		Counts:     o.counts,
		Findings:   r.findings(rule, o),
	}
}
