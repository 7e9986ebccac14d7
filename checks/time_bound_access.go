package checks

import (
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

var timeBoundAccess = audit.Check{
	ID:      "time-bound-access",
	Title:   "What agents may do ends by itself",
	Clauses: []audit.Clause{lineTimeBoundAccess, controlTimeBoundPackages},
	Rationale: "Agents are built quickly and forgotten quickly. Access that ends unless someone renews it disappears with " +
		"the task it was for; standing access waits for whoever finds the agent next.",
	Rules: []audit.Rule{
		{
			ID: "standing-access", Title: "An agent holds access that no access package ends", Severity: audit.High,
			Resources: onAgents,
			Needs: append([]tenant.Dataset{
				tenant.DatasetAccessPackageAssignments, tenant.DatasetRoleAssignments, tenant.DatasetGroupMemberships,
			}, applicationDatasets...),
			Optional: append([]tenant.Dataset{
				tenant.DatasetAccessPackages, tenant.DatasetRoleDefinitions,
			}, permissionOptional...),
			Presence: append([]string{"roleAssignments", "groupMemberships/transitiveMemberOf"}, applicationPresence...),
			Condition: "it holds an application permission, a directory role or a group membership that no delivered access " +
				"package assignment with an end date accounts for, by the package's resource roles",
			Remediation: "Put the permission, role or group into an access package for agents whose policy expires (Entra admin " +
				"center > ID Governance > Entitlement management > Access packages), assign it, then remove the direct grant: " +
				"`DELETE https://graph.microsoft.com/v1.0/servicePrincipals/{id}/appRoleAssignments/{assignmentId}`, the role " +
				"assignment, or the group membership. What is inherited from a blueprint has no end: grant it to the agents " +
				"that need it instead.",
			References: []string{
				"https://learn.microsoft.com/en-us/entra/agent-id/agent-access-packages",
				"https://learn.microsoft.com/en-us/entra/id-governance/agent-id-governance-overview",
			},
			Run: judgeStandingAccess,
		},
		{
			ID: "assignment-without-end", Title: "An agent holds an access package without end", Severity: audit.High,
			Resources: []tenant.ResourceType{tenant.TypeAccessPackageAssignment},
			Needs:     assignmentDatasets, Presence: []string{"agentIdentities"},
			Condition: "its target is an agent, it is neither expired nor failed, and it has no expiry",
			Remediation: "Give the policy an expiration, then let the assignment follow it: `POST " +
				"https://graph.microsoft.com/v1.0/identityGovernance/entitlementManagement/assignmentRequests` with " +
				"`requestType` `adminUpdate` and a `schedule` whose `expiration` is `afterDuration`, at most 180 days.",
			References: []string{
				"https://learn.microsoft.com/en-us/graph/api/resources/accesspackageassignment",
				"https://learn.microsoft.com/en-us/graph/api/resources/expirationpattern",
			},
			Run: judgeAssignmentEnds,
		},
		{
			ID: "assignment-too-long", Title: "An agent holds an access package for too long", Severity: audit.Medium,
			Resources: []tenant.ResourceType{tenant.TypeAccessPackageAssignment},
			Needs:     assignmentDatasets, Presence: []string{"agentIdentities"},
			Condition: "its target is an agent, it is neither expired nor failed, and it lasts over 180 days " +
				"(`assignmentMaxLifetime`), a fixed date measured from the snapshot's time",
			Remediation: "Shorten it: `POST https://graph.microsoft.com/v1.0/identityGovernance/entitlementManagement/" +
				"assignmentRequests` with `requestType` `adminUpdate` and a nearer `schedule`, and shorten the policy that " +
				"allowed it.",
			References: []string{"https://learn.microsoft.com/en-us/graph/api/resources/accesspackageassignment"},
			Run:        judgeAssignmentLengths,
		},
		{
			ID: "policy-without-end", Title: "A policy gives agents access packages without end", Severity: audit.High,
			Resources: []tenant.ResourceType{tenant.TypeAccessPackageAssignmentPolicy},
			Needs:     policyDatasets, Presence: []string{"accessPackageAssignmentPolicies/specificAllowedTargets", "agentIdentities"},
			Condition: "it lets agents request or be assigned, and sets no expiration",
			Remediation: "Entra admin center > ID Governance > Entitlement management > Access packages > the package > Policies > " +
				"the policy > Lifecycle: let assignments expire after a number of days; or `PUT " +
				"https://graph.microsoft.com/v1.0/identityGovernance/entitlementManagement/assignmentPolicies/{id}` with " +
				"`expiration` `{\"type\":\"afterDuration\",\"duration\":\"P90D\"}`.",
			References: []string{"https://learn.microsoft.com/en-us/graph/api/resources/accesspackageassignmentpolicy"},
			Run:        judgePolicyEnds,
		},
		{
			ID: "policy-too-long", Title: "A policy gives agents access packages for too long", Severity: audit.Medium,
			Resources: []tenant.ResourceType{tenant.TypeAccessPackageAssignmentPolicy},
			Needs:     policyDatasets, Presence: []string{"accessPackageAssignmentPolicies/specificAllowedTargets", "agentIdentities"},
			Condition: "it lets agents request or be assigned for over 180 days (`assignmentMaxLifetime`), a fixed date " +
				"measured from the snapshot's time",
			Remediation: "Set a shorter `expiration` on the policy: Entra admin center > ID Governance > Entitlement management > " +
				"Access packages > the package > Policies > the policy > Lifecycle.",
			References: []string{"https://learn.microsoft.com/en-us/graph/api/resources/accesspackageassignmentpolicy"},
			Run:        judgePolicyLengths,
		},
		{
			ID: "permanent-role", Title: "An agent holds a directory role for good", Severity: audit.Critical,
			Resources: onAgents,
			Needs: []tenant.Dataset{
				tenant.DatasetAgentIdentities, tenant.DatasetRoleAssignments, tenant.DatasetRoleAssignmentScheduleInstances,
			},
			Optional:  []tenant.Dataset{tenant.DatasetRoleDefinitions},
			Presence:  []string{"roleAssignments", "roleAssignmentScheduleInstances"},
			Condition: "it holds an active directory role assignment with no end",
			Remediation: "Replace it by one that ends: `POST " +
				"https://graph.microsoft.com/v1.0/roleManagement/directory/roleAssignmentScheduleRequests` with `action` " +
				"`adminUpdate` and a `scheduleInfo` whose `expiration` is `afterDuration`, or put the role into an access " +
				"package. Without privileged identity management no role ends by itself: remove the assignment.",
			References: []string{
				"https://learn.microsoft.com/en-us/graph/api/resources/unifiedroleassignmentscheduleinstance",
				"https://learn.microsoft.com/en-us/entra/agent-id/authorization-agent-id",
			},
			Run: judgePermanentRoles,
		},
		{
			ID: "no-agent-package", Title: "No access package is open to agents", Severity: audit.Medium,
			Resources: []tenant.ResourceType{tenant.TypeTenant},
			Needs:     policyDatasets,
			ControlGaps: []audit.ControlGap{{
				Dataset: tenant.DatasetAccessPackageAssignmentPolicies, Statuses: []tenant.GapStatus{tenant.GapNotLicensed},
				Message: "Agents cannot be given access that ends: entitlement management is not licensed in this tenant.",
			}},
			Presence:  []string{"agentIdentities"},
			Condition: "agents exist, and no assignment policy is open to agents",
			Remediation: "Make a package of what agents need, with a policy for them: Entra admin center > ID Governance > " +
				"Entitlement management > Access packages > New, users who can get access: agent identities; or `POST " +
				"https://graph.microsoft.com/v1.0/identityGovernance/entitlementManagement/assignmentPolicies` with " +
				"`allowedTargetScope` `allDirectoryAgentIdentities`, an `expiration` and approval by the sponsor.",
			References: []string{
				"https://learn.microsoft.com/en-us/entra/agent-id/agent-access-packages",
				"https://learn.microsoft.com/en-us/graph/api/resources/accesspackageassignmentpolicy",
			},
			Run: judgeNoAgentPackage,
		},
		{
			ID: "no-access-review", Title: "Nobody reviews what agents keep", Severity: audit.Medium,
			Resources: []tenant.ResourceType{tenant.TypeAccessPackageAssignmentPolicy},
			Needs:     policyDatasets, Presence: []string{"accessPackageAssignmentPolicies/specificAllowedTargets", "agentIdentities"},
			Condition: "it is open to agents, and its access reviews are off",
			Remediation: "Entra admin center > ID Governance > Entitlement management > Access packages > the package > Policies > " +
				"the policy > Lifecycle > Require access reviews, with the agents' sponsors as reviewers; or set " +
				"`reviewSettings/isEnabled` on the policy.",
			References: []string{"https://learn.microsoft.com/en-us/graph/api/resources/accesspackageassignmentreviewsettings"},
			Run:        judgeAccessReviews,
		},
	},
}

var assignmentDatasets = []tenant.Dataset{tenant.DatasetAccessPackageAssignments, tenant.DatasetAgentIdentities}

var policyDatasets = []tenant.Dataset{tenant.DatasetAccessPackageAssignmentPolicies, tenant.DatasetAgentIdentities}
