package redact

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/synth"
	"github.com/ztagent/ztagent/internal/tenant"
)

// corpus is every snapshot that the properties are tried on: the fixtures,
// generated tenants, and the cases of every check, which hold all that can go
// wrong in a few lines.
func corpus(t *testing.T) map[string]fs.FS {
	t.Helper()
	all := map[string]fs.FS{}
	for _, name := range []string{"contoso", "compliant", "bare", "forbidden", "empty"} {
		all[name] = os.DirFS(filepath.Join("../../fixtures", name))
	}
	generated := 20
	if testing.Short() {
		generated = 3
	}
	for seed := range generated {
		all[fmt.Sprintf("generated %d", seed)] = generate(t, uint64(seed), synth.Options{SignIns: 2, Audits: 1, Lines: seed%2 == 1})
	}
	archives, err := filepath.Glob("../../checks/testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, archives)
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		require.NoError(t, err)
		for name, files := range caseFiles(t, archive) {
			all[archiveName(archive, name)] = files
		}
	}
	return all
}

func archiveName(archive *txtar.Archive, name string) string {
	first, _, _ := strings.Cut(string(archive.Comment), ".")
	return first + ": " + name
}

// generate returns a generated tenant of thirty agents.
func generate(t *testing.T, seed uint64, o synth.Options) fs.FS {
	t.Helper()
	sink := &memory{files: fstest.MapFS{}}
	require.NoError(t, synth.Generate(sink, seed, 30, o))
	return sink.files
}

type memory struct {
	mu    sync.Mutex
	files fstest.MapFS
}

type memoryFile struct {
	bytes.Buffer
	name string
	sink *memory
}

func (m *memory) Create(name string) (io.WriteCloser, error) {
	return &memoryFile{name: name, sink: m}, nil
}

func (f *memoryFile) Close() error {
	f.sink.mu.Lock()
	defer f.sink.mu.Unlock()
	f.sink.files[f.name] = &fstest.MapFile{Data: f.Bytes()}
	return nil
}

// caseFiles returns the snapshots of an archive of the checks: CASE/FILE, with
// those under base/ in every case, a bare array for a list, and datasets that
// are not there for empty ones.
func caseFiles(t *testing.T, archive *txtar.Archive) map[string]fs.FS {
	t.Helper()
	directories := map[string]map[string]string{}
	for _, f := range archive.Files {
		directory, name, _ := strings.Cut(f.Name, "/")
		if directories[directory] == nil {
			directories[directory] = map[string]string{}
		}
		directories[directory][name] = string(f.Data)
	}
	base := directories["base"]
	delete(directories, "base")
	cases := map[string]fs.FS{}
	for name, own := range directories {
		files := maps.Clone(base)
		if files == nil {
			files = map[string]string{}
		}
		maps.Copy(files, own)
		cases[name] = caseSnapshot(t, files)
	}
	return cases
}

func caseSnapshot(t *testing.T, files map[string]string) fs.FS {
	t.Helper()
	manifest := map[string]any{
		"schemaVersion": 1, "tenantId": "aaaabbbb-0000-1111-2222-ccccdddd0000", "tenantDisplayName": "Contoso",
		"cloud": "public", "takenAt": "2026-11-20T06:00:00Z", "datasets": map[string]any{},
	}
	if own := files["manifest.json"]; own != "" {
		require.NoError(t, json.Unmarshal([]byte(own), &manifest))
	}
	snapshot := fstest.MapFS{}
	put := func(name, data string) {
		snapshot[name] = &fstest.MapFile{Data: []byte(data), ModTime: time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)}
	}
	for _, d := range tenant.Datasets() {
		name := string(d) + ".json"
		data, ok := files[name]
		_, lines := files[name+"l"]
		switch trimmed := strings.TrimSpace(data); {
		case trimmed == "absent", manifest["datasets"].(map[string]any)[string(d)] != nil && !ok:
		case lines:
			put(name+"l", files[name+"l"])
		case !ok && d.Singleton():
			put(name, "{}")
		case !ok:
			put(name, `{"value":[]}`)
		case strings.HasPrefix(trimmed, "[") && !d.Singleton():
			put(name, `{"value":`+trimmed+`}`)
		default:
			put(name, data)
		}
	}
	text, err := json.Marshal(manifest, json.Deterministic(true))
	require.NoError(t, err)
	put("manifest.json", string(text))
	return snapshot
}

func names(corpus map[string]fs.FS) []string { return slices.Sorted(maps.Keys(corpus)) }

// filesOf reads a snapshot's files.
func filesOf(t testing.TB, fsys fs.FS) map[string]string {
	t.Helper()
	files := map[string]string{}
	entries, err := fs.ReadDir(fsys, ".")
	require.NoError(t, err)
	for _, e := range entries {
		data, err := fs.ReadFile(fsys, e.Name())
		require.NoError(t, err)
		files[e.Name()] = string(data)
	}
	return files
}
