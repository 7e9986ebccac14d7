package dossier

import (
	"time"

	"github.com/ztagent/ztagent/internal/drill"
	"github.com/ztagent/ztagent/internal/tenant"
)

// Drills are the tests of the kill switch that reached the agent.
type Drills struct {
	Items []Drill `json:"items"` // newest first
	// StoppedSince is when the agent or its blueprint principal was disabled, if
	// it was and nobody has enabled it again.
	StoppedSince string    `json:"stoppedSince"`
	NotRead      []Missing `json:"notRead"`
}

// Drill is one disable with its re-enable, and what it proved of the agent.
type Drill struct {
	Target   Ref    `json:"target"` // the agent, or its blueprint principal
	Disabled string `json:"disabledDateTime"`
	Enabled  string `json:"enabledDateTime"`
	// Verdict is proven, failed (it signed in all the same), unproven (nobody
	// tried) or unknown; Doubt says why it is unknown.
	Verdict        string `json:"verdict"`
	Doubt          string `json:"doubt"`
	DeniedAttempts int    `json:"deniedAttempts"`
	// SecondsToStop is how long after the disable the last sign-in succeeded,
	// SecondsToRecover how long it stayed disabled; null where it is not known.
	SecondsToStop    *int64 `json:"secondsToStop"`
	SecondsToRecover *int64 `json:"secondsToRecover"`
	// Recorded: a drill record vouches for it.
	Recorded bool `json:"recorded"`
}

func (b *builder) drills() Drills {
	facts := drill.Of(b.s, b.o.Grace)
	section := Drills{NotRead: b.gaps(tenant.DatasetDirectoryAudits, tenant.DatasetKillSwitchDrills, tenant.DatasetSignIns)}
	for _, d := range facts.Reaching(b.agent) {
		section.Items = append(section.Items, b.drillOf(d))
	}
	stopped := facts.Stop(b.agent.ID)
	for _, p := range b.principals {
		if stopped == nil {
			stopped = facts.Stop(p.ID)
		}
	}
	if stopped != nil {
		section.StoppedSince = stamp(stopped.ActivityDateTime)
	}
	if why := facts.Missing(b.agent); why != "" {
		section.NotRead = append(section.NotRead, unclear("directoryAudits", why))
	}
	return section
}

func (b *builder) drillOf(d *drill.Drill) Drill {
	out := Drill{
		Disabled: stamp(d.Disabled), Enabled: stamp(d.Enabled),
		Verdict: d.VerdictOn(b.agent.ID).String(), DeniedAttempts: d.DeniedAttempts,
		SecondsToStop: seconds(d.TimeToStop()), SecondsToRecover: seconds(d.TimeToRecover()),
		Recorded: d.Record != nil,
	}
	if out.Verdict == drill.Unknown.String() {
		out.Doubt = clause(d.Doubt)
	}
	switch {
	case d.Agent != nil:
		out.Target = refTo(d.Agent)
	case d.Principal != nil:
		out.Target = refTo(d.Principal)
	default:
		out.Target.ID = d.TargetID.String()
	}
	return out
}

func seconds(d time.Duration, known bool) *int64 {
	if !known {
		return nil
	}
	n := int64(d / time.Second)
	return &n
}
