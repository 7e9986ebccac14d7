package checks

import (
	"fmt"
	"time"

	"github.com/ztagent/ztagent/internal/activity"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// agentLifecycle implements the end of an agent's life: what is no longer used
// is retired.
var agentLifecycle = audit.Check{
	ID:      "agent-lifecycle",
	Title:   "Agents that are no longer used are retired",
	Clauses: []audit.Clause{pillarRetirement},
	Rationale: "An agent that nobody runs any more keeps its permissions and its blueprint's credentials. Nobody would " +
		"notice if somebody else began to use it.",
	Rules: []audit.Rule{{
		ID:        "inactive-agent",
		Title:     "An enabled agent has not signed in for a long time",
		Severity:  audit.Medium,
		Resources: []tenant.ResourceType{tenant.TypeAgentIdentity},
		Needs:     []tenant.Dataset{tenant.DatasetAgentIdentities, tenant.DatasetAgentUsers, tenant.DatasetSignIns},
		Condition: "it is enabled, older than (90) days, and neither it nor its agent user has tried to sign in within " +
			"(90) days",
		Remediation: "Ask its sponsor whether the agent is still needed. If not, disable it first and delete it later: in " +
			"the Entra admin center open **Agent ID > All agent identities**, choose the agent, **Disable**; or send " +
			"`PATCH https://graph.microsoft.com/v1.0/servicePrincipals/{id}` with `{\"accountEnabled\": false}`. A deleted " +
			"agent identity can be restored for 30 days.\n\nEntra keeps sign-ins for 30 days at most: to judge 90 days, " +
			"give the audit a longer export.",
		References: []string{
			"https://learn.microsoft.com/entra/agent-id/howto-delete-agent-identity",
			"https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention",
		},
		Run: judgeInactiveAgents,
	}},
}

func judgeInactiveAgents(j *audit.Judge) {
	log := activity.Of(j.Tenant)
	since := j.Tenant.Now().Add(-j.Config.InactiveAfter)
	for a := range j.Tenant.AgentIdentities.All() {
		seen := log.Of(a)
		if a.CreatedDateTime.IsSet() && !a.CreatedDateTime.Before(since) || seen.Last.IsSet() && !seen.Last.Before(since) {
			j.Pass(a)
			continue
		}
		judgeUnusedAgent(j, log, a, seen)
	}
}

// judgeUnusedAgent judges an agent that was not seen lately.
func judgeUnusedAgent(j *audit.Judge, log *activity.Log, a *tenant.AgentIdentity, seen activity.Seen) {
	days := int(j.Config.InactiveAfter / (24 * time.Hour))
	start := log.Start()
	switch {
	case seen.Doubt != "":
		j.Unknown(a, seen.Doubt)
	case !a.CreatedDateTime.IsSet():
		j.Unknown(a, "createdDateTime was not returned, so the agent may be new.")
	case !start.IsSet() || start.After(j.Tenant.Now().Add(-j.Config.InactiveAfter)):
		j.Unknown(a, fmt.Sprintf("The agent was not seen, but the sign-ins that were read do not go back %d days.", days),
			audit.Evidence{Dataset: tenant.DatasetSignIns, Observed: "since " + date(start), Expected: fmt.Sprintf("%d days", days)})
	default:
		j.Fail(a, fmt.Sprintf("%s is enabled but has not signed in for over %d days. It was created on %s; what it may do "+
			"is open to whoever takes it over.", named(a), days, date(a.CreatedDateTime)), lastSeen(a, seen, days))
	}
}

func lastSeen(a *tenant.AgentIdentity, seen activity.Seen, days int) audit.Evidence {
	observed := "no sign-in"
	if seen.Last.IsSet() {
		observed = "last sign-in on " + date(seen.Last)
	}
	return audit.At(a, "", observed, fmt.Sprintf("a sign-in within %d days, or disabled", days))
}
