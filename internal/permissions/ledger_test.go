package permissions

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

const (
	onGraph   = "00000003-0000-0000-c000-000000000000/"
	onPayroll = "22222222-0000-4000-8000-000000000001/"
	through   = `inherited from blueprint principal "Finance agents", consented by an administrator`
)

func inheritable(entries string) map[string]string {
	return map[string]string{
		"agentIdentityBlueprints": `[{"id":"5c0b7a52-1d4e-4f0a-9b3c-7a1f0e2d4c11","appId":"` + blueprint + `",
			"inheritablePermissions":` + entries + `}]`,
		"appRoleAssignments":     `[` + assignment(principal, graph, mailRead) + `]`,
		"oauth2PermissionGrants": `[` + grant(principal, graph, "AllPrincipals", "User.Read Mail.Send") + `]`,
	}
}

const graphEntry = `{"resourceAppId":"00000003-0000-0000-c000-000000000000"`

func TestDirectPermissions(t *testing.T) {
	pairs, unread := pairsOf(t, with(map[string]string{
		"appRoleAssignments": `[` + assignment(agentID, graph, mailRead) + `,` +
			assignment(agentID, payroll, payrollRun) + `,` +
			assignment(agentID, payroll, "00000000-0000-0000-0000-000000000000") + `]`,
		"oauth2PermissionGrants": `[` + grant(agentID, graph, "AllPrincipals", " Mail.Read offline_access") + `,` +
			grant(agentID, payroll, "Principal", "Runs.Read") + `]`,
	}))
	assert.Equal(t, []string{
		onGraph + "Mail.Read (application): granted directly, consented by an administrator",
		onPayroll + "Runs.ReadWrite.All (application): granted directly, consented by an administrator",
		onGraph + "Mail.Read (delegated): granted directly, consented by an administrator",
		onGraph + "offline_access (delegated): granted directly, consented by an administrator",
		onPayroll + "Runs.Read (delegated): granted directly, consented for one user",
	}, pairs)
	assert.Empty(t, unread)
}

func TestInheritedPermissions(t *testing.T) {
	role := onGraph + "Mail.Read (application): " + through
	userRead := onGraph + "User.Read (delegated): " + through
	mailSend := onGraph + "Mail.Send (delegated): " + through
	cases := map[string]struct {
		entries string
		want    []string
	}{
		"no entry": {`[]`, nil},
		"another API": {`[{"resourceAppId":"22222222-0000-4000-8000-000000000001",
			"inheritableScopes":{"kind":"allAllowed"},"inheritableRoles":{"kind":"allAllowed"}}]`, nil},
		"all": {
			`[` + graphEntry + `,"inheritableScopes":{"@odata.type":"#microsoft.graph.allAllowedScopes"},
			"inheritableRoles":{"@odata.type":"microsoft.graph.allAllowedRoles","kind":"allAllowed"}}]`,
			[]string{role, userRead, mailSend},
		},
		"none": {`[` + graphEntry + `,"inheritableScopes":{"@odata.type":"#microsoft.graph.noScopes"},
			"inheritableRoles":{"kind":"none"}}]`, nil},
		"null is none": {`[` + graphEntry + `,"inheritableScopes":null,"inheritableRoles":null}]`, nil},
		"enumerated": {`[` + graphEntry + `,"inheritableScopes":{"kind":"enumerated","scopes":["mail.send"]},
			"inheritableRoles":{"kind":"none"}}]`, []string{mailSend}},
		"roles not returned": {
			`[` + graphEntry + `,"inheritableScopes":{"kind":"none"}}]`,
			[]string{role + "? inheritableRoles of its blueprint were not returned, or are of an unknown kind"},
		},
		"kind and type disagree": {
			`[` + graphEntry + `,"inheritableScopes":{"kind":"none"},
			"inheritableRoles":{"@odata.type":"#microsoft.graph.allAllowedRoles","kind":"none"}}]`,
			[]string{role + "? inheritableRoles of its blueprint were not returned, or are of an unknown kind"},
		},
		"enumerated without its list": {`[` + graphEntry + `,"inheritableScopes":{"kind":"enumerated"},
			"inheritableRoles":{"kind":"none"}}]`, []string{
			userRead + "? inheritableScopes of its blueprint are enumerated, but were not returned in full",
			mailSend + "? inheritableScopes of its blueprint are enumerated, but were not returned in full",
		}},
		"an entry lost its API": {`[{"inheritableScopes":{"kind":"none"},"inheritableRoles":{"kind":"allAllowed"}}]`, []string{
			role + "? an entry of its blueprint's inheritablePermissions has no resourceAppId",
			userRead + "? an entry of its blueprint's inheritablePermissions has no resourceAppId",
			mailSend + "? an entry of its blueprint's inheritablePermissions has no resourceAppId",
		}},
		"not returned": {`null`, []string{
			role + "? inheritablePermissions of its blueprint were not returned",
			userRead + "? inheritablePermissions of its blueprint were not returned",
			mailSend + "? inheritablePermissions of its blueprint were not returned",
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			pairs, unread := pairsOf(t, with(inheritable(c.entries)))
			assert.Equal(t, c.want, pairs)
			assert.Empty(t, unread)
		})
	}
}

