package synth

import "fmt"

// The appIds of the APIs that agents call, and Microsoft's own tenants, which
// are the same everywhere.
const (
	graphAppID      = "00000003-0000-0000-c000-000000000000"
	exchangeAppID   = "00000002-0000-0ff1-ce00-000000000000"
	sharePointAppID = "00000003-0000-0ff1-ce00-000000000000"

	microsoftTenantID = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
)

// role returns the id of an app role of the API.
func (r *ResourceServicePrincipal) role(value string) string { return find(r.Roles, value) }

// scope returns the id of a delegated scope of the API.
func (r *ResourceServicePrincipal) scope(value string) string { return find(r.Scopes, value) }

func find(permissions []Permission, value string) string {
	for _, p := range permissions {
		if p.Value == value {
			return p.ID
		}
	}
	panic(fmt.Sprintf("synth: no permission %s", value))
}

// microsoftGraph is Microsoft Graph with the permissions that the fixtures use,
// under their real ids.
func microsoftGraph(tenantID string) *ResourceServicePrincipal {
	return &ResourceServicePrincipal{
		ID: GUID(tenantID, "api", "graph"), AppID: graphAppID,
		DisplayName: "Microsoft Graph",
		Roles: []Permission{
			{"4aa6e624-eee0-40ab-bdd8-f9639038a614", "AgentIdUser.ReadWrite.IdentityParentedBy", "Manage the agent users of the calling agent identity"},
			{"ad25cc1d-84d8-47df-a08e-b34c2e800819", "AgentIdentity.Create.All", "Create agent identities"},
			{"b0afded3-3588-46d8-8b3d-9842eff778da", "AuditLog.Read.All", "Read all audit log data"},
			{"798ee544-9d2d-430c-a058-570e29e34338", "Calendars.Read", "Read calendars in all mailboxes"},
			{"a267235f-af13-44dc-8385-c1dc93023186", "TeamsActivity.Send", "Send a teamwork activity to any user"},
			{"7ab1d382-f21e-4acd-a863-ba3e13f7da61", "Directory.Read.All", "Read directory data"},
			{"19dbc75e-c2e2-444c-a770-ec69d8559fc7", "Directory.ReadWrite.All", "Read and write directory data"},
			{"50180013-6191-4d1e-a373-e590ff4e66af", "eDiscovery.Read.All", "Read all eDiscovery objects"},
			{"01d4889c-1287-42c6-ac1f-5d1e02578ef6", "Files.Read.All", "Read files in all site collections"},
			{"75359482-378d-4052-8f01-80520e7db3cd", "Files.ReadWrite.All", "Read and write files in all site collections"},
			{"5b567255-7703-4780-807c-7be8301ae99b", "Group.Read.All", "Read all groups"},
			{"810c84a8-4a9e-49e6-bf7d-12d183f40d01", "Mail.Read", "Read mail in all mailboxes"},
			{"e2a3a72e-5f79-4c64-b1b1-878b674786c9", "Mail.ReadWrite", "Read and write mail in all mailboxes"},
			{"b633e1c5-b582-4048-a93e-9f11b44c7e96", "Mail.Send", "Send mail as any user"},
			{"230c1aed-a721-4c5d-9cb4-a90514e508ef", "Reports.Read.All", "Read all usage reports"},
			{"45cc0394-e837-488b-a098-1918f48d186c", "SecurityIncident.Read.All", "Read all security incidents"},
			{"79c261e0-fe76-4144-aad5-bdc68fbe4037", "ServiceHealth.Read.All", "Read service health"},
			{"332a536c-c7ef-4017-ab91-336970924f0d", "Sites.Read.All", "Read items in all site collections"},
			{"883ea226-0bf2-4a8f-9f9d-92c9162a727d", "Sites.Selected", "Access selected site collections"},
			{"df021288-bdef-4463-88db-98f22de89214", "User.Read.All", "Read all users' full profiles"},
			{"97235f07-e226-4f63-ace3-39588e11d3a1", "User.ReadBasic.All", "Read all users' basic profiles"},
		},
		Scopes: []Permission{
			{"52a417d9-0b3c-4466-9a3b-66960de73d74", "AgentIdUser.ReadWrite.IdentityParentedBy", "Manage the agent users of the calling agent identity"},
			{"e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20", "AuditLog.Read.All", "Read audit log data"},
			{"465a38f9-76ea-45b9-9f34-9e8b0d4b0b42", "Calendars.Read", "Read user calendars"},
			{"1ec239c2-d7c9-4623-a91a-a9775856bb36", "Calendars.ReadWrite", "Have full access to user calendars"},
			{"ebf0f66e-9fb1-49e4-a278-222f76911cf4", "ChannelMessage.Send", "Send channel messages"},
			{"06da0dbc-49e2-44d2-8312-53f166ab848a", "Directory.Read.All", "Read directory data"},
			{"99201db3-7652-4d5a-809a-bdb94f85fe3c", "eDiscovery.Read.All", "Read all eDiscovery objects"},
			{"df85f4d6-205c-4ac5-a5ea-6bf408dba283", "Files.Read.All", "Read all files that user can access"},
			{"5f8c59db-677d-491f-a6b8-5f174b11ec1d", "Group.Read.All", "Read all groups"},
			{"570282fd-fa5c-430d-a7fd-fc8dc98a9dca", "Mail.Read", "Read user mail"},
			{"024d486e-b451-40bb-833d-3e66d98c5c73", "Mail.ReadWrite", "Read and write access to user mail"},
			{"e383f46e-2787-4529-855e-0e479a3ffac0", "Mail.Send", "Send mail as a user"},
			{"7427e0e9-2fba-42fe-b0c0-848c9e6a8182", "offline_access", "Maintain access to data you have given it access to"},
			{"37f7f235-527c-4136-accd-4a02d197296e", "openid", "Sign users in"},
			{"14dad69e-099b-42c9-810b-d002981feec1", "profile", "View users' basic profile"},
			{"205e70e5-aba6-4c52-a976-6d2d46c48043", "Sites.Read.All", "Read items in all site collections"},
			{"f89c84ef-20d0-4b54-87e9-02e856d66d53", "Sites.Selected", "Access selected site collections"},
			{"2219042f-cab5-40cc-b0d2-16b1540b4c5f", "Tasks.ReadWrite", "Create, read, update, and delete user's tasks and task lists"},
			{"7ab1d787-bae7-4d5d-8db6-37ea32df9186", "TeamsActivity.Send", "Send a teamwork activity as the user"},
			{"e1fe6dd8-ba31-4d61-89e7-88639da4683d", "User.Read", "Sign in and read user profile"},
			{"a154be20-db9c-4678-8ab7-66f6cc099a59", "User.Read.All", "Read all users' full profiles"},
			{"b340eb25-3456-403f-be2f-af7a0d370277", "User.ReadBasic.All", "Read all users' basic profiles"},
		},
	}
}

