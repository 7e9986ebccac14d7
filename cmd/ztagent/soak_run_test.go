package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/graph"
	"github.com/ztagent/ztagent/internal/graph/graphtest"
	"github.com/ztagent/ztagent/internal/synth"
	"github.com/ztagent/ztagent/internal/tenant"
)

func newSoak(t *testing.T, seed uint64, long bool) *soak {
	t.Helper()
	s := &soak{long: long, tally: tally{modes: map[mode]int{}, hits: map[graphtest.Kind]int64{}}}
	var calls atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		fmt.Fprint(w, `{"value":[]}`)
	}))
	t.Cleanup(other.Close)
	s.other, s.heard = other.URL, func() int { return int(calls.Load()) }
	for _, name := range []string{"contoso", "compliant", "bare", "empty", "forbidden"} {
		s.tenants = append(s.tenants, newSoakTenant(t, name, os.DirFS(filepath.Join("../../fixtures", name))))
	}
	generated := 2
	if long {
		generated = 12
	}
	for i := range uint64(generated) {
		dir := t.TempDir()
		require.NoError(t, synth.Generate(synth.Dir(dir), seed*1000+i, 4+int(i)*2, synth.Options{SignIns: 0.3, Audits: 0.3}))
		s.tenants = append(s.tenants, newSoakTenant(t, fmt.Sprint("generated ", i), os.DirFS(dir)))
	}
	return s
}

// soakTenant is a tenant with what is true of it.
type soakTenant struct {
	name  string
	fsys  fs.FS
	taken time.Time
	truth *truth
	code  int // of a collection when the service is well
}

// newSoakTenant collects a tenant from a service that is well, in one go.
func newSoakTenant(t *testing.T, name string, fsys fs.FS) *soakTenant {
	t.Helper()
	manifest, _, err := tenant.ReadManifest(fsys)
	require.NoError(t, err)
	taken, err := time.Parse(time.RFC3339, manifest.TakenAt)
	require.NoError(t, err)
	st := &soakTenant{name: name, fsys: fsys, taken: taken}
	server := graphtest.Start(t, graphtest.Options{Snapshot: fsys})
	dir := filepath.Join(t.TempDir(), "snapshot")
	a := &attempt{tenant: st, server: server, token: server.Token()}
	st.code = a.here(t.Context(), "collect", "-o", dir)
	require.Contains(t, []int{exitOK, exitInconclusive}, st.code, a.said())
	server.Close()
	st.truth = truthOf(t, dir)
	return st
}

// round does what p says.
func (s *soak) round(t *testing.T, p *plan) {
	before := goroutines()
	temp := tempDir(t)
	parent := t.TempDir()
	out := filepath.Join(parent, "snapshot")
	watch := &watcher{}
	server := graphtest.Start(t, graphtest.Options{
		Snapshot: p.tenant.fsys, PageCap: p.pageCap, Faults: p.faults, Quirks: p.quirks, Elsewhere: s.other, Seen: watch.seen,
	})
	var authority *graphtest.Authority
	if p.mode == process || p.mode == patient {
		authority = graphtest.StartAuthority(t, server)
	}
	defer func() {
		s.tally.add(p, server.Count())
		if t.Failed() {
			t.Log(p)
		}
	}()
	for i, step := range p.steps {
		a := &attempt{tenant: p.tenant, server: server, authority: authority, token: server.Token(step.roles...), waits: p.mode == patient}
		s.tally.steps++
		s.step(t, p, a, watch, step, out, i > 0)
		s.checkAttempt(t, p, a, parent, temp, step)
	}
	server.Mend()
	watch.set(0, nil, 0, nil)
	if p.mode != auditing && p.mode != redacting {
		a := &attempt{tenant: p.tenant, server: server, authority: authority, token: server.Token(), waits: p.mode == patient}
		args := []string{"collect", "-v", "-o", out, "--resume"}
		if p.mode == patient {
			require.Equal(t, p.tenant.code, a.process(t, watch, soakStep{}, args...), a.said())
		} else {
			require.Equal(t, p.tenant.code, a.here(t.Context(), args...), a.said())
		}
		s.checkAttempt(t, p, a, parent, temp, soakStep{})
		p.tenant.truth.whole(t, out)
	}
	if authority != nil {
		authority.Close()
	}
	server.Close()
	assert.Zero(t, s.heard(), "another host was asked")
	assertNothingRuns(t, before)
	assertNothingIsOpen(t, parent)
}

// step runs the command once against a service that is not well.
func (s *soak) step(t *testing.T, p *plan, a *attempt, watch *watcher, st soakStep, out string, again bool) {
	args := []string{"collect", "-v", "-o", out, "--concurrency", fmt.Sprint(p.concurrency)}
	switch p.mode {
	case auditing:
		out += ".json"
		_ = os.Remove(out) // of the step before
		args = []string{"audit", "-v", "-o", "json=" + out, "--show-passes", "--fail-on", "never", "--unknown", "ignore"}
	case redacting:
		_ = os.RemoveAll(out)
		args = append(args, "--redact", "ids")
	default:
		if again {
			args = append(args, "--resume")
		}
	}
	var code int
	if a.authority != nil {
		code = a.process(t, watch, st, args...)
		if code == killed {
			s.tally.killed++
		} else if st.stop > 0 && watch.fired() {
			s.tally.interrupted++
		}
	} else {
		ctx, cancel := context.WithCancel(t.Context())
		watch.set(st.stop, cancel, st.revoke, func() { a.server.Revoke(a.token) })
		code = a.here(ctx, args...)
		cancel()
		if st.stop > 0 && watch.fired() {
			s.tally.stopped++
		}
	}
	if st.revoke > 0 && watch.revoked() {
		s.tally.revoked++
	}
	assert.Contains(t, []int{exitOK, exitInconclusive, exitCannotRun, killed}, code, a.said())
	if p.mode == auditing {
		_, err := os.Stat(out)
		assert.Equal(t, code == exitOK, err == nil, "a report is there when the audit ran, and only then")
		if err == nil {
			p.tenant.truth.lawOfReport(t, out)
		}
		return
	}
	if p.mode == redacting {
		return
	}
	if _, err := os.Stat(filepath.Join(out, tenant.ManifestName)); err == nil {
		p.tenant.truth.law(t, out)
	}
}

