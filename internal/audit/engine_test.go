package audit_test

import (
	"context"
	"encoding/json"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

const (
	agentA = "aaaaaaaa-0000-0000-0000-00000000000a"
	agentB = "bbbbbbbb-0000-0000-0000-00000000000b"
	agentC = "cccccccc-0000-0000-0000-00000000000c"
)

// threeAgents are an active and a switched-off agent; the third hides its state.
const threeAgents = `{"value":[
  {"id":"` + agentA + `","displayName":"Alpha","accountEnabled":true,"disabledByMicrosoftStatus":null},
  {"id":"` + agentB + `","displayName":"Beta","accountEnabled":false,"disabledByMicrosoftStatus":null},
  {"id":"` + agentC + `","displayName":"Gamma"}
]}`

// snapshot is a tenant of these files with a manifest that names its datasets.
func snapshot(t *testing.T, datasets string, files map[string]string) *tenant.Snapshot {
	t.Helper()
	fsys := fstest.MapFS{"manifest.json": {Data: []byte(`{"schemaVersion":1,
		"tenantId":"11111111-1111-1111-1111-111111111111","tenantDisplayName":"Contoso",
		"takenAt":"2026-11-20T06:00:00Z","datasets":{` + datasets + `}}`)}}
	for name, data := range files {
		fsys[name+".json"] = &fstest.MapFile{Data: []byte(data)}
	}
	s, err := tenant.OpenFS(fsys, "tiny")
	require.NoError(t, err)
	return s
}

func agents(t *testing.T) *tenant.Snapshot {
	return snapshot(t, "", map[string]string{"agentIdentities": threeAgents})
}

// rule is a rule over agents, by what it does with each.
func rule(id string, severity audit.Severity, each func(*audit.Judge, *tenant.AgentIdentity)) audit.Rule {
	return audit.Rule{
		ID: id, Severity: severity, Needs: []tenant.Dataset{tenant.DatasetAgentIdentities},
		Run: func(j *audit.Judge) {
			for a := range j.Tenant.AgentIdentities.All() {
				each(j, a)
			}
		},
	}
}

func pass(j *audit.Judge, a *tenant.AgentIdentity) { j.Pass(a) }
func fail(j *audit.Judge, a *tenant.AgentIdentity) { j.Fail(a, "It is bad.") }
func ask(j *audit.Judge, a *tenant.AgentIdentity)  { j.Ask(a, "Is it good?") }

func check(id string, rules ...audit.Rule) audit.Check {
	return audit.Check{ID: id, Title: id, Rules: rules}
}

func run(t *testing.T, s *tenant.Snapshot, opts audit.Options, checks ...audit.Check) *audit.Report {
	t.Helper()
	report, err := audit.Run(context.Background(), s, checks, opts)
	require.NoError(t, err)
	return report
}

func only(t *testing.T, report *audit.Report) audit.RuleResult {
	t.Helper()
	require.Len(t, report.Checks, 1)
	require.Len(t, report.Checks[0].Rules, 1)
	return report.Checks[0].Rules[0]
}

func TestActivityDecidesWhatIsJudged(t *testing.T) {
	for _, tc := range []struct {
		name string
		each func(*audit.Judge, *tenant.AgentIdentity)
		want audit.Counts
	}{
		{"pass", pass, audit.Counts{Evaluated: 3, Pass: 1, NotApplicable: 1, Unknown: 1}},
		{"fail", fail, audit.Counts{Evaluated: 3, Fail: 1, NotApplicable: 1, Unknown: 1}},
		{"manual", ask, audit.Counts{Evaluated: 3, Manual: 2, NotApplicable: 1}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			result := only(t, run(t, agents(t), audit.Options{}, check("c", rule("r", audit.High, tc.each))))
			assert.Equal(t, tc.want, result.Counts)
		})
	}
	both := rule("r", audit.High, fail)
	both.AnyActivity = true
	result := only(t, run(t, agents(t), audit.Options{}, check("c", both)))
	assert.Equal(t, audit.Counts{Evaluated: 3, Fail: 3}, result.Counts)
}

