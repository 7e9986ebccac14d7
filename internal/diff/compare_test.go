package diff

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// newReport makes a report of rules, each written as its id, severity and
// findings: "a/b high: fail x, unknown y, waived z#key". A rule that was not
// judged has "?" for findings, and one with unlisted unknowns "…".
func newReport(t *testing.T, takenAt string, rules ...string) *audit.Report {
	t.Helper()
	r := &audit.Report{
		Tool: audit.Tool{Name: "ztagent", Version: "1.0.0"}, TakenAt: takenAt,
		Tenant: audit.TenantInfo{ID: "11111111-1111-1111-1111-111111111111", DisplayName: "Contoso", Cloud: "public"},
	}
	for _, text := range rules {
		head, findings, _ := strings.Cut(text, ":")
		id, severity, _ := strings.Cut(head, " ")
		check, _, _ := strings.Cut(id, "/")
		rule := audit.RuleResult{ID: id, Title: "Title of " + id, Severity: audit.Severity(severity)}
		switch strings.TrimSpace(findings) {
		case "?":
			rule.Status, rule.Reason = audit.Unknown, "signIns was not read."
		case "…":
			rule.Counts = audit.Counts{Evaluated: 1, Unknown: 1}
		case "":
			rule.Status, rule.Counts = audit.Pass, audit.Counts{Evaluated: 1, Pass: 1}
		default:
			for word := range strings.SplitSeq(findings, ",") {
				rule.Findings = append(rule.Findings, newFinding(t, id, severity, strings.TrimSpace(word)))
			}
			rule.Counts = audit.Counts{Evaluated: len(rule.Findings)}
			rule.Status = audit.Fail
		}
		r.Checks = append(r.Checks, audit.CheckResult{ID: check, Rules: []audit.RuleResult{rule}})
	}
	return r
}

// newFinding reads "fail x", "fail x#key", "fail x !critical", "fail x @dataset".
func newFinding(t *testing.T, rule, severity, text string) audit.Finding {
	t.Helper()
	words := strings.Fields(text)
	id, key, _ := strings.Cut(words[1], "#")
	f := audit.Finding{
		Severity: audit.Severity(severity), Key: key, Message: "Message of " + words[1] + ".",
		Resource: audit.ResourceRef{Type: tenant.TypeAgentIdentity, ID: id, DisplayName: "Agent " + id},
	}
	require.NoError(t, f.Status.UnmarshalText([]byte(words[0])))
	for _, word := range words[2:] {
		switch word[0] {
		case '!':
			f.Severity = audit.Severity(word[1:])
		case '@':
			f.Evidence = append(f.Evidence, audit.EvidenceRef{Dataset: tenant.Dataset(word[1:])})
		}
	}
	if f.Status == audit.Waived {
		f.Waiver = &audit.AppliedWaiver{Reason: "known", Owner: "ops", Expires: "2026-11-22"}
	}
	f.Fingerprint = audit.Fingerprint(rule, id, key)
	return f
}

const (
	monday  = "2026-11-23T08:00:00Z"
	tuesday = "2026-11-24T08:00:00Z"
)

