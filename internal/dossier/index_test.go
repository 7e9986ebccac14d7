package dossier

import (
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

// What an index keeps for all agents leaks from no dossier into the next: each is
// what it is alone, in whatever order they are made.
func TestIndexMakesTheSameDossiers(t *testing.T) {
	for _, name := range []string{"contoso", "bare", "forbidden", "compliant"} {
		x := fixture(t, name)
		var agents []*tenant.AgentIdentity
		for a := range x.s.AgentIdentities.All() {
			agents = append(agents, a)
		}
		index := NewIndex(x.s, x.o)
		made := make([]*Dossier, len(agents))
		for i := len(agents) - 1; i >= 0; i-- {
			made[i] = index.Of(agents[i])
		}
		for i, a := range agents {
			assert.Equal(t, Of(x.s, a, x.o), made[i], "%s: %s", name, a.ID)
		}
	}
}

// Every finding on an object of the agent's is in its dossier, and no other.
func TestOwnObjectsHaveTheFindings(t *testing.T) {
	x := fixture(t, "contoso")
	index := NewIndex(x.s, x.o)
	want := map[Ref]int{}
	for _, c := range x.o.Report.Checks {
		for _, r := range c.Rules {
			for _, f := range r.Findings {
				want[Ref{Type: f.Resource.Type, ID: f.Resource.ID}]++
			}
		}
	}
	for a := range x.s.AgentIdentities.All() {
		n := 0
		for _, own := range index.Own(a) {
			require.NotEmpty(t, own.ID)
			n += want[Ref{Type: own.Type, ID: own.ID}]
		}
		assert.Len(t, index.Of(a).Findings.Items, n, a.ID)
	}
}

// A crowd names a hundred others, never the agent itself.
func TestCrowdLeavesTheAgentOut(t *testing.T) {
	text := `{"value":[`
	for i := range 150 {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(`{"id":"00000000-0000-0000-0000-%012d","displayName":"Agent %03d","accountEnabled":true,
			"disabledByMicrosoftStatus":null,"agentIdentityBlueprintId":"00000000-0000-0000-0000-0000000000b1"}`, i+1, i)
	}
	x := open(t, fstest.MapFS{
		"manifest.json":        {Data: []byte(`{"schemaVersion":1,"takenAt":"2026-11-20T06:00:00Z"}`)},
		"agentIdentities.json": {Data: []byte(text + "]}")},
	})
	index := NewIndex(x.s, x.o)
	for a := range x.s.AgentIdentities.All() {
		crowd := index.Of(a).BlastRadius.Blueprint
		assert.Equal(t, 149, crowd.Total)
		assert.Equal(t, 149, crowd.Active)
		require.Len(t, crowd.Agents, namedAtMost)
		assert.NotContains(t, crowd.Agents, refTo(a))
	}
}
