package dataset

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

func TestTableHasOneRowPerDatasetInOrder(t *testing.T) {
	var got []tenant.Dataset
	for _, row := range Table() {
		got = append(got, row.Dataset)
	}
	assert.Equal(t, tenant.Datasets(), got)
}

func TestRowsAreComplete(t *testing.T) {
	for _, row := range Table() {
		assert.NotEmpty(t, row.Holds, row.Dataset)
		assert.NotEmpty(t, row.Section, row.Dataset)
		assert.Equal(t, row.Dataset.Singleton(), row.Source == Singleton, row.Dataset)
		assert.Equal(t, row.Optional, row.Dataset.EmptyWhen(tenant.GapAbsent), "%s: optional", row.Dataset)
		if row.Service == Local {
			continue
		}
		assert.NotEmpty(t, row.URL, row.Dataset)
		assert.NotEmpty(t, row.Roles, row.Dataset)
		assert.NotEmpty(t, row.Request.Family, row.Dataset)
		for _, rel := range row.Relations {
			assert.Contains(t, rel.Full.Path, "{id}", "%s %s", row.Dataset, rel.Name)
			assert.NotEmpty(t, rel.Full.Family, "%s %s", row.Dataset, rel.Name)
		}
		if row.Service == Graph {
			require.NotEmpty(t, row.Permissions, row.Dataset)
			assert.Contains(t, []string{v1, beta}, row.Request.Version, row.Dataset)
		}
	}
}

func TestEveryPermissionOnlyReadsAndHasItsIDs(t *testing.T) {
	for _, row := range Table() {
		for _, p := range row.Permissions {
			assert.Contains(t, p.Name, ".Read", row.Dataset)
			assert.NotContains(t, p.Name, "Write", row.Dataset)
			assert.Len(t, p.DelegatedID, 36, p.Name)
			if p.Name != "LifecyclePolicies-AgentId.Read.All" {
				assert.Len(t, p.ApplicationID, 36, p.Name)
			}
		}
	}
}

func TestOnlyGetByIDsPosts(t *testing.T) {
	for _, row := range Table() {
		if row.Request.Method != "" {
			assert.Equal(t, "POST /v1.0/directoryObjects/getByIds?$select=id,displayName,userPrincipalName,accountEnabled,userType", row.Request.String())
		}
		for _, rel := range row.Relations {
			assert.Empty(t, rel.Full.Method)
		}
	}
}

func TestDependenciesComeFirstSomewhere(t *testing.T) {
	done := map[tenant.Dataset]bool{}
	for range Table() { // as many rounds as rows settle any order without a cycle
		for _, row := range Table() {
			ready := true
			for _, d := range row.After {
				ready = ready && done[d]
			}
			done[row.Dataset] = done[row.Dataset] || ready
		}
	}
	for _, row := range Table() {
		assert.True(t, done[row.Dataset], "%s waits for ever", row.Dataset)
	}
}

func TestLeastPermissions(t *testing.T) {
	got := LeastPermissions([]tenant.Dataset{tenant.DatasetAgentIdentities, tenant.DatasetAppRoleAssignments})
	var list []string
	for _, p := range got {
		list = append(list, p.Name+optionalMark(p))
	}
	assert.Equal(t, []string{
		"AgentIdentity.Read.All", "AgentIdentityBlueprintPrincipal.Read.All", "Application.Read.All",
		"CustomSecAttributeAssignment.Read.All (optional)",
	}, list)
	assert.Empty(t, LeastPermissions(nil))
}

func TestSatisfiedBy(t *testing.T) {
	p := Of(tenant.DatasetSubscribedSkus).Permissions[0]
	assert.True(t, p.SatisfiedBy([]string{"x", "licenseassignment.read.all"}))
	assert.True(t, p.SatisfiedBy([]string{"Directory.Read.All"}))
	assert.False(t, p.SatisfiedBy([]string{"User.Read"}))
	assert.False(t, p.SatisfiedBy(nil))
}

