package activity

import "github.com/ztagent/ztagent/internal/tenant"

// Log is what the sign-ins of a snapshot say about who was seen when.
type Log struct {
	start    tenant.Time
	last     map[*tenant.AgentIdentity]tenant.Time
	undated  map[*tenant.AgentIdentity]bool
	unkeyed  bool
	stranger bool
}

type logKey struct{}

// Of returns the Log of a snapshot, read once.
func Of(s *tenant.Snapshot) *Log {
	return tenant.Memo(s, logKey{}, func(s *tenant.Snapshot) *Log {
		log := &Log{
			start:   SignInStart(s),
			last:    map[*tenant.AgentIdentity]tenant.Time{},
			undated: map[*tenant.AgentIdentity]bool{},
		}
		owners := OwnersOf(s)
		for row := range s.SignIns.All() {
			log.add(owners, row)
		}
		return log
	})
}

func (l *Log) add(owners Owners, row *tenant.SignIn) {
	switch kind, agent := owners.Of(row); kind {
	case Unkeyed:
		l.unkeyed = true
	case Stranger:
		l.stranger = true
	case Agent:
		last := l.last[agent]
		if !row.CreatedDateTime.IsSet() {
			l.undated[agent] = true
		} else if !last.IsSet() || row.CreatedDateTime.After(last) {
			last = row.CreatedDateTime
		}
		l.last[agent] = last
	}
}

// Seen is what the log says of one agent.
type Seen struct {
	// Last is the newest attempt, denied or not, of the agent or its agent
	// user; absent when there is none with a time.
	Last tenant.Time
	// Any is true when there is an attempt, with or without a time.
	Any bool
	// Doubt is why an agent that was not seen (or not lately) may have been
	// seen all the same; "" when there is no doubt.
	Doubt string
}

// Of returns what the log says of a.
func (l *Log) Of(a *tenant.AgentIdentity) Seen {
	last, found := l.last[a]
	seen := Seen{Last: last, Any: found}
	switch {
	case a.ID.IsZero():
		seen.Doubt = "The agent's id was not returned, so its sign-ins cannot be found."
	case l.undated[a]:
		seen.Doubt = "createdDateTime of one of its sign-ins was not returned."
	case l.unkeyed:
		seen.Doubt = "A sign-in does not say whose it is: servicePrincipalId was not returned."
	}
	return seen
}

// OthersThan reports whether any other agent was seen, which shows that agents'
// sign-ins reach the log at all.
func (l *Log) OthersThan(a *tenant.AgentIdentity) bool {
	if _, itself := l.last[a]; itself {
		return l.stranger || len(l.last) > 1
	}
	return l.stranger || len(l.last) > 0
}

// Start is since when sign-ins were read; not set when that cannot be told.
func (l *Log) Start() tenant.Time { return l.start }

// SignInStart is since when the sign-ins of a snapshot were read: by the
// manifest's window, or else the oldest sign-in. It is not set when neither is
// there.
func SignInStart(s *tenant.Snapshot) tenant.Time {
	if s.Window.SignIns > 0 {
		return s.Now().Add(-s.Window.SignIns)
	}
	var oldest tenant.Time
	for row := range s.SignIns.All() {
		if !oldest.IsSet() || row.CreatedDateTime.Before(oldest) {
			oldest = row.CreatedDateTime
		}
	}
	if !oldest.IsSet() {
		return tenant.Time{}
	}
	return oldest
}
