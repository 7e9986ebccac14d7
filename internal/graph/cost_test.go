package graph_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/graph"
	"github.com/ztagent/ztagent/internal/graph/graphtest"
	"github.com/ztagent/ztagent/internal/synth"
	"github.com/ztagent/ztagent/internal/tenant"
)

// generated is a synthetic tenant with so many agents.
func generated(tb testing.TB, agents int) fs.FS {
	tb.Helper()
	dir := tb.TempDir()
	require.NoError(tb, synth.Generate(synth.Dir(dir), 1, agents, synth.DefaultOptions()))
	return os.DirFS(dir)
}

// cost is what a collection took.
type cost struct {
	requests  int
	units     int
	throttled int
	elapsed   time.Duration // virtual
	byPath    map[string]int
	manifest  tenant.Manifest
}

// measure collects a tenant in virtual time: every answer takes 50 ms, and the
// rates of Conditional Access and the reports are enforced.
func measure(t *testing.T, fsys fs.FS, dir string, datasets []tenant.Dataset, budget *graphtest.Budget) cost {
	t.Helper()
	var c cost
	synctest.Test(t, func(t *testing.T) {
		pipe := graphtest.NewPipe()
		s := graphtest.Start(t, graphtest.Options{Snapshot: fsys, Listener: pipe, Latency: 50 * time.Millisecond, Rates: true, Budget: budget})
		transport := pipe.Transport()
		defer transport.CloseIdleConnections()
		began := time.Now()
		// The logs' window is relative to now, which here is another year.
		offset := synth.TakenAt.Sub(began)
		real := graph.RealClock()
		clock := graph.Clock{Sleep: real.Sleep, Now: func() time.Time { return time.Now().Add(offset) }}
		result, err := graph.Collect(context.Background(), graph.Options{
			Session: session(t, s, s.Token()), Dir: dir,
			Transport: transport, Clock: clock, Datasets: datasets,
		})
		require.NoError(t, err)
		c = cost{requests: s.Count(), units: s.Units(), elapsed: time.Since(began), byPath: map[string]int{}, manifest: result.Manifest}
		for _, r := range s.Requests() {
			if !r.Batched {
				c.byPath[r.Path]++
			}
			if r.Status == 429 {
				c.throttled++
			}
		}
	})
	return c
}

// floor is R(N): the fewest requests for agents with owners, sponsors,
// assignments and grants, without the constant part.
func floor(agents, grants int) int {
	return ceil(agents, 999) + 3*ceil(agents, 100) + ceil(grants, 999)
}

func ceil(n, size int) int { return (n + size - 1) / size }

// coreDatasets are those that the floor speaks of.
func coreDatasets() []tenant.Dataset {
	return []tenant.Dataset{tenant.DatasetAgentIdentities, tenant.DatasetAppRoleAssignments, tenant.DatasetOAuth2PermissionGrants}
}

// coreRequests counts the requests about agents and grants.
func (c cost) coreRequests() int {
	n := 0
	for path, count := range c.byPath {
		if aboutFloor(path) {
			n += count
		}
	}
	return n
}

func aboutFloor(path string) bool {
	return strings.Contains(path, "microsoft.graph.agentIdentity") && !strings.Contains(path, "Blueprint") ||
		strings.HasSuffix(path, "/oauth2PermissionGrants")
}

func TestRequestsStayNearTheFloor(t *testing.T) {
	const agents = 1000
	fsys := generated(t, agents)
	grants := open(t, fsys).OAuth2PermissionGrants.Len()
	core := measure(t, fsys, filepath.Join(t.TempDir(), "s"), coreDatasets(), nil)
	t.Logf("core: %d requests (%d about agents and grants), %d units, %v; floor %d", core.requests, core.coreRequests(), core.units, core.elapsed, floor(agents, grants))
	assert.LessOrEqual(t, float64(core.coreRequests()), 1.10*float64(floor(agents, grants)))

	whole := measure(t, fsys, filepath.Join(t.TempDir(), "s"), nil, nil)
	t.Logf("whole: %d requests, %d units, %v", whole.requests, whole.units, whole.elapsed)
	page, err := os.ReadFile("../../docs/collection.md")
	require.NoError(t, err)
	assert.Contains(t, string(page), fmt.Sprintf("| 1,000 | %d | %d | %d |", floor(agents, grants), core.coreRequests(), whole.requests),
		"docs/collection.md tells these numbers")
}

// TestBudgetsSlowDownAndLoseNothing: under the budget of a small tenant
// collection takes hardly longer; under one that is far too small it takes as
// long as the budget makes it, and every fact is there.
func TestBudgetsSlowDownAndLoseNothing(t *testing.T) {
	fsys := generated(t, 1000)
	whole := filepath.Join(t.TempDir(), "s")
	free := measure(t, fsys, whole, nil, nil)
	small := measure(t, fsys, filepath.Join(t.TempDir(), "s"), nil, &graphtest.Budget{Units: 3500})
	assert.LessOrEqual(t, small.elapsed.Seconds(), 1.2*free.elapsed.Seconds())
	assert.Zero(t, small.throttled)

	dir := filepath.Join(t.TempDir(), "s")
	tiny := measure(t, fsys, dir, nil, &graphtest.Budget{Units: 50})
	windows := ceil(free.units, 50)
	t.Logf("free %v, 3,500 units %v, 50 units %v (%d windows, %d throttled)", free.elapsed, small.elapsed, tiny.elapsed, windows, tiny.throttled)
	assert.LessOrEqual(t, tiny.elapsed, time.Duration(windows+2)*11*time.Second)
	assert.Less(t, tiny.throttled, free.requests, "throttled requests hold the others back")
	same(t, open(t, os.DirFS(whole)), open(t, os.DirFS(dir)))
}

// TestRatesAreKept: with the rates of Conditional Access and the reports
// enforced, and nobody else asking, no request is turned away.
func TestRatesAreKept(t *testing.T) {
	c := measure(t, contoso(t), filepath.Join(t.TempDir(), "s"), nil, nil)
	assert.Zero(t, c.throttled)
}

// BenchmarkCollect prints the requests of a collection beside the floor.
func BenchmarkCollect(b *testing.B) {
	for _, agents := range []int{1000, 10_000} {
		b.Run(fmt.Sprint(agents), func(b *testing.B) {
			fsys := generated(b, agents)
			snapshot, err := tenant.OpenFS(fsys, "generated")
			require.NoError(b, err)
			s, err := graphtest.New(graphtest.Options{Snapshot: fsys})
			require.NoError(b, err)
			defer s.Close()
			c, err := graph.CloudOf("", graph.Endpoints{Graph: s.URL, ARM: s.URL})
			require.NoError(b, err)
			in, err := graph.SignIn{GraphToken: s.Token(), ARMToken: s.Token()}.Open(b.Context(), c)
			require.NoError(b, err)
			before := 0
			for b.Loop() {
				before = s.Count()
				_, err := graph.Collect(b.Context(), graph.Options{Session: in, Dir: filepath.Join(b.TempDir(), "s"), Clock: graphtest.Clock(synth.TakenAt)})
				require.NoError(b, err)
			}
			least := floor(agents, snapshot.OAuth2PermissionGrants.Len())
			b.ReportMetric(float64(s.Count()-before), "requests")
			b.ReportMetric(float64(least), "floor")
		})
	}
}