func TestDirectAndInheritedAreOnePair(t *testing.T) {
	files := with(inheritable(`[` + graphEntry + `,"inheritableScopes":{"kind":"none"},"inheritableRoles":{"kind":"allAllowed"}}]`))
	files["appRoleAssignments"] = `[` + assignment(agentID, graph, mailRead) + `,` + assignment(principal, graph, mailRead) + `]`
	pairs, _ := pairsOf(t, files)
	assert.Equal(t, []string{onGraph + "Mail.Read (application): granted directly, " +
		"consented by an administrator, and " + through}, pairs)
}

func TestWhatIsNotReadStaysUnknown(t *testing.T) {
	all := inheritable(`[` + graphEntry + `,"inheritableScopes":{"kind":"allAllowed"},"inheritableRoles":{"kind":"allAllowed"}}]`)
	cases := map[string]struct {
		file, text, want string
	}{
		"no link": {"agentIdentities", `[{"id":"` + agentID + `"}]`, "its agentIdentityBlueprintId was not returned"},
		"no principal": {
			"agentIdentityBlueprintPrincipals", `[]`,
			"its blueprint has no principal in agentIdentityBlueprintPrincipals",
		},
		"principal without appId": {
			"agentIdentityBlueprintPrincipals", `[{"id":"` + principal + `"}]`,
			"its blueprint has no principal in agentIdentityBlueprintPrincipals",
		},
		"agent without id": {"agentIdentities", `[{"agentIdentityBlueprintId":"` + blueprint + `"}]`, "its id was not returned"},
		"grants of the agent": {
			"manifest", `{"schemaVersion":1,"tenantId":"` + home + `","datasets":{"agentIdentities":
			{"status":"complete","gaps":[{"id":"` + agentID + `","relation":"appRoleAssignments","status":"failed"}]}}}`,
			"not all application permissions could be read (failed)",
		},
		"grants of the principal": {
			"manifest", `{"schemaVersion":1,"tenantId":"` + home + `","datasets":{"oauth2PermissionGrants":
			{"status":"complete","gaps":[{"id":"` + principal + `","relation":"oauth2PermissionGrants","status":"forbidden"}]}}}`,
			"of its blueprint principal, not all delegated permissions could be read (forbidden)",
		},
		"holders of an API": {
			"manifest", `{"schemaVersion":1,"tenantId":"` + home + `","datasets":{"appRoleAssignments":
			{"status":"complete","gaps":[{"id":"` + graph + `","relation":"appRoleAssignedTo","status":"failed"}]}}}`,
			"not all application permissions could be read (failed)",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			files := with(all)
			files[c.file] = c.text
			_, unread := pairsOf(t, files)
			assert.Contains(t, unread, c.want)
		})
	}
}

func TestBlueprintThatPassesNothingNeedsNoPrincipal(t *testing.T) {
	pairs, unread := pairsOf(t, with(map[string]string{"agentIdentityBlueprintPrincipals": `[]`}))
	assert.Empty(t, pairs)
	assert.Empty(t, unread)
}

func TestForeignBlueprintIsNotVisible(t *testing.T) {
	files := with(inheritable(`[]`))
	files["agentIdentityBlueprints"] = `[]`
	files["agentIdentityBlueprintPrincipals"] = `[{"id":"` + principal + `","appId":"` + blueprint + `","appOwnerOrganizationId":"` + elsewhere + `"}]`
	files["appRoleAssignments"] = `[` + assignment(agentID, graph, mailRead) + `,` + assignment(principal, graph, userReadAll) + `]`
	c := Of(open(t, files)).Cursor(Application)
	for range c.Agents() {
		require.Len(t, c.Pairs(), 1)
		assert.Equal(t, "Mail.Read", c.Pairs()[0].Name)
		assert.True(t, c.Inheritance().Foreign)
		assert.Empty(t, c.Unread())
	}
	// Whose blueprint it is must be known: without the owner it is not foreign.
	files["agentIdentityBlueprintPrincipals"] = `[{"id":"` + principal + `","appId":"` + blueprint + `"}]`
	c = Of(open(t, files)).Cursor(Application)
	for range c.Agents() {
		assert.False(t, c.Inheritance().Foreign)
		require.Len(t, c.Pairs(), 2)
		assert.Equal(t, "its blueprint is not in agentIdentityBlueprints", c.Pairs()[1].Uncertain)
	}
}

