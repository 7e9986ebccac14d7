package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/waivers"
)

// waiversCheckOptions are the flags of waivers check.
type waiversCheckOptions struct {
	source  sourceOptions
	judging judgingOptions
	show    showOptions
}

func newWaiversCheck(w *world) *cobra.Command {
	var o waiversCheckOptions
	cmd := &cobra.Command{
		Use:   "check FILE",
		Short: "Tell whether a file of waivers or attestations is valid",
		Long: "Check reads a file of waivers or of attestations and prints what is wrong with it:\n" +
			"entries that have expired, name no rule, last too long or stand there twice. With a\n" +
			"snapshot, the demo or a live tenant it also finds entries that do nothing there.\n\n" +
			"Exit status: 0 all of it counts · 1 something no longer does · 2 the file cannot be\n" +
			"read as what it should be.",
		Example: "  ztagent waivers check waivers.yaml\n" +
			"  ztagent waivers check attestations.yaml --snapshot ./snapshot",
		Args: oneArg("a file of waivers or attestations"),
		RunE: func(cmd *cobra.Command, args []string) error { return runWaiversCheck(cmd, w, &o, args[0]) },
	}
	flags := cmd.Flags()
	o.source.register(cmd)
	flags.StringVar(&o.judging.Config, "config", "", "configuration `FILE` instead of the ztagent.yaml that is found")
	flags.BoolVar(&o.show.NoProgress, "no-progress", false, "show no progress")
	flags.BoolVarP(&o.show.Quiet, "quiet", "q", false, "print nothing but what is wrong")
	return cmd
}

// decision is one entry of either file, as far as it is checked alike.
type decision struct {
	line    int
	rule    string
	about   string // resource or scopes
	expires time.Time
	noun    string
}

func runWaiversCheck(cmd *cobra.Command, w *world, o *waiversCheckOptions, name string) error {
	list, err := o.read(name)
	if err != nil {
		return err
	}
	cfg, err := o.judging.configuration(w)
	if err != nil {
		return err
	}
	now := w.Now()
	var unused []string
	if o.source.Snapshot != "" || o.source.Demo || o.source.live.wanted(w) {
		if now, unused, err = o.judge(cmd.Context(), cmd, w); err != nil {
			return err
		}
	}
	var faults []string
	seen := map[string]int{}
	for _, d := range list {
		faults = append(faults, d.faults(name, now, cfg.Audit.WaiverMaxLifetime, seen)...)
	}
	faults = append(faults, unused...)
	for _, fault := range faults {
		fmt.Fprintln(w.Out, printable(fault))
	}
	if !o.show.Quiet {
		fmt.Fprintf(w.Err, "ztagent: %s: %s, %s\n", printable(name), entries(len(list)), count(len(faults), "fault"))
	}
	if len(faults) > 0 {
		return &exitError{code: exitFindings}
	}
	return nil
}

func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}

// read reads the file as what it is, and tells judging about it.
func (o *waiversCheckOptions) read(name string) ([]decision, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, usageError("cannot read %s: %w", name, cause(err))
	}
	var list []decision
	if waivers.IsAttestations(data) {
		o.judging.Attestations = name
		all, err := waivers.LoadAttestations(name)
		if err != nil {
			return nil, inputFailure(err)
		}
		for _, a := range all {
			list = append(list, decision{a.Line, a.Rule, strings.Join(a.Scope, ", "), a.Expires, "attestation"})
		}
		return list, nil
	}
	o.judging.Waivers = name
	all, err := waivers.Parse(name, data)
	if err != nil {
		return nil, inputFailure(err)
	}
	for _, x := range all.List {
		list = append(list, decision{x.Line, x.Rule, x.Resource, x.Expires, "waiver"})
	}
	return list, nil
}

// judge audits the tenant and returns which entries do nothing there. Expired
// entries are told from the file alone.
func (o *waiversCheckOptions) judge(ctx context.Context, cmd *cobra.Command, w *world) (now time.Time, unused []string, err error) {
	j, err := o.judging.prepare(cmd, w)
	if err != nil {
		return now, nil, err
	}
	snapshot, err := o.source.open(ctx, w, nil, &o.show)
	if err != nil {
		return now, nil, err
	}
	defer snapshot.Close()
	r, err := j.run(ctx, snapshot, false)
	if err != nil {
		return now, nil, err
	}
	for _, warning := range r.Warnings {
		ours := strings.HasPrefix(warning, "The waiver of ") || strings.HasPrefix(warning, "The attestation of ")
		if ours && (strings.HasSuffix(warning, "matches no failing finding.") || strings.HasSuffix(warning, "answers no question.")) {
			unused = append(unused, warning)
		}
	}
	return snapshot.TakenAt, unused, nil
}

// faults are what is wrong with one entry; seen holds the lines of those before.
func (d *decision) faults(name string, now time.Time, longest time.Duration, seen map[string]int) []string {
	var all []string
	add := func(format string, args ...any) {
		all = append(all, fmt.Sprintf("%s:%d: the %s of %s for %s ", name, d.line, d.noun, d.rule, d.about)+fmt.Sprintf(format, args...))
	}
	if rules := ruleIDs(); !slices.Contains(rules, d.rule) {
		add("names no rule%s", audit.DidYouMean(d.rule, rules))
	}
	long := audit.Waiver{Expires: d.expires}
	switch {
	case !d.expires.After(now):
		add("expired on %s", d.expires.UTC().Format(time.DateOnly))
	case d.noun == "waiver" && long.TooLong(now, longest):
		add("ends more than %d days ahead", longest/(24*time.Hour))
	}
	key := strings.ToLower(d.rule + "\x00" + d.about)
	if before := seen[key]; before > 0 {
		add("stands there twice, first on line %d", before)
	} else {
		seen[key] = d.line
	}
	return all
}

func ruleIDs() []string {
	return slices.DeleteFunc(audit.IDs(checks.All()), func(id string) bool { return !strings.Contains(id, "/") })
}
