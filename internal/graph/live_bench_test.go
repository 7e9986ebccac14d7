package graph_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/graph/graphtest"
	"github.com/ztagent/ztagent/internal/tenant"
)

// BenchmarkLive runs the command itself against a server on loopback that takes
// 50 ms per answer and keeps the rates of Conditional Access, ID Protection and
// the reports: without a budget, and with the smallest that Graph gives a tenant,
// which says when to come back or does not. It holds what was collected against
// what the server has, object by object. ZTAGENT_LIVE_AGENTS names the sizes.
func BenchmarkLive(b *testing.B) {
	sizes := os.Getenv("ZTAGENT_LIVE_AGENTS")
	if sizes == "" {
		sizes = "1000"
	}
	ztagent := filepath.Join(b.TempDir(), "ztagent")
	build := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-o", ztagent, "../../cmd/ztagent")
	out, err := build.CombinedOutput()
	require.NoError(b, err, string(out))
	for size := range strings.SplitSeq(sizes, ",") {
		agents, err := strconv.Atoi(size)
		require.NoError(b, err)
		fsys := generated(b, agents)
		for _, budget := range []struct {
			name  string
			units *graphtest.Budget
			only  string // checks
		}{
			{"facts-of-the-floor", nil, "delegated-permissions,sponsor-attestation"},
			{"everything", nil, ""},
			{"everything-3500-units", &graphtest.Budget{Units: 3500}, ""},
			{"everything-3500-units-silent", &graphtest.Budget{Units: 3500, Silent: true}, ""},
		} {
			b.Run(size+"/"+budget.name, func(b *testing.B) {
				for b.Loop() {
					s, err := graphtest.New(graphtest.Options{Snapshot: fsys, Latency: 50 * time.Millisecond, Rates: true, Budget: budget.units})
					require.NoError(b, err)
					dir := filepath.Join(b.TempDir(), "snapshot")
					run := live(b, ztagent, s, "collect", "-q", "-o", dir, "--since", "60d", "--check", budget.only)
					s.Close()
					b.StopTimer()
					lost(b, open(b, fsys), open(b, os.DirFS(dir)), budget.only != "")
					run.report(b, s, floor(agents, open(b, fsys).OAuth2PermissionGrants.Len()))
					b.StartTimer()
				}
			})
		}
	}
}

// process is what a command took.
type process struct {
	wall, cpu time.Duration
	peak      float64 // MB
}

// live runs ztagent against the server.
func live(b *testing.B, ztagent string, s *graphtest.Server, args ...string) process {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), ztagent, args...)
	cmd.Env = append(os.Environ(), "ZTAGENT_GRAPH_ENDPOINT="+s.URL, "ZTAGENT_ARM_ENDPOINT="+s.URL,
		"ZTAGENT_GRAPH_TOKEN="+s.Token(), "ZTAGENT_ARM_TOKEN="+s.Token())
	var said strings.Builder
	cmd.Stderr = &said
	began := time.Now()
	require.NoError(b, cmd.Start())
	ctx, stop := context.WithCancel(b.Context())
	peak := make(chan float64)
	go func() { peak <- watch(ctx, cmd.Process.Pid) }()
	err := cmd.Wait()
	p := process{wall: time.Since(began), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	stop()
	p.peak = <-peak
	require.NoError(b, err, said.String())
	return p
}

var highWater = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// watch returns the largest memory of a process in MB, as Linux tells it; what a
// child reports at its end counts that of the process which started it, too.
func watch(ctx context.Context, pid int) float64 {
	peak := 0.0
	for {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if m := highWater.FindSubmatch(status); m != nil {
			kib, _ := strconv.ParseFloat(string(m[1]), 64)
			peak = max(peak, kib*1024/1e6)
		}
		select {
		case <-ctx.Done():
			return peak
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (p process) report(b *testing.B, s *graphtest.Server, least int) {
	b.Helper()
	throttled, facts := 0, 0
	for _, r := range s.Requests() {
		if r.Status == 429 {
			throttled++
		}
		if !r.Batched && aboutFloor(r.Path) {
			facts++
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(p.wall.Seconds(), "wall-s")
	b.ReportMetric(p.cpu.Seconds(), "cpu-s")
	b.ReportMetric(p.peak, "peak-MB")
	b.ReportMetric(float64(s.Count()), "requests")
	b.ReportMetric(float64(facts), "requests-of-floor")
	b.ReportMetric(float64(least), "floor")
	b.ReportMetric(float64(s.Units()), "units")
	b.ReportMetric(float64(throttled), "throttled")
}

// lost fails the benchmark for every object that the server has and the
// collection has not, or has otherwise; part looks at the floor's facts alone.
func lost(b *testing.B, want, got *tenant.Snapshot, part bool) {
	b.Helper()
	datasets := tenant.Datasets()
	if part {
		datasets = coreDatasets()
	}
	for _, d := range datasets {
		if d == tenant.DatasetKillSwitchDrills {
			continue // Graph has none
		}
		missing, extra := differ(contents(want, d), contents(got, d))
		if d == tenant.DatasetResourceServicePrincipals {
			missing = missing[min(len(missing), unasked(want)):]
		}
		if len(missing)+len(extra) > 0 {
			gap, _ := got.Gap(d)
			b.Errorf("%s: %d objects lost or changed, %d not there before (%s: %s)", d, len(missing), len(extra), gap.Status, gap.Reason)
		}
	}
}

// unasked counts the APIs of which nobody holds a permission: those are not read.
func unasked(s *tenant.Snapshot) int {
	asked := map[tenant.ID]bool{}
	for a := range s.AppRoleAssignments.All() {
		asked[a.ResourceID] = true
	}
	for g := range s.OAuth2PermissionGrants.All() {
		asked[g.ResourceID] = true
	}
	n := 0
	for p := range s.ResourceServicePrincipals.All() {
		if !asked[p.ID] {
			n++
		}
	}
	return n
}
