package graphtest

import (
	"slices"

	"github.com/ztagent/ztagent/internal/tenant"
)

const (
	agentCast     = "/servicePrincipals/microsoft.graph.agentIdentity"
	blueprintCast = "/applications/microsoft.graph.agentIdentityBlueprint"
	principalCast = "/servicePrincipals/microsoft.graph.agentIdentityBlueprintPrincipal"
	entitlement   = "/identityGovernance/entitlementManagement"
	lifecycle     = "/identityGovernance/lifecycleWorkflows"
)

var (
	both     = []string{"v1.0", "beta"}
	v1Only   = []string{"v1.0"}
	betaOnly = []string{"beta"}

	agentRead       = []string{"AgentIdentity.Read.All", "AgentIdentity.ReadWrite.All"}
	blueprintRead   = []string{"AgentIdentityBlueprint.Read.All", "AgentIdentityBlueprint.ReadWrite.All"}
	principalRead   = []string{"AgentIdentityBlueprintPrincipal.Read.All", "AgentIdentityBlueprintPrincipal.ReadWrite.All"}
	applicationRead = []string{"Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All"}
	credentialRead  = []string{"Application.Read.All", "Application.ReadWrite.All"}
	directoryRead   = []string{"Directory.Read.All", "Directory.ReadWrite.All"}
	userRead        = []string{"User.Read.All", "User.ReadWrite.All", "Directory.Read.All"}
	groupRead       = []string{"GroupMember.Read.All", "GroupMember.ReadBasic.All", "Group.Read.All", "Directory.Read.All"}
	policyRead      = []string{"Policy.Read.All"}
	roleRead        = []string{"RoleManagement.Read.Directory", "Directory.Read.All"}
	packageRead     = []string{"EntitlementManagement.Read.All", "EntitlementManagement.ReadWrite.All"}
	workflowRead    = []string{"LifecycleWorkflows-Workflow.Read.All", "LifecycleWorkflows.Read.All"}
	lifecycleRead   = []string{"LifecyclePolicies-AgentId.Read.All", "LifecyclePolicies-AgentId.ReadWrite.All"}
	auditRead       = []string{"AuditLog.Read.All"}
)

func routes() []route {
	return slices.Concat(agentRoutes(), directoryRoutes(), policyRoutes(), governanceRoutes(), logRoutes(), azureRoutes())
}

// all serves a dataset as it stands.
func all(d tenant.Dataset) func(*Server, call, []string) ([]object, *answer) {
	return func(s *Server, _ call, _ []string) ([]object, *answer) { return s.data.lists[d], nil }
}

// one serves the object with the id in the path.
func one(d tenant.Dataset) func(*Server, call, []string) ([]object, *answer) {
	return func(s *Server, _ call, ids []string) ([]object, *answer) {
		o, ok := s.data.byID(d, ids[0])
		if !ok {
			return nil, notFound()
		}
		return []object{o}, nil
	}
}

// relation serves a relation of the object with the id in the path, in full.
func relation(d tenant.Dataset, name string) func(*Server, call, []string) ([]object, *answer) {
	return func(s *Server, _ call, ids []string) ([]object, *answer) {
		o, ok := s.data.byID(d, ids[0])
		if !ok {
			return nil, notFound()
		}
		if gap := s.data.relationGaps[relationKey{d, o.id(), name}]; gap != nil {
			return nil, gap
		}
		items, ok := o.list(name)
		if !ok { // the snapshot does not know
			return nil, deniedDirectory.answer(nil)
		}
		if s.data.cutRelation(d, o, name, len(items)) {
			return nil, graphError(500, "UnknownError", "")
		}
		return items, nil
	}
}

