package checks

import (
	"fmt"

	"github.com/ztagent/ztagent/internal/activity"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

var entraAuthentication = audit.Check{
	ID:      "entra-authentication",
	Title:   "Every agent request is authenticated by Entra as an agent",
	Clauses: []audit.Clause{controlEntraAuthentication},
	Rationale: "Only what signs in as an agent identity is reached by the policies, the risk detection and the logs " +
		"that are made for agents.",
	Rules: []audit.Rule{
		{
			ID: "classic-agent", Title: "An AI agent runs on an ordinary service principal", Severity: audit.High,
			Resources: []tenant.ResourceType{tenant.TypeServicePrincipal},
			Needs: []tenant.Dataset{
				tenant.DatasetClassicAgents, tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprintPrincipals,
			},
			Condition: "a service principal that its tags mark as an AI agent is neither an agent identity nor a blueprint " +
				"principal",
			Remediation: "Recreate the agent on Entra Agent ID (in Copilot Studio: Settings > Security > Entra agent identity; " +
				"elsewhere: a blueprint and `POST https://graph.microsoft.com/v1.0/servicePrincipals/microsoft.graph.agentIdentity`), " +
				"move its permissions, then disable the old one: `PATCH https://graph.microsoft.com/v1.0/servicePrincipals/{id}` " +
				"with `accountEnabled` false. A classic agent cannot be converted.",
			References: []string{
				"https://learn.microsoft.com/en-us/entra/agent-id/best-practices-agent-id",
				"https://learn.microsoft.com/en-us/entra/agent-id/create-blueprint",
			},
			Run: judgeClassicAgents,
		},
		{
			ID: "unregistered-identity", Title: "A registered agent has no agent identity", Severity: audit.High,
			Resources: []tenant.ResourceType{tenant.TypeAgentInstance},
			Needs:     []tenant.Dataset{tenant.DatasetAgentInstances, tenant.DatasetAgentIdentities},
			Condition: "a registry instance names no agent identity, or one that does not exist",
			Remediation: "Create an agent identity for it " +
				"(`POST https://graph.microsoft.com/v1.0/servicePrincipals/microsoft.graph.agentIdentity`) and name it in the " +
				"registry (`PATCH https://graph.microsoft.com/beta/agentRegistry/agentInstances/{id}` with `agentIdentityId`), " +
				"or remove the instance if the agent is gone.",
			References: []string{"https://learn.microsoft.com/en-us/graph/api/resources/agentinstance?view=graph-rest-beta"},
			Run:        judgeUnregisteredIdentities,
		},
		{
			ID: "legacy-sign-in", Title: "An agent signs in with a secret or a certificate", Severity: audit.Medium,
			Resources: []tenant.ResourceType{tenant.TypeAgentIdentity},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentities, tenant.DatasetAgentUsers, tenant.DatasetSignIns},
			Presence:  []string{"signIns"},
			Condition: "the agent signed in successfully with clientCredentialType `clientSecret` or `certificate`",
			Remediation: "Find the workload by the sign-in (in the Entra admin center **Entra ID > Monitoring & health > Sign-in logs > " +
				"Service principal sign-ins**), move it to a federated credential of the blueprint, then remove the secret or certificate.",
			References: []string{
				"https://learn.microsoft.com/en-us/graph/api/resources/signin?view=graph-rest-beta",
				"https://learn.microsoft.com/en-us/entra/agent-id/agent-identities",
			},
			Run: judgeLegacySignIns,
		},
	},
}

// judgeClassicAgents: Graph's list by tags returns agent identities and blueprint
// principals too, which carry the tags of their blueprint; those are fine.
func judgeClassicAgents(j *audit.Judge) {
	agents, principals := j.Tenant.AgentsByID(), j.Tenant.PrincipalsByID()
	for c := range j.Tenant.ClassicAgents.All() {
		if agents.First(c.ID) != nil || principals.First(c.ID) != nil {
			j.Pass(c)
			continue
		}
		j.Fail(c, fmt.Sprintf("%s is an AI agent on an ordinary service principal. Conditional Access for agents, agent "+
			"risk and the agents' kill switch do not reach it.", named(c)),
			audit.At(c, "", "an ordinary service principal", "an agent identity"))
	}
}

