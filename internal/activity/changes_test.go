package activity_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/activity"
	"github.com/ztagent/ztagent/internal/tenant"
)

func changes(t *testing.T, audits string) *activity.Changes {
	t.Helper()
	s, err := tenant.OpenFS(fstest.MapFS{
		"manifest.json":        {Data: []byte(`{"schemaVersion":1,"tenantId":"t","takenAt":"2026-11-20T06:00:00Z"}`)},
		"directoryAudits.json": {Data: []byte(`{"value":[` + audits + `]}`)},
	}, "test")
	require.NoError(t, err)
	return activity.ChangesOf(s)
}

func TestChanges(t *testing.T) {
	c := changes(t, `{"activityDateTime":"2026-11-02T00:00:00Z","targetResources":[{"id":"A1"},{"id":"o"}]},
		{"activityDateTime":"2026-11-01T00:00:00Z","targetResources":[]}`)
	assert.Equal(t, 2, c.Events)
	assert.Equal(t, "2026-11-01T00:00:00Z", c.Oldest.String())
	assert.True(t, c.Names(tenant.ParseID("a1")))
	assert.True(t, c.Names(tenant.ParseID("o")))
	assert.False(t, c.Names(tenant.ParseID("a2")))
	assert.False(t, c.Undated)
	assert.False(t, c.Unnamed, "an event without targets names nothing, and says so")
}

func TestChangesThatLostSomething(t *testing.T) {
	assert.True(t, changes(t, `{"targetResources":[{"id":"a1"}]}`).Undated)
	assert.False(t, changes(t, `{"targetResources":[{"id":"a1"}]}`).Oldest.IsSet())
	assert.True(t, changes(t, `{"activityDateTime":"2026-11-02T00:00:00Z"}`).Unnamed)
	assert.True(t, changes(t, `{"activityDateTime":"2026-11-02T00:00:00Z","targetResources":[{"type":"User"}]}`).Unnamed)
}
