package tenant

import (
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAnEmptyCollectionIsNoAttribute: it is what is left of one whose values were
// all removed.
func TestAnEmptyCollectionIsNoAttribute(t *testing.T) {
	for text, want := range map[string]struct{ empty, set bool }{
		`{"AgentInfo":{"Data@odata.type":"#Collection(String)","Data":[]}}`:       {true, false},
		`{"AgentInfo":{"Data":[],"Stage":"Approved"}}`:                            {false, false},
		`{"AgentInfo":{"Data@odata.type":"#Collection(String)","Data":["Open"]}}`: {false, true},
		`{"AgentInfo":{}}`: {true, false},
	} {
		var a Attributes
		require.NoError(t, json.Unmarshal([]byte(text), &a), text)
		_, set := a.Lookup("agentinfo", "data")
		assert.Equal(t, want, struct{ empty, set bool }{a.IsEmpty(), set}, text)
	}
}