// told is a comparison in short: "new a/b x#key notListed>fail".
func told(d *Diff) []string {
	var lines []string
	for i := range d.Changes {
		c := &d.Changes[i]
		what := "*"
		if c.Resource != nil {
			what = c.Resource.ID
		}
		if c.Key != "" {
			what += "#" + c.Key
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %s>%s", c.Kind, c.Rule, what, c.Was, c.Is))
	}
	return lines
}

func compare(t *testing.T, before, after *audit.Report) *Diff {
	t.Helper()
	d, err := Compare(before, after)
	require.NoError(t, err)
	return d
}

func TestWhatBecomesOfAFinding(t *testing.T) {
	for name, c := range map[string]struct {
		old, now string
		want     []string
	}{
		"nothing":                  {"a/r high:", "a/r high:", nil},
		"appears":                  {"a/r high:", "a/r high: fail x", []string{"new a/r x notListed>fail"}},
		"stays":                    {"a/r high: fail x", "a/r high: fail x", []string{"stillFailing a/r x fail>fail"}},
		"goes":                     {"a/r high: fail x", "a/r high:", []string{"fixed a/r x fail>notListed"}},
		"passes":                   {"a/r high: fail x", "a/r high: pass x", []string{"fixed a/r x fail>pass"}},
		"passed before":            {"a/r high: pass x", "a/r high: fail x", []string{"new a/r x pass>fail"}},
		"another key":              {"a/r high: fail x#1", "a/r high: fail x#2", []string{"new a/r x#2 notListed>fail", "fixed a/r x#1 fail>notListed"}},
		"ids compare without case": {"a/r high: fail AB", "a/r high: fail ab", []string{"stillFailing a/r ab fail>fail"}},
		"gets worse":               {"a/r high: fail x !medium", "a/r high: fail x", []string{"worse a/r x fail>fail"}},
		"gets better":              {"a/r high: fail x !critical", "a/r high: fail x", []string{"stillFailing a/r x fail>fail"}},
		"waiver ends":              {"a/r high: waived x", "a/r high: fail x", []string{"waiverExpired a/r x waived>fail"}},
		"is waived":                {"a/r high: fail x", "a/r high: waived x", []string{"newlyWaived a/r x fail>waived"}},
		"appears waived":           {"a/r high:", "a/r high: waived x", []string{"newlyWaived a/r x notListed>waived"}},
		"stays waived":             {"a/r high: waived x", "a/r high: waived x", nil},
		"goes while waived":        {"a/r high: waived x", "a/r high:", []string{"fixed a/r x waived>notListed"}},
		"turns unknown":            {"a/r high: fail x", "a/r high: unknown x", []string{"newlyUnknown a/r x fail>unknown"}},
		"is unknown":               {"a/r high:", "a/r high: unknown x", []string{"newlyUnknown a/r x notListed>unknown"}},
		"stays unknown":            {"a/r high: unknown x", "a/r high: unknown x", nil},
		"unknown, then fails":      {"a/r high: unknown x", "a/r high: fail x", []string{"new a/r x unknown>fail"}},
		"unknown, then fails under a key": {
			"a/r high: unknown x", "a/r high: fail x#1",
			[]string{"new a/r x#1 unknown>fail", "settled a/r x unknown>notListed"},
		},
		"unknown, then passes":  {"a/r high: unknown x", "a/r high:", []string{"settled a/r x unknown>notListed"}},
		"manual, then answered": {"a/r high: manual x", "a/r high: pass x", []string{"settled a/r x manual>pass"}},
		"attestation ends":      {"a/r high: pass x", "a/r high: manual x", []string{"newlyManual a/r x pass>manual"}},
		"failed, now manual":    {"a/r high: fail x", "a/r high: manual x", []string{"undecided a/r x fail>manual"}},

		// What cannot be told is never fixed.
		"a key under an unknown resource": {
			"a/r high: fail x#1, fail y#1", "a/r high: unknown x",
			[]string{"newlyUnknown a/r x notListed>unknown", "undecided a/r x#1 fail>unknown", "fixed a/r y#1 fail>notListed"},
		},
		"unlisted unknowns": {"a/r high: fail x", "a/r high: …", []string{"undecided a/r x fail>unknown"}},
		"a rule that cannot be judged": {
			"a/r high: fail x, waived y", "a/r high: ?",
			[]string{"newlyUnknown a/r * fail>unknown", "undecided a/r x fail>unknown"},
		},
		"a rule that is left out":     {"a/r high: fail x", "a/other high:", []string{"undecided a/r x fail>notJudged"}},
		"a rule that stays unknown":   {"a/r high: ?", "a/r high: ?", nil},
		"a rule that is judged again": {"a/r high: ?", "a/r high:", []string{"settled a/r * unknown>pass"}},
		"a rule that is judged again and fails": {
			"a/r high: ?", "a/r high: fail x",
			[]string{"new a/r x unknown>fail", "settled a/r * unknown>fail"},
		},
		"a rule that is new": {
			"a/other high:", "a/r high: fail x, unknown y, manual z",
			[]string{"new a/r x notJudged>fail", "newlyUnknown a/r y notJudged>unknown", "newlyManual a/r z notJudged>manual"},
		},
		"a new rule that cannot be judged": {"a/other high:", "a/r high: ?", []string{"newlyUnknown a/r * notJudged>unknown"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := compare(t, newReport(t, monday, c.old), newReport(t, tuesday, c.now))
			assert.Equal(t, c.want, told(d))
		})
	}
}

// TestEvidenceThatIsGone: a finding whose evidence was not read is not fixed,
// even where the rule could do without it.
func TestEvidenceThatIsGone(t *testing.T) {
	old := newReport(t, monday, "a/r high: fail x @agentInstances")
	now := newReport(t, tuesday, "a/r high:")
	assert.Equal(t, []string{"fixed a/r x fail>notListed"}, told(compare(t, old, now)))
	now.Gaps = []audit.ReportGap{{Dataset: tenant.DatasetAgentInstances, Status: tenant.GapAbsent}}
	assert.Equal(t, []string{"undecided a/r x fail>unknown"}, told(compare(t, old, now)))
	now = newReport(t, tuesday, "a/r high: pass x")
	now.Gaps = []audit.ReportGap{{Dataset: tenant.DatasetAgentInstances, Status: tenant.GapTruncated}}
	assert.Equal(t, []string{"fixed a/r x fail>pass"}, told(compare(t, old, now)), "a pass says so itself")
}

func TestRegressionsAtAThreshold(t *testing.T) {
	old := newReport(t, monday, "a/h high: fail still, waived w", "a/m medium: fail s !low", "a/i info:", "a/u low:", "a/iu info:")
	now := newReport(t, tuesday, "a/h high: fail still, fail new, fail w", "a/m medium: fail s", "a/i info: fail n", "a/u low: ?", "a/iu info: ?")
	d := compare(t, old, now)
	for threshold, want := range map[audit.Severity]int{
		audit.Critical: 0, audit.High: 2, audit.Medium: 3, audit.Low: 3, "": 0,
	} {
		failing, unknown := d.Regressions(threshold)
		assert.Equal(t, want, failing, "%q", threshold)
		assert.Equal(t, 1, unknown, "of severity info none counts")
	}
	assert.Equal(t, Summary{New: 2, Worse: 1, WaiverExpired: 1, NewlyUnknown: 2, StillFailing: 1}, d.Summary)
}

func TestOneReportIsNoWorseThanItself(t *testing.T) {
	r := newReport(t, monday, "a/r high: fail x, unknown y, waived z, manual m, pass p", "a/s low: ?")
	d := compare(t, r, r)
	assert.Equal(t, []string{"stillFailing a/r x fail>fail"}, told(d))
	failing, unknown := d.Regressions(audit.Low)
	assert.Zero(t, failing+unknown)
	assert.Empty(t, d.Warnings)
}

// TestOrderNeverMatters: findings and rules in any order give the same
// comparison, also of objects that lost their ids.
func TestOrderNeverMatters(t *testing.T) {
	old := newReport(t, monday, "a/r high: fail x, fail y#1, fail y#2, unknown z", "a/s low: fail #1, fail #1, unknown #1")
	now := newReport(t, tuesday, "a/r high: fail x, fail y#2, fail z, fail new", "a/s low: fail #1, pass #1")
	for i, name := range []string{"first", "second", "third"} {
		old.Checks[1].Rules[0].Findings[i].Message = "about " + name
		old.Checks[1].Rules[0].Findings[i].Resource.DisplayName = name
	}
	now.Checks[1].Rules[0].Findings[0].Message = "about second"
	now.Checks[1].Rules[0].Findings[0].Resource.DisplayName = "second"
	want := compare(t, old, now)
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		for _, r := range []*audit.Report{old, now} {
			for i := range r.Checks {
				findings := r.Checks[i].Rules[0].Findings
				random.Shuffle(len(findings), func(a, b int) { findings[a], findings[b] = findings[b], findings[a] })
			}
		}
		slices.Reverse(old.Checks)
		require.Equal(t, want, compare(t, old, now))
	}
	assert.Equal(t, []string{
		"new a/r new notListed>fail", "new a/r z unknown>fail",
		"stillFailing a/r x fail>fail", "stillFailing a/r y#2 fail>fail", "stillFailing a/s #1 fail>fail",
		"settled a/s #1 unknown>pass", "fixed a/r y#1 fail>notListed", "fixed a/s #1 fail>notListed",
	}, told(want))
	assert.Equal(t, "second", want.Changes[4].Resource.DisplayName, "the same is matched first")
}

