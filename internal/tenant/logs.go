package tenant

// SignIn is one sign-in of an agent identity, an agent user or a blueprint.
type SignIn struct {
	Origin
	*SignInTraits
	other              *signInIDs
	ServicePrincipalID ID // the agent identity, or the blueprint principal
	CreatedDateTime    Time
	ErrorCode          Opt[int64] // 0 is success
}

// SignInTraits are what many sign-ins have in common; equal ones are held once,
// so they are never changed. No sign-in of a snapshot is without.
type SignInTraits struct {
	ParentAppID          ID     // blueprint appId of the client
	AgentType            string // agenticApp, agenticAppInstance, …; "" not returned
	AgentSubjectType     string
	ClientCredentialType string
}

// signInIDs are ids that most sign-ins have not, or have twice: an agent
// identity's appId is its object id.
type signInIDs struct {
	appID, userID, agentSubjectParentID ID
}

// AppID is the appId of the client.
func (s *SignIn) AppID() ID {
	if s.other == nil {
		return s.ServicePrincipalID
	}
	return s.other.appID
}

// UserID is the object id of the user who signed in, if one did.
func (s *SignIn) UserID() ID {
	if s.other == nil {
		return ID{}
	}
	return s.other.userID
}

// AgentSubjectParentID is, of an agent user's sign-in, its agent identity.
func (s *SignIn) AgentSubjectParentID() ID {
	if s.other == nil {
		return ID{}
	}
	return s.other.agentSubjectParentID
}

// DirectoryAudit is one change in the directory.
type DirectoryAudit struct {
	Origin
	ActivityDateTime    Time
	Result              string // success, failure, …; "" not returned
	ActivityDisplayName string
	InitiatedByAppID    ID // service principal or app that made the change
	InitiatedByUserID   ID
	Targets             []AuditTarget
	// TargetsRead is false when targetResources was not returned.
	TargetsRead bool
}

// AuditTarget is an object that a change touched. Enabled is what the change
// made of its accountEnabled, when it touched it.
type AuditTarget struct {
	ID      ID
	Enabled EnabledChange
}

// EnabledChange is the AccountEnabled member of modifiedProperties.
type EnabledChange uint8

// A change that is not about accountEnabled is EnabledUntouched; one whose
// values do not say from what to what is EnabledUnclear.
const (
	EnabledUntouched EnabledChange = iota
	EnabledUnclear
	EnabledToFalse
	EnabledToTrue
	// EnabledUnread: modifiedProperties was not returned.
	EnabledUnread
)

// DiagnosticSetting is an export of Entra's logs (Azure).
type DiagnosticSetting struct {
	Origin     `json:"-"`
	ID         Opt[string]                      `json:"id"`
	Name       Opt[string]                      `json:"name"`
	Properties Opt[DiagnosticSettingProperties] `json:"properties"`
}

// DiagnosticSettingProperties is where logs go and which.
type DiagnosticSettingProperties struct {
	WorkspaceID                 Opt[string]           `json:"workspaceId"`
	StorageAccountID            Opt[string]           `json:"storageAccountId"`
	EventHubAuthorizationRuleID Opt[string]           `json:"eventHubAuthorizationRuleId"`
	EventHubName                Opt[string]           `json:"eventHubName"`
	ServiceBusRuleID            Opt[string]           `json:"serviceBusRuleId"`
	MarketplacePartnerID        Opt[string]           `json:"marketplacePartnerId"`
	Logs                        Relation[LogSettings] `json:"logs"`
}

// LogSettings is one category of a diagnostic setting.
type LogSettings struct {
	Category      Opt[string] `json:"category"`
	CategoryGroup Opt[string] `json:"categoryGroup"`
	Enabled       Opt[bool]   `json:"enabled"`
}

// LogAnalyticsWorkspace is a workspace that receives logs (Azure).
type LogAnalyticsWorkspace struct {
	Origin     `json:"-"`
	ID         Opt[string]              `json:"id"`
	Name       Opt[string]              `json:"name"`
	Properties Opt[WorkspaceProperties] `json:"properties"`
}

// WorkspaceProperties holds the retention in days.
type WorkspaceProperties struct {
	RetentionInDays Opt[int64] `json:"retentionInDays"`
}

// KillSwitchDrill is a record of a drill that was proven from the logs.
type KillSwitchDrill struct {
	Origin              `json:"-"`
	ID                  Opt[string] `json:"id"`
	TargetID            ID          `json:"targetId"`
	DisabledDateTime    Time        `json:"disabledDateTime"`
	EnabledDateTime     Time        `json:"enabledDateTime"`
	DeniedAttempts      Opt[int64]  `json:"deniedAttempts"`
	SuccessesAfterGrace Opt[int64]  `json:"successesAfterGrace"`
	VerifiedDateTime    Time        `json:"verifiedDateTime"`
}
