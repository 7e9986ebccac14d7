package checks

import (
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

var scopedPermissions = audit.Check{
	ID:      "scoped-permissions",
	Title:   "Agents hold scoped API permissions, never wildcards",
	Clauses: []audit.Clause{controlScopedPermissions, boundaryPermissionValidation, pillarApplication},
	Rationale: "An agent decides by itself what to call next, and can be talked into the wrong thing. What it can do " +
		"then is what its permissions allow, so each must be narrow, known and declared.",
	Rules: []audit.Rule{
		{
			ID: "wildcard-permission", Title: "An application permission reaches everything", Severity: audit.High,
			Resources: onAgents, Needs: applicationDatasets, Optional: permissionOptional, Presence: applicationPresence,
			Condition: "it has, directly or by inheritance, an application permission over everything (`*.All`, " +
				"`full_access_as_app`, the likes of `.default`) that is not a read at Microsoft privilege level 1 or 2; reads " +
				"of an API without levels are exempt; critical at level 4 and for writes",
			Remediation: "Replace it with a permission on selected objects (`Sites.Selected`, resource-specific consent, " +
				"Exchange's RBAC for applications) or a delegated one, then " + removeAssignment,
			References: []string{
				"https://learn.microsoft.com/en-us/graph/permissions-reference",
				"https://learn.microsoft.com/en-us/graph/permissions-selected-overview",
			},
			Run: func(j *audit.Judge) { byPermission(j.Tenant, applicationPermsOnly, wildcard).judge(j) },
		},
		{
			ID: "inherit-all", Title: "A blueprint passes on every permission of an API", Severity: audit.High,
			Resources: []tenant.ResourceType{tenant.TypeAgentIdentityBlueprint},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentityBlueprints},
			Presence:  []string{"agentIdentityBlueprints/inheritablePermissions"},
			Condition: "its `inheritablePermissions` inherit all scopes or all roles of an API",
			Remediation: "Name the scopes, or pass on none: `PATCH https://graph.microsoft.com/v1.0/applications/" +
				"microsoft.graph.agentIdentityBlueprint/{id}/inheritablePermissions/{resourceAppId}` with `inheritableScopes` " +
				"`{\"@odata.type\":\"#microsoft.graph.enumeratedScopes\",\"kind\":\"enumerated\",\"scopes\":[…]}` and " +
				"`inheritableRoles` `{\"@odata.type\":\"#microsoft.graph.noRoles\",\"kind\":\"none\"}`, and grant what single " +
				"agents need to these agents.",
			References: []string{
				"https://learn.microsoft.com/en-us/entra/agent-id/configure-inheritable-permissions-blueprints",
			},
			Run: judgeInheritAll,
		},
		{
			ID: "forbidden-permission", Title: "An agent has a permission that agents may never have", Severity: audit.Critical,
			Resources: onAgents, Needs: permissionDatasets, Optional: permissionOptional, Presence: permissionPresence,
			Condition: "it has, directly or by inheritance, a Microsoft Graph permission on Microsoft's list of those that " +
				"are blocked for agents, of the kind for which it is blocked",
			Remediation: "Find out who granted it and how (audit log, activity \"Add app role assignment to service " +
				"principal\"), then " + removeAssignment,
			References: []string{"https://learn.microsoft.com/en-us/graph/api/resources/agentid-platform-overview"},
			Run:        func(j *audit.Judge) { byPermission(j.Tenant, bothKinds, forbidden()).judge(j) },
		},
		{
			ID: "undeclared-permission", Title: "An agent has a permission that its blueprint does not declare", Severity: audit.Low,
			Resources: onAgents, Needs: permissionDatasets, Optional: permissionOptional,
			Presence: append([]string{"agentIdentityBlueprints/requiredResourceAccess"}, permissionPresence...),
			Condition: "it has, directly or by inheritance, a permission that is not in the `requiredResourceAccess` of its " +
				"blueprint, which declares some",
			Remediation: "If the agent needs it, declare it: `PATCH https://graph.microsoft.com/v1.0/applications/{blueprintId}` " +
				"with the permission in `requiredResourceAccess`, so that whoever approves the blueprint sees it. If not, " +
				removeAssignment,
			References: []string{"https://learn.microsoft.com/en-us/graph/api/resources/agentidentityblueprint"},
			Run:        judgeUndeclared,
		},
		{
			ID: "unresolved-permission", Title: "An agent holds a role that its API does not define", Severity: audit.Medium,
			Resources: onAgents, Needs: applicationDatasets, Optional: permissionOptional, Presence: applicationPresence,
			Condition: "it has, directly or by inheritance, an app role whose id its API does not define",
			Remediation: "The API removed the role, or never had it. Ask its owner what it was, then " +
				removeAssignment,
			References: []string{"https://learn.microsoft.com/en-us/graph/api/serviceprincipal-list-approleassignments"},
			Run:        func(j *audit.Judge) { byPermission(j.Tenant, applicationPermsOnly, unresolved).judge(j) },
		},
		{
			ID: "creates-agents", Title: "An agent can make or change agents", Severity: audit.High,
			Resources: onAgents, Needs: permissionDatasets, Optional: permissionOptional, Presence: permissionPresence,
			Condition: "it has, directly or by inheritance, a Microsoft Graph permission that lets it create, change, enable " +
				"or credential agents",
			Remediation: "Let people or a pipeline with approval create agents. If an agent must, give it only " +
				"`AgentIdentity.CreateAsManager` through its blueprint, watch its audit events, and accept the finding by a " +
				"waiver; otherwise " + removeAssignment,
			References: []string{
				"https://learn.microsoft.com/en-us/graph/api/resources/agentid-platform-overview",
				"https://learn.microsoft.com/en-us/graph/permissions-reference",
			},
			Run: func(j *audit.Judge) { byPermission(j.Tenant, bothKinds, createsAgents).judge(j) },
		},
	},
}

// removeAssignment is how a permission is taken away; it ends a remediation.
const removeAssignment = "remove it: Entra admin center > Agents > Agent identities > the agent > Permissions, or `DELETE " +
	"https://graph.microsoft.com/v1.0/servicePrincipals/{id}/appRoleAssignments/{assignmentId}` (a delegated one: `DELETE " +
	"https://graph.microsoft.com/v1.0/oauth2PermissionGrants/{id}`). If it is inherited, `{id}` is the blueprint " +
	"principal's, and every agent of the blueprint loses it."
