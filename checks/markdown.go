package checks

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
)

// Markdown writes the reference of every check and rule. Example returns what a
// failure of a rule looks like, by its full id; it may be nil or return "".
func Markdown(w io.Writer, example func(rule string) string) error {
	out := bufio.NewWriter(w)
	all := All()
	fmt.Fprint(out, "# Checks\n\nEvery check and rule, with its exact condition. "+
		"This page is generated from the rules' own metadata.\n\n"+
		"A rule needs the datasets listed under *reads*: without one of them it is unknown, never passed.\n\n")
	fmt.Fprint(out, "| check | line of the note | rules |\n|---|---|---|\n")
	for i := range all {
		c := &all[i]
		fmt.Fprintf(out, "| [`%s`](#%s) | %s | %d |\n", c.ID, c.ID, clauseText(c.Clauses[0]), len(c.Rules))
	}
	for i := range all {
		markdownCheck(out, &all[i], example)
	}
	return out.Flush()
}

func clauseText(c audit.Clause) string {
	if c.Part == audit.Checklist {
		return c.Group + " " + c.Text
	}
	return string(c.Part) + " (" + c.Group + "): " + c.Text
}

func markdownCheck(out io.Writer, c *audit.Check, example func(string) string) {
	fmt.Fprintf(out, "\n## %s\n\n**%s**\n\n", c.ID, c.Title)
	for _, clause := range c.Clauses {
		fmt.Fprintf(out, "- %s\n", clauseText(clause))
	}
	fmt.Fprintf(out, "\n%s\n", c.Rationale)
	for i := range c.Rules {
		markdownRule(out, c, &c.Rules[i], example)
	}
}

func markdownRule(out io.Writer, c *audit.Check, r *audit.Rule, example func(string) string) {
	id := audit.FullID(c, r)
	fmt.Fprintf(out, "\n### %s\n\n%s. Severity **%s**; judges %s.\n\n",
		id, strings.TrimSuffix(r.Title, "."), r.Severity, codeList(r.Resources))
	verb := "Fails when"
	if r.Manual {
		verb = "Asks a person"
	}
	fmt.Fprintf(out, "- %s: %s\n- Reads: %s\n", verb, r.Condition, codeList(r.Needs))
	if len(r.Optional) > 0 {
		fmt.Fprintf(out, "- Reads where it is there: %s\n", codeList(r.Optional))
	}
	for _, gap := range r.ControlGaps {
		fmt.Fprintf(out, "- Fails, too, when `%s` is %s: the control cannot exist then\n", gap.Dataset, codeList(gap.Statuses))
	}
	if len(r.Presence) > 0 {
		fmt.Fprintf(out, "- The condition is that this is there: %s\n", codeList(r.Presence))
	}
	fmt.Fprintf(out, "\n%s\n", strings.TrimSpace(r.Remediation))
	if example != nil {
		if text := example(id); text != "" {
			fmt.Fprintf(out, "\nA failure looks like this:\n\n```text\n%s\n```\n", text)
		}
	}
	for _, ref := range r.References {
		fmt.Fprintf(out, "\n<%s>\n", ref)
	}
}

func codeList[T ~string](words []T) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = "`" + string(w) + "`"
	}
	return strings.Join(quoted, ", ")
}

// Words returns names of any string type as strings.
func Words[T ~string](names []T) []string {
	words := make([]string, len(names))
	for i, name := range names {
		words[i] = string(name)
	}
	return words
}
