package graphtest

import (
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFilter(t *testing.T) {
	var o object
	require.NoError(t, json.Unmarshal([]byte(`{"id":"AB","n":3,"on":true,"none":null,"name":"it's",
		"createdDateTime":"2026-11-20T04:12:45Z","tags":["power-virtual-agents-1","x"],
		"agent":{"agentType":"agenticApp"},"targets":[{"id":"t1"},{"id":"t2"}],"@odata.type":"#microsoft.graph.agentIdentity"}`), &o))
	for _, c := range []struct {
		text string
		want bool
	}{
		{"id eq 'ab'", true},
		{"id eq 'ab' and n eq 4", false},
		{"id eq 'x' or n eq 3", true},
		{"not (on eq false)", true},
		{"none eq null", true},
		{"missing eq null", true},
		{"none ne null", false},
		{"name eq 'it''s'", true},
		{"createdDateTime ge 2026-11-20T00:00:00Z", true},
		{"createdDateTime lt 2026-11-20T00:00:00Z", false},
		{"id in ('x','AB')", true},
		{"id in ('x')", false},
		{"tags/any(p:startswith(p,'power-virtual-agents-')) or tags/any(p:p eq 'AgenticInstance')", true},
		{"tags/any(p:p eq 'y')", false},
		{"agent/agentType eq 'agenticAppInstance'", false},
		{"createdDateTime ge 2026-11-01T00:00:00Z and (agent/agentType eq 'agenticAppInstance' or agent/agentType eq 'agenticApp')", true},
		{"targets/any(t: t/id eq 't2')", true},
		{"isof('microsoft.graph.agentIdentity')", true},
		{"isof('microsoft.graph.agentUser')", false},
		{"agent/agentType/deeper eq 'x'", false},
	} {
		f, err := parseFilter(c.text)
		require.NoError(t, err, c.text)
		got, err := f(o, nil)
		require.NoError(t, err, c.text)
		assert.Equal(t, c.want, got, c.text)
	}
	for _, bad := range []string{
		"", "id", "id eq", "(id eq 'x'", "id like 'x'", "name eq 'open", "id eq 'x' id",
		"id in ('1','2','3','4','5','6','7','8','9','10','11','12','13','14','15','16')",
	} {
		_, err := parseFilter(bad)
		assert.Error(t, err, bad)
	}
}
