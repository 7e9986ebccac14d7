// Package drill reads what the logs and the kept records prove about tests of
// the kill switch: an agent identity, or the blueprint principal that stops all
// of its agents at once, was disabled and later enabled again, and in between
// the sign-in log shows who was stopped and who was not.
package drill

import (
	"time"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Answer is what the evidence says to a question; the zero value is that it
// does not say.
type Answer uint8

// The answers.
const (
	Untold Answer = iota
	Yes
	No
)

// Verdict is what a drill proved.
type Verdict uint8

// The verdicts. Proven: after the grace for issued tokens somebody was denied
// and nobody signed in. Failed: somebody signed in. Unproven: nobody signed in,
// but nobody was denied either, so nothing shows that the block bites.
const (
	Unknown Verdict = iota
	Proven
	Failed
	Unproven
)

// String returns the verdict in one word.
func (v Verdict) String() string {
	switch v {
	case Proven:
		return "proven"
	case Failed:
		return "failed"
	case Unproven:
		return "unproven"
	}
	return "unknown"
}

// Drill is one disable with its re-enable.
type Drill struct {
	TargetID tenant.ID
	// Agent or Principal is the target; neither is set when the target is not
	// in the snapshot, which only a record can bring about.
	Agent     *tenant.AgentIdentity
	Principal *tenant.AgentIdentityBlueprintPrincipal

	Disabled, Enabled tenant.Time
	// The events in directoryAudits, or nil when a record stands alone.
	DisableEvent, EnableEvent *tenant.DirectoryAudit
	Record                    *tenant.KillSwitchDrill

	// Stopped says whether nobody signed in after the grace.
	Stopped Answer
	// Denied says whether anybody was denied after the grace.
	Denied Answer
	// Doubt is why an answer is Untold.
	Doubt string

	// DeniedAttempts and Successes count sign-ins after the grace, and are the
	// record's where the sign-ins are no longer kept.
	DeniedAttempts, Successes int
	// FirstDenied is the first denied attempt that the log holds, or nil.
	FirstDenied *tenant.SignIn
	// SignedIn is the first success of each agent after the grace. A success of
	// the blueprint itself stands under the zero id, as does one of an agent
	// that is not in the snapshot.
	SignedIn map[tenant.ID]*tenant.SignIn
	// LastSuccess is the newest success between the two events, grace included;
	// absent when there is none in the log.
	LastSuccess tenant.Time

	// named is true when every success was read, so that an agent that is not
	// in SignedIn did not sign in.
	named bool
}

// Verdict returns what the drill proved of its target.
func (d *Drill) Verdict() Verdict { return verdictOf(d.Stopped, d.Denied) }

// StoppedAgent says whether the agent with this id, which the drill reached,
// did not sign in after the grace: in a drill of a blueprint one agent may have
// been stopped and another not.
func (d *Drill) StoppedAgent(id tenant.ID) Answer {
	if d.SignedIn[id] != nil {
		return No
	}
	if d.Stopped == No && d.Agent == nil {
		if d.named {
			return Yes
		}
		return Untold
	}
	return d.Stopped
}

// VerdictOn returns what the drill proved of one agent that it reached.
func (d *Drill) VerdictOn(id tenant.ID) Verdict { return verdictOf(d.StoppedAgent(id), d.Denied) }

func verdictOf(stopped, denied Answer) Verdict {
	switch {
	case stopped == No:
		return Failed
	case stopped == Untold || denied == Untold:
		return Unknown
	case denied == Yes:
		return Proven
	}
	return Unproven
}

// TimeToStop is how long after the disable the last sign-in succeeded: tokens
// and sessions issued before live on for a while. It is zero when none did, and
// not known when the sign-ins are no longer kept.
func (d *Drill) TimeToStop() (time.Duration, bool) {
	switch {
	case d.Stopped == Untold || !d.named:
		return 0, false
	case !d.LastSuccess.IsSet():
		return 0, true
	}
	return d.LastSuccess.Sub(d.Disabled), true
}

// TimeToRecover is how long the target stayed disabled.
func (d *Drill) TimeToRecover() (time.Duration, bool) {
	if !d.Disabled.IsSet() || !d.Enabled.IsSet() {
		return 0, false
	}
	return d.Enabled.Sub(d.Disabled), true
}
