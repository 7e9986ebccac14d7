package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/tenant"
)

func newChecks(w *world) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "checks [ID]",
		Short: "List the checks and rules, or explain one",
		Long:  "Checks lists every check and rule. With the id of a check, or of a rule as\ncheck/rule, it prints the full page: clause, rationale, condition, what it reads,\nand what to do about a failure.",
		Example: "  ztagent checks\n" +
			"  ztagent checks kill-switch\n" +
			"  ztagent checks federated-credentials/client-secret",
		Args: cobra.MaximumNArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return audit.IDs(checks.All()), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			out := bufio.NewWriter(w.Out)
			defer out.Flush()
			if format != "text" && format != "markdown" {
				return usageError("-f: %q is neither text nor markdown", format)
			}
			switch {
			case format == "markdown":
				return checks.Markdown(out, nil)
			case len(args) == 0:
				listChecks(out)
				return nil
			}
			return explainCheck(out, args[0])
		},
	}
	cmd.Flags().StringVarP(&format, "format", "f", "text", "text, or markdown for the whole reference (docs/checks.md)")
	return cmd
}

func listChecks(out io.Writer) {
	for _, c := range checks.All() {
		fmt.Fprintf(out, "%s\n  %s: %s\n", c.ID, clauseName(c.Clauses[0]), c.Clauses[0].Text)
		for i := range c.Rules {
			fmt.Fprintf(out, "    %-8s  %s\n", c.Rules[i].Severity, audit.FullID(&c, &c.Rules[i]))
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintln(out, "'ztagent checks ID' explains a check or a rule.")
}

func clauseName(c audit.Clause) string {
	if c.Part == audit.Checklist {
		return c.Group
	}
	return string(c.Part) + ", " + c.Group
}

func explainCheck(out io.Writer, id string) error {
	all := checks.All()
	for i := range all {
		c := &all[i]
		rule := slices.IndexFunc(c.Rules, func(r audit.Rule) bool { return id == audit.FullID(c, &r) })
		if id != c.ID && rule < 0 {
			continue
		}
		printCheck(out, c)
		for k := range c.Rules {
			if rule < 0 || rule == k {
				printRule(out, c, &c.Rules[k])
			}
		}
		return nil
	}
	return usageError("no check or rule %q%s; 'ztagent checks' lists them", id, audit.DidYouMean(id, audit.IDs(all)))
}

func printCheck(out io.Writer, c *audit.Check) {
	fmt.Fprintf(out, "%s: %s\n\n", c.ID, c.Title)
	for _, clause := range c.Clauses {
		fmt.Fprintf(out, "  %s: %s\n", clauseName(clause), clause.Text)
	}
	fmt.Fprintf(out, "\n%s\n", wrapText(c.Rationale, ""))
}

func printRule(out io.Writer, c *audit.Check, r *audit.Rule) {
	fmt.Fprintf(out, "\n%s  [%s]\n%s\n", audit.FullID(c, r), r.Severity, wrapText(r.Title, "  "))
	field := func(name, text string) {
		if text != "" {
			fmt.Fprintf(out, "\n  %s\n%s\n", name, wrapText(text, "    "))
		}
	}
	verb := "Fails when"
	if r.Manual {
		verb = "Asks"
	}
	field(verb, r.Condition)
	field("Reads", strings.Join(checks.Words(r.Needs), ", "))
	field("Reads where it is there", strings.Join(checks.Words(r.Optional), ", "))
	field("Permissions", strings.Join(permissionNames(r.Needs), ", "))
	field("What to do", r.Remediation)
	field("References", strings.Join(r.References, "\n"))
}

// permissionNames returns the least Graph permissions for datasets.
func permissionNames(datasets []tenant.Dataset) []string {
	var names []string
	for _, p := range dataset.LeastPermissions(datasets) {
		names = append(names, p.Name)
	}
	return names
}
