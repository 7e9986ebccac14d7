package permissions

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

// only returns the one permission that the agent of files has.
func only(t *testing.T, files map[string]string) *Permission {
	t.Helper()
	l := Of(open(t, files))
	require.Len(t, l.Permissions(), 1)
	return l.Permissions()[0]
}

func TestResolveRoles(t *testing.T) {
	const undefined = "33333333-0000-4000-8000-000000000003"
	noAPI := map[string]string{"resourceServicePrincipals": `[]`}
	noRoles := map[string]string{"resourceServicePrincipals": `[{"id":"` + graph + `","appId":"00000003-0000-0000-c000-000000000000"},
		{"id":"` + payroll + `","appId":"22222222-0000-4000-8000-000000000001"}]`}
	lostID := map[string]string{"resourceServicePrincipals": `[{"id":"` + payroll + `","appId":"22222222-0000-4000-8000-000000000001",
		"appRoles":[{"value":"Runs.ReadWrite.All"}]}]`}
	noValue := map[string]string{"resourceServicePrincipals": `[{"id":"` + payroll + `","appId":"22222222-0000-4000-8000-000000000001",
		"appRoles":[{"id":"` + payrollRun + `","value":null}]}]`}
	cases := map[string]struct {
		changes       map[string]string
		api, role     string
		name, unnamed string
		level         int
		defined       tenant.Answer
	}{
		"of Graph":               {nil, graph, mailRead, "Mail.Read", "", 3, tenant.Yes},
		"of another API":         {nil, payroll, payrollRun, "Runs.ReadWrite.All", "", 0, tenant.Yes},
		"undefined":              {nil, payroll, undefined, "", "its API defines no such role", 0, tenant.No},
		"API not read":           {noAPI, graph, mailRead, "", "its API is not in resourceServicePrincipals", 0, tenant.Unknown},
		"Graph without appRoles": {noRoles, graph, mailRead, "Mail.Read", "", 3, tenant.Yes},
		"other without appRoles": {noRoles, payroll, payrollRun, "", "the appRoles of its API were not returned in full", 0, tenant.Unknown},
		"a role lost its id":     {lostID, payroll, payrollRun, "", "its API defines no such role", 0, tenant.Unknown},
		"a role without value":   {noValue, payroll, payrollRun, "", "its API gives that role no value", 0, tenant.Yes},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			files := with(c.changes)
			files["appRoleAssignments"] = `[` + assignment(agentID, c.api, c.role) + `]`
			p := only(t, files)
			assert.Equal(t, c.name, p.Name)
			assert.Equal(t, c.unnamed, p.Unnamed)
			assert.Equal(t, c.level, p.Level)
			assert.Equal(t, c.defined, p.Defined)
		})
	}
}

func TestResolveLostIDs(t *testing.T) {
	for row, unnamed := range map[string]string{
		`{"principalId":"` + agentID + `","resourceId":"` + graph + `"}`:   "its appRoleId was not returned",
		`{"principalId":"` + agentID + `","appRoleId":"` + mailRead + `"}`: "its resourceId was not returned",
	} {
		p := only(t, with(map[string]string{"appRoleAssignments": `[` + row + `]`}))
		assert.Equal(t, unnamed, p.Unnamed)
		assert.Empty(t, p.Name)
	}
	p := only(t, with(map[string]string{"oauth2PermissionGrants": `[{"clientId":"` + agentID + `","resourceId":"` + graph + `"}]`}))
	assert.Equal(t, "its scope was not returned", p.Unnamed)
}

func TestDelegable(t *testing.T) {
	scopes := func(list string) map[string]string {
		return map[string]string{"resourceServicePrincipals": `[{"id":"` + payroll + `","appId":"22222222-0000-4000-8000-000000000001",
			"appRoles":[{"id":"` + payrollRun + `","value":"Runs.ReadWrite.All"}]` + list + `},
			{"id":"` + graph + `","appId":"00000003-0000-0000-c000-000000000000",
			"appRoles":[{"id":"` + mailRead + `","value":"Mail.Read"},{"id":"` + userReadAll + `","value":"AgentIdentity.CreateAsManager"}]` + list + `}]`}
	}
	cases := map[string]struct {
		changes   map[string]string
		api, role string
		want      tenant.Answer
	}{
		"in the API's scopes":          {scopes(`,"oauth2PermissionScopes":[{"value":"runs.readwrite.all"}]`), payroll, payrollRun, tenant.Yes},
		"not there":                    {scopes(`,"oauth2PermissionScopes":[{"value":"Other"}]`), payroll, payrollRun, tenant.No},
		"a scope lost its name":        {scopes(`,"oauth2PermissionScopes":[{"id":"x"}]`), payroll, payrollRun, tenant.Unknown},
		"scopes not read":              {scopes(``), payroll, payrollRun, tenant.Unknown},
		"Graph, from Microsoft's list": {scopes(``), graph, mailRead, tenant.Yes},
		"Graph, listed without":        {scopes(``), graph, userReadAll, tenant.No},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			files := with(c.changes)
			files["appRoleAssignments"] = `[` + assignment(agentID, c.api, c.role) + `]`
			assert.Equal(t, c.want, only(t, files).Delegable)
		})
	}
}

