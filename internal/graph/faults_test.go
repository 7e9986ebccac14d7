package graph_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/graph"
	"github.com/ztagent/ztagent/internal/graph/graphtest"
	"github.com/ztagent/ztagent/internal/tenant"
)

// What the soak found, each as a case of its own.

// TestPagesThatNeverEnd: the same page under ever new next links is no progress.
func TestPagesThatNeverEnd(t *testing.T) {
	s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t), Faults: []*graphtest.Fault{
		{Kind: graphtest.EndlessNextLink, Path: "namedLocations"},
	}})
	result, _ := collect(t, s, nil)
	entry := result.Manifest.Datasets[tenant.DatasetNamedLocations]
	assert.Equal(t, "truncated", entry.Status)
	assert.Contains(t, entry.Error.Message, "nothing new")
	assert.Equal(t, 1, *entry.Count)
}

// TestAnEmptyObjectIsNoEmptyList: in a batch, too, and no object without tasks.
func TestAnEmptyObjectIsNoEmptyList(t *testing.T) {
	for path, d := range map[string]tenant.Dataset{
		"/transitiveMemberOf":     tenant.DatasetGroupMemberships,
		"/inheritablePermissions": tenant.DatasetAgentIdentityBlueprints,
		"/sponsors":               tenant.DatasetAgentIdentities,
		"/workflows/":             tenant.DatasetLifecycleWorkflows,
		"/report/subjects":        tenant.DatasetLifecycleSubjects,
		"/applications":           tenant.DatasetClassicAgentApplications,
	} {
		t.Run(path, func(t *testing.T) {
			s := graphtest.Start(t, graphtest.Options{
				Snapshot: contoso(t), Nested: map[string][]string{group: {group2}},
				Faults: []*graphtest.Fault{{Kind: graphtest.EmptyObject, Path: path, Parts: true}},
			})
			result, _ := collect(t, s, nil)
			entry := result.Manifest.Datasets[d]
			assert.True(t, entry.Status != "complete" || len(entry.Gaps) > 0, "%+v", entry)
		})
	}
}

// TestTokensInPiecesAreNowhere: neither spelt with escapes, nor cut by the bound
// of messages, nor as the id of a request does a token get into files or events.
func TestTokensInPiecesAreNowhere(t *testing.T) {
	for _, kind := range []graphtest.Kind{graphtest.EchoData, graphtest.EchoEscaped, graphtest.EchoError} {
		t.Run(string(kind), func(t *testing.T) {
			s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t), Faults: []*graphtest.Fault{
				{Kind: kind}, {Kind: kind, Parts: true},
			}})
			token := s.Token()
			var told strings.Builder
			_, dir := collect(t, s, func(o *graph.Options) {
				o.Session = session(t, s, token)
				o.Progress = func(e graph.Event) { fmt.Fprintf(&told, "%+v %+v\n", e, e.Entry.Error) }
			})
			assert.NotEmpty(t, told.String())
			assert.Empty(t, graphtest.Leaks(told.String(), token))
			require.NoError(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
				require.NoError(t, err)
				if !e.IsDir() {
					body, err := os.ReadFile(path)
					require.NoError(t, err)
					assert.Empty(t, graphtest.Leaks(string(body), token), path)
				}
				return nil
			}))
		})
	}
}

// TestResumeReadsAnewWhatDependsOnIt: what names ids of a dataset that was not
// there is read again when that has come.
func TestResumeReadsAnewWhatDependsOnIt(t *testing.T) {
	for _, path := range []string{
		"/servicePrincipals/microsoft.graph.agentIdentityBlueprintPrincipal", "/applications/microsoft.graph.agentIdentityBlueprint",
		"/users/microsoft.graph.agentUser", "/roleManagement", "/oauth2PermissionGrants", "diagnosticSettings", "agentIdentity",
	} {
		t.Run(path, func(t *testing.T) {
			resumed(t, []*graphtest.Fault{{Kind: graphtest.Denied, Path: path}})
		})
	}
}

// TestResumeFillsTheGapsOfSingleObjects: a dataset that is complete but for some
// relations is not done.
func TestResumeFillsTheGapsOfSingleObjects(t *testing.T) {
	for _, path := range []string{"/sponsors", "/inheritablePermissions", "/transitiveMemberOf", "/members", "/deletedItems", "/tasks", "workflows/"} {
		t.Run(path, func(t *testing.T) {
			resumed(t, []*graphtest.Fault{{Kind: graphtest.Status500, Path: path, Parts: true}})
		})
	}
}

