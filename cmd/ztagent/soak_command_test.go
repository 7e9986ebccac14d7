package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/graph/graphtest"
)

// The soak: rounds of collecting a tenant from a service that fails in every way
// it can, being stopped, and going on; after each step the law of verdicts and of
// safety is checked, and at last, with the service well again, that nothing was
// lost. What a round does is drawn from the seed and its number alone; which
// request meets which fault is up to the machine.

// The short form, for ordinary tests; make soak sets both.
const (
	soakSeed   = 1
	soakRounds = 16
)

func soakNumber(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	require.NoError(t, err, name)
	return n
}

// TestSoakCommand stops at the first round that breaks the law.
func TestSoakCommand(t *testing.T) {
	seed := soakNumber(t, "SOAK_SEED", soakSeed)
	rounds := soakNumber(t, "SOAK_ROUNDS", soakRounds)
	long := os.Getenv("SOAK_ROUNDS") != ""
	fmt.Printf("soak: SOAK_SEED=%d SOAK_ROUNDS=%d\n", seed, rounds)
	s := newSoak(t, seed, long)
	for n := range rounds {
		p := newPlan(rand.New(rand.NewPCG(seed, n)), s, n)
		if !t.Run(fmt.Sprint("round ", n), func(t *testing.T) { s.round(t, p) }) {
			break
		}
	}
	fmt.Print(s.tally.String())
}

// soak is what the rounds share.
type soak struct {
	long    bool
	tenants []*soakTenant
	other   string // a host that must hear nothing
	heard   func() int
	tally   tally
}

// mode is how the command runs.
type mode string

// Collections in this process are stopped through their context. Processes are
// killed, or asked to end. Patient ones wait as long as they are told to.
const (
	inProcess mode = "in-process"
	process   mode = "process"
	patient   mode = "process that waits"
	auditing  mode = "live audit"
	redacting mode = "collect --redact"
)

// plan is one round.
type plan struct {
	number      uint64
	mode        mode
	tenant      *soakTenant
	steps       []soakStep
	faults      []*graphtest.Fault
	quirks      graphtest.Quirks
	pageCap     int
	concurrency int
}

// soakStep is one run of the command while the service is not well.
type soakStep struct {
	stop   int      // after so many requests, or 0
	kill   bool     // without warning, where it is a process
	revoke int      // the token is refused after so many requests, or 0
	roles  []string // of the token; every one if nil
}

func newPlan(r *rand.Rand, s *soak, number uint64) *plan {
	p := &plan{
		number: number, tenant: s.tenants[r.IntN(len(s.tenants))],
		pageCap: 3 + r.IntN(20), concurrency: 1 + r.IntN(8), mode: inProcess,
	}
	switch n := r.IntN(80); {
	case n < 16:
		p.mode = process
	case n < 24:
		p.mode = auditing
	case n < 28:
		p.mode = redacting
	case n < 29 && s.long:
		p.mode = patient
	}
	for range 1 + r.IntN(3) {
		p.steps = append(p.steps, newStep(r))
	}
	for range r.IntN(7) {
		p.faults = append(p.faults, newFault(r, p.mode == patient))
	}
	if r.IntN(3) > 0 {
		p.quirks = newQuirks(r)
	}
	return p
}

func newStep(r *rand.Rand) soakStep {
	var s soakStep
	if r.IntN(3) > 0 {
		s.stop = 1 + r.IntN(160)
	}
	s.kill = r.IntN(3) > 0
	if r.IntN(6) == 0 {
		s.revoke = 1 + r.IntN(100)
	}
	if r.IntN(6) == 0 {
		roles := graphtest.EveryRole()
		for range 1 + r.IntN(4) {
			i := r.IntN(len(roles))
			roles = slices.Delete(roles, i, i+1)
		}
		s.roles = roles
	}
	return s
}

func newQuirks(r *rand.Rand) graphtest.Quirks {
	var q graphtest.Quirks
	for _, name := range []string{"sponsors", "owners", "federatedIdentityCredentials", "appRoleAssignments", "memberOf", "resourceRoleScopes", "appliesTo"} {
		if r.IntN(6) == 0 {
			q.NoExpand = append(q.NoExpand, name)
		}
	}
	q.ThinUsers = r.IntN(4) == 0
	q.NoSelectByIDs = r.IntN(4) == 0
	q.NoAgentFilter = r.IntN(4) == 0
	q.NoAlternatives = r.IntN(4) == 0
	if r.IntN(4) == 0 {
		q.LongestSpan = time.Duration(2+r.IntN(20)) * 24 * time.Hour
	}
	if r.IntN(2) == 0 {
		q.ExpandLinks = 1 + r.IntN(3)
	}
	return q
}