func agentRoutes() []route {
	agents, blueprints := tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprints
	principals := tenant.DatasetAgentIdentityBlueprintPrincipals
	return []route{
		{
			pattern: agentCast, versions: both, dataset: agents, permissions: agentRead, pageDefault: 100, pageMax: 100, directory: true,
			rows: all(agents), relations: []string{"sponsors", "owners", "appRoleAssignments", "memberOf"}, expand: expandAgent,
		},
		{
			pattern: "/servicePrincipals/{id}/microsoft.graph.agentIdentity/sponsors", versions: both, permissions: agentRead,
			pageDefault: 100, pageMax: 999, rows: relation(agents, "sponsors"),
		},
		{
			pattern: "/servicePrincipals/{id}/microsoft.graph.agentIdentity/owners", versions: both, permissions: agentRead,
			pageDefault: 100, pageMax: 999, rows: relation(agents, "owners"),
		},
		{
			pattern: blueprintCast, versions: both, dataset: blueprints, permissions: blueprintRead, pageDefault: 100, pageMax: 100, directory: true,
			rows: all(blueprints), relations: []string{"sponsors", "owners", "federatedIdentityCredentials", "inheritablePermissions"}, view: viewBlueprint,
		},
		{
			pattern: "/applications/{id}/microsoft.graph.agentIdentityBlueprint/sponsors", versions: both, permissions: blueprintRead,
			pageDefault: 100, pageMax: 999, rows: relation(blueprints, "sponsors"),
		},
		{
			pattern: "/applications/{id}/owners", versions: both, permissions: applicationRead,
			pageDefault: 100, pageMax: 999, rows: relation(blueprints, "owners"),
		},
		{
			pattern: "/applications/{id}/microsoft.graph.agentIdentityBlueprint/inheritablePermissions", versions: both, permissions: blueprintRead,
			rows: relation(blueprints, "inheritablePermissions"),
		},
		{
			pattern: "/applications/{id}/federatedIdentityCredentials", versions: both, permissions: credentialRead,
			rows: federatedCredentials, view: viewFederatedCredential,
		},
		{
			pattern: principalCast, versions: both, dataset: principals, permissions: principalRead, pageDefault: 100, pageMax: 100, directory: true,
			rows: all(principals), relations: []string{"appRoleAssignments", "sponsors", "owners"}, expand: expandAgent,
		},
		{
			pattern: "/users/microsoft.graph.agentUser", versions: both, dataset: tenant.DatasetAgentUsers, permissions: userRead,
			pageDefault: 100, pageMax: 999, directory: true, rows: all(tenant.DatasetAgentUsers), relations: []string{"memberOf"}, expand: expandAgent,
		},
	}
}

func directoryRoutes() []route {
	return []route{
		{
			pattern: "/organization", versions: both, dataset: tenant.DatasetOrganization, permissions: []string{"Organization.Read.All", "Directory.Read.All", "User.Read.All"},
			rows: all(tenant.DatasetOrganization),
		},
		{
			pattern: "/subscribedSkus", versions: both, dataset: tenant.DatasetSubscribedSkus,
			permissions: []string{"LicenseAssignment.Read.All", "Organization.Read.All", "Directory.Read.All"}, rows: all(tenant.DatasetSubscribedSkus),
		},
		{
			pattern: "/servicePrincipals", versions: both, permissions: applicationRead, pageDefault: 100, pageMax: 999, directory: true,
			rows: servicePrincipals, forFilter: withAgentTag,
		},
		{
			pattern: "/servicePrincipals/{id}/appRoleAssignments", versions: both, permissions: applicationRead, pageDefault: 100, pageMax: 999,
			rows: assignmentsOf,
		},
		{pattern: "/servicePrincipals/{id}/transitiveMemberOf", versions: both, permissions: applicationRead, pageDefault: 100, pageMax: 999, rows: memberships},
		{pattern: "/users/{id}/transitiveMemberOf", versions: both, permissions: userRead, pageDefault: 100, pageMax: 999, rows: memberships},
		{pattern: "/groups/{id}/transitiveMemberOf", versions: both, permissions: groupRead, pageDefault: 100, pageMax: 999, rows: groupMemberships},
		{pattern: "/groups/{id}/members", versions: both, permissions: groupRead, pageDefault: 100, pageMax: 999, directory: true, rows: groupMembers},
		{pattern: "/users", versions: both, permissions: userRead, pageDefault: 100, pageMax: 999, directory: true, rows: users},
		{
			pattern: "/applications", versions: both, dataset: tenant.DatasetClassicAgentApplications, permissions: credentialRead, pageDefault: 100, pageMax: 999, directory: true,
			rows: all(tenant.DatasetClassicAgentApplications), relations: []string{"federatedIdentityCredentials"}, view: viewBlueprint,
		},
		{pattern: "/directoryObjects/getByIds", versions: both, post: true, permissions: directoryRead, rows: getByIDs},
		{pattern: "/directory/deletedItems/{id}", versions: both, permissions: slices.Concat(userRead, applicationRead), single: true, rows: deletedItem},
		{pattern: "/directoryObjects/{id}", versions: both, permissions: directoryRead, single: true, rows: directoryObject},
		{
			pattern: "/oauth2PermissionGrants", versions: both, dataset: tenant.DatasetOAuth2PermissionGrants, permissions: directoryRead,
			pageDefault: 100, pageMax: 999, rows: all(tenant.DatasetOAuth2PermissionGrants),
		},
		{
			pattern: "/agentRegistry/agentInstances", versions: betaOnly, dataset: tenant.DatasetAgentInstances,
			permissions: []string{"AgentInstance.Read.All", "AgentInstance.ReadWrite.All"}, pageDefault: 100, pageMax: 100, rows: all(tenant.DatasetAgentInstances),
		},
	}
}

