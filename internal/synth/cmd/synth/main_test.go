package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

func TestGenerateCommand(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "snapshot")
	require.NoError(t, run([]string{"generate", "-agents", "30", "-seed", "9", "-jsonl", "-o", dir}, io.Discard))
	s, err := tenant.Open(dir)
	require.NoError(t, err)
	assert.Equal(t, 30, s.AgentIdentities.Len())
	assert.NoError(t, s.Close())
}

func TestFixturesCommand(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, run([]string{"fixtures", dir}, io.Discard))
	got, err := os.ReadFile(filepath.Join(dir, "empty", "manifest.json"))
	require.NoError(t, err)
	want, err := os.ReadFile("../../../../fixtures/empty/manifest.json")
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"fixtures"}, {"generate"}, {"generate", "-agents", "5"}, {"generate", "-agents", "-1", "-o", "x"}, {"other"}} {
		assert.ErrorIs(t, run(args, io.Discard), errUsage, "%q", args)
	}
	assert.Error(t, run([]string{"generate", "-bogus"}, io.Discard))
}
