package checks

import (
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// reasoningTrace implements the visibility pillar's "Agent logs, reasoning
// traces". No Graph read answers where a trace is kept, so a person does.
var reasoningTrace = audit.Check{
	ID:      "reasoning-trace",
	Title:   "Reasoning traces are kept",
	Clauses: []audit.Clause{pillarVisibility},
	Rationale: "Sign-in and audit logs show that an agent acted, not why. After an incident only the trace of prompts, " +
		"tool calls and intermediate conclusions tells an attack from a mistake, and only if it can be joined to the " +
		"Entra logs of the same moment.",
	Rules: []audit.Rule{{
		ID:        "trace-kept",
		Title:     "Nobody attests where the reasoning trace is kept",
		Severity:  audit.Medium,
		Resources: []tenant.ResourceType{tenant.TypeAgentIdentityBlueprint},
		Needs:     []tenant.Dataset{tenant.DatasetAgentIdentityBlueprints},
		Condition: "nobody has attested where the reasoning trace of the blueprint's agents is kept, and how it is " +
			"joined to the Entra logs by agent id and correlation id",
		Remediation: "Find out where the platform that runs the blueprint's agents writes their traces (for example " +
			"Application Insights for Azure AI Foundry, or the conversation transcripts of Copilot Studio), and make " +
			"sure that each trace carries the agent identity's object id and the correlation id of its token requests. " +
			"Then attest it in `attestations.yaml`: rule `reasoning-trace/trace-kept`, scope the blueprint's object id, " +
			"the statement and a link to the place.",
		References: []string{
			"https://learn.microsoft.com/entra/agent-id/sign-in-audit-logs-agents",
			"https://learn.microsoft.com/entra/agent-id/best-practices-agent-id",
		},
		Manual: true,
		Run:    judgeTraceKept,
	}},
}

func judgeTraceKept(j *audit.Judge) {
	for b := range j.Tenant.AgentIdentityBlueprints.All() {
		j.Ask(b, "Where is the reasoning trace of the agents of "+labelOf(b)+
			" kept, and is it joined to the Entra logs by agent id and correlation id?")
	}
}