func policyRoutes() []route {
	return []route{
		{
			pattern: "/identity/conditionalAccess/policies", versions: both, dataset: tenant.DatasetConditionalAccessPolicies, permissions: policyRead,
			pageMax: 999, rows: all(tenant.DatasetConditionalAccessPolicies), view: viewPolicy,
		},
		{
			pattern: "/identity/conditionalAccess/evaluate", versions: betaOnly, post: true, rows: evaluate,
			permissions: append([]string{"Policy.Read.ConditionalAccess"}, policyRead...),
		},
		{
			pattern: "/identity/conditionalAccess/namedLocations", versions: both, dataset: tenant.DatasetNamedLocations, permissions: policyRead,
			pageMax: 999, rows: all(tenant.DatasetNamedLocations),
		},
		{
			pattern: "/policies/identitySecurityDefaultsEnforcementPolicy", versions: both, dataset: tenant.DatasetSecurityDefaults, permissions: policyRead,
			single: true, rows: all(tenant.DatasetSecurityDefaults),
		},
		{
			pattern: "/identity/continuousAccessEvaluationPolicy", versions: betaOnly, dataset: tenant.DatasetContinuousAccessEvaluationPolicy,
			permissions: policyRead, single: true, rows: all(tenant.DatasetContinuousAccessEvaluationPolicy),
		},
		{
			pattern: "/policies/defaultAppManagementPolicy", versions: both, dataset: tenant.DatasetDefaultAppManagementPolicy, permissions: policyRead,
			single: true, rows: all(tenant.DatasetDefaultAppManagementPolicy),
		},
		{
			pattern: "/policies/appManagementPolicies", versions: both, dataset: tenant.DatasetAppManagementPolicies, permissions: policyRead,
			pageMax: 100, rows: all(tenant.DatasetAppManagementPolicies), relations: []string{"appliesTo"},
		},
		{
			pattern: "/policies/appManagementPolicies/{id}/appliesTo", versions: both, permissions: policyRead,
			rows: relation(tenant.DatasetAppManagementPolicies, "appliesTo"),
		},
		{
			pattern: "/identityProtection/riskyAgents", versions: betaOnly, dataset: tenant.DatasetRiskyAgents, denied: deniedGovernance,
			permissions: []string{"IdentityRiskyAgent.Read.All"}, pageDefault: 100, pageMax: 500, rows: all(tenant.DatasetRiskyAgents),
		},
		{
			pattern: "/identityProtection/agentRiskDetections", versions: betaOnly, dataset: tenant.DatasetAgentRiskDetections, denied: deniedGovernance,
			permissions: []string{"IdentityRiskEvent.Read.All"}, pageDefault: 100, pageMax: 500, rows: all(tenant.DatasetAgentRiskDetections),
		},
		{
			pattern: "/identityProtection/riskyServicePrincipals", versions: both, dataset: tenant.DatasetRiskyServicePrincipals, denied: deniedGovernance,
			permissions: []string{"IdentityRiskyServicePrincipal.Read.All"}, pageDefault: 100, pageMax: 500, rows: all(tenant.DatasetRiskyServicePrincipals),
		},
	}
}

