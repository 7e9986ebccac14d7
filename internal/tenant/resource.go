package tenant

// ResourceType is the type of a resource that a finding is about.
type ResourceType string

// The resource types of a report.
const (
	TypeTenant                          ResourceType = "tenant"
	TypeAgentIdentity                   ResourceType = "agentIdentity"
	TypeAgentIdentityBlueprint          ResourceType = "agentIdentityBlueprint"
	TypeAgentIdentityBlueprintPrincipal ResourceType = "agentIdentityBlueprintPrincipal"
	TypeAgentUser                       ResourceType = "agentUser"
	TypeServicePrincipal                ResourceType = "servicePrincipal"
	TypeFederatedIdentityCredential     ResourceType = "federatedIdentityCredential"
	TypeConditionalAccessPolicy         ResourceType = "conditionalAccessPolicy"
	TypeNamedLocation                   ResourceType = "namedLocation"
	TypeAccessPackageAssignment         ResourceType = "accessPackageAssignment"
	TypeAccessPackageAssignmentPolicy   ResourceType = "accessPackageAssignmentPolicy"
	TypeOAuth2PermissionGrant           ResourceType = "oauth2PermissionGrant"
	TypeLogCategory                     ResourceType = "logCategory"
	TypeAgentInstance                   ResourceType = "agentInstance"
)

// Activity says whether an object can act today; only active ones can fail.
type Activity uint8

// The activity of an object that could not be told is ActivityUnknown: it is
// judged, and its pass or fail becomes unknown (docs/verdicts.md).
const (
	ActivityUnknown Activity = iota
	Active
	Inactive
)

// Resource is anything a rule judges.
type Resource interface {
	ResourceType() ResourceType
	// ObjectID is the object's Graph id (a log category its name).
	ObjectID() string
	// ResourceName is the display name, or "" when it was not returned.
	ResourceName() string
	// Source is where the object was read; the zero Origin is nowhere.
	Source() Origin
	// Activity is Active for objects that cannot be switched off.
	Activity() Activity
}

// accountActivity applies the definition of "active" (docs/verdicts.md): accountEnabled
// is true and disabledByMicrosoftStatus is null or NotDisabled. Graph leaves
// the latter out of default answers, but our $select asks for it, and an object
// that is switched off needs no second property to be inactive.
func accountActivity(enabled Opt[bool], disabledByMicrosoft Opt[string]) Activity {
	if on, ok := enabled.Get(); ok && !on {
		return Inactive
	}
	if status, ok := disabledByMicrosoft.Get(); ok && status != "NotDisabled" {
		return Inactive
	}
	if !enabled.IsSet() || disabledByMicrosoft.IsAbsent() {
		return ActivityUnknown
	}
	return Active
}
