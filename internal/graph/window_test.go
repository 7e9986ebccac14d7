package graph_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/graph"
	"github.com/ztagent/ztagent/internal/graph/graphtest"
	"github.com/ztagent/ztagent/internal/tenant"
)

const days = 24 * time.Hour

// withSignIn is a tenant whose one sign-in and one change are of the same time.
func withSignIn(t *testing.T, at time.Time) *graphtest.Server {
	t.Helper()
	stamp := at.Format(time.RFC3339)
	return graphtest.Start(t, graphtest.Options{Snapshot: files(t, map[string]string{
		"agentIdentities": `{"value":[{"id":"71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444","displayName":"Triage"}]}`,
		"signIns": `{"value":[{"id":"s1","createdDateTime":"` + stamp + `","servicePrincipalId":"71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444",
			"signInEventTypes":["servicePrincipal"],"agent":{"agentType":"agenticAppInstance"},"status":{"errorCode":0}}]}`,
		"directoryAudits": `{"value":[{"id":"e1","activityDateTime":"` + stamp + `","loggedByService":"Core Directory",
			"targetResources":[{"id":"71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444"}]}]}`,
	})})
}

// TestALongerWindowIsBelievedWhenOlderEventsCome: Entra keeps its logs for 30
// days, and what is no longer kept is not what did not happen.
func TestALongerWindowIsBelievedWhenOlderEventsCome(t *testing.T) {
	for _, c := range []struct{ asked, oldest, want time.Duration }{
		{90 * days, 20 * days, 30 * days},
		{90 * days, 31 * days, 30 * days},
		{90 * days, 60 * days, 90 * days},
		{7 * days, 3 * days, 7 * days},
	} {
		_, dir := collect(t, withSignIn(t, now.Add(-c.oldest)), func(o *graph.Options) { o.Window = c.asked })
		live := open(t, os.DirFS(dir))
		require.Equal(t, 1, live.SignIns.Len())
		assert.Equal(t, c.want, live.Window.SignIns, "asked for %s, the oldest is %s old", c.asked, c.oldest)
		assert.Equal(t, c.want, live.Window.DirectoryAudits)
	}
}

// TestResumeKeepsTheWindowOfWhatWasRead: logs of one snapshot go back as far as
// each other, also the one that is read only now.
func TestResumeKeepsTheWindowOfWhatWasRead(t *testing.T) {
	s := withSignIn(t, now.Add(-3*days))
	_, dir := collect(t, s, func(o *graph.Options) {
		o.Window, o.Datasets = 7*days, []tenant.Dataset{tenant.DatasetAgentIdentities, tenant.DatasetSignIns}
	})
	_, err := graph.Collect(context.Background(), graph.Options{
		Session: session(t, s, s.Token()), Dir: dir, Resume: true, Clock: graphtest.Clock(now),
	})
	require.NoError(t, err)
	live := open(t, os.DirFS(dir))
	assert.Equal(t, 7*days, live.Window.SignIns)
	assert.Equal(t, 7*days, live.Window.DirectoryAudits)
}
