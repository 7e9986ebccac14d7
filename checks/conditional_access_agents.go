package checks

import (
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/conditionalaccess"
	"github.com/ztagent/ztagent/internal/tenant"
)

var noAgentPolicy = audit.Rule{
	ID:        "no-agent-policy",
	Title:     "No Conditional Access policy targets agent identities",
	Severity:  audit.Critical,
	Resources: []tenant.ResourceType{tenant.TypeTenant},
	Needs:     agentPolicyNeeds(),
	ControlGaps: []audit.ControlGap{{
		Dataset: tenant.DatasetConditionalAccessPolicies, Statuses: []tenant.GapStatus{tenant.GapNotLicensed},
		Message: "The tenant has agents and no licence for Conditional Access, so no policy can target them.",
	}},
	Presence:  anyAgent(exclusionPresence()),
	Condition: "no enabled policy targets any active agent identity",
	Remediation: newAgentPolicy + "and select **Block** (the only grant control that agents support), with **Agent risk: High** " +
		"to begin with. Run it in report-only, then switch it on. The template is `6bdcbbb7-ebd1-4f8f-a02f-652db0e3665d`.",
	References: []string{learnAutonomous, learnTargetAgents, graphClients},
	Run:        runNoAgentPolicy,
}

func runNoAgentPolicy(j *audit.Judge) {
	access := conditionalaccess.Of(j.Tenant)
	failure := "No enabled Conditional Access policy targets any agent identity. "
	if idle := idleAgentPolicy(access); idle != nil {
		failure += fmt.Sprintf("Policy %s is about agents, but %s.", labelOf(idle), stateWords(idle))
	} else {
		failure += "Policies for users, even for all users, do not reach them."
	}
	judgeOverall(j, access.AnyTargeted(), "a policy targets agent identities", failure)
}

// stateWords says of a policy that is not in force what it is instead.
func stateWords(p *conditionalaccess.Policy) string {
	if p.ReportOnly() {
		return "it is report-only"
	}
	return "it is switched off"
}

// idleAgentPolicy is the first agent policy that is not in force.
func idleAgentPolicy(access *conditionalaccess.Evaluator) *conditionalaccess.Policy {
	for _, p := range access.AgentPolicies() {
		if p.Agents == conditionalaccess.Yes && p.Enabled == conditionalaccess.No {
			return p
		}
	}
	return nil
}

// judgeOverall turns the answer of the evaluator about any active agent into
// the verdict of a tenant-wide rule.
func judgeOverall(j *audit.Judge, overall conditionalaccess.Overall, what, failure string) {
	switch {
	case overall.NoAgents:
		j.NotApplicable(j.Whole(), "There is no active agent identity.")
	case overall.Answer == conditionalaccess.Yes:
		j.Pass(j.Whole(), audit.At(overall.Policy, "", labelOf(overall.Policy), what))
	case overall.Answer == conditionalaccess.No:
		j.Fail(j.Whole(), failure, audit.Evidence{
			Dataset: tenant.DatasetConditionalAccessPolicies, Observed: "no such policy", Expected: what,
		})
	case overall.Policy == nil:
		j.Unknown(j.Whole(), fmt.Sprintf("Whether %s is unknown: %s.", what, overall.Why()))
	default:
		j.Unknown(j.Whole(), fmt.Sprintf("Whether %s hangs on policy %s: %s.", what, labelOf(overall.Policy), overall.Why()),
			audit.At(overall.Policy, "", "not decided by what was returned", what))
	}
}