// newFault draws a fault. Brief ones go by themselves, as the machine's clock
// demands; the others strike everywhere a little, or one place for good.
func newFault(r *rand.Rand, brief bool) *graphtest.Fault {
	kinds := graphtest.Kinds()
	f := &graphtest.Fault{Kind: kinds[r.IntN(len(kinds))], Parts: r.IntN(2) == 0}
	paths := soakPaths()
	how := r.IntN(4)
	if how > 0 || !harmlessEverywhere(f.Kind) {
		f.Path = paths[r.IntN(len(paths))]
	}
	for lies(f.Kind, f.Path) {
		f.Path = paths[r.IntN(len(paths))]
	}
	switch {
	case brief:
		f.Times = 1
	case how == 0:
		f.Each = 1 + r.Int64N(2)
	case how == 1:
		f.After, f.Times = r.Int64N(6), 1+r.Int64N(8)
	default:
		f.After = r.Int64N(4)
	}
	return f
}

// harmlessEverywhere are faults that, striking everything, leave something to see.
func harmlessEverywhere(k graphtest.Kind) bool { return k.Recoverable() }

// lies reports a refusal by which the service would state what is not so: that a
// person does not exist, or that the tenant lacks the licence for what it has.
// Nobody can tell, and rules rightly take its word.
func lies(k graphtest.Kind, path string) bool {
	switch k {
	case graphtest.NotFound:
		return path == "" || strings.Contains(path, "deletedItems") || strings.Contains(path, "directoryObjects")
	case graphtest.NotLicensed:
		return path == "" || strings.Contains(path, "ScheduleInstances") || strings.Contains(path, "roleManagement")
	}
	return false
}

func (p *plan) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %s, pages of %d, concurrency %d, quirks %+v\n", p.mode, p.tenant.name, p.pageCap, p.concurrency, p.quirks)
	for _, f := range p.faults {
		fmt.Fprintf(&b, "  fault %q on %q: after %d, times %d, each %d, parts %t: struck %d times\n", f.Kind, f.Path, f.After, f.Times, f.Each, f.Parts, f.Hits())
	}
	for _, s := range p.steps {
		fmt.Fprintf(&b, "  step: stop %d, kill %t, revoke %d, %d roles\n", s.stop, s.kill, s.revoke, len(s.roles))
	}
	return b.String()
}

// tally counts what a soak did.
type tally struct {
	rounds, steps, requests, stopped, killed, interrupted, revoked int
	modes                                                          map[mode]int
	hits                                                           map[graphtest.Kind]int64
}

func (c *tally) add(p *plan, requests int) {
	c.rounds++
	c.modes[p.mode]++
	c.requests += requests
	for _, f := range p.faults {
		c.hits[f.Kind] += f.Hits()
	}
}

func (c *tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "soak: %d rounds, %d runs of the command, %d requests; %d stopped in-process, %d processes killed, %d interrupted, %d tokens refused midway\n",
		c.rounds, c.steps, c.requests, c.stopped, c.killed, c.interrupted, c.revoked)
	for _, m := range []mode{inProcess, process, patient, auditing, redacting} {
		fmt.Fprintf(&b, "soak: %6d %s\n", c.modes[m], m)
	}
	total := int64(0)
	for _, k := range graphtest.Kinds() {
		total += c.hits[k]
		fmt.Fprintf(&b, "soak: %6d %s\n", c.hits[k], k)
	}
	fmt.Fprintf(&b, "soak: %6d faults struck\n", total)
	return b.String()
}

// soakPaths are the paths of every request that a collection makes, as far as
// they name no object.
func soakPaths() []string {
	var all []string
	for _, row := range dataset.Table() {
		requests := []dataset.Request{row.Request}
		for _, rel := range row.Relations {
			requests = append(requests, rel.Full)
		}
		for _, r := range requests {
			for part := range strings.SplitSeq(r.Path, "{id}") {
				if len(part) > 1 {
					all = append(all, part)
				}
			}
		}
	}
	all = append(all, "/subscriptions/", "/$batch", "/directoryObjects/", "/users", "/transitiveMemberOf")
	slices.Sort(all)
	return slices.Compact(all)
}

// tempDir is a directory for the command's temporary files, which must be empty
// afterwards.
func tempDir(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "tmp")
	require.NoError(t, os.Mkdir(dir, 0o700))
	t.Setenv("TMPDIR", dir)
	return dir
}
