package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/report"
)

// showOptions are the flags about how a report looks.
type showOptions struct {
	MinSeverity  string
	ShowPasses   bool
	Color        string
	SARIFProfile string
	MaxPerRule   int
	Summary      bool
	BOM          bool
	NoProgress   bool
	Quiet        bool
	Verbose      bool
}

func (o *showOptions) register(flags *pflag.FlagSet) {
	flags.StringVar(&o.MinSeverity, "min-severity", "", "show only findings of this `severity` or worse; changes no verdict and no exit status")
	flags.BoolVar(&o.ShowPasses, "show-passes", false, "list passing resources too")
	flags.StringVar(&o.Color, "color", "auto", "auto, always, never")
	flags.StringVar(&o.SARIFProfile, "sarif-profile", report.SARIFGitHub, "github (failing findings only) or full")
	flags.IntVar(&o.MaxPerRule, "max-per-rule", 10, "findings of one rule that the table and Markdown list; -1 is all")
	flags.BoolVar(&o.Summary, "summary", false, "the table on one page: the overview and the most severe rules that fail")
	flags.BoolVar(&o.BOM, "csv-bom", false, "start CSV with a byte order mark, for spreadsheets")
	flags.BoolVar(&o.NoProgress, "no-progress", false, "show no progress")
	flags.BoolVarP(&o.Quiet, "quiet", "q", false, "print nothing but the report and errors")
	flags.BoolVarP(&o.Verbose, "verbose", "v", false, "say more about what is done")
}

func (o *showOptions) reportOptions(w *world) (report.Options, error) {
	severity, err := parseSeverity("--min-severity", o.MinSeverity)
	if err != nil {
		return report.Options{}, err
	}
	switch o.Color {
	case "auto", "always", "never":
	default:
		return report.Options{}, usageError("--color: %q is none of auto, always, never", o.Color)
	}
	switch o.SARIFProfile {
	case report.SARIFGitHub, report.SARIFFull:
	default:
		return report.Options{}, usageError("--sarif-profile: %q is none of github, full", o.SARIFProfile)
	}
	return report.Options{
		Width: w.Width, Color: w.colour(o.Color), MaxPerRule: o.MaxPerRule, Page: o.Summary,
		MinSeverity: severity, ShowPasses: o.ShowPasses,
		SARIFProfile: o.SARIFProfile, BOM: o.BOM,
	}, nil
}

// asksForNothing is true where no flag says how long the table is to be: then
// the demo is a page.
func (o *showOptions) asksForNothing(flags *pflag.FlagSet) bool {
	return !flags.Changed("summary") && !flags.Changed("max-per-rule") && !flags.Changed("show-passes")
}

// appendStepSummary adds the Markdown report to the job summary of GitHub
// Actions, where there is one.
func appendStepSummary(w *world, r *audit.Report, opts report.Options) error {
	return appendSummary(w, func(out io.Writer) error { return report.Markdown(out, r, opts) })
}

func appendSummary(w *world, write func(io.Writer) error) error {
	name := w.env("GITHUB_STEP_SUMMARY")
	if name == "" {
		return nil
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("the job summary: %w", err)
	}
	if err := write(f); err != nil {
		_ = f.Close()
		return fmt.Errorf("the job summary: %w", err)
	}
	return f.Close()
}

func completeFrom(cmd *cobra.Command, flag string, words []string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}
