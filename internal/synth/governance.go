package synth

import (
	"strconv"
	"time"
)

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