func TestPassesAreCountedAndNotListed(t *testing.T) {
	r := rule("r", audit.High, pass)
	r.AnyActivity = true
	result := only(t, run(t, agents(t), audit.Options{}, check("c", r)))
	assert.Empty(t, result.Findings)
	assert.Equal(t, 3, result.Counts.Pass)
	result = only(t, run(t, agents(t), audit.Options{ShowPasses: true}, check("c", r)))
	assert.Len(t, result.Findings, 3)
}

func TestNothingToJudgeIsNotApplicable(t *testing.T) {
	s := snapshot(t, "", map[string]string{"agentIdentities": `{"value":[]}`})
	report := run(t, s, audit.Options{}, check("c", rule("r", audit.High, pass)))
	result := only(t, report)
	assert.Equal(t, audit.NotApplicable, result.Status)
	assert.Equal(t, "There is nothing to judge.", result.Reason)
	assert.Equal(t, audit.NotApplicable, report.Checks[0].Status)
	assert.Equal(t, audit.NotApplicable, report.Summary.Status)
	assert.Zero(t, report.Summary.Agents)
}

func TestPanicMakesTheRuleUnknownAndKeepsNothingOfIt(t *testing.T) {
	broken := rule("broken", audit.High, func(j *audit.Judge, a *tenant.AgentIdentity) {
		j.Pass(a)
		if a.ObjectID() == agentC {
			panic("index out of range")
		}
	})
	report := run(t, agents(t), audit.Options{ShowPasses: true}, check("c", broken, rule("sound", audit.High, fail)))
	first, second := report.Checks[0].Rules[0], report.Checks[0].Rules[1]
	assert.Equal(t, audit.Unknown, first.Status)
	assert.Equal(t, "internal error in rule c/broken: index out of range", first.Reason)
	assert.Empty(t, first.Findings)
	assert.Zero(t, first.Counts)
	assert.Equal(t, audit.Fail, second.Status)
}

func TestFoldingOverRulesAndChecks(t *testing.T) {
	quiet := rule("quiet", audit.Info, fail)
	report := run(t, agents(t), audit.Options{},
		check("info-only", quiet),
		check("decided", quiet, rule("good", audit.Low, pass)),
		check("asked", rule("ask", audit.Low, ask), rule("good", audit.Low, func(j *audit.Judge, a *tenant.AgentIdentity) {
			if a.ObjectID() == agentA {
				j.Pass(a)
			}
		})))
	assert.Equal(t, audit.NotApplicable, report.Checks[0].Status, "info never decides")
	assert.Equal(t, audit.Unknown, report.Checks[1].Status, "Gamma's activity is not known")
	assert.Equal(t, audit.Manual, report.Checks[2].Status)
	assert.Equal(t, audit.Unknown, report.Summary.Status)
	assert.Equal(t, audit.Counts{Evaluated: 3, NotApplicable: 1, Unknown: 1, Manual: 1}, report.Summary.Checks)
	assert.Equal(t, map[audit.Severity]int{audit.Info: 2}, report.Summary.FailsBySeverity)
	assert.Equal(t, 3, report.Summary.Agents)
	assert.Equal(t, 1, report.Summary.Active)
}

func TestFold(t *testing.T) {
	for _, tc := range []struct {
		want  audit.Status
		parts []audit.Status
	}{
		{audit.NotApplicable, nil},
		{audit.Pass, []audit.Status{audit.NotApplicable, audit.Pass}},
		{audit.Pass, []audit.Status{audit.Waived, audit.NotApplicable}},
		{audit.Manual, []audit.Status{audit.Pass, audit.Manual, audit.Waived}},
		{audit.Unknown, []audit.Status{audit.Manual, audit.Unknown, audit.Pass}},
		{audit.Fail, []audit.Status{audit.Unknown, audit.Fail, audit.Pass}},
	} {
		assert.Equal(t, tc.want, audit.Fold(tc.parts...), "%v", tc.parts)
	}
}

