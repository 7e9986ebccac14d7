package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/diff"
	"github.com/ztagent/ztagent/internal/tenant"
	"github.com/ztagent/ztagent/report"
)

// auditOptions are the flags of audit.
type auditOptions struct {
	source  sourceOptions
	judging judgingOptions
	show    showOptions

	Format      string
	Outputs     []string
	FailOn      string
	Unknown     string
	Annotations string
	Baseline    string
}

func newAudit(w *world) *cobra.Command {
	var o auditOptions
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Judge a tenant or a snapshot against the whole checklist",
		Long: "Audit reads a snapshot (or the embedded example tenant, or a live tenant), runs\n" +
			"every check and writes a report.\n\n" +
			"Exit status: 0 nothing failed and nothing is unknown · 1 at least one finding at\n" +
			"or above --fail-on · 2 usage, configuration or input error · 3 the audit could\n" +
			"not run · 4 inconclusive: nothing failed, but something is unknown.",
		Example: "  ztagent audit --demo\n" +
			"  ztagent audit --snapshot ./snapshot\n" +
			"  ztagent audit --snapshot snapshot.zip -f json -o report.json\n" +
			"  ztagent audit --snapshot ./snapshot -o sarif=ztagent.sarif -o html=ztagent.html --fail-on high",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runAudit(cmd, w, &o) },
	}
	flags := cmd.Flags()
	o.source.register(cmd)
	o.judging.register(flags)
	o.show.register(flags)
	flags.StringVarP(&o.Format, "format", "f", "table", "report format: "+strings.Join(formatNames(), ", "))
	flags.StringArrayVarP(&o.Outputs, "output", "o", nil, "write to `[FORMAT=]FILE` instead of stdout; repeatable")
	flags.StringVar(&o.FailOn, "fail-on", "low", "exit 1 at findings of this `severity` or worse: critical, high, medium, low, never")
	flags.StringVar(&o.Unknown, "unknown", "fail", "what unknown verdicts do to the exit status: fail (4), warn, ignore")
	flags.StringVar(&o.Annotations, "annotations", "", "also print failing findings as workflow commands: github, azure")
	flags.StringVar(&o.Baseline, "baseline", "", "gate only on what is worse than in this earlier JSON report (`FILE`)")
	completeFrom(cmd, "format", formatNames())
	completeFrom(cmd, "fail-on", []string{"critical", "high", "medium", "low", "never"})
	completeFrom(cmd, "unknown", []string{"fail", "warn", "ignore"})
	completeFrom(cmd, "check", checkIDs())
	completeFrom(cmd, "skip", checkIDs())
	return cmd
}

func runAudit(cmd *cobra.Command, w *world, o *auditOptions) error {
	ctx := cmd.Context()
	judge, config, err := o.judging.load(cmd, w)
	if err != nil {
		return err
	}
	outs, err := outputs(o.Format, o.Outputs)
	if err != nil {
		return err
	}
	gate, err := newGate(o.FailOn, o.Unknown)
	if err != nil {
		return err
	}
	opts, err := o.show.reportOptions(w)
	if err != nil {
		return err
	}
	opts.Page = opts.Page || o.source.Demo && o.show.asksForNothing(cmd.Flags())
	if err := o.checkAnnotations(); err != nil {
		return err
	}
	if opts.Baseline, err = o.readBaseline(w); err != nil {
		return err
	}
	var datasets []tenant.Dataset
	if len(o.judging.Only)+len(o.judging.Skip) > 0 {
		if datasets, err = datasetsOf(o.judging.Only, o.judging.Skip); err != nil {
			return err
		}
	}
	snapshot, err := o.source.open(ctx, w, datasets, &o.show)
	if err != nil {
		return err
	}
	defer snapshot.Close()
	if err := refuseEmpty(snapshot); err != nil {
		return err
	}
	var disagreements []string
	if o.source.Verify {
		if !o.source.live.wanted(w) {
			return usageError("--verify-with-graph asks Graph: it needs a live sign-in, --tenant and --auth")
		}
		warnings, err := o.source.live.verifyWithGraph(ctx, w, snapshot)
		if err != nil {
			return err
		}
		disagreements = warnings
	}
	opts.SnapshotURI = repositoryURI(snapshot.Path)
	if err := sameTenant(opts.Baseline, snapshot); err != nil {
		return err
	}
	html := slices.ContainsFunc(outs, func(out output) bool { return out.Format == "html" })
	r, err := judge(ctx, snapshot, o.show.ShowPasses, html)
	if err != nil {
		return err
	}
	if html {
		opts.Dossiers = htmlDossiers(snapshot, r, config, mostDossiers)
	}
	for _, warning := range disagreements {
		r.Warnings = append(r.Warnings, warning)
		fmt.Fprintln(w.Err, "ztagent: warning: "+printable(warning))
	}
	if opts.Baseline != nil {
		diff.Carry(opts.Baseline, r)
	}
	if err := writeReports(w, r, outs, opts); err != nil {
		return err
	}
	if err := o.annotate(w, r, opts); err != nil {
		return err
	}
	if opts.Baseline != nil {
		return gate.decideSince(w, opts.Baseline, r, o.show.Quiet)
	}
	return gate.decide(w, r, o.show.Quiet)
}

// refuseEmpty ends an audit for which not one dataset could be read.
func refuseEmpty(s *tenant.Snapshot) error {
	gaps := s.Gaps()
	if len(gaps) < len(tenant.Datasets()) {
		return nil
	}
	for _, g := range gaps {
		if g.Status != tenant.GapAbsent {
			whose := s.Path
			if whose == "" {
				whose = "the tenant"
			}
			return cannotRun(fmt.Errorf("not one dataset of %s could be read; the first: %s: %s", whose, g.Dataset, g.Reason))
		}
	}
	return cannotRun(fmt.Errorf("%s holds no dataset", s.Path))
}

func writeReports(w *world, r *audit.Report, outs []output, opts report.Options) error {
	for _, out := range outs {
		if err := out.render(w, r, opts); err != nil {
			return err
		}
	}
	return appendStepSummary(w, r, opts)
}

func (o *auditOptions) checkAnnotations() error {
	switch o.Annotations {
	case "", report.AnnotateGitHub, report.AnnotateAzure:
		return nil
	}
	return usageError("--annotations: no dialect %q; there are github and azure", o.Annotations)
}

func (o *auditOptions) annotate(w *world, r *audit.Report, opts report.Options) error {
	if o.Annotations == "" {
		return nil
	}
	opts.Dialect = o.Annotations
	return report.Annotations(w.Out, r, opts)
}

func fixFor(gap tenant.Gap) string { return dataset.Fix(gap.Dataset, gap.Status, gap.Reason) }

func checkIDs() []string {
	var ids []string
	for _, c := range checks.All() {
		ids = append(ids, c.ID)
	}
	return ids
}
