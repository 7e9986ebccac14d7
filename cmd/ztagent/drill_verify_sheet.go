package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/ztagent/ztagent/internal/drillplan"
)

// verifySheet writes a verification for people.
func verifySheet(v *drillplan.Verification) *sheet {
	s := &sheet{}
	title := "Kill-switch drills of " + tenantName(v.Tenant)
	if v.Target != nil {
		title = "Kill-switch drill of " + titled(*v.Target)
	}
	s.title(title)
	s.say(fmt.Sprintf("As read on %s; sign-ins count from %d minutes after the disable.", v.TakenAt, v.GraceMinutes))
	s.say(v.Nothing)
	for i := range v.Drills {
		outcomeSheet(s, &v.Drills[i], v.Target == nil)
	}
	s.list(v.Notes...)
	return s
}

func outcomeSheet(s *sheet, d *drillplan.Outcome, named bool) {
	heading := d.Verdict
	if named {
		heading += ": " + titled(d.Target)
	}
	s.heading(heading)
	s.say(d.Why)
	var items []string
	add := func(label, text string) {
		if text != "" {
			items = append(items, label+": "+text)
		}
	}
	if d.Disabled.ID != d.Target.ID {
		add("What was disabled", titled(d.Disabled)+", "+d.Disabled.ID)
	}
	add("Disabled", moment(d.DisabledDateTime)+by(d.DisabledBy))
	add("Enabled", moment(d.EnabledDateTime)+by(d.EnabledBy))
	add("Time to stop", stopTime(d))
	add("Time to recover", seconds(d.TimeToRecoverSeconds))
	add("Denied", deniedText(d))
	for i, a := range d.SignedIn {
		if i == most {
			items = append(items, fmt.Sprintf("and %d more signed in (-f json lists them)", len(d.SignedIn)-most))
			break
		}
		who := "the blueprint itself, or something that is not in the snapshot"
		if a.Agent != nil {
			who = titled(*a.Agent)
		}
		add("Signed in", who+", first at "+moment(a.At))
	}
	var words []string
	for _, e := range d.Evidence {
		words = append(words, string(e))
	}
	add("Known from", strings.Join(words, ", "))
	s.list(append(items, d.Notes...)...)
}

func deniedText(d *drillplan.Outcome) string {
	text := count(d.DeniedAttempts, "attempt")
	if f := d.FirstDenied; f != nil {
		text += fmt.Sprintf(", the first at %s with code %d", moment(f.At), f.ErrorCode)
	}
	return text
}

func by(p *drillplan.Person) string {
	if p == nil {
		return ""
	}
	return " by " + personName(*p)
}

func stopTime(d *drillplan.Outcome) string {
	n := d.TimeToStopSeconds
	switch {
	case n == nil:
		return "not known"
	case *n == 0 && d.DeniedAttempts == 0:
		return "not shown: nothing was tried"
	case *n == 0:
		return "at once: no sign-in succeeded after the disable"
	}
	return seconds(n) + " until the last successful sign-in"
}

// seconds writes a duration in words, "" when it is not known.
func seconds(n *int64) string {
	if n == nil {
		return ""
	}
	d := time.Duration(*n) * time.Second
	switch {
	case d < time.Minute:
		return count(int(d/time.Second), "second")
	case d < 2*time.Hour:
		return count(int(d/time.Minute), "minute")
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %d min", int(d/time.Hour), int(d%time.Hour/time.Minute))
	}
	return count(int(d/(24*time.Hour)), "day")
}

// moment writes an RFC 3339 time in UTC for people.
func moment(text string) string {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return "a time that was not returned"
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}
