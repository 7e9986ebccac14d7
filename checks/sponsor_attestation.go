package checks

import (
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// sponsorAttestation implements the boundary "Sponsor attestation" of the agent
// identity layer. The rules about sponsors are in sponsor_attestation_people.go,
// those about governance in sponsor_attestation_governance.go.
var sponsorAttestation = audit.Check{
	ID:      "sponsor-attestation",
	Title:   "People answer for every agent",
	Clauses: []audit.Clause{boundarySponsorAttestation},
	Rationale: "A sponsor decides whether an agent is still needed and is asked when it does something odd. Entra demands " +
		"one when an agent is made, and never again: people leave, groups run empty, and the agent works on.",
	Rules: []audit.Rule{
		{
			ID: "no-sponsor", Title: "There is no sponsor", Severity: audit.High,
			Resources: sponsoredTypes(),
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprints},
			Condition: "it has no sponsor",
			Remediation: "Name a person, better a group, who is answerable for its purpose. In the Entra admin center open " +
				"**Agent ID > All agent identities** (or **Agent blueprints**), choose it, **Owners and sponsors > Add " +
				"sponsor**; or send `POST https://graph.microsoft.com/v1.0/servicePrincipals/{id}/" +
				"microsoft.graph.agentIdentity/sponsors/$ref` with `{\"@odata.id\": " +
				"\"https://graph.microsoft.com/v1.0/groups/{group id}\"}`. Nobody to be found? Disable it.",
			References: sponsorReferences(),
			Run:        judgeNoSponsor,
		},
		{
			ID: "sponsor-inactive", Title: "No sponsor can act", Severity: audit.High,
			Resources: sponsoredTypes(),
			Needs:     sponsorNeeds(),
			Presence:  sponsorPresence(),
			Condition: "every one of its sponsors is disabled, deleted or an empty group",
			Remediation: "Nobody can answer for it any more. Find the sponsor's successor, add that person or a group as " +
				"sponsor, and take the old one off: **Agent ID**, choose it, **Owners and sponsors**. Have the new sponsor " +
				"decide whether it is still needed.",
			References: sponsorReferences(),
			Run:        judgeSponsorInactive,
		},
		{
			ID: "single-sponsor", Title: "One person alone is the sponsor", Severity: audit.Low,
			Resources: sponsoredTypes(),
			Needs:     sponsorNeeds(),
			Presence:  sponsorPresence(),
			Condition: "its only sponsor is one person, or a group of one; who was deleted, and a group without members, is nobody",
			Remediation: "Add a second person or a group as sponsor, so that somebody can act when the first is ill or has " +
				"left: **Agent ID**, choose it, **Owners and sponsors > Add sponsor**.",
			References: sponsorReferences(),
			Run:        judgeSingleSponsor,
		},
		{
			ID: "sponsor-guest", Title: "Only guests are sponsors", Severity: audit.Medium,
			Resources: sponsoredTypes(),
			Needs:     sponsorNeeds(),
			Presence:  sponsorPresence(),
			Condition: "every one of its sponsors that still exists is a guest",
			Remediation: "A guest answers to another organization. Add a sponsor who is a member of this one: **Agent ID**, " +
				"choose it, **Owners and sponsors > Add sponsor**.",
			References: sponsorReferences(),
			Run:        judgeSponsorGuest,
		},
		{
			ID: "no-owner", Title: "A blueprint has no owner", Severity: audit.Low,
			Resources: []tenant.ResourceType{tenant.TypeAgentIdentityBlueprint},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentityBlueprints},
			Condition: "it has no owner",
			Remediation: "Name who looks after its credentials and configuration: **Agent ID > Agent blueprints**, choose " +
				"it, **Owners and sponsors > Add owner**; or `POST https://graph.microsoft.com/v1.0/applications/{object " +
				"id}/owners/$ref`.",
			References: sponsorReferences(),
			Run:        judgeNoOwner,
		},
		{
			ID: "not-attested", Title: "Nobody has attested that the agent is needed", Severity: audit.Medium,
			Resources: []tenant.ResourceType{tenant.TypeAgentIdentity},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentities, tenant.DatasetLifecycleSubjects},
			Optional:  []tenant.Dataset{tenant.DatasetAgentIdentityBlueprints},
			Presence:  []string{"lifecycleSubjects"},
			Condition: "the report of the agent lifecycle policies does not call it compliant, and no attestation of it, or " +
				"of its blueprint, is younger than (180) days; asked of a person where neither was given",
			Remediation: "Have its sponsor attest it: in **My Account > Agents** where an agent lifecycle policy asks for " +
				"it, or in `attestations.yaml` with the rule `sponsor-attestation/not-attested` and the object id of the " +
				"agent or its blueprint as scope. An agent that nobody attests should be disabled.",
			References: []string{
				"https://learn.microsoft.com/entra/agent-id/agent-owners-sponsors-managers",
				"https://learn.microsoft.com/entra/id-governance/agent-sponsor-tasks",
			},
			Run: judgeNotAttested,
		},
		{
			ID: "no-lifecycle-policy", Title: "No policy demands sponsors and attestation", Severity: audit.Low,
			Resources: []tenant.ResourceType{tenant.TypeTenant},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentities, tenant.DatasetLifecyclePolicies},
			Presence:  []string{"agentIdentities"},
			ControlGaps: []audit.ControlGap{{
				Dataset: tenant.DatasetLifecyclePolicies, Statuses: []tenant.GapStatus{tenant.GapNotLicensed},
				Message: "The tenant is not licensed for agent lifecycle policies. Nothing demands that agents have " +
					"sponsors and are attested.",
			}},
			Condition: "no enabled agent lifecycle policy has both a rule on the presence of sponsors and one on periodic " +
				"attestation; asked of a person where the policies cannot be read",
			Remediation: "In the Entra admin center open **ID Governance > Lifecycle workflows > Agent lifecycle policies** " +
				"(preview), and enable a policy with the rules *sponsor presence* and *periodic attestation*. The list is " +
				"`GET https://graph.microsoft.com/beta/identityGovernance/lifecycleWorkflows/lifecyclePolicies`.",
			References: []string{
				"https://learn.microsoft.com/entra/agent-id/agent-owners-sponsors-managers",
			},
			Run: judgeNoLifecyclePolicy,
		},
		{
			ID: "no-leaver-workflow", Title: "Nobody is told when a sponsor leaves", Severity: audit.Low,
			Resources: []tenant.ResourceType{tenant.TypeTenant},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentities, tenant.DatasetLifecycleWorkflows},
			Presence:  []string{"agentIdentities"},
			ControlGaps: []audit.ControlGap{{
				Dataset: tenant.DatasetLifecycleWorkflows, Statuses: []tenant.GapStatus{tenant.GapNotLicensed},
				Message: "The tenant is not licensed for lifecycle workflows. Nobody is told when a sponsor leaves.",
			}},
			Condition: "no enabled leaver workflow has an enabled task that mails the manager or the co-sponsors about the " +
				"agents of a sponsor who leaves",
			Remediation: "In the Entra admin center open **ID Governance > Lifecycle workflows > Create workflow**, choose a " +
				"leaver template, and add *Send email to manager about sponsorship changes* or *Send email to cosponsors " +
				"about sponsor changes*. Enable the workflow and its schedule.",
			References: []string{
				"https://learn.microsoft.com/entra/id-governance/agent-sponsor-tasks",
				"https://learn.microsoft.com/graph/identitygovernance-lifecycleworkflows-task-arguments",
			},
			Run: judgeNoLeaverWorkflow,
		},
	},
}

func sponsoredTypes() []tenant.ResourceType {
	return []tenant.ResourceType{tenant.TypeAgentIdentity, tenant.TypeAgentIdentityBlueprint}
}

func sponsorNeeds() []tenant.Dataset {
	return []tenant.Dataset{
		tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprints, tenant.DatasetDirectoryObjects,
	}
}

// sponsorPresence: it takes a sponsor to have a bad one, and deletedDateTime is
// what marks one that is gone.
func sponsorPresence() []string {
	return []string{"agentIdentities/sponsors", "agentIdentityBlueprints/sponsors", "directoryObjects/deletedDateTime"}
}

func sponsorReferences() []string {
	return []string{
		"https://learn.microsoft.com/entra/agent-id/agent-owners-sponsors-managers",
		"https://learn.microsoft.com/graph/api/resources/agentidentity",
	}
}
