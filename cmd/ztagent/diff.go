package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/diff"
	"github.com/ztagent/ztagent/internal/tenant"
	"github.com/ztagent/ztagent/report"
)

// diffOptions are the flags of diff.
type diffOptions struct {
	judging judgingOptions

	Format      string
	Output      string
	FailOn      string
	Unknown     string
	MinSeverity string
	Color       string
	MaxPerRule  int
	Quiet       bool
}

func newDiff(w *world) *cobra.Command {
	var o diffOptions
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Say what changed between two audits, and gate on what is worse",
		Long: "Diff compares two JSON reports, or two snapshots, which it judges first: what\n" +
			"fails newly, what is fixed, what still fails and since when, what cannot be told\n" +
			"any more. Findings are matched by rule, resource and key. Of snapshots it also\n" +
			"says which agents appeared or vanished, and which permissions came through\n" +
			"inheritance.\n\n" +
			"Exit status: 0 no worse than before · 1 findings at or above --fail-on that are\n" +
			"new, more severe, or no longer waived · 2 usage or input error, two tenants · 3 a\n" +
			"snapshot cannot be read · 4 nothing of that, but something is newly unknown.",
		Example: "  ztagent diff yesterday.json today.json\n" +
			"  ztagent diff ./monday ./tuesday.zip --fail-on high\n" +
			"  ztagent diff yesterday.json today.json -f markdown -o changes.md",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return runDiff(cmd, w, &o, args[0], args[1]) },
	}
	flags := cmd.Flags()
	o.judging.register(flags)
	flags.StringVarP(&o.Format, "format", "f", "table", "table, json, markdown")
	flags.StringVarP(&o.Output, "output", "o", "", "write to `FILE` instead of stdout")
	flags.StringVar(&o.FailOn, "fail-on", "low", "exit 1 at regressions of this `severity` or worse: critical, high, medium, low, never")
	flags.StringVar(&o.Unknown, "unknown", "fail", "what newly unknown verdicts do to the exit status: fail (4), warn, ignore")
	flags.StringVar(&o.MinSeverity, "min-severity", "", "show only changes of this `severity` or worse; changes no exit status")
	flags.StringVar(&o.Color, "color", "auto", "auto, always, never")
	flags.IntVar(&o.MaxPerRule, "max-per-rule", 10, "changes of one rule that the table and Markdown list; -1 is all")
	flags.BoolVarP(&o.Quiet, "quiet", "q", false, "print nothing but the comparison and errors")
	completeFrom(cmd, "format", []string{"table", "json", "markdown"})
	completeFrom(cmd, "fail-on", []string{"critical", "high", "medium", "low", "never"})
	completeFrom(cmd, "unknown", []string{"fail", "warn", "ignore"})
	return cmd
}

func runDiff(cmd *cobra.Command, w *world, o *diffOptions, before, after string) error {
	given := givenFlags(cmd, "check", "skip", "waivers", "attestations")
	judging, err := o.judging.prepare(cmd, w)
	if err != nil {
		return err
	}
	gate, err := newGate(o.FailOn, o.Unknown)
	if err != nil {
		return err
	}
	view, err := o.view(w, gate)
	if err != nil {
		return err
	}
	sides, err := openSides(w, before, after)
	defer sides.close()
	if err != nil {
		return err
	}
	if sides[0].snapshot == nil && sides[1].snapshot == nil && len(given) > 0 {
		warn(w, "--"+strings.Join(given, ", --")+": reports are judged already, so this has no effect.")
	}
	d, err := sides.compare(cmd.Context(), w, judging)
	if err != nil {
		return err
	}
	if err := o.write(w, d, view); err != nil {
		return err
	}
	return gate.decideDiff(w, d, o.Quiet)
}

// givenFlags returns those of the named flags that the command line or the
// environment sets.
func givenFlags(cmd *cobra.Command, names ...string) []string {
	return slices.DeleteFunc(names, func(name string) bool { return !cmd.Flags().Changed(name) })
}

// view checks the flags about how the comparison looks.
func (o *diffOptions) view(w *world, g gate) (diffView, error) {
	severity, err := parseSeverity("--min-severity", o.MinSeverity)
	if err != nil {
		return diffView{}, err
	}
	switch o.Color {
	case "auto", "always", "never":
	default:
		return diffView{}, usageError("--color: %q is none of auto, always, never", o.Color)
	}
	switch o.Format {
	case "table", "json", "markdown":
	default:
		return diffView{}, usageError("no format %q%s (there are table, json, markdown)", o.Format,
			audit.DidYouMean(o.Format, []string{"table", "json", "markdown"}))
	}
	return diffView{gate: g, min: severity, limit: o.MaxPerRule, color: w.colour(o.Color), width: w.Width}, nil
}

