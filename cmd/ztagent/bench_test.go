//go:build unix

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/synth"
	"github.com/ztagent/ztagent/internal/tenant"
	"github.com/ztagent/ztagent/report"
)

// BenchmarkAudit runs the whole audit (read, judge, report as JSON and SARIF) on
// generated tenants, beside a scan of every token of the same files by the same
// JSON library. Compare cpu-ms/op of the two for the ratio, and of two sizes for
// the growth. ZTAGENT_BENCH_AGENTS names other sizes than the default.
func BenchmarkAudit(b *testing.B) {
	for _, agents := range benchmarkSizes() {
		dir := generated(b, agents)
		b.Run(fmt.Sprintf("tokens/%d", agents), func(b *testing.B) { measure(b, func() { scanTokens(b, dir) }) })
		b.Run(fmt.Sprintf("open/%d", agents), func(b *testing.B) {
			measure(b, func() { openTenant(b, dir) })
			reportLive(b, agents, func() any { return openTenant(b, dir) })
		})
		b.Run(fmt.Sprintf("judge/%d", agents), func(b *testing.B) {
			measure(b, func() { judgeTenant(b, openTenant(b, dir)) })
			reportLive(b, agents, func() any { s := openTenant(b, dir); return []any{s, judgeTenant(b, s)} })
		})
		b.Run(fmt.Sprintf("all/%d", agents), func(b *testing.B) {
			measure(b, func() {
				r := judgeTenant(b, openTenant(b, dir))
				must(b, report.JSON(io.Discard, r, report.Options{}))
				must(b, report.SARIF(io.Discard, r, report.Options{}))
			})
		})
	}
}

func benchmarkSizes() []int {
	var sizes []int
	for word := range strings.SplitSeq(os.Getenv("ZTAGENT_BENCH_AGENTS"), ",") {
		if n, err := strconv.Atoi(word); err == nil {
			sizes = append(sizes, n)
		}
	}
	if sizes == nil {
		return []int{1000, 10000}
	}
	return sizes
}

func generated(b *testing.B, agents int) string {
	dir := filepath.Join(b.TempDir(), "snapshot")
	must(b, os.Mkdir(dir, 0o700))
	must(b, synth.Generate(synth.Dir(dir), 1, agents, synth.DefaultOptions()))
	return dir
}

func openTenant(b *testing.B, dir string) *tenant.Snapshot {
	s, err := tenant.Open(dir)
	must(b, err)
	return s
}

func judgeTenant(b *testing.B, s *tenant.Snapshot) *audit.Report {
	r, err := audit.Run(b.Context(), s, checks.All(), audit.Options{FixFor: fixFor, Note: checks.Note()})
	must(b, err)
	return r
}

func scanTokens(b *testing.B, dir string) {
	names, err := filepath.Glob(filepath.Join(dir, "*.json"))
	must(b, err)
	for _, name := range names {
		f, err := os.Open(name)
		must(b, err)
		dec := jsontext.NewDecoder(f)
		for {
			if _, err := dec.ReadToken(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
		must(b, f.Close())
	}
}

// measure reports processor time beside the clock: neighbours on a shared
// machine disturb it less.
func measure(b *testing.B, run func()) {
	before := processorTime()
	for b.Loop() {
		run()
	}
	spent := processorTime() - before
	b.ReportMetric(float64(spent.Milliseconds())/float64(b.N), "cpu-ms/op")
}

// reportLive reports the bytes that stay per agent while value is held.
func reportLive(b *testing.B, agents int, value func() any) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	held := value()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(held)
	b.ReportMetric((float64(after.HeapAlloc)-float64(before.HeapAlloc))/float64(agents), "live-B/agent")
}

func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
