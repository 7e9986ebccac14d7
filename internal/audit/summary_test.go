package audit_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ztagent/ztagent/internal/audit"
)

func TestSummaryFollowsTheNote(t *testing.T) {
	line := func(part audit.Part, group, text string) audit.Clause {
		return audit.Clause{Part: part, Group: group, Text: text}
	}
	l1 := line(audit.Checklist, "L1", "first")
	l2 := line(audit.Checklist, "L2", "second")
	p1, p2 := line(audit.Pillar, "identity", "who"), line(audit.Pillar, "data", "what")
	c1, c2 := line(audit.Control, "verify", "one"), line(audit.Control, "verify", "two")

	bad := check("bad", rule("r", audit.High, fail))
	bad.Clauses = []audit.Clause{l2, c2, p2}
	good := check("good", rule("r", audit.High, pass))
	good.Clauses = []audit.Clause{l1, c1, p2}
	s := snapshot(t, "", map[string]string{"agentIdentities": twoActive})
	note := []audit.Clause{l1, l2, p1, p2, c1, c2}
	report := run(t, s, audit.Options{Note: note}, bad, good)

	one := func(status audit.Status) audit.Counts {
		if status == audit.Fail {
			return audit.Counts{Evaluated: 1, Fail: 1}
		}
		return audit.Counts{Evaluated: 1, Pass: 1}
	}
	both := audit.Counts{Evaluated: 2, Pass: 1, Fail: 1}
	lineOf := func(text string, status audit.Status, checks ...string) audit.LineResult {
		counts := one(status)
		if len(checks) == 2 {
			counts = both
		}
		return audit.LineResult{Text: text, Status: status, Counts: counts, Checks: checks}
	}
	want := []audit.PartResult{
		{
			Part: audit.Checklist, Group: "L1", Status: audit.Pass, Counts: one(audit.Pass),
			Lines: []audit.LineResult{lineOf("first", audit.Pass, "good")},
		},
		{
			Part: audit.Checklist, Group: "L2", Status: audit.Fail, Counts: one(audit.Fail),
			Lines: []audit.LineResult{lineOf("second", audit.Fail, "bad")},
		},
		{
			Part: audit.Pillar, Group: "data", Status: audit.Fail, Counts: both,
			Lines: []audit.LineResult{lineOf("what", audit.Fail, "bad", "good")},
		},
		{
			Part: audit.Control, Group: "verify", Status: audit.Fail, Counts: both,
			Lines: []audit.LineResult{lineOf("one", audit.Pass, "good"), lineOf("two", audit.Fail, "bad")},
		},
	}
	assert.Equal(t, want, report.Summary.Parts, "identity has no check and is left out")
	assert.Equal(t, "second", report.Checks[0].Clause)

	withoutNote := run(t, s, audit.Options{}, bad, good).Summary.Parts
	assert.Len(t, withoutNote, 4)
	assert.Equal(t, "L2", withoutNote[0].Group, "without the note, as the checks cite it")
}
