package dossier

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ztagent/ztagent/internal/access"
	"github.com/ztagent/ztagent/internal/tenant"
)

// Timeline is what ends when: soonest first, what has no end last.
type Timeline struct {
	Events  []Event   `json:"events"`
	NotRead []Missing `json:"notRead"`
}

// Event is the end of one thing that the agent lives on.
type Event struct {
	Kind string `json:"kind"` // "access package", "directory role", "client secret of the blueprint"
	Name string `json:"name"`
	End  End    `json:"end"`
}

// End is when something ends.
type End struct {
	// State is ends, endless, missing (no end was returned, which counts as none)
	// or unreadable.
	State    string `json:"state"`
	DateTime string `json:"dateTime"` // "" where it is not known
	// DaysLeft from when the snapshot was taken, rounded down; negative for one
	// that is past.
	DaysLeft *int   `json:"daysLeft"`
	Text     string `json:"text"` // for a reader
}

func (b *builder) endOf(e access.End) End {
	end := End{State: "unreadable", Text: e.String()}
	switch e.State {
	case access.Endless:
		end.State = "endless"
	case access.Missing:
		end.State = "missing"
	case access.Ends:
		end.State = "ends"
	}
	if at, ok := e.At.Get(); ok {
		end.DateTime = stamp(e.At)
		days := daysBetween(b.s.TakenAt, at)
		end.DaysLeft = &days
	}
	return end
}

// daysBetween rounds down, and copes with dates that no time.Duration spans.
func daysBetween(from, to time.Time) int {
	const day = 24 * 60 * 60
	seconds := to.Unix() - from.Unix()
	days := seconds / day
	if seconds%day < 0 {
		days--
	}
	return int(days)
}

// timeline adds, to what has an end of its own, the roles that came to the agent
// by a way which has none.
func (b *builder) timeline(roles []Role) Timeline {
	var events []Event
	for _, e := range access.Timeline(b.s, b.agent) {
		events = append(events, Event{Kind: string(e.Kind), Name: e.Name, End: b.endOf(e.End)})
	}
	for _, r := range roles {
		kind := string(access.EndOfRole)
		if r.Eligible {
			kind = string(access.EndOfEligibility)
		}
		events = append(events, Event{Kind: kind, Name: r.Name, End: r.End})
	}
	slices.SortStableFunc(events, func(a, b Event) int {
		return cmp.Or(
			cmp.Compare(endRank(a.End), endRank(b.End)), strings.Compare(a.End.DateTime, b.End.DateTime),
			strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name))
	})
	missing := b.gaps(tenant.DatasetAccessPackageAssignments, tenant.DatasetRoleAssignments,
		tenant.DatasetRoleAssignmentScheduleInstances, tenant.DatasetRoleEligibilityScheduleInstances)
	if b.blueprint != nil {
		missing = append(missing, unread("keyCredentials", &b.blueprint.KeyCredentials)...)
		missing = append(missing, unread("passwordCredentials", &b.blueprint.PasswordCredentials)...)
	}
	if b.strayAssignment {
		missing = append(missing, unclear("accessPackageAssignments", "the target of an assignment was not returned, and it may be this agent's"))
	}
	return Timeline{Events: events, NotRead: missing}
}

func isStray(a *tenant.AccessPackageAssignment) bool {
	return access.TargetID(a).IsZero() && access.Over(a) != tenant.Yes
}

func endRank(e End) int {
	if e.DateTime != "" {
		return 0
	}
	return 1
}
