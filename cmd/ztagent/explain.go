package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/dossier"
	"github.com/ztagent/ztagent/internal/tenant"
	"github.com/ztagent/ztagent/report"
)

// explainOptions are the flags of explain.
type explainOptions struct {
	source  sourceOptions
	judging judgingOptions
	show    showOptions

	Format string
	Output string
}

func newExplain(w *world) *cobra.Command {
	var o explainOptions
	cmd := &cobra.Command{
		Use:   "explain AGENT",
		Short: "Show everything about one agent",
		Long: "Explain prints the dossier of one agent identity, by object id or display name:\n" +
			"who made it and answers for it, its blueprint and credentials, what it may do and\n" +
			"by which way, every Conditional Access policy that does or does not reach it and\n" +
			"why, its risk, what ends when, its kill-switch drills, who falls with it, and\n" +
			"every finding. What was not read is said.",
		Example: "  ztagent explain --demo \"Expense audit agent\"\n" +
			"  ztagent explain --snapshot ./snapshot 71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444 -f json",
		Args: oneArg("an agent's object id or display name"),
		RunE: func(cmd *cobra.Command, args []string) error { return runExplain(cmd, w, &o, args[0]) },
	}
	flags := cmd.Flags()
	o.source.register(cmd)
	o.judging.register(flags)
	flags.StringVarP(&o.Format, "format", "f", "text", "text or json")
	flags.StringVarP(&o.Output, "output", "o", "", "write to `FILE` instead of stdout")
	flags.BoolVar(&o.show.ShowPasses, "show-passes", false, "list the rules that it passes too")
	flags.StringVar(&o.show.Color, "color", "auto", "auto, always, never")
	flags.BoolVar(&o.show.NoProgress, "no-progress", false, "show no progress")
	flags.BoolVarP(&o.show.Quiet, "quiet", "q", false, "print nothing but the dossier and errors")
	flags.BoolVarP(&o.show.Verbose, "verbose", "v", false, "say more about what is done")
	completeFrom(cmd, "format", []string{"text", "json"})
	completeFrom(cmd, "color", []string{"auto", "always", "never"})
	return cmd
}

func runExplain(cmd *cobra.Command, w *world, o *explainOptions, word string) error {
	ctx := cmd.Context()
	if o.Output == "-" {
		o.Output = ""
	}
	write, err := o.writer(w)
	if err != nil {
		return err
	}
	judging, err := o.judging.prepare(cmd, w)
	if err != nil {
		return err
	}
	snapshot, err := o.source.open(ctx, w, nil, &o.show)
	if err != nil {
		return err
	}
	defer snapshot.Close()
	if err := refuseEmpty(snapshot); err != nil {
		return err
	}
	agent, err := findAgent(snapshot, word)
	if err != nil {
		return err
	}
	if err := judging.checkWaivers(snapshot); err != nil {
		return err
	}
	r, err := judging.run(ctx, snapshot, o.show.ShowPasses)
	if err != nil {
		return err
	}
	d := dossier.Of(snapshot, agent, dossier.Options{
		Report: r, Checks: checks.All(), Grace: judging.opts.Config.DrillGrace, FixFor: fixFor,
	})
	return write(d)
}

// writer returns what writes the dossier in the format and to the place that
// were asked for.
func (o *explainOptions) writer(w *world) (func(*dossier.Dossier) error, error) {
	color := false
	switch o.show.Color {
	case "auto", "always", "never":
		color = o.Output == "" && w.colour(o.show.Color)
	default:
		return nil, usageError("--color: %q is none of auto, always, never", o.show.Color)
	}
	var render func(io.Writer, *dossier.Dossier) error
	switch o.Format {
	case "text":
		width := w.Width
		if o.Output != "" {
			width = 0
		}
		render = func(out io.Writer, d *dossier.Dossier) error { return writeDossier(out, d, width, color) }
	case "json":
		render = func(out io.Writer, d *dossier.Dossier) error { return report.WriteJSON(out, d) }
	default:
		return nil, usageError("-f: %q is neither text nor json", o.Format)
	}
	return func(d *dossier.Dossier) error {
		if o.Output != "" {
			return writeFile(o.Output, func(out io.Writer) error { return render(out, d) })
		}
		return render(w.Out, d)
	}, nil
}

// findAgent finds the agent, or says what the word may have meant.
func findAgent(s *tenant.Snapshot, word string) (*tenant.AgentIdentity, error) {
	agent, err := dossier.Find(s, word)
	var ambiguous *dossier.AmbiguousError
	switch {
	case err == nil:
		return agent, nil
	case errors.As(err, &ambiguous):
		return nil, usageError("%w; give the id of one of them:%s", err, candidateLines(ambiguous.Candidates))
	}
	if gap, ok := s.Gap(tenant.DatasetAgentIdentities); ok && s.AgentIdentities.Len() == 0 {
		return nil, cannotRun(fmt.Errorf("%s was not read (%s): %s", gap.Dataset, gap.Status, fixFor(gap)))
	}
	return nil, usageError("%w", err)
}

// candidateLines shows at most as many as fit a screen.
func candidateLines(candidates []dossier.Candidate) string {
	const most = 20
	var b strings.Builder
	for i, c := range candidates {
		if i == most {
			fmt.Fprintf(&b, "\n  and %d more", len(candidates)-most)
			break
		}
		fmt.Fprintf(&b, "\n  %s  %s (%s, blueprint %s)", c.ID, report.Neutral(strings.TrimSpace(c.DisplayName), 40), c.Activity, report.Neutral(c.Blueprint, 40))
	}
	return b.String()
}
