package access

import (
	"strings"
	"time"

	"github.com/ztagent/ztagent/internal/tenant"
)

// EndState says what is known of an end.
type EndState uint8

// An end that is not there, whether said so (Endless) or not returned
// (Missing), counts as none everywhere; only a rule about how long
// something lasts tells them apart. Unreadable is one that is there and could
// not be understood.
const (
	Unreadable EndState = iota
	Endless
	Missing
	Ends
)

// End is when a grant of access ends.
type End struct {
	State EndState
	// At is the moment, when it is known: a duration whose start was not
	// returned has none.
	At tenant.Time
	// Lasts is the whole life of what ends after a duration.
	Lasts Duration
	// Fixed: a date was set, not a duration.
	Fixed bool
	// Why says what is wrong with an unreadable or missing end.
	Why string

	start tenant.Time
}

// Known answers whether there is an end.
func (e End) Known() tenant.Answer {
	if e.State == Unreadable {
		return tenant.Unknown
	}
	return tenant.Known(e.State == Ends)
}

// Over reports whether what ends lasts longer than limit: a fixed date is
// measured from now, a duration from its start, or from now
// (docs/verdicts.md, no end).
func (e End) Over(limit time.Duration, now time.Time) bool {
	if e.State != Ends {
		return false
	}
	if e.Fixed {
		return e.At.After(tenant.TimeOf(now.Add(limit)))
	}
	start, ok := e.start.Get()
	if !ok {
		start = now
	}
	return e.Lasts.From(start).After(start.Add(limit))
}

// String says the end for a reader: a date, a duration, or that there is none.
func (e End) String() string {
	switch e.State {
	case Endless:
		return "no end"
	case Missing:
		return "no end returned"
	case Unreadable:
		return "an end that cannot be read"
	}
	if at, ok := e.At.Get(); ok {
		return at.Format(time.DateOnly)
	}
	return "after " + e.Lasts.String()
}

// EndOf reads an expiration pattern; start is when what expires begins, if that
// is known.
func EndOf(expiration tenant.Opt[tenant.ExpirationPattern], start tenant.Time) End {
	p, ok := expiration.Get()
	if !ok {
		if expiration.IsNull() {
			return End{State: Endless}
		}
		return End{State: Missing, Why: "expiration was not returned"}
	}
	switch strings.ToLower(p.Type.Or("")) {
	case "noexpiration":
		return End{State: Endless}
	case "afterduration":
		return afterDuration(p, start)
	case "afterdatetime":
		if p.EndDateTime.IsSet() {
			return End{State: Ends, At: p.EndDateTime, Fixed: true}
		}
		return End{State: Missing, Why: "expiration/endDateTime was not returned"}
	}
	return anyEnd(p, start)
}

func afterDuration(p tenant.ExpirationPattern, start tenant.Time) End {
	text := p.Duration.Or("")
	if text == "" {
		return End{State: Missing, Why: "expiration/duration was not returned"}
	}
	d, err := ParseDuration(text)
	if err != nil {
		return End{State: Unreadable, Why: "expiration/duration " + err.Error()}
	}
	end := End{State: Ends, Lasts: d, start: start}
	if from, ok := start.Get(); ok {
		end.At = tenant.TimeOf(d.From(from))
	}
	return end
}

// anyEnd reads a pattern without a type, or of one we do not know: what it holds
// speaks for itself.
func anyEnd(p tenant.ExpirationPattern, start tenant.Time) End {
	switch {
	case p.EndDateTime.IsSet() && p.Duration.Or("") != "":
		return End{State: Unreadable, Why: "expiration has both a date and a duration, and its type does not say which counts"}
	case !p.Type.IsSet() && (p.EndDateTime.IsSet() || p.Duration.Or("") != ""):
		return End{State: Unreadable, Why: "expiration/type was not returned, so that its end may not count"}
	case p.EndDateTime.IsSet():
		return End{State: Ends, At: p.EndDateTime, Fixed: true}
	case p.Duration.Or("") != "":
		return afterDuration(p, start)
	case strings.EqualFold(p.Type.Or(""), "notSpecified"):
		return End{State: Endless}
	case p.Type.IsSet():
		return End{State: Unreadable, Why: "expiration/type is of an unknown kind"}
	}
	return End{State: Missing, Why: "expiration/type was not returned"}
}

// EndOfAssignment is when an access package assignment ends.
func EndOfAssignment(a *tenant.AccessPackageAssignment) End {
	end := End{State: Missing, Why: "schedule was not returned"}
	if schedule, ok := a.Schedule.Get(); ok {
		end = EndOf(schedule.Expiration, schedule.StartDateTime)
	} else if a.Schedule.IsNull() {
		end = End{State: Endless}
	}
	if end.State != Ends && a.ExpiredDateTime.IsSet() {
		return End{State: Ends, At: a.ExpiredDateTime, Fixed: true}
	}
	return end
}
