package tenant

// AgentIdentity is a service principal of type microsoft.graph.agentIdentity.
type AgentIdentity struct {
	Origin
	*AgentTraits
	ID              ID
	DisplayName     Opt[string]
	CreatedDateTime Time
	Sponsors        Relation[PersonRef]
	Owners          Relation[PersonRef]
	// Inherited is nil unless the snapshot holds Graph's own inherited
	// navigations (beta), which need a request for each agent.
	Inherited *InheritedGrants
}

// AgentTraits are what many agents have in common; equal ones are held once, so
// they are never changed. No agent of a snapshot is without.
type AgentTraits struct {
	AgentIdentityBlueprintID  ID // the blueprint's appId; zero when not returned
	CreatedByAppID            ID
	DisabledByMicrosoftStatus Opt[string]
	AccountEnabled            Opt[bool]
	CustomSecurityAttributes  Opt[*Attributes] // Some(nil) never occurs; null is "never assigned"
}

// InheritedGrants is what Graph itself says an agent inherits.
type InheritedGrants struct {
	AppRoleAssignments     Relation[InheritedAssignment]
	OAuth2PermissionGrants Relation[InheritedGrant]
}

// InheritedAssignment is an application permission that an agent inherits.
type InheritedAssignment struct {
	AppRoleID  ID `json:"appRoleId"`
	ResourceID ID `json:"resourceId"`
}

// InheritedGrant is a delegated grant that an agent inherits.
type InheritedGrant struct {
	ResourceID ID          `json:"resourceId"`
	Scope      Opt[string] `json:"scope"`
}

func (a *AgentIdentity) ResourceType() ResourceType { return TypeAgentIdentity }
func (a *AgentIdentity) ObjectID() string           { return a.ID.String() }
func (a *AgentIdentity) ResourceName() string       { return a.DisplayName.Or("") }

// Activity reports whether the agent is active (docs/verdicts.md, "Words").
func (a *AgentIdentity) Activity() Activity {
	return accountActivity(a.AccountEnabled, a.DisabledByMicrosoftStatus)
}

// AgentIdentityBlueprint is an application of type
// microsoft.graph.agentIdentityBlueprint, homed in this tenant.
type AgentIdentityBlueprint struct {
	Origin                       `json:"-"`
	ID                           ID                                    `json:"id"`
	AppID                        ID                                    `json:"appId"`
	DisplayName                  Opt[string]                           `json:"displayName"`
	Description                  Opt[string]                           `json:"description"`
	CreatedByAppID               ID                                    `json:"createdByAppId"`
	CreatedDateTime              Time                                  `json:"createdDateTime"`
	DisabledByMicrosoftStatus    Opt[string]                           `json:"disabledByMicrosoftStatus"`
	SignInAudience               Opt[string]                           `json:"signInAudience"`
	PasswordCredentials          Relation[PasswordCredential]          `json:"passwordCredentials"`
	KeyCredentials               Relation[KeyCredential]               `json:"keyCredentials"`
	RequiredResourceAccess       Relation[RequiredResourceAccess]      `json:"requiredResourceAccess"`
	Web                          Opt[RedirectURIs]                     `json:"web"`
	Spa                          Opt[RedirectURIs]                     `json:"spa"`
	PublicClient                 Opt[RedirectURIs]                     `json:"publicClient"`
	FederatedIdentityCredentials Relation[FederatedIdentityCredential] `json:"federatedIdentityCredentials"`
	InheritablePermissions       Relation[InheritablePermission]       `json:"inheritablePermissions"`
	Sponsors                     Relation[PersonRef]                   `json:"sponsors"`
	Owners                       Relation[PersonRef]                   `json:"owners"`

	FederatedIdentityCredentialsNextLink Opt[string] `json:"federatedIdentityCredentials@odata.nextLink"`
	InheritablePermissionsNextLink       Opt[string] `json:"inheritablePermissions@odata.nextLink"`
	SponsorsNextLink                     Opt[string] `json:"sponsors@odata.nextLink"`
	OwnersNextLink                       Opt[string] `json:"owners@odata.nextLink"`
}

func (b *AgentIdentityBlueprint) ResourceType() ResourceType { return TypeAgentIdentityBlueprint }
func (b *AgentIdentityBlueprint) ObjectID() string           { return b.ID.String() }
func (b *AgentIdentityBlueprint) ResourceName() string       { return b.DisplayName.Or("") }

