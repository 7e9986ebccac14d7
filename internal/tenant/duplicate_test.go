package tenant

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// page is the objects from to to-1 of a list, as two ways of writing do.
func page(from, to int, spaced bool) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		object := fmt.Sprintf(`{"id":"ab%06x-0000-4000-8000-000000000000","createdDateTime":"2026-11-20T04:12:45Z"}`, i)
		if spaced {
			object = strings.ReplaceAll(strings.ToUpper(object), `","CREATEDDATETIME":"`, `", "createdDateTime":"`)
			object = strings.Replace(object, `"ID"`, `"id"`, 1)
		}
		b.WriteString(object + ",")
	}
	return b.String()
}

func TestAPageReadTwice(t *testing.T) {
	for _, dataset := range []string{"agentIdentities", "signIns", "directoryObjects"} {
		list := strings.TrimSuffix(page(0, 3000, false)+page(999, 1998, false)+page(3000, 3500, false), ",")
		s := open(t, map[string]string{dataset + ".json": `{"value":[` + list + `]}`})
		gap, gapped := s.Gap(Dataset(dataset))
		require.False(t, gapped, gap.Reason)
		switch dataset {
		case "agentIdentities":
			assert.Equal(t, 3500, s.AgentIdentities.Len())
		case "signIns":
			assert.Equal(t, 3500, s.SignIns.Len())
		case "directoryObjects":
			assert.Equal(t, 3500, s.DirectoryObjects.Len())
		}
	}
}

func TestTwinsAreWordForWord(t *testing.T) {
	// The second page has its ids in capitals: a GUID is the same, its text not.
	list := strings.TrimSuffix(page(0, 10, false)+page(5, 6, true), ",")
	for _, dataset := range []Dataset{DatasetAgentIdentities, DatasetSignIns} {
		s := open(t, map[string]string{string(dataset) + ".json": `{"value":[` + list + `]}`})
		gap, _ := s.Gap(dataset)
		assert.Equal(t, GapMalformed, gap.Status)
		assert.Contains(t, gap.Reason, "ab000005-0000-4000-8000-000000000000")
		assert.Contains(t, gap.Reason, "stands there twice, on different objects")
	}
	// White space and the order of members are no difference.
	s := open(t, map[string]string{"signIns.json": `{"value":[{"id":"x","appId":"y"},{ "appId":"y", "id":"x" },{"id":"X","appId":"y"}]}`})
	gap, gapped := s.Gap(DatasetSignIns)
	require.False(t, gapped, gap.Reason)
	assert.Equal(t, 2, s.SignIns.Len(), "ids that are no GUIDs compare exactly")
}
