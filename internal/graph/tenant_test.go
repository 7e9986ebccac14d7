package graph_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

// Ids of the test tenant.
const (
	tenantID   = "0f1e2d3c-4b5a-4968-8776-655443321100"
	agentA     = "a0000000-0000-4000-8000-00000000000a"
	agentB     = "a0000000-0000-4000-8000-00000000000b"
	agentC     = "a0000000-0000-4000-8000-00000000000c"
	blueprint  = "b0000000-0000-4000-8000-000000000001"
	blueprint2 = "b0000000-0000-4000-8000-000000000002"
	app        = "c0000000-0000-4000-8000-000000000001"
	app2       = "c0000000-0000-4000-8000-000000000002"
	principal  = "d0000000-0000-4000-8000-000000000001"
	agentUser  = "e0000000-0000-4000-8000-000000000001"
	graphSP    = "1b7a3f2c-5d4e-4c8b-9a60-f1e2d3c47777"
	group      = "84d5f2ab-09c1-4e37-8d6a-1b2c3d4e9999"
	group2     = "84d5f2ab-09c1-4e37-8d6a-1b2c3d4e8888"
	workspace  = "/subscriptions/7a6b5c4d-0000-4000-8000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/law"
)

func person(n int) string { return fmt.Sprintf("2f90d1c3-48ab-4e76-93f5-%012d", n) }

func refs(kind string, ids ...string) string {
	var all []string
	for _, id := range ids {
		all = append(all, fmt.Sprintf(`{"@odata.type":"#microsoft.graph.%s","id":%q}`, kind, id))
	}
	return "[" + strings.Join(all, ",") + "]"
}

