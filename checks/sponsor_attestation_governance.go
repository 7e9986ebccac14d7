package checks

import (
	"fmt"
	"strings"
	"time"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

type subjectsKey struct{}

func subjectsByAgent(s *tenant.Snapshot) *tenant.Index[tenant.LifecycleSubject] {
	return tenant.Memo(s, subjectsKey{}, func(s *tenant.Snapshot) *tenant.Index[tenant.LifecycleSubject] {
		return tenant.NewIndex(&s.LifecycleSubjects, func(row *tenant.LifecycleSubject) tenant.ID {
			return row.Subject.Or(tenant.ObjectRef{}).ID
		})
	})
}

// judgeNotAttested looks at our own attestations and at the policies' report.
func judgeNotAttested(j *audit.Judge) {
	_, noReport := j.Tenant.Gap(tenant.DatasetLifecycleSubjects)
	_, noBlueprints := j.Tenant.Gap(tenant.DatasetAgentIdentityBlueprints)
	given := j.AttestationsGiven()
	for a := range j.Tenant.AgentIdentities.All() {
		if given {
			if found, ok := attestationOf(j, a); ok {
				j.Report(audit.Verdict{Resource: a, Status: audit.Pass, Message: found.Summary(), Attested: true})
				continue
			}
		}
		// An attestation of its blueprint may be there and not be found.
		unsure := given && (noBlueprints || a.AgentIdentityBlueprintID.IsZero())
		switch {
		case !noReport:
			judgeByReport(j, a, unsure)
		case given:
			failNotAttested(j, a, unsure, audit.At(a, "", "no attestation", attestedWithin(j)))
		default:
			j.Report(audit.Verdict{Resource: a, Status: audit.Manual, Message: "Has the sponsor of " + labelOf(a) +
				" attested lately that it is needed? Neither the report of an agent lifecycle policy nor an attestation was given."})
		}
	}
}

// attestationOf returns an attestation of the agent or its blueprint that is not
// too old.
func attestationOf(j *audit.Judge, a *tenant.AgentIdentity) (audit.Attestation, bool) {
	oldest := j.Tenant.TakenAt.Add(-j.Config.AttestationMaxAge)
	if found, ok := j.Attested(a); ok && !found.At.Before(oldest) {
		return found, true
	}
	for _, b := range j.Tenant.BlueprintsByAppID().Of(a.AgentIdentityBlueprintID) {
		if found, ok := j.Attested(b); ok && !found.At.Before(oldest) {
			return found, true
		}
	}
	return audit.Attestation{}, false
}

func attestedWithin(j *audit.Judge) string {
	return fmt.Sprintf("an attestation within %d days", int(j.Config.AttestationMaxAge/(24*time.Hour)))
}

func failNotAttested(j *audit.Judge, a *tenant.AgentIdentity, unsure bool, evidence audit.Evidence) {
	if unsure {
		j.Unknown(a, "Its blueprint is not known, so an attestation of the blueprint cannot be found.", evidence)
		return
	}
	j.Fail(a, fmt.Sprintf("%s has not been attested within %d days. Nobody has said lately that it is still needed.",
		named(a), int(j.Config.AttestationMaxAge/(24*time.Hour))), evidence)
}

// judgeByReport judges an agent by its rows in the report. A row of a policy
// that is not in effect for it decides nothing; one that says that it is not
// compliant outweighs all others.
func judgeByReport(j *audit.Judge, a *tenant.AgentIdentity, unsure bool) {
	index := subjectsByAgent(j.Tenant)
	var good, bad, open, idle *tenant.LifecycleSubject
	for _, row := range index.Of(a.ID) {
		switch compliant := isCompliant(row); {
		case !isEffective(row) && compliant != no:
			idle = row
		case !isEffective(row):
		case compliant == no:
			bad = row
		case compliant == unclear:
			open = row
		default:
			good = row
		}
	}
	switch {
	case bad != nil:
		failNotAttested(j, a, unsure, audit.At(bad, "/compliance", bad.Compliance.Word.Or("null"), "compliant"))
	case a.ID.IsZero():
		j.Unknown(a, "The agent's id was not returned, so the report on it cannot be found.")
	case len(index.Unkeyed) > 0:
		j.Unknown(a, "A row of the lifecycle policies' report does not say which agent it is about.")
	case open != nil:
		j.Unknown(a, "The report does not say whether the agent is compliant.",
			audit.At(open, "", "compliance not returned", "compliant"))
	case good != nil:
		j.Pass(a)
	case idle != nil:
		j.Unknown(a, "The lifecycle policy that calls the agent compliant is not in effect for it.",
			audit.At(idle, "/relationship", idle.Relationship.Or(""), "effective"))
	default:
		failNotAttested(j, a, unsure,
			audit.Evidence{Dataset: tenant.DatasetLifecycleSubjects, Observed: "not in the report", Expected: "compliant"})
	}
}

// isEffective reports whether the policy of the row governs the agent; a row
// that does not tell is taken at its word.
func isEffective(row *tenant.LifecycleSubject) bool {
	relationship, ok := row.Relationship.Get()
	return !ok || strings.EqualFold(relationship, "effective")
}

func isCompliant(row *tenant.LifecycleSubject) certainty {
	word := row.Compliance.Word
	return certain(strings.EqualFold(word.Or(""), "compliant"), !word.IsAbsent())
}

// judgeNoLifecyclePolicy asks for one policy with both rules; where policies
// cannot be read a person must say.
func judgeNoLifecyclePolicy(j *audit.Judge) {
	if _, gap := j.Tenant.Gap(tenant.DatasetLifecyclePolicies); gap {
		j.Ask(j.Whole(), "What demands that agents have sponsors and are attested? Agent lifecycle policies were not read.")
		return
	}
	best := no
	var nearest *tenant.LifecyclePolicy
	for p := range j.Tenant.LifecyclePolicies.All() {
		enabled, both := certainOf(p.IsEnabled), demandsBoth(p)
		if nearest == nil && (enabled == no) != (both == no) {
			nearest = p
		}
		best = max(best, min(enabled, both))
	}
	judgeBest(j, best, "Whether an agent lifecycle policy is enabled, or what its rules are, was not returned.",
		"No enabled agent lifecycle policy demands both a sponsor and a periodic attestation.",
		nearestPolicy(nearest))
}

func nearestPolicy(p *tenant.LifecyclePolicy) audit.Evidence {
	switch {
	case p == nil:
		return audit.Evidence{Dataset: tenant.DatasetLifecyclePolicies, Observed: "none", Expected: "an enabled policy with both rules"}
	case certainOf(p.IsEnabled) == no:
		return audit.At(p, "/isEnabled", "false", "true")
	}
	return audit.At(p, "/rules", "not both rules", "sponsorPresenceRule and periodicAttestationRule, enabled")
}

// judgeBest judges the tenant by the best of several candidates. Without agents
// there is nothing that one would be needed for.
func judgeBest(j *audit.Judge, best certainty, unknown, fail string, evidence audit.Evidence) {
	switch exist := agentsExist(j.Tenant); {
	case best == yes:
		j.Pass(j.Whole())
	case exist == no:
		j.NotApplicable(j.Whole(), noAgents)
	case best == unclear:
		j.Unknown(j.Whole(), unknown)
	case exist == unclear:
		j.Unknown(j.Whole(), maybeAgents)
	default:
		j.Fail(j.Whole(), fail, evidence)
	}
}

// demandsBoth reports whether the policy has both rules. The namespace of their
// types is not settled, so the last part of the name decides.
func demandsBoth(p *tenant.LifecyclePolicy) certainty {
	if !p.Rules.Read() {
		return unclear
	}
	sponsors, attestation := no, no
	for i := range p.Rules.Items {
		rule := &p.Rules.Items[i]
		kind, ok := rule.ODataType.Get()
		enabled := certainOf(rule.IsEnabled)
		kind = strings.ToLower(kind)
		if !ok {
			enabled = min(enabled, unclear)
		}
		if !ok || strings.HasSuffix(kind, ".sponsorpresencerule") {
			sponsors = max(sponsors, enabled)
		}
		if !ok || strings.HasSuffix(kind, ".periodicattestationrule") {
			attestation = max(attestation, enabled)
		}
	}
	both := min(sponsors, attestation)
	if !p.Rules.Complete() {
		both = max(both, unclear)
	}
	return both
}

// judgeNoLeaverWorkflow asks for a leaver workflow with a task that mails
// somebody. The task that hands the agents to the manager tells nobody.
func judgeNoLeaverWorkflow(j *audit.Judge) {
	best := no
	var nearest *tenant.LifecycleWorkflow
	for w := range j.Tenant.LifecycleWorkflows.All() {
		enabled, tells := certainOf(w.IsEnabled), tellsAnyone(w)
		leaver := certain(strings.EqualFold(w.Category.Or(""), "leaver"), w.Category.IsSet())
		if tells != no && nearest == nil {
			nearest = w
		}
		best = max(best, min(enabled, leaver, tells))
	}
	evidence := audit.Evidence{Dataset: tenant.DatasetLifecycleWorkflows, Observed: "none", Expected: "an enabled leaver workflow that mails"}
	if nearest != nil {
		evidence = audit.At(nearest, "", "not enabled, or no leaver workflow", "an enabled leaver workflow")
	}
	judgeBest(j, best, "Whether a lifecycle workflow is enabled, for leavers, or what its tasks are, was not returned.",
		"No enabled leaver workflow tells anyone when a sponsor leaves. Agents of people who left go to the manager unnoticed.",
		evidence)
}

func tellsAnyone(w *tenant.LifecycleWorkflow) certainty {
	if !w.Tasks.Read() {
		return unclear
	}
	mailManager := tenant.ParseID("b8c4e1f9-3a7d-4b2e-9c5f-8d6a9b1c2e3f")
	mailCoSponsors := tenant.ParseID("ad3b85cd-75b1-43e7-b4b9-0e52faba3944")
	best := no
	for i := range w.Tasks.Items {
		task := &w.Tasks.Items[i]
		switch task.TaskDefinitionID {
		case mailManager, mailCoSponsors:
			best = max(best, certainOf(task.IsEnabled))
		case tenant.ID{}:
			best = max(best, min(unclear, certainOf(task.IsEnabled)))
		}
	}
	if !w.Tasks.Complete() {
		best = max(best, unclear)
	}
	return best
}
