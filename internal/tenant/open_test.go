package tenant

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func open(t *testing.T, files map[string]string) *Snapshot {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	s, err := OpenFS(fsys, "test")
	require.NoError(t, err)
	return s
}

func TestOpenReadsAgents(t *testing.T) {
	s := open(t, map[string]string{
		"agentIdentities.json": `{"@odata.context":"x","value":[
  {"id":"71C4E9A0-2b8d-4f63-a5e7-0d1c2b3a4444","displayName":"Zoë \u00e9","accountEnabled":true,
   "disabledByMicrosoftStatus":null,"createdDateTime":"2026-09-03T08:14:55.123Z",
   "customSecurityAttributes":{"AgentInfo":{"Stage":"Approved","Level@odata.type":"#Int32","Level":3}},
   "sponsors":[{"@odata.type":"#microsoft.graph.user","id":"2f90d1c3-48ab-4e76-93f5-6c7d8e9f6666"}]},
  {"id":"71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4445"}
]}`,
		"securityDefaults.json": `{"@odata.context":"x","isEnabled":false}`,
	})
	require.Equal(t, 2, s.AgentIdentities.Len())
	a := s.AgentsByID().First(ParseID("71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444"))
	require.NotNil(t, a)
	assert.Equal(t, "Zoë é", a.DisplayName.Or(""))
	assert.Equal(t, Active, a.Activity())
	assert.Equal(t, "2026-09-03T08:14:55Z", a.CreatedDateTime.String())
	attributes, _ := a.CustomSecurityAttributes.Get()
	level, ok := attributes.Lookup("agentinfo", "LEVEL")
	assert.True(t, ok)
	assert.Equal(t, []string{"3"}, level.Values)
	assert.True(t, a.Sponsors.Complete())
	assert.Equal(t, RelationAbsent, a.Owners.State)
	_, gap := s.Gap(DatasetSecurityDefaults)
	assert.False(t, gap)
	g, gap := s.Gap(DatasetSignIns)
	assert.True(t, gap)
	assert.Equal(t, GapAbsent, g.Status)

	places, err := s.Locate([]LocateRequest{{a.Origin, "/sponsors/0/id"}, {a.Origin, ""}, {a.Origin, "/nothing/here"}})
	require.NoError(t, err)
	assert.Equal(t, "/value/0/sponsors/0/id", places[0].Pointer)
	assert.Equal(t, Region{5, 55, 5, 98}, places[0].Region)
	assert.Equal(t, Region{2, 3, 5, 101}, places[1].Region)
	assert.Equal(t, places[1].Region, places[2].Region)
}
