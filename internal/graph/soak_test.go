package graph_test

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/graph"
	"github.com/ztagent/ztagent/internal/graph/graphtest"
	"github.com/ztagent/ztagent/internal/synth"
)

// TestSoak reads tenants through services that fail in random ways, breaks
// collections off and goes on with them, and holds every result to the law of
// collection (soak_law_test.go). SOAK_SEED and SOAK_ROUNDS repeat or lengthen it:
// round N of seed S is always the same plan.
func TestSoak(t *testing.T) {
	seed, rounds := setting(t, "SOAK_SEED", 1), setting(t, "SOAK_ROUNDS", 24)
	fmt.Printf("soak: SOAK_SEED=%d SOAK_ROUNDS=%d\n", seed, rounds)
	tenants := soakTenants(t)
	var all tally
	for n := range rounds {
		ok := t.Run(fmt.Sprintf("seed=%d/round=%d", seed, n), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, n))
			truth := tenants[r.IntN(len(tenants))]
			soak(t, r, truth, &all)
		})
		if !ok {
			t.Fatalf("SOAK_SEED=%d SOAK_ROUNDS=%d go test -run TestSoak/seed=%d/round=%d$ ./internal/graph repeats it", seed, n+1, seed, n)
		}
	}
	fmt.Println("soak: " + all.String())
}

// setting is a number from the environment.
func setting(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	require.NoError(t, err, name)
	return n
}

// tally counts what a soak did.
type tally struct {
	rounds, runs, interrupted, resumed, faults, requests, audits int
	kinds                                                        map[graphtest.Kind]int64
}

func (a *tally) String() string {
	var kinds []string
	for _, k := range graphtest.Kinds() {
		kinds = append(kinds, fmt.Sprintf("%s: %d", k, a.kinds[k]))
	}
	return fmt.Sprintf("%d rounds, %d collections (%d interrupted, %d resumed), %d requests, %d faults injected, %d audits\n%s",
		a.rounds, a.runs, a.interrupted, a.resumed, a.requests, a.faults, a.audits, strings.Join(kinds, "\n"))
}

func (a *tally) add(s *graphtest.Server, faults []*graphtest.Fault) {
	a.requests += s.Count()
	for _, f := range faults {
		if a.kinds == nil {
			a.kinds = map[graphtest.Kind]int64{}
		}
		a.kinds[f.Kind] += f.Hits()
		a.faults += int(f.Hits())
	}
}

// soakTenants are the fixtures, this package's own tenant and generated ones.
func soakTenants(t *testing.T) []*truth {
	all := tenants(t)
	all["crowded"] = crowded(t)
	for seed := range uint64(3) {
		dir := t.TempDir()
		require.NoError(t, synth.Generate(synth.Dir(dir), seed, 30, synth.DefaultOptions()))
		all[fmt.Sprintf("generated %d", seed)] = os.DirFS(dir)
	}
	var names []string
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	var truths []*truth
	for _, name := range names {
		truths = append(truths, truthOf(t, name, all[name]))
	}
	return truths
}

// crowded is this package's own tenant with more owners and permissions than
// an expansion shows.
func crowded(t *testing.T) fs.FS {
	fsys := contoso(t)
	var people, roles []string
	for i := range 22 {
		people = append(people, person(i))
		roles = append(roles, fmt.Sprintf(`{"id":"m%d","appRoleId":"df021288-bdef-4463-88db-%012d","principalId":%q,"resourceId":%q}`, i, i, agentB, graphSP))
	}
	agents := fsys["agentIdentities.json"]
	agents.Data = []byte(strings.Replace(string(agents.Data), `"owners":[]`, `"owners":`+refs("user", people...), 1))
	assignments := fsys["appRoleAssignments.json"]
	assignments.Data = []byte(strings.Replace(string(assignments.Data), `{"value":[`, `{"value":[`+strings.Join(roles, ",")+`,`, 1))
	return fsys
}

