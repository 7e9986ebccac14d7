package synth

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

// memory is a sink that keeps its files.
type memory struct {
	mu    sync.Mutex
	files map[string][]byte
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
	f.sink.files[f.name] = f.Bytes()
	return nil
}

func generateFiles(t *testing.T, seed uint64, agents int, o Options) map[string][]byte {
	t.Helper()
	sink := &memory{files: map[string][]byte{}}
	require.NoError(t, Generate(sink, seed, agents, o))
	return sink.files
}

func TestGenerateIsDeterministic(t *testing.T) {
	first := generateFiles(t, 5, 200, DefaultOptions())
	assert.Equal(t, first, generateFiles(t, 5, 200, DefaultOptions()))
	other := generateFiles(t, 6, 200, DefaultOptions())
	assert.NotEqual(t, first["agentIdentities.json"], other["agentIdentities.json"])
}

func TestGenerateWritesStrictJSON(t *testing.T) {
	checkSnapshot(t, generateFiles(t, 1, 200, Options{SignIns: 2.5, Audits: 1.2}))
}

// TestGenerateWritesTheSameLines compares the two forms object by object.
func TestGenerateWritesTheSameLines(t *testing.T) {
	list := generateFiles(t, 1, 200, DefaultOptions())
	lines := generateFiles(t, 1, 200, Options{SignIns: 1, Audits: 0.1, Lines: true})
	for _, d := range tenant.Datasets() {
		if d.Singleton() {
			assert.Equal(t, list[string(d)+".json"], lines[string(d)+".json"], d)
			continue
		}
		var shape listShape
		require.NoError(t, json.Unmarshal(list[string(d)+".json"], &shape), d)
		text, ok := lines[string(d)+".jsonl"]
		require.True(t, ok, d)
		var got []jsontext.Value
		for line := range strings.Lines(string(text)) {
			got = append(got, jsontext.Value(strings.TrimSuffix(line, "\n")))
		}
		assert.Equal(t, len(shape.Value), len(got), d)
		for i := range got {
			assert.Equal(t, string(shape.Value[i]), string(got[i]), d)
		}
	}
}

func TestGenerateReadsWithoutGaps(t *testing.T) {
	for _, lines := range []bool{false, true} {
		dir := t.TempDir()
		o := DefaultOptions()
		o.Lines = lines
		require.NoError(t, Generate(Dir(dir), 3, 200, o))
		s, err := tenant.Open(dir)
		require.NoError(t, err)
		assert.Empty(t, s.Gaps())
		assert.Empty(t, s.Warnings)
		assert.Equal(t, 200, s.AgentIdentities.Len())
		assert.NoError(t, s.Close())
	}
}

// TestGenerateIsRealistic holds the distributions to what the comments promise:
// a fault for a few in a hundred, and a few blueprints with most agents.
func TestGenerateIsRealistic(t *testing.T) {
	g := newGenerator(11, 4000, DefaultOptions())
	p := newPlanner(g)
	fan := make([]int, g.nBlueprints)
	faulty := 0
	for i := range g.nAgents {
		fan[p.blueprintOf(i)]++
		if g.has(faultNoSponsor, i) {
			faulty++
		}
	}
	assert.InDelta(t, 0.012*4000, faulty, 30)
	top := fan[0] + fan[1] + fan[2]
	assert.Greater(t, top, 4000/10)
	assert.Less(t, top, 4000*6/10)

	files := generateFiles(t, 11, 4000, DefaultOptions())
	size := len(files["agentIdentities.json"]) / 4000
	assert.InDelta(t, 3300, size, 200, "bytes per agent")
}

// TestGenerateStreams checks that no dataset is held before it is written.
func TestGenerateStreams(t *testing.T) {
	var sink discard
	require.NoError(t, Generate(&sink, 1, 1000, DefaultOptions()))
	assert.LessOrEqual(t, sink.largest, 2*flushAt)
	assert.Greater(t, sink.largest, flushAt)
}

type discard struct {
	mu      sync.Mutex
	largest int
}

func (d *discard) Create(string) (io.WriteCloser, error) { return d, nil }
func (d *discard) Close() error                          { return nil }
func (d *discard) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.largest = max(d.largest, len(b))
	return len(b), nil
}

// full is a sink on which nothing fits.
type full struct{}

func (full) Create(string) (io.WriteCloser, error) { return full{}, nil }
func (full) Close() error                          { return nil }
func (full) Write([]byte) (int, error)             { return 0, errFull }

var errFull = errors.New("no space left")

func TestGenerateReportsWriteErrors(t *testing.T) {
	assert.ErrorIs(t, Generate(full{}, 1, 50, DefaultOptions()), errFull)
	assert.ErrorIs(t, Generate(Dir("/nonexistent"), 1, 1, DefaultOptions()), os.ErrNotExist)
}

// BenchmarkGenerate reports bytes per second of writing.
func BenchmarkGenerate(b *testing.B) {
	for b.Loop() {
		var sink counting
		require.NoError(b, Generate(&sink, 1, 5000, DefaultOptions()))
		b.SetBytes(sink.n)
	}
}

type counting struct {
	mu sync.Mutex
	n  int64
}

func (c *counting) Create(string) (io.WriteCloser, error) { return c, nil }
func (c *counting) Close() error                          { return nil }
func (c *counting) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n += int64(len(b))
	return len(b), nil
}
