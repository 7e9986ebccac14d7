package graph_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/graph"
	"github.com/ztagent/ztagent/internal/graph/graphtest"
	"github.com/ztagent/ztagent/internal/tenant"
)

// TestQuirksChangeNothing: wherever the sources disagree about Graph, either
// behaviour gives the same snapshot.
func TestQuirksChangeNothing(t *testing.T) {
	for name, q := range map[string]graphtest.Quirks{
		"no expansion at all":        {NoExpand: []string{"sponsors", "owners", "federatedIdentityCredentials", "appRoleAssignments", "memberOf", "resourceRoleScopes", "appliesTo"}},
		"no credential expansion":    {NoExpand: []string{"federatedIdentityCredentials"}},
		"users without their state":  {ThinUsers: true},
		"no choice of properties":    {NoSelectByIDs: true, ThinUsers: true},
		"no filter about agents":     {NoAgentFilter: true},
		"no alternatives in filters": {NoAlternatives: true},
		"logs that time out":         {LongestSpan: 9 * 24 * time.Hour},
		"agents that appear late":    {LateAgents: []string{agentB, blueprint, principal, agentUser}},
	} {
		t.Run(name, func(t *testing.T) {
			s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t), PageCap: 3, Quirks: q})
			_, dir := collect(t, s, nil)
			same(t, open(t, contoso(t)), open(t, os.DirFS(dir)))
		})
	}
}

func TestNestedGroupsAreFollowed(t *testing.T) {
	s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t), Nested: map[string][]string{group: {group2}}})
	_, dir := collect(t, s, nil)
	same(t, open(t, contoso(t)), open(t, os.DirFS(dir)))
	asked := false
	for _, r := range s.Requests() {
		asked = asked || r.Path == "/v1.0/groups/"+group+"/transitiveMemberOf"
	}
	assert.True(t, asked)
}

func TestPeopleWhoAreGoneForGood(t *testing.T) {
	s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t), Quirks: graphtest.Quirks{Purged: []string{person(2)}}})
	_, dir := collect(t, s, nil)
	row := open(t, os.DirFS(dir)).DirectoryObjectsByID().First(tenant.ParseID(person(2)))
	require.NotNil(t, row)
	assert.Equal(t, "2026-11-23T09:00:00Z", row.DeletedDateTime.String(), "deleted when it was looked for, at the latest")
}

func TestAttributesWithoutTheirPermission(t *testing.T) {
	roles := strings.Fields(strings.ReplaceAll(strings.Join(graphtest.EveryRole(), " "), "CustomSecAttributeAssignment.Read.All", ""))
	for name, silent := range map[string]bool{"refused": false, "left out": true} {
		t.Run(name, func(t *testing.T) {
			s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t), Quirks: graphtest.Quirks{SilentAttributes: silent}})
			result, dir := collect(t, s, func(o *graph.Options) { o.Session = session(t, s, s.Token(roles...)) })
			entry := result.Manifest.Datasets[tenant.DatasetAgentIdentities]
			assert.Equal(t, "complete", entry.Status)
			require.Len(t, entry.Gaps, 1)
			assert.Equal(t, "customSecurityAttributes", entry.Gaps[0].Relation)
			assert.Equal(t, "forbidden", entry.Gaps[0].Status)
			for a := range open(t, os.DirFS(dir)).AgentIdentities.All() {
				assert.True(t, a.CustomSecurityAttributes.IsAbsent(), "absent, not untagged")
				assert.True(t, a.Owners.Complete())
			}
		})
	}
}

func TestOtherCloudsDoNotHaveEverything(t *testing.T) {
	s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t)})
	c, err := graph.CloudOf("usgov", graph.Endpoints{Graph: s.URL, ARM: s.URL})
	require.NoError(t, err)
	in, err := graph.SignIn{GraphToken: s.Token(), ARMToken: s.Token()}.Open(t.Context(), c)
	require.NoError(t, err)
	result, dir := collect(t, s, func(o *graph.Options) { o.Session = in })
	assert.Equal(t, "usgov", result.Manifest.Cloud)
	assert.Equal(t, "notEnabled", result.Manifest.Datasets[tenant.DatasetRiskyAgents].Status)
	assert.Equal(t, "complete", result.Manifest.Datasets[tenant.DatasetAgentIdentities].Status)
	for _, r := range s.Requests() {
		assert.NotContains(t, r.Path, "riskyAgents")
	}
	gap, _ := open(t, os.DirFS(dir)).Gap(tenant.DatasetRiskyAgents)
	assert.Contains(t, gap.Reason, "usgov")
}

func TestOnlySelectedDatasetsAndTheirDependencies(t *testing.T) {
	s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t)})
	result, _ := collect(t, s, func(o *graph.Options) {
		o.Datasets = []tenant.Dataset{tenant.DatasetLogAnalyticsWorkspaces, tenant.DatasetSecurityDefaults}
	})
	for d, entry := range result.Manifest.Datasets {
		switch d {
		case tenant.DatasetLogAnalyticsWorkspaces, tenant.DatasetDiagnosticSettings, tenant.DatasetSecurityDefaults:
			assert.Equal(t, "complete", entry.Status, d)
		default:
			assert.Equal(t, "skipped", entry.Status, d)
		}
	}
	assert.Equal(t, 3, s.Count())
	assert.Equal(t, 3, result.Complete)
}

func TestAzureWithoutAToken(t *testing.T) {
	s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t)})
	c, err := graph.CloudOf("", graph.Endpoints{Graph: s.URL, ARM: s.URL})
	require.NoError(t, err)
	in, err := graph.SignIn{GraphToken: s.Token()}.Open(t.Context(), c)
	require.NoError(t, err)
	result, _ := collect(t, s, func(o *graph.Options) { o.Session = in })
	entry := result.Manifest.Datasets[tenant.DatasetDiagnosticSettings]
	assert.Equal(t, "forbidden", entry.Status)
	assert.Contains(t, entry.Error.Message, "ZTAGENT_ARM_TOKEN")
}
