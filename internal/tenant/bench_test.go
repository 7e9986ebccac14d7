//go:build unix

package tenant_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/synth"
	"github.com/ztagent/ztagent/internal/tenant"
)

// benchmarkAgents is the size at which reading is compared with a token scan.
const benchmarkAgents = 20000

// writeAgents makes a snapshot that holds only agentIdentities.json.
func writeAgents(b *testing.B, agents int) (dir string, data []byte) {
	b.Helper()
	all := b.TempDir()
	if err := synth.Generate(synth.Dir(all), 1, agents, synth.DefaultOptions()); err != nil {
		b.Fatal(err)
	}
	name := string(tenant.DatasetAgentIdentities) + ".json"
	data, err := os.ReadFile(filepath.Join(all, name))
	if err != nil {
		b.Fatal(err)
	}
	dir = b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
		b.Fatal(err)
	}
	return dir, data
}

// BenchmarkTokenScan is the floor: every token of agentIdentities by the same
// library, on one thread, nothing kept.
func BenchmarkTokenScan(b *testing.B) {
	_, data := writeAgents(b, benchmarkAgents)
	b.SetBytes(int64(len(data)))
	defer reportCPU(b, len(data))()
	for b.Loop() {
		dec := jsontext.NewDecoder(bytes.NewReader(data))
		for {
			if _, err := dec.ReadToken(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkOpenAgents reads the same bytes to audit facts, on one thread.
func BenchmarkOpenAgents(b *testing.B) {
	dir, data := writeAgents(b, benchmarkAgents)
	b.SetBytes(int64(len(data)))
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	defer reportCPU(b, len(data))()
	for b.Loop() {
		s, err := tenant.Open(dir)
		if err != nil {
			b.Fatal(err)
		}
		if s.AgentIdentities.Len() != benchmarkAgents {
			b.Fatal(s.AgentIdentities.Len())
		}
	}
}

// reportCPU reports megabytes per second of processor time, which neighbours on
// a shared machine disturb less than the clock.
func reportCPU(b *testing.B, size int) func() {
	before := processorTime()
	return func() {
		spent := processorTime() - before
		b.ReportMetric(float64(size)*float64(b.N)/1e6/spent.Seconds(), "MB/cpu-s")
	}
}

func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
