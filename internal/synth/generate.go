package synth

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Sink takes the files of a generated snapshot; it is called from several
// goroutines.
type Sink interface {
	Create(name string) (io.WriteCloser, error)
}

// Dir is a directory as a sink. It must exist.
type Dir string

// Create makes a file that only its owner may read.
func (d Dir) Create(name string) (io.WriteCloser, error) {
	return os.OpenFile(filepath.Join(string(d), name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
}

// Options of Generate.
type Options struct {
	// SignIns and Audits are how many rows an agent has on average, beside its
	// creation and the drills.
	SignIns, Audits float64
	// Lines writes .jsonl files, one object a line.
	Lines bool
}

// DefaultOptions are modest logs.
func DefaultOptions() Options { return Options{SignIns: 1, Audits: 0.1} }

// Generate writes a complete snapshot with so many agents. Agents, blueprints
// and people are functions of seed and index, so memory does not grow with
// their number. Most agents pass most rules; a few in a hundred fail each.
func Generate(sink Sink, seed uint64, agents int, o Options) error {
	return newGenerator(seed, agents, o).write(sink)
}

func (g *generator) write(sink Sink) error {
	counts := make([]int, len(sources()))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, src := range sources() {
		group.Go(func() error {
			n, err := g.writeDataset(sink, src)
			counts[i] = n
			if err != nil {
				return fmt.Errorf("%s: %w", src.Dataset, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return g.writeManifest(sink, counts)
}

func (g *generator) writeDataset(sink Sink, src source) (int, error) {
	name := string(src.Dataset) + ".json"
	lines := g.options.Lines && !src.Dataset.Singleton()
	if lines {
		name += "l"
	}
	file, err := sink.Create(name)
	if err != nil {
		return 0, err
	}
	out := &rows{file: file, lines: lines}
	if src.Dataset.Singleton() {
		out.w.b = append(g.singleton(src, &out.w), '\n')
		out.count = 1
	} else {
		out.begin(src.context())
		for _, object := range g.objects[src.Dataset] {
			out.add(object)
		}
		if stream := g.streams()[src.Dataset]; stream != nil {
			stream(newPlanner(g), out)
		}
		out.end()
	}
	return out.count, out.close()
}

func (g *generator) writeManifest(sink Sink, counts []int) error {
	m := manifestWriter{tenantID: g.TenantID, displayName: g.DisplayName, cloud: g.Cloud, signIns: g.SignInWindow, audits: g.AuditWindow}
	m.begin()
	for i, src := range g.sources() {
		m.entry(src, counts[i], Gap{}, nil)
	}
	file, err := sink.Create("manifest.json")
	if err != nil {
		return err
	}
	_, err = file.Write(append(m.end(), '\n'))
	if closing := file.Close(); err == nil {
		err = closing
	}
	return err
}

// generator is a tenant of any size: what is small lies in the builder, the
// rest is a function of an index.
type generator struct {
	*builder
	mixer
	seed                                             uint64
	faults                                           uint64 // how many times as many as perMille
	options                                          Options
	nAgents, nBlueprints, nPeople, nGroups, nClassic int
	orders                                           *ResourceServicePrincipal // the line-of-business API
}

func newGenerator(seed uint64, agents int, o Options) *generator {
	g := &generator{
		builder: newBuilder("Litware Worldwide", "litware.example"),
		mixer:   mixer(splitmix(seed)), seed: seed, faults: 1, options: o, nAgents: agents,
		nBlueprints: 6 + agents/40, nPeople: 12 + agents/20, nGroups: 4 + agents/100, nClassic: 2 + agents/100,
	}
	g.addSmallParts()
	return g
}

// streams says which datasets grow with the tenant, and how.
func (g *generator) streams() map[tenant.Dataset]func(*planner, *rows) {
	return map[tenant.Dataset]func(*planner, *rows){
		tenant.DatasetAgentIdentities:                  g.agentIdentities,
		tenant.DatasetAgentIdentityBlueprints:          g.agentIdentityBlueprints,
		tenant.DatasetAgentIdentityBlueprintPrincipals: g.agentIdentityBlueprintPrincipals,
		tenant.DatasetAgentUsers:                       g.agentUsers,
		tenant.DatasetDirectoryObjects:                 g.directoryObjects,
		tenant.DatasetOAuth2PermissionGrants:           g.oauth2PermissionGrants,
		tenant.DatasetAppRoleAssignments:               g.appRoleAssignments,
		tenant.DatasetRiskyAgents:                      g.riskyAgents,
		tenant.DatasetAgentRiskDetections:              g.agentRiskDetections,
		tenant.DatasetAccessPackages:                   g.accessPackages,
		tenant.DatasetAccessPackageAssignmentPolicies:  g.assignmentPolicies,
		tenant.DatasetAccessPackageAssignments:         g.accessPackageAssignments,
		tenant.DatasetRoleAssignments:                  g.roleAssignments,
		tenant.DatasetRoleAssignmentScheduleInstances:  g.roleAssignmentScheduleInstances,
		tenant.DatasetGroupMemberships:                 g.groupMemberships,
		tenant.DatasetSignIns:                          g.signIns,
		tenant.DatasetDirectoryAudits:                  g.directoryAudits,
		tenant.DatasetKillSwitchDrills:                 g.killSwitchDrills,
		tenant.DatasetClassicAgents:                    g.classicAgents,
		tenant.DatasetClassicAgentApplications:         g.classicAgentApplications,
		tenant.DatasetLifecycleSubjects:                g.lifecycleSubjects,
		tenant.DatasetAgentInstances:                   g.agentInstances,
	}
}

// planner says what an agent is. It holds the random source that spreads agents
// over blueprints, so each goroutine has its own.
type planner struct {
	*generator
	source *rand.PCG
	zipf   *rand.Zipf
}

func newPlanner(g *generator) *planner {
	p := &planner{generator: g, source: rand.NewPCG(g.seed, 0)}
	p.zipf = rand.NewZipf(rand.New(p.source), 1.15, 4, uint64(g.nBlueprints-1))
	return p
}

// blueprintOf returns the blueprint of an agent: a few have most of them.
func (p *planner) blueprintOf(i int) int {
	p.source.Seed(p.seed, uint64(i)+1)
	return int(p.zipf.Uint64())
}
