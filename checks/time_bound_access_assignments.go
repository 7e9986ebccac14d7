package checks

import (
	"github.com/ztagent/ztagent/internal/access"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// judgeAssignmentEnds implements "its target is an agent, it is neither expired
// nor failed, and it has no expiry". A missing end is none (docs/verdicts.md, no end).
func judgeAssignmentEnds(j *audit.Judge) {
	eachAgentAssignment(j, func(a *tenant.AccessPackageAssignment, end access.End) verdictOf {
		switch end.Known() {
		case tenant.Yes:
			return verdictOf{status: audit.Pass}
		case tenant.Unknown:
			return unreadableEnd(end)
		}
		return verdictOf{
			status:  audit.Fail,
			says:    " of the access package " + packageLabel(a) + " has no end",
			why:     "What it hands out stays until someone remembers to take it away.",
			pointer: "/schedule/expiration", observed: end.String(), expected: "an end",
		}
	})
}

// judgeAssignmentLengths implements "its target is an agent and it lasts over
// (180) days". What has no end is not also too long; where the end was not
// returned, it may be either.
func judgeAssignmentLengths(j *audit.Judge) {
	limit := j.Config.AssignmentMaxLifetime
	eachAgentAssignment(j, func(a *tenant.AccessPackageAssignment, end access.End) verdictOf {
		switch {
		case end.State == access.Endless:
			return verdictOf{status: audit.NotApplicable, why: "it has no end, which another rule says"}
		case end.State != access.Ends:
			return unreadableEnd(end)
		case !end.Over(limit, j.Tenant.TakenAt):
			return verdictOf{status: audit.Pass}
		}
		return verdictOf{
			status:  audit.Fail,
			says:    " of the access package " + packageLabel(a) + " lasts over " + days(limit) + ", until " + end.String(),
			why:     "Nobody is asked in between whether the agent still needs it.",
			pointer: "/schedule/expiration", observed: end.String(), expected: "at most " + days(limit),
		}
	})
}

// verdictOf is a verdict on an assignment or policy before it is put into words:
// says follows what it is about.
type verdictOf struct {
	status                      audit.Status
	says, why                   string
	pointer, observed, expected string
}

func unreadableEnd(end access.End) verdictOf {
	return verdictOf{
		status: audit.Unknown, why: end.Why, pointer: "", observed: end.String(), expected: "a date or duration",
	}
}

// eachAgentAssignment judges the assignments whose target is an agent, and those
// whose target may be one.
func eachAgentAssignment(j *audit.Judge, judge func(*tenant.AccessPackageAssignment, access.End) verdictOf) {
	agents := j.Tenant.AgentsByID()
	for a := range j.Tenant.AccessPackageAssignments.All() {
		target := access.TargetID(a)
		agent := agents.First(target)
		if agent == nil && !target.IsZero() && len(agents.Unkeyed) == 0 {
			continue // somebody else's
		}
		v := judgeAssignment(a, agent, judge)
		switch v.status {
		case audit.NotApplicable:
			j.NotApplicable(a, v.why)
		case audit.Pass:
			j.Pass(a)
		case audit.Fail:
			j.Fail(a, "The assignment to "+lowered(agent)+v.says+". "+v.why,
				audit.At(a, v.pointer, v.observed, v.expected))
		default:
			j.Unknown(a, "An assignment of the access package "+packageLabel(a)+" cannot be judged: "+v.why+".",
				audit.At(a, v.pointer, v.observed, v.expected))
		}
	}
}

// judgeAssignment applies what holds for every rule about assignments, before
// and after the rule's own question.
func judgeAssignment(a *tenant.AccessPackageAssignment, agent *tenant.AgentIdentity,
	judge func(*tenant.AccessPackageAssignment, access.End) verdictOf,
) verdictOf {
	over := access.Over(a)
	switch {
	case over == tenant.Yes:
		return verdictOf{status: audit.NotApplicable, why: "it is expired or was never delivered"}
	case agent != nil && agent.Activity() == tenant.Inactive:
		return verdictOf{status: audit.NotApplicable, why: "its agent is not active"}
	}
	v := judge(a, access.EndOfAssignment(a))
	if v.status != audit.Fail && v.status != audit.Pass {
		return v
	}
	doubt := ""
	switch {
	case agent == nil && v.status == audit.Fail:
		doubt = "whether its target is an agent is not known, because an id was not returned"
	case over == tenant.Unknown && v.status == audit.Fail:
		doubt = "its state was not returned"
	case agent != nil && agent.Activity() == tenant.ActivityUnknown:
		doubt = "whether " + lowered(agent) + " is active is not known, because accountEnabled or " +
			"disabledByMicrosoftStatus was not returned"
	}
	if doubt != "" {
		return verdictOf{status: audit.Unknown, why: doubt, observed: "not known", expected: "returned"}
	}
	return v
}

func packageLabel(a *tenant.AccessPackageAssignment) string {
	if name := a.ResourceName(); name != "" {
		return `"` + name + `"`
	}
	if p, ok := a.AccessPackage.Get(); ok && !p.ID.IsZero() {
		return p.ID.String()
	}
	return "that was not returned"
}
