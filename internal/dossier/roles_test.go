package dossier

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRolesThroughGroupsAndWithoutInstances(t *testing.T) {
	const (
		agent = "00000000-0000-0000-0000-0000000000a1"
		group = "00000000-0000-0000-0000-0000000000b1"
		role  = "00000000-0000-0000-0000-0000000000c1"
	)
	files := func(instances string) fstest.MapFS {
		return fstest.MapFS{
			"manifest.json": {Data: []byte(`{"schemaVersion":1,"takenAt":"2026-11-20T06:00:00Z"}`)},
			"agentIdentities.json": {Data: []byte(`{"value":[{"id":"` + agent + `","displayName":"A","accountEnabled":true,
				"disabledByMicrosoftStatus":null,"sponsors":[],"owners":[]}]}`)},
			"groupMemberships.json": {Data: []byte(`{"value":[{"id":"` + agent + `","transitiveMemberOf":[
				{"@odata.type":"#microsoft.graph.group","id":"` + group + `","displayName":"Operators"},
				{"@odata.type":"#microsoft.graph.administrativeUnit","id":"` + role + `","displayName":"EMEA"}]}]}`)},
			"roleDefinitions.json":                  {Data: []byte(`{"value":[{"id":"` + role + `","templateId":"` + role + `","displayName":"Operator","isBuiltIn":false,"isPrivileged":true}]}`)},
			"roleAssignments.json":                  {Data: []byte(`{"value":[{"id":"1","principalId":"` + group + `","roleDefinitionId":"` + role + `","directoryScopeId":"/"}]}`)},
			"roleAssignmentScheduleInstances.json":  {Data: []byte(instances)},
			"roleEligibilityScheduleInstances.json": {Data: []byte(`{"value":[{"id":"2","principalId":"` + agent + `","roleDefinitionId":"` + role + `","directoryScopeId":"/","endDateTime":"2026-11-21T05:00:00Z"}]}`)},
		}
	}
	x := open(t, files(`{"value":[]}`)).of(t, "A").DirectoryAccess
	require.Len(t, x.Groups, 1, "an administrative unit is no group")
	require.Len(t, x.Roles, 2)
	assert.Equal(t, "Operators", x.Roles[1].Via)
	assert.Equal(t, "endless", x.Roles[1].End.State)
	assert.Equal(t, Yes, x.Roles[1].Privileged)
	assert.True(t, x.Roles[0].Eligible)
	assert.Equal(t, 0, *x.Roles[0].End.DaysLeft)

	notLicensed := `{"error":{"code":"AadPremiumLicenseRequired","message":"The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license."}}`
	assert.Equal(t, "endless", open(t, files(notLicensed)).of(t, "A").DirectoryAccess.Roles[1].End.State,
		"without privileged identity management every assignment is permanent")
	refused := `{"error":{"code":"Authorization_RequestDenied","message":"no"}}`
	unread := open(t, files(refused)).of(t, "A")
	assert.Equal(t, "unreadable", unread.DirectoryAccess.Roles[1].End.State, "whether it ends was not read")
	assert.Contains(t, missingWhat(unread.Timeline.NotRead), "roleAssignmentScheduleInstances")
}

func TestDaysBetweenRoundsDown(t *testing.T) {
	now := time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)
	for want, to := range map[int]time.Time{
		0: now.Add(23 * time.Hour), 1: now.Add(25 * time.Hour), -1: now.Add(-time.Second), -2: now.Add(-25 * time.Hour),
		2912119: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
	} {
		assert.Equal(t, want, daysBetween(now, to))
	}
}
