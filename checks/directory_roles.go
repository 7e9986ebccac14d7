package checks

import (
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/permissions"
	"github.com/ztagent/ztagent/internal/tenant"
)

var roleDatasets = []tenant.Dataset{
	tenant.DatasetAgentIdentities, tenant.DatasetAgentUsers, tenant.DatasetRoleAssignments,
	tenant.DatasetRoleDefinitions, tenant.DatasetRoleAssignmentScheduleInstances,
	tenant.DatasetRoleEligibilityScheduleInstances, tenant.DatasetGroupMemberships,
}

var roleHolders = []tenant.ResourceType{tenant.TypeAgentIdentity, tenant.TypeAgentUser}

// Who holds a role is a matter of rows being there.
var rolePresence = []string{
	"roleAssignments", "roleAssignmentScheduleInstances", "roleEligibilityScheduleInstances",
	"groupMemberships/transitiveMemberOf",
}

var directoryRoles = audit.Check{
	ID:      "directory-roles",
	Title:   "Agents hold no directory role that is more than they need",
	Clauses: []audit.Clause{controlScopedPermissions},
	Rationale: "A directory role acts on the tenant itself. Microsoft lets agents hold a few of low privilege; whoever " +
		"hijacks an agent with more than these can take over people and other agents.",
	Rules: []audit.Rule{
		{
			ID: "privileged-role", Title: "An agent holds a privileged directory role", Severity: audit.Critical,
			Resources: roleHolders, Needs: roleDatasets, Presence: rolePresence,
			Condition: "it holds a directory role that Microsoft marks privileged, active or eligible, directly or through a group",
			Remediation: removeRole + " Then give the agent a Microsoft Graph permission, or a lower role, for the one thing " +
				"that it must do.",
			References: []string{
				"https://learn.microsoft.com/en-us/entra/identity/role-based-access-control/privileged-roles-permissions",
				"https://learn.microsoft.com/en-us/entra/agent-id/authorization-agent-id",
			},
			Run: roleRule{privileged, "privileged directory role", "A hijacked agent could use it to change who may do what."}.judge,
		},
		{
			ID: "role-not-allowed", Title: "An agent holds a directory role outside Microsoft's list", Severity: audit.High,
			Resources: roleHolders, Needs: roleDatasets, Presence: rolePresence,
			Condition: "it holds, active or eligible, directly or through a group, a built-in directory role that is not on " +
				"Microsoft's list of roles for agents",
			Remediation: removeRole + " Roles for agents are listed under \"Microsoft Entra roles allowed for agents\".",
			References:  []string{"https://learn.microsoft.com/en-us/entra/agent-id/authorization-agent-id"},
			Run: roleRule{
				notAllowed, "directory role that Microsoft does not let agents hold",
				"It was assigned before the block, or around it.",
			}.judge,
		},
		{
			ID: "custom-role", Title: "An agent holds a custom directory role", Severity: audit.Info,
			Resources: roleHolders, Needs: roleDatasets, Presence: rolePresence,
			Condition: "it holds, active or eligible, directly or through a group, a directory role that is not built in",
			Remediation: "Microsoft's pages disagree whether agents may hold custom roles, so do not build on it. Read what the " +
				"role allows (Entra admin center > Roles & admins > the role > Permissions) and prefer a built-in one. " +
				removeRole,
			References: []string{"https://learn.microsoft.com/en-us/entra/agent-id/authorization-agent-id"},
			Run:        roleRule{custom, "custom directory role", "Microsoft's pages disagree whether agents may hold one."}.judge,
		},
	},
}

const removeRole = "Remove the assignment: Entra admin center > Roles & admins > the role > Assignments, or `DELETE " +
	"https://graph.microsoft.com/v1.0/roleManagement/directory/roleAssignments/{id}`; an eligible one with `POST " +
	"https://graph.microsoft.com/v1.0/roleManagement/directory/roleEligibilityScheduleRequests`, action `adminRemove`; one " +
	"through a group by leaving the group."

// privileged implements "a privileged directory role".
func privileged(r *permissions.Role) tenant.Answer { return r.Privileged }

// notAllowed implements "a built-in role outside Microsoft's list for agents;
// custom roles are not judged". A name on the list is harmless either way.
func notAllowed(r *permissions.Role) tenant.Answer {
	switch {
	case r.Allowed == tenant.Yes || r.BuiltIn == tenant.No:
		return tenant.No
	case r.Allowed == tenant.No && r.BuiltIn == tenant.Yes:
		return tenant.Yes
	}
	return tenant.Unknown
}

// custom implements "a custom directory role".
func custom(r *permissions.Role) tenant.Answer {
	switch r.BuiltIn {
	case tenant.Yes:
		return tenant.No
	case tenant.No:
		return tenant.Yes
	}
	return tenant.Unknown
}