func TestSinceWhenItFails(t *testing.T) {
	r1 := newReport(t, "2026-11-21T08:00:00Z", "a/r high: fail x, waived w")
	r2 := newReport(t, "2026-11-22T08:00:00Z", "a/r high: fail x, fail w, fail y")
	r3 := newReport(t, monday, "a/r high: fail x, waived w, fail y, fail z, unknown u")
	Carry(r1, r2)
	Carry(r2, r3)
	since := map[string]string{}
	for _, f := range r3.Checks[0].Rules[0].Findings {
		since[f.Resource.ID] = f.FailingSince
	}
	assert.Equal(t, map[string]string{
		"x": "2026-11-21T08:00:00Z", "w": "2026-11-21T08:00:00Z", "y": "2026-11-22T08:00:00Z", "z": monday, "u": "",
	}, since)

	d := compare(t, r3, newReport(t, tuesday, "a/r high: fail x, fail w, fail new"))
	since = map[string]string{}
	for _, c := range d.Changes {
		since[c.Resource.ID] = c.FailingSince
	}
	assert.Equal(t, map[string]string{
		"x": "2026-11-21T08:00:00Z", "w": "2026-11-21T08:00:00Z", "new": tuesday, "y": "", "z": "", "u": "",
	}, since)
	expired := d.Of(WaiverExpired)
	require.Len(t, expired, 1)
	assert.Equal(t, "2026-11-22", expired[0].Waiver.Expires, "the waiver that accepted it")

	late := newReport(t, monday, "a/r high: fail x")
	late.Checks[0].Rules[0].Findings[0].FailingSince = tuesday
	assert.Equal(t, monday, compare(t, late, r3).Of(StillFailing)[0].FailingSince, "nothing fails since after it was seen")
}

