package checks

import (
	"fmt"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

func riskResources() []tenant.ResourceType {
	return []tenant.ResourceType{
		tenant.TypeAgentIdentity, tenant.TypeAgentIdentityBlueprintPrincipal, tenant.TypeAgentUser,
	}
}

func riskNeeds() []tenant.Dataset {
	return []tenant.Dataset{
		tenant.DatasetRiskyAgents, tenant.DatasetAgentIdentities,
		tenant.DatasetAgentIdentityBlueprintPrincipals, tenant.DatasetAgentUsers,
	}
}

var agentAtRisk = audit.Rule{
	ID:        "agent-at-risk",
	Title:     "An agent that is at risk is still enabled",
	Severity:  audit.Critical,
	Resources: riskResources(),
	Needs:     riskNeeds(),
	Presence:  []string{"riskyAgents"},
	Condition: "it is enabled and its risk state is `atRisk` or `confirmedCompromised`; critical when confirmed or at level high, high at " +
		"level medium, medium otherwise",
	Remediation: "Open **ID Protection > Risky agents**, read the detections, and **Disable** the agent while you do, there or with\n\n" +
		"```http\nPATCH https://graph.microsoft.com/v1.0/servicePrincipals/AGENT-ID\n\n{\"accountEnabled\": false}\n```\n\n" +
		"Then **Confirm compromise**, **Confirm safe** or **Dismiss risk**. A compromised one is replaced, not switched on again.",
	References: []string{learnRiskyAgents, "https://learn.microsoft.com/graph/api/riskyagent-confirmsafe?view=graph-rest-beta"},
	Run:        func(j *audit.Judge) { eachRiskSubject(j, judgeAtRisk) },
}

var riskNotReviewed = audit.Rule{
	ID:        "risk-not-reviewed",
	Title:     "Nobody has reviewed an agent's risk for days",
	Severity:  audit.Medium,
	Resources: riskResources(),
	Needs:     riskNeeds(),
	Presence:  []string{"riskyAgents"},
	Condition: "it is `atRisk` and its risk was last changed over (7) days ago",
	Remediation: "Open **ID Protection > Risky agents**, investigate, and **Confirm compromise**, **Confirm safe** or **Dismiss risk**. " +
		"Send new risks to the people on duty, for example by the `RiskyAgents` log category.",
	References: []string{learnRiskyAgents, graphRiskyAgent},
	Run:        func(j *audit.Judge) { eachRiskSubject(j, judgeReview) },
}

// risks are the rows of riskyAgents by the object they are about. Lost are
// those without an id, by the type of their object, or under "" when that is
// not known either.
type risks struct {
	of   map[tenant.ID]*tenant.RiskyAgent
	lost map[tenant.ResourceType]*tenant.RiskyAgent
}

type risksKey struct{}

func risksOf(s *tenant.Snapshot) *risks {
	return tenant.Memo(s, risksKey{}, func(s *tenant.Snapshot) *risks {
		x := &risks{map[tenant.ID]*tenant.RiskyAgent{}, map[tenant.ResourceType]*tenant.RiskyAgent{}}
		for r := range s.RiskyAgents.All() {
			if r.ID.IsZero() {
				x.lost[riskType(r)] = r
			} else {
				x.of[r.ID] = r
			}
		}
		return x
	})
}

func riskType(r *tenant.RiskyAgent) tenant.ResourceType {
	switch r.ODataType.Or("") {
	case "#microsoft.graph.riskyAgentIdentity":
		return tenant.TypeAgentIdentity
	case "#microsoft.graph.riskyAgentIdentityBlueprintPrincipal":
		return tenant.TypeAgentIdentityBlueprintPrincipal
	case "#microsoft.graph.riskyAgentUser":
		return tenant.TypeAgentUser
	}
	return ""
}

// judgeRow judges an object by its row; nil when the row does not speak
// against it.
type judgeRow func(*audit.Judge, tenant.Resource, *tenant.RiskyAgent) *audit.Verdict

// eachRiskSubject judges every agent, blueprint principal and agent user by
// what the risky agents say of it.
func eachRiskSubject(j *audit.Judge, judge judgeRow) {
	x := risksOf(j.Tenant)
	for a := range j.Tenant.AgentIdentities.All() {
		judgeRisk(j, x, a, a.ID, judge)
	}
	for p := range j.Tenant.AgentIdentityBlueprintPrincipals.All() {
		judgeRisk(j, x, p, p.ID, judge)
	}
	for u := range j.Tenant.AgentUsers.All() {
		judgeRisk(j, x, u, u.ID, judge)
	}
}

// judgeRisk passes what no row speaks against, unless a row lost its id and may
// be about it.
func judgeRisk(j *audit.Judge, x *risks, r tenant.Resource, id tenant.ID, judge judgeRow) {
	if row := x.of[id]; row != nil {
		if v := judge(j, r, row); v != nil {
			j.Report(*v)
			return
		}
	}
	lost := x.lost[r.ResourceType()]
	if lost == nil {
		lost = x.lost[""]
	}
	switch {
	case lost != nil:
		j.Unknown(r, fmt.Sprintf("Whether %s is at risk is unknown: a risky agent was returned without its id.", lowerNamed(r)),
			audit.At(lost, "", "id not returned", "the id of the risky agent"))
	case id.IsZero() && len(x.of) > 0:
		j.Unknown(r, fmt.Sprintf("Whether %s is at risk is unknown: its id was not returned.", lowerNamed(r)))
	default:
		j.Pass(r)
	}
}

func judgeAtRisk(_ *audit.Judge, r tenant.Resource, row *tenant.RiskyAgent) *audit.Verdict {
	level := row.RiskLevel.Or("")
	v := &audit.Verdict{Resource: r, Status: audit.Fail}
	switch state := row.RiskState.Or(""); {
	case state == "confirmedCompromised":
		v.Severity = audit.Critical
		v.Message = fmt.Sprintf("%s is confirmed compromised and still enabled. Whoever took it over can sign in.", named(r))
	case state == "atRisk" && level != "" && level != "hidden":
		v.Severity = riskSeverity(level)
		v.Message = fmt.Sprintf("%s is at risk (level %s) and still enabled. The risk was last changed on %s.",
			named(r), level, date(row.RiskLastModifiedDateTime))
	case state == "atRisk":
		return riskUnknown(r, row, "riskLevel", level, "how high its risk is")
	case riskClosed(state):
		return nil
	default:
		return riskUnknown(r, row, "riskState", state, "whether it is at risk")
	}
	v.Evidence = []audit.Evidence{audit.At(row, "/riskState", row.RiskState.Or(""), "reviewed and closed, or disabled")}
	return v
}

// riskClosed reports whether the state says that there is no risk. One that is
// not documented may mean anything.
func riskClosed(state string) bool {
	switch state {
	case "none", "confirmedSafe", "dismissed", "remediated":
		return true
	}
	return false
}

func riskSeverity(level string) audit.Severity {
	switch level {
	case "high":
		return audit.Critical
	case "medium":
		return audit.High
	}
	return audit.Medium
}

func riskUnknown(r tenant.Resource, row *tenant.RiskyAgent, property, value, what string) *audit.Verdict {
	seen, pointer := "is "+value, "/"+property
	if value == "" {
		seen, pointer = "was not returned", ""
	}
	return &audit.Verdict{
		Resource: r, Status: audit.Unknown,
		Message:  fmt.Sprintf("Of %s it is unknown %s: %s %s.", lowerNamed(r), what, property, seen),
		Evidence: []audit.Evidence{audit.At(row, pointer, property+" "+seen, "a value that is shown")},
	}
}

// judgeReview fails a risk that has waited too long for a person.
func judgeReview(j *audit.Judge, r tenant.Resource, row *tenant.RiskyAgent) *audit.Verdict {
	changed := row.RiskLastModifiedDateTime
	switch state := row.RiskState.Or(""); {
	case riskClosed(state) || state == "confirmedCompromised":
		return nil
	case state != "atRisk":
		return riskUnknown(r, row, "riskState", state, "whether it is at risk")
	case !changed.IsSet():
		return riskUnknown(r, row, "riskLastModifiedDateTime", "", "since when it is at risk")
	case j.Tenant.Now().Sub(changed) <= j.Config.RiskReviewWithin:
		return nil
	}
	return &audit.Verdict{
		Resource: r, Status: audit.Fail,
		Message: fmt.Sprintf("%s is at risk, and nobody has confirmed or dismissed that since %s.", named(r), date(changed)),
		Evidence: []audit.Evidence{audit.At(row, "/riskLastModifiedDateTime", changed.String(),
			"within "+count(int(j.Config.RiskReviewWithin.Hours()/24), "day"))},
	}
}
