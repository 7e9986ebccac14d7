package permissions

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

func TestRoleBook(t *testing.T) {
	const (
		globalAdmin = "62e90394-69f5-4237-9190-012177145e10"
		readers     = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
		own         = "0c0c0c0c-0000-4000-8000-000000000001"
		unknownRole = "0c0c0c0c-0000-4000-8000-000000000009"
	)
	row := func(id, role string) string {
		return `{"id":"` + id + `","principalId":"` + agentID + `","roleDefinitionId":"` + role + `"}`
	}
	s := open(t, with(map[string]string{
		"roleDefinitions": `[
			{"id":"` + readers + `","templateId":"` + readers + `","displayName":"Directory Readers","isBuiltIn":true,"isPrivileged":false},
			{"id":"` + own + `","displayName":"Global Administrator","isBuiltIn":false}]`,
		"roleAssignments":                  `[` + row("1", globalAdmin) + `,` + row("2", readers) + `,{"id":"3","roleDefinitionId":"` + readers + `"}]`,
		"roleAssignmentScheduleInstances":  `[` + row("4", own) + `]`,
		"roleEligibilityScheduleInstances": `[` + row("5", unknownRole) + `]`,
	}))
	book := RolesOf(s)
	require.Len(t, book.Stray, 1)
	var got []Role
	for _, g := range book.Direct(tenant.ParseID(agentID)) {
		role := *g.Role
		role.ID, role.TemplateID = tenant.ID{}, tenant.ID{}
		got = append(got, role)
		assert.Equal(t, g.Role.TemplateID.String() == unknownRole, g.Eligible)
	}
	assert.Equal(t, []Role{
		{Name: "Global Administrator", Privileged: tenant.Yes, BuiltIn: tenant.Yes, Allowed: tenant.No},
		{Name: "Directory Readers", Privileged: tenant.No, BuiltIn: tenant.Yes, Allowed: tenant.Yes},
		{Name: "Global Administrator", BuiltIn: tenant.No, Allowed: tenant.No},
		{},
	}, got)
	assert.Equal(t, "role "+unknownRole, book.Label(tenant.ParseID(unknownRole)))
	assert.Equal(t, "a role that was not returned", book.Label(tenant.ID{}))
}

func TestIsGroup(t *testing.T) {
	for kind, want := range map[string]bool{
		"#microsoft.graph.group": true, "microsoft.graph.Group": true,
		"#microsoft.graph.directoryRole": false, "#microsoft.graph.administrativeUnit": false,
	} {
		assert.Equal(t, want, IsGroup(&tenant.MemberOf{ODataType: tenant.Some(kind)}), kind)
	}
	assert.True(t, IsGroup(&tenant.MemberOf{}), "for all one knows")
}