// resumed collects with faults, goes on without, and demands the whole.
func resumed(t *testing.T, faults []*graphtest.Fault) {
	s := graphtest.Start(t, graphtest.Options{
		Snapshot: contoso(t), PageCap: 5, Faults: faults, Nested: map[string][]string{group: {group2}},
	})
	_, dir := collect(t, s, nil)
	s.Mend()
	o := graph.Options{Session: session(t, s, s.Token()), Dir: dir, Resume: true, Clock: graphtest.Clock(now)}
	_, err := graph.Collect(context.Background(), o)
	require.NoError(t, err)
	manifest, _, err := tenant.ReadManifest(os.DirFS(dir))
	require.NoError(t, err)
	for d, entry := range manifest.Datasets {
		if d != tenant.DatasetKillSwitchDrills {
			assert.Equal(t, "complete", entry.Status, d)
			assert.Empty(t, entry.Gaps, d)
		}
	}
	alike(t, verdicts(t, contoso(t)), verdicts(t, os.DirFS(dir)))
}

// TestResumeKeepsTheWindow: logs that were read for a week are not said to be of
// a month.
func TestResumeKeepsTheWindow(t *testing.T) {
	s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t)})
	_, dir := collect(t, s, func(o *graph.Options) { o.Window = 2 * 24 * time.Hour })
	o := graph.Options{Session: session(t, s, s.Token()), Dir: dir, Resume: true, Clock: graphtest.Clock(now)}
	_, err := graph.Collect(context.Background(), o)
	require.NoError(t, err)
	assert.Equal(t, 2*24*time.Hour, open(t, os.DirFS(dir)).Window.SignIns)
}

// TestHalfARelationIsNotWhole: entries at the cap, of a pass that was lost, are
// not taken for all there are.
func TestHalfARelationIsNotWhole(t *testing.T) {
	fsys := contoso(t)
	var owners []string
	for i := range 23 {
		owners = append(owners, person(i))
	}
	body := fsys["agentIdentities.json"].Data
	old := `"owners":` + refs("user", person(1)) + `}`
	require.Contains(t, string(body), old)
	fsys["agentIdentities.json"].Data = []byte(strings.Replace(string(body), old, `"owners":`+refs("user", owners...)+`}`, 1))
	// Pages of one: the first of the pass comes, with the agent that has 23 owners.
	s := graphtest.Start(t, graphtest.Options{Snapshot: fsys, PageCap: 1, Faults: []*graphtest.Fault{
		{Kind: graphtest.Status500, Path: "/servicePrincipals/microsoft.graph.agentIdentity", After: 5},
	}})
	_, dir := collect(t, s, func(o *graph.Options) { o.Concurrency = 1 })
	for a := range open(t, os.DirFS(dir)).AgentIdentities.All() {
		if a.Owners.Complete() && a.ID == tenant.ParseID(agentA) {
			assert.Len(t, a.Owners.Items, 23)
		}
	}
}

// TestResumeDoesNotReadForAttributesThatItMayNotRead: the one gap that nothing but
// another token closes costs no second reading.
func TestResumeDoesNotReadForAttributesThatItMayNotRead(t *testing.T) {
	s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t)})
	token := s.Token(without(without(graphtest.EveryRole(), "CustomSecAttributeAssignment.Read.All"), "CustomSecAttributeAssignment.ReadWrite.All")...)
	_, dir := collect(t, s, func(o *graph.Options) { o.Session = session(t, s, token) })
	asked := s.Count()
	o := graph.Options{Session: session(t, s, token), Dir: dir, Resume: true, Clock: graphtest.Clock(now)}
	_, err := graph.Collect(context.Background(), o)
	require.NoError(t, err)
	assert.Equal(t, asked, s.Count(), "nothing was asked")

	o.Session = session(t, s, s.Token())
	_, err = graph.Collect(context.Background(), o)
	require.NoError(t, err)
	same(t, open(t, contoso(t)), open(t, os.DirFS(dir)))
}