// killed is the exit status of a process that was.
const killed = -1

// watcher acts when a server has seen so many requests.
type watcher struct {
	mu             sync.Mutex
	count          int
	stopAt, lostAt int
	stop, lose     func()
}

func (w *watcher) set(stopAt int, stop func(), lostAt int, lose func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.count, w.stopAt, w.lostAt, w.stop, w.lose = 0, stopAt, lostAt, stop, lose
}

func (w *watcher) seen(graphtest.Request) {
	w.mu.Lock()
	w.count++
	var act func()
	switch w.count {
	case w.stopAt:
		act = w.stop
	case w.lostAt:
		act = w.lose
	}
	w.mu.Unlock()
	if act != nil {
		act()
	}
}

func (w *watcher) fired() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stopAt > 0 && w.count >= w.stopAt
}

func (w *watcher) revoked() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.lostAt > 0 && w.count >= w.lostAt && w.lostAt != w.stopAt
}

// attempt is one run of the command.
type attempt struct {
	tenant    *soakTenant
	server    *graphtest.Server
	authority *graphtest.Authority
	token     string
	waits     bool // a process, on a clock that waits
	out       bytes.Buffer
	mu        sync.Mutex
}

// Write collects what the command prints, from whichever goroutine.
func (a *attempt) Write(b []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.out.Write(b)
}

func (a *attempt) said() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.out.String()
}

// here runs the command in this process, on a clock that does not wait.
func (a *attempt) here(ctx context.Context, args ...string) int {
	environment := map[string]string{
		"ZTAGENT_GRAPH_ENDPOINT": a.server.URL, "ZTAGENT_ARM_ENDPOINT": a.server.URL,
		"ZTAGENT_GRAPH_TOKEN": a.token, "ZTAGENT_ARM_TOKEN": a.token,
	}
	return run(ctx, args, &world{
		In: strings.NewReader(""), Out: a, Err: a, Clock: graphtest.Clock(a.tenant.taken), Now: time.Now,
		Getenv: func(name string) (string, bool) { v, ok := environment[name]; return v, ok },
	})
}

// process runs the command in a process of its own, signed in with a secret, so
// that tokens can be renewed; at the step's request it is killed or asked to end.
func (a *attempt) process(t *testing.T, watch *watcher, s soakStep, args ...string) int {
	t.Helper()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(ca, a.authority.CA, 0o600))
	cmd := exec.Command("ztagent-then", append(args, "--auth", "client-secret", "--tenant", a.server.Tenant(), "--client-id", graphtest.ClientID)...)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.Getenv("TMPDIR"), "HOME=" + os.Getenv("TMPDIR"),
		"ZTAGENT_GRAPH_ENDPOINT=" + a.server.URL, "ZTAGENT_ARM_ENDPOINT=" + a.server.URL,
		"AZURE_AUTHORITY_HOST=" + a.authority.URL, "AZURE_CLIENT_SECRET=" + graphtest.Secret, "SSL_CERT_FILE=" + ca,
		soakNow + "=" + a.tenant.taken.Format(time.RFC3339), fmt.Sprintf("%s=%t", soakWaits, a.waits),
	}
	cmd.Stdout, cmd.Stderr = a, a
	started := make(chan struct{})
	end := func(sig os.Signal) func() {
		return func() {
			<-started
			_ = cmd.Process.Signal(sig) // it may have ended by itself
		}
	}
	stop := end(os.Interrupt)
	if s.kill {
		stop = end(os.Kill)
	}
	watch.set(s.stop, stop, s.revoke, a.server.RevokeAll)
	require.NoError(t, cmd.Start())
	close(started)
	err := cmd.Wait()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return exit.ExitCode() // -1 when a signal ended it
	case err != nil:
		t.Fatalf("running the command: %v", err)
	}
	return exitOK
}

// The variables of mainThen: the moment at which its clock starts, and whether it
// waits as the machine's does.
const (
	soakNow   = "ZTAGENT_TEST_NOW"
	soakWaits = "ZTAGENT_TEST_WAITS"
)

// mainThen is main at the moment when the tenant was taken.
func mainThen() {
	w := processWorld()
	now, err := time.Parse(time.RFC3339, os.Getenv(soakNow))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitUsage)
	}
	w.Clock = graphtest.Clock(now)
	if os.Getenv(soakWaits) == "true" {
		ahead := time.Until(now)
		w.Clock = graph.Clock{Now: func() time.Time { return time.Now().Add(ahead) }, Sleep: graph.RealClock().Sleep}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], w)
	stop()
	os.Exit(code)
}
