package drillplan_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/drill"
	"github.com/ztagent/ztagent/internal/drillplan"
	"github.com/ztagent/ztagent/internal/tenant"
)

func kept(denied, successes int) drill.Record {
	return drill.Record{
		ID: "a1/2026-11-10T10:00:00Z", TargetID: "a1",
		DisabledDateTime: "2026-11-10T10:00:00Z", EnabledDateTime: "2026-11-10T11:00:00Z",
		DeniedAttempts: denied, SuccessesAfterGrace: successes, VerifiedDateTime: "2026-11-11T00:00:00Z",
		Tool: drill.Tool{Name: "ztagent", Version: "1.0.0"},
	}
}

// records opens what was written as the dataset of a snapshot.
func records(t *testing.T, name string, data []byte) []*tenant.KillSwitchDrill {
	t.Helper()
	s, err := tenant.OpenFS(fstest.MapFS{
		"manifest.json": {Data: []byte(`{"schemaVersion":1,"takenAt":"2026-11-20T06:00:00Z"}`)},
		name:            {Data: data},
	}, "test")
	require.NoError(t, err)
	gap, is := s.Gap(tenant.DatasetKillSwitchDrills)
	require.False(t, is, gap.Reason)
	var all []*tenant.KillSwitchDrill
	for r := range s.KillSwitchDrills.All() {
		all = append(all, r)
	}
	return all
}

func TestLedgerIsADataset(t *testing.T) {
	for name, lines := range map[string]bool{"killSwitchDrills.json": false, "killSwitchDrills.jsonl": true} {
		l, err := drillplan.ReadLedger(nil, lines)
		require.NoError(t, err)
		empty, err := l.Marshal()
		require.NoError(t, err)
		assert.Empty(t, records(t, name, empty))

		change, err := l.Keep(kept(3, 0))
		require.NoError(t, err)
		assert.Equal(t, drillplan.Added, change)
		data, err := l.Marshal()
		require.NoError(t, err)
		all := records(t, name, data)
		require.Len(t, all, 1)
		assert.Equal(t, "a1", all[0].TargetID.String())
		assert.EqualValues(t, 3, all[0].DeniedAttempts.Or(0))

		again, err := drillplan.ReadLedger(data, lines)
		require.NoError(t, err)
		change, err = again.Keep(kept(3, 0))
		require.NoError(t, err)
		assert.Equal(t, drillplan.Unchanged, change)
		same, err := again.Marshal()
		require.NoError(t, err)
		assert.Equal(t, string(data), string(same))
	}
}

func TestKeepingNeverLosesACount(t *testing.T) {
	l, err := drillplan.ReadLedger(nil, false)
	require.NoError(t, err)
	for _, step := range []struct {
		denied, successes int
		change            drillplan.Change
		wantDenied, want  int64
	}{
		{0, 0, drillplan.Added, 0, 0},
		{4, 0, drillplan.Updated, 4, 0}, // the log had come in by then
		{1, 0, drillplan.Unchanged, 4, 0},
		{1, 2, drillplan.Updated, 4, 2},
		{0, 0, drillplan.Unchanged, 4, 2}, // the log is gone
	} {
		change, err := l.Keep(kept(step.denied, step.successes))
		require.NoError(t, err)
		assert.Equal(t, step.change, change)
		data, err := l.Marshal()
		require.NoError(t, err)
		all := records(t, "killSwitchDrills.json", data)
		require.Len(t, all, 1)
		assert.Equal(t, step.wantDenied, all[0].DeniedAttempts.Or(-1))
		assert.Equal(t, step.want, all[0].SuccessesAfterGrace.Or(-1))
	}
}

func TestDrillsOfOtherTimesAndTargetsAreOthers(t *testing.T) {
	l, err := drillplan.ReadLedger(nil, false)
	require.NoError(t, err)
	later, other := kept(1, 0), kept(1, 0)
	later.ID, later.DisabledDateTime = "later", "2026-11-10T10:05:00Z"
	other.ID, other.TargetID = "other", "a2"
	for _, r := range []drill.Record{kept(1, 0), later, other} {
		change, err := l.Keep(r)
		require.NoError(t, err)
		assert.Equal(t, drillplan.Added, change, r.ID)
	}
	assert.Equal(t, 3, l.Len())
}

func TestReadLedgerRefuses(t *testing.T) {
	for _, c := range []struct {
		text, want string
		lines      bool
	}{
		{`[]`, "no JSON object", false},
		{`"x"`, "no JSON object", false},
		{`{"value":[`, "no JSON object", false},
		{`{"value":[{"id":"a","id":"b"}]}`, "duplicate", false},
		{`{"error":{"code":"Forbidden"}}`, `no list "value"`, false},
		{`{"value":[7]}`, "record 1 is none of a drill: it is no JSON object", false},
		{`{"value":[{"disabledDateTime":"yesterday"}]}`, "record 1 is none of a drill", false},
		{"{\"id\":\"a\"}\n{\"id\":", "line 2 is no JSON", true},
		{"{\"id\":\"a\"}\n{\"id\":\"a\",\"deniedAttempts\":1}", "twice, on different records", true},
	} {
		_, err := drillplan.ReadLedger([]byte(c.text), c.lines)
		assert.ErrorContains(t, err, c.want, c.text)
	}
	for _, fine := range []string{"", " \n", "\ufeff" + `{"value":[]}`, `{"value":[{"id":"a"},{ "id": "a" }]}`} {
		_, err := drillplan.ReadLedger([]byte(fine), false)
		assert.NoError(t, err, fine)
	}
}

// FuzzLedger: what was read is written so that it reads the same.
func FuzzLedger(f *testing.F) {
	for _, seed := range []string{"", `{"value":[]}`, `{"x":1,"value":[{"id":"a","y":[1,"\u001b"]}]}`, `{"value":[{"id":"a1/2026-11-10T10:00:00Z"}]}`} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, data []byte, lines bool) {
		l, err := drillplan.ReadLedger(data, lines)
		if err != nil {
			return
		}
		before := l.Len()
		change, err := l.Keep(kept(1, 1))
		require.NoError(t, err)
		out, err := l.Marshal()
		require.NoError(t, err)
		again, err := drillplan.ReadLedger(out, lines)
		require.NoError(t, err, string(out))
		if change == drillplan.Added {
			before++
		}
		assert.Equal(t, before, again.Len())
	})
}
