package dataset

import "github.com/ztagent/ztagent/internal/tenant"

var (
	everyAgent = []tenant.Dataset{
		tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprints,
		tenant.DatasetAgentIdentityBlueprintPrincipals, tenant.DatasetAgentUsers,
	}
	servicePrincipalRead = []string{"Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}
)

// accessRows are what agents may do and who answers for them:
// resourceServicePrincipals to appRoleAssignments.
func accessRows() []Row {
	return []Row{
		{
			Dataset: tenant.DatasetResourceServicePrincipals, Holds: "the APIs on which agents hold permissions, with the names of their roles and scopes",
			Service: Graph, Source: ByIDs,
			Request: Request{
				Version: v1, Path: "/servicePrincipals",
				Select: []string{"id", "appId", "displayName", "appRoles", "oauth2PermissionScopes"}, Filter: "id in ({ids})", Family: Identity,
			},
			PageMax:     999,
			After:       []tenant.Dataset{tenant.DatasetAppRoleAssignments, tenant.DatasetOAuth2PermissionGrants},
			Permissions: []Permission{permission("Application.Read.All", servicePrincipalRead...)},
			Roles:       globalReader, Section: "7.2", URL: docs + "serviceprincipal-list",
		},
		{
			Dataset: tenant.DatasetDirectoryObjects, Holds: "sponsors, owners and role holders, also those that were deleted",
			Service: Graph, Source: ByIDs,
			Request: Request{Method: "POST", Version: v1, Path: "/directoryObjects/getByIds", Select: personSelect, Family: Identity},
			PageMax: 1000,
			Relations: []Relation{
				{Name: "members@odata.count", Read: PerObject, Full: Request{Version: v1, Path: "/groups/{id}/members", Select: []string{"id"}, Top: 1, Eventual: true, Family: Identity}},
				{Name: "deletedDateTime", Read: PerObject, Full: Request{Version: v1, Path: "/directory/deletedItems/{id}", Select: []string{"id", "deletedDateTime"}, Family: Identity}},
			},
			After: []tenant.Dataset{
				tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprints, tenant.DatasetRoleAssignments,
				tenant.DatasetRoleAssignmentScheduleInstances, tenant.DatasetRoleEligibilityScheduleInstances,
			},
			Permissions: []Permission{
				permission("Directory.Read.All", "Directory.ReadWrite.All"),
				forPart(permission("GroupMember.Read.All", "GroupMember.ReadBasic.All", "GroupMember.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"), "the member count of groups"),
			},
			Roles: globalReader, Section: "5", URL: docs + "directoryobject-getbyids",
		},
		{
			Dataset: tenant.DatasetOAuth2PermissionGrants, Holds: "delegated grants to agents and blueprint principals",
			Service: Graph, Source: List,
			Request:     Request{Version: v1, Path: "/oauth2PermissionGrants", Top: 999, Family: Identity},
			PageMax:     999,
			After:       everyAgent,
			Permissions: []Permission{permission("Directory.Read.All", "Directory.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All")},
			Roles:       globalReader, Section: "7.1", URL: docs + "oauth2permissiongrant-list",
		},
		{
			Dataset: tenant.DatasetAppRoleAssignments, Holds: "application permissions of agents and blueprint principals",
			Service: Graph, Source: List,
			Request: Request{Version: v1, Path: agentCast, Select: []string{"id"}, Expand: "appRoleAssignments", Top: 100, Family: Identity},
			PageMax: 100,
			Beside:  []tenant.Dataset{tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprintPrincipals},
			Relations: []Relation{
				{Name: "appRoleAssignments", Read: Inline, Full: Request{Version: v1, Path: "/servicePrincipals/{id}/appRoleAssignments", Top: 999, Family: Identity}},
			},
			Permissions: []Permission{
				permission("Application.Read.All", servicePrincipalRead...),
				forPart(permission("AgentIdentity.Read.All", "AgentIdentity.ReadWrite.All"), "the agents whose permissions are read"),
				forPart(permission("AgentIdentityBlueprintPrincipal.Read.All", "AgentIdentityBlueprintPrincipal.ReadWrite.All"), "the blueprint principals whose permissions are read"),
			},
			Roles: agentReaders, Section: "7.2", URL: docs + "serviceprincipal-list-approleassignments",
		},
	}
}
