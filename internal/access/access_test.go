package access

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

const (
	agentID   = "71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444"
	packageID = "aa11bb22-cc33-4d44-8e55-ff6677880000"
	groupID   = "61000000-0000-4000-8000-000000000001"
	apiID     = "1b7a3f2c-5d4e-4c8b-9a60-f1e2d3c47777"
	appRoleID = "810c84a8-4a9e-49e6-bf7d-12d183f40d01"
	roleID    = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
	otherID   = "99999999-0000-4000-8000-000000000009"
)

func open(t *testing.T, files map[string]string) *tenant.Snapshot {
	t.Helper()
	fsys := fstest.MapFS{"manifest.json": {Data: []byte(`{"schemaVersion":1,"takenAt":"2026-11-20T06:00:00Z"}`)}}
	for name, text := range files {
		fsys[name+".json"] = &fstest.MapFile{Data: []byte(`{"value":` + text + `}`)}
	}
	s, err := tenant.OpenFS(fsys, "test")
	require.NoError(t, err)
	return s
}

const fullPackage = `[{"id":"` + packageID + `","resourceRoleScopes":[
	{"role":{"originId":"Member_` + groupID + `"},"scope":{"originId":"` + groupID + `"}},
	{"role":{"originId":"Owner_` + otherID + `"},"scope":{"originId":"` + otherID + `"}},
	{"role":{"originId":"` + appRoleID + `"},"scope":{"originId":"` + apiID + `"}},
	{"role":{"originId":"` + roleID + `"},"scope":{"originId":"/"}}]}]`

func held(state, expiration string) string {
	return `[{"id":"1","state":"` + state + `","target":{"objectId":"` + agentID + `"},
		"accessPackage":{"id":"` + packageID + `"},"schedule":{"startDateTime":"2026-10-01T00:00:00Z","expiration":` + expiration + `}}]`
}

func TestAccountsFor(t *testing.T) {
	const until = `{"type":"afterDateTime","endDateTime":"2026-12-31T00:00:00Z"}`
	id := tenant.ParseID
	group, role := Group(id(groupID)), Role(id(roleID), tenant.ID{})
	permission := Permission(id(apiID), id(appRoleID))
	cases := map[string]struct {
		assignments, packages string
		held                  Holding
		want                  tenant.Answer
	}{
		"group":                   {held("delivered", until), fullPackage, group, tenant.Yes},
		"permission":              {held("delivered", until), fullPackage, permission, tenant.Yes},
		"role by definition":      {held("delivered", until), fullPackage, role, tenant.Yes},
		"role by template":        {held("delivered", until), fullPackage, Role(id(otherID), id(roleID)), tenant.Yes},
		"ownership is not enough": {held("delivered", until), fullPackage, Group(id(otherID)), tenant.No},
		"another role of the API": {held("delivered", until), fullPackage, Permission(id(apiID), id(otherID)), tenant.No},
		"no assignment":           {`[]`, fullPackage, group, tenant.No},
		"no assignment, unread":   {`[]`, `[]`, group, tenant.No},
		"not delivered":           {held("expired", until), fullPackage, group, tenant.No},
		"endless":                 {held("delivered", `{"type":"noExpiration"}`), fullPackage, group, tenant.No},
		"end not returned":        {held("delivered", `{"type":"afterDateTime"}`), fullPackage, group, tenant.No},
		"end unreadable":          {held("delivered", `{"type":"afterDuration","duration":"soon"}`), fullPackage, group, tenant.Unknown},
		"state not returned":      {held("", until), fullPackage, group, tenant.Unknown},
		"package not read":        {held("delivered", until), `[]`, group, tenant.Unknown},
		"roles not read":          {held("delivered", until), `[{"id":"` + packageID + `"}]`, group, tenant.Unknown},
		"a role scope lost its id": {
			held("delivered", until),
			`[{"id":"` + packageID + `","resourceRoleScopes":[{"role":{"originId":"x"}}]}]`, group, tenant.Unknown,
		},
		"holding lost its id": {held("delivered", until), fullPackage, Permission(id(apiID), tenant.ID{}), tenant.Unknown},
		"target not returned": {`[{"id":"1","state":"delivered","accessPackage":{"id":"` + packageID + `"},
			"schedule":{"expiration":` + until + `}}]`, fullPackage, group, tenant.Unknown},
		"target not returned, another package": {`[{"id":"1","state":"delivered","accessPackage":{"id":"` + packageID + `"},
			"schedule":{"expiration":` + until + `}}]`, fullPackage, Group(id(appRoleID)), tenant.No},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := open(t, map[string]string{"accessPackageAssignments": c.assignments, "accessPackages": c.packages})
			assert.Equal(t, c.want, Of(s).AccountsFor(c.held, id(agentID)))
		})
	}
}

