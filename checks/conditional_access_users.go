package checks

import (
	"fmt"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/conditionalaccess"
	"github.com/ztagent/ztagent/internal/tenant"
)

var agentUsersNotCovered = audit.Rule{
	ID:        "agent-users-not-covered",
	Title:     "An agent user is covered by no Conditional Access policy",
	Severity:  audit.High,
	Resources: []tenant.ResourceType{tenant.TypeAgentUser},
	Needs: []tenant.Dataset{
		tenant.DatasetConditionalAccessPolicies, tenant.DatasetAgentUsers,
		tenant.DatasetGroupMemberships, tenant.DatasetRoleAssignments,
	},
	Presence: []string{
		policyUsers + "excludeUsers", policyUsers + "excludeGroups", policyUsers + "excludeRoles",
		policyResources + "excludeApplications",
		"groupMemberships/transitiveMemberOf", "roleAssignments",
	},
	Condition: "no enabled policy on all resources with a grant control includes the agent user, by the word for all agent users or " +
		"by its id, without excluding it by id, group or role",
	Remediation: "In the Microsoft Entra admin center open **Entra ID > Conditional Access > Policies > New policy**, choose " +
		"**Users, agents or workload identities > Agents**, include **All agent users**, target **All resources** and select **Block** at agent risk, " +
		"or **Require device to be marked as compliant**. In Graph that is `conditions.users.includeUsers: [\"AllAgentIdUsers\"]`; `All` does not include agent users.",
	References: []string{learnAgentUserPolicy, learnTargetAgents},
	Run:        runAgentUsersNotCovered,
}

func runAgentUsersNotCovered(j *audit.Judge) {
	access := conditionalaccess.Of(j.Tenant)
	for u := range j.Tenant.AgentUsers.All() {
		switch got, reach := access.UserCovered(u); got {
		case conditionalaccess.Yes:
			j.Pass(u)
		case conditionalaccess.No:
			failUserNotCovered(j, access, u)
		default:
			j.Unknown(u, fmt.Sprintf("Whether %s is covered hangs on policy %s: %s.", lowerNamed(u), labelOf(reach.Policy), reach.Because),
				audit.At(reach.Policy, reach.Pointer, "not decided by what was returned", "every property that the policy needs"))
		}
	}
}

// failUserNotCovered names a policy for agent users that leaves this one out.
func failUserNotCovered(j *audit.Judge, access *conditionalaccess.Evaluator, u *tenant.AgentUser) {
	message := named(u) + " is covered by no enabled Conditional Access policy. "
	evidence := []audit.Evidence{audit.At(u, "", "no policy covers it", "a policy on all resources with a grant control")}
	nearest, why, pointer := nearestForUser(access, u)
	if nearest == nil {
		j.Fail(u, message+"Policies for all users do not include agent users, and none is for them.", evidence...)
		return
	}
	j.Fail(u, message+fmt.Sprintf("The nearest is policy %s, but %s.", labelOf(nearest), why),
		append(evidence, audit.At(nearest, pointer, why, "a policy that covers the agent user"))...)
}

// nearestForUser is the policy for agent users that misses by least, and what
// it misses by.
func nearestForUser(access *conditionalaccess.Evaluator, u *tenant.AgentUser) (*conditionalaccess.Policy, string, string) {
	var nearest *conditionalaccess.Policy
	var why, pointer string
	least := 0
	for _, p := range access.Policies() {
		if p.AgentUsers != conditionalaccess.Yes {
			continue
		}
		because, at, misses := userObstacle(p, access.TargetsUser(p, u))
		if nearest == nil || misses < least {
			nearest, why, pointer, least = p, because, at, misses
		}
	}
	return nearest, why, pointer
}

// userObstacle is the first thing that keeps a policy from covering an agent
// user, and how much does: not to include it at all weighs double.
func userObstacle(p *conditionalaccess.Policy, reach conditionalaccess.UserReach) (because, pointer string, misses int) {
	note := func(holds bool, weight int, why, at string) {
		if !holds {
			return
		}
		if misses == 0 {
			because, pointer = why, at
		}
		misses += weight
	}
	note(reach.Answer == conditionalaccess.No && !reach.Included, 2, reach.Because, reach.Pointer)
	note(reach.Answer == conditionalaccess.No && reach.Included, 1, reach.Because, reach.Pointer)
	note(p.Enabled == conditionalaccess.No, 1, stateWords(p), "/state")
	note(p.Grants == conditionalaccess.No, 1, "it has no grant control", "/grantControls")
	note(p.AllResources == conditionalaccess.No, 1, "it does not apply to all resources", "/conditions/applications")
	return because, pointer, misses
}

var onBehalfOfNotCovered = audit.Rule{
	ID:        "on-behalf-of-not-covered",
	Title:     "No policy for users targets agents as resources",
	Severity:  audit.Medium,
	Resources: []tenant.ResourceType{tenant.TypeTenant},
	Needs:     []tenant.Dataset{tenant.DatasetConditionalAccessPolicies, tenant.DatasetAgentUsers},
	Presence:  []string{policyResources + "excludeApplications"},
	Condition: "no enabled policy for users targets agent resources: all of them by AllAgentIdResources, or all resources for all users",
	Remediation: "What an agent does on behalf of a person is governed by that person's policies. In a policy for users, target " +
		"**All resources** without excluding agents, or **All agent resources** (`includeApplications: [\"AllAgentIdResources\"]`), and require " +
		"multifactor authentication or a compliant device.",
	References: []string{learnOnBehalfOf, learnAgentAccess},
	Run:        runOnBehalfOf,
}

func runOnBehalfOf(j *audit.Judge) {
	const what = "a policy for users that targets agent resources"
	var open *conditionalaccess.Policy
	for _, p := range conditionalaccess.Of(j.Tenant).Policies() {
		// All resources count for all users; agent resources for any users.
		targets := p.AgentResources.And(p.Users).Or(p.AllWithAgentResources.And(p.AllUsers))
		switch p.Enabled.And(targets) {
		case conditionalaccess.Yes:
			j.Pass(j.Whole(), audit.At(p, "/conditions/applications/includeApplications", labelOf(p), what))
			return
		case conditionalaccess.Unknown:
			if open == nil {
				open = p
			}
		}
	}
	if open != nil {
		j.Unknown(j.Whole(), fmt.Sprintf("Whether a policy for users targets agent resources hangs on policy %s, which was not returned in full.", labelOf(open)),
			audit.At(open, "", "not decided by what was returned", what))
		return
	}
	failOnBehalfOf(j, what)
}

// failOnBehalfOf names a policy for all users that leaves agents out.
func failOnBehalfOf(j *audit.Judge, what string) {
	const message = "No enabled policy for users targets agents as resources. "
	for _, p := range conditionalaccess.Of(j.Tenant).Policies() {
		if p.Enabled == conditionalaccess.Yes && p.AllUsers == conditionalaccess.Yes && p.ExcludesAgentResources() {
			j.Fail(j.Whole(), message+fmt.Sprintf("Policy %s for all users would, but it excludes them.", labelOf(p)),
				audit.At(p, "/conditions/applications/excludeApplications", "AllAgentIdResources", "agents not excluded"))
			return
		}
	}
	j.Fail(j.Whole(), message+"People then use agents without a policy that asks for anything.",
		audit.Evidence{Dataset: tenant.DatasetConditionalAccessPolicies, Observed: "no such policy", Expected: what})
}
