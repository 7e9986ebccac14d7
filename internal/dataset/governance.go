package dataset

import "github.com/ztagent/ztagent/internal/tenant"

// governanceRows are packages, reviews, roles, groups and app management:
// accessPackages to lifecycleWorkflows.
func governanceRows() []Row {
	entitlement := []Permission{permission("EntitlementManagement.Read.All", "EntitlementManagement.ReadWrite.All")}
	roleRead := []Permission{permission("RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory", "Directory.Read.All", "Directory.ReadWrite.All")}
	const base = "/identityGovernance/entitlementManagement"
	return []Row{
		{
			Dataset: tenant.DatasetAccessPackages, Holds: "access packages with the roles they hand out",
			Service: Graph, Source: List,
			Request: Request{
				Version: v1, Path: base + "/accessPackages", Select: []string{"id", "displayName"},
				Expand: "resourceRoleScopes($expand=role,scope)", Family: Governance,
			},
			PageMax: 100,
			Relations: []Relation{
				{Name: "resourceRoleScopes", Read: Inline, Full: Request{Version: v1, Path: base + "/accessPackages/{id}/resourceRoleScopes", Expand: "role,scope", Family: Governance}},
			},
			Permissions: entitlement, Roles: securityReader, Licence: licenceP2OrIG,
			Section: "10.1", URL: docs + "entitlementmanagement-list-accesspackages",
		},
		{
			Dataset: tenant.DatasetAccessPackageAssignmentPolicies, Holds: "who may get a package, for how long, reviewed or not",
			Service: Graph, Source: List,
			Request: Request{Version: v1, Path: base + "/assignmentPolicies", Select: []string{
				"id", "displayName", "allowedTargetScope", "specificAllowedTargets", "expiration", "requestorSettings",
				"requestApprovalSettings", "reviewSettings",
			}, Expand: "accessPackage($select=id,displayName)", Family: Governance},
			PageMax:     100,
			Permissions: entitlement, Roles: securityReader, Licence: licenceP2OrIG,
			Section: "10.1", URL: docs + "entitlementmanagement-list-assignmentpolicies",
		},
		{
			Dataset: tenant.DatasetAccessPackageAssignments, Holds: "packages that agents hold",
			Service: Graph, Source: List,
			Request: Request{
				Version: v1, Path: base + "/assignments",
				Expand: "target,accessPackage($select=id,displayName),assignmentPolicy($select=id,displayName)", Family: Governance,
			},
			PageMax:     100,
			After:       everyAgent,
			Permissions: entitlement, Roles: securityReader, Licence: licenceP2OrIG,
			Section: "10.2", URL: docs + "entitlementmanagement-list-assignments",
		},
		{
			Dataset: tenant.DatasetAccessReviewDefinitions, Holds: "access review series",
			Service: Graph, Source: List,
			Request: Request{
				Version: v1, Path: "/identityGovernance/accessReviews/definitions",
				Select: []string{"id", "displayName", "status", "scope", "instanceEnumerationScope", "settings", "reviewers"}, Top: 100, Family: Governance,
			},
			PageMax:     100,
			Permissions: []Permission{permission("AccessReview.Read.All", "AccessReview.ReadWrite.All")}, Roles: securityReader, Licence: licenceP2OrIG,
			Section: "10.3", URL: docs + "accessreviewset-list-definitions",
		},
		{
			Dataset: tenant.DatasetRoleDefinitions, Holds: "directory roles, built in and custom",
			Service: Graph, Source: List,
			// isPrivileged is in beta only.
			Request: Request{
				Version: beta, Path: "/roleManagement/directory/roleDefinitions",
				Select: []string{"id", "templateId", "displayName", "isBuiltIn", "isPrivileged"}, Family: Identity,
			},
			PageMax:     999,
			Permissions: roleRead, Roles: globalReader,
			Section: "10.4", URL: docs + "rbacapplication-list-roledefinitions?view=graph-rest-beta",
		},
		{
			Dataset: tenant.DatasetRoleAssignments, Holds: "active directory role assignments",
			Service: Graph, Source: List,
			Request:     Request{Version: v1, Path: "/roleManagement/directory/roleAssignments", Top: 999, Family: Identity},
			PageMax:     999,
			Permissions: roleRead, Roles: globalReader,
			Section: "10.4", URL: docs + "rbacapplication-list-roleassignments",
		},
		{
			Dataset: tenant.DatasetRoleAssignmentScheduleInstances, Holds: "active roles of privileged identity management, with their end",
			Service: Graph, Source: List,
			Request: Request{Version: v1, Path: "/roleManagement/directory/roleAssignmentScheduleInstances", Family: Identity},
			PageMax: 999,
			Permissions: []Permission{permission("RoleAssignmentSchedule.Read.Directory", "RoleAssignmentSchedule.ReadWrite.Directory",
				"RoleManagement.Read.Directory", "RoleManagement.Read.All", "RoleManagement.ReadWrite.Directory")},
			Roles: globalReader, Licence: licenceP2OrIG,
			Section: "10.4", URL: docs + "rbacapplication-list-roleassignmentscheduleinstances",
		},
		{
			Dataset: tenant.DatasetRoleEligibilityScheduleInstances, Holds: "eligible roles of privileged identity management",
			Service: Graph, Source: List,
			Request: Request{Version: v1, Path: "/roleManagement/directory/roleEligibilityScheduleInstances", Family: Identity},
			PageMax: 999,
			Permissions: []Permission{permission("RoleEligibilitySchedule.Read.Directory", "RoleEligibilitySchedule.ReadWrite.Directory",
				"RoleManagement.Read.Directory", "RoleManagement.Read.All", "RoleManagement.ReadWrite.Directory")},
			Roles: globalReader, Licence: licenceP2OrIG,
			Section: "10.4", URL: docs + "rbacapplication-list-roleeligibilityscheduleinstances",
		},
		{
			Dataset: tenant.DatasetGroupMemberships, Holds: "the groups and directory roles of every agent and agent user, nested ones too",
			Service: Graph, Source: List,
			// Direct memberships of all agents in one pass; what those groups
			// are members of is read once per group.
			Request: Request{
				Version: v1, Path: agentCast, Select: []string{"id"},
				Expand: "memberOf($select=id,displayName,roleTemplateId)", Top: 100, Family: Identity,
			},
			PageMax: 100,
			Relations: []Relation{
				{Name: "transitiveMemberOf", Read: PerObject, Full: Request{Version: v1, Path: "/servicePrincipals/{id}/transitiveMemberOf", Select: memberOfSelect, Top: 999, Family: Identity}},
			},
			Beside: []tenant.Dataset{tenant.DatasetAgentIdentities, tenant.DatasetAgentUsers},
			Permissions: []Permission{
				permission("Application.Read.All", servicePrincipalRead...),
				forPart(permission("GroupMember.Read.All", "GroupMember.ReadBasic.All", "Group.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"), "the groups themselves"),
				forPart(permission("AgentIdentity.Read.All", "AgentIdentity.ReadWrite.All"), "the memberships of agents"),
				forPart(permission("User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"), "the memberships of agent users"),
			},
			Roles: agentReaders, Section: "10.5", URL: docs + "agentidentity-list-transitivememberof",
		},
		{
			Dataset: tenant.DatasetDefaultAppManagementPolicy, Holds: "the tenant's restrictions on application credentials",
			Service: Graph, Source: Singleton,
			Request:     Request{Version: v1, Path: "/policies/defaultAppManagementPolicy", Family: Identity},
			Permissions: []Permission{permission("Policy.Read.All", "Policy.ReadWrite.ApplicationConfiguration")}, Roles: securityReader,
			Section: "14.1", URL: docs + "tenantappmanagementpolicy-get",
		},
		{
			Dataset: tenant.DatasetAppManagementPolicies, Holds: "restrictions on the credentials of single applications",
			Service: Graph, Source: List,
			Request: Request{Version: v1, Path: "/policies/appManagementPolicies", Expand: "appliesTo($select=id)", Family: Identity},
			PageMax: 100,
			Relations: []Relation{
				{Name: "appliesTo", Read: Inline, Full: Request{Version: v1, Path: "/policies/appManagementPolicies/{id}/appliesTo", Select: []string{"id"}, Family: Identity}},
			},
			Permissions: []Permission{permission("Policy.Read.All", "Policy.ReadWrite.ApplicationConfiguration")}, Roles: securityReader,
			Licence: licenceWorkload, Section: "14.1", URL: docs + "appmanagementpolicy-list",
		},
		{
			Dataset: tenant.DatasetLifecycleWorkflows, Holds: "joiner, mover and leaver workflows with their tasks",
			Service: Graph, Source: List,
			Request: Request{
				Version: v1, Path: "/identityGovernance/lifecycleWorkflows/workflows",
				Select: []string{"id", "displayName", "category", "isEnabled", "isSchedulingEnabled"}, Family: Governance,
			},
			PageMax: 100,
			Relations: []Relation{
				// Tasks come back on the single object only.
				{Name: "tasks", Read: PerObject, Full: Request{Version: v1, Path: "/identityGovernance/lifecycleWorkflows/workflows/{id}", Family: Governance}},
			},
			Permissions: []Permission{permission("LifecycleWorkflows-Workflow.Read.All", "LifecycleWorkflows-Workflow.ReadWrite.All",
				"LifecycleWorkflows.Read.All", "LifecycleWorkflows.ReadWrite.All")},
			Roles: []string{"Lifecycle Workflows Administrator", "Global Reader"}, Licence: licenceGovernance,
			Section: "15.2", URL: docs + "identitygovernance-lifecycleworkflowscontainer-list-workflows",
		},
	}
}