// Activity is always Active: a blueprint is judged whether or not Microsoft
// disabled it, for its credentials stay on it.
func (b *AgentIdentityBlueprint) Activity() Activity { return Active }

// PasswordCredential is a client secret; its value is never in a snapshot.
type PasswordCredential struct {
	KeyID         ID          `json:"keyId"`
	DisplayName   Opt[string] `json:"displayName"`
	StartDateTime Time        `json:"startDateTime"`
	EndDateTime   Time        `json:"endDateTime"`
}

// KeyCredential is a certificate, or a symmetric key (Type "Symmetric").
type KeyCredential struct {
	KeyID               ID          `json:"keyId"`
	Type                Opt[string] `json:"type"`
	Usage               Opt[string] `json:"usage"`
	DisplayName         Opt[string] `json:"displayName"`
	CustomKeyIdentifier Opt[string] `json:"customKeyIdentifier"` // thumbprint, base64 or hex as exported
	Key                 Opt[string] `json:"key"`                 // public key, base64; null unless selected
	StartDateTime       Time        `json:"startDateTime"`
	EndDateTime         Time        `json:"endDateTime"`
}

// RequiredResourceAccess is what a blueprint declares that it needs of one API.
type RequiredResourceAccess struct {
	ResourceAppID  ID                       `json:"resourceAppId"`
	ResourceAccess Relation[ResourceAccess] `json:"resourceAccess"`
}

// ResourceAccess is one declared permission; Type is "Scope" or "Role".
type ResourceAccess struct {
	ID   ID          `json:"id"`
	Type Opt[string] `json:"type"`
}

// RedirectURIs is the part of an application's web, spa or publicClient
// settings that is read.
type RedirectURIs struct {
	RedirectURIs Relation[string] `json:"redirectUris"`
}

// FederatedIdentityCredential lets an outside workload sign in as the blueprint.
type FederatedIdentityCredential struct {
	ID                       ID                               `json:"id"`
	Name                     Opt[string]                      `json:"name"`
	Issuer                   Opt[string]                      `json:"issuer"`
	Subject                  Opt[string]                      `json:"subject"`
	Audiences                Relation[string]                 `json:"audiences"`
	ClaimsMatchingExpression Opt[FederatedIdentityExpression] `json:"claimsMatchingExpression"`
}

// FederatedIdentityExpression matches claims instead of one subject; beta only.
type FederatedIdentityExpression struct {
	Value           Opt[string] `json:"value"`
	LanguageVersion Opt[int64]  `json:"languageVersion"`
}

// InheritablePermission says what agents inherit, of one API, from the grants
// of their blueprint principal.
type InheritablePermission struct {
	ResourceAppID     ID                  `json:"resourceAppId"`
	InheritableScopes Opt[InheritableSet] `json:"inheritableScopes"`
	InheritableRoles  Opt[InheritableSet] `json:"inheritableRoles"`
}

// InheritableSet is a set of scopes or roles: Kind (or the OData type) tells
// allAllowed, enumerated or none; Scopes and Roles list an enumerated one.
type InheritableSet struct {
	ODataType Opt[string]      `json:"@odata.type"`
	Kind      Opt[string]      `json:"kind"`
	Scopes    Relation[string] `json:"scopes"`
	Roles     Relation[string] `json:"roles"`
}

// AgentIdentityBlueprintPrincipal is the service principal of a blueprint here.
type AgentIdentityBlueprintPrincipal struct {
	Origin                    `json:"-"`
	ID                        ID                     `json:"id"`
	AppID                     ID                     `json:"appId"`
	DisplayName               Opt[string]            `json:"displayName"`
	AppOwnerOrganizationID    ID                     `json:"appOwnerOrganizationId"`
	AccountEnabled            Opt[bool]              `json:"accountEnabled"`
	DisabledByMicrosoftStatus Opt[string]            `json:"disabledByMicrosoftStatus"`
	CreatedDateTime           Time                   `json:"createdDateTime"`
	PublisherName             Opt[string]            `json:"publisherName"`
	VerifiedPublisher         Opt[VerifiedPublisher] `json:"verifiedPublisher"`
	CustomSecurityAttributes  Opt[*Attributes]       `json:"customSecurityAttributes"`
}

