package drillplan

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/drill"
	"github.com/ztagent/ztagent/internal/tenant"
)

// add tells one drill: of an agent that it reached, or as a whole.
func (v *verifier) add(d *drill.Drill, a *tenant.AgentIdentity, doubt string) {
	o := Outcome{
		Disabled: v.objectOfDrill(d), drill: d,
		DisabledDateTime: rfc3339(d.Disabled), EnabledDateTime: rfc3339(d.Enabled),
		DeniedAttempts: d.DeniedAttempts, SuccessesAfterGrace: d.Successes,
		SignedIn: []Attempt{}, Evidence: []tenant.Dataset{}, Notes: []string{},
	}
	o.Target = o.Disabled
	verdict := d.Verdict()
	if a != nil {
		o.Target, verdict = agentObject(a), d.VerdictOn(a.ID)
	}
	if doubt != "" {
		verdict = drill.Unknown
	}
	o.Verdict = verdict.String()
	v.measure(&o, d)
	v.evidence(&o, d)
	o.Why = v.why(&o, d, a, verdict, doubt)
	v.remarks(&o, d, a)
	if doubt == "" && d.DisableEvent != nil {
		record, err := d.NewRecord(v.o.Now, v.o.Tool)
		if err == nil {
			o.Record = &record
		} else if !errors.Is(err, drill.ErrUntold) {
			o.Notes = append(o.Notes, err.Error())
		}
	}
	v.out.Drills = append(v.out.Drills, o)
}

func (v *verifier) objectOfDrill(d *drill.Drill) Object {
	switch {
	case d.Agent != nil:
		return agentObject(d.Agent)
	case d.Principal != nil:
		return principalObject(d.Principal)
	}
	return Object{ID: d.TargetID.String()}
}

func rfc3339(t tenant.Time) string {
	if !t.IsSet() {
		return ""
	}
	return t.String()
}

func (v *verifier) measure(o *Outcome, d *drill.Drill) {
	if t, ok := d.TimeToStop(); ok {
		n := int64(t.Seconds())
		o.TimeToStopSeconds = &n
	}
	if t, ok := d.TimeToRecover(); ok {
		n := int64(t.Seconds())
		o.TimeToRecoverSeconds = &n
	}
}

func (v *verifier) evidence(o *Outcome, d *drill.Drill) {
	if d.DisableEvent != nil {
		o.Evidence = append(o.Evidence, tenant.DatasetDirectoryAudits)
		o.DisabledBy, o.EnabledBy = v.initiator(d.DisableEvent), v.initiator(d.EnableEvent)
	}
	if d.FirstDenied != nil || len(d.SignedIn) > 0 || d.LastSuccess.IsSet() || d.DisableEvent != nil && d.Doubt == "" {
		o.Evidence = append(o.Evidence, tenant.DatasetSignIns)
	}
	if d.Record != nil {
		o.Evidence = append(o.Evidence, tenant.DatasetKillSwitchDrills)
	}
	if d.FirstDenied != nil {
		first := v.attempt(d.FirstDenied)
		o.FirstDenied = &first
	}
	for _, row := range d.SignedIn {
		o.SignedIn = append(o.SignedIn, v.attempt(row))
	}
	slices.SortFunc(o.SignedIn, func(a, b Attempt) int {
		if a.At != b.At {
			return strings.Compare(a.At, b.At)
		}
		return strings.Compare(agentID(a), agentID(b))
	})
}

func agentID(a Attempt) string {
	if a.Agent == nil {
		return ""
	}
	return a.Agent.ID
}

func (v *verifier) attempt(row *tenant.SignIn) Attempt {
	a := Attempt{At: rfc3339(row.CreatedDateTime), ErrorCode: row.ErrorCode.Or(0)}
	if _, agent := v.owners.Of(row); agent != nil {
		object := agentObject(agent)
		a.Agent = &object
	}
	return a
}

