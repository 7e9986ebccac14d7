package checks

import (
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// rateLimiting implements the boundary "Rate limiting" before the permission
// scopes.
var rateLimiting = audit.Check{
	ID:      "rate-limiting",
	Title:   "Agents are held to a rate",
	Clauses: []audit.Clause{boundaryRateLimiting},
	Rationale: "An agent works at machine speed: one that is hijacked or caught in a loop does in a minute what a person " +
		"does in a month. Entra sets no limit of its own, but detects unusual numbers of sign-ins; the limit itself has " +
		"to stand in front of the APIs.",
	Rules: []audit.Rule{
		{
			ID:        "spike-unhandled",
			Title:     "A spike of sign-ins has not been dealt with",
			Severity:  audit.Medium,
			Resources: []tenant.ResourceType{tenant.TypeAgentIdentity},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentities, tenant.DatasetAgentRiskDetections},
			Presence:  []string{"agentRiskDetections"},
			Condition: "a detection of an unusual number of its sign-ins (`signInSpike`) is `atRisk` or `confirmedCompromised`",
			Remediation: "In the Entra admin center open **ID Protection > Risk detections**, filter for agents and the " +
				"type *sign-in spike*, and compare the times with the agent's sign-ins. If the agent misbehaved, disable " +
				"it and repair its code or credentials before you enable it again; then dismiss the risk, or confirm the " +
				"compromise. The list is `GET /beta/identityProtection/agentRiskDetections?$filter=riskEventType eq " +
				"'signInSpike'`.",
			References: []string{
				"https://learn.microsoft.com/entra/id-protection/concept-risky-agents",
				"https://learn.microsoft.com/graph/api/resources/agentriskdetection?view=graph-rest-beta",
			},
			Run: judgeSpikes,
		},
		{
			ID:        "rate-limit-control",
			Title:     "Nobody attests what limits the rate of agents",
			Severity:  audit.Low,
			Resources: []tenant.ResourceType{tenant.TypeTenant},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentities},
			Condition: "nobody has attested what limits how often agents may call the APIs they use",
			Remediation: "Put a gateway with a limit per caller in front of your own APIs (in Azure API Management the " +
				"policy `rate-limit-by-key` with the token's `azp` or `appid` claim as key), and set quotas where agents " +
				"call models. Then attest it in `attestations.yaml`: rule `rate-limiting/rate-limit-control`, scope " +
				"`tenant`, the statement and a link to the configuration.",
			References: []string{
				"https://learn.microsoft.com/azure/api-management/rate-limit-by-key-policy",
				"https://learn.microsoft.com/graph/throttling",
			},
			Manual: true,
			Run: func(j *audit.Judge) {
				j.Ask(j.Whole(), "What limits how often agents may call the APIs they use?")
			},
		},
	},
}

// spikes are the detections that are, or may be, an unresolved spike.
type spikes struct {
	of      map[tenant.ID][]*tenant.AgentRiskDetection
	unkeyed bool
}

type spikesKey struct{}

func spikesOf(s *tenant.Snapshot) *spikes {
	return tenant.Memo(s, spikesKey{}, func(s *tenant.Snapshot) *spikes {
		x := &spikes{of: map[tenant.ID][]*tenant.AgentRiskDetection{}}
		for d := range s.AgentRiskDetections.All() {
			if isSpike(d) == no || isUnresolved(d) == no {
				continue
			}
			id := d.IdentityID
			if id.IsZero() {
				id = d.AgentID // its name until 2027-04
			}
			if id.IsZero() {
				x.unkeyed = true
			} else {
				x.of[id] = append(x.of[id], d)
			}
		}
		return x
	})
}

func isSpike(d *tenant.AgentRiskDetection) certainty {
	kind, ok := d.RiskEventType.Get()
	switch {
	case !ok:
		return unclear
	case strings.EqualFold(kind, "signInSpike"):
		return yes
	}
	return no
}

func isUnresolved(d *tenant.AgentRiskDetection) certainty {
	switch strings.ToLower(d.RiskState.Or("")) {
	case "atrisk", "confirmedcompromised":
		return yes
	case "none", "confirmedsafe", "remediated", "dismissed":
		return no
	}
	return unclear
}

func judgeSpikes(j *audit.Judge) {
	x := spikesOf(j.Tenant)
	for a := range j.Tenant.AgentIdentities.All() {
		judgeSpikesOf(j, x, a)
	}
}

func judgeSpikesOf(j *audit.Judge, x *spikes, a *tenant.AgentIdentity) {
	rows := x.of[a.ID]
	for _, d := range rows {
		if isSpike(d) == yes && isUnresolved(d) == yes {
			j.Fail(a, named(a)+" had an unusual number of sign-ins, detected on "+date(d.DetectedDateTime)+
				", and nobody has resolved it.",
				audit.At(d, "/riskState", d.RiskState.Or(""), "remediated or dismissed"))
			return
		}
	}
	switch {
	case len(rows) > 0:
		j.Unknown(a, "A detection about the agent does not say what it is or whether it was resolved.",
			audit.At(rows[0], "", "riskEventType or riskState not returned", "both"))
	case a.ID.IsZero():
		j.Unknown(a, "The agent's id was not returned, so detections about it cannot be found.")
	case x.unkeyed:
		j.Unknown(a, "A detection of a sign-in spike does not say which agent it is about.")
	default:
		j.Pass(a)
	}
}