func TestStrayRows(t *testing.T) {
	l := Of(open(t, with(map[string]string{
		"appRoleAssignments":     `[{"id":"x","resourceId":"` + graph + `","appRoleId":"` + mailRead + `"}]`,
		"oauth2PermissionGrants": `[{"id":"y","resourceId":"` + graph + `","scope":"Files.Read User.Read"}]`,
	})))
	require.Len(t, l.Stray(Application), 1)
	assert.Equal(t, "Mail.Read", l.Stray(Application)[0].Name)
	require.Len(t, l.Stray(Delegated), 2)
}

func TestRowsOfOthersDoNotCount(t *testing.T) {
	l := Of(open(t, with(map[string]string{
		"appRoleAssignments": `[` + assignment("99999999-0000-4000-8000-000000000009", graph, mailRead) + `]`,
	})))
	assert.Empty(t, l.Permissions())
	assert.Empty(t, l.Stray(Application))
}

func TestEveryAgentHasItsOwn(t *testing.T) {
	other := "71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4445"
	s := open(t, with(map[string]string{
		"agentIdentities": `[{"id":"` + agentID + `","agentIdentityBlueprintId":"` + blueprint + `"},
			{"id":"` + other + `","agentIdentityBlueprintId":"` + blueprint + `"}]`,
		"appRoleAssignments": `[` + assignment(other, payroll, payrollRun) + `,` +
			assignment(agentID, graph, mailRead) + `,` + assignment(other, graph, mailRead) + `]`,
	}))
	c := Of(s).Cursor(Application)
	held := map[tenant.ID][]string{}
	for a := range c.Agents() {
		for _, p := range c.Pairs() {
			held[a.ID] = append(held[a.ID], p.Name)
		}
	}
	assert.Equal(t, map[tenant.ID][]string{
		tenant.ParseID(agentID): {"Mail.Read"},
		tenant.ParseID(other):   {"Runs.ReadWrite.All", "Mail.Read"},
	}, held)
	for a := range s.AgentIdentities.All() {
		c.Seek(a)
		assert.Len(t, c.Pairs(), len(held[a.ID]))
	}
}

func TestPrincipalWithoutIDLeavesInheritanceUnknown(t *testing.T) {
	files := with(inheritable(`[` + graphEntry + `,"inheritableScopes":{"kind":"none"},"inheritableRoles":{"kind":"allAllowed"}}]`))
	files["agentIdentityBlueprintPrincipals"] = `[{"appId":"` + blueprint + `","appOwnerOrganizationId":"` + home + `"}]`
	_, unread := pairsOf(t, files)
	assert.Equal(t, "the id of its blueprint principal was not returned", unread)
}

func TestTwoBlueprintsOfOneAppIDDecideNothing(t *testing.T) {
	files := with(inheritable(`[]`))
	files["agentIdentityBlueprints"] = `[{"id":"1","appId":"` + blueprint + `","inheritablePermissions":[` + graphEntry + `,
		"inheritableScopes":{"kind":"none"},"inheritableRoles":{"kind":"allAllowed"}}]},
		{"id":"2","appId":"` + blueprint + `","inheritablePermissions":[]}]`
	files["oauth2PermissionGrants"] = `[]`
	pairs, _ := pairsOf(t, files)
	assert.Equal(t, []string{onGraph + "Mail.Read (application): " + through +
		"? more than one blueprint has the appId of its blueprint"}, pairs)
}

func TestScopeThatWasNotReturnedIsNoText(t *testing.T) {
	l := Of(open(t, with(map[string]string{"oauth2PermissionGrants": `[
		{"id":"1","clientId":"` + agentID + `","resourceId":"` + graph + `","scope":"\u0000"},
		{"id":"2","clientId":"` + agentID + `","resourceId":"` + graph + `"},
		{"id":"3","clientId":"` + agentID + `","resourceId":"` + graph + `","scope":null}]`})))
	require.Len(t, l.Permissions(), 2)
	assert.Equal(t, "\x00", l.Permissions()[0].Name)
	assert.Equal(t, "its scope was not returned", l.Permissions()[1].Unnamed)
}
