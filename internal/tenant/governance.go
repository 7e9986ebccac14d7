package tenant

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// AccessPackage is a package with what it hands out.
type AccessPackage struct {
	Origin             `json:"-"`
	ID                 ID                          `json:"id"`
	DisplayName        Opt[string]                 `json:"displayName"`
	ResourceRoleScopes Relation[ResourceRoleScope] `json:"resourceRoleScopes"`

	ResourceRoleScopesNextLink Opt[string] `json:"resourceRoleScopes@odata.nextLink"`
}

// ResourceRoleScope is one role on one resource: see docs/verdicts.md, resource roles.
type ResourceRoleScope struct {
	Role  Opt[ResourceRole] `json:"role"`
	Scope Opt[ResourceRole] `json:"scope"`
}

// ResourceRole is the role or the scope of a ResourceRoleScope.
type ResourceRole struct {
	DisplayName  Opt[string] `json:"displayName"`
	OriginID     Opt[string] `json:"originId"`
	OriginSystem Opt[string] `json:"originSystem"`
}

// AccessPackageRef names a package from a policy or an assignment.
type AccessPackageRef struct {
	ID          ID          `json:"id"`
	DisplayName Opt[string] `json:"displayName"`
}

// AccessPackageAssignmentPolicy says who may get a package and for how long.
type AccessPackageAssignmentPolicy struct {
	Origin                 `json:"-"`
	ID                     ID                        `json:"id"`
	DisplayName            Opt[string]               `json:"displayName"`
	AllowedTargetScope     Opt[string]               `json:"allowedTargetScope"`
	SpecificAllowedTargets Relation[SubjectSet]      `json:"specificAllowedTargets"`
	Expiration             Opt[ExpirationPattern]    `json:"expiration"`
	ReviewSettings         Opt[AccessReviewSettings] `json:"reviewSettings"`
	AccessPackage          Opt[AccessPackageRef]     `json:"accessPackage"`
}

func (p *AccessPackageAssignmentPolicy) ResourceType() ResourceType {
	return TypeAccessPackageAssignmentPolicy
}
func (p *AccessPackageAssignmentPolicy) ObjectID() string     { return p.ID.String() }
func (p *AccessPackageAssignmentPolicy) ResourceName() string { return p.DisplayName.Or("") }

// Activity is always Active.
func (p *AccessPackageAssignmentPolicy) Activity() Activity { return Active }

// SubjectSet names who is allowed; the member that is set depends on the type.
type SubjectSet struct {
	ODataType          Opt[string] `json:"@odata.type"`
	ServicePrincipalID ID          `json:"servicePrincipalId"`
	ObjectID           ID          `json:"objectId"`
	ID                 ID          `json:"id"`
}

// ExpirationPattern is when something ends: Type is notSpecified, noExpiration,
// afterDateTime or afterDuration.
type ExpirationPattern struct {
	Type        Opt[string] `json:"type"`
	Duration    Opt[string] `json:"duration"` // ISO 8601
	EndDateTime Time        `json:"endDateTime"`
}

// AccessReviewSettings is the review a policy demands.
type AccessReviewSettings struct {
	IsEnabled Opt[bool] `json:"isEnabled"`
}

// AccessPackageAssignment is a package that a subject holds.
type AccessPackageAssignment struct {
	Origin
	*AssignmentTraits
	ID              ID
	ExpiredDateTime Time
	Schedule        Opt[EntitlementSchedule]
	Target          Opt[AccessPackageSubject]
}

// AssignmentTraits are what many assignments have in common; equal ones are held
// once, so they are never changed. No assignment of a snapshot is without.
type AssignmentTraits struct {
	State, Status    Opt[string]
	AccessPackage    Opt[AccessPackageRef]
	AssignmentPolicy Opt[AccessPackageRef]
}

func (a *AccessPackageAssignment) ResourceType() ResourceType { return TypeAccessPackageAssignment }
func (a *AccessPackageAssignment) ObjectID() string           { return a.ID.String() }
func (a *AccessPackageAssignment) ResourceName() string {
	if p, ok := a.AccessPackage.Get(); ok {
		return p.DisplayName.Or("")
	}
	return ""
}

// Activity is always Active: rules read the assignment's state themselves.
func (a *AccessPackageAssignment) Activity() Activity { return Active }

// EntitlementSchedule is when an assignment starts and ends.
type EntitlementSchedule struct {
	StartDateTime Time
	Expiration    Opt[ExpirationPattern]
}

