package drill

import (
	"time"

	"github.com/ztagent/ztagent/internal/activity"
	"github.com/ztagent/ztagent/internal/tenant"
)

// tally is what the sign-ins say of one drill.
type tally struct {
	denied, successes   int
	firstDenied         *tenant.SignIn
	signedIn            map[tenant.ID]*tenant.SignIn
	lastSuccess         tenant.Time
	maySucceed, mayDeny bool
	// unnamed is true when a success does not say which agent's it is.
	unnamed bool
}

// count reads the sign-ins of the drill's target. Those within the grace are
// neither denials nor failures (docs/verdicts.md, drills), but date the last success.
func (l *ledger) count(d *Drill, grace time.Duration) *tally {
	t := &tally{signedIn: map[tenant.ID]*tenant.SignIn{}}
	var own *rows
	switch {
	case d.Agent != nil:
		own = l.agents[d.Agent.ID]
	case d.Principal != nil:
		own = l.blueprints[d.Principal.AppID]
		t.doubt(&l.homeless, d, grace, nil)
	}
	if own != nil {
		l.certain(t, own, d, grace)
	}
	t.doubt(&l.unkeyed, d, grace, func(row *tenant.SignIn) bool { return mayBelong(row, d) })
	return t
}

func (l *ledger) certain(t *tally, own *rows, d *Drill, grace time.Duration) {
	observed := d.Disabled.Add(grace)
	for _, row := range own.within(d.Disabled, d.Enabled) {
		code, known := row.ErrorCode.Get()
		if known && code == 0 {
			t.lastSuccess = row.CreatedDateTime
		}
		switch {
		case !row.CreatedDateTime.After(observed):
		case !known:
			t.maySucceed, t.mayDeny = true, true
		case code == 0:
			l.success(t, row)
		default:
			if t.denied++; t.firstDenied == nil {
				t.firstDenied = row
			}
		}
	}
	t.undated(own)
}

func (l *ledger) success(t *tally, row *tenant.SignIn) {
	t.successes++
	var id tenant.ID
	switch kind, agent := l.owners.Of(row); kind {
	case activity.Agent:
		id = agent.ID
	case activity.Unkeyed:
		t.unnamed = true
	}
	if t.signedIn[id] == nil {
		t.signedIn[id] = row
	}
}

// doubt counts rows that may be the target's: they prove nothing, but leave
// open what they would have shown.
func (t *tally) doubt(r *rows, d *Drill, grace time.Duration, mayBelong func(*tenant.SignIn) bool) {
	for _, row := range r.within(d.Disabled.Add(grace), d.Enabled) {
		if mayBelong == nil || mayBelong(row) {
			t.leaveOpen(row)
		}
	}
	for _, row := range r.undated {
		if mayBelong == nil || mayBelong(row) {
			t.leaveOpen(row)
		}
	}
}

func (t *tally) undated(r *rows) {
	for _, row := range r.undated {
		t.leaveOpen(row)
	}
}

func (t *tally) leaveOpen(row *tenant.SignIn) {
	code, known := row.ErrorCode.Get()
	t.maySucceed = t.maySucceed || !known || code == 0
	t.mayDeny = t.mayDeny || !known || code != 0
}

// mayBelong reports whether a row that does not say whose it is may be the
// target's. Under its blueprint it has been counted already.
func mayBelong(row *tenant.SignIn, d *Drill) bool {
	if row.ParentAppID.IsZero() {
		return true
	}
	return d.Agent != nil && (d.Agent.AgentIdentityBlueprintID.IsZero() ||
		d.Agent.AgentIdentityBlueprintID == row.ParentAppID)
}
