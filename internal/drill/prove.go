package drill

import "github.com/ztagent/ztagent/internal/tenant"

// The reasons for doubt, each a sentence.
const (
	doubtEvents = "A change of accountEnabled in directoryAudits does not say of what, from what to what, when or " +
		"with what result it was made."
	doubtAudits  = "directoryAudits was not read in full."
	doubtSignIns = "A sign-in that may belong to the drill does not say whose, when or with what result it was made."
	doubtRecord  = "A drill record lacks deniedAttempts, successesAfterGrace or what it is about."
	doubtWindow  = "The drill is older than the sign-ins that were read, and no record vouches for it."
	doubtTarget  = "Something that is not in the snapshot was disabled and enabled again; it may be an agent, or the " +
		"principal of a blueprint, that is not there or lost its id."
	doubtAppID = "The blueprint principal's appId was not returned, so its agents' sign-ins cannot be found."
)

// prover holds what the answers of all drills rest on.
type prover struct {
	facts                 *Facts
	start                 tenant.Time
	signInsGap, auditsGap bool
}

// judge fills in what the drill proved.
func (p *prover) judge(d *Drill, t *tally) {
	denied, successes, recordDoubt := readRecord(d.Record)
	covered := !p.signInsGap && p.start.IsSet() && !p.start.After(d.Disabled)

	d.DeniedAttempts, d.Successes = max(t.denied, denied), max(t.successes, successes)
	d.FirstDenied, d.SignedIn, d.LastSuccess = t.firstDenied, t.signedIn, t.lastSuccess
	d.named = covered && !t.maySucceed && !t.unnamed && (t.successes > 0 || successes == 0)

	switch doubt := p.eventDoubt(d); {
	case doubt != "":
		d.Doubt = doubt
		return
	case d.Successes > 0:
		d.Stopped = No
	case recordDoubt || p.isContradicted(d):
		d.Doubt = doubtRecord
	case t.maySucceed:
		d.Doubt = doubtSignIns
	case !covered && d.Record == nil:
		d.Doubt = doubtWindow
	case d.Principal != nil && d.Principal.AppID.IsZero():
		d.Doubt = doubtAppID
	default:
		d.Stopped = Yes
	}
	p.judgeDenials(d, t, covered)
}

// judgeDenials answers whether anybody was denied: a denied attempt says so, and
// only a log or a record that was read in full says that there was none.
func (p *prover) judgeDenials(d *Drill, t *tally, covered bool) {
	recorded := false
	if d.Record != nil {
		recorded = d.Record.DeniedAttempts.IsSet()
	}
	switch {
	case d.DeniedAttempts > 0:
		d.Denied = Yes
	case t.mayDeny:
		d.doubtWhere(doubtSignIns)
	case d.Record != nil && !recorded:
		d.doubtWhere(doubtRecord)
	case d.Principal != nil && d.Principal.AppID.IsZero():
		d.doubtWhere(doubtAppID)
	case covered || recorded:
		d.Denied = No
	default:
		d.doubtWhere(doubtWindow)
	}
}

func (d *Drill) doubtWhere(doubt string) {
	if d.Doubt == "" {
		d.Doubt = doubt
	}
}

func readRecord(r *tenant.KillSwitchDrill) (denied, successes int, doubt bool) {
	if r == nil {
		return 0, 0, false
	}
	d, okDenied := r.DeniedAttempts.Get()
	s, okSuccesses := r.SuccessesAfterGrace.Get()
	return int(d), int(s), !okDenied || !okSuccesses
}

// eventDoubt is why the events between which the drill lies are not certain.
func (p *prover) eventDoubt(d *Drill) string {
	if d.DisableEvent == nil {
		return ""
	}
	switch {
	case p.auditsGap:
		return doubtAudits
	case matter(p.facts.trail.of[d.TargetID].doubts, d.Enabled), matter(p.facts.trail.lost, d.Enabled):
		return doubtEvents
	}
	return ""
}

// isContradicted reports whether a record that cannot be placed may tell of a
// success in this drill.
func (p *prover) isContradicted(d *Drill) bool {
	for _, r := range p.facts.loose {
		clean := r.SuccessesAfterGrace.IsSet() && r.SuccessesAfterGrace.Or(0) == 0
		if !clean && (r.TargetID.IsZero() || r.TargetID == d.TargetID) {
			return true
		}
	}
	return false
}
