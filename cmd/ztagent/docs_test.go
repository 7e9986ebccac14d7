package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/dataset"
)

// TestPermissionsPageIsFresh holds docs/permissions.md to the dataset table.
func TestPermissionsPageIsFresh(t *testing.T) {
	freshen(t, "../../docs/permissions.md", dataset.Markdown())
}

// freshen compares a committed file with what it is generated from; -update
// writes it.
func freshen(t *testing.T, name, want string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(want), 0o644))
	}
	have, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, want, string(have), "%s is not fresh: run make docs", filepath.Base(name))
}
