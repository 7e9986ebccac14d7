package audit_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// now is the snapshot's takenAt.
var now = time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)

const twoActive = `{"value":[
  {"id":"` + agentA + `","displayName":"HR/Alpha","accountEnabled":true,"disabledByMicrosoftStatus":null},
  {"id":"` + agentB + `","displayName":"HR Beta","accountEnabled":true,"disabledByMicrosoftStatus":null}
]}`

func waived(resource string, changes ...func(*audit.Waiver)) audit.Waiver {
	w := audit.Waiver{
		Rule: "c/r", Resource: resource, Reason: "accepted", Owner: "sam", Ticket: "T-1",
		Expires: now.AddDate(0, 6, 0), Line: 7,
	}
	for _, change := range changes {
		change(&w)
	}
	return w
}

func TestWaivers(t *testing.T) {
	many := func(w *audit.Waiver) { w.AllowMany = true }
	until := func(at time.Time) func(*audit.Waiver) { return func(w *audit.Waiver) { w.Expires = at } }
	for _, tc := range []struct {
		name     string
		waivers  []audit.Waiver
		status   audit.Status
		waived   int
		warnings []string
	}{
		{"none", nil, audit.Fail, 0, nil},
		{"one of two", []audit.Waiver{waived(agentA)}, audit.Fail, 1, nil},
		{"without case", []audit.Waiver{waived("AAAAAAAA-0000-0000-0000-00000000000A")}, audit.Fail, 1, nil},
		{"both by name", []audit.Waiver{waived("HR*", many)}, audit.Pass, 2, nil},
		{
			"a name without allowMany",
			[]audit.Waiver{waived("HR Beta")},
			audit.Fail, 0,
			[]string{"The waiver of c/r for HR Beta (line 7) matches no failing finding."},
		},
		{
			"expired",
			[]audit.Waiver{waived(agentA, until(now.Add(-time.Hour)))},
			audit.Fail, 0,
			[]string{"The waiver of c/r for " + agentA + " (line 7) expired on 2026-11-20, so its findings count again."},
		},
		{
			"the last day of the longest",
			[]audit.Waiver{waived(agentA, until(now.AddDate(1, 0, 0).Add(17*time.Hour)))},
			audit.Fail, 1, nil,
		},
		{
			"too long",
			[]audit.Waiver{waived(agentA, until(now.AddDate(1, 0, 1).Add(17*time.Hour)))},
			audit.Fail, 0,
			[]string{"The waiver of c/r for " + agentA + " (line 7) expires more than 365 days ahead, so it does not count."},
		},
		{
			"unknown rule",
			[]audit.Waiver{waived(agentA, func(w *audit.Waiver) { w.Rule = "c/rr" })},
			audit.Fail, 0,
			[]string{`The waiver of c/rr for ` + agentA + ` (line 7) names no rule; did you mean "c/r"?`},
		},
		{
			"the second is unused",
			[]audit.Waiver{waived(agentA), waived(agentA)},
			audit.Fail, 1,
			[]string{"The waiver of c/r for " + agentA + " (line 7) matches no failing finding."},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := snapshot(t, "", map[string]string{"agentIdentities": twoActive})
			report := run(t, s, audit.Options{Waivers: tc.waivers}, check("c", rule("r", audit.High, fail)))
			result := only(t, report)
			assert.Equal(t, tc.status, result.Status)
			assert.Equal(t, tc.status, report.Checks[0].Status)
			assert.Equal(t, tc.waived, result.Counts.Waived)
			assert.Equal(t, 2-tc.waived, result.Counts.Fail)
			assert.Equal(t, 2, result.Counts.Evaluated)
			assert.Equal(t, 2-tc.waived, report.Summary.FailsBySeverity[audit.High])
			if tc.warnings == nil {
				tc.warnings = []string{}
			}
			assert.Equal(t, tc.warnings, report.Warnings)
		})
	}
}

func TestAWaivedFindingKeepsWhoAccepted(t *testing.T) {
	s := snapshot(t, "", map[string]string{"agentIdentities": twoActive})
	report := run(t, s, audit.Options{Waivers: []audit.Waiver{waived(agentB)}}, check("c", rule("r", audit.High, fail)))
	findings := only(t, report).Findings
	require.Len(t, findings, 2)
	assert.Nil(t, findings[0].Waiver)
	assert.Equal(t, audit.Waived, findings[1].Status)
	assert.Equal(t, "It is bad.", findings[1].Message)
	assert.Equal(t, &audit.AppliedWaiver{Reason: "accepted", Owner: "sam", Ticket: "T-1", Expires: "2027-05-20"},
		findings[1].Waiver)
}

