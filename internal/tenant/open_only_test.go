package tenant

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What nobody asks for is not read, and is no gap to tell of; a rule that looks
// at it all the same finds a gap, not an empty list.
func TestOpenOnly(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"agentIdentities.json": `{"value":[{"id":"11111111-1111-4111-8111-111111111111"}]}`,
		"agentUsers.json":      `{"value":[{"id":`,
		"riskyAgents.json":     `{"value":[{"id":`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	status := func(s *Snapshot, d Dataset) GapStatus {
		gap, _ := s.Gap(d)
		return gap.Status
	}
	told := func(s *Snapshot) map[Dataset]GapStatus {
		all := map[Dataset]GapStatus{}
		for _, gap := range s.Gaps() {
			all[gap.Dataset] = gap.Status
		}
		return all
	}

	s, err := OpenOnly(dir, []Dataset{DatasetAgentIdentities, DatasetRiskyAgents})
	require.NoError(t, err)
	defer s.Close()
	assert.Equal(t, 1, s.AgentIdentities.Len())
	assert.Equal(t, GapMalformed, status(s, DatasetRiskyAgents), "asked for, and read")
	assert.Equal(t, GapSkipped, status(s, DatasetAgentUsers), "not asked for, and there")
	assert.Equal(t, GapAbsent, status(s, DatasetSignIns), "not there")
	assert.NotContains(t, told(s), DatasetAgentUsers)
	assert.Equal(t, GapMalformed, told(s)[DatasetRiskyAgents])
	assert.Equal(t, GapAbsent, told(s)[DatasetSignIns])

	all, err := OpenOnly(dir, nil)
	require.NoError(t, err)
	defer all.Close()
	assert.Equal(t, GapMalformed, told(all)[DatasetAgentUsers], "nil is all")
}
