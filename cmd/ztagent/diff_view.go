package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/diff"
	"github.com/ztagent/ztagent/report"
)

// diffView is how a comparison is shown. Every text of it passes through short
// or long, because a tenant controls its names.
type diffView struct {
	gate  gate
	min   audit.Severity
	limit int
	color bool
	width int
}

const maxText = 600

func short(s string) string { return report.Neutral(s, 60) }
func long(s string) string  { return report.Neutral(s, maxText) }

// diffSection is what the reader is told about one kind of change.
type diffSection struct {
	kind  diff.Kind
	title string
	// listed: every resource with its message; otherwise only names.
	listed bool
}

// diffSections are those that list resources; what still fails is summed up.
func diffSections() []diffSection {
	return []diffSection{
		{diff.New, "New failing findings", true},
		{diff.Worse, "More severe than before", true},
		{diff.WaiverExpired, "No longer waived", true},
		{diff.NewlyUnknown, "Newly unknown", true},
		{diff.Undecided, "Failed before, and cannot be told now", true},
		{diff.NewlyWaived, "Newly waived", false},
		{diff.NewlyManual, "Newly for a person to answer", false},
		{diff.Settled, "No longer unknown", false},
		{diff.Fixed, "Fixed", false},
	}
}

// ruleChanges are the changes of one kind under one rule.
type ruleChanges struct {
	rule, title string
	severity    audit.Severity // the worst
	changes     []diff.Change
}

// byRule groups the changes of a kind that are shown, in their order.
func (v diffView) byRule(d *diff.Diff, kind diff.Kind) []*ruleChanges {
	var groups []*ruleChanges
	known := map[string]*ruleChanges{}
	for _, c := range d.Of(kind) {
		if v.min != "" && !c.Severity.AtLeast(v.min) {
			continue
		}
		g := known[c.Rule]
		if g == nil {
			g = &ruleChanges{rule: short(c.Rule), title: long(c.Title), severity: c.Severity}
			known[c.Rule] = g
			groups = append(groups, g)
		}
		g.changes = append(g.changes, c)
	}
	return groups
}

// oldest is the day on which the first of the changes is known to have failed.
func (g *ruleChanges) oldest() string {
	oldest := ""
	for i := range g.changes {
		if since := g.changes[i].FailingSince; oldest == "" || since < oldest {
			oldest = since
		}
	}
	return oldest[:min(len(oldest), len(time.DateOnly))]
}

// shown returns as many of the changes as are listed, and how many are not.
func (v diffView) shown(changes []diff.Change) ([]diff.Change, int) {
	n := len(changes)
	switch {
	case v.limit == 0:
		n = min(n, 10)
	case v.limit > 0:
		n = min(n, v.limit)
	}
	return changes[:n], len(changes) - n
}

// changeName names the resource of a change, or says that it is all of the rule.
func changeName(c *diff.Change) string {
	switch {
	case c.Resource == nil:
		return "the whole rule"
	case c.Resource.Type == "tenant":
		return "the tenant"
	case strings.TrimSpace(c.Resource.DisplayName) != "":
		return short(c.Resource.DisplayName)
	}
	return short(string(c.Resource.Type) + " " + c.Resource.ID)
}

// changeNote is what a reader must know of a change besides its message, or "".
func changeNote(c *diff.Change) string {
	if c.Gone {
		return "the agent is gone"
	}
	switch c.Kind {
	case diff.New:
		switch c.Was {
		case diff.NotJudged:
			return "not judged before"
		case "unknown", "manual":
			return string(c.Was) + " before"
		}
	case diff.Worse:
		return string(c.OldSeverity) + " before"
	case diff.WaiverExpired:
		if c.Waiver != nil {
			return "waived until " + short(c.Waiver.Expires)
		}
	case diff.NewlyUnknown:
		if c.Was != diff.NotListed {
			return stateWord(c.Was) + " before"
		}
	case diff.Fixed:
		if c.Was == "waived" {
			return "waived before"
		}
	case diff.NewlyWaived:
		if c.Waiver != nil {
			return "until " + short(c.Waiver.Expires)
		}
	}
	return ""
}

func stateWord(s diff.State) string {
	switch s {
	case diff.NotJudged:
		return "not judged"
	case "fail":
		return "failing"
	case "pass":
		return "passing"
	case "notApplicable":
		return "not applicable"
	}
	return short(string(s))
}

// numbers are the sums of a comparison, those that are not zero.
func diffNumbers(d *diff.Diff) []string {
	s := d.Summary
	var parts []string
	for _, n := range []struct {
		n    int
		what string
	}{
		{s.New, "new"},
		{s.Worse, "more severe"},
		{s.WaiverExpired, "no longer waived"},
		{s.NewlyUnknown, "newly unknown"},
		{s.Undecided, "undecided"},
		{s.StillFailing, "still failing"},
		{s.StillUnknown, "still unknown"},
		{s.NewlyWaived, "newly waived"},
		{s.StillWaived, "still waived"},
		{s.NewlyManual, "newly manual"},
		{s.Settled, "settled"},
		{s.Fixed, "fixed"},
	} {
		if n.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n.n, n.what))
		}
	}
	if len(parts) == 0 {
		return []string{"nothing changed"}
	}
	return parts
}

// limits are what the comparison could not see.
func diffLimits(d *diff.Diff) []string {
	var notes []string
	if d.Agents == nil {
		notes = append(notes, "Agents and inherited permissions were not compared: a report holds findings only. Two snapshots show them.")
	} else {
		for _, why := range append(append([]string{}, d.Agents.NotCompared...), d.Inherited.NotCompared...) {
			notes = append(notes, "Not compared: "+long(why)+".")
		}
	}
	for _, side := range []struct {
		rules []string
		where string
	}{{d.RulesOnlyInOld, "older"}, {d.RulesOnlyInNew, "newer"}} {
		if n := len(side.rules); n > 0 {
			names := long(strings.Join(side.rules[:min(n, 5)], ", "))
			if n > 5 {
				names += fmt.Sprintf(" and %d more", n-5)
			}
			notes = append(notes, fmt.Sprintf("%s judged on the %s side only: %s.", count(n, "rule"), side.where, names))
		}
	}
	for _, warning := range d.Warnings {
		notes = append(notes, long(warning))
	}
	return notes
}

func agentLabel(a diff.Agent) string {
	name := short(a.DisplayName)
	if strings.TrimSpace(name) == "" {
		name = short(string(a.Type) + " " + a.ID)
	}
	if a.Type != "agentIdentity" {
		name += " (" + short(string(a.Type)) + ")"
	}
	return name
}

// inheritedLabel says what came, and from where.
func inheritedLabel(x *diff.Inherited) string {
	principal := x.Principal.DisplayName
	if principal == "" {
		principal = x.Principal.ID
	}
	return fmt.Sprintf("%s of %s (%s), from %s", short(x.Permission), short(x.API), short(x.Kind), short(principal))
}

// names lists agents, as many as are shown.
func (v diffView) names(agents []diff.Agent) string {
	n := len(agents)
	if v.limit >= 0 {
		n = min(n, max(v.limit, 1))
	}
	var list []string
	for _, a := range agents[:n] {
		list = append(list, agentLabel(a))
	}
	text := strings.Join(list, ", ")
	if rest := len(agents) - n; rest > 0 {
		text += fmt.Sprintf(" and %d more", rest)
	}
	return text
}