var agentNotCovered = audit.Rule{
	ID:        "agent-not-covered",
	Title:     "An agent is covered by no Conditional Access policy",
	Severity:  audit.High,
	Resources: []tenant.ResourceType{tenant.TypeAgentIdentity},
	Needs:     agentPolicyNeeds(),
	Presence:  exclusionPresence(),
	Condition: "no enabled policy targets the agent on all resources and blocks it, with or without a risk condition",
	Remediation: "Bring the agent into a policy that blocks on all resources: include **All agent identities**, and where it must be " +
		"approved let a second policy with **Agent risk** still reach it. Check the result for one agent with\n\n" +
		"```http\nPOST https://graph.microsoft.com/beta/identity/conditionalAccess/evaluate\n\n" +
		"{\"signInIdentity\": {\"@odata.type\": \"#microsoft.graph.agentSignIn\", \"agentServicePrincipalId\": \"AGENT-ID\"},\n" +
		" \"signInContext\": {\"@odata.type\": \"#microsoft.graph.applicationContext\", \"includeApplications\": [\"00000003-0000-0000-c000-000000000000\"]},\n" +
		" \"signInConditions\": {\"agentIdRiskLevel\": \"high\"}}\n```",
	References: []string{learnAutonomous, learnTargetAgents, "https://learn.microsoft.com/graph/api/conditionalaccessroot-evaluate?view=graph-rest-beta"},
	Run:        runAgentNotCovered,
}

func runAgentNotCovered(j *audit.Judge) {
	access := conditionalaccess.Of(j.Tenant)
	notes := map[*conditionalaccess.Policy]string{}
	for a := range j.Tenant.AgentIdentities.All() {
		if a.Activity() == tenant.Inactive {
			j.NotApplicable(a, "")
			continue
		}
		switch found := access.Covered(a); found.Answer {
		case conditionalaccess.Yes:
			note, known := notes[found.Policy]
			if !known {
				note = coverNote(found.Policy)
				notes[found.Policy] = note
			}
			j.Report(audit.Verdict{Resource: a, Status: audit.Pass, Message: note})
		case conditionalaccess.No:
			failNotCovered(j, access, a)
		default:
			unknownFound(j, a, "is covered", found)
		}
	}
}

// coverNote tells a policy that always blocks from one that does at risk.
func coverNote(p *conditionalaccess.Policy) string {
	levels := strings.Join(p.AgentRiskLevels(), ", ")
	switch {
	case p.RiskCondition == conditionalaccess.No:
		return fmt.Sprintf("Policy %s blocks it at every risk.", labelOf(p))
	case levels != "":
		return fmt.Sprintf("Policy %s blocks it when its risk is %s.", labelOf(p), levels)
	}
	return fmt.Sprintf("Policy %s blocks it under a risk condition.", labelOf(p))
}

func failNotCovered(j *audit.Judge, access *conditionalaccess.Evaluator, a *tenant.AgentIdentity) {
	nearest, obstacles := access.Nearest(a, "")
	failWithNearest(j, a, named(a)+" is covered by no enabled Conditional Access policy. ", "a policy that blocks it on all resources",
		nearest, obstacles)
}

// failWithNearest fails an agent that no policy does for, and names the one
// that comes closest with what keeps it from doing.
func failWithNearest(j *audit.Judge, a *tenant.AgentIdentity, message, expected string, nearest *conditionalaccess.Policy, obstacles []conditionalaccess.Obstacle) {
	evidence := []audit.Evidence{audit.At(a, "", "no such policy", expected)}
	if nearest == nil {
		j.Fail(a, message+"No policy is about agent identities, and policies for others do not reach them.", evidence...)
		return
	}
	var because []string
	for _, o := range obstacles {
		because = append(because, o.Because)
		evidence = append(evidence, audit.At(nearest, o.Pointer, o.Because, expected))
	}
	j.Fail(a, message+fmt.Sprintf("The nearest is policy %s, but %s.", labelOf(nearest), strings.Join(because, ", and ")), evidence...)
}

// unknownFound says on which policy the verdict about an agent hangs.
func unknownFound(j *audit.Judge, a *tenant.AgentIdentity, what string, found conditionalaccess.Found) {
	j.Unknown(a, fmt.Sprintf("Whether %s %s hangs on policy %s: %s.", lowerNamed(a), what, labelOf(found.Policy), found.Why()),
		audit.At(found.Policy, found.Pointer(), "not decided by what was returned", "every property that the policy needs"))
}

// lowerNamed is named inside a sentence.
func lowerNamed(r tenant.Resource) string {
	return strings.ToLower(kindOf(r.ResourceType())) + " " + labelOf(r)
}

