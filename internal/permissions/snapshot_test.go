package permissions

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Ids that the tests share.
const (
	home      = "aaaabbbb-0000-1111-2222-ccccdddd0000"
	elsewhere = "0f1e2d3c-4b5a-4968-8776-655443321100"
	agentID   = "71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444"
	principal = "d3e1f8b4-6a27-45c9-b0d2-8f7e6a5b4333"
	blueprint = "9a2f6c1e-70b3-4d58-8e41-3c5d7f90a222"
	graph     = "1b7a3f2c-5d4e-4c8b-9a60-f1e2d3c47777"
	payroll   = "c9e1a7f0-3b52-4d86-b1f4-5a6c7d8e8888"

	mailRead    = "810c84a8-4a9e-49e6-bf7d-12d183f40d01"
	userReadAll = "df021288-bdef-4463-88db-98f22de89214"
	payrollRun  = "44444444-0000-4000-8000-000000000001"
)

// base is a tenant with one agent of one home blueprint and two APIs.
func base() map[string]string {
	return map[string]string{
		"manifest": `{"schemaVersion":1,"tenantId":"` + home + `","takenAt":"2026-11-20T06:00:00Z"}`,
		"agentIdentities": `[{"id":"` + agentID + `","displayName":"Triage","accountEnabled":true,
			"disabledByMicrosoftStatus":null,"agentIdentityBlueprintId":"` + blueprint + `"}]`,
		"agentIdentityBlueprints": `[{"id":"5c0b7a52-1d4e-4f0a-9b3c-7a1f0e2d4c11","appId":"` + blueprint + `",
			"inheritablePermissions":[]}]`,
		"agentIdentityBlueprintPrincipals": `[{"id":"` + principal + `","appId":"` + blueprint + `",
			"displayName":"Finance agents","appOwnerOrganizationId":"` + home + `"}]`,
		"resourceServicePrincipals": `[
			{"id":"` + graph + `","appId":"00000003-0000-0000-c000-000000000000","displayName":"Microsoft Graph",
			 "appRoles":[{"id":"` + mailRead + `","value":"Mail.Read"},{"id":"` + userReadAll + `","value":"User.Read.All"}],
			 "oauth2PermissionScopes":[{"id":"570282fd-fa5c-430d-a7fd-fc8dc98a9dca","value":"Mail.Read"}]},
			{"id":"` + payroll + `","appId":"22222222-0000-4000-8000-000000000001","displayName":"Payroll",
			 "appRoles":[{"id":"` + payrollRun + `","value":"Runs.ReadWrite.All"}],
			 "oauth2PermissionScopes":[{"id":"44444444-0000-4000-8000-000000000002","value":"Runs.Read"}]}]`,
		"appRoleAssignments":     `[]`,
		"oauth2PermissionGrants": `[]`,
	}
}

// with is base with some files replaced.
func with(changes map[string]string) map[string]string {
	files := base()
	for name, text := range changes {
		files[name] = text
	}
	return files
}

func open(t *testing.T, files map[string]string) *tenant.Snapshot {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		if name != "manifest" {
			text = `{"value":` + text + `}`
		}
		fsys[name+".json"] = &fstest.MapFile{Data: []byte(text)}
	}
	s, err := tenant.OpenFS(fsys, "test")
	require.NoError(t, err)
	return s
}

// pairsOf returns the first agent's permissions as text, and the reason why
// there may be more.
func pairsOf(t *testing.T, files map[string]string) (pairs []string, unread string) {
	t.Helper()
	c := Of(open(t, files)).Cursor(Application, Delegated)
	for range c.Agents() {
		for _, p := range c.Pairs() {
			line := p.Key + ": " + p.Path(c.Inheritance())
			if p.Uncertain != "" {
				line += "? " + p.Uncertain
			}
			pairs = append(pairs, line)
		}
		return pairs, c.Unread()
	}
	t.Fatal("no agent")
	return nil, ""
}

func assignment(holder, api, role string) string {
	return `{"id":"` + holder[:8] + role[:8] + `","principalId":"` + holder + `","resourceId":"` + api + `","appRoleId":"` + role + `"}`
}

func grant(client, api, consent, scope string) string {
	return `{"id":"` + client[:8] + consent + `","clientId":"` + client + `","resourceId":"` + api + `","consentType":"` + consent + `","scope":"` + scope + `"}`
}
