package checks

import (
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// killSwitch implements L7. The rules about drills are in kill_switch_drills.go,
// that about who can disable agents in kill_switch_holders.go.
var killSwitch = audit.Check{
	ID:      "kill-switch",
	Title:   "The kill switch works",
	Clauses: []audit.Clause{lineKillSwitch, controlKillSwitch},
	Rationale: "An agent that goes wrong has to be stopped within minutes, at night too. That a disabled agent is really " +
		"denied, how long tokens issued before live on, and that somebody is there who may press the button is known " +
		"only after it was tried.",
	Rules: []audit.Rule{
		{
			ID: "no-automatic-block", Title: "Nothing stops an agent without a human", Severity: audit.Critical,
			Resources:   []tenant.ResourceType{tenant.TypeTenant},
			Needs:       agentPolicyNeeds(),
			ControlGaps: riskPolicyGaps(),
			Presence:    anyAgent(riskPolicyPresence()),
			Condition: "as `risk-detection/no-risk-policy`: no enabled policy targets any active agent with the grant control " +
				"block on all resources, at agent risk high or without a risk condition",
			Remediation: riskPolicyRemediation,
			References: []string{
				"https://learn.microsoft.com/entra/identity/conditional-access/policy-agent-block-high-risk", learnRiskyAgents,
			},
			Run: runNoRiskPolicy,
		},
		{
			ID: "never-drilled", Title: "The kill switch was never tried", Severity: audit.High,
			Resources: []tenant.ResourceType{tenant.TypeTenant},
			Needs: []tenant.Dataset{
				tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprintPrincipals,
				tenant.DatasetDirectoryAudits, tenant.DatasetKillSwitchDrills,
			},
			Presence: []string{"agentIdentities"},
			Condition: "neither the audit log nor the kept records hold a drill: an agent identity or blueprint principal " +
				"that was disabled and later enabled again",
			Remediation: drillRemediation(),
			References:  drillReferences(),
			Run:         judgeNeverDrilled,
		},
		{
			ID: "drill-stale", Title: "The last proven drill is long ago", Severity: audit.Medium,
			Resources: []tenant.ResourceType{tenant.TypeTenant},
			Needs:     drillNeeds(),
			Presence:  drillPresence(),
			Condition: "there was a drill, but no proven one ended within (90) days",
			Remediation: "Repeat the drill, and make it a habit: every quarter, and whenever the way agents are run " +
				"changes.\n\n" + drillRemediation(),
			References: drillReferences(),
			Run:        judgeDrillStale,
		},
		{
			ID: "drill-failed", Title: "An agent went on working after it was disabled", Severity: audit.Critical,
			Resources: []tenant.ResourceType{tenant.TypeAgentIdentity},
			Needs:     drillNeeds(),
			Presence:  drillPresence(),
			Condition: "it signed in successfully after it, or its blueprint principal, had been disabled for (15) minutes " +
				"and before the re-enable, and no later drill of it was proven",
			Remediation: "Find out by which way it still got tokens: in the sign-in log compare `clientCredentialType`, " +
				"`resourceDisplayName` and `ipAddress` of the successful sign-ins with the usual ones. Revoke what was left " +
				"open: the blueprint's credentials, sessions of its agent user (`POST https://graph.microsoft.com/v1.0/" +
				"users/{id}/revokeSignInSessions`), permissions granted to another principal. A Conditional Access policy " +
				"that blocks the agent stops it too. Then drill again.\n\n" + drillRemediation(),
			References: drillReferences(),
			Run:        judgeDrillFailed,
		},
		{
			ID: "drill-unproven", Title: "A drill did not show that the block bites", Severity: audit.Medium,
			Resources: []tenant.ResourceType{tenant.TypeAgentIdentity},
			Needs:     drillNeeds(),
			Presence:  drillPresence(),
			Condition: "it was drilled, but no attempt to sign in was denied between (15) minutes after the disable and the " +
				"re-enable, and no later drill of it saw one",
			Remediation: "Keep the agent working while it is disabled: a drill at a quiet hour proves nothing. Leave it off " +
				"for longer than its tokens live (an hour is usual), and have it try.\n\n" + drillRemediation(),
			References: drillReferences(),
			Run:        judgeDrillUnproven,
		},
		{
			ID: "blueprint-never-drilled", Title: "No agent of the blueprint was ever drilled", Severity: audit.Low,
			Resources: []tenant.ResourceType{tenant.TypeAgentIdentityBlueprint},
			Needs: []tenant.Dataset{
				tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprints,
				tenant.DatasetAgentIdentityBlueprintPrincipals, tenant.DatasetDirectoryAudits, tenant.DatasetKillSwitchDrills,
			},
			Presence:  []string{"agentIdentities"},
			Condition: "it has active agents, and neither its principal nor one of them was ever disabled and enabled again",
			Remediation: "Drill one agent of the blueprint, or all at once by its principal: what stops agents on one " +
				"platform need not stop those on another.\n\n" + drillRemediation(),
			References: drillReferences(),
			Run:        judgeBlueprintNeverDrilled,
		},
		{
			ID: "nobody-to-pull-it", Title: "Too few people can disable agents", Severity: audit.Medium,
			Resources: []tenant.ResourceType{tenant.TypeTenant},
			Needs: []tenant.Dataset{
				tenant.DatasetDirectoryObjects, tenant.DatasetRoleDefinitions, tenant.DatasetRoleAssignments,
				tenant.DatasetRoleEligibilityScheduleInstances,
			},
			Optional: []tenant.Dataset{tenant.DatasetAgentIdentities, tenant.DatasetAgentUsers},
			Presence: []string{"directoryObjects/deletedDateTime"},
			Condition: "fewer than (2) enabled users hold, active or eligible and for the whole tenant, one of the roles Global " +
				"Administrator, Agent ID Administrator, Application Administrator, Cloud Application Administrator or " +
				"Security Administrator",
			Remediation: "Make a second person, better three, eligible for *Agent ID Administrator*: in the Entra admin center " +
				"open **ID Governance > Privileged Identity Management > Microsoft Entra roles > Assignments > Add " +
				"assignments**. Write down who is on call.",
			References: []string{
				"https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference",
				"https://learn.microsoft.com/entra/agent-id/authorization-agent-id",
			},
			Run: judgeNobodyToPullIt,
		},
	},
}

func drillNeeds() []tenant.Dataset {
	return []tenant.Dataset{
		tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprintPrincipals, tenant.DatasetAgentUsers,
		tenant.DatasetSignIns, tenant.DatasetDirectoryAudits, tenant.DatasetKillSwitchDrills,
	}
}

// drillPresence: it takes a disable, a re-enable and a sign-in, or a record of
// them, to find fault with a drill.
func drillPresence() []string {
	return []string{
		"directoryAudits", "directoryAudits/targetResources", "directoryAudits/targetResources/modifiedProperties",
		"signIns", "killSwitchDrills",
	}
}

func drillRemediation() string {
	return "`ztagent drill plan AGENT` prints the exact requests. In short: while the agent works, send `PATCH " +
		"https://graph.microsoft.com/v1.0/servicePrincipals/{id}` with `{\"accountEnabled\": false}` for the agent identity, " +
		"or for the blueprint principal to stop all of its agents; wait for at least an hour; send `true`. Then " +
		"`ztagent drill verify` proves from the logs what happened and keeps a record."
}

func drillReferences() []string {
	return []string{
		"https://learn.microsoft.com/entra/agent-id/disable-agent-identities",
		"https://learn.microsoft.com/graph/api/agentidentity-update",
		"https://learn.microsoft.com/entra/agent-id/sign-in-audit-logs-agents",
	}
}