func TestSameValueTwiceHasTwoKeys(t *testing.T) {
	l := Of(open(t, with(map[string]string{
		"resourceServicePrincipals": `[{"id":"` + payroll + `","appId":"22222222-0000-4000-8000-000000000001",
			"appRoles":[{"id":"` + payrollRun + `","value":"Run"},{"id":"` + mailRead + `","value":"Run"}]}]`,
		"appRoleAssignments": `[` + assignment(agentID, payroll, payrollRun) + `,` + assignment(agentID, payroll, mailRead) + `]`,
	})))
	require.Len(t, l.Permissions(), 2)
	assert.NotEqual(t, l.Permissions()[0].Key, l.Permissions()[1].Key)
}

func TestWords(t *testing.T) {
	for name, want := range map[string]struct{ everything, readOnly bool }{
		"Files.Read.All":            {true, true},
		"Files.ReadWrite.All":       {true, false},
		"Chat.ManageDeletion.All":   {true, false},
		"Chat.ReadBasic.All":        {true, true},
		"Mail.Read":                 {false, true},
		"full_access_as_app":        {true, false},
		"https://x/.default":        {true, false},
		"Orders.*":                  {true, false},
		"Reports.Reader.All":        {true, true},
		"Readiness.Manage.All":      {true, false},
		"TeamsTab.ReadForUser.All":  {true, true},
		"Requests.ReadApprove.All":  {true, false},
		"Records.Read.Write.All":    {true, false},
		"Overall":                   {false, false},
		"Content.Read.All.Selected": {false, true},
		"\xff\xfe.ｒead.All":         {true, false},
	} {
		p := &Permission{Name: name}
		assert.Equal(t, want.everything, p.Everything(), name)
		assert.Equal(t, want.readOnly, p.ReadOnly(), name)
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"Mail.Read", "mail.read", true},
		{"Mail.Read", "Mail.ReadWrite", false},
		{"Mail.Read*", "Mail.ReadWrite", true},
		{"Files.*.All", "Files.ReadWrite.All", true},
		{"Files.*.All", "Files.All", false},
		{"AgentIdentity*.Create*", "AgentIdentityBlueprintPrincipal.Create", true},
		{"AgentIdentity*.Create*", "AgentIdentity.Read.All", false},
		{"*Export*", "MailboxItem.ImportExport.All", true},
		{"*Export*", "Mailbox", false},
		{"a*a", "a", false},
		{"*", "", true},
		{"a*b*a", "abba", true},
	} {
		assert.Equal(t, c.want, Match(c.pattern, c.name), "%s ~ %s", c.pattern, c.name)
	}
}

func TestTable(t *testing.T) {
	table := readGraphTable(graphTSV)
	assert.Equal(t, 968, len(table.byName))
	p := table.byName["mail.read"]
	require.NotNil(t, p)
	assert.Equal(t, [2]uint8{3, 2}, p.level)
	assert.Same(t, p, table.byID[Application][tenant.ParseID(mailRead)])
	for _, p := range table.byName {
		for _, level := range p.level {
			assert.LessOrEqual(t, level, uint8(4), p.name)
		}
	}
}

func TestForbiddenPatterns(t *testing.T) {
	assert.Equal(t, 50, len(ForbiddenPatterns(Application)))
	assert.Equal(t, 19, len(ForbiddenPatterns(Delegated)))
	assert.Contains(t, ForbiddenPatterns(Application), "Calendars.Read")
	assert.NotContains(t, ForbiddenPatterns(Delegated), "Calendars.Read")
	assert.Contains(t, ForbiddenPatterns(Delegated), "Directory.ReadWrite.All")
}

func TestRoleLists(t *testing.T) {
	s := open(t, base())
	lists := rolesOf(s)
	assert.Equal(t, 84, len(lists.allowedNames))
	assert.Equal(t, 81, len(lists.allowedIDs))
	assert.Equal(t, 29, len(lists.privileged))
	assert.True(t, RoleAllowed(s, tenant.ID{}, " directory readers"))
	assert.True(t, RoleAllowed(s, tenant.ParseID("88d8e3e3-8f55-4a1e-953a-9b9898b8876b"), "Lecteurs de répertoire"))
	assert.True(t, RoleAllowed(s, tenant.ParseID(agentID), "Purview Workload Content Reader"))
	assert.False(t, RoleAllowed(s, tenant.ParseID("62e90394-69f5-4237-9190-012177145e10"), "Global Administrator"))
	name, ok := PrivilegedRole(s, tenant.ParseID("62E90394-69F5-4237-9190-012177145E10"))
	assert.True(t, ok)
	assert.Equal(t, "Global Administrator", name)
	for id := range lists.privileged {
		assert.Len(t, id.String(), 36)
		assert.Equal(t, 4, strings.Count(id.String(), "-"))
	}
}
