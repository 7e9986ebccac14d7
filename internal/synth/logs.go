package synth

import "time"

// SignIn is one sign-in. With UserID it is an agent user's; with Blueprint it
// is a blueprint's own; otherwise an agent identity's.
type SignIn struct {
	ID                                  string
	CreatedDateTime                     time.Time
	AgentID, AgentName, BlueprintAppID  string // of a blueprint's own: its principal and name
	Blueprint                           bool
	UserID, UserName, UserPrincipalName string
	Credential                          string // federatedIdentityCredential when empty
	FederatedCredentialID, KeyID        string
	ErrorCode                           int
	FailureReason                       string
	ResourceAppID, ResourceName         string
	ResourceID, TenantID                string
	IPAddress, City, Country            string
	BlockedByPolicyID, BlockedByPolicy  string
}

func (s *SignIn) write(w *writer) {
	w.open()
	w.str("id", s.ID)
	w.date("createdDateTime", s.CreatedDateTime)
	s.writeSubject(w)
	w.str("ipAddress", s.IPAddress)
	w.str("clientAppUsed", "")
	w.null("userAgent")
	w.str("correlationId", GUID("correlation", s.ID))
	s.writePolicies(w)
	w.boolean("isInteractive", false)
	w.str("tokenIssuerType", "AzureAD")
	w.number("processingTimeInMilliseconds", 0)
	w.str("riskDetail", "none")
	w.str("riskLevelAggregated", "none")
	w.str("riskLevelDuringSignIn", "none")
	w.str("riskState", "none")
	w.empty("riskEventTypes_v2")
	w.str("resourceDisplayName", s.ResourceName)
	w.str("resourceId", s.ResourceAppID)
	w.str("resourceTenantId", s.TenantID)
	w.text("resourceServicePrincipalId", s.ResourceID)
	w.str("uniqueTokenIdentifier", opaqueID("token", s.ID)[:22])
	s.writeCredential(w)
	w.str("crossTenantAccessType", "none")
	s.writeStatus(w)
	w.object("location")
	w.str("city", s.City)
	w.text("state", "")
	w.str("countryOrRegion", s.Country)
	w.close()
	s.writeAgent(w)
	w.close()
}

func (s *SignIn) writeSubject(w *writer) {
	if s.UserID != "" {
		w.str("userDisplayName", s.UserName)
		w.str("userPrincipalName", s.UserPrincipalName)
		w.str("userId", s.UserID)
		w.str("appId", s.AgentID)
		w.str("appDisplayName", s.AgentName)
		w.str("servicePrincipalId", "")
		w.null("servicePrincipalName")
		w.strs("signInEventTypes", []string{"nonInteractiveUser"})
		return
	}
	w.null("userDisplayName", "userPrincipalName")
	w.str("userId", "")
	if s.Blueprint {
		w.str("appId", s.BlueprintAppID)
	} else {
		w.str("appId", s.AgentID)
	}
	w.null("appDisplayName")
	w.str("servicePrincipalId", s.AgentID)
	w.str("servicePrincipalName", s.AgentName)
	w.strs("signInEventTypes", []string{"servicePrincipal"})
}

func (s *SignIn) writePolicies(w *writer) {
	if s.BlockedByPolicyID == "" {
		w.str("conditionalAccessStatus", "notApplied")
		w.empty("appliedConditionalAccessPolicies")
		return
	}
	w.str("conditionalAccessStatus", "failure")
	w.list("appliedConditionalAccessPolicies")
	w.open()
	w.str("id", s.BlockedByPolicyID)
	w.str("displayName", s.BlockedByPolicy)
	w.strs("enforcedGrantControls", []string{"Block"})
	w.empty("enforcedSessionControls")
	w.str("result", "failure")
	w.close()
	w.closeList()
}

func (s *SignIn) writeCredential(w *writer) {
	w.str("clientCredentialType", orElse(s.Credential, "federatedIdentityCredential"))
	w.text("federatedCredentialId", s.FederatedCredentialID)
	w.text("servicePrincipalCredentialKeyId", s.KeyID)
	w.null("servicePrincipalCredentialThumbprint")
}

func (s *SignIn) writeStatus(w *writer) {
	w.object("status")
	w.number("errorCode", s.ErrorCode)
	w.str("failureReason", orElse(s.FailureReason, "Other."))
	w.null("additionalDetails")
	w.close()
}

func (s *SignIn) writeAgent(w *writer) {
	w.object("agent")
	switch {
	case s.Blueprint:
		w.str("agentType", "agenticApp")
		w.str("agentSubjectType", "notAgentic")
		w.null("agentSubjectParentId", "parentAppId")
	case s.UserID != "":
		w.str("agentType", "agenticAppInstance")
		w.str("agentSubjectType", "agentIDuser")
		w.str("agentSubjectParentId", s.AgentID)
		w.str("parentAppId", s.BlueprintAppID)
	default:
		w.str("agentType", "agenticAppInstance")
		w.str("agentSubjectType", "notAgentic")
		w.null("agentSubjectParentId")
		w.str("parentAppId", s.BlueprintAppID)
	}
	w.close()
}