// soak is one round: up to three faulty runs into one directory, each of which may
// be broken off, and one at the end in which the service is well again.
func soak(t *testing.T, r *rand.Rand, truth *truth, all *tally) {
	dir := filepath.Join(t.TempDir(), "snapshot")
	all.rounds++
	for n := range 1 + r.IntN(3) {
		p := randomPlan(r)
		p.resume = n > 0
		t.Logf("%s, run %d: %s", truth.name, n, p)
		all.resumed += n & 1
		out := p.run(t, truth, dir)
		all.add(out.server, p.faults)
		all.runs++
		all.audits++
		if out.err != nil {
			all.interrupted++
			assert.ErrorIs(t, out.err, context.Canceled)
		}
		held := holdToLaw(t, truth, dir, out)
		if p.harmless() && out.err == nil {
			assert.Empty(t, held.missing, "every fault was one that a service recovers from")
		}
		if t.Failed() {
			return
		}
	}
	well := plan{resume: true, concurrency: 8}
	out := well.run(t, truth, dir)
	all.add(out.server, nil)
	all.runs, all.resumed, all.audits = all.runs+1, all.resumed+1, all.audits+1
	require.NoError(t, out.err)
	held := holdToLaw(t, truth, dir, out)
	assert.Empty(t, held.missing, "the service was well again, and still something is missing")
	alike(t, truth.verdicts, held.verdicts)
}

// plan is one run of a round.
type plan struct {
	resume      bool
	concurrency int
	pageCap     int
	latency     time.Duration
	budget      *graphtest.Budget
	rates       bool
	quirks      graphtest.Quirks
	faults      []*graphtest.Fault
	without     []string // permissions that the token lacks
	stop        int      // at which event the run is broken off; 0: never
}

func (p plan) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "resume=%t concurrency=%d pages=%d latency=%v rates=%t quirks=%+v without=%v stop=%d", p.resume, p.concurrency, p.pageCap, p.latency, p.rates, p.quirks, p.without, p.stop)
	if p.budget != nil {
		fmt.Fprintf(&b, " budget=%+v", *p.budget)
	}
	for _, f := range p.faults {
		fmt.Fprintf(&b, "\n  %q at %q after=%d times=%d each=%d parts=%t", f.Kind, f.Path, f.After, f.Times, f.Each, f.Parts)
	}
	return b.String()
}

// harmless reports a plan in spite of which everything can be read.
func (p plan) harmless() bool {
	hits := int64(0)
	for _, f := range p.faults {
		if !f.Kind.Recoverable() || f.Each == 0 && f.Times == 0 || f.Kind == graphtest.Expired {
			return false
		}
		hits += f.Each + f.Times
	}
	return hits < 6 && len(p.without) == 0
}

func randomPlan(r *rand.Rand) plan {
	p := plan{
		concurrency: 1 + r.IntN(12), pageCap: []int{0, 1, 2, 3, 7, 20}[r.IntN(6)], rates: r.IntN(3) == 0,
		latency: time.Duration(r.IntN(100)) * time.Millisecond,
		quirks:  graphtest.Quirks{ThinUsers: r.IntN(4) == 0, NoSelectByIDs: r.IntN(4) == 0, NoAlternatives: r.IntN(4) == 0},
	}
	switch r.IntN(5) {
	case 0:
		p.budget = &graphtest.Budget{Units: 3500, Silent: r.IntN(2) == 0}
	case 1:
		p.budget = &graphtest.Budget{Units: 40 + r.IntN(100), Silent: r.IntN(2) == 0}
	}
	if r.IntN(5) == 0 {
		p.quirks.ExpandLinks = 1 + r.IntN(5)
	}
	if r.IntN(4) == 0 {
		p.quirks.LongestSpan = time.Duration(2+r.IntN(20)) * 24 * time.Hour
	}
	for _, relation := range []string{"sponsors", "owners", "federatedIdentityCredentials", "appRoleAssignments", "memberOf", "resourceRoleScopes", "appliesTo"} {
		if r.IntN(8) == 0 {
			p.quirks.NoExpand = append(p.quirks.NoExpand, relation)
		}
	}
	for range []int{0, 1, 1, 2, 3, 5}[r.IntN(6)] {
		p.faults = append(p.faults, randomFault(r))
	}
	if r.IntN(4) == 0 {
		roles := graphtest.EveryRole()
		for range 1 + r.IntN(3) {
			p.without = append(p.without, roles[r.IntN(len(roles))])
		}
	}
	if r.IntN(3) == 0 {
		p.stop = 1 + r.IntN(150)
	}
	return p
}