func TestTwoTenantsCannotBeCompared(t *testing.T) {
	old, now := newReport(t, monday), newReport(t, tuesday)
	now.Tenant.ID = "22222222-2222-2222-2222-222222222222"
	_, err := Compare(old, now)
	assert.ErrorContains(t, err, "Contoso (11111111-1111-1111-1111-111111111111) before, Contoso (2222")
	now.Tenant.ID = strings.ToUpper(old.Tenant.ID)
	assert.Empty(t, compare(t, old, now).Warnings)
	now.Tenant.ID = ""
	assert.Contains(t, compare(t, old, now).Warnings[0], "tenant id of one side is not known")
}

func TestWarnings(t *testing.T) {
	old, now := newReport(t, tuesday, "a/r high:", "a/only low:"), newReport(t, monday, "a/r high:", "a/fresh low:")
	now.Tool.Version = "1.1.0"
	d := compare(t, old, now)
	require.Len(t, d.Warnings, 2)
	assert.Contains(t, d.Warnings[0], "swapped")
	assert.Contains(t, d.Warnings[1], "1.0.0 and 1.1.0")
	assert.Equal(t, []string{"a/only"}, d.RulesOnlyInOld)
	assert.Equal(t, []string{"a/fresh"}, d.RulesOnlyInNew)
}
