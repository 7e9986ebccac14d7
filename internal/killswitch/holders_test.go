package killswitch_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/killswitch"
	"github.com/ztagent/ztagent/internal/tenant"
)

func open(t *testing.T, files map[string]string) *tenant.Snapshot {
	t.Helper()
	fsys := fstest.MapFS{"manifest.json": {Data: []byte(`{"schemaVersion":1,"takenAt":"2026-11-20T06:00:00Z"}`)}}
	for name, rows := range files {
		fsys[name+".json"] = &fstest.MapFile{Data: []byte(`{"value":[` + rows + `]}`)}
	}
	s, err := tenant.OpenFS(fsys, "test")
	require.NoError(t, err)
	return s
}

const (
	agentIDAdministrator  = "db506228-d27e-4b7d-95e5-295956d6615f"
	securityAdministrator = "194ae4cb-b126-40b2-bd5b-6091b380977d"
	globalReader          = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
)

func assignment(role, principal, scope string) string {
	return `{"id":"` + role + principal + scope + `","roleDefinitionId":"` + role + `","principalId":"` + principal + `","directoryScopeId":"` + scope + `"}`
}

func ids(holders []*killswitch.Holder) []string {
	var all []string
	for _, h := range holders {
		all = append(all, h.ID.String())
	}
	return all
}

func TestHoldersAreToldApart(t *testing.T) {
	s := open(t, map[string]string{
		"agentIdentities": `{"id":"agent"}`,
		"agentUsers":      `{"id":"agent-user"}`,
		"roleDefinitions": `{"id":"renamed","templateId":"` + agentIDAdministrator + `"},{"id":"other","templateId":"` + globalReader + `"}`,
		"roleAssignments": assignment(agentIDAdministrator, "both", "/") + "," +
			assignment("renamed", "renamed-holder", "/") + "," + assignment("other", "reader", "/") + "," +
			assignment(agentIDAdministrator, "scoped", "/administrativeUnits/x") + "," +
			assignment(agentIDAdministrator, "off", "/") + "," + assignment(agentIDAdministrator, "gone", "/") + "," +
			assignment(agentIDAdministrator, "unread", "/") + "," + assignment(agentIDAdministrator, "team", "/") + "," +
			assignment(agentIDAdministrator, "agent", "/") + "," + assignment(agentIDAdministrator, "agent-user", "/") + "," +
			`{"id":"x","principalId":"roleless","directoryScopeId":"/"}`,
		"roleEligibilityScheduleInstances": assignment(securityAdministrator, "both", "/"),
		"directoryObjects": `{"id":"both","@odata.type":"#microsoft.graph.user","accountEnabled":true},
			{"id":"renamed-holder","@odata.type":"#microsoft.graph.user","accountEnabled":true},
			{"id":"reader","@odata.type":"#microsoft.graph.user","accountEnabled":true},
			{"id":"scoped","@odata.type":"#microsoft.graph.user","accountEnabled":true},
			{"id":"off","@odata.type":"#microsoft.graph.user","accountEnabled":false},
			{"id":"gone","deletedDateTime":"2026-11-01T00:00:00Z"},
			{"id":"unread","@odata.type":"#microsoft.graph.user"},
			{"id":"roleless","@odata.type":"#microsoft.graph.user","accountEnabled":true},
			{"id":"team","@odata.type":"#microsoft.graph.group","members@odata.count":3}`,
	})
	h := killswitch.HoldersOf(s)
	assert.Equal(t, []string{"both", "renamed-holder"}, ids(h.Sure))
	assert.Equal(t, []string{"unread", "roleless"}, ids(h.Maybe))
	assert.Equal(t, []string{"team"}, ids(h.Groups))
	assert.EqualValues(t, 3, h.Members)
	assert.False(t, h.Endless)

	roles := h.Sure[0].Grants
	require.Len(t, roles, 2)
	assert.Equal(t, "Agent ID Administrator", roles[0].Role.Name)
	assert.True(t, roles[0].Role.Disables)
	assert.False(t, roles[0].Eligible)
	assert.Equal(t, "Security Administrator", roles[1].Role.Name)
	assert.False(t, roles[1].Role.Disables, "it can only confirm a compromise")
	assert.True(t, roles[1].Role.Confirms)
	assert.True(t, roles[1].Eligible)
}

func TestWhatWasNotReturnedIsEndless(t *testing.T) {
	for name, objects := range map[string]string{
		"a holder without a row": `{"id":"somebody","@odata.type":"#microsoft.graph.user","accountEnabled":true}`,
		"a group nobody counted": `{"id":"team","@odata.type":"#microsoft.graph.group"}`,
	} {
		s := open(t, map[string]string{
			"roleAssignments": assignment(agentIDAdministrator, "team", "/"), "directoryObjects": objects,
		})
		assert.True(t, killswitch.HoldersOf(s).Endless, name)
	}
}
