package graph_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/graph"
	"github.com/ztagent/ztagent/internal/graph/graphtest"
	"github.com/ztagent/ztagent/internal/tenant"
)

// TestInterruptedRunsAreReadableAndGoOn stops a collection at one event after
// another: what is there can be read and is honest, and going on gives the whole.
func TestInterruptedRunsAreReadableAndGoOn(t *testing.T) {
	want := verdicts(t, contoso(t))
	before := passes(want)
	for stop := 1; stop < 120; stop += 17 {
		s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t), PageCap: 3})
		dir := filepath.Join(t.TempDir(), "snapshot")
		o := graph.Options{Session: session(t, s, s.Token()), Dir: dir, Clock: graphtest.Clock(now)}
		ctx, cancel := context.WithCancel(context.Background())
		events := 0
		o.Progress = func(graph.Event) {
			if events++; events == stop {
				cancel()
			}
		}
		result, err := graph.Collect(ctx, o)
		require.ErrorContains(t, err, "--resume")
		require.ErrorIs(t, err, context.Canceled)
		cancel()

		half := open(t, os.DirFS(dir))
		for _, d := range tenant.Datasets() {
			entry := result.Manifest.Datasets[d]
			gap, missing := half.Gap(d)
			assert.Equal(t, entry.Status != tenant.StatusComplete, missing, "%s: %s", d, gap.Reason)
		}
		assert.Empty(t, leftOver(t, dir))
		for rule := range passes(verdicts(t, os.DirFS(dir))) {
			assert.True(t, before[rule], "%s passes only where data is missing", rule)
		}

		read := complete(result)
		asked := s.Count()
		o.Progress, o.Resume = nil, true
		result, err = graph.Collect(context.Background(), o)
		require.NoError(t, err)
		assert.Equal(t, 1, result.Missing, "only the drill records")
		alike(t, want, verdicts(t, os.DirFS(dir)))
		for _, r := range s.Requests()[asked:] {
			if read[tenant.DatasetConditionalAccessPolicies] {
				assert.NotContains(t, r.Path, "/conditionalAccess/policies", "it was complete")
			}
		}
	}
}

func complete(r graph.Result) map[tenant.Dataset]bool {
	all := map[tenant.Dataset]bool{}
	for d, entry := range r.Manifest.Datasets {
		all[d] = entry.Status == tenant.StatusComplete
	}
	return all
}

// leftOver are half-written files.
func leftOver(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names
}

func TestResumeTriesWhatWasRefused(t *testing.T) {
	s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t)})
	roles := without(graphtest.EveryRole(), "Policy.Read.All")
	result, dir := collect(t, s, func(o *graph.Options) { o.Session = session(t, s, s.Token(roles...)) })
	assert.Equal(t, "forbidden", result.Manifest.Datasets[tenant.DatasetConditionalAccessPolicies].Status)
	assert.NoFileExists(t, filepath.Join(dir, "conditionalAccessPolicies.json"))
	asked := s.Count()
	o := graph.Options{Session: session(t, s, s.Token()), Dir: dir, Resume: true, Clock: graphtest.Clock(now.AddDate(0, 0, 1))}
	result, err := graph.Collect(context.Background(), o)
	require.NoError(t, err)
	assert.Equal(t, "complete", result.Manifest.Datasets[tenant.DatasetConditionalAccessPolicies].Status)
	assert.Equal(t, "2026-11-23T09:00:00Z", result.Manifest.TakenAt, "one moment")
	assert.Less(t, s.Count()-asked, 12)
	alike(t, verdicts(t, contoso(t)), verdicts(t, os.DirFS(dir)))
}

func without(list []string, drop string) []string {
	var kept []string
	for _, s := range list {
		if s != drop {
			kept = append(kept, s)
		}
	}
	return kept
}

func TestDirectoriesThatAreNotOurs(t *testing.T) {
	s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t)})
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("mine"), 0o600))
	o := graph.Options{Session: session(t, s, s.Token()), Dir: dir, Clock: graphtest.Clock(now)}
	_, err := graph.Collect(context.Background(), o)
	assert.ErrorContains(t, err, "is not empty")

	other := t.TempDir()
	text := `{"schemaVersion":1,"tenantId":"11111111-2222-4333-8444-555555555555","redacted":false}`
	require.NoError(t, os.WriteFile(filepath.Join(other, "manifest.json"), []byte(text), 0o600))
	o.Dir, o.Resume = other, true
	_, err = graph.Collect(context.Background(), o)
	assert.ErrorContains(t, err, "is of tenant 11111111-2222-4333-8444-555555555555")

	redacted := `{"schemaVersion":1,"redacted":true}`
	require.NoError(t, os.WriteFile(filepath.Join(other, "manifest.json"), []byte(redacted), 0o600))
	_, err = graph.Collect(context.Background(), o)
	assert.ErrorContains(t, err, "is redacted")

	mine := o
	mine.Dir = dir
	_, err = graph.Collect(context.Background(), mine)
	assert.ErrorContains(t, err, "there is no snapshot to go on with")

	require.NoError(t, os.WriteFile(filepath.Join(other, "manifest.json"), []byte(`{`), 0o600))
	_, err = graph.Collect(context.Background(), o)
	assert.ErrorContains(t, err, "manifest.json")
	body, err := os.ReadFile(filepath.Join(dir, "notes.txt"))
	require.NoError(t, err)
	assert.Equal(t, "mine", string(body))
	assert.Zero(t, s.Count())
}

func TestHalfWrittenFilesOfACrashAreSwept(t *testing.T) {
	s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t)})
	_, dir := collect(t, s, nil)
	require.NoError(t, os.WriteFile(filepath.Join(dir, ".partial-signIns.json"), []byte(`{"value":[`), 0o600))
	assert.Equal(t, 1, open(t, os.DirFS(dir)).AgentUsers.Len(), "it does not disturb reading")
	_, err := graph.Collect(context.Background(), graph.Options{Session: session(t, s, s.Token()), Dir: dir, Resume: true, Clock: graphtest.Clock(now)})
	require.NoError(t, err)
	assert.Empty(t, leftOver(t, dir))
}

func TestDamagedFilesAreReadAgain(t *testing.T) {
	s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t)})
	_, dir := collect(t, s, nil)
	require.NoError(t, os.Remove(filepath.Join(dir, "securityDefaults.json")))
	require.NoError(t, os.Remove(filepath.Join(dir, "signIns.json")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "agentUsers.json"), []byte(`{"value":[{"id":"x"},`), 0o600))
	_, err := graph.Collect(context.Background(), graph.Options{Session: session(t, s, s.Token()), Dir: dir, Resume: true, Clock: graphtest.Clock(now)})
	require.NoError(t, err)
	same(t, open(t, contoso(t)), open(t, os.DirFS(dir)))
}
