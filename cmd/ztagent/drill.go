package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/drillplan"
	"github.com/ztagent/ztagent/internal/tenant"
	"github.com/ztagent/ztagent/report"
)

func newDrill(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "drill",
		Short: "Plan a drill of the kill switch, and prove it from the logs",
		Long: "Drill plan prints the exact requests that stop an agent, or all agents of a\n" +
			"blueprint, and start them again: it sends nothing, you do. Drill verify then reads\n" +
			"from the logs what happened, and keeps a record that an audit accepts when the\n" +
			"logs are gone.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usageError("drill needs a word: plan or verify; see '%s --help'", cmd.CommandPath())
		},
	}
	cmd.AddCommand(newDrillPlan(w), newDrillVerify(w))
	return cmd
}

// drillOptions are what both commands share.
type drillOptions struct {
	source sourceOptions
	config judgingOptions
	show   showOptions
	Format string
}

func drillFormats() []string { return []string{"text", "json", "markdown"} }

func (o *drillOptions) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	o.source.register(cmd)
	flags.StringVarP(&o.Format, "format", "f", "text", strings.Join(drillFormats(), ", "))
	flags.StringVar(&o.config.Config, "config", "", "configuration `FILE` instead of the ztagent.yaml that is found")
	flags.BoolVar(&o.show.NoProgress, "no-progress", false, "show no progress")
	flags.BoolVarP(&o.show.Quiet, "quiet", "q", false, "print nothing but the result and errors")
	flags.BoolVarP(&o.show.Verbose, "verbose", "v", false, "say more about what is done")
	completeFrom(cmd, "format", drillFormats())
}

func (o *drillOptions) checkFormat() error {
	for _, f := range drillFormats() {
		if o.Format == f {
			return nil
		}
	}
	return usageError("-f: no format %q%s (there are %s)", o.Format,
		audit.DidYouMean(o.Format, drillFormats()), strings.Join(drillFormats(), ", "))
}

// grace is the life of tokens issued before a disable, as audit takes it.
func (o *drillOptions) grace(w *world) (time.Duration, error) {
	cfg, err := o.config.configuration(w)
	if err != nil {
		return 0, err
	}
	return cfg.Audit.DrillGrace, nil
}

// render writes a value as JSON, or the sheet about it.
func (o *drillOptions) render(out io.Writer, columns int, value any, s *sheet) error {
	switch o.Format {
	case "json":
		return report.WriteJSON(out, value)
	case "markdown":
		return s.writeMarkdown(out)
	}
	return s.writeText(out, columns)
}

// findTarget finds what to drill, or says what the word may have meant.
func findTarget(s *tenant.Snapshot, word string) (*drillplan.Target, error) {
	target, err := drillplan.Find(s, word)
	var ambiguous *drillplan.AmbiguousError
	var missing *drillplan.NotFoundError
	switch {
	case errors.As(err, &ambiguous):
		return nil, usageError("%w:%s", err, objectLines(ambiguous.Candidates))
	case errors.As(err, &missing) && len(missing.Near) > 0:
		return nil, usageError("%w; similar names:%s", err, objectLines(missing.Near))
	case errors.As(err, &missing):
		return nil, usageError("%w%s", err, audit.DidYouMean(word, missing.Names))
	}
	return target, err
}

// objectLines lists at most as many as fit a screen.
func objectLines(objects []drillplan.Object) string {
	const most = 20
	var b strings.Builder
	for i, o := range objects {
		if i == most {
			fmt.Fprintf(&b, "\n  and %d more", len(objects)-most)
			break
		}
		fmt.Fprintf(&b, "\n  %s  %s (%s)", report.Neutral(o.ID, 0), report.Neutral(o.DisplayName, 60), typeName(o.Type))
	}
	return b.String()
}

// typeName is the word for a type that a reader knows.
func typeName(t tenant.ResourceType) string {
	switch t {
	case tenant.TypeAgentIdentity:
		return "agent identity"
	case tenant.TypeAgentIdentityBlueprint:
		return "blueprint"
	case tenant.TypeAgentIdentityBlueprintPrincipal:
		return "blueprint principal"
	case tenant.TypeAgentUser:
		return "agent user"
	}
	return "unknown object"
}

// titled is an object with its name, or its id where it has none.
func titled(o drillplan.Object) string {
	if strings.TrimSpace(o.DisplayName) == "" {
		return typeName(o.Type) + " " + o.ID
	}
	return typeName(o.Type) + ` "` + o.DisplayName + `"`
}

func tenantName(t drillplan.Tenant) string {
	if t.DisplayName != "" {
		return t.DisplayName
	}
	return "tenant " + t.ID
}