func TestReportIsTheSameHoweverTheRulesRan(t *testing.T) {
	backwards := audit.Rule{
		ID: "backwards", Severity: audit.Low,
		Needs: []tenant.Dataset{tenant.DatasetAgentIdentities}, AnyActivity: true,
		Run: func(j *audit.Judge) {
			var all []*tenant.AgentIdentity
			for a := range j.Tenant.AgentIdentities.All() {
				all = append([]*tenant.AgentIdentity{a}, all...)
			}
			for _, a := range all {
				j.Report(audit.Verdict{Resource: a, Status: audit.Fail, Key: "2", Message: "It is bad."})
				j.Report(audit.Verdict{Resource: a, Status: audit.Fail, Key: "1", Message: "It is bad."})
			}
		},
	}
	forwards := backwards
	forwards.Run = func(j *audit.Judge) {
		for a := range j.Tenant.AgentIdentities.All() {
			j.Report(audit.Verdict{Resource: a, Status: audit.Fail, Key: "1", Message: "It is bad."})
			j.Report(audit.Verdict{Resource: a, Status: audit.Fail, Key: "2", Message: "It is bad."})
		}
	}
	text := func(parallel int, r audit.Rule) string {
		list := []audit.Check{check("c", r, rule("r", audit.High, fail), rule("s", audit.High, pass))}
		report := run(t, agents(t), audit.Options{Parallel: parallel, ShowPasses: true}, list...)
		data, err := json.Marshal(report)
		require.NoError(t, err)
		return string(data)
	}
	want := text(1, forwards)
	for range 5 {
		assert.Equal(t, want, text(8, backwards))
	}
}

func TestFindingsAreOrderedForAReader(t *testing.T) {
	mixed := rule("r", audit.Medium, func(j *audit.Judge, a *tenant.AgentIdentity) {
		switch a.ObjectID() {
		case agentA:
			j.Pass(a)
		case agentB:
			j.Report(audit.Verdict{Resource: a, Status: audit.Fail, Severity: audit.Low, Message: "Low."})
		default:
			j.Report(audit.Verdict{Resource: a, Status: audit.Fail, Severity: audit.Critical, Message: "Critical."})
			j.Report(audit.Verdict{Resource: a, Status: audit.Unknown, Key: "k", Message: "Unknown."})
		}
	})
	mixed.AnyActivity = true
	var got []string
	for _, f := range only(t, run(t, agents(t), audit.Options{ShowPasses: true}, check("c", mixed))).Findings {
		got = append(got, f.Status.String()+" "+string(f.Severity)+" "+f.Resource.DisplayName)
	}
	assert.Equal(t, []string{
		"fail critical Gamma", "fail low Beta", "unknown medium Gamma", "pass medium Alpha",
	}, got)
}

func TestEvidenceIsPlacedInTheFile(t *testing.T) {
	r := rule("r", audit.High, func(j *audit.Judge, a *tenant.AgentIdentity) {
		switch a.ObjectID() {
		case agentA:
			j.Fail(a, "It is bad.", audit.At(a, "/accountEnabled", "true", "false"))
		case agentB:
			j.Fail(a, "It is bad.")
		}
	})
	r.AnyActivity = true
	result := only(t, run(t, agents(t), audit.Options{}, check("c", r)))
	require.Len(t, result.Findings, 2)
	require.Len(t, result.Findings[0].Evidence, 1)
	e := result.Findings[0].Evidence[0]
	assert.Equal(t, audit.EvidenceRef{
		Dataset: tenant.DatasetAgentIdentities, Pointer: "/value/0/accountEnabled",
		File: "agentIdentities.json", Line: 2, Observed: "true", Expected: "false",
		Region:  tenant.Region{StartLine: 2, StartColumn: 70, EndLine: 2, EndColumn: 91},
		Context: tenant.Region{StartLine: 2, StartColumn: 3, EndLine: 2, EndColumn: 125},
	}, e)
	require.Len(t, result.Findings[1].Evidence, 1, "a finding without evidence points at its resource")
	assert.Equal(t, "/value/1", result.Findings[1].Evidence[0].Pointer)
	assert.Equal(t, 3, result.Findings[1].Evidence[0].Line)
}

func TestEvidenceOfAWholeDatasetNamesItsFile(t *testing.T) {
	r := audit.Rule{
		ID: "r", Severity: audit.High, Needs: []tenant.Dataset{tenant.DatasetAgentIdentities},
		Run: func(j *audit.Judge) {
			j.Fail(j.Whole(), "There are too many.",
				audit.Evidence{Dataset: tenant.DatasetAgentIdentities, Observed: "3", Expected: "2"},
				audit.Evidence{Dataset: tenant.DatasetNamedLocations, Observed: "none", Expected: "one"})
		},
	}
	result := only(t, run(t, agents(t), audit.Options{}, check("c", r)))
	assert.Equal(t, []audit.EvidenceRef{
		{Dataset: tenant.DatasetAgentIdentities, File: "agentIdentities.json", Line: 1, Observed: "3", Expected: "2"},
		{Dataset: tenant.DatasetNamedLocations, Observed: "none", Expected: "one"},
	}, result.Findings[0].Evidence)
}