// AccessPackageSubject is who holds an assignment.
type AccessPackageSubject struct {
	ObjectID ID
}

// AccessReviewDefinition is an access review series.
type AccessReviewDefinition struct {
	Origin      `json:"-"`
	ID          ID          `json:"id"`
	DisplayName Opt[string] `json:"displayName"`
	Status      Opt[string] `json:"status"`
}

// AppManagementPolicy is the tenant's default policy or one for some objects.
type AppManagementPolicy struct {
	Origin                  `json:"-"`
	ID                      ID                   `json:"id"`
	DisplayName             Opt[string]          `json:"displayName"`
	IsEnabled               Opt[bool]            `json:"isEnabled"`
	ApplicationRestrictions Opt[AppRestrictions] `json:"applicationRestrictions"` // default policy
	Restrictions            Opt[AppRestrictions] `json:"restrictions"`            // others
	AppliesTo               Relation[ObjectRef]  `json:"appliesTo"`

	AppliesToNextLink Opt[string] `json:"appliesTo@odata.nextLink"`
}

// AppRestrictions is what a policy forbids about credentials.
type AppRestrictions struct {
	PasswordCredentials Relation[CredentialRestriction] `json:"passwordCredentials"`
	KeyCredentials      Relation[CredentialRestriction] `json:"keyCredentials"`
}

// CredentialRestriction is one restriction; State says whether it is on.
type CredentialRestriction struct {
	RestrictionType                     Opt[string]   `json:"restrictionType"`
	State                               Opt[string]   `json:"state"`
	MaxLifetime                         Opt[string]   `json:"maxLifetime"`
	RestrictForAppsCreatedAfterDateTime Time          `json:"restrictForAppsCreatedAfterDateTime"`
	ExcludeActors                       Opt[Anything] `json:"excludeActors"`
}

// LifecycleWorkflow is a workflow for joiners, movers and leavers.
type LifecycleWorkflow struct {
	Origin      `json:"-"`
	ID          ID                      `json:"id"`
	DisplayName Opt[string]             `json:"displayName"`
	Category    Opt[string]             `json:"category"`
	IsEnabled   Opt[bool]               `json:"isEnabled"`
	Tasks       Relation[LifecycleTask] `json:"tasks"`

	TasksNextLink Opt[string] `json:"tasks@odata.nextLink"`
}

// LifecycleTask is a step of a workflow.
type LifecycleTask struct {
	TaskDefinitionID ID          `json:"taskDefinitionId"`
	DisplayName      Opt[string] `json:"displayName"`
	IsEnabled        Opt[bool]   `json:"isEnabled"`
}

// LifecyclePolicy is an agent lifecycle policy (beta).
type LifecyclePolicy struct {
	Origin      `json:"-"`
	ID          ID                      `json:"id"`
	DisplayName Opt[string]             `json:"displayName"`
	IsEnabled   Opt[bool]               `json:"isEnabled"`
	Rules       Relation[LifecycleRule] `json:"rules"`
}

// LifecycleRule is one rule; the OData type says which.
type LifecycleRule struct {
	ODataType                 Opt[string] `json:"@odata.type"`
	IsEnabled                 Opt[bool]   `json:"isEnabled"`
	MinimumSponsorCount       Opt[int64]  `json:"minimumSponsorCount"`
	AttestationIntervalInDays Opt[int64]  `json:"attestationIntervalInDays"`
}

// LifecycleSubject is one agent's row in a lifecycle policy's report. Graph
// documents compliance as an object or a word; ComplianceState reads both.
type LifecycleSubject struct {
	Origin
	*SubjectTraits
	Subject Opt[ObjectRef]
}

// SubjectTraits are what many subjects have in common; equal ones are held once,
// so they are never changed. No subject of a snapshot is without.
type SubjectTraits struct {
	PolicyID     ID
	Relationship Opt[string]
	Compliance   ComplianceState
}

// PersonRef is a reference to a sponsor or an owner. Ids of those who answer for
// many objects are held once: a third of the memory.
type PersonRef struct{ one *ID }

// ID returns the id; zero when it was not returned.
func (p PersonRef) ID() ID {
	if p.one == nil {
		return ID{}
	}
	return *p.one
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (p *PersonRef) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	var ref ObjectRef
	if err := json.UnmarshalDecode(d, &ref); err != nil {
		return err
	}
	p.one = &ref.ID
	return nil
}

// ObjectRef is a reference to an object by id.
type ObjectRef struct {
	ID ID `json:"id"`
}