// TestASingletonIsNoPage: what its reader takes for truncated is not complete.
func TestASingletonIsNoPage(t *testing.T) {
	s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t), Faults: []*graphtest.Fault{{Kind: graphtest.EndlessNextLink, Path: "identitySecurityDefaults"}}})
	result, _ := collect(t, s, func(o *graph.Options) { o.Datasets = []tenant.Dataset{tenant.DatasetSecurityDefaults} })
	assert.Equal(t, "failed", result.Manifest.Datasets[tenant.DatasetSecurityDefaults].Status)
}

// TestARefusedPassNeedsTheWholeList: where an expansion is refused in the middle,
// only a whole list of the agents says whose relations are missing.
func TestARefusedPassNeedsTheWholeList(t *testing.T) {
	s := graphtest.Start(t, graphtest.Options{
		Snapshot: contoso(t), PageCap: 1, Faults: []*graphtest.Fault{{Kind: graphtest.ExpiredPage, Path: "microsoft.graph.agentIdentity"}},
	})
	result, _ := collect(t, s, nil)
	for _, d := range []tenant.Dataset{tenant.DatasetAgentIdentities, tenant.DatasetAppRoleAssignments} {
		assert.Equal(t, "truncated", result.Manifest.Datasets[d].Status, d)
	}
	var relations []string
	for _, gap := range result.Manifest.Datasets[tenant.DatasetGroupMemberships].Gaps {
		relations = append(relations, gap.ID+" "+gap.Relation)
	}
	assert.Contains(t, relations, "* transitiveMemberOf")
}

// TestAKilledResumeDoesNotCallOldDataComplete: as soon as the agents are recorded
// anew, what was looked up by the old ones is complete no more, so that a run that
// dies between the two leaves no false claim.
func TestAKilledResumeDoesNotCallOldDataComplete(t *testing.T) {
	faulty := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t), Faults: []*graphtest.Fault{{Kind: graphtest.Status500, Path: "microsoft.graph.agentIdentity"}}})
	_, dir := collect(t, faulty, nil)
	s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t)})
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	_, err := graph.Collect(ctx, graph.Options{
		Session: session(t, s, s.Token()), Dir: dir, Resume: true, Clock: graphtest.Clock(now),
		Progress: func(e graph.Event) {
			if e.Kind == graph.Done && e.Dataset == tenant.DatasetAgentIdentities {
				stop()
			}
		},
	})
	require.ErrorIs(t, err, context.Canceled)
	body, err := os.ReadFile(filepath.Join(dir, tenant.ManifestName))
	require.NoError(t, err)
	assert.Contains(t, strings.Join(strings.Fields(string(body)), ""), `"directoryObjects":{"status":"failed"`)
}

// TestARefusalIsReadToItsEnd: the reason of a refusal that breaks off is asked for
// again, for a missing licence is another thing than a missing permission.
func TestARefusalIsReadToItsEnd(t *testing.T) {
	fsys := contoso(t)
	fsys["riskyAgents.json"].Data = []byte(`{"error":{"code":"Forbidden","message":"Your tenant is not licensed for this feature."}}`)
	for _, kind := range []graphtest.Kind{graphtest.Truncated, graphtest.ResetInside} {
		s := graphtest.Start(t, graphtest.Options{Snapshot: fsys, Faults: []*graphtest.Fault{{Kind: kind, Path: "riskyAgents", Times: 2}}})
		result, _ := collect(t, s, func(o *graph.Options) { o.Datasets = []tenant.Dataset{tenant.DatasetRiskyAgents} })
		assert.Equal(t, "notLicensed", result.Manifest.Datasets[tenant.DatasetRiskyAgents].Status, kind)
	}
}

