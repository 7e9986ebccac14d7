package activity

import "github.com/ztagent/ztagent/internal/tenant"

// Changes is what directoryAudits says about which objects were changed.
type Changes struct {
	// Events is how many events were read.
	Events int
	// Oldest is when the oldest of them was; not set without a dated event.
	Oldest tenant.Time
	// Undated is true when an event lost its time, and may be older.
	Undated bool
	// Unnamed is true when an event does not say what it changed.
	Unnamed bool

	named map[tenant.ID]struct{}
}

type changesKey struct{}

// ChangesOf returns the Changes of a snapshot, read once.
func ChangesOf(s *tenant.Snapshot) *Changes {
	return tenant.Memo(s, changesKey{}, func(s *tenant.Snapshot) *Changes {
		c := &Changes{named: map[tenant.ID]struct{}{}}
		for event := range s.DirectoryAudits.All() {
			c.add(event)
		}
		return c
	})
}

func (c *Changes) add(event *tenant.DirectoryAudit) {
	c.Events++
	at := event.ActivityDateTime
	switch {
	case !at.IsSet():
		c.Undated = true
	case !c.Oldest.IsSet() || at.Before(c.Oldest):
		c.Oldest = at
	}
	c.Unnamed = c.Unnamed || !event.TargetsRead
	for i := range event.Targets {
		if id := event.Targets[i].ID; id.IsZero() {
			c.Unnamed = true
		} else {
			c.named[id] = struct{}{}
		}
	}
}

// Names reports whether an event names the object as its target.
func (c *Changes) Names(id tenant.ID) bool {
	_, ok := c.named[id]
	return ok
}
