package tenant

// Organization is the tenant itself.
type Organization struct {
	Origin      `json:"-"`
	ID          ID          `json:"id"`
	DisplayName Opt[string] `json:"displayName"`
}

// SubscribedSku is a licence the tenant holds.
type SubscribedSku struct {
	Origin           `json:"-"`
	SkuPartNumber    Opt[string]           `json:"skuPartNumber"`
	CapabilityStatus Opt[string]           `json:"capabilityStatus"`
	ServicePlans     Relation[ServicePlan] `json:"servicePlans"`
}

// ServicePlan is one service of a licence.
type ServicePlan struct {
	ServicePlanID      ID          `json:"servicePlanId"`
	ServicePlanName    Opt[string] `json:"servicePlanName"`
	ProvisioningStatus Opt[string] `json:"provisioningStatus"`
}

// ResourceServicePrincipal is an API on which agents hold permissions.
type ResourceServicePrincipal struct {
	Origin                 `json:"-"`
	ID                     ID                        `json:"id"`
	AppID                  ID                        `json:"appId"`
	DisplayName            Opt[string]               `json:"displayName"`
	AppRoles               Relation[AppRole]         `json:"appRoles"`
	OAuth2PermissionScopes Relation[PermissionScope] `json:"oauth2PermissionScopes"`
}

// AppRole is an application permission that an API defines.
type AppRole struct {
	ID          ID          `json:"id"`
	Value       Opt[string] `json:"value"`
	DisplayName Opt[string] `json:"displayName"`
}

// PermissionScope is a delegated permission that an API defines.
type PermissionScope struct {
	ID    ID          `json:"id"`
	Value Opt[string] `json:"value"`
}

// DirectoryObject is a user, group or service principal that is a sponsor, an
// owner or a holder of a directory role. An id without a row is unknown; a row
// with deletedDateTime no longer resolves.
type DirectoryObject struct {
	Origin            `json:"-"`
	ID                ID          `json:"id"`
	ODataType         Opt[string] `json:"@odata.type"` // #microsoft.graph.user, group, servicePrincipal
	DisplayName       Opt[string] `json:"displayName"`
	UserPrincipalName Opt[string] `json:"userPrincipalName"`
	AccountEnabled    Opt[bool]   `json:"accountEnabled"`
	UserType          Opt[string] `json:"userType"` // Member, Guest
	DeletedDateTime   Time        `json:"deletedDateTime"`
	MembersCount      Opt[int64]  `json:"members@odata.count"` // direct members of a group
}

// OAuth2PermissionGrant is a delegated grant: the client may call the resource
// for one principal, or for all of them.
type OAuth2PermissionGrant struct {
	Origin
	ID          Opt[string]
	ClientID    ID // service principal that may act
	ResourceID  ID // service principal of the API
	PrincipalID ID // the user, when ConsentType is Principal
	ConsentType Opt[string]
	Scope       Opt[string] // space separated; may begin with a space
}

func (g *OAuth2PermissionGrant) ResourceType() ResourceType { return TypeOAuth2PermissionGrant }
func (g *OAuth2PermissionGrant) ObjectID() string           { return g.ID.Or("") }
func (g *OAuth2PermissionGrant) ResourceName() string       { return g.Scope.Or("") }

// Activity is always Active.
func (g *OAuth2PermissionGrant) Activity() Activity { return Active }

// AppRoleAssignment is an application permission that a principal holds on an
// API. AppRoleID is all zero for default access, which grants no role.
type AppRoleAssignment struct {
	Origin
	ID              Opt[string]
	AppRoleID       ID
	PrincipalID     ID
	ResourceID      ID
	CreatedDateTime Time
}

// GroupMembership is the transitive memberships of one agent or agent user.
type GroupMembership struct {
	Origin
	ID                 ID
	TransitiveMemberOf Relation[MemberOf]
}

// MemberOf is a group, or a directory role, of which an object is a member.
type MemberOf struct {
	ID          ID
	ODataType   Opt[string]
	DisplayName Opt[string]
	// RoleTemplateID is set on directory roles.
	RoleTemplateID ID
}

// RoleDefinition is a directory role.
type RoleDefinition struct {
	Origin       `json:"-"`
	ID           ID          `json:"id"`
	TemplateID   ID          `json:"templateId"`
	DisplayName  Opt[string] `json:"displayName"`
	IsBuiltIn    Opt[bool]   `json:"isBuiltIn"`
	IsPrivileged Opt[bool]   `json:"isPrivileged"`
}

// RoleAssignment is an active assignment of a directory role.
type RoleAssignment struct {
	Origin           `json:"-"`
	ID               Opt[string] `json:"id"`
	RoleDefinitionID ID          `json:"roleDefinitionId"`
	PrincipalID      ID          `json:"principalId"`
	DirectoryScopeID Opt[string] `json:"directoryScopeId"`
}

// RoleScheduleInstance is an active or eligible role of privileged identity
// management; EndDateTime null is permanent.
type RoleScheduleInstance struct {
	Origin           `json:"-"`
	ID               Opt[string] `json:"id"`
	RoleDefinitionID ID          `json:"roleDefinitionId"`
	PrincipalID      ID          `json:"principalId"`
	DirectoryScopeID Opt[string] `json:"directoryScopeId"`
	AssignmentType   Opt[string] `json:"assignmentType"` // Assigned, Activated
	MemberType       Opt[string] `json:"memberType"`     // Direct, Group, Inherited
	StartDateTime    Time        `json:"startDateTime"`
	EndDateTime      Time        `json:"endDateTime"`
	// RoleAssignmentOriginID links an active instance to its roleAssignments row.
	RoleAssignmentOriginID Opt[string] `json:"roleAssignmentOriginId"`
}

// AgentInstance is an entry of the agent registry (beta, being retired).
type AgentInstance struct {
	Origin          `json:"-"`
	ID              ID          `json:"id"`
	DisplayName     Opt[string] `json:"displayName"`
	AgentIdentityID Opt[ID]     `json:"agentIdentityId"`
	AgentUserID     Opt[ID]     `json:"agentUserId"`
}

func (i *AgentInstance) ResourceType() ResourceType { return TypeAgentInstance }
func (i *AgentInstance) ObjectID() string           { return i.ID.String() }
func (i *AgentInstance) ResourceName() string       { return i.DisplayName.Or("") }

// Activity is always Active.
func (i *AgentInstance) Activity() Activity { return Active }