func TestFingerprintDependsOnRuleResourceAndKeyAlone(t *testing.T) {
	// printf 'c/r\0x\0k' | sha256sum
	assert.Equal(t, "14042a38a88538547fe6deeffe070419", audit.Fingerprint("c/r", "x", "k"))
	assert.NotEqual(t, audit.Fingerprint("c/r", "xk", ""), audit.Fingerprint("c/r", "x", "k"))
}

func TestRunStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := audit.Run(ctx, agents(t), []audit.Check{check("c", rule("r", audit.High, pass))}, audit.Options{})
	assert.ErrorIs(t, err, context.Canceled)
}

func TestSelection(t *testing.T) {
	list := []audit.Check{
		check("one", rule("a", audit.High, pass), rule("b", audit.High, pass)),
		check("two", rule("a", audit.High, pass)),
	}
	selected := func(only, skip []string) []string {
		ids := []string{}
		for _, c := range run(t, agents(t), audit.Options{Only: only, Skip: skip}, list...).Checks {
			for _, r := range c.Rules {
				ids = append(ids, r.ID)
			}
		}
		return ids
	}
	assert.Equal(t, []string{"one/a", "one/b", "two/a"}, selected(nil, nil))
	assert.Equal(t, []string{"one/a", "one/b"}, selected([]string{"one"}, nil))
	assert.Equal(t, []string{"one/b", "two/a"}, selected([]string{"one/b", "two"}, nil))
	assert.Equal(t, []string{"one/a"}, selected([]string{"one"}, []string{"one/b"}))
	assert.Empty(t, selected([]string{"one"}, []string{"one"}))

	for _, tc := range []struct {
		opts audit.Options
		want string
	}{
		{audit.Options{Only: []string{"twoo"}}, `no check or rule "twoo"; did you mean "two"?`},
		{audit.Options{Skip: []string{"something-else"}}, `no check or rule "something-else"`},
		{
			audit.Options{SeverityOverrides: map[string]audit.Severity{"one/c": audit.Low}},
			`severity of "one/c": no such rule; did you mean "one/a"?`,
		},
	} {
		_, err := audit.Run(context.Background(), agents(t), list, tc.opts)
		assert.EqualError(t, err, tc.want)
	}
}

func TestSeverityOverrideHoldsForEveryFinding(t *testing.T) {
	graded := rule("r", audit.Medium, func(j *audit.Judge, a *tenant.AgentIdentity) {
		j.Report(audit.Verdict{Resource: a, Status: audit.Fail, Severity: audit.Critical, Message: "It is bad."})
	})
	report := run(t, agents(t), audit.Options{
		SeverityOverrides: map[string]audit.Severity{"c/r": audit.Info},
	}, check("c", graded))
	assert.Equal(t, audit.Info, only(t, report).Findings[0].Severity)
	assert.Equal(t, audit.NotApplicable, report.Checks[0].Status, "an info rule does not decide")
}

func TestNearest(t *testing.T) {
	ids := []string{"kill-switch", "risk-detection", "rate-limiting"}
	assert.Equal(t, "kill-switch", audit.Nearest("kil-swich", ids))
	assert.Equal(t, "rate-limiting", audit.Nearest("Rate-Limitng", ids))
	assert.Empty(t, audit.Nearest("conditional-access", ids))
	assert.Equal(t, `; did you mean "kill-switch"?`, audit.DidYouMean("killswitch", ids))
}

func TestObjectsAreDroppedWhereNobodyWantsThem(t *testing.T) {
	list := check("c", rule("bad", audit.High, fail))
	kept, dropped := agents(t), agents(t)
	want := run(t, kept, audit.Options{}, list)
	assert.Equal(t, want, run(t, dropped, audit.Options{Discard: true}, list))
	assert.NotEmpty(t, want.Checks[0].Rules[0].Findings[0].Evidence)
	assert.Equal(t, 3, kept.AgentIdentities.Len())
	assert.Zero(t, dropped.AgentIdentities.Len())
}
