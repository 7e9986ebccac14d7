package graph_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/graph"
	"github.com/ztagent/ztagent/internal/graph/graphtest"
	"github.com/ztagent/ztagent/internal/tenant"
)

// tenants are the fixtures and this package's own test tenant.
func tenants(t *testing.T) map[string]fs.FS {
	all := map[string]fs.FS{"own": contoso(t)}
	entries, err := os.ReadDir("../../fixtures")
	require.NoError(t, err)
	for _, e := range entries {
		if e.IsDir() {
			all[e.Name()] = os.DirFS(filepath.Join("../../fixtures", e.Name()))
		}
	}
	return all
}

// asTaken collects a tenant as the snapshot was taken: at its moment, with its
// window, the datasets that it has and its drill records.
func asTaken(t *testing.T, fsys fs.FS, s *graphtest.Server, change func(*graph.Options)) string {
	t.Helper()
	manifest, _, err := tenant.ReadManifest(fsys)
	require.NoError(t, err)
	taken, err := time.Parse(time.RFC3339, manifest.TakenAt)
	require.NoError(t, err)
	snapshot := open(t, fsys)
	dir := filepath.Join(t.TempDir(), "snapshot")
	o := graph.Options{
		Session: session(t, s, s.Token()), Dir: dir, Clock: graphtest.Clock(taken),
		Window: snapshot.Window.SignIns, Drills: drills(t, fsys),
	}
	for _, d := range tenant.Datasets() {
		if gap, _ := snapshot.Gap(d); gap.Status != tenant.GapAbsent && gap.Status != tenant.GapSkipped {
			o.Datasets = append(o.Datasets, d)
		}
	}
	if change != nil {
		change(&o)
	}
	_, err = graph.Collect(context.Background(), o)
	require.NoError(t, err)
	return dir
}

