package dataset

import "github.com/ztagent/ztagent/internal/tenant"

const (
	v1   = "v1.0"
	beta = "beta"

	docs = "https://learn.microsoft.com/en-us/graph/api/"

	agentCast     = "/servicePrincipals/microsoft.graph.agentIdentity"
	blueprintCast = "/applications/microsoft.graph.agentIdentityBlueprint"
	principalCast = "/servicePrincipals/microsoft.graph.agentIdentityBlueprintPrincipal"
	agentUserCast = "/users/microsoft.graph.agentUser"
)

var (
	globalReader = []string{"Global Reader"}
	agentReaders = []string{"Global Reader", "Agent ID Administrator"}
	publicOnly   = []string{"public"}

	personSelect     = []string{"id", "displayName", "userPrincipalName", "accountEnabled", "userType"}
	memberOfSelect   = []string{"id", "displayName", "roleTemplateId"}
	credentialSelect = []string{"id", "appId", "displayName", "passwordCredentials", "keyCredentials"}
)

// inventoryRows are the tenant and its agents: organization to
// classicAgentApplications.
func inventoryRows() []Row {
	return []Row{
		{
			Dataset: tenant.DatasetOrganization, Holds: "the tenant itself: id and name",
			Service: Graph, Source: List,
			Request: Request{Version: v1, Path: "/organization", Select: []string{"id", "displayName"}, Family: Identity},
			PageMax: 1,
			Permissions: []Permission{permission("Directory.Read.All",
				"Organization.Read.All", "Organization.ReadWrite.All", "Directory.ReadWrite.All", "User.Read.All", "User.Read")},
			Roles: globalReader, Section: "16", URL: docs + "organization-list",
		},
		{
			Dataset: tenant.DatasetSubscribedSkus, Holds: "the licences of the tenant",
			Service: Graph, Source: List,
			Request: Request{
				Version: v1, Path: "/subscribedSkus",
				Select: []string{"id", "skuId", "skuPartNumber", "capabilityStatus", "consumedUnits", "prepaidUnits", "servicePlans"}, Family: Identity,
			},
			Permissions: []Permission{permission("LicenseAssignment.Read.All",
				"Organization.Read.All", "Organization.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All")},
			Roles: globalReader, Section: "16", URL: docs + "subscribedsku-list",
		},
		{
			Dataset: tenant.DatasetAgentIdentities, Holds: "agent identities with their sponsors and owners",
			Service: Graph, Source: List,
			Request: Request{Version: v1, Path: agentCast, Select: []string{
				"id", "appId", "displayName", "accountEnabled", "agentIdentityBlueprintId", "createdByAppId", "createdDateTime",
				"disabledByMicrosoftStatus", "servicePrincipalType", "tags", "customSecurityAttributes",
			}, Top: 100, Family: Identity},
			PageMax: 100,
			Relations: []Relation{
				{Name: "sponsors", Read: Expanded, Full: Request{Version: v1, Path: "/servicePrincipals/{id}/microsoft.graph.agentIdentity/sponsors", Select: []string{"id"}, Top: 999, Family: Identity}},
				{Name: "owners", Read: Expanded, Full: Request{Version: v1, Path: "/servicePrincipals/{id}/microsoft.graph.agentIdentity/owners", Select: []string{"id"}, Top: 999, Family: Identity}},
			},
			Permissions: []Permission{
				permission("AgentIdentity.Read.All", "AgentIdentity.ReadWrite.All"),
				optional(permission("CustomSecAttributeAssignment.Read.All", "CustomSecAttributeAssignment.ReadWrite.All"), "customSecurityAttributes"),
			},
			Roles: agentReaders, Section: "1", URL: docs + "agentidentity-list",
		},
		{
			Dataset: tenant.DatasetAgentIdentityBlueprints, Holds: "blueprints with their credentials, federated credentials, inheritable permissions, sponsors and owners",
			Service: Graph, Source: List,
			Request: Request{Version: v1, Path: blueprintCast, Select: []string{
				"id", "appId", "displayName", "description", "createdByAppId", "createdDateTime", "disabledByMicrosoftStatus",
				"signInAudience", "publisherDomain", "verifiedPublisher", "tags", "identifierUris", "requiredResourceAccess",
				"passwordCredentials", "keyCredentials", "web", "spa", "publicClient",
			}, Top: 100, Family: Keys},
			PageMax: 100,
			Relations: []Relation{
				{Name: "sponsors", Read: Expanded, Full: Request{Version: v1, Path: "/applications/{id}/microsoft.graph.agentIdentityBlueprint/sponsors", Select: []string{"id"}, Top: 999, Family: Identity}},
				{Name: "owners", Read: Expanded, Full: Request{Version: v1, Path: "/applications/{id}/owners", Select: []string{"id"}, Top: 999, Family: Identity}},
				// v1.0 shows a flexible credential without its expression.
				{Name: "federatedIdentityCredentials", Read: Expanded, Full: Request{Version: beta, Path: "/applications/{id}/federatedIdentityCredentials", Family: Identity}},
				{Name: "inheritablePermissions", Read: PerObject, Full: Request{Version: v1, Path: "/applications/{id}/microsoft.graph.agentIdentityBlueprint/inheritablePermissions", Family: Identity}},
			},
			Permissions: []Permission{
				permission("AgentIdentityBlueprint.Read.All", "AgentIdentityBlueprint.ReadWrite.All"),
				forPart(permission("Application.Read.All", "Application.ReadWrite.All"), "owners, sponsors and federatedIdentityCredentials"),
			},
			Roles: agentReaders, Section: "2, 5, 6", URL: docs + "agentidentityblueprint-list",
		},
		{
			Dataset: tenant.DatasetAgentIdentityBlueprintPrincipals, Holds: "blueprint principals, also those of other tenants' blueprints",
			Service: Graph, Source: List,
			Request: Request{Version: v1, Path: principalCast, Select: []string{
				"id", "appId", "displayName", "appOwnerOrganizationId", "accountEnabled", "createdDateTime", "disabledByMicrosoftStatus",
				"publisherName", "verifiedPublisher", "signInAudience", "servicePrincipalType", "tags", "customSecurityAttributes",
			}, Top: 100, Family: Identity},
			PageMax: 100,
			Permissions: []Permission{
				permission("AgentIdentityBlueprintPrincipal.Read.All", "AgentIdentityBlueprintPrincipal.ReadWrite.All"),
				optional(permission("CustomSecAttributeAssignment.Read.All", "CustomSecAttributeAssignment.ReadWrite.All"), "customSecurityAttributes"),
			},
			Roles: agentReaders, Section: "3", URL: docs + "agentidentityblueprintprincipal-list",
		},
		{
			Dataset: tenant.DatasetAgentUsers, Holds: "agent users",
			Service: Graph, Source: List,
			Request: Request{Version: v1, Path: agentUserCast, Select: []string{
				"id", "displayName", "userPrincipalName", "accountEnabled", "createdDateTime", "identityParentId", "userType",
			}, Top: 999, Family: Identity},
			PageMax:     999,
			Permissions: []Permission{permission("User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All")},
			Roles:       globalReader, Section: "4", URL: docs + "agentuser-list",
		},
		{
			Dataset: tenant.DatasetClassicAgents, Holds: "ordinary service principals that their tags mark as AI agents",
			Service: Graph, Source: List,
			Request: Request{Version: v1, Path: "/servicePrincipals", Select: []string{
				"id", "appId", "displayName", "appOwnerOrganizationId", "accountEnabled", "createdDateTime", "disabledByMicrosoftStatus",
				"servicePrincipalType", "tags",
			}, Filter: "tags/any(p:startswith(p,'power-virtual-agents-')) or tags/any(p:p eq 'AgenticInstance')", Top: 999, Eventual: true, Family: Identity},
			PageMax:     999,
			Permissions: []Permission{permission("Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All")},
			Roles:       globalReader, Section: "1.2", URL: docs + "serviceprincipal-list",
		},
		{
			Dataset: tenant.DatasetClassicAgentApplications, Holds: "the applications of the classic agents homed here: their credentials",
			Service: Graph, Source: ByIDs,
			Request: Request{
				Version: beta, Path: "/applications", Select: credentialSelect,
				Expand: "federatedIdentityCredentials", Filter: "appId in ({ids})", Family: Keys,
			},
			PageMax: 999,
			After:   []tenant.Dataset{tenant.DatasetClassicAgents},
			Relations: []Relation{
				{Name: "federatedIdentityCredentials", Read: Expanded, Full: Request{Version: beta, Path: "/applications/{id}/federatedIdentityCredentials", Family: Identity}},
			},
			Permissions: []Permission{permission("Application.Read.All", "Application.ReadWrite.All")},
			Roles:       globalReader, Section: "1.2, 6", URL: docs + "application-list",
		},
	}
}