func TestEndOfAssignment(t *testing.T) {
	now := time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)
	const limit = 180 * 24 * time.Hour
	cases := map[string]struct {
		row   string
		state EndState
		text  string
		over  bool
	}{
		"date": {`"schedule":{"expiration":{"type":"afterDateTime","endDateTime":"2027-01-31T00:00:00Z"}}`, Ends, "2027-01-31", false},
		"a fixed date is measured from now": {`"schedule":{"startDateTime":"2026-01-01T00:00:00Z",
			"expiration":{"type":"afterDateTime","endDateTime":"2027-05-19T06:00:00Z"}}`, Ends, "2027-05-19", false},
		"one second more": {`"schedule":{"expiration":{"type":"afterDateTime","endDateTime":"2027-05-19T06:00:01Z"}}`, Ends, "2027-05-19", true},
		"duration":        {`"schedule":{"startDateTime":"2026-01-01T00:00:00Z","expiration":{"type":"afterDuration","duration":"P180D"}}`, Ends, "2026-06-30", false},
		"long duration":   {`"schedule":{"startDateTime":"2026-01-01T00:00:00Z","expiration":{"type":"afterDuration","duration":"P6M"}}`, Ends, "2026-07-01", true},
		"no start":        {`"schedule":{"expiration":{"type":"afterDuration","duration":"P1Y"}}`, Ends, "after P1Y", true},
		"type missing":    {`"schedule":{"expiration":{"endDateTime":"2026-12-01T00:00:00Z"}}`, Unreadable, "an end that cannot be read", false},
		"expiredDateTime": {`"expiredDateTime":"2026-12-01T00:00:00Z"`, Ends, "2026-12-01", false},
		"no expiration":   {`"schedule":{"expiration":{"type":"noExpiration"}}`, Endless, "no end", false},
		"not specified":   {`"schedule":{"expiration":{"type":"notSpecified","endDateTime":null}}`, Endless, "no end", false},
		"null expiration": {`"schedule":{"expiration":null}`, Endless, "no end", false},
		"null schedule":   {`"schedule":null`, Endless, "no end", false},
		"no schedule":     {`"state":"delivered"`, Missing, "no end returned", false},
		"no date":         {`"schedule":{"expiration":{"type":"afterDateTime","endDateTime":null}}`, Missing, "no end returned", false},
		"no duration":     {`"schedule":{"expiration":{"type":"afterDuration"}}`, Missing, "no end returned", false},
		"bad duration":    {`"schedule":{"expiration":{"type":"afterDuration","duration":"a while"}}`, Unreadable, "an end that cannot be read", false},
		"new kind":        {`"schedule":{"expiration":{"type":"afterFullMoon"}}`, Unreadable, "an end that cannot be read", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := open(t, map[string]string{"accessPackageAssignments": `[{"id":"1",` + c.row + `}]`})
			for a := range s.AccessPackageAssignments.All() {
				end := EndOfAssignment(a)
				assert.Equal(t, c.state, end.State)
				assert.Equal(t, c.text, end.String())
				assert.Equal(t, c.over, end.Over(limit, now))
			}
		})
	}
}

func TestOpenToAgents(t *testing.T) {
	agents := func(enabled string) string {
		return `[{"id":"` + agentID + `","accountEnabled":` + enabled + `,"disabledByMicrosoftStatus":null}]`
	}
	naming := `"allowedTargetScope":"specificDirectoryServicePrincipals","specificAllowedTargets":[
		{"@odata.type":"#microsoft.graph.singleServicePrincipal","servicePrincipalId":"` + agentID + `"}]`
	cases := map[string]struct {
		agents, policy string
		want           tenant.Answer
	}{
		"all agents":             {`[]`, `"allowedTargetScope":"allDirectoryAgentIdentities"`, tenant.Yes},
		"all service principals": {`[]`, `"allowedTargetScope":"allDirectoryServicePrincipals"`, tenant.Yes},
		"users":                  {`[]`, `"allowedTargetScope":"allMemberUsers"`, tenant.No},
		"scope not returned":     {`[]`, `"displayName":"x"`, tenant.Unknown},
		"scope of the future":    {`[]`, `"allowedTargetScope":"unknownFutureValue"`, tenant.Unknown},
		"names an agent":         {agents("true"), naming, tenant.Yes},
		"names a disabled agent": {agents("false"), naming, tenant.No},
		"agent of unknown state": {`[{"id":"` + agentID + `"}]`, naming, tenant.Unknown},
		"names something else":   {`[]`, naming, tenant.No},
		"an agent lost its id":   {`[{"accountEnabled":true}]`, naming, tenant.Unknown},
		"targets not returned":   {agents("true"), `"allowedTargetScope":"specificDirectoryServicePrincipals"`, tenant.Unknown},
		"a target lost its id":   {agents("true"), `"allowedTargetScope":"specificDirectoryServicePrincipals","specificAllowedTargets":[{}]`, tenant.Unknown},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := open(t, map[string]string{"agentIdentities": c.agents, "accessPackageAssignmentPolicies": `[{"id":"1",` + c.policy + `}]`})
			for p := range s.AccessPackageAssignmentPolicies.All() {
				got, why := OpenToAgents(s, p)
				assert.Equal(t, c.want, got)
				assert.Equal(t, got == tenant.Unknown, why != "", why)
			}
		})
	}
}

func TestTimeline(t *testing.T) {
	s := open(t, map[string]string{
		"agentIdentities": `[{"id":"` + agentID + `","agentIdentityBlueprintId":"` + otherID + `"}]`,
		"agentIdentityBlueprints": `[{"id":"5","appId":"` + otherID + `","passwordCredentials":[
			{"displayName":"bootstrap","endDateTime":"2028-08-20T10:05:00Z"}],"keyCredentials":[
			{"displayName":"cert","endDateTime":"2026-12-01T00:00:00Z"}]}]`,
		"accessPackages": fullPackage,
		"accessPackageAssignments": `[{"id":"1","state":"delivered","target":{"objectId":"` + agentID + `"},
			"accessPackage":{"id":"` + packageID + `","displayName":"Finance"},
			"schedule":{"expiration":{"type":"afterDateTime","endDateTime":"2027-02-01T00:00:00Z"}}},
			{"id":"2","state":"expired","target":{"objectId":"` + agentID + `"}}]`,
	})
	for a := range s.AgentIdentities.All() {
		var got []string
		for _, e := range Timeline(s, a) {
			got = append(got, string(e.Kind)+" "+e.Name+" "+e.End.String())
		}
		assert.Equal(t, []string{
			"key of the blueprint cert 2026-12-01",
			"access package Finance 2027-02-01",
			"client secret of the blueprint bootstrap 2028-08-20",
		}, got)
	}
}
