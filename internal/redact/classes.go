package redact

import (
	"strings"
	"sync"
)

// class is what a string of the snapshot is, and so what becomes of it.
type class uint8

const (
	// unknownText is in no table. Its form decides; in doubt it is free text.
	unknownText class = iota
	// enumeration is a word of Microsoft's: a state, a kind, a category. It
	// stays, unless a name stands in it.
	enumeration
	displayName
	freeText
	objectID
	mailAddress    // also a user principal name
	urlText        // a URL, a host or a path: made of words
	permission     // the value of an app role or scope, or a list of them
	networkAddress // or a range of them
	thumbprint
	keyMaterial
	federatedIssuer
	federatedSubject
	claimsExpression
	filterRule
	messageText // of an error
)

// member is a property under another one.
type member struct{ parent, name string }

// membersByParent are properties of which the parent tells what they are.
var membersByParent = map[member]class{
	{"modifiedProperties", "displayName"}: enumeration, // the name of a property
	{"additionalDetails", "key"}:          enumeration,
	{"keyCredentials", "key"}:             keyMaterial,
	{"sku", "name"}:                       enumeration,
	{"tool", "name"}:                      enumeration,
	{"location", "state"}:                 freeText, // of a country

	{"appRoles", "value"}:                  permission,
	{"oauth2PermissionScopes", "value"}:    permission,
	{"publishedPermissionScopes", "value"}: permission,
	{"inheritableScopes", "scopes"}:        permission,
	{"inheritableRoles", "roles"}:          permission,

	{"federatedIdentityCredentials", "issuer"}:  federatedIssuer,
	{"federatedIdentityCredentials", "subject"}: federatedSubject,
	{"claimsMatchingExpression", "value"}:       claimsExpression,

	{"error", "code"}:    messageText,
	{"error", "message"}: messageText,

	{"servicePrincipalFilter", "rule"}:        filterRule,
	{"agentIdServicePrincipalFilter", "rule"}: filterRule,
	{"applicationFilter", "rule"}:             filterRule,
}

// memberLists are the properties of every other kind, wherever they stand.
var memberLists = map[class]string{
	enumeration: `
		@odata.type accessType agentIdRiskLevels agentSubjectType agentType allowedCombinations allowedMemberTypes
		allowedTargetScope appliesTo assignmentType authenticationRequirement authenticationType apiVersion
		builtInControls capabilityStatus category categoryGroup clientAppTypes clientAppUsed clientCredentialType cloud
		compliance complianceState conditionalAccessStatus conditionsNotSatisfied conditionsSatisfied consentType
		countriesAndRegions countryLookupMethod countryOrRegion crossTenantAccessType defaultDecision detectionTimingType
		disabledByMicrosoftStatus duration durationBeforeAutomaticDenial durationBeforeEscalation
		enforcedGrantControls enforcedSessionControls excludePlatforms expirationBehavior
		frequencyInterval groupTypes guestOrExternalUserTypes identityType
		includeAuthenticationContextClassReferences includePlatforms includeUserActions
		insiderRiskLevels issueCode kind lastAction loggedByService maxLifetime memberType mode nextAction operationType
		operator origin originSystem platform policySource policyType preferredTransport principalType provisioningState
		provisioningStatus publicNetworkAccessForIngestion publicNetworkAccessForQuery queryType relation relations
		relationship requirementsSatisfied restrictionType result ruleType riskDetail riskEventType riskEventTypes
		riskEventTypes_v2 riskLevel riskLevelAggregated riskLevelDuringSignIn riskLevels riskState servicePlanName
		servicePrincipalRiskLevels servicePrincipalType signInAudience signInEventTypes signInRiskLevels skuPartNumber
		source state status subjectLifecycle subjectType tokenIssuerType transferMethods type usage userRiskLevels
		userType version activityDisplayName preferredLanguage usageLocation`,
	displayName: `
		adminConsentDisplayName agentDisplayName appDisplayName companyName department displayName employeeId
		eventHubName givenName jobTitle mailNickname name officeLocation originatingStore preferredName
		principalDisplayName publisher publisherName resourceDisplayName servicePrincipalName signInClientDisplayName
		surname tenantDisplayName uniqueName userConsentDisplayName userDisplayName`,
	freeText: `
		additionalDetails additionalInfo adminConsentDescription city description failureReason hint justification
		newValue notes oldValue resultReason riskEvidence secretText userAgent userConsentDescription
		verifiedPublisherId`,
	objectID: `
		createdBy customAuthenticationFactors excludeAgentIdServicePrincipals excludeApplications excludeGroups
		excludeLocations excludeRoles excludeServicePrincipals excludeUsers groups id includeAgentIdServicePrincipals
		includeApplications includeGroups includeLocations includeRoles includeServicePrincipals includeUsers
		knownClientApplications managedBy managerApplications members request-id client-request-id termsOfUse
		uniqueTokenIdentifier users`,
	mailAddress: `
		email emailAddress mail otherMails principalName proxyAddresses signInIdentifier userPrincipalName`,
	urlText: `
		audience audiences domain domainName domains identifierUris location @odata.context @odata.nextLink
		@odata.deltaLink @odata.id publisherDomain query queryRoot replyUrls request requiredResourceUri
		servicePrincipalNames tags`,
	permission:     `delegatedPermissionClassification scope`,
	networkAddress: `cidrAddress ipAddress ipAddressFromResourceProvider`,
	thumbprint:     `customKeyIdentifier servicePrincipalCredentialThumbprint`,
}

// endings tell the kind of a property that no table has.
var endings = []struct {
	ending string
	class  class
}{
	{"@odata.type", enumeration},
	{"@odata.nextLink", urlText},
	{"DateTime", enumeration},
	{"DisplayName", displayName},
	{"UserPrincipalName", mailAddress},
	{"Mail", mailAddress},
	{"Email", mailAddress},
	{"Url", urlText},
	{"Urls", urlText},
	{"Uri", urlText},
	{"Uris", urlText},
	{"IpAddress", networkAddress},
	{"IPAddress", networkAddress},
	{"Thumbprint", thumbprint},
	{"Id", objectID},
	{"Ids", objectID},
	{"ID", objectID},
}

var membersByName = sync.OnceValue(func() map[string]class {
	table := map[string]class{}
	for c, names := range memberLists {
		for name := range strings.FieldsSeq(names) {
			table[name] = c
		}
	}
	return table
})

// classOf tells what the strings of a property are.
func classOf(parent, name string) class {
	if c, ok := membersByParent[member{parent, name}]; ok {
		return c
	}
	if parent == "tags" || strings.HasPrefix(name, "extension_") {
		return freeText // of Azure, and of the directory: the tenant names them
	}
	if c, ok := membersByName()[name]; ok {
		return c
	}
	for _, e := range endings {
		if strings.HasSuffix(name, e.ending) {
			return e.class
		}
	}
	return unknownText
}
