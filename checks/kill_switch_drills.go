package checks

import (
	"fmt"
	"time"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/drill"
	"github.com/ztagent/ztagent/internal/tenant"
)

func judgeNeverDrilled(j *audit.Judge) {
	facts := drill.Of(j.Tenant, j.Config.DrillGrace)
	switch drilled, exist := facts.Any(), agentsExist(j.Tenant); {
	case drilled == drill.Yes:
		j.Pass(j.Whole())
	case exist == no:
		j.NotApplicable(j.Whole(), noAgents)
	case drilled == drill.Untold:
		j.Unknown(j.Whole(), facts.Hidden())
	case exist == unclear:
		j.Unknown(j.Whole(), maybeAgents)
	default:
		j.Fail(j.Whole(), "The kill switch was never tried: no agent was disabled and enabled again, and no record of a drill "+
			"is kept. Nobody knows whether, and how fast, an agent can be stopped.",
			audit.Evidence{Dataset: tenant.DatasetDirectoryAudits, Observed: "no drill", Expected: "a disable and a re-enable"})
	}
}

// judgeDrillStale: that there never was a drill is never-drilled's to say.
func judgeDrillStale(j *audit.Judge) {
	facts := drill.Of(j.Tenant, j.Config.DrillGrace)
	switch facts.Any() {
	case drill.No:
		j.NotApplicable(j.Whole(), "there was no drill")
		return
	case drill.Untold:
		j.Unknown(j.Whole(), facts.Hidden())
		return
	}
	since := j.Tenant.Now().Add(-j.Config.DrillMaxAge)
	doubt := facts.Hidden()
	var last *drill.Drill
	for _, d := range facts.Drills {
		recent := !d.Enabled.Before(since)
		switch verdict := d.Verdict(); {
		case verdict == drill.Proven && recent:
			j.Pass(j.Whole())
			return
		case verdict == drill.Proven:
			last = d
		case verdict == drill.Unknown && recent && doubt == "":
			doubt = d.Doubt
		}
	}
	if doubt != "" {
		j.Unknown(j.Whole(), doubt)
		return
	}
	days := int(j.Config.DrillMaxAge / (24 * time.Hour))
	if last == nil {
		newest := facts.Drills[len(facts.Drills)-1]
		j.Fail(j.Whole(), fmt.Sprintf("No drill proved within %d days that an agent can be stopped. The newest, which ended "+
			"on %s, is %s.", days, date(newest.Enabled), newest.Verdict()), drillEvidence(newest)...)
		return
	}
	j.Fail(j.Whole(), fmt.Sprintf("The last drill that proved that an agent can be stopped ended on %s, over %d days ago.",
		date(last.Enabled), days), drillEvidence(last)...)
}

// drillEvidence points at what a drill is known from.
func drillEvidence(d *drill.Drill) []audit.Evidence {
	var evidence []audit.Evidence
	if d.DisableEvent != nil {
		evidence = append(evidence,
			audit.At(d.DisableEvent, "/activityDateTime", "disabled at "+d.Disabled.String(), ""),
			audit.At(d.EnableEvent, "/activityDateTime", "enabled at "+d.Enabled.String(), ""))
	}
	if d.Record != nil {
		evidence = append(evidence, audit.At(d.Record, "/enabledDateTime", "ended on "+date(d.Enabled), ""))
	}
	return evidence
}

// eachDrilled judges every agent by the drills that reached it, newest first;
// agents that were never drilled are never-drilled's to judge.
func eachDrilled(j *audit.Judge, judge func(a *tenant.AgentIdentity, drills []*drill.Drill, missing string)) {
	facts := drill.Of(j.Tenant, j.Config.DrillGrace)
	for a := range j.Tenant.AgentIdentities.All() {
		drills, missing := facts.Reaching(a), facts.Missing(a)
		switch {
		case len(drills) > 0:
			judge(a, drills, missing)
		case missing != "":
			j.Unknown(a, missing)
		default:
			j.NotApplicable(a, "it was not drilled")
		}
	}
}

// judgeDrillFailed: a later drill that was proven settles an earlier one that
// failed.
func judgeDrillFailed(j *audit.Judge) {
	eachDrilled(j, func(a *tenant.AgentIdentity, drills []*drill.Drill, missing string) {
		doubt := missing
		for _, d := range drills {
			stopped := d.StoppedAgent(a.ID)
			if stopped == drill.No {
				j.Fail(a, failedMessage(a, d), append(signedInEvidence(d.SignedIn[a.ID]), drillEvidence(d)...)...)
				return
			}
			if stopped == drill.Untold && doubt == "" {
				doubt = untoldOf(d)
			}
			if d.VerdictOn(a.ID) == drill.Proven {
				break
			}
		}
		if doubt != "" {
			j.Unknown(a, doubt)
		} else {
			j.Pass(a)
		}
	})
}

