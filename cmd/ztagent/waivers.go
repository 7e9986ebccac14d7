package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/waivers"
	"github.com/ztagent/ztagent/report"
)

func newWaivers(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "waivers",
		Short: "Draft a waiver from a finding, and check waivers and attestations",
		Long: "Waivers new drafts an entry of waivers.yaml from a failing finding of a report.\n" +
			"Waivers check tells whether a file of waivers or attestations is valid, and what in\n" +
			"it no longer counts.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usageError("waivers needs a word: new or check; see '%s --help'", cmd.CommandPath())
		},
	}
	cmd.AddCommand(newWaiversNew(w), newWaiversCheck(w))
	return cmd
}

// waiversNewOptions are the flags of waivers new.
type waiversNewOptions struct {
	Rule        string
	Resource    string
	Fingerprint string
	Expires     string
}

func newWaiversNew(w *world) *cobra.Command {
	var o waiversNewOptions
	cmd := &cobra.Command{
		Use:   "new REPORT.json",
		Short: "Draft a waiver from a failing finding of a report",
		Long: "New prints a waivers file for one failing finding of a JSON report, or of standard\n" +
			"input for \"-\". It is a draft: it counts for nothing until somebody writes down why\n" +
			"the finding is acceptable and who answers for that. A waiver is of a rule and a\n" +
			"resource, so it accepts all findings of the rule on it.",
		Example: "  ztagent audit --demo -f json -o report.json\n" +
			"  ztagent waivers new --rule federated-credentials/certificate --resource \"Procurement pilot\" report.json\n" +
			"  ztagent waivers new --fingerprint 4bec5ff6476d report.json > waivers.yaml",
		Args: oneArg("a JSON report or -"),
		RunE: func(_ *cobra.Command, args []string) error { return runWaiversNew(w, &o, args[0]) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Rule, "rule", "", "the rule's `ID`, as check/rule")
	flags.StringVar(&o.Resource, "resource", "", "the `ID` or display name of the resource; not needed where one alone fails")
	flags.StringVar(&o.Fingerprint, "fingerprint", "", "the finding's `FINGERPRINT`, or its beginning, instead of rule and resource")
	flags.StringVar(&o.Expires, "expires", "90d", "when the waiver ends: a `DATE` as 2027-01-31, or so far ahead as 90d")
	_ = cmd.RegisterFlagCompletionFunc("rule", cobra.FixedCompletions(ruleIDs(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// failing is a finding that a waiver may be about, with its rule.
type failing struct {
	rule string
	audit.Finding
}

func runWaiversNew(w *world, o *waiversNewOptions, name string) error {
	expires, err := o.expiry(w.Now())
	if err != nil {
		return err
	}
	if (o.Fingerprint == "") == (o.Rule == "") {
		return usageError("give either --rule (with --resource) or --fingerprint")
	}
	r, err := readReport(w, name)
	if err != nil {
		return err
	}
	found, err := o.find(r)
	if err != nil {
		return err
	}
	if n := len(found); n > 1 {
		fmt.Fprintf(w.Err, "ztagent: the waiver will accept %d findings of %s on this resource\n", n, printable(found[0].rule))
	}
	if already := found[0].Waiver; already != nil {
		fmt.Fprintln(w.Err, "ztagent: the finding is waived already; the new waiver would follow that one")
	}
	_, err = w.Out.Write(waivers.Draft(found[0].rule, found[0].Finding, expires))
	return err
}

// expiry is the last day of the waiver.
func (o *waiversNewOptions) expiry(now time.Time) (time.Time, error) {
	if day, err := time.Parse(time.DateOnly, o.Expires); err == nil {
		if day.Before(now.UTC().Truncate(24 * time.Hour)) {
			return day, usageError("--expires: %s is over", o.Expires)
		}
		return day, nil
	}
	days, ok := strings.CutSuffix(o.Expires, "d")
	n := 0
	if _, err := fmt.Sscanf(days, "%d", &n); !ok || err != nil || fmt.Sprint(n) != days || n <= 0 || n > 3650 {
		return time.Time{}, usageError("--expires: %q is neither a date such as 2027-01-31 nor so far ahead as 90d", o.Expires)
	}
	return now.UTC().AddDate(0, 0, n), nil
}

// find returns the findings that the waiver would accept: all of one rule on
// one resource.
func (o *waiversNewOptions) find(r *audit.Report) ([]failing, error) {
	var all, found []failing
	for _, f := range failures(r) {
		switch {
		case o.Fingerprint != "":
			if strings.HasPrefix(f.Fingerprint, strings.ToLower(o.Fingerprint)) {
				found = append(found, f)
			}
		case f.rule == o.Rule:
			all = append(all, f)
			if o.Resource == "" || isCalled(f.Resource, o.Resource) {
				found = append(found, f)
			}
		}
	}
	resources := map[string]bool{}
	for _, f := range found {
		resources[f.rule+" "+string(f.Resource.Type)+" "+f.Resource.ID] = true
	}
	switch {
	case len(resources) > 1:
		return nil, usageError("that fits %s; name one by --resource ID:%s", count(len(resources), "resource"), failingLines(found))
	case len(found) == 0 && o.Fingerprint != "":
		return nil, usageError("no failing finding has the fingerprint %q", o.Fingerprint)
	case len(found) == 0:
		return nil, o.notFailing(r, all)
	case found[0].Resource.ID == "":
		return nil, usageError("the resource has no id in the report, so no waiver can name it")
	}
	if o.Fingerprint == "" {
		return found, nil
	}
	return (&waiversNewOptions{Rule: found[0].rule, Resource: found[0].Resource.ID}).find(r)
}

// failures returns what fails in the report, or failed before it was waived.
func failures(r *audit.Report) []failing {
	var all []failing
	for _, c := range r.Checks {
		for _, rule := range c.Rules {
			for _, f := range rule.Findings {
				if f.Status == audit.Fail || f.Status == audit.Waived {
					all = append(all, failing{rule.ID, f})
				}
			}
		}
	}
	return all
}

func isCalled(r audit.ResourceRef, word string) bool {
	return strings.EqualFold(r.ID, word) || strings.EqualFold(strings.TrimSpace(r.DisplayName), strings.TrimSpace(word))
}

// notFailing says why there is nothing to waive.
func (o *waiversNewOptions) notFailing(r *audit.Report, failing []failing) error {
	for _, c := range r.Checks {
		for _, rule := range c.Rules {
			if rule.ID != o.Rule {
				continue
			}
			for _, f := range rule.Findings {
				if isCalled(f.Resource, o.Resource) {
					return usageError("%s is %s for it: only what fails can be waived", o.Rule, f.Status)
				}
			}
			if len(failing) == 0 {
				return usageError("nothing fails %s: it is %s", o.Rule, rule.Status)
			}
			return usageError("%q does not fail %s; these do:%s", o.Resource, o.Rule, failingLines(failing))
		}
	}
	return usageError("the report has no rule %q%s", o.Rule, audit.DidYouMean(o.Rule, ruleIDs()))
}

func failingLines(all []failing) string {
	var b strings.Builder
	for i, f := range all {
		if i == 20 {
			fmt.Fprintf(&b, "\n  and %d more", len(all)-i)
			break
		}
		fmt.Fprintf(&b, "\n  %s  %s", report.Neutral(f.Resource.ID, 0), report.Neutral(f.Resource.DisplayName, 60))
	}
	return b.String()
}
