package tenant

import "github.com/go-json-experiment/json/jsontext"

// ConditionalAccessPolicy is a Conditional Access policy as beta returns it.
type ConditionalAccessPolicy struct {
	Origin          `json:"-"`
	ID              ID                                 `json:"id"`
	DisplayName     Opt[string]                        `json:"displayName"`
	State           Opt[string]                        `json:"state"` // enabled, disabled, enabledForReportingButNotEnforced
	Conditions      Opt[ConditionalAccessConditionSet] `json:"conditions"`
	GrantControls   Opt[GrantControls]                 `json:"grantControls"`
	SessionControls Opt[SessionControls]               `json:"sessionControls"`
}

func (p *ConditionalAccessPolicy) ResourceType() ResourceType { return TypeConditionalAccessPolicy }
func (p *ConditionalAccessPolicy) ObjectID() string           { return p.ID.String() }
func (p *ConditionalAccessPolicy) ResourceName() string       { return p.DisplayName.Or("") }

// Activity is always Active: rules read the policy's state themselves.
func (p *ConditionalAccessPolicy) Activity() Activity { return Active }

// ConditionalAccessConditionSet is whom and when a policy applies to.
type ConditionalAccessConditionSet struct {
	Applications               Opt[ConditionalAccessApplications]       `json:"applications"`
	Users                      Opt[ConditionalAccessUsers]              `json:"users"`
	ClientApplications         Opt[ConditionalAccessClientApplications] `json:"clientApplications"`
	Locations                  Opt[ConditionalAccessLocations]          `json:"locations"`
	ClientAppTypes             Relation[string]                         `json:"clientAppTypes"`
	UserRiskLevels             Relation[string]                         `json:"userRiskLevels"`
	SignInRiskLevels           Relation[string]                         `json:"signInRiskLevels"`
	ServicePrincipalRiskLevels Relation[string]                         `json:"servicePrincipalRiskLevels"`
	// AgentIDRiskLevels arrives as a comma-separated string or as an array.
	AgentIDRiskLevels Levels `json:"agentIdRiskLevels"`
	// Present reports, for conditions that no rule reads, that they are set:
	// platforms, devices, authenticationFlows, insiderRiskLevels.
	Platforms           Opt[Anything] `json:"platforms"`
	Devices             Opt[Anything] `json:"devices"`
	AuthenticationFlows Opt[Anything] `json:"authenticationFlows"`
	InsiderRiskLevels   Opt[Anything] `json:"insiderRiskLevels"`
	// Agents is a newer way to name agent users, which no rule can read yet.
	Agents Opt[Anything] `json:"agents"`
	// Others names the conditions that are set and not known here: each narrows
	// the policy in a way that cannot be told.
	Others []string `json:"-"`
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (c *ConditionalAccessConditionSet) UnmarshalJSONFrom(d *jsontext.Decoder) (err error) {
	type plain ConditionalAccessConditionSet
	c.Others, err = unmarshalRest(d, (*plain)(c))
	return err
}

// ConditionalAccessApplications is the resources of a policy.
type ConditionalAccessApplications struct {
	IncludeApplications Relation[string] `json:"includeApplications"`
	ExcludeApplications Relation[string] `json:"excludeApplications"`
	IncludeUserActions  Relation[string] `json:"includeUserActions"`
	// IncludeAuthenticationContextClassReferences narrows the policy to step-up.
	IncludeAuthenticationContextClassReferences Relation[string]             `json:"includeAuthenticationContextClassReferences"`
	ApplicationFilter                           Opt[ConditionalAccessFilter] `json:"applicationFilter"`
}

// ConditionalAccessUsers is the users of a policy.
type ConditionalAccessUsers struct {
	IncludeUsers  Relation[string] `json:"includeUsers"`
	ExcludeUsers  Relation[string] `json:"excludeUsers"`
	IncludeGroups Relation[string] `json:"includeGroups"`
	ExcludeGroups Relation[string] `json:"excludeGroups"`
	IncludeRoles  Relation[string] `json:"includeRoles"`
	ExcludeRoles  Relation[string] `json:"excludeRoles"`
	// IncludeGuestsOrExternalUsers names kinds of guests.
	IncludeGuestsOrExternalUsers Opt[Anything] `json:"includeGuestsOrExternalUsers"`
}

// ConditionalAccessClientApplications is the workload and agent identities of a
// policy. Its agent members exist in beta only, and Graph leaves
// ExcludeAgentIDServicePrincipals and AgentIDServicePrincipalFilter out when
// they are empty.
type ConditionalAccessClientApplications struct {
	IncludeServicePrincipals        Relation[string]             `json:"includeServicePrincipals"`
	ExcludeServicePrincipals        Relation[string]             `json:"excludeServicePrincipals"`
	IncludeAgentIDServicePrincipals Relation[string]             `json:"includeAgentIdServicePrincipals"`
	ExcludeAgentIDServicePrincipals Relation[string]             `json:"excludeAgentIdServicePrincipals"`
	AgentIDServicePrincipalFilter   Opt[ConditionalAccessFilter] `json:"agentIdServicePrincipalFilter"`
	ServicePrincipalFilter          Opt[ConditionalAccessFilter] `json:"servicePrincipalFilter"`
	// Others names the members that are set and not known here.
	Others []string `json:"-"`
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (c *ConditionalAccessClientApplications) UnmarshalJSONFrom(d *jsontext.Decoder) (err error) {
	type plain ConditionalAccessClientApplications
	c.Others, err = unmarshalRest(d, (*plain)(c))
	return err
}

// ConditionalAccessFilter is a rule over custom security attributes.
type ConditionalAccessFilter struct {
	Mode Opt[string] `json:"mode"` // include, exclude
	Rule Opt[string] `json:"rule"`
}

// ConditionalAccessLocations is the network condition of a policy.
type ConditionalAccessLocations struct {
	IncludeLocations Relation[string] `json:"includeLocations"`
	ExcludeLocations Relation[string] `json:"excludeLocations"`
}

// GrantControls is what a policy demands before it lets a sign-in through.
type GrantControls struct {
	Operator                    Opt[string]      `json:"operator"`
	BuiltInControls             Relation[string] `json:"builtInControls"`
	CustomAuthenticationFactors Relation[string] `json:"customAuthenticationFactors"`
	TermsOfUse                  Relation[string] `json:"termsOfUse"`
	AuthenticationStrength      Opt[Anything]    `json:"authenticationStrength"`
}

// SessionControls is what a policy does to the session.
type SessionControls struct {
	DisableResilienceDefaults          Opt[bool]                                     `json:"disableResilienceDefaults"`
	ContinuousAccessEvaluation         Opt[ContinuousAccessEvaluationSessionControl] `json:"continuousAccessEvaluation"`
	SignInFrequency                    Opt[Anything]                                 `json:"signInFrequency"`
	PersistentBrowser                  Opt[Anything]                                 `json:"persistentBrowser"`
	CloudAppSecurity                   Opt[Anything]                                 `json:"cloudAppSecurity"`
	SecureSignInSession                Opt[Anything]                                 `json:"secureSignInSession"`
	ApplicationEnforcedRestrictions    Opt[Anything]                                 `json:"applicationEnforcedRestrictions"`
	GlobalSecureAccessFilteringProfile Opt[Anything]                                 `json:"globalSecureAccessFilteringProfile"`
}

// ContinuousAccessEvaluationSessionControl exists in beta only.
type ContinuousAccessEvaluationSessionControl struct {
	Mode Opt[string] `json:"mode"` // strictEnforcement, disabled, strictLocation
}

// NamedLocation is an IP or country location.
type NamedLocation struct {
	Origin      `json:"-"`
	ID          ID                `json:"id"`
	ODataType   Opt[string]       `json:"@odata.type"`
	DisplayName Opt[string]       `json:"displayName"`
	IsTrusted   Opt[bool]         `json:"isTrusted"`
	IPRanges    Relation[IPRange] `json:"ipRanges"`
}

func (l *NamedLocation) ResourceType() ResourceType { return TypeNamedLocation }
func (l *NamedLocation) ObjectID() string           { return l.ID.String() }
func (l *NamedLocation) ResourceName() string       { return l.DisplayName.Or("") }

// Activity is always Active.
func (l *NamedLocation) Activity() Activity { return Active }

// IPRange is an IPv4 or IPv6 range in CIDR form.
type IPRange struct {
	CidrAddress Opt[string] `json:"cidrAddress"`
}

// SecurityDefaults is the identitySecurityDefaultsEnforcementPolicy.
type SecurityDefaults struct {
	Origin    `json:"-"`
	IsEnabled Opt[bool] `json:"isEnabled"`
}

// ContinuousAccessEvaluationPolicy is the tenant-wide policy (beta).
type ContinuousAccessEvaluationPolicy struct {
	Origin    `json:"-"`
	IsEnabled Opt[bool] `json:"isEnabled"`
	Migrate   Opt[bool] `json:"migrate"`
}

// RiskyAgent is the risk of an agent identity, blueprint principal or agent user.
type RiskyAgent struct {
	Origin                   `json:"-"`
	ID                       ID          `json:"id"`
	ODataType                Opt[string] `json:"@odata.type"`
	AgentDisplayName         Opt[string] `json:"agentDisplayName"`
	IdentityType             Opt[string] `json:"identityType"`
	BlueprintID              ID          `json:"blueprintId"`
	IsEnabled                Opt[bool]   `json:"isEnabled"`
	IsDeleted                Opt[bool]   `json:"isDeleted"`
	RiskLevel                Opt[string] `json:"riskLevel"`
	RiskState                Opt[string] `json:"riskState"`
	RiskDetail               Opt[string] `json:"riskDetail"`
	RiskLastModifiedDateTime Time        `json:"riskLastModifiedDateTime"`
}

// AgentRiskDetection is one event that raised an agent's risk.
type AgentRiskDetection struct {
	Origin               `json:"-"`
	ID                   Opt[string] `json:"id"`
	IdentityID           ID          `json:"identityId"`
	AgentID              ID          `json:"agentId"` // deprecated name of identityId
	RiskEventType        Opt[string] `json:"riskEventType"`
	RiskLevel            Opt[string] `json:"riskLevel"`
	RiskState            Opt[string] `json:"riskState"`
	DetectedDateTime     Time        `json:"detectedDateTime"`
	LastModifiedDateTime Time        `json:"lastModifiedDateTime"`
}

// RiskyServicePrincipal is the risk of an ordinary service principal.
type RiskyServicePrincipal struct {
	Origin                  `json:"-"`
	ID                      ID          `json:"id"`
	AppID                   ID          `json:"appId"`
	DisplayName             Opt[string] `json:"displayName"`
	IsEnabled               Opt[bool]   `json:"isEnabled"`
	RiskLevel               Opt[string] `json:"riskLevel"`
	RiskState               Opt[string] `json:"riskState"`
	RiskLastUpdatedDateTime Time        `json:"riskLastUpdatedDateTime"`
}
