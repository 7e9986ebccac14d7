package drill

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// event is a change of accountEnabled of one target.
type event struct {
	at     tenant.Time
	enable bool
	audit  *tenant.DirectoryAudit
}

// history is what directoryAudits says of one target.
type history struct {
	events []event
	// doubts are events that do not say what they did, or when, or whether they
	// succeeded.
	doubts []tenant.Time
	// loose is true when a disable has no enable after it, or the other way
	// round, so that one more event would make a drill.
	loose bool
	stop  *tenant.DirectoryAudit // the disable that has not been undone
	pairs [][2]event
}

// trail is the histories of all targets, and the events that lost theirs.
type trail struct {
	of   map[tenant.ID]*history
	lost []tenant.Time
}

// readTrail collects the changes of accountEnabled. Only what succeeded counts
// (docs/verdicts.md, drills); activity names and agent markers differ between
// sources and are not looked at.
func readTrail(s *tenant.Snapshot) *trail {
	t := &trail{of: map[tenant.ID]*history{}}
	for audit := range s.DirectoryAudits.All() {
		if audit.Result != "" && !strings.EqualFold(audit.Result, "success") {
			continue
		}
		if !audit.TargetsRead && mayToggle(audit) {
			t.lost = append(t.lost, audit.ActivityDateTime)
		}
		for i := range audit.Targets {
			t.add(audit, &audit.Targets[i])
		}
	}
	for _, h := range t.of {
		h.pair()
	}
	return t
}

func (t *trail) add(audit *tenant.DirectoryAudit, target *tenant.AuditTarget) {
	unread := target.Enabled == tenant.EnabledUnread
	switch {
	case target.Enabled == tenant.EnabledUntouched || unread && !mayToggle(audit):
		return
	case target.ID.IsZero():
		t.lost = append(t.lost, audit.ActivityDateTime)
		return
	}
	h := t.of[target.ID]
	if h == nil {
		h = &history{}
		t.of[target.ID] = h
	}
	if unread || target.Enabled == tenant.EnabledUnclear || audit.Result == "" || !audit.ActivityDateTime.IsSet() {
		h.doubts = append(h.doubts, audit.ActivityDateTime)
		return
	}
	h.events = append(h.events, event{
		at: audit.ActivityDateTime, enable: target.Enabled == tenant.EnabledToTrue, audit: audit,
	})
}

// mayToggle reports whether an event of which the changes were not returned may
// be one of accountEnabled. The name cannot prove it, but can rule it out.
func mayToggle(audit *tenant.DirectoryAudit) bool {
	name := strings.ToLower(audit.ActivityDisplayName)
	return name == "" || strings.HasPrefix(name, "update") || strings.Contains(name, "able ")
}

// pair makes drills of the events: a disable, possibly repeated, and the enable
// after it. Of two events in the same millisecond the disable comes first.
func (h *history) pair() {
	slices.SortStableFunc(h.events, func(a, b event) int {
		switch {
		case a.at.Before(b.at):
			return -1
		case b.at.Before(a.at):
			return 1
		case a.enable == b.enable:
			return 0
		case b.enable:
			return -1
		}
		return 1
	})
	var open *event
	for i := range h.events {
		e := &h.events[i]
		switch {
		case !e.enable && open == nil:
			open = e
		case e.enable && open == nil:
			h.loose = true
		case e.enable:
			h.pairs = append(h.pairs, [2]event{*open, *e})
			open = nil
		}
	}
	if open != nil {
		h.loose = true
		h.stop = open.audit
	}
}

// matter reports whether a doubtful event may belong to a drill that ended at
// end: one that is known to be later does not.
func matter(doubts []tenant.Time, end tenant.Time) bool {
	return slices.ContainsFunc(doubts, func(at tenant.Time) bool { return !at.After(end) })
}

// targetIDs returns the targets in the order of their ids.
func (t *trail) targetIDs() []tenant.ID {
	ids := make([]tenant.ID, 0, len(t.of))
	for id := range t.of {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, tenant.ID.Compare)
	return ids
}

// byEnd orders drills by their re-enable, the oldest first; drills that lost it
// come before all others.
func byEnd(a, b *Drill) int {
	switch {
	case a.Enabled.IsSet() != b.Enabled.IsSet():
		if b.Enabled.IsSet() {
			return -1
		}
		return 1
	case a.Enabled.Before(b.Enabled):
		return -1
	case b.Enabled.Before(a.Enabled):
		return 1
	}
	return cmp.Or(a.TargetID.Compare(b.TargetID), cmp.Compare(recordIndex(a), recordIndex(b)))
}

func recordIndex(d *Drill) int32 {
	if d.Record == nil {
		return -1
	}
	return d.Record.Index
}
