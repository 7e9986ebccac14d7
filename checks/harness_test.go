package checks_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
)

var update = flag.Bool("update", false, "rewrite the verdicts that the cases want")

// TestCases runs every case of every check and compares each verdict.
func TestCases(t *testing.T) {
	for _, check := range checks.All() {
		t.Run(check.ID, func(t *testing.T) {
			file := archiveOf(check.ID)
			if _, err := os.Stat(file); err != nil {
				t.Fatalf("%s has no cases: write %s", check.ID, file)
			}
			a, cases := loadCases(t, file)
			seen := map[string]map[audit.Status]bool{}
			for _, c := range cases {
				t.Run(c.name, func(t *testing.T) { runCase(t, check, &a, c, seen) })
			}
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(a.format()), 0o644))
			}
			demandStatuses(t, check, seen)
		})
	}
}

func runCase(t *testing.T, check audit.Check, a *archive, c *testCase, seen map[string]map[audit.Status]bool) {
	snapshot, err := c.open(nil)
	require.NoError(t, err)
	report := c.run(t, snapshot, []audit.Check{check})
	for _, rule := range report.Checks[0].Rules {
		if seen[rule.ID] == nil {
			seen[rule.ID] = map[audit.Status]bool{}
		}
		seen[rule.ID][rule.Status] = true
		for _, f := range rule.Findings {
			seen[rule.ID][f.Status] = true
		}
		assertWellFormed(t, rule)
	}
	got := wantLines(report)
	if *update {
		a.set(c.name+"/want", got)
		return
	}
	assert.Equal(t, c.want, got, "verdicts of case %s; see why with -v, rewrite with -update", c.name)
	if t.Failed() || testing.Verbose() {
		logReasons(t, report)
	}
}

// demandStatuses holds that every rule was seen to pass, to fail and to be
// unknown; one that asks a person, to ask and to be answered.
func demandStatuses(t *testing.T, check audit.Check, seen map[string]map[audit.Status]bool) {
	for i := range check.Rules {
		rule := &check.Rules[i]
		due := []audit.Status{audit.Pass, audit.Fail, audit.Unknown}
		if rule.Manual {
			due = []audit.Status{audit.Manual, audit.Pass}
		}
		for _, status := range due {
			assert.True(t, seen[audit.FullID(&check, rule)][status],
				"%s: no case in which the rule says %s", rule.ID, status)
		}
	}
}

// assertWellFormed holds what a report may rely on, whatever the rule.
func assertWellFormed(t *testing.T, rule audit.RuleResult) {
	assert.NotContains(t, rule.Reason, "internal error", rule.ID)
	seen := map[string]bool{}
	for _, f := range rule.Findings {
		identity := string(f.Resource.Type) + " " + f.Resource.ID + " " + f.Key
		if f.Resource.ID != "" {
			assert.False(t, seen[identity], "%s reports %s twice", rule.ID, identity)
		}
		seen[identity] = true
		if f.Status == audit.Fail || f.Status == audit.Unknown || f.Status == audit.Manual {
			assert.Regexp(t, `(?s)^\S.*[.?!)]$`, f.Message, "%s: the message about %s is no sentence", rule.ID, identity)
			assert.NotContains(t, f.Message, "%!", "%s: a verb of the message is wrong", rule.ID)
		}
		for _, e := range f.Evidence {
			assert.True(t, e.File != "" || e.Dataset != "", "%s: evidence about %s points nowhere", rule.ID, identity)
		}
	}
}

func logReasons(t *testing.T, report *audit.Report) {
	for _, rule := range report.Checks[0].Rules {
		if rule.Reason != "" {
			t.Logf("%s %s: %s", rule.ID, rule.Status, rule.Reason)
		}
		for _, f := range rule.Findings {
			if f.Message == "" && len(f.Evidence) == 0 {
				continue
			}
			t.Logf("%s %s %s %s: %s", rule.ID, f.Status, resourceWord(f.Resource), f.Key, f.Message)
			for _, e := range f.Evidence {
				t.Logf("    %s:%d %s  observed %s, expected %s", e.File, e.Line, e.Pointer,
					strings.TrimSpace(e.Observed), strings.TrimSpace(e.Expected))
			}
		}
	}
}