func (v *verifier) initiator(e *tenant.DirectoryAudit) *Person {
	id := e.InitiatedByUserID
	if id.IsZero() {
		id = e.InitiatedByAppID
	}
	if id.IsZero() {
		return nil
	}
	p := personOf(v.s, id)
	return &p
}

// disabledCode is what a disabled service principal answers.
const disabledCode = 7000112

// why says in a sentence or two what the verdict rests on.
func (v *verifier) why(o *Outcome, d *drill.Drill, a *tenant.AgentIdentity, verdict drill.Verdict, doubt string) string {
	grace := span(v.o.Grace)
	switch verdict {
	case drill.Proven:
		return fmt.Sprintf("%s denied later than %s after the disable, and %s until the enable.",
			attempts(o.DeniedAttempts), grace, nobody(d, a))
	case drill.Failed:
		return v.whyFailed(o, d, a)
	case drill.Unproven:
		return fmt.Sprintf("Nobody signed in later than %s after the disable, but nobody was denied either: nothing shows that the "+
			"block bites. Let the agent work while it is off.", grace)
	}
	switch {
	case doubt != "":
		return doubt
	case d.Doubt != "":
		return d.Doubt
	}
	return "An agent signed in during the drill of its blueprint, and it is not known which."
}

func nobody(d *drill.Drill, a *tenant.AgentIdentity) string {
	if a != nil && d.Agent == nil && d.Stopped == drill.No {
		return "this agent did not sign in"
	}
	return "nobody signed in"
}

func attempts(n int) string {
	if n == 1 {
		return "1 attempt to sign in was"
	}
	return fmt.Sprintf("%d attempts to sign in were", n)
}

func (v *verifier) whyFailed(o *Outcome, d *drill.Drill, a *tenant.AgentIdentity) string {
	count := counted(o.SuccessesAfterGrace, "successful sign-in")
	row := firstSuccess(d, a)
	if row == nil {
		return fmt.Sprintf("The record of the drill counts %s later than %s after the disable.", count, span(v.o.Grace))
	}
	who := "It"
	if d.Agent == nil && a == nil {
		who = "Something of the blueprint"
		if first := o.SignedIn[0]; first.Agent != nil {
			who = nameOf(*first.Agent)
		}
	}
	return fmt.Sprintf("%s signed in %s after the disable, while it should have been stopped. The log holds %s later than the grace of %s.",
		who, span(row.CreatedDateTime.Sub(d.Disabled)), count, span(v.o.Grace))
}

// firstSuccess is that of the agent, or the first of all.
func firstSuccess(d *drill.Drill, a *tenant.AgentIdentity) *tenant.SignIn {
	if a != nil {
		return d.SignedIn[a.ID]
	}
	var first *tenant.SignIn
	for _, row := range d.SignedIn {
		if first == nil || row.CreatedDateTime.Before(first.CreatedDateTime) {
			first = row
		}
	}
	return first
}

// remarks are what else to know about the drill.
func (v *verifier) remarks(o *Outcome, d *drill.Drill, a *tenant.AgentIdentity) {
	note := func(format string, args ...any) { o.Notes = append(o.Notes, fmt.Sprintf(format, args...)) }
	if a != nil && d.Agent == nil {
		note("It was stopped by a drill of its blueprint, which is %s as a whole.", d.Verdict())
	}
	if f := o.FirstDenied; f != nil && f.ErrorCode != disabledCode {
		note("The first denied attempt has code %d, not %d, that of a disabled service principal: something else may have denied it.",
			f.ErrorCode, disabledCode)
	}
	if off, ok := d.TimeToRecover(); ok && off <= v.o.Grace {
		note("It was off for %s, no longer than the grace of %s: nothing after the grace could be seen.", span(off), span(v.o.Grace))
	}
	if d.Record != nil && d.DisableEvent == nil {
		note("Only the record is left of it; what it says was not measured again.")
	}
	if d.Agent == nil && d.Principal == nil {
		note("What was disabled is not in the snapshot.")
	}
}
