package checks

import (
	"cmp"
	"fmt"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// L4 "Risk detection enabled"; C "Risk-based Conditional Access"; B "Risk score
// check"; the visibility pillar.
var riskDetection = audit.Check{
	ID:      "risk-detection",
	Title:   "Risky agents are found, blocked and reviewed",
	Clauses: []audit.Clause{lineRiskDetection, controlRiskBasedAccess, boundaryRiskScore, pillarVisibility},
	Rationale: "An agent acts at any hour and faster than anyone can watch. Detection finds the one that behaves as it never did, " +
		"a risk-based policy stops it without waiting for a person, and a review decides what becomes of it.",
	Rules: []audit.Rule{
		detectionUnavailable, noRiskPolicy, agentOutsideRiskPolicy, agentAtRisk, riskNotReviewed, mediumRiskAllowed,
	},
}

const (
	learnRiskyAgents = "https://learn.microsoft.com/entra/id-protection/concept-risky-agents"
	graphRiskyAgent  = "https://learn.microsoft.com/graph/api/resources/riskyagent?view=graph-rest-beta"
)

var detectionUnavailable = audit.Rule{
	ID:        "detection-unavailable",
	Title:     "Risk detection for agents is not available",
	Severity:  audit.High,
	Resources: []tenant.ResourceType{tenant.TypeTenant},
	Needs:     []tenant.Dataset{tenant.DatasetRiskyAgents},
	ControlGaps: []audit.ControlGap{{
		Dataset: tenant.DatasetRiskyAgents, Statuses: []tenant.GapStatus{tenant.GapNotLicensed, tenant.GapNotEnabled},
		Message: "Microsoft Entra ID Protection does not report risky agents in this tenant: it is not licensed or not enabled. " +
			"No policy can act on a risk that nobody measures.",
	}},
	Presence:  []string{"riskyAgents"},
	Condition: "reading risky agents answers that it is not licensed or not enabled, or every risk level is `hidden`",
	Remediation: "Assign licences that include Microsoft Entra ID Protection for agents (Microsoft Entra ID P2), then open " +
		"**ID Protection > Risky agents** and see that levels are shown. Check with\n\n" +
		"```http\nGET https://graph.microsoft.com/beta/identityProtection/riskyAgents?$top=1\n```",
	References: []string{learnRiskyAgents, graphRiskyAgent},
	Run:        runDetectionUnavailable,
}

func runDetectionUnavailable(j *audit.Judge) {
	var hidden, unread *tenant.RiskyAgent
	rows := 0
	for r := range j.Tenant.RiskyAgents.All() {
		rows++
		switch level, known := r.RiskLevel.Get(); {
		case !known, level == "unknownFutureValue":
			unread = cmp.Or(unread, r)
		case level == "hidden":
			hidden = cmp.Or(hidden, r)
		default:
			j.Pass(j.Whole(), audit.At(r, "/riskLevel", level, "a level that is shown"))
			return
		}
	}
	switch {
	case unread != nil:
		j.Unknown(j.Whole(), "Whether risk levels of agents are shown is unknown: riskLevel was not returned, or is one that is not documented.",
			audit.At(unread, "", "riskLevel "+unread.RiskLevel.Or("not returned"), "a level that is shown"))
	case hidden != nil:
		j.Fail(j.Whole(), fmt.Sprintf("The risk level of every risky agent (%d) is hidden. Entra hides it from tenants without the licence, so there is no detection to rely on.", rows),
			audit.At(hidden, "/riskLevel", "hidden", "a level that is shown"))
	default:
		j.Pass(j.Whole(), audit.Evidence{Dataset: tenant.DatasetRiskyAgents, Observed: "readable, no risky agent", Expected: "readable"})
	}
}