func governanceRoutes() []route {
	packages := tenant.DatasetAccessPackages
	return []route{
		{
			pattern: entitlement + "/accessPackages", versions: v1Only, dataset: packages, permissions: packageRead, denied: deniedGovernance,
			pageDefault: 100, pageMax: 100, rows: all(packages), relations: []string{"resourceRoleScopes"},
		},
		{
			pattern: entitlement + "/accessPackages/{id}/resourceRoleScopes", versions: v1Only, permissions: packageRead, denied: deniedGovernance,
			pageDefault: 100, pageMax: 100, rows: relation(packages, "resourceRoleScopes"), relations: []string{"role", "scope"},
		},
		{
			pattern: entitlement + "/assignmentPolicies", versions: v1Only, dataset: tenant.DatasetAccessPackageAssignmentPolicies, permissions: packageRead,
			denied: deniedGovernance, pageDefault: 100, pageMax: 100, rows: all(tenant.DatasetAccessPackageAssignmentPolicies), relations: []string{"accessPackage"},
		},
		{
			pattern: entitlement + "/assignments", versions: v1Only, dataset: tenant.DatasetAccessPackageAssignments, permissions: packageRead,
			denied: deniedGovernance, pageDefault: 100, pageMax: 100, rows: all(tenant.DatasetAccessPackageAssignments),
			relations: []string{"target", "accessPackage", "assignmentPolicy"},
		},
		{
			pattern: "/identityGovernance/accessReviews/definitions", versions: both, dataset: tenant.DatasetAccessReviewDefinitions, denied: deniedGovernance,
			permissions: []string{"AccessReview.Read.All"}, pageDefault: 100, pageMax: 100, rows: all(tenant.DatasetAccessReviewDefinitions),
		},
		{
			pattern: "/roleManagement/directory/roleDefinitions", versions: both, dataset: tenant.DatasetRoleDefinitions, permissions: roleRead,
			pageMax: 999, rows: all(tenant.DatasetRoleDefinitions), view: viewRole,
		},
		{
			pattern: "/roleManagement/directory/roleAssignments", versions: both, dataset: tenant.DatasetRoleAssignments, permissions: roleRead,
			pageDefault: 100, pageMax: 999, rows: all(tenant.DatasetRoleAssignments),
		},
		{
			pattern: "/roleManagement/directory/roleAssignmentScheduleInstances", versions: both, dataset: tenant.DatasetRoleAssignmentScheduleInstances,
			permissions: []string{"RoleAssignmentSchedule.Read.Directory", "RoleManagement.Read.Directory"}, pageDefault: 100, pageMax: 999,
			rows: all(tenant.DatasetRoleAssignmentScheduleInstances),
		},
		{
			pattern: "/roleManagement/directory/roleEligibilityScheduleInstances", versions: both, dataset: tenant.DatasetRoleEligibilityScheduleInstances,
			permissions: []string{"RoleEligibilitySchedule.Read.Directory", "RoleManagement.Read.Directory"}, pageDefault: 100, pageMax: 999,
			rows: all(tenant.DatasetRoleEligibilityScheduleInstances),
		},
		{
			pattern: lifecycle + "/workflows", versions: both, dataset: tenant.DatasetLifecycleWorkflows, permissions: workflowRead, denied: deniedGovernance,
			pageDefault: 100, pageMax: 100, rows: all(tenant.DatasetLifecycleWorkflows), relations: []string{"tasks"},
		},
		{
			pattern: lifecycle + "/workflows/{id}", versions: both, permissions: workflowRead, denied: deniedGovernance, single: true,
			rows: workflow,
		},
		{
			pattern: lifecycle + "/lifecyclePolicies", versions: betaOnly, dataset: tenant.DatasetLifecyclePolicies, permissions: lifecycleRead,
			denied: deniedGovernance, rows: all(tenant.DatasetLifecyclePolicies),
		},
		{
			pattern: lifecycle + "/lifecyclePolicies/{id}/rules", versions: betaOnly, permissions: lifecycleRead, denied: deniedGovernance,
			rows: relation(tenant.DatasetLifecyclePolicies, "rules"),
		},
		{
			pattern: lifecycle + "/lifecyclePolicies/{id}/report/subjects", versions: betaOnly, permissions: lifecycleRead, denied: deniedGovernance,
			dataset: tenant.DatasetLifecycleSubjects, rows: lifecycleSubjects,
		},
	}
}

func logRoutes() []route {
	return []route{
		{
			pattern: "/auditLogs/signIns", versions: both, dataset: tenant.DatasetSignIns, permissions: auditRead, denied: deniedReports,
			pageDefault: 1000, pageMax: 1000, rows: all(tenant.DatasetSignIns), view: viewSignIn, forFilter: withSignInDefaults,
			implied: "signInEventTypes/any(t: t eq 'interactiveUser')",
		},
		{
			pattern: "/auditLogs/directoryAudits", versions: both, dataset: tenant.DatasetDirectoryAudits, permissions: auditRead, denied: deniedReports,
			pageDefault: 1000, pageMax: 1000, rows: all(tenant.DatasetDirectoryAudits), forFilter: withAuditDefaults,
		},
	}
}