// TestResumeReadsTheWholeWindow: a service that keeps its logs for longer than a
// month is read as far back as was asked for, though the first run was broken off
// before it knew.
func TestResumeReadsTheWholeWindow(t *testing.T) {
	fsys := contoso(t)
	fsys["directoryAudits.json"].Data = []byte(`{"value":[{"id":"x","activityDateTime":"2026-09-01T00:00:00Z","activityDisplayName":"Add service principal","loggedByService":"Core Directory","targetResources":[{"id":"` + agentA + `"}]}]}`)
	s := graphtest.Start(t, graphtest.Options{Snapshot: fsys, Faults: []*graphtest.Fault{{Kind: graphtest.Status500, Path: "auditLogs"}}})
	_, dir := collect(t, s, func(o *graph.Options) { o.Window = 90 * 24 * time.Hour })
	s.Mend()
	_, err := graph.Collect(context.Background(), graph.Options{
		Session: session(t, s, s.Token()), Dir: dir, Resume: true, Clock: graphtest.Clock(now), Window: 90 * 24 * time.Hour,
	})
	require.NoError(t, err)
	live := open(t, os.DirFS(dir))
	assert.Equal(t, 1, live.DirectoryAudits.Len())
	assert.Equal(t, 90*24*time.Hour, live.Window.DirectoryAudits)
}

// TestResumeBelievesWhatOneLogHasShown: that a service keeps its logs for longer
// is known of both as soon as one of them says so, in whichever run.
func TestResumeBelievesWhatOneLogHasShown(t *testing.T) {
	fsys := contoso(t)
	fsys["directoryAudits.json"].Data = []byte(`{"value":[{"id":"x","activityDateTime":"2026-09-01T00:00:00Z","activityDisplayName":"Add service principal","loggedByService":"Core Directory","targetResources":[{"id":"` + agentA + `"}]}]}`)
	s := graphtest.Start(t, graphtest.Options{Snapshot: fsys, Faults: []*graphtest.Fault{{Kind: graphtest.Status500, Path: "signIns"}}})
	_, dir := collect(t, s, func(o *graph.Options) { o.Window = 90 * 24 * time.Hour })
	s.Mend()
	_, err := graph.Collect(context.Background(), graph.Options{Session: session(t, s, s.Token()), Dir: dir, Resume: true, Clock: graphtest.Clock(now)})
	require.NoError(t, err)
	assert.Equal(t, 90*24*time.Hour, open(t, os.DirFS(dir)).Window.SignIns)
}

// TestResumeAsksAsFarBackAsTheFirstRun: what is believed of a log that was read is
// not what was asked for of the other; and what that one shows is true of both.
func TestResumeAsksAsFarBackAsTheFirstRun(t *testing.T) {
	fsys := contoso(t)
	fsys["directoryAudits.json"].Data = []byte(`{"value":[{"id":"x","activityDateTime":"2026-09-01T00:00:00Z","activityDisplayName":"Add service principal","loggedByService":"Core Directory","targetResources":[{"id":"` + agentA + `"}]}]}`)
	s := graphtest.Start(t, graphtest.Options{Snapshot: fsys, Faults: []*graphtest.Fault{{Kind: graphtest.Status500, Path: "directoryAudits"}}})
	_, dir := collect(t, s, func(o *graph.Options) { o.Window = 90 * 24 * time.Hour })
	assert.Equal(t, 30*24*time.Hour, open(t, os.DirFS(dir)).Window.SignIns)
	s.Mend()
	_, err := graph.Collect(context.Background(), graph.Options{Session: session(t, s, s.Token()), Dir: dir, Resume: true, Clock: graphtest.Clock(now)})
	require.NoError(t, err)
	live := open(t, os.DirFS(dir))
	assert.Equal(t, 90*24*time.Hour, live.Window.DirectoryAudits)
	assert.Equal(t, 90*24*time.Hour, live.Window.SignIns)
}

// TestAGroupWithoutItsCountIsAskedAgain: an answer without the count that was asked
// for is none, and says nothing of the group.
func TestAGroupWithoutItsCountIsAskedAgain(t *testing.T) {
	for name, each := range map[string]int64{"twice": 2, "always": 0} {
		t.Run(name, func(t *testing.T) {
			s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t), Faults: []*graphtest.Fault{
				{Kind: graphtest.EmptyFirst, Path: "/members", Each: each, Parts: true},
			}})
			result, dir := collect(t, s, nil)
			counted := open(t, os.DirFS(dir)).DirectoryObjectsByID().First(tenant.ParseID(group)).MembersCount
			if gaps := result.Manifest.Datasets[tenant.DatasetDirectoryObjects].Gaps; each == 0 {
				assert.Len(t, gaps, 1)
				assert.False(t, counted.IsSet())
			} else {
				assert.Empty(t, gaps)
				assert.Equal(t, int64(7), counted.Or(0))
			}
		})
	}
}
