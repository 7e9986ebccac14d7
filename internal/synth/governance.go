package synth

import (
	"strconv"
	"time"
)

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

// RoleDefinition is a directory role.
type RoleDefinition struct {
	ID, DisplayName string
	Privileged      bool
	Custom          bool
}

func (r *RoleDefinition) write(w *writer) {
	w.open()
	w.str("id", r.ID)
	w.str("templateId", r.ID)
	w.str("displayName", r.DisplayName)
	w.boolean("isBuiltIn", !r.Custom)
	w.boolean("isPrivileged", r.Privileged)
	w.close()
}

// RoleAssignment is an active assignment of a directory role.
type RoleAssignment struct{ ID, RoleDefinitionID, PrincipalID string }

func (a *RoleAssignment) write(w *writer) {
	w.open()
	w.str("id", a.ID)
	w.str("principalId", a.PrincipalID)
	w.str("directoryScopeId", "/")
	w.str("roleDefinitionId", a.RoleDefinitionID)
	w.close()
}

// RoleScheduleInstance is an active or, with Eligible, an eligible role of
// privileged identity management. Without End it is permanent.
type RoleScheduleInstance struct {
	ID, RoleDefinitionID, PrincipalID string
	Start, End                        time.Time
	Eligible, ThroughGroup            bool
}

func (i *RoleScheduleInstance) write(w *writer) {
	w.open()
	w.str("id", i.ID)
	w.str("principalId", i.PrincipalID)
	w.str("roleDefinitionId", i.RoleDefinitionID)
	w.str("directoryScopeId", "/")
	w.null("appScopeId")
	w.date("startDateTime", i.Start)
	w.date("endDateTime", i.End)
	if i.ThroughGroup {
		w.str("memberType", "Group")
	} else {
		w.str("memberType", "Direct")
	}
	if i.Eligible {
		w.str("roleEligibilityScheduleId", i.ID)
	} else {
		w.str("assignmentType", "Assigned")
		w.str("roleAssignmentOriginId", i.ID)
		w.str("roleAssignmentScheduleId", i.ID)
	}
	w.close()
}

// LifecycleWorkflow is a workflow for joiners, movers and leavers.
type LifecycleWorkflow struct {
	ID, DisplayName, Category string
	Disabled                  bool
	Tasks                     []Task
}

// Task is a step of a workflow.
type Task struct {
	DefinitionID, DisplayName string
	Disabled                  bool
}

func (l *LifecycleWorkflow) write(w *writer) {
	w.open()
	w.str("id", l.ID)
	w.str("category", l.Category)
	w.str("displayName", l.DisplayName)
	w.boolean("isEnabled", !l.Disabled)
	w.boolean("isSchedulingEnabled", true)
	w.list("tasks")
	for n, t := range l.Tasks {
		w.open()
		w.str("id", GUID("task", l.ID, t.DefinitionID))
		w.str("category", l.Category)
		w.boolean("continueOnError", true)
		w.str("displayName", t.DisplayName)
		w.number("executionSequence", n+1)
		w.boolean("isEnabled", !t.Disabled)
		w.str("taskDefinitionId", t.DefinitionID)
		w.empty("arguments")
		w.close()
	}
	w.closeList()
	w.close()
}

// LifecyclePolicy is an agent lifecycle policy; a zero number leaves its rule
// out.
type LifecyclePolicy struct {
	ID, DisplayName                      string
	SystemDefault, Disabled              bool
	MinimumSponsors, AttestationInterval int
	InactivityThreshold                  int
	CreatedDateTime                      time.Time
}

func (p *LifecyclePolicy) write(w *writer) {
	source := "userCreated"
	if p.SystemDefault {
		source = "systemDefault"
	}
	w.open()
	w.str("@odata.type", "#microsoft.graph.identityGovernance.agentIdentityLifecyclePolicy")
	w.str("id", p.ID)
	w.str("displayName", p.DisplayName)
	w.null("description")
	w.boolean("isEnabled", !p.Disabled)
	w.str("policySource", source)
	w.number("versionNumber", 1)
	w.number("gracePeriodInDays", 30)
	w.date("createdDateTime", p.CreatedDateTime)
	w.object("scope")
	w.close()
	w.object("enforcementAction")
	w.str("@odata.type", "#microsoft.graph.identityGovernance.disableOnly")
	w.close()
	w.list("rules")
	writeRule(w, p.ID, "sponsorPresenceRule", "minimumSponsorCount", p.MinimumSponsors)
	writeRule(w, p.ID, "periodicAttestationRule", "attestationIntervalInDays", p.AttestationInterval)
	writeRule(w, p.ID, "inactivityRule", "lastActivityThresholdInDays", p.InactivityThreshold)
	w.closeList()
	w.close()
}

func writeRule(w *writer, policy, kind, member string, value int) {
	if value == 0 {
		return
	}
	w.open()
	w.str("@odata.type", "#microsoft.graph.identityGovernance."+kind)
	w.str("id", GUID("rule", policy, kind, strconv.Itoa(value)))
	w.boolean("isEnabled", true)
	w.number(member, value)
	w.close()
}

// LifecycleSubject is one agent's row in a lifecycle policy's report.
type LifecycleSubject struct {
	PolicyID, AgentID string
	Status            string // compliant when empty
	Evaluated         time.Time
}

func (s *LifecycleSubject) write(w *writer) {
	status := orElse(s.Status, "compliant")
	w.open()
	w.str("id", s.AgentID)
	w.str("policyId", s.PolicyID)
	w.object("subject")
	w.str("@odata.type", "#microsoft.graph.identityGovernance.lifecyclePolicyAgentIdentitySubjectReference")
	w.str("id", s.AgentID)
	w.close()
	w.str("relationship", "effective")
	w.object("compliance")
	w.str("status", status)
	w.date("evaluatedDateTime", s.Evaluated)
	w.close()
	w.object("enforcement")
	w.str("status", enforcementStatus(status))
	w.boolean("isLocked", false)
	w.str("lastAction", "none")
	w.null("lastActionDateTime", "nextAction", "nextActionDateTime")
	w.boolean("isTerminal", false)
	w.close()
	w.close()
}

func enforcementStatus(compliance string) string {
	if compliance == "compliant" {
		return "notRequired"
	}
	return "waiting"
}
