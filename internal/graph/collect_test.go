package graph_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/graph"
	"github.com/ztagent/ztagent/internal/graph/graphtest"
	"github.com/ztagent/ztagent/internal/tenant"
)

// now is when the test tenants were taken.
var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// session signs in with a ready-made token.
func session(t *testing.T, s *graphtest.Server, token string) *graph.Session {
	t.Helper()
	c, err := graph.CloudOf("public", graph.Endpoints{Graph: s.URL, ARM: s.URL})
	require.NoError(t, err)
	opened, err := graph.SignIn{GraphToken: token, ARMToken: token}.Open(context.Background(), c)
	require.NoError(t, err)
	return opened
}

func collect(t *testing.T, s *graphtest.Server, change func(*graph.Options)) (graph.Result, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "snapshot")
	o := graph.Options{
		Session: session(t, s, s.Token()), Dir: dir, Clock: graphtest.Clock(now),
		Tool: tenant.ManifestTool{Name: "ztagent", Version: "test"},
	}
	if change != nil {
		change(&o)
	}
	result, err := graph.Collect(context.Background(), o)
	require.NoError(t, err)
	return result, dir
}

func open(t testing.TB, fsys fs.FS) *tenant.Snapshot {
	t.Helper()
	s, err := tenant.OpenFS(fsys, "test")
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func files(t *testing.T, texts map[string]string) fstest.MapFS {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range texts {
		if name != "manifest" {
			require.True(t, tenant.IsDataset(name), name)
		}
		fsys[name+".json"] = &fstest.MapFile{Data: []byte(text), ModTime: now}
	}
	return fsys
}

func TestCollectWritesASnapshot(t *testing.T) {
	s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t), PageCap: 2})
	result, dir := collect(t, s, nil)
	for d, entry := range result.Manifest.Datasets {
		if d == tenant.DatasetKillSwitchDrills {
			assert.Equal(t, "absent", entry.Status)
			continue
		}
		assert.Equal(t, "complete", entry.Status, "%s: %+v", d, entry.Error)
	}
	info, err := os.Stat(dir)
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o700), info.Mode().Perm())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		info, err := e.Info()
		require.NoError(t, err)
		assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), e.Name())
		assert.NotContains(t, e.Name(), ".partial")
	}
	live := open(t, os.DirFS(dir))
	assert.Equal(t, "Contoso", live.DisplayName)
	assert.Equal(t, now, live.TakenAt)
	assert.Equal(t, 30*24*time.Hour, live.Window.SignIns)
	same(t, open(t, contoso(t)), live)
}