var agentExcluded = audit.Rule{
	ID:        "agent-excluded",
	Title:     "A policy for all agents excludes an agent",
	Severity:  audit.Info,
	Resources: []tenant.ResourceType{tenant.TypeAgentIdentity},
	Needs:     agentPolicyNeeds(),
	// The policy, its exclusion and the word All are what the rule is about.
	Presence: append(exclusionPresence(), "conditionalAccessPolicies",
		policyClients+"includeAgentIdServicePrincipals"),
	Condition: "an enabled policy includes all agent identities but excludes this one",
	Remediation: "Ask whether the exclusion is an approval that somebody owns. In a tenant that blocks all agents but the approved ones it is; " +
		"elsewhere remove the agent (or its blueprint principal, or its attribute) from the exclusions of the policy, or give it a policy of its own.",
	References: []string{learnTargetAgents, graphClients},
	Run:        runAgentExcluded,
}

func runAgentExcluded(j *audit.Judge) {
	access := conditionalaccess.Of(j.Tenant)
	for a := range j.Tenant.AgentIdentities.All() {
		if a.Activity() == tenant.Inactive {
			j.NotApplicable(a, "")
			continue
		}
		exceptions := access.Except(a)
		if len(exceptions) == 0 {
			j.Pass(a)
			continue
		}
		judgeExceptions(j, a, exceptions)
	}
}

func judgeExceptions(j *audit.Judge, a *tenant.AgentIdentity, exceptions []conditionalaccess.Found) {
	var clauses []string
	var evidence []audit.Evidence
	for _, e := range exceptions {
		if e.Answer != conditionalaccess.Yes {
			continue
		}
		because := e.Reach.Because()
		meaning := "which leaves a hole unless another policy reaches it"
		if e.Policy.Blocks == conditionalaccess.Yes && e.Policy.RiskCondition == conditionalaccess.No {
			meaning = "which approves it, for that policy blocks all others"
		}
		clauses = append(clauses, fmt.Sprintf("policy %s, %s", labelOf(e.Policy), meaning))
		evidence = append(evidence, audit.At(e.Policy, e.Reach.Pointer(), because, "an exclusion that somebody approved"))
	}
	if len(clauses) == 0 {
		unknownFound(j, a, "is excluded", exceptions[0])
		return
	}
	j.Fail(a, fmt.Sprintf("%s is excluded from a policy for all agents: %s.", named(a), strings.Join(clauses, "; and ")), evidence...)
}

var noDefaultBlock = audit.Rule{
	ID:        "no-default-block",
	Title:     "Agents are allowed unless they are risky: no policy blocks all but the approved ones",
	Severity:  audit.Info,
	Resources: []tenant.ResourceType{tenant.TypeTenant},
	Needs:     []tenant.Dataset{tenant.DatasetConditionalAccessPolicies},
	Presence: []string{
		policyResources + "excludeApplications",
		policyConditions + "agentIdRiskLevels", policyConditions + "userRiskLevels",
		policyConditions + "signInRiskLevels", policyConditions + "servicePrincipalRiskLevels",
	},
	Condition: "no enabled policy blocks, on all resources and at every risk, all agent identities but the approved ones",
	Remediation: "Tag approved agents with a custom security attribute. " + newAgentPolicy + "and **Block**, and exclude agents " +
		"**based on attributes** (`CustomSecurityAttribute.AgentAttributes_AgentApprovalStatus -contains \"Approved\"`). Run it in report-only first.",
	References: []string{learnAutonomous, learnAgentAccess},
	Run: func(j *audit.Judge) {
		const what = "a policy that blocks all agents but the approved ones"
		switch found := conditionalaccess.Of(j.Tenant).DefaultBlock(); found.Answer {
		case conditionalaccess.Yes:
			j.Pass(j.Whole(), audit.At(found.Policy, "", labelOf(found.Policy), what))
		case conditionalaccess.No:
			j.Fail(j.Whole(), "No enabled policy blocks all agents but the approved ones. A new agent may sign in from its first day.",
				audit.Evidence{Dataset: tenant.DatasetConditionalAccessPolicies, Observed: "no such policy", Expected: what})
		default:
			j.Unknown(j.Whole(), fmt.Sprintf("Whether agents are blocked by default hangs on policy %s: %s.", labelOf(found.Policy), found.Why()),
				audit.At(found.Policy, "", "not decided by what was returned", what))
		}
	},
}