func TestAWaiverTurnsOnlyFailsIntoAnything(t *testing.T) {
	unknown := rule("r", audit.High, func(j *audit.Judge, a *tenant.AgentIdentity) { j.Unknown(a, "Not told.") })
	s := snapshot(t, "", map[string]string{"agentIdentities": twoActive})
	opts := audit.Options{Waivers: []audit.Waiver{waived("*", func(w *audit.Waiver) { w.AllowMany = true })}}
	assert.Equal(t, audit.Unknown, only(t, run(t, s, opts, check("c", unknown))).Status)

	// Of a rule that could not run, nobody can say that its waiver is unused.
	gone := snapshot(t, "", nil)
	report := run(t, gone, opts, check("c", rule("r", audit.High, fail)))
	assert.Equal(t, audit.Unknown, only(t, report).Status)
	assert.Empty(t, report.Warnings)
}

func TestAttestations(t *testing.T) {
	question := audit.Rule{
		ID: "q", Severity: audit.High, Manual: true,
		Needs: []tenant.Dataset{tenant.DatasetAgentIdentities},
		Run: func(j *audit.Judge) {
			j.Ask(j.Whole(), "Is it kept?")
			for a := range j.Tenant.AgentIdentities.All() {
				j.Ask(a, "Is it kept?")
			}
		},
	}
	attested := func(scope string, expires time.Time) audit.Attestation {
		return audit.Attestation{
			Rule: "c/q", Scope: []string{scope}, Statement: "It is kept.", By: "sam",
			Evidence: "https://example.com/proof", At: now.AddDate(0, -1, 0), Expires: expires, Line: 3,
		}
	}
	s := snapshot(t, "", map[string]string{"agentIdentities": twoActive})
	later, earlier := now.AddDate(0, 1, 0), now.AddDate(0, 0, -1)
	unknownRule := attested("tenant", later)
	unknownRule.Rule = "c/qq"
	report := run(t, s, audit.Options{Attestations: []audit.Attestation{
		attested("tenant", later), attested("AAAAAAAA-0000-0000-0000-00000000000A", later),
		attested(agentB, earlier), attested("nobody", later), unknownRule,
	}}, check("c", question))
	result := only(t, report)
	assert.Equal(t, audit.Counts{Evaluated: 3, Pass: 2, Manual: 1}, result.Counts)
	assert.Equal(t, audit.Manual, result.Status)
	require.Len(t, result.Findings, 3, "attested passes are listed")
	assert.Equal(t, "Is it kept?", result.Findings[0].Message)
	assert.Equal(t, "Attested by sam on 2026-10-20: It is kept. (https://example.com/proof)", result.Findings[1].Message)
	assert.Equal(t, []string{
		"The attestation of c/q for " + agentB + " (line 3) expired on 2026-11-19 and no longer counts.",
		"The attestation of c/q for nobody (line 3) answers no question.",
		`The attestation of c/qq for tenant (line 3) names no rule; did you mean "c/q"?`,
	}, report.Warnings)
}

// TestTheNewestAttestationCounts: people add theirs at the end of the file, and
// rules ask how old it is.
func TestTheNewestAttestationCounts(t *testing.T) {
	question := audit.Rule{
		ID: "q", Severity: audit.High, Manual: true,
		Needs: []tenant.Dataset{tenant.DatasetAgentIdentities},
		Run:   func(j *audit.Judge) { j.Ask(j.Whole(), "Is it kept?") },
	}
	attested := func(by string, at time.Time) audit.Attestation {
		return audit.Attestation{
			Rule: "c/q", Scope: []string{"tenant"}, Statement: "It is kept.", By: by, At: at, Expires: now.AddDate(1, 0, 0),
		}
	}
	s := snapshot(t, "", map[string]string{"agentIdentities": twoActive})
	report := run(t, s, audit.Options{Attestations: []audit.Attestation{
		attested("old", now.AddDate(0, -9, 0)), attested("new", now.AddDate(0, -1, 0)), attested("older", now.AddDate(0, -10, 0)),
	}}, check("c", question))
	assert.Contains(t, only(t, report).Findings[0].Message, "Attested by new on 2026-10-20")
}
