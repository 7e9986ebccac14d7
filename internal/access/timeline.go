package access

import (
	"cmp"
	"slices"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Event is the end of one thing that an agent lives on. End may be endless.
type Event struct {
	Kind   EventKind
	Name   string // of the package, role or credential; "" when not returned
	End    End
	Source tenant.Origin
}

// EventKind says what ends.
type EventKind string

// What a timeline shows.
const (
	EndOfPackage     EventKind = "access package"
	EndOfRole        EventKind = "directory role"
	EndOfEligibility EventKind = "eligibility for a directory role"
	EndOfSecret      EventKind = "client secret of the blueprint"
	EndOfCertificate EventKind = "key of the blueprint"
)

// Timeline returns what ends when for one agent: its access packages and its
// blueprint's credentials; soonest first, and what has no end last. Directory
// roles end too, and come to an agent through groups and agent users as well:
// whoever knows these adds them.
func Timeline(s *tenant.Snapshot, agent *tenant.AgentIdentity) []Event {
	var events []Event
	for _, a := range Of(s).Assignments(agent.ID) {
		if Over(a) != tenant.Yes {
			events = append(events, Event{EndOfPackage, a.ResourceName(), EndOfAssignment(a), a.Origin})
		}
	}
	if !agent.AgentIdentityBlueprintID.IsZero() {
		if b := s.BlueprintsByAppID().First(agent.AgentIdentityBlueprintID); b != nil {
			events = append(events, credentialEvents(b)...)
		}
	}
	slices.SortStableFunc(events, func(a, b Event) int {
		at, atOK := a.End.At.Get()
		bt, btOK := b.End.At.Get()
		if atOK && btOK {
			return at.Compare(bt)
		}
		return cmp.Compare(rank(atOK), rank(btOK))
	})
	return events
}

func rank(known bool) int {
	if known {
		return 0
	}
	return 1
}

func credentialEvents(b *tenant.AgentIdentityBlueprint) []Event {
	var events []Event
	for i := range b.PasswordCredentials.Items {
		c := &b.PasswordCredentials.Items[i]
		events = append(events, Event{EndOfSecret, c.DisplayName.Or(""), EndAt(c.EndDateTime), b.Origin})
	}
	for i := range b.KeyCredentials.Items {
		c := &b.KeyCredentials.Items[i]
		events = append(events, Event{EndOfCertificate, c.DisplayName.Or(""), EndAt(c.EndDateTime), b.Origin})
	}
	return events
}

// EndAt is the end that a plain date gives.
func EndAt(t tenant.Time) End {
	switch {
	case t.IsSet():
		return End{State: Ends, At: t, Fixed: true}
	case t.IsNull():
		return End{State: Endless}
	}
	return End{State: Missing, Why: "endDateTime was not returned"}
}
