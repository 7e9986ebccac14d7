package checks

import (
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/permissions"
	"github.com/ztagent/ztagent/internal/tenant"
)

// judgePermanentRoles implements "it holds an active directory role assignment
// with no end". The end stands in privileged identity management's instances;
// without them, every active assignment is permanent (docs/verdicts.md).
func judgePermanentRoles(j *audit.Judge) {
	instances := tenant.NewIndex(&j.Tenant.RoleAssignmentScheduleInstances,
		func(i *tenant.RoleScheduleInstance) tenant.ID { return i.PrincipalID })
	assignments := tenant.NewIndex(&j.Tenant.RoleAssignments,
		func(a *tenant.RoleAssignment) tenant.ID { return a.PrincipalID })
	stray := ""
	if len(assignments.Unkeyed) > 0 {
		stray = "an assignment of a directory role has no principalId, and may be its own"
	}
	for _, i := range instances.Unkeyed {
		if !i.EndDateTime.IsSet() {
			stray = "an instance of a directory role without end has no principalId, and may be its own"
		}
	}
	book := permissions.RolesOf(j.Tenant)
	for agent := range j.Tenant.AgentIdentities.All() {
		if agent.Activity() == tenant.Inactive {
			j.NotApplicable(agent, "not active")
			continue
		}
		held, scheduled := assignments.Of(agent.ID), instances.Of(agent.ID)
		switch {
		case agent.ID.IsZero():
			j.Unknown(agent, "Whether "+lowered(agent)+" holds a permanent directory role cannot be told: its id was not returned.")
		case len(held)+len(scheduled) > 0:
			judgeHeldRoles(j, book, agent, held, scheduled, len(instances.Unkeyed) > 0, stray)
		case stray != "":
			j.Unknown(agent, "Whether "+lowered(agent)+" holds a permanent directory role cannot be told: "+stray+".")
		default:
			j.Pass(agent)
		}
	}
}

func judgeHeldRoles(j *audit.Judge, book *permissions.RoleBook, agent *tenant.AgentIdentity,
	held []*tenant.RoleAssignment, scheduled []*tenant.RoleScheduleInstance, lostInstance bool, stray string,
) {
	var names []string
	var evidence []audit.Evidence
	add := func(role tenant.ID, e audit.Evidence) {
		evidence = append(evidence, e)
		if name := book.Label(role); len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	for _, i := range scheduled {
		if !i.EndDateTime.IsSet() {
			add(i.RoleDefinitionID, audit.At(i, "/endDateTime", i.EndDateTime.String(), "an end"))
		}
	}
	unknown := stray
	for _, a := range held {
		switch scheduleOf(a, scheduled) {
		case tenant.Yes: // its instance has said whether it ends
		case tenant.Unknown:
			unknown = "an instance of a directory role of its own cannot be matched to its assignment"
		default:
			if lostInstance {
				unknown = "an instance of a directory role has no principalId, and may be the one that ends its assignment"
				continue
			}
			add(a.RoleDefinitionID, audit.At(a, "/roleDefinitionId", "assigned without a schedule", "an assignment that ends"))
		}
	}
	switch {
	case len(names) > 0:
		j.Fail(agent, named(agent)+" holds a directory role without end: "+listOf(names)+". "+
			"Whoever takes the agent over next year still finds it there.", evidence...)
	case unknown != "":
		j.Unknown(agent, "Whether "+lowered(agent)+" holds a permanent directory role cannot be told: "+unknown+".")
	default:
		j.Pass(agent)
	}
}

// scheduleOf answers whether one of its holder's instances is that of a: by the
// assignment that it came from, else by role and scope.
func scheduleOf(a *tenant.RoleAssignment, scheduled []*tenant.RoleScheduleInstance) tenant.Answer {
	answer := tenant.No
	for _, i := range scheduled {
		origin, fromOrigin := i.RoleAssignmentOriginID.Get()
		switch {
		case fromOrigin && a.ID.IsSet() && strings.EqualFold(origin, a.ID.Or("")):
			return tenant.Yes
		case i.RoleDefinitionID.IsZero() || a.RoleDefinitionID.IsZero():
			answer = tenant.Unknown
		case i.RoleDefinitionID == a.RoleDefinitionID &&
			i.DirectoryScopeID.Or("/") == a.DirectoryScopeID.Or("/"):
			return tenant.Yes
		}
	}
	return answer
}
