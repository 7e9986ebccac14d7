package audit

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ztagent/ztagent/internal/tenant"
)

func TestPortalLinks(t *testing.T) {
	id := tenant.ParseID("71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444")
	app := tenant.ParseID("9a2f6c1e-70b3-4d58-8e41-3c5d7f90a222")
	blueprint := &tenant.AgentIdentityBlueprint{ID: id, AppID: app}
	pack := tenant.Some(tenant.AccessPackageRef{ID: app})
	const entra = "https://entra.microsoft.com/#view/"
	const details = entra + "Microsoft_AAD_RegisteredApps/AgentBlueprintDetails.MenuView/~/overview/appId/9a2f6c1e-70b3-4d58-8e41-3c5d7f90a222"
	for _, tc := range []struct {
		resource tenant.Resource
		want     string
	}{
		{wholeTenant{&tenant.Snapshot{}}, entra + "Microsoft_AAD_IAM/TenantOverview.ReactView"},
		{&tenant.AgentIdentity{ID: id}, entra + "Microsoft_AAD_RegisteredApps/AgentIdentity.MenuView/~/overview/objectId/" + id.String() + "/menuId/overview"},
		{blueprint, details},
		{&tenant.AgentIdentityBlueprintPrincipal{ID: id, AppID: app}, details},
		{Sub{Type: tenant.TypeFederatedIdentityCredential, ID: "x", In: blueprint}, details},
		{Sub{Type: tenant.TypeLogCategory, ID: "AuditLogs", In: blueprint}, entra + "Microsoft_AAD_IAM/DiagnosticSettingsMenuBlade/~/General"},
		{&tenant.AgentUser{ID: id}, entra + "Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/" + id.String()},
		{&tenant.ClassicAgent{ID: id}, entra + "Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Overview/objectId/" + id.String()},
		{&tenant.OAuth2PermissionGrant{ClientID: id}, entra + "Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Permissions/objectId/" + id.String()},
		{&tenant.ConditionalAccessPolicy{ID: id}, entra + "Microsoft_AAD_ConditionalAccess/PolicyBlade/policyId/" + id.String()},
		{&tenant.NamedLocation{ID: id}, entra + "Microsoft_AAD_ConditionalAccess/ConditionalAccessBlade/~/NamedLocations"},
		{&tenant.AccessPackageAssignment{ID: id, AssignmentTraits: &tenant.AssignmentTraits{AccessPackage: pack}}, entra + "Microsoft_Azure_ELMAdmin/EntitlementMenuBlade/~/overview/entitlementId/" + app.String()},
		{&tenant.AccessPackageAssignmentPolicy{ID: id, AccessPackage: pack}, entra + "Microsoft_Azure_ELMAdmin/EntitlementMenuBlade/~/overview/entitlementId/" + app.String()},
		{&tenant.AgentInstance{ID: id}, entra + "Microsoft_AAD_RegisteredApps/AllAgents.MenuView/~/agentRegistry"},
		// What was not returned gives no link, and a hostile id stays in its place.
		{&tenant.AgentIdentity{}, ""},
		{&tenant.AgentIdentityBlueprint{ID: id}, ""},
		{&tenant.AccessPackageAssignment{ID: id, AssignmentTraits: &tenant.AssignmentTraits{}}, ""},
		{&tenant.AgentUser{ID: tenant.ParseID(`"><script>/../x`)}, entra + "Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/%22%3E%3Cscript%3E%2F..%2Fx"},
	} {
		assert.Equal(t, tc.want, PortalLink(&tenant.Snapshot{}, tc.resource))
	}
}

func TestPortalIsTheCloudsOwn(t *testing.T) {
	for cloud, host := range map[string]string{
		"": "https://entra.microsoft.com", "public": "https://entra.microsoft.com",
		"usgov": "https://entra.microsoft.us", "usgov-dod": "https://entra.microsoft.us",
		"china": "https://entra.microsoftonline.cn",
	} {
		assert.Equal(t, host, adminCenter(cloud), cloud)
	}
}
