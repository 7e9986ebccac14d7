package audit

import (
	"net/url"

	"github.com/ztagent/ztagent/internal/tenant"
)

// PortalLink returns the page of the Microsoft Entra admin center that shows a
// resource, or "" when its id was not returned. Ids come from the snapshot, so
// they are escaped.
func PortalLink(s *tenant.Snapshot, r tenant.Resource) string {
	view := portalView(r)
	if view == "" {
		return ""
	}
	return adminCenter(s.Cloud) + "/#view/" + view
}

// adminCenter is the admin center's origin in the cloud of the tenant.
func adminCenter(cloud string) string {
	switch cloud {
	case "usgov", "usgov-dod":
		return "https://entra.microsoft.us"
	case "china":
		return "https://entra.microsoftonline.cn"
	}
	return "https://entra.microsoft.com"
}

func portalView(r tenant.Resource) string {
	switch r := r.(type) {
	case Sub:
		return subView(r)
	case *tenant.AgentIdentityBlueprint:
		return blueprintView(r.AppID)
	case *tenant.AgentIdentityBlueprintPrincipal:
		return blueprintView(r.AppID)
	case *tenant.ClassicAgent:
		return servicePrincipalView("Overview", r.ID)
	case *tenant.OAuth2PermissionGrant:
		return servicePrincipalView("Permissions", r.ClientID)
	case *tenant.AccessPackageAssignment:
		return packageView(r.AccessPackage)
	case *tenant.AccessPackageAssignmentPolicy:
		return packageView(r.AccessPackage)
	}
	id := url.PathEscape(r.ObjectID())
	if id == "" && r.ResourceType() != tenant.TypeTenant {
		return ""
	}
	switch r.ResourceType() {
	case tenant.TypeTenant:
		return "Microsoft_AAD_IAM/TenantOverview.ReactView"
	case tenant.TypeAgentIdentity:
		return "Microsoft_AAD_RegisteredApps/AgentIdentity.MenuView/~/overview/objectId/" + id + "/menuId/overview"
	case tenant.TypeAgentUser:
		return "Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/" + id
	case tenant.TypeConditionalAccessPolicy:
		return "Microsoft_AAD_ConditionalAccess/PolicyBlade/policyId/" + id
	case tenant.TypeNamedLocation:
		return "Microsoft_AAD_ConditionalAccess/ConditionalAccessBlade/~/NamedLocations"
	case tenant.TypeAgentInstance:
		return "Microsoft_AAD_RegisteredApps/AllAgents.MenuView/~/agentRegistry"
	}
	return ""
}

// subView is the page on which something inside another object is changed.
func subView(s Sub) string {
	switch {
	case s.Type == tenant.TypeLogCategory:
		return "Microsoft_AAD_IAM/DiagnosticSettingsMenuBlade/~/General"
	case s.In == nil:
		return ""
	}
	return portalView(s.In)
}

func blueprintView(appID tenant.ID) string {
	if appID.IsZero() {
		return ""
	}
	return "Microsoft_AAD_RegisteredApps/AgentBlueprintDetails.MenuView/~/overview/appId/" +
		url.PathEscape(appID.String())
}

func servicePrincipalView(page string, id tenant.ID) string {
	if id.IsZero() {
		return ""
	}
	return "Microsoft_AAD_IAM/ManagedAppMenuBlade/~/" + page + "/objectId/" + url.PathEscape(id.String())
}

func packageView(ref tenant.Opt[tenant.AccessPackageRef]) string {
	p, ok := ref.Get()
	if !ok || p.ID.IsZero() {
		return ""
	}
	return "Microsoft_Azure_ELMAdmin/EntitlementMenuBlade/~/overview/entitlementId/" +
		url.PathEscape(p.ID.String())
}
