package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/graph/graphtest"
	"github.com/ztagent/ztagent/internal/tenant"
)

// quickChecks read nothing that Graph answers once per second.
const quickChecks = "unique-identity,federated-credentials,delegated-permissions,sponsor-attestation"

// TestSoakKilled kills the real process, or interrupts it, at random moments of a
// collection, audits what is there, and goes on until it is whole. SOAK_KILLS is
// the number of rounds, SOAK_SEED says when; every fifth round of a long soak reads
// everything, at the pace that Graph allows.
func TestSoakKilled(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot be interrupted there")
	}
	seed, rounds := fromEnv(t, "SOAK_SEED", 1), fromEnv(t, "SOAK_KILLS", 2)
	stopped := 0
	for n := range rounds {
		t.Run(fmt.Sprintf("seed=%d/round=%d", seed, n), func(t *testing.T) {
			k := killing{t: t, r: rand.New(rand.NewPCG(seed, n)), checks: quickChecks}
			if n%5 == 4 {
				k.checks = ""
			}
			stopped += k.run()
		})
	}
	t.Logf("%d rounds, %d processes killed or interrupted", rounds, stopped)
}

func fromEnv(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	require.NoError(t, err, name)
	return n
}

// killing is one round.
type killing struct {
	t      *testing.T
	r      *rand.Rand
	server *graphtest.Server
	token  string
	checks string // "" is all
	work   string
}

// run collects once in peace and once with up to four violent ends, and compares.
func (k *killing) run() (stopped int) {
	k.work = k.t.TempDir()
	pages, longest := 3+k.r.IntN(8), 250
	if k.checks == "" {
		pages, longest = 0, 6_000
	}
	k.server = graphtest.Start(k.t, graphtest.Options{
		Snapshot: os.DirFS("../../fixtures/contoso"), PageCap: pages, Latency: time.Duration(1+k.r.IntN(8)) * time.Millisecond,
		Faults: []*graphtest.Fault{{Kind: graphtest.Truncated, Path: "agentIdentity", Times: k.r.Int64N(3) + 1, After: k.r.Int64N(5)}},
	})
	k.token = k.server.Token()
	whole, dir := filepath.Join(k.work, "whole"), filepath.Join(k.work, "killed")
	require.Equal(k.t, 0, k.ztagent(0, nil, "collect", "-q", "-o", whole))
	truth, _ := k.audit(whole)
	for range 1 + k.r.IntN(4) {
		signal := []os.Signal{os.Kill, os.Interrupt}[k.r.IntN(2)]
		wait := time.Duration(10+k.r.IntN(longest)) * time.Millisecond
		if k.ztagent(wait, signal, "collect", "-q", "--resume", "-o", dir) == 0 {
			break // it was faster
		}
		stopped++
		k.t.Logf("%v after %v", signal, wait)
		k.half(dir, truth, signal)
	}
	require.Equal(k.t, 0, k.ztagent(0, nil, "collect", "-q", "--resume", "-o", dir))
	after, _ := k.audit(dir)
	assert.Equal(k.t, truth, after)
	assert.Equal(k.t, rows(k.t, whole), rows(k.t, dir))
	return stopped
}

// half audits what a process left that came to a violent end.
func (k *killing) half(dir string, truth map[string]string, signal os.Signal) {
	k.t.Helper()
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return // it ended before it began
	}
	require.NoError(k.t, err)
	for _, e := range entries {
		body, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(k.t, err)
		assert.Empty(k.t, graphtest.Leaks(string(body), k.token), e.Name())
		if signal == os.Interrupt {
			assert.False(k.t, strings.HasPrefix(e.Name(), "."), "%s is left behind", e.Name())
		}
	}
	if _, err := os.Stat(filepath.Join(dir, tenant.ManifestName)); errors.Is(err, os.ErrNotExist) {
		return
	}
	rules, code := k.audit(dir)
	assert.NotZero(k.t, code, "half a tenant is no success")
	for rule, status := range rules {
		assert.False(k.t, status == "pass" && truth[rule] != "pass", "%s passes only where data is missing", rule)
	}
}

// audit returns the status of every rule, and the exit status.
func (k *killing) audit(dir string) (map[string]string, int) {
	k.t.Helper()
	report := filepath.Join(k.work, "report.json")
	code := k.ztagent(0, nil, "audit", "-q", "--snapshot", dir, "-f", "json", "-o", report)
	body, err := os.ReadFile(report)
	require.NoError(k.t, err)
	var r struct {
		Checks []struct {
			Rules []struct{ ID, Status string }
		}
	}
	require.NoError(k.t, json.Unmarshal(body, &r, json.MatchCaseInsensitiveNames(true)))
	all := map[string]string{}
	for _, c := range r.Checks {
		for _, rule := range c.Rules {
			all[rule.ID] = rule.Status
		}
	}
	require.NotEmpty(k.t, all)
	return all, code
}

// ztagent runs the command, ends it by a signal after a while unless that is 0, and
// returns its exit status, -1 for a violent end.
func (k *killing) ztagent(after time.Duration, signal os.Signal, args ...string) int {
	k.t.Helper()
	if k.checks != "" {
		args = append(args, "--check", k.checks)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	cmd := exec.CommandContext(ctx, "ztagent", args...)
	if after > 0 {
		cmd.Cancel = func() error { return cmd.Process.Signal(signal) }
		timer := time.AfterFunc(after, cancel)
		defer timer.Stop()
	}
	cmd.Env = append(os.Environ(), "ZTAGENT_GRAPH_ENDPOINT="+k.server.URL, "ZTAGENT_ARM_ENDPOINT="+k.server.URL,
		"ZTAGENT_GRAPH_TOKEN="+k.token, "ZTAGENT_ARM_TOKEN="+k.token)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err := cmd.Run()
	assert.Empty(k.t, graphtest.Leaks(said.String(), k.token))
	if cmd.ProcessState == nil {
		require.NoError(k.t, err)
	}
	if code := cmd.ProcessState.ExitCode(); after > 0 || code == 0 || args[0] == "audit" {
		return code
	}
	k.t.Fatalf("ztagent %v: %v\n%s", args, err, said.String())
	return -1
}

// rows are the lines of every data file, sorted: one object a line.
func rows(t *testing.T, dir string) map[string][]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	all := map[string][]string{}
	for _, e := range entries {
		if e.Name() == tenant.ManifestName {
			continue
		}
		body, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		lines := strings.Split(string(body), "\n")
		for i := range lines {
			lines[i] = strings.TrimSuffix(lines[i], ",")
		}
		slices.Sort(lines)
		all[e.Name()] = lines
	}
	return all
}