func (o *diffOptions) write(w *world, d *diff.Diff, view diffView) error {
	if err := appendSummary(w, func(out io.Writer) error { return view.markdown(out, d) }); err != nil {
		return err
	}
	if o.Output == "" || o.Output == "-" {
		out := bufio.NewWriter(w.Out)
		if err := o.render(out, d, view); err != nil {
			return err
		}
		return out.Flush()
	}
	view.color, view.width = false, 0
	return writeFile(o.Output, func(out io.Writer) error { return o.render(out, d, view) })
}

func (o *diffOptions) render(out io.Writer, d *diff.Diff, view diffView) error {
	switch o.Format {
	case "json":
		return report.WriteJSON(out, d)
	case "markdown":
		return view.markdown(out, d)
	}
	return view.table(out, d)
}

// side is what is compared: a report, or a snapshot to be judged.
type side struct {
	path     string
	report   *audit.Report
	snapshot *tenant.Snapshot
}

// twoSides are the older and the newer one.
type twoSides [2]side

func (s *twoSides) close() {
	for i := range s {
		if s[i].snapshot != nil {
			_ = s[i].snapshot.Close()
		}
	}
}

func openSides(w *world, before, after string) (*twoSides, error) {
	sides := &twoSides{}
	if before == "-" && after == "-" {
		return sides, usageError("only one of the two can be read from standard input")
	}
	for i, path := range []string{before, after} {
		var err error
		if sides[i], err = openSide(w, path); err != nil {
			return sides, err
		}
	}
	return sides, nil
}

func openSide(w *world, path string) (s side, err error) {
	s.path = path
	snapshot := false
	if path != "-" {
		if snapshot, err = isSnapshot(path); err != nil {
			return s, err
		}
	}
	if snapshot {
		if s.snapshot, err = openSnapshot(path); err != nil {
			return s, err
		}
		return s, refuseEmpty(s.snapshot)
	}
	s.report, err = readReport(w, path)
	return s, err
}

// isSnapshot tells a snapshot, a directory or an archive of one, from a report
// by its first bytes.
func isSnapshot(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, usageError("cannot read %s: %w", path, cause(err))
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return true, nil
	}
	start := make([]byte, 2)
	n, err := io.ReadFull(f, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false, usageError("cannot read %s: %w", path, cause(err))
	}
	zip, gzip := string(start[:n]) == "PK", string(start[:n]) == "\x1f\x8b"
	return zip || gzip, nil
}

// tenant is what is known of a side's tenant before it is judged.
func (s *side) tenant() audit.TenantInfo {
	if s.snapshot == nil {
		return s.report.Tenant
	}
	return audit.TenantInfo{ID: s.snapshot.TenantID.String(), DisplayName: s.snapshot.DisplayName}
}

// compare judges what was not judged yet, and compares.
func (s *twoSides) compare(ctx context.Context, w *world, j *judging) (*diff.Diff, error) {
	before, after := &s[0], &s[1]
	if err := diff.SameTenant(before.tenant(), after.tenant()); err != nil {
		return nil, inputFailure(err)
	}
	if after.snapshot != nil {
		// Only the newer side decides whether a waiver reaches too far ahead: of
		// an older snapshot every waiver that was written since might.
		if err := j.checkWaivers(after.snapshot); err != nil {
			return nil, err
		}
	}
	for i := range s {
		if err := s[i].judge(ctx, j); err != nil {
			return nil, err
		}
	}
	if after.snapshot != nil {
		for _, warning := range after.report.Warnings {
			warn(w, warning)
		}
	}
	d, err := diff.Compare(before.report, after.report)
	if err != nil {
		return nil, inputFailure(err)
	}
	s.complete(d)
	return d, nil
}

func (s *side) judge(ctx context.Context, j *judging) (err error) {
	if s.snapshot != nil {
		s.report, err = j.run(ctx, s.snapshot, false)
	}
	return err
}

// complete adds to d what two snapshots tell, or says that it cannot.
func (s *twoSides) complete(d *diff.Diff) {
	for i, of := range []*diff.Side{&d.Old, &d.New} {
		of.Path = s[i].path
		if s[i].snapshot != nil {
			of.Source = diff.FromSnapshot
		}
	}
	if s[0].snapshot != nil && s[1].snapshot != nil {
		diff.CompareSnapshots(d, s[0].snapshot, s[1].snapshot)
	}
}
