package synth

import "github.com/ztagent/ztagent/internal/tenant"

// source says how a dataset is asked for: API version, path with its options,
// and the fragment of @odata.context that the answer carries. Azure's answers
// and our own records have no context.
type source struct {
	dataset   tenant.Dataset
	version   string
	path      string
	context   string
	relations bool // has navigation data that is read in full
}

const (
	v1   = "v1.0"
	beta = "beta"
	arm  = "2017-04-01"
	laws = "2025-07-01"
	own  = ""
)

// sources is every dataset in report order.
func sources() []source {
	const (
		spSelect        = "id,appId,displayName,accountEnabled,createdDateTime,disabledByMicrosoftStatus,servicePrincipalType,tags,appRoleAssignmentRequired,customSecurityAttributes"
		agentSelect     = spSelect + ",agentIdentityBlueprintId,createdByAppId"
		principalSelect = spSelect + ",appOwnerOrganizationId,verifiedPublisher,signInAudience,servicePrincipalNames"
		blueprintSelect = "id,appId,displayName,description,createdByAppId,createdDateTime,disabledByMicrosoftStatus,groupMembershipClaims,identifierUris,optionalClaims,publisherDomain,serviceManagementReference,signInAudience,tags,uniqueName,api,appRoles,info,keyCredentials,passwordCredentials,publicClient,requiredResourceAccess,spa,verifiedPublisher,web"
		entitlement     = "/identityGovernance/entitlementManagement/"
		lifecycle       = "/identityGovernance/lifecycleWorkflows/"
		roles           = "/roleManagement/directory/"
	)
	return []source{
		{"organization", v1, "/organization?$select=id,displayName,tenantType,countryLetterCode,createdDateTime,verifiedDomains", "organization", false},
		{"subscribedSkus", v1, "/subscribedSkus", "subscribedSkus", false},
		{"agentIdentities", v1, "/servicePrincipals/microsoft.graph.agentIdentity?$select=" + agentSelect, "servicePrincipals/microsoft.graph.agentIdentity", true},
		{"agentIdentityBlueprints", beta, "/applications/microsoft.graph.agentIdentityBlueprint?$select=" + blueprintSelect, "applications/microsoft.graph.agentIdentityBlueprint", true},
		{"agentIdentityBlueprintPrincipals", v1, "/servicePrincipals/microsoft.graph.agentIdentityBlueprintPrincipal?$select=" + principalSelect, "servicePrincipals/microsoft.graph.agentIdentityBlueprintPrincipal", true},
		{"agentUsers", v1, "/users/microsoft.graph.agentUser?$select=id,displayName,userPrincipalName,mail,accountEnabled,createdDateTime,identityParentId,userType,assignedLicenses,customSecurityAttributes", "users/microsoft.graph.agentUser", true},
		{"classicAgents", v1, "/servicePrincipals?$filter=tags/any(p:startswith(p,'power-virtual-agents-')) or tags/any(p:p eq 'AgenticInstance')&$select=" + principalSelect + ",keyCredentials,passwordCredentials", "servicePrincipals", false},
		{"classicAgentApplications", beta, "/applications?$select=id,appId,displayName,createdDateTime,signInAudience,keyCredentials,passwordCredentials", "applications", true},
		{"resourceServicePrincipals", v1, "/servicePrincipals?$select=id,appId,displayName,appOwnerOrganizationId,appRoles,oauth2PermissionScopes", "servicePrincipals", false},
		{"directoryObjects", v1, "/directoryObjects/getByIds", "directoryObjects", false},
		{"oauth2PermissionGrants", v1, "/oauth2PermissionGrants", "oauth2PermissionGrants", false},
		{"appRoleAssignments", v1, "/servicePrincipals/{id}/appRoleAssignedTo", "appRoleAssignments", false},
		{"conditionalAccessPolicies", beta, "/identity/conditionalAccess/policies", "identity/conditionalAccess/policies", false},
		{"namedLocations", v1, "/identity/conditionalAccess/namedLocations", "identity/conditionalAccess/namedLocations", false},
		{"securityDefaults", v1, "/policies/identitySecurityDefaultsEnforcementPolicy", "policies/identitySecurityDefaultsEnforcementPolicy/$entity", false},
		{"riskyAgents", beta, "/identityProtection/riskyAgents", "identityProtection/riskyAgents", false},
		{"agentRiskDetections", beta, "/identityProtection/agentRiskDetections", "identityProtection/agentRiskDetections", false},
		{"riskyServicePrincipals", v1, "/identityProtection/riskyServicePrincipals", "identityProtection/riskyServicePrincipals", false},
		{"accessPackages", v1, entitlement + "accessPackages?$expand=resourceRoleScopes($expand=role,scope)", "identityGovernance/entitlementManagement/accessPackages(resourceRoleScopes(role(),scope()))", true},
		{"accessPackageAssignmentPolicies", v1, entitlement + "assignmentPolicies?$expand=accessPackage($select=id,displayName)", "identityGovernance/entitlementManagement/assignmentPolicies(accessPackage(id,displayName))", false},
		{"accessPackageAssignments", v1, entitlement + "assignments?$expand=target,accessPackage($select=id,displayName),assignmentPolicy($select=id,displayName)", "identityGovernance/entitlementManagement/assignments(target(),accessPackage(id,displayName),assignmentPolicy(id,displayName))", false},
		{"accessReviewDefinitions", v1, "/identityGovernance/accessReviews/definitions", "identityGovernance/accessReviews/definitions", false},
		{"roleDefinitions", beta, roles + "roleDefinitions?$select=id,description,displayName,isBuiltIn,isEnabled,isPrivileged,resourceScopes,templateId,version", "roleManagement/directory/roleDefinitions", false},
		{"roleAssignments", v1, roles + "roleAssignments?$expand=principal($select=id)", "roleManagement/directory/roleAssignments(principal(id))", false},
		{"roleAssignmentScheduleInstances", v1, roles + "roleAssignmentScheduleInstances?$expand=principal($select=id)", "roleManagement/directory/roleAssignmentScheduleInstances(principal(id))", false},
		{"roleEligibilityScheduleInstances", v1, roles + "roleEligibilityScheduleInstances?$expand=principal($select=id)", "roleManagement/directory/roleEligibilityScheduleInstances(principal(id))", false},
		{"groupMemberships", v1, "/servicePrincipals/{id}/transitiveMemberOf?$select=id,displayName,securityEnabled,isAssignableToRole", "directoryObjects", true},
		{"defaultAppManagementPolicy", v1, "/policies/defaultAppManagementPolicy", "policies/defaultAppManagementPolicy/$entity", false},
		{"appManagementPolicies", v1, "/policies/appManagementPolicies?$expand=appliesTo", "policies/appManagementPolicies(appliesTo())", true},
		{"lifecycleWorkflows", v1, lifecycle + "workflows?$expand=tasks", lifecycle[1:] + "workflows(tasks())", true},
		{"signIns", beta, "/auditLogs/signIns", "auditLogs/signIns", false},
		{"directoryAudits", v1, "/auditLogs/directoryAudits", "auditLogs/directoryAudits", false},
		{"diagnosticSettings", arm, "/providers/microsoft.aadiam/diagnosticSettings", "", false},
		{"logAnalyticsWorkspaces", laws, "/subscriptions/{id}/providers/Microsoft.OperationalInsights/workspaces", "", false},
		{"lifecyclePolicies", beta, lifecycle + "lifecyclePolicies?$expand=rules", lifecycle[1:] + "lifecyclePolicies(rules())", true},
		{"lifecycleSubjects", beta, lifecycle + "lifecyclePolicies/{id}/report/subjects", lifecycle[1:] + "lifecyclePolicies('{id}')/report/subjects", false},
		{"continuousAccessEvaluationPolicy", beta, "/identity/continuousAccessEvaluationPolicy", "identity/continuousAccessEvaluationPolicy/$entity", false},
		{"agentInstances", beta, "/agentRegistry/agentInstances", "agentRegistry/agentInstances", false},
		{"killSwitchDrills", own, "", "", false},
	}
}

// odataContext returns the value of @odata.context, or "" for none.
func (s source) odataContext() string {
	if s.context == "" {
		return ""
	}
	return "https://graph.microsoft.com/" + s.version + "/$metadata#" + s.context
}

// request returns what the manifest records as the request.
func (s source) request() string {
	switch s.version {
	case v1, beta:
		return "/" + s.version + s.path
	case own:
		return ""
	}
	return s.path + "?api-version=" + s.version
}