func judgeUnregisteredIdentities(j *audit.Judge) {
	agents := j.Tenant.AgentsByID()
	for i := range j.Tenant.AgentInstances.All() {
		id := i.AgentIdentityID.Or(tenant.ID{})
		switch {
		case i.AgentIdentityID.IsAbsent():
			j.Unknown(i, "agentIdentityId was not returned.")
		case id.IsZero():
			j.Fail(i, fmt.Sprintf("%s names no agent identity. Whatever it signs in with, it is not governed as an agent.",
				named(i)), audit.At(i, "/agentIdentityId", "none", "an agent identity"))
		case agents.First(id) != nil:
			j.Pass(i)
		case len(agents.Unkeyed) > 0:
			j.Unknown(i, "The id of an agent identity was not returned; it may be the one that this instance names.")
		default:
			j.Fail(i, fmt.Sprintf("%s names an agent identity that does not exist. It was deleted, or the registry was told "+
				"a wrong id.", named(i)), audit.At(i, "/agentIdentityId", id.String(), "an agent identity of this tenant"))
		}
	}
}

// legacySignIn is what the log says of one agent: the first successful sign-in
// with a secret or certificate, how many there are, or why that cannot be told.
type legacySignIn struct {
	first *tenant.SignIn
	n     int
	doubt string
}

func judgeLegacySignIns(j *audit.Judge) {
	owners := activity.OwnersOf(j.Tenant)
	of := map[*tenant.AgentIdentity]*legacySignIn{}
	lost := "" // a doubt about a sign-in that may be any agent's
	for row := range j.Tenant.SignIns.All() {
		legacy, doubt := isLegacy(row)
		if !legacy && doubt == "" {
			continue
		}
		kind, agent := owners.Of(row)
		switch {
		case kind == activity.Unkeyed:
			lost = "A sign-in with a secret or certificate may be this agent's: servicePrincipalId was not returned."
		case kind != activity.Agent:
		case of[agent] == nil:
			of[agent] = &legacySignIn{first: row, n: 1, doubt: doubt}
		default:
			of[agent].add(row, doubt)
		}
	}
	for a := range j.Tenant.AgentIdentities.All() {
		switch l := of[a]; {
		case l != nil && l.doubt == "":
			failLegacySignIn(j, a, l)
		case l != nil:
			j.Unknown(a, l.doubt)
		case a.ID.IsZero():
			j.Unknown(a, "Its id was not returned, so its sign-ins cannot be found.")
		case lost != "":
			j.Unknown(a, lost)
		default:
			j.Pass(a)
		}
	}
}

// add takes one more sign-in; one beyond doubt outweighs any with doubt.
func (l *legacySignIn) add(row *tenant.SignIn, doubt string) {
	switch {
	case doubt == "" && l.doubt != "":
		*l = legacySignIn{first: row, n: 1}
	case doubt == "":
		l.n++
	}
}

// isLegacy reports whether the sign-in succeeded with a secret or certificate,
// or why that cannot be told.
func isLegacy(row *tenant.SignIn) (legacy bool, doubt string) {
	code, hasCode := row.ErrorCode.Get()
	if hasCode && code != 0 {
		return false, ""
	}
	switch row.ClientCredentialType {
	case "clientSecret", "certificate":
		if !hasCode {
			return false, "Whether a sign-in with a secret or certificate succeeded cannot be told: status/errorCode was not returned."
		}
		return true, ""
	case "":
		return false, "clientCredentialType of one of its sign-ins was not returned."
	case "unknownFutureValue":
		return false, "clientCredentialType of one of its sign-ins is of a kind that is not known."
	}
	return false, ""
}

func failLegacySignIn(j *audit.Judge, a *tenant.AgentIdentity, l *legacySignIn) {
	noun := "client secret"
	if l.first.ClientCredentialType == "certificate" {
		noun = "certificate"
	}
	times := ""
	if l.n > 1 {
		times = fmt.Sprintf(" It is one of %d such sign-ins in the log.", l.n)
	}
	j.Fail(a, fmt.Sprintf("%s signed in with a %s on %s.%s A credential that can be copied is in use, not only stored.",
		named(a), noun, date(l.first.CreatedDateTime), times),
		audit.At(l.first, "/clientCredentialType", l.first.ClientCredentialType, "federatedIdentityCredential or managedIdentity"))
}
