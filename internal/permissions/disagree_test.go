package permissions

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDisagreements(t *testing.T) {
	passOn := inheritable(`[` + graphEntry + `,"inheritableScopes":{"kind":"allAllowed"},"inheritableRoles":{"kind":"allAllowed"}}]`)
	agent := func(inherited string) string {
		return `[{"id":"` + agentID + `","agentIdentityBlueprintId":"` + blueprint + `"` + inherited + `}]`
	}
	role := func(api, id string) string { return `{"resourceId":"` + api + `","appRoleId":"` + id + `"}` }
	scopes := func(text string) string { return `{"resourceId":"` + graph + `","scope":"` + text + `"}` }
	cases := map[string]struct {
		agent string
		want  []string
	}{
		"not in the snapshot": {agent(``), nil},
		"the same": {agent(`,"inheritedAppRoleAssignments":[` + role(graph, mailRead) + `],
			"inheritedOauth2PermissionGrants":[` + scopes("user.read Mail.Send") + `]`), nil},
		"Graph has more and less": {agent(`,"inheritedAppRoleAssignments":[` + role(payroll, payrollRun) + `]`), []string{
			"Graph lists role " + payrollRun + " on " + payroll + " as inherited by agent " + agentID + ", and the blueprint does not pass it on.",
			"The blueprint passes Mail.Read on " + graph + " on to agent " + agentID + ", and Graph does not list it as inherited.",
		}},
		"a scope is missing": {agent(`,"inheritedOauth2PermissionGrants":[` + scopes("User.Read") + `]`), []string{
			"The blueprint passes Mail.Send on " + graph + " on to agent " + agentID + ", and Graph does not list it as inherited.",
		}},
		"default access is nothing":  {agent(`,"inheritedAppRoleAssignments":[` + role(graph, mailRead) + `,` + role(payroll, "00000000-0000-0000-0000-000000000000") + `]`), nil},
		"ids that were not returned": {agent(`,"inheritedAppRoleAssignments":[` + role(graph, mailRead) + `,{}]`), nil},
		"null is no list":            {agent(`,"inheritedAppRoleAssignments":null`), nil},
		"our side is not known":      {`[{"id":"` + agentID + `","inheritedAppRoleAssignments":[]}]`, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			files := with(passOn)
			files["agentIdentities"] = c.agent
			var got []string
			for _, d := range Disagreements(open(t, files)) {
				got = append(got, d.String())
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestWarningsAreFew(t *testing.T) {
	files := with(inheritable(`[]`))
	files["agentIdentities"] = `[{"id":"` + agentID + `","agentIdentityBlueprintId":"` + blueprint + `",
		"inheritedOauth2PermissionGrants":[{"resourceId":"` + graph + `","scope":"a b c d e"}]}]`
	warnings := Warnings(open(t, files))
	assert.Len(t, warnings, 4)
	assert.Equal(t, "Graph and the blueprints disagree on 2 more inherited permissions.", warnings[3])
}