// untoldOf is why a drill does not say what became of one agent.
func untoldOf(d *drill.Drill) string {
	if d.Doubt != "" {
		return d.Doubt
	}
	return "An agent signed in during the drill of its blueprint, and the record does not say which."
}

func failedMessage(a *tenant.AgentIdentity, d *drill.Drill) string {
	what := "it was disabled"
	if d.Agent == nil {
		what = "its blueprint principal was disabled"
	}
	row := d.SignedIn[a.ID]
	if row == nil {
		return fmt.Sprintf("%s went on signing in after %s on %s. The record of the drill counts %s after the grace.",
			named(a), what, date(d.Disabled), count(d.Successes, "successful sign-in"))
	}
	return fmt.Sprintf("%s signed in %s after %s, while it should have been stopped. The kill switch did not work on %s.",
		named(a), minutes(row.CreatedDateTime.Sub(d.Disabled)), what, date(d.Disabled))
}

func minutes(d time.Duration) string {
	if d >= 2*time.Hour {
		return count(int(d/time.Hour), "hour")
	}
	return count(int(d/time.Minute), "minute")
}

func signedInEvidence(row *tenant.SignIn) []audit.Evidence {
	if row == nil {
		return nil
	}
	return []audit.Evidence{audit.At(row, "/status/errorCode", "0 at "+row.CreatedDateTime.String(), "an error code, such as 7000112")}
}

// judgeDrillUnproven: one denied attempt in any later drill shows that the block
// bites.
func judgeDrillUnproven(j *audit.Judge) {
	eachDrilled(j, func(a *tenant.AgentIdentity, drills []*drill.Drill, missing string) {
		doubt := missing
		for _, d := range drills {
			switch d.Denied {
			case drill.No:
				j.Fail(a, fmt.Sprintf("The drill of %s on %s proves nothing: no attempt to sign in was denied while it was off. "+
					"It lasted %s.", labelOf(a), date(d.Disabled), lasted(d)), drillEvidence(d)...)
				return
			case drill.Untold:
				if doubt == "" {
					doubt = d.Doubt
				}
				continue
			}
			break
		}
		if doubt != "" {
			j.Unknown(a, doubt)
		} else {
			j.Pass(a)
		}
	})
}

func lasted(d *drill.Drill) string {
	recovery, _ := d.TimeToRecover()
	return minutes(recovery)
}

func judgeBlueprintNeverDrilled(j *audit.Judge) {
	facts := drill.Of(j.Tenant, j.Config.DrillGrace)
	strays := strayAgents(j.Tenant, facts)
	for b := range j.Tenant.AgentIdentityBlueprints.All() {
		judgeBlueprintDrilled(j, facts, b, strays)
	}
}

// strays are agents that lost their blueprint and may be any one's.
type strays struct{ any, drilled bool }

func strayAgents(s *tenant.Snapshot, facts *drill.Facts) strays {
	var found strays
	for _, a := range s.AgentsByBlueprint().Unkeyed {
		if a.Activity() != tenant.Inactive {
			found.any = true
			found.drilled = found.drilled || len(facts.OnTarget(a.ID)) > 0 || facts.Missing(a) != ""
		}
	}
	return found
}

func judgeBlueprintDrilled(j *audit.Judge, facts *drill.Facts, b *tenant.AgentIdentityBlueprint, strays strays) {
	if b.AppID.IsZero() {
		j.Unknown(b, "The blueprint's appId was not returned, so its agents cannot be found.")
		return
	}
	children := j.Tenant.AgentsByBlueprint().Of(b.AppID)
	active, drilled, missing := no, no, facts.MissingOfBlueprint(b.AppID)
	if len(facts.OnBlueprint(b.AppID)) > 0 {
		drilled = yes
	}
	for _, a := range children {
		is := certain(a.Activity() == tenant.Active, a.Activity() != tenant.ActivityUnknown)
		active = max(active, is)
		if len(facts.OnTarget(a.ID)) > 0 {
			drilled = max(drilled, is)
		}
		if missing == "" && is != no {
			missing = facts.Missing(a)
		}
	}
	switch {
	case active == no && strays.any:
		j.Unknown(b, "An agent's agentIdentityBlueprintId was not returned; it may be of this blueprint.")
	case active == no:
		j.NotApplicable(b, "it has no active agent")
	case active == unclear:
		j.Unknown(b, "Whether any of its agents is active cannot be told.")
	case drilled == yes:
		j.Pass(b)
	case drilled == unclear, strays.drilled:
		j.Unknown(b, "An agent that was drilled may be an active one of this blueprint; its state or its blueprint was not returned.")
	case missing != "":
		j.Unknown(b, missing)
	default:
		j.Fail(b, named(b)+" was never drilled: neither its principal nor one of its agents was ever disabled and enabled again.",
			audit.At(b, "", count(len(children), "agent")+", no drill", "a drill of one of them"))
	}
}