func drills(t *testing.T, fsys fs.FS) []jsontext.Value {
	body, err := fs.ReadFile(fsys, "killSwitchDrills.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	require.NoError(t, err)
	var list struct{ Value []jsontext.Value }
	require.NoError(t, json.Unmarshal(body, &list, json.MatchCaseInsensitiveNames(true)))
	return list.Value
}

// verdicts are what an audit says, without where in the files it stands.
func verdicts(t *testing.T, fsys fs.FS) []string {
	t.Helper()
	r, err := audit.Run(context.Background(), open(t, fsys), checks.All(), audit.Options{ShowPasses: true})
	require.NoError(t, err)
	var all []string
	for _, check := range r.Checks {
		for _, rule := range check.Rules {
			all = append(all, fmt.Sprintf("%s: %s", rule.ID, rule.Status))
			for _, f := range rule.Findings {
				all = append(all, fmt.Sprintf("%s: %s %s %s %s %q", rule.ID, f.Status, f.Severity, f.Resource.ID, f.Key, f.Message))
			}
		}
	}
	return all
}

// alike compares verdicts and shows the first few that differ.
func alike(t *testing.T, want, got []string) {
	t.Helper()
	missing, extra := differ(want, got)
	assert.Empty(t, strings.Join(missing[:min(len(missing), 5)], "\n"), "said of the snapshot only")
	assert.Empty(t, strings.Join(extra[:min(len(extra), 5)], "\n"), "said of the live tenant only")
}

// TestCollectedTenantsAreJudgedAlike is the law of collection: a tenant read
// through Graph and judged gives what its snapshot gives.
func TestCollectedTenantsAreJudgedAlike(t *testing.T) {
	for name, fsys := range tenants(t) {
		t.Run(name, func(t *testing.T) {
			s := graphtest.Start(t, graphtest.Options{Snapshot: fsys, PageCap: 7})
			dir := asTaken(t, fsys, s, nil)
			alike(t, verdicts(t, fsys), verdicts(t, os.DirFS(dir)))
		})
	}
}

// TestRecoverableFaultsChangeNothing: what a service recovers from leaves no
// trace in the verdicts.
func TestRecoverableFaultsChangeNothing(t *testing.T) {
	fsys := contoso(t)
	want := verdicts(t, fsys)
	for _, kind := range graphtest.Kinds() {
		if !kind.Recoverable() {
			continue
		}
		for _, parts := range []bool{false, true} {
			if parts && !kind.InParts() {
				continue
			}
			t.Run(fmt.Sprintf("%s parts=%t", kind, parts), func(t *testing.T) {
				t.Parallel()
				fault := &graphtest.Fault{Kind: kind, Each: 2, Parts: parts}
				if kind == graphtest.Expired {
					fault.Each = 1
				}
				s := graphtest.Start(t, graphtest.Options{Snapshot: fsys, PageCap: 5, Faults: []*graphtest.Fault{fault}})
				dir := asTaken(t, fsys, s, nil)
				assert.NotZero(t, fault.Hits())
				alike(t, want, verdicts(t, os.DirFS(dir)))
			})
		}
	}
}

// TestLastingFaultsAreNamedAndNeverHelp: where data cannot be had, the gap is
// named, the other datasets are whole, and no rule passes that did not before.
func TestLastingFaultsAreNamedAndNeverHelp(t *testing.T) {
	fsys := contoso(t)
	before := passes(verdicts(t, fsys))
	paths := []string{"agentIdentity", "conditionalAccess/policies", "getByIds", "auditLogs", "applications/"}
	for i, kind := range graphtest.Kinds() {
		if kind.Harmless() || kind == graphtest.EmptyFirst || kind == graphtest.PartMissing || kind == graphtest.ExpiredPage {
			continue
		}
		// Every kind strikes two places, every place seven kinds.
		for _, path := range []string{paths[i%len(paths)], paths[(i+2)%len(paths)]} {
			t.Run(string(kind)+" "+path, func(t *testing.T) {
				t.Parallel()
				faults := []*graphtest.Fault{{Kind: kind, Path: path}}
				if kind.InParts() {
					faults = append(faults, &graphtest.Fault{Kind: kind, Path: path, Parts: true})
				}
				s := graphtest.Start(t, graphtest.Options{Snapshot: fsys, PageCap: 2, Faults: faults})
				dir := asTaken(t, fsys, s, nil)
				live := open(t, os.DirFS(dir))
				assert.True(t, gapped(live), "no gap is named")
				after := passes(verdicts(t, os.DirFS(dir)))
				for rule := range after {
					assert.True(t, before[rule], "%s passes only where data is missing", rule)
				}
				if path == "conditionalAccess/policies" {
					for _, gap := range live.Gaps() {
						assert.Contains(t, []tenant.Dataset{tenant.DatasetConditionalAccessPolicies, tenant.DatasetKillSwitchDrills}, gap.Dataset)
					}
				}
			})
		}
	}
}

func gapped(s *tenant.Snapshot) bool {
	for _, gap := range s.Gaps() {
		if gap.Dataset != tenant.DatasetKillSwitchDrills {
			return true
		}
	}
	for _, d := range tenant.Datasets() {
		if len(s.RelationGaps(d)) > 0 {
			return true
		}
	}
	return false
}

// passes are the rules, and the rules on resources, that pass.
func passes(lines []string) map[string]bool {
	all := map[string]bool{}
	for _, line := range lines {
		if rule, rest, _ := strings.Cut(line, ": "); rest == "pass" || strings.HasPrefix(rest, "pass ") {
			all[rule+" "+rest] = true
		}
	}
	return all
}

// TestGapsOfSingleObjectsNeverHelp: what could not be read of one agent, group
// or blueprint makes that one unknown.
func TestGapsOfSingleObjectsNeverHelp(t *testing.T) {
	var many []string
	for i := range 22 {
		many = append(many, fmt.Sprintf(`{"id":"m%d","appRoleId":"df021288-bdef-4463-88db-%012d","principalId":"%s","resourceId":"%s"}`, i, i, agentC, graphSP))
	}
	many = append(many, `{"id":"a1","appRoleId":"df021288-bdef-4463-88db-98f22de89214","principalId":"`+agentA+`","resourceId":"`+graphSP+`"}`)
	fsys := contoso(t)
	fsys["appRoleAssignments.json"].Data = []byte(`{"value":[` + strings.Join(many, ",") + `]}`)
	before := passes(verdicts(t, fsys))
	for _, path := range []string{
		"/appRoleAssignments", "/transitiveMemberOf", "/sponsors", "/owners", "/inheritablePermissions",
		"/federatedIdentityCredentials", "/members", "/deletedItems", "/tasks", "workflows/", "/rules", "/report/subjects",
	} {
		t.Run(path, func(t *testing.T) {
			s := graphtest.Start(t, graphtest.Options{
				Snapshot: fsys, Nested: map[string][]string{group: {group2}},
				Quirks: graphtest.Quirks{LateAgents: []string{agentA, blueprint, agentUser}, NoExpand: []string{"federatedIdentityCredentials"}},
				Faults: []*graphtest.Fault{{Kind: graphtest.Status500, Path: path, Parts: true}},
			})
			dir := asTaken(t, fsys, s, nil)
			after := verdicts(t, os.DirFS(dir))
			for rule := range passes(after) {
				assert.True(t, before[rule], "%s passes only where data is missing", rule)
			}
		})
	}
}
