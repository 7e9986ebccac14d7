package checks

import (
	"github.com/ztagent/ztagent/internal/access"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// judgePolicyEnds implements "it lets agents request or be assigned, and sets no
// expiration".
func judgePolicyEnds(j *audit.Judge) {
	eachOpenPolicy(j, func(p *tenant.AccessPackageAssignmentPolicy) verdictOf {
		end := access.EndOf(p.Expiration, tenant.Time{})
		switch end.Known() {
		case tenant.Yes:
			return verdictOf{status: audit.Pass}
		case tenant.Unknown:
			return unreadableEnd(end)
		}
		return verdictOf{
			status: audit.Fail, says: " gives agents an access package without end",
			why:     "Whatever it hands out stays until someone remembers to take it away.",
			pointer: "/expiration", observed: end.String(), expected: "an end",
		}
	})
}

// judgePolicyLengths implements "as above, with a duration over (180) days".
func judgePolicyLengths(j *audit.Judge) {
	limit := j.Config.AssignmentMaxLifetime
	eachOpenPolicy(j, func(p *tenant.AccessPackageAssignmentPolicy) verdictOf {
		end := access.EndOf(p.Expiration, tenant.Time{})
		switch {
		case end.State == access.Endless:
			return verdictOf{status: audit.NotApplicable, why: "it sets no expiration, which another rule says"}
		case end.State != access.Ends:
			return unreadableEnd(end)
		case !end.Over(limit, j.Tenant.TakenAt):
			return verdictOf{status: audit.Pass}
		}
		return verdictOf{
			status: audit.Fail, says: " gives agents an access package for over " + days(limit) + ": " + end.String(),
			why:     "Nobody is asked in between whether the agent still needs it.",
			pointer: "/expiration", observed: end.String(), expected: "at most " + days(limit),
		}
	})
}

// judgeAccessReviews implements "open to agents, with access reviews off".
func judgeAccessReviews(j *audit.Judge) {
	eachOpenPolicy(j, func(p *tenant.AccessPackageAssignmentPolicy) verdictOf {
		settings, ok := p.ReviewSettings.Get()
		enabled, known := settings.IsEnabled.Get()
		switch {
		case ok && known && enabled:
			return verdictOf{status: audit.Pass}
		case p.ReviewSettings.IsAbsent():
			return verdictOf{
				status: audit.Unknown, why: "reviewSettings was not returned",
				pointer: "", observed: "not returned", expected: "reviews on",
			}
		case ok && !known:
			return verdictOf{
				status: audit.Unknown, why: "reviewSettings/isEnabled was not returned",
				pointer: "/reviewSettings", observed: "not returned", expected: "reviews on",
			}
		}
		return verdictOf{
			status: audit.Fail, says: " lets agents keep an access package that nobody reviews",
			why:     "Access that nobody looks at again is renewed by habit.",
			pointer: "/reviewSettings", observed: "reviews off", expected: "reviews on",
		}
	})
}

// eachOpenPolicy judges the policies that are open to agents, or may be.
func eachOpenPolicy(j *audit.Judge, judge func(*tenant.AccessPackageAssignmentPolicy) verdictOf) {
	for p := range j.Tenant.AccessPackageAssignmentPolicies.All() {
		open, doubt := access.OpenToAgents(j.Tenant, p)
		if open == tenant.No {
			j.NotApplicable(p, "it is not open to agents")
			continue
		}
		v := judge(p)
		switch {
		case v.status == audit.Pass:
			j.Pass(p)
		case v.status == audit.NotApplicable:
			j.NotApplicable(p, v.why)
		case open == tenant.Unknown:
			j.Unknown(p, "Whether "+lowered(p)+" is open to agents cannot be told: "+doubt+".",
				audit.At(p, "", "not known", "who may get the package"))
		case v.status == audit.Fail:
			j.Fail(p, named(p)+v.says+". "+v.why, audit.At(p, v.pointer, v.observed, v.expected))
		default:
			j.Unknown(p, named(p)+" cannot be judged: "+v.why+".", audit.At(p, v.pointer, v.observed, v.expected))
		}
	}
}

// judgeNoAgentPackage implements "agents exist, and no assignment policy is open
// to agents".
func judgeNoAgentPackage(j *audit.Judge) {
	exist := agentsExist(j.Tenant)
	if exist == no {
		j.NotApplicable(j.Whole(), noAgents)
		return
	}
	doubt := ""
	for p := range j.Tenant.AccessPackageAssignmentPolicies.All() {
		switch open, why := access.OpenToAgents(j.Tenant, p); open {
		case tenant.Yes:
			j.Pass(j.Whole())
			return
		case tenant.Unknown:
			doubt = "Whether any access package is open to agents cannot be told: of " + lowered(p) + ", " + why + "."
		}
	}
	switch {
	case doubt != "":
		j.Unknown(j.Whole(), doubt)
	case exist == unclear:
		j.Unknown(j.Whole(), maybeAgents)
	default:
		j.Fail(j.Whole(), "No access package is open to agents. Whatever they need is granted to them directly, and for good.",
			audit.Evidence{
				Dataset:  tenant.DatasetAccessPackageAssignmentPolicies,
				Observed: "no policy for agents", Expected: "allowedTargetScope allDirectoryAgentIdentities",
			})
	}
}