func (p *AgentIdentityBlueprintPrincipal) ResourceType() ResourceType {
	return TypeAgentIdentityBlueprintPrincipal
}
func (p *AgentIdentityBlueprintPrincipal) ObjectID() string     { return p.ID.String() }
func (p *AgentIdentityBlueprintPrincipal) ResourceName() string { return p.DisplayName.Or("") }

// Activity reports whether the principal can act or let its agents act.
func (p *AgentIdentityBlueprintPrincipal) Activity() Activity {
	return accountActivity(p.AccountEnabled, p.DisabledByMicrosoftStatus)
}

// VerifiedPublisher has null members when the publisher is not verified.
type VerifiedPublisher struct {
	DisplayName         Opt[string] `json:"displayName"`
	VerifiedPublisherID Opt[string] `json:"verifiedPublisherId"`
}

// AgentUser is a user of type agentUser, the mailbox-bearing side of an agent.
type AgentUser struct {
	Origin            `json:"-"`
	ID                ID          `json:"id"`
	DisplayName       Opt[string] `json:"displayName"`
	UserPrincipalName Opt[string] `json:"userPrincipalName"`
	AccountEnabled    Opt[bool]   `json:"accountEnabled"`
	CreatedDateTime   Time        `json:"createdDateTime"`
	// IdentityParentID is the object id of the agent identity. Absent and null
	// differ: a null parent is an orphan.
	IdentityParentID Opt[ID] `json:"identityParentId"`
	// DisabledByMicrosoftStatus is judged by blueprint-validation only; Graph
	// does not declare it on users, so its absence says nothing.
	DisabledByMicrosoftStatus Opt[string] `json:"disabledByMicrosoftStatus"`
}

func (u *AgentUser) ResourceType() ResourceType { return TypeAgentUser }
func (u *AgentUser) ObjectID() string           { return u.ID.String() }
func (u *AgentUser) ResourceName() string {
	return u.DisplayName.Or(u.UserPrincipalName.Or(""))
}

// Activity reports whether the user can sign in.
func (u *AgentUser) Activity() Activity { return accountActivity(u.AccountEnabled, Null[string]()) }

// ClassicAgent is an ordinary service principal that its tags mark as an AI
// agent, outside Entra Agent ID.
type ClassicAgent struct {
	Origin                    `json:"-"`
	ID                        ID               `json:"id"`
	AppID                     ID               `json:"appId"`
	DisplayName               Opt[string]      `json:"displayName"`
	AppOwnerOrganizationID    ID               `json:"appOwnerOrganizationId"`
	AccountEnabled            Opt[bool]        `json:"accountEnabled"`
	DisabledByMicrosoftStatus Opt[string]      `json:"disabledByMicrosoftStatus"`
	CreatedDateTime           Time             `json:"createdDateTime"`
	ServicePrincipalType      Opt[string]      `json:"servicePrincipalType"`
	Tags                      Relation[string] `json:"tags"`
}

func (c *ClassicAgent) ResourceType() ResourceType { return TypeServicePrincipal }
func (c *ClassicAgent) ObjectID() string           { return c.ID.String() }
func (c *ClassicAgent) ResourceName() string       { return c.DisplayName.Or("") }

// Activity reports whether the service principal can sign in.
func (c *ClassicAgent) Activity() Activity {
	return accountActivity(c.AccountEnabled, c.DisabledByMicrosoftStatus)
}

// ClassicAgentApplication is the application object of a classic agent that is
// homed here; its credentials live on it.
type ClassicAgentApplication struct {
	Origin                       `json:"-"`
	ID                           ID                                    `json:"id"`
	AppID                        ID                                    `json:"appId"`
	DisplayName                  Opt[string]                           `json:"displayName"`
	PasswordCredentials          Relation[PasswordCredential]          `json:"passwordCredentials"`
	KeyCredentials               Relation[KeyCredential]               `json:"keyCredentials"`
	FederatedIdentityCredentials Relation[FederatedIdentityCredential] `json:"federatedIdentityCredentials"`

	FederatedIdentityCredentialsNextLink Opt[string] `json:"federatedIdentityCredentials@odata.nextLink"`
}