// contoso is a small tenant that has something in every dataset but the drills:
// an agent with 23 sponsors, nested groups, a deleted sponsor, a foreign
// principal, two credentials of each kind.
func contoso(t *testing.T) fstest.MapFS {
	var many []string
	var objects []string
	for i := range 23 {
		many = append(many, person(i))
		objects = append(objects, fmt.Sprintf(`{"@odata.type":"#microsoft.graph.user","id":%q,"displayName":"Person %d","userPrincipalName":"p%d@contoso.example","accountEnabled":true,"userType":"Member"}`, person(i), i, i))
	}
	objects = append(objects,
		fmt.Sprintf(`{"@odata.type":"#microsoft.graph.group","id":%q,"displayName":"Stewards","members@odata.count":7}`, group),
		fmt.Sprintf(`{"id":%q,"deletedDateTime":"2026-10-01T00:00:00Z"}`, person(99)),
		fmt.Sprintf(`{"@odata.type":"#microsoft.graph.servicePrincipal","id":%q,"displayName":"Pipeline","accountEnabled":true}`, person(98)))
	texts := map[string]string{
		"manifest": `{"schemaVersion":1,"tenantId":"` + tenantID + `","takenAt":"2026-11-23T09:00:00Z","window":{"signIns":"P30D","directoryAudits":"P30D"},
			"datasets":{"agentIdentities":{"status":"complete","relations":"complete"}}}`,
		"organization":   `{"value":[{"id":"` + tenantID + `","displayName":"Contoso"}]}`,
		"subscribedSkus": `{"value":[{"id":"s","skuPartNumber":"AAD_PREMIUM_P2","capabilityStatus":"Enabled","servicePlans":[{"servicePlanId":"eec0eb4f-6444-4f95-aba0-50c24d67f998","servicePlanName":"AAD_PREMIUM_P2","provisioningStatus":"Success"}]}]}`,
		"agentIdentities": `{"value":[
			{"id":"` + agentA + `","appId":"` + agentA + `","displayName":"Invoice <triage>","accountEnabled":true,"agentIdentityBlueprintId":"` + app + `","createdDateTime":"2026-09-03T08:14:55Z","disabledByMicrosoftStatus":null,"customSecurityAttributes":{"AgentInfo":{"Stage":"Approved"}},
			 "sponsors":` + refs("user", many...) + `,"owners":` + refs("user", person(1)) + `},
			{"id":"` + agentB + `","displayName":"Zoë \"quoted\"","accountEnabled":false,"agentIdentityBlueprintId":"` + app + `","createdDateTime":"2026-11-03T08:14:55Z","disabledByMicrosoftStatus":null,"customSecurityAttributes":null,"sponsors":` + refs("group", group) + `,"owners":[]},
			{"id":"` + agentC + `","displayName":"Orphan","accountEnabled":true,"agentIdentityBlueprintId":"` + app2 + `","createdDateTime":"2026-01-03T08:14:55Z","disabledByMicrosoftStatus":"NotDisabled","customSecurityAttributes":null,"sponsors":` + refs("user", person(99)) + `,"owners":` + refs("servicePrincipal", person(98)) + `}]}`,
		"agentIdentityBlueprints": `{"value":[
			{"id":"` + blueprint + `","appId":"` + app + `","displayName":"Finance agents","description":"triage","signInAudience":"AzureADMyOrg","createdDateTime":"2026-08-21T10:02:11Z","passwordCredentials":[{"keyId":"0a44c1d0-6e1b-4a3d-9d2f-52b7c9e81111","displayName":"bootstrap","hint":"q7~","startDateTime":"2026-08-21T10:05:00Z","endDateTime":"2028-08-20T10:05:00Z","secretText":null}],"keyCredentials":[],"requiredResourceAccess":[],"web":{"redirectUris":[]},
			 "federatedIdentityCredentials":[{"id":"3e5f7a91-2c4d-4b6e-8f10-9a8b7c6d1234","name":"gh","issuer":"https://token.actions.githubusercontent.com","subject":null,"audiences":["api://AzureADTokenExchange"],"claimsMatchingExpression":{"value":"claims['sub'] matches 'repo:contoso/*'","languageVersion":1}}],
			 "inheritablePermissions":[{"resourceAppId":"00000003-0000-0000-c000-000000000000","inheritableScopes":{"@odata.type":"#microsoft.graph.enumeratedScopes","kind":"enumerated","scopes":["User.Read"]}}],
			 "sponsors":` + refs("user", person(2)) + `,"owners":` + refs("user", person(3)) + `},
			{"id":"` + blueprint2 + `","appId":"c0000000-0000-4000-8000-000000000003","displayName":"Empty","passwordCredentials":[],"keyCredentials":[],"federatedIdentityCredentials":[],"inheritablePermissions":[],"sponsors":[],"owners":[]}]}`,
		"agentIdentityBlueprintPrincipals": `{"value":[{"id":"` + principal + `","appId":"` + app + `","displayName":"Finance agents","appOwnerOrganizationId":"` + tenantID + `","accountEnabled":true,"disabledByMicrosoftStatus":null,"verifiedPublisher":{"displayName":null},"customSecurityAttributes":null}]}`,
		"agentUsers":                       `{"value":[{"@odata.type":"#microsoft.graph.agentUser","id":"` + agentUser + `","displayName":"Invoice triage","userPrincipalName":"it@contoso.example","accountEnabled":true,"identityParentId":"` + agentA + `"}]}`,
		"classicAgents":                    `{"value":[{"id":"f0000000-0000-4000-8000-000000000001","appId":"f0000000-0000-4000-8000-0000000000a1","displayName":"Old bot","appOwnerOrganizationId":"` + tenantID + `","accountEnabled":true,"servicePrincipalType":"Application","tags":["power-virtual-agents-x"]},{"id":"f0000000-0000-4000-8000-000000000002","appId":"f0000000-0000-4000-8000-0000000000a2","displayName":"Bought bot","appOwnerOrganizationId":"99999999-0000-4000-8000-000000000000","accountEnabled":true,"tags":["AgenticInstance"]}]}`,
		"classicAgentApplications":         `{"value":[{"id":"f0000000-0000-4000-8000-0000000000b1","appId":"f0000000-0000-4000-8000-0000000000a1","displayName":"Old bot","passwordCredentials":[],"keyCredentials":[{"keyId":"1a44c1d0-6e1b-4a3d-9d2f-52b7c9e81111","type":"AsymmetricX509Cert","customKeyIdentifier":"AAAA","key":"BBBB","endDateTime":"2027-01-01T00:00:00Z"}],"federatedIdentityCredentials":[]}]}`,
		"resourceServicePrincipals":        `{"value":[{"id":"` + graphSP + `","appId":"00000003-0000-0000-c000-000000000000","displayName":"Microsoft Graph","appRoles":[{"id":"df021288-bdef-4463-88db-98f22de89214","value":"User.Read.All"}],"oauth2PermissionScopes":[]}]}`,
		"directoryObjects":                 `{"value":[` + strings.Join(objects, ",\n") + `]}`,
		"oauth2PermissionGrants":           `{"value":[{"id":"g1","clientId":"` + agentA + `","consentType":"Principal","principalId":"` + agentUser + `","resourceId":"` + graphSP + `","scope":" Mail.Read"},{"id":"g2","clientId":"` + principal + `","consentType":"AllPrincipals","principalId":null,"resourceId":"` + graphSP + `","scope":"User.Read"}]}`,
		"appRoleAssignments":               `{"value":[{"id":"r1","appRoleId":"df021288-bdef-4463-88db-98f22de89214","principalId":"` + agentA + `","resourceId":"` + graphSP + `","createdDateTime":"2026-09-04T09:00:00Z"},{"id":"r2","appRoleId":"df021288-bdef-4463-88db-98f22de89214","principalId":"` + principal + `","resourceId":"` + graphSP + `"}]}`,
		"conditionalAccessPolicies":        `{"value":[{"id":"f4c2b1a0-9d8e-4f7a-b6c5-d4e3f2a1aaaa","displayName":"Block risky agents","state":"enabled","conditions":{"agentIdRiskLevels":"high","applications":{"includeApplications":["All"],"excludeApplications":[]},"users":{"includeUsers":["None"]},"clientApplications":{"includeAgentIdServicePrincipals":["All"]}},"grantControls":{"operator":"OR","builtInControls":["block"]},"sessionControls":null}]}`,
		"namedLocations":                   `{"value":[{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"0fa2c8ab-0000-4000-8000-000000000000","displayName":"HQ","isTrusted":true,"ipRanges":[{"cidrAddress":"203.0.113.0/24"}]}]}`,
		"securityDefaults":                 `{"id":"00000000-0000-0000-0000-000000000005","isEnabled":false}`,
		"riskyAgents":                      `{"value":[{"id":"` + agentA + `","identityType":"agentIdentity","riskLevel":"high","riskState":"atRisk","riskLastModifiedDateTime":"2026-11-19T22:41:08Z","isEnabled":true}]}`,
		"agentRiskDetections":              `{"value":[{"id":"d6","identityId":"` + agentA + `","riskEventType":"signInSpike","riskLevel":"medium","riskState":"atRisk"}]}`,
		"riskyServicePrincipals":           `{"value":[]}`,
		"accessPackages":                   `{"value":[{"id":"aa11bb22-cc33-4d44-8e55-ff6677880000","displayName":"Finance data","resourceRoleScopes":[{"role":{"originId":"Member_x","originSystem":"AadGroup"},"scope":{"originId":"` + group + `"}}]}]}`,
		"accessPackageAssignmentPolicies":  `{"value":[{"id":"0b1c2d3e-4f50-4a61-9b72-8c93da04cccc","displayName":"90 days","allowedTargetScope":"allDirectoryAgentIdentities","specificAllowedTargets":[],"expiration":{"type":"afterDuration","duration":"P90D"},"reviewSettings":{"isEnabled":false},"accessPackage":{"id":"aa11bb22-cc33-4d44-8e55-ff6677880000"}}]}`,
		"accessPackageAssignments":         `{"value":[{"id":"0b1c2d3e-4f50-4a61-9b72-8c93da04dddd","state":"delivered","schedule":{"expiration":{"type":"noExpiration"}},"target":{"objectId":"` + agentA + `","subjectType":"servicePrincipal"},"accessPackage":{"id":"aa11bb22-cc33-4d44-8e55-ff6677880000"},"assignmentPolicy":{"id":"0b1c2d3e-4f50-4a61-9b72-8c93da04cccc"}}]}`,
		"accessReviewDefinitions":          `{"value":[{"id":"1b1c2d3e-4f50-4a61-9b72-8c93da04dddd","displayName":"Guests","status":"InProgress"}]}`,
		"roleDefinitions":                  `{"value":[{"id":"88d8e3e3-8f55-4a1e-953a-9b9898b8876b","templateId":"88d8e3e3-8f55-4a1e-953a-9b9898b8876b","displayName":"Directory Readers","isBuiltIn":true,"isPrivileged":false}]}`,
		"roleAssignments":                  `{"value":[{"id":"ra1","roleDefinitionId":"88d8e3e3-8f55-4a1e-953a-9b9898b8876b","principalId":"` + person(4) + `","directoryScopeId":"/"}]}`,
		"roleAssignmentScheduleInstances":  `{"value":[{"id":"ri1","roleDefinitionId":"88d8e3e3-8f55-4a1e-953a-9b9898b8876b","principalId":"` + person(4) + `","assignmentType":"Assigned","endDateTime":null}]}`,
		"roleEligibilityScheduleInstances": `{"value":[]}`,
		"groupMemberships":                 `{"value":[{"id":"` + agentA + `","transitiveMemberOf":[{"@odata.type":"#microsoft.graph.group","id":"` + group + `","displayName":"Stewards"},{"@odata.type":"#microsoft.graph.group","id":"` + group2 + `","displayName":"All"}]},{"id":"` + agentB + `","transitiveMemberOf":[]},{"id":"` + agentC + `","transitiveMemberOf":[]},{"id":"` + agentUser + `","transitiveMemberOf":[{"@odata.type":"#microsoft.graph.directoryRole","id":"7e6d0000-0000-4000-8000-000000000000","displayName":"Directory Readers","roleTemplateId":"88d8e3e3-8f55-4a1e-953a-9b9898b8876b"}]}]}`,
		"defaultAppManagementPolicy":       `{"id":"00000000-0000-0000-0000-000000000000","displayName":"Default","isEnabled":true,"applicationRestrictions":{"passwordCredentials":[{"restrictionType":"passwordAddition","state":"enabled"}]}}`,
		"appManagementPolicies":            `{"value":[{"id":"22222222-0000-4000-8000-000000000000","displayName":"Strict","isEnabled":true,"restrictions":{"passwordCredentials":[]},"appliesTo":` + refs("application", blueprint) + `}]}`,
		"lifecycleWorkflows":               `{"value":[{"id":"33333333-0000-4000-8000-000000000000","displayName":"Leaver","category":"leaver","isEnabled":true,"tasks":[{"taskDefinitionId":"b8f4c3d5-9e7a-4b1c-8f2d-6a5e8b9c7f4a","isEnabled":true}]}]}`,
		"signIns": `{"value":[
			{"id":"si1","createdDateTime":"2026-11-20T04:12:45Z","signInEventTypes":["servicePrincipal"],"servicePrincipalId":"` + agentA + `","agent":{"agentType":"agenticAppInstance"},"clientCredentialType":"federatedIdentityCredential","status":{"errorCode":0}},
			{"id":"si2","createdDateTime":"2026-11-19T04:12:45Z","signInEventTypes":["servicePrincipal"],"servicePrincipalId":"` + principal + `","agent":{"agentType":"agenticApp"},"status":{"errorCode":7000112}},
			{"id":"si3","createdDateTime":"2026-11-18T04:12:45Z","signInEventTypes":["nonInteractiveUser"],"userId":"` + agentUser + `","agent":{"agentType":"agenticAppInstance","agentSubjectType":"agentIDuser"},"status":{"errorCode":0}}]}`,
		"directoryAudits": `{"value":[
			{"id":"au1","activityDateTime":"2026-11-21T10:33:20Z","loggedByService":"Core Directory","result":"success","activityDisplayName":"Update service principal","initiatedBy":{"user":{"id":"` + person(1) + `"}},"targetResources":[{"id":"` + agentA + `","modifiedProperties":[{"displayName":"AccountEnabled","oldValue":"[true]","newValue":"[false]"}]}]},
			{"id":"au2","activityDateTime":"2026-10-30T10:33:20Z","loggedByService":"Core Directory","result":"success","activityDisplayName":"Update user","targetResources":[{"id":"` + person(5) + `"}]}]}`,
		"diagnosticSettings":               `{"value":[{"id":"/providers/microsoft.aadiam/diagnosticSettings/soc","name":"soc","properties":{"workspaceId":"` + workspace + `","logs":[{"category":"AuditLogs","enabled":true}]}}]}`,
		"logAnalyticsWorkspaces":           `{"value":[{"id":"` + workspace + `","name":"law","properties":{"retentionInDays":90}}]}`,
		"lifecyclePolicies":                `{"value":[{"id":"6c7d8e9f-0a1b-4c2d-8e3f-405162730000","displayName":"Hygiene","isEnabled":true,"rules":[{"@odata.type":"#microsoft.graph.identityGovernance.sponsorPresenceRule","isEnabled":true,"minimumSponsorCount":1}]}]}`,
		"lifecycleSubjects":                `{"value":[{"policyId":"6c7d8e9f-0a1b-4c2d-8e3f-405162730000","subject":{"id":"` + agentA + `"},"relationship":"effective","compliance":"compliant"}]}`,
		"continuousAccessEvaluationPolicy": `{"id":"44444444-0000-4000-8000-000000000000","isEnabled":true,"migrate":false}`,
		"agentInstances":                   `{"value":[{"id":"55555555-0000-4000-8000-000000000000","displayName":"Invoice triage","agentIdentityId":"` + agentA + `"}]}`,
	}
	return files(t, texts)
}
