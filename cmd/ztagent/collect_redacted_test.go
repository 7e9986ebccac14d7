package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/graph/graphtest"
	"github.com/ztagent/ztagent/internal/redact/redacttest"
	"github.com/ztagent/ztagent/internal/synth"
)

// liveWorld is a world in which ztagent reads from a server, with every word it
// says in out. Each event of a collection looks at the clock, and calls event.
func liveWorld(s *graphtest.Server, out *bytes.Buffer, event func()) *world {
	token := s.Token()
	environment := map[string]string{
		"ZTAGENT_GRAPH_ENDPOINT": s.URL, "ZTAGENT_ARM_ENDPOINT": s.URL,
		"ZTAGENT_GRAPH_TOKEN": token, "ZTAGENT_ARM_TOKEN": token,
	}
	return &world{
		In: strings.NewReader(""), Out: out, Err: out, Clock: graphtest.Clock(time.Now()),
		Getenv: func(name string) (string, bool) { v, ok := environment[name]; return v, ok },
		Now: func() time.Time {
			event()
			return time.Now()
		},
	}
}

// servedTenants are contoso and generated ones.
func servedTenants(t *testing.T) map[string]fs.FS {
	t.Helper()
	tenants := map[string]fs.FS{"contoso": os.DirFS("../../fixtures/contoso")}
	generated := 3
	if testing.Short() {
		generated = 1
	}
	for seed := range generated {
		dir := t.TempDir()
		require.NoError(t, synth.Generate(synth.Dir(dir), 500+uint64(seed), 25, synth.Options{SignIns: 1, Audits: 1}))
		tenants[fmt.Sprintf("generated %d", seed)] = os.DirFS(dir)
	}
	return tenants
}

// TestCollectRedacted: what a live collection reads leaves nothing of itself, be
// it in files, in what is printed or beside; and the verdicts are those of an
// ordinary collection.
func TestCollectRedacted(t *testing.T) {
	for name, served := range servedTenants(t) {
		server := graphtest.Start(t, graphtest.Options{Snapshot: served, PageCap: 10})
		parent := t.TempDir()
		plain := filepath.Join(parent, "plain")
		var printed bytes.Buffer
		w := liveWorld(server, &printed, func() {})
		require.Equal(t, exitOK, run(t.Context(), []string{"collect", "-o", plain}, w), printed.String())
		for _, what := range []string{"names", "ids"} {
			t.Run(name+", "+what, func(t *testing.T) {
				printed.Reset()
				out := filepath.Join(parent, what, "snapshot")
				require.Equal(t, exitOK, run(t.Context(), []string{"collect", "-v", "-o", out, "--redact", what}, w), printed.String())
				require.Equal(t, exitOK, run(t.Context(), []string{"redact", "--verify", plain, out, "--redact", what}, w), printed.String())
				s := searcherFor(t, plain, what == "ids")
				left, err := s.InFiles(os.DirFS(filepath.Dir(out)))
				require.NoError(t, err)
				assert.Empty(t, left)
				assert.Empty(t, s.In(printed.String()))
				assert.Empty(t, asides(t, filepath.Dir(out)))
				assertPrivate(t, out)
				counts := verdictCounts(t, w, &printed, plain)
				assert.Greater(t, len(counts), 80)
				assert.Equal(t, counts, verdictCounts(t, w, &printed, out))
			})
		}
	}
}

// searcherFor looks for the originals that are not the server's address, and
// neither words of our own documents nor in the lists of what is public.
func searcherFor(t *testing.T, snapshot string, ids bool) *redacttest.Searcher {
	t.Helper()
	originals, err := redacttest.Originals(os.DirFS(snapshot), ids)
	require.NoError(t, err)
	ours, known := map[string]bool{}, ""
	files, err := filepath.Glob("../../internal/*/data/*.t?[tv]")
	require.NoError(t, err)
	for _, name := range append(files, "../../docs/checks.md", "../../docs/permissions.md") {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		known += strings.ToLower(string(text)) + "\n"
	}
	for _, word := range letters.FindAllString(known, -1) {
		ours[word] = true
	}
	s := redacttest.NewSearcher(originals, func(text string) bool {
		switch {
		case guid.MatchString(text):
			return !ids || strings.HasPrefix(text, "0000000") || strings.Contains(known, text)
		case text == "127.0.0.1" || strings.Contains(known, text):
			return true
		}
		for _, word := range letters.FindAllString(text, -1) {
			if !ours[word] {
				return false
			}
		}
		return true
	})
	require.Greater(t, s.Len(), 50)
	return s
}