// DirectoryAudit is one change in the directory, made by a user or by an app.
type DirectoryAudit struct {
	ID                               string
	ActivityDateTime                 time.Time
	Activity, Category, Operation    string
	Failed                           bool
	UserID, UserPrincipalName        string
	AppID, AppName, AppPrincipalID   string
	TargetID, TargetName, TargetType string
	Property, OldValue, NewValue     string // of modifiedProperties; none when Property is empty
	LoggedByService                  string
}

func (a *DirectoryAudit) write(w *writer) {
	w.open()
	w.str("id", a.ID)
	w.str("category", orElse(a.Category, "ApplicationManagement"))
	w.str("correlationId", GUID("correlation", a.ID))
	if a.Failed {
		w.str("result", "failure")
	} else {
		w.str("result", "success")
	}
	w.str("resultReason", "")
	w.str("activityDisplayName", a.Activity)
	w.date("activityDateTime", a.ActivityDateTime)
	w.str("loggedByService", orElse(a.LoggedByService, "Core Directory"))
	w.str("operationType", orElse(a.Operation, "Update"))
	a.writeInitiator(w)
	w.list("targetResources")
	w.open()
	w.str("id", a.TargetID)
	w.text("displayName", a.TargetName)
	w.str("type", orElse(a.TargetType, "ServicePrincipal"))
	w.null("userPrincipalName", "groupType")
	w.list("modifiedProperties")
	if a.Property != "" {
		w.open()
		w.str("displayName", a.Property)
		w.text("oldValue", a.OldValue)
		w.text("newValue", a.NewValue)
		w.close()
	}
	w.closeList()
	w.close()
	w.closeList()
	w.empty("additionalDetails")
	w.close()
}

func (a *DirectoryAudit) writeInitiator(w *writer) {
	w.object("initiatedBy")
	if a.UserID != "" {
		w.null("app")
		w.object("user")
		w.str("id", a.UserID)
		w.null("displayName")
		w.str("userPrincipalName", a.UserPrincipalName)
		w.str("ipAddress", "198.51.100.20")
		w.null("userType", "homeTenantId", "homeTenantName")
		w.close()
	} else {
		w.object("app")
		w.text("appId", a.AppID)
		w.text("displayName", a.AppName)
		w.text("servicePrincipalId", a.AppPrincipalID)
		w.null("servicePrincipalName")
		w.close()
		w.null("user")
	}
	w.close()
}

// DiagnosticSetting is an export of Entra's logs.
type DiagnosticSetting struct {
	Name, WorkspaceID, StorageAccountID string
	Enabled, Disabled                   []string // categories
}

func (d *DiagnosticSetting) write(w *writer) {
	w.open()
	w.str("id", "/providers/microsoft.aadiam/diagnosticSettings/"+d.Name)
	w.null("type")
	w.str("name", d.Name)
	w.null("location", "kind", "tags")
	w.object("properties")
	w.text("storageAccountId", d.StorageAccountID)
	w.null("serviceBusRuleId")
	w.text("workspaceId", d.WorkspaceID)
	w.null("eventHubAuthorizationRuleId", "eventHubName")
	w.list("logs")
	writeCategories(w, d.Enabled, true)
	writeCategories(w, d.Disabled, false)
	w.closeList()
	w.close()
	w.null("identity")
	w.close()
}

func writeCategories(w *writer, categories []string, enabled bool) {
	for _, category := range categories {
		w.open()
		w.str("category", category)
		w.boolean("enabled", enabled)
		w.object("retentionPolicy")
		w.number("days", 0)
		w.boolean("enabled", false)
		w.close()
		w.close()
	}
}

// LogAnalyticsWorkspace is a workspace that receives logs.
type LogAnalyticsWorkspace struct {
	ID, Name, Location string
	RetentionInDays    int
}

func (l *LogAnalyticsWorkspace) write(w *writer) {
	w.open()
	w.str("id", l.ID)
	w.str("name", l.Name)
	w.str("type", "Microsoft.OperationalInsights/workspaces")
	w.str("location", l.Location)
	w.object("properties")
	w.str("customerId", GUID("workspace", l.ID))
	w.str("provisioningState", "Succeeded")
	w.object("sku")
	w.str("name", "PerGB2018")
	w.close()
	w.number("retentionInDays", l.RetentionInDays)
	w.str("publicNetworkAccessForIngestion", "Enabled")
	w.str("publicNetworkAccessForQuery", "Enabled")
	w.close()
	w.close()
}

// KillSwitchDrill is a record of a drill that was proven from the logs.
type KillSwitchDrill struct {
	ID, TargetID                string
	Disabled, Enabled, Verified time.Time
	Denied, Successes           int
}

func (d *KillSwitchDrill) write(w *writer) {
	w.open()
	w.str("id", d.ID)
	w.str("targetId", d.TargetID)
	w.date("disabledDateTime", d.Disabled)
	w.date("enabledDateTime", d.Enabled)
	w.number("deniedAttempts", d.Denied)
	w.number("successesAfterGrace", d.Successes)
	w.date("verifiedDateTime", d.Verified)
	w.object("tool")
	w.str("name", "ztagent")
	w.str("version", "0.1.0")
	w.close()
	w.close()
}