// exchangeOnline and sharePointOnline are Microsoft's APIs beside Graph, with
// the app roles that matter here.
func exchangeOnline(tenantID string) *ResourceServicePrincipal {
	return &ResourceServicePrincipal{
		ID: GUID(tenantID, "api", "exchange"), AppID: exchangeAppID,
		DisplayName: "Office 365 Exchange Online",
		Roles: []Permission{
			{"dc890d15-9560-4a4c-9b7f-a736ec74ec40", "full_access_as_app", "Use Exchange Web Services with full access to all mailboxes"},
		},
		Scopes: []Permission{
			{"3b5f3d61-589b-4a3c-a359-5dd4b5ee5bd5", "EWS.AccessAsUser.All", "Access mailboxes as the signed-in user via Exchange Web Services"},
		},
	}
}

func sharePointOnline(tenantID string) *ResourceServicePrincipal {
	return &ResourceServicePrincipal{
		ID: GUID(tenantID, "api", "sharepoint"), AppID: sharePointAppID,
		DisplayName: "Office 365 SharePoint Online",
		Roles: []Permission{
			{"678536fe-1083-478a-9c59-b99265e6b0d3", "Sites.FullControl.All", "Have full control of all site collections"},
			{"20d37865-089c-4dee-8c41-6967602d4ac8", "Sites.Selected", "Access selected site collections"},
		},
	}
}

// lineOfBusiness is an API that the tenant made itself: its roles are named, and
// have ids of their own.
func lineOfBusiness(tenantID, name string, roles, scopes []string) *ResourceServicePrincipal {
	api := &ResourceServicePrincipal{
		ID: GUID(tenantID, "api", name), AppID: GUID(tenantID, "api appId", name),
		DisplayName: name,
	}
	for _, value := range roles {
		api.Roles = append(api.Roles, Permission{GUID(tenantID, name, "role", value), value, "Use " + value})
	}
	for _, value := range scopes {
		api.Scopes = append(api.Scopes, Permission{GUID(tenantID, name, "scope", value), value, "Use " + value + " for the user"})
	}
	return api
}