var guid = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

var letters = regexp.MustCompile(`[\p{L}\p{N}]+`)

func asides(t *testing.T, parent string) []string {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(parent, ".ztagent-*"))
	require.NoError(t, err)
	return left
}

// assertPrivate looks at the modes of all that is below dir.
func assertPrivate(t *testing.T, dir string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := entry.Info()
		require.NoError(t, err)
		assert.Zero(t, info.Mode().Perm()&0o077, "%s: %s", name, info.Mode())
		return nil
	}))
}

// verdictCounts are the status and the counts of every rule.
func verdictCounts(t *testing.T, w *world, printed *bytes.Buffer, snapshot string) map[string]string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.json")
	code := run(t.Context(), []string{"audit", "--snapshot", snapshot, "-q", "-o", "json=" + file, "-o", "table=" + filepath.Join(t.TempDir(), "table")}, w)
	require.Contains(t, []int{exitFindings, exitInconclusive}, code, printed.String())
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var report struct {
		Checks []struct {
			Rules []struct {
				ID, Status string
				Counts     map[string]int
			}
		}
	}
	require.NoError(t, json.Unmarshal(text, &report, json.MatchCaseInsensitiveNames(true)))
	counts := map[string]string{}
	for _, c := range report.Checks {
		for _, r := range c.Rules {
			counts[r.ID] = fmt.Sprint(r.Status, r.Counts)
		}
	}
	return counts
}

// TestCollectRedactedLeavesNothing stops a redacted collection at one event after
// another, the last while it redacts: nothing is left of it.
func TestCollectRedactedLeavesNothing(t *testing.T) {
	server := graphtest.Start(t, graphtest.Options{Snapshot: os.DirFS("../../fixtures/contoso"), PageCap: 10})
	for _, stop := range []int{1, 2, 40, 90, 200} {
		parent := t.TempDir()
		ctx, cancel := context.WithCancel(t.Context())
		events, seen := 0, false
		var printed bytes.Buffer
		w := liveWorld(server, &printed, func() {
			if events++; events == stop {
				seen = len(asides(t, parent)) == 1
				cancel()
			}
		})
		code := run(ctx, []string{"collect", "-o", filepath.Join(parent, "out"), "--redact", "--no-progress"}, w)
		require.GreaterOrEqual(t, events, stop)
		require.True(t, seen, "it was there")
		assert.Equal(t, exitCannotRun, code)
		assert.Contains(t, printed.String(), "of a redacted collection nothing is kept")
		assert.NotContains(t, printed.String(), "--resume")
		entries, err := os.ReadDir(parent)
		require.NoError(t, err)
		assert.Empty(t, entries)
		cancel()
	}
	parent := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	printed := &cancelling{on: "requests", cancel: cancel}
	w := liveWorld(server, &printed.Buffer, func() {})
	w.Err = printed
	assert.Equal(t, exitCannotRun, run(ctx, []string{"collect", "-o", filepath.Join(parent, "out"), "--redact", "-v"}, w))
	assert.Contains(t, printed.String(), "of a redacted collection nothing is kept")
	entries, err := os.ReadDir(parent)
	require.NoError(t, err)
	assert.Empty(t, entries)
}

// cancelling calls cancel once a text is written to it.
type cancelling struct {
	bytes.Buffer
	on     string
	cancel func()
}

func (c *cancelling) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte(c.on)) {
		c.cancel()
	}
	return c.Buffer.Write(b)
}
