package synth

import "time"

// AccessPackage is a package with what it hands out.
type AccessPackage struct {
	ID, DisplayName string
	Grants          []ResourceRole
}

// ResourceRole is one thing that a package hands out: membership of a group
// (System AadGroup), a permission on an API (AadApplication, RoleID its app
// role) or a directory role (DirectoryRole).
type ResourceRole struct{ System, ResourceID, RoleID, DisplayName string }

func (p *AccessPackage) write(w *writer) {
	w.open()
	w.str("id", p.ID)
	w.str("displayName", p.DisplayName)
	writeAll(w, "resourceRoleScopes", p.Grants)
	w.close()
}

func (r ResourceRole) write(w *writer) {
	role, scope := GUID("role", r.System, r.ResourceID, r.RoleID), GUID("scope", r.System, r.ResourceID)
	origin := r.RoleID
	if r.System == "AadGroup" {
		origin = "Member_" + r.ResourceID
	}
	w.open()
	w.str("id", role+"_"+scope)
	w.date("createdDateTime", Ago(200))
	w.object("role")
	w.str("id", role)
	w.str("displayName", r.DisplayName)
	w.null("description")
	w.str("originSystem", r.System)
	w.str("originId", origin)
	w.close()
	w.object("scope")
	w.str("id", scope)
	w.str("displayName", "Root")
	w.str("description", "Root Scope")
	w.str("originId", r.ResourceID)
	w.str("originSystem", r.System)
	w.boolean("isRootScope", true)
	w.close()
	w.close()
}

// AssignmentPolicy is an access package assignment policy. Duration is ISO
// 8601; empty is no expiration.
type AssignmentPolicy struct {
	ID, DisplayName        string
	TargetScope            string
	SpecificTargets        []string // ids of service principals
	Duration               string
	Reviewed               bool
	PackageID, PackageName string
}

func (p *AssignmentPolicy) write(w *writer) {
	w.open()
	w.str("id", p.ID)
	w.str("displayName", p.DisplayName)
	w.str("allowedTargetScope", p.TargetScope)
	w.list("specificAllowedTargets")
	for _, id := range p.SpecificTargets {
		w.open()
		w.str("@odata.type", "#microsoft.graph.singleServicePrincipal")
		w.str("servicePrincipalId", id)
		w.null("description")
		w.close()
	}
	w.closeList()
	w.object("expiration")
	writeExpiration(w, p.Duration, time.Time{})
	w.close()
	writeRequestors(w)
	p.writeReview(w)
	w.object("accessPackage")
	w.str("id", p.PackageID)
	w.str("displayName", p.PackageName)
	w.close()
	w.close()
}

func writeExpiration(w *writer, duration string, end time.Time) {
	w.date("endDateTime", end)
	w.text("duration", duration)
	switch {
	case !end.IsZero():
		w.str("type", "afterDateTime")
	case duration != "":
		w.str("type", "afterDuration")
	default:
		w.str("type", "noExpiration")
	}
}

func writeRequestors(w *writer) {
	w.object("requestorSettings")
	w.boolean("enableTargetsToSelfAddAccess", true)
	w.boolean("enableTargetsToSelfUpdateAccess", false)
	w.boolean("enableTargetsToSelfRemoveAccess", true)
	w.boolean("allowCustomAssignmentSchedule", true)
	w.boolean("enableOnBehalfRequestorsToAddAccess", true)
	w.boolean("enableOnBehalfRequestorsToUpdateAccess", false)
	w.boolean("enableOnBehalfRequestorsToRemoveAccess", true)
	w.list("onBehalfRequestors")
	w.open()
	w.str("@odata.type", "#microsoft.graph.targetAgentIdentitySponsorsOrOwners")
	w.close()
	w.closeList()
	w.close()
	w.object("requestApprovalSettings")
	w.boolean("isApprovalRequiredForAdd", true)
	w.boolean("isApprovalRequiredForUpdate", false)
	w.boolean("isRequestorJustificationRequired", true)
	w.list("stages")
	w.open()
	w.str("durationBeforeAutomaticDenial", "P14D")
	w.boolean("isApproverJustificationRequired", false)
	w.boolean("isEscalationEnabled", false)
	w.str("durationBeforeEscalation", "PT0S")
	w.list("primaryApprovers")
	w.open()
	w.str("@odata.type", "#microsoft.graph.targetAgentIdentitySponsorsOrOwners")
	w.close()
	w.closeList()
	w.empty("fallbackPrimaryApprovers", "escalationApprovers", "fallbackEscalationApprovers")
	w.close()
	w.closeList()
	w.close()
}