// soakPaths are places of faults: parts of the paths of every dataset's requests.
var soakPaths = []string{
	"", "", "/", "agentIdentity", "agentIdentityBlueprint", "agentIdentityBlueprintPrincipal", "agentUser", "/servicePrincipals", "/applications",
	"sponsors", "owners", "federatedIdentityCredentials", "inheritablePermissions", "getByIds", "deletedItems", "/members", "transitiveMemberOf",
	"appRoleAssignments", "oauth2PermissionGrants", "conditionalAccess", "namedLocations", "identityProtection", "riskyAgents", "entitlementManagement",
	"resourceRoleScopes", "assignments", "accessReviews", "roleManagement", "roleAssignments", "policies", "appliesTo", "lifecycleWorkflows",
	"lifecyclePolicies", "auditLogs", "signIns", "directoryAudits", "diagnosticSettings", "/subscriptions/", "$batch", "organization", "subscribedSkus",
	"agentRegistry", "continuousAccess", "identitySecurityDefaults", "defaultAppManagement", "/users",
}

func randomFault(r *rand.Rand) *graphtest.Fault {
	kinds := graphtest.Kinds()
	f := &graphtest.Fault{Kind: kinds[r.IntN(len(kinds))], Path: soakPaths[r.IntN(len(soakPaths))]}
	f.Parts = f.Kind.InParts() && r.IntN(3) == 0
	if r.IntN(3) == 0 {
		f.After = r.Int64N(12)
	}
	switch r.IntN(3) {
	case 0:
		f.Times = 1 + r.Int64N(5)
	case 1:
		f.Each = 1 + r.Int64N(3)
	}
	return f
}

// outcome is what a run left behind.
type outcome struct {
	plan   plan
	server *graphtest.Server
	result graph.Result
	err    error
	told   string // every event
	token  string // of which nothing may be anywhere
}

// run collects in virtual time, in which a goroutine that is left behind is a
// deadlock, and fails.
func (p plan) run(t *testing.T, truth *truth, dir string) (out outcome) {
	synctest.Test(t, func(t *testing.T) {
		pipe := graphtest.NewPipe()
		s := graphtest.Start(t, graphtest.Options{
			Snapshot: truth.fsys, Listener: pipe, PageCap: p.pageCap, Latency: p.latency, Budget: p.budget, Rates: p.rates, Faults: p.faults, Quirks: p.quirks,
			TokenLife: 24 * time.Hour,
		})
		transport := pipe.Transport()
		defer transport.CloseIdleConnections()
		token := s.Token(slices.DeleteFunc(graphtest.EveryRole(), func(role string) bool { return slices.Contains(p.without, role) })...)
		offset := time.Until(truth.taken)
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		var told strings.Builder
		events := 0
		out.plan, out.server, out.token = p, s, token
		out.result, out.err = graph.Collect(ctx, graph.Options{
			Session: session(t, s, token), Dir: dir, Resume: p.resume, Datasets: truth.datasets, Window: truth.snapshot.Window.SignIns,
			Concurrency: p.concurrency, Drills: truth.drills, Transport: transport,
			Clock: graph.Clock{Sleep: graph.RealClock().Sleep, Now: func() time.Time { return time.Now().Add(offset) }},
			Progress: func(e graph.Event) {
				fmt.Fprintf(&told, "%+v %+v\n", e, e.Entry.Error)
				if events++; events == p.stop {
					stop()
				}
			},
		})
		out.told = told.String()
	})
	return out
}