func TestFix(t *testing.T) {
	assert.Equal(t, "grant AgentIdentity.Read.All (application permission) to the auditing app and consent; a signed-in user also needs the role Global Reader or Agent ID Administrator.",
		Fix(tenant.DatasetAgentIdentities, tenant.GapForbidden, ""))
	assert.Equal(t, "license Microsoft Entra ID P2, which riskyAgents needs.",
		Fix(tenant.DatasetRiskyAgents, tenant.GapNotLicensed, ""))
	assert.Equal(t, "assign the Azure role Reader at /providers/Microsoft.aadiam to the auditing identity.",
		Fix(tenant.DatasetDiagnosticSettings, tenant.GapForbidden, ""))
	assert.Contains(t, Fix(tenant.DatasetDiagnosticSettings, tenant.GapForbidden, "no token for Azure was given (ZTAGENT_ARM_TOKEN)"), "or sign in with --auth")
	assert.Contains(t, Fix(tenant.DatasetConditionalAccessPolicies, tenant.GapAbsent, ""), "GET /beta/identity/conditionalAccess/policies")
	for _, d := range tenant.Datasets() {
		for _, s := range []tenant.GapStatus{
			tenant.GapAbsent, tenant.GapSkipped, tenant.GapForbidden, tenant.GapNotLicensed,
			tenant.GapNotEnabled, tenant.GapFailed, tenant.GapTruncated, tenant.GapMalformed,
		} {
			fix := Fix(d, s, "")
			assert.True(t, strings.HasSuffix(fix, ".") && !strings.Contains(fix, "\n"), "%s %s: %q", d, s, fix)
		}
	}
}

func TestRenderings(t *testing.T) {
	script := AZScript(tenant.Datasets(), false)
	assert.Contains(t, script, "--api-permissions b2b8f011-2898-4234-9092-5059f6c1ebfa=Role # AgentIdentity.Read.All\n")
	assert.Contains(t, script, "# LifecyclePolicies-AgentId.Read.All: no id is published")
	assert.Contains(t, script, `--role "Reader" --scope "/providers/Microsoft.aadiam"`)
	assert.Contains(t, AZScript(tenant.Datasets(), true), "5e850691-d86a-4b24-bfa6-8a52fb37a0c1=Scope # AgentIdentity.Read.All\n")
	assert.NotContains(t, AZScript([]tenant.Dataset{tenant.DatasetAgentUsers}, false), "az role")

	tf := Terraform(tenant.Datasets())
	assert.Contains(t, tf, `    "AgentIdentity.Read.All",`)
	assert.Contains(t, tf, `resource "azurerm_role_assignment" "ztagent_diagnosticsettings"`)

	md := Markdown()
	for _, d := range tenant.Datasets() {
		assert.Contains(t, md, "### `"+string(d)+"`")
	}
}

func TestPreflight(t *testing.T) {
	needs := Preflight([]string{"Directory.Read.All", "AgentIdentity.Read.All"},
		[]tenant.Dataset{tenant.DatasetAgentIdentities, tenant.DatasetOAuth2PermissionGrants, tenant.DatasetSubscribedSkus, tenant.DatasetRiskyAgents})
	got := map[string]bool{}
	for _, n := range needs {
		got[n.Permission.Name] = n.Held
	}
	assert.Equal(t, map[string]bool{
		"AgentIdentity.Read.All": true, "CustomSecAttributeAssignment.Read.All": false, "Directory.Read.All": true,
		"LicenseAssignment.Read.All": true, "IdentityRiskyAgent.Read.All": false,
	}, got)
	assert.Empty(t, Lacks([]string{"AgentIdentity.Read.All"}, tenant.DatasetAgentIdentities), "attributes are optional")
	assert.Equal(t, []string{"IdentityRiskyAgent.Read.All"}, Lacks(nil, tenant.DatasetRiskyAgents))
}