func (p *AssignmentPolicy) writeReview(w *writer) {
	if !p.Reviewed {
		w.null("reviewSettings")
		return
	}
	w.object("reviewSettings")
	w.boolean("isEnabled", true)
	w.str("expirationBehavior", "removeAccess")
	w.boolean("isRecommendationEnabled", true)
	w.boolean("isReviewerJustificationRequired", true)
	w.boolean("isSelfReview", false)
	w.empty("primaryReviewers", "fallbackReviewers")
	w.object("schedule")
	w.date("startDateTime", Ago(180))
	w.object("expiration")
	w.null("endDateTime")
	w.str("duration", "P25D")
	w.str("type", "afterDuration")
	w.close()
	w.null("recurrence")
	w.close()
	w.close()
}

// Assignment is an access package assignment; without End it never expires.
type Assignment struct {
	ID, State, Status                            string
	TargetID, TargetName, TargetType             string
	PackageID, PackageName, PolicyID, PolicyName string
	Start, End, Expired                          time.Time
}

func (a *Assignment) write(w *writer) {
	w.open()
	w.str("id", a.ID)
	w.str("state", orElse(a.State, "delivered"))
	w.str("status", orElse(a.Status, "Delivered"))
	w.date("expiredDateTime", a.Expired)
	w.object("schedule")
	w.date("startDateTime", a.Start)
	w.null("recurrence")
	w.object("expiration")
	writeExpiration(w, "", a.End)
	w.close()
	w.close()
	w.object("target")
	w.str("id", GUID("subject", a.TargetID))
	w.str("objectId", a.TargetID)
	w.str("displayName", a.TargetName)
	w.null("email", "onPremisesSecurityIdentifier")
	w.text("principalName", "")
	w.str("subjectType", orElse(a.TargetType, "servicePrincipal"))
	w.str("subjectLifecycle", "notGoverned")
	w.close()
	w.object("accessPackage")
	w.str("id", a.PackageID)
	w.str("displayName", a.PackageName)
	w.close()
	w.object("assignmentPolicy")
	w.str("id", a.PolicyID)
	w.str("displayName", a.PolicyName)
	w.close()
	w.close()
}

// AccessReviewDefinition is an access review series over one Graph query.
type AccessReviewDefinition struct {
	ID, DisplayName, Status, Query string
}

func (r *AccessReviewDefinition) write(w *writer) {
	w.open()
	w.str("id", r.ID)
	w.str("displayName", r.DisplayName)
	w.str("status", r.Status)
	w.object("scope")
	w.str("@odata.type", "#microsoft.graph.accessReviewQueryScope")
	w.str("query", r.Query)
	w.str("queryType", "MicrosoftGraph")
	w.null("queryRoot")
	w.close()
	w.null("instanceEnumerationScope")
	w.empty("reviewers")
	w.object("settings")
	w.boolean("mailNotificationsEnabled", true)
	w.boolean("reminderNotificationsEnabled", true)
	w.boolean("justificationRequiredOnApproval", true)
	w.boolean("defaultDecisionEnabled", true)
	w.str("defaultDecision", "Deny")
	w.number("instanceDurationInDays", 14)
	w.boolean("autoApplyDecisionsEnabled", true)
	w.boolean("recommendationsEnabled", true)
	w.close()
	w.close()
}
