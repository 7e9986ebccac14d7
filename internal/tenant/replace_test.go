package tenant_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

// TestReplaceReadsOneDatasetAnew: what Replace returns is what opening the changed
// files would.
func TestReplaceReadsOneDatasetAnew(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	files := fstest.MapFS{
		"manifest.json": file(`{"schemaVersion":1,"takenAt":"2026-11-20T06:00:00Z","datasets":{
			"riskyAgents":{"status":"forbidden"},
			"agentIdentityBlueprints":{"status":"complete","gaps":[{"id":"b","relation":"owners","status":"failed"}]}}}`),
		"agentIdentities.json":         file(`{"value":[{"id":"a"},{"id":"b"}]}`),
		"agentIdentityBlueprints.json": file(`{"value":[{"id":"b","owners":[]}]}`),
	}
	s, err := tenant.OpenFS(files, "test")
	require.NoError(t, err)
	for name, change := range map[string]struct {
		dataset tenant.Dataset
		file    string
		text    string
		agents  int
		gap     tenant.GapStatus
	}{
		"other objects":  {tenant.DatasetAgentIdentities, "agentIdentities.json", `{"value":[{"id":"c"}]}`, 1, ""},
		"as lines":       {tenant.DatasetAgentIdentities, "agentIdentities.jsonl", "{\"id\":\"c\"}\n{\"id\":\"d\"}\n{\"id\":\"e\"}\n", 3, ""},
		"malformed":      {tenant.DatasetAgentIdentities, "agentIdentities.json", `{"value":[`, 0, tenant.GapMalformed},
		"gone":           {tenant.DatasetAgentIdentities, "agentUsers.json", `{"value":[]}`, 0, tenant.GapAbsent},
		"still refused":  {tenant.DatasetRiskyAgents, "riskyAgents.json", `{"value":[]}`, 2, tenant.GapForbidden},
		"relation's gap": {tenant.DatasetAgentIdentityBlueprints, "agentIdentityBlueprints.json", `{"value":[{"id":"b","owners":[]}]}`, 2, ""},
	} {
		next, err := s.Replace(change.dataset, fstest.MapFS{change.file: file(change.text)})
		require.NoError(t, err, name)
		gap, is := next.Gap(change.dataset)
		assert.Equal(t, change.gap != "", is, name)
		assert.Equal(t, change.gap, gap.Status, name)
		assert.Equal(t, change.agents, next.AgentIdentities.Len(), name)
		assert.Equal(t, s.TakenAt, next.TakenAt, name)
		for b := range next.AgentIdentityBlueprints.All() {
			assert.Equal(t, tenant.RelationAbsent, b.Owners.State, name)
		}
	}
	assert.Equal(t, 2, s.AgentIdentities.Len(), "the first one stays as it was")
	_, is := s.Gap(tenant.DatasetAgentIdentities)
	assert.False(t, is)
	_, err = s.Replace(tenant.DatasetAgentIdentities, fstest.MapFS{
		"agentIdentities.json": file(`{"value":[]}`), "agentIdentities.jsonl": file(``),
	})
	assert.ErrorContains(t, err, "both")
}
