package diff

import (
	"cmp"
	"slices"
	"time"

	"github.com/ztagent/ztagent/internal/audit"
)

// pair is a finding on both sides; one of them may be nil.
type pair struct{ old, now *audit.Finding }

// findings compares what a judged rule says under one key. Several findings
// under one key are of objects that lost their ids.
func (c *comparison) findings(old, now *ruleSide, key findingKey) {
	var before []*audit.Finding
	if old.judged() {
		before = old.findings[key]
	}
	for _, p := range pairs(before, now.findings[key]) {
		switch {
		case p.now == nil:
			c.gone(old, now, key, p.old)
		case p.old == nil:
			c.appeared(old, now, key, p.now)
		default:
			c.both(old, now, key, p)
		}
	}
}

// pairs matches what is the same first, then what has the same status, then the
// rest, all in an order of its own that does not depend on the report's.
func pairs(before, after []*audit.Finding) []pair {
	if len(before) == 0 && len(after) == 1 {
		return []pair{{now: after[0]}}
	}
	if len(before) == 1 && len(after) == 0 {
		return []pair{{old: before[0]}}
	}
	before, after = sorted(before), sorted(after)
	var matched []pair
	for _, alike := range []func(*audit.Finding) string{
		func(f *audit.Finding) string {
			return f.Status.String() + "\x00" + f.Resource.DisplayName + "\x00" + f.Message
		},
		func(f *audit.Finding) string { return f.Status.String() },
		func(*audit.Finding) string { return "" },
	} {
		var found []pair
		found, before, after = match(before, after, alike)
		matched = append(matched, found...)
	}
	for _, f := range before {
		matched = append(matched, pair{old: f})
	}
	for _, f := range after {
		matched = append(matched, pair{now: f})
	}
	return matched
}

// match pairs findings that are alike, and returns those that are left.
func match(before, after []*audit.Finding, alike func(*audit.Finding) string) (found []pair, old, now []*audit.Finding) {
	waiting := map[string][]*audit.Finding{}
	for _, f := range after {
		waiting[alike(f)] = append(waiting[alike(f)], f)
	}
	taken := map[*audit.Finding]bool{}
	for _, f := range before {
		same := waiting[alike(f)]
		if len(same) == 0 {
			old = append(old, f)
			continue
		}
		found = append(found, pair{f, same[0]})
		taken[same[0]], waiting[alike(f)] = true, same[1:]
	}
	for _, f := range after {
		if !taken[f] {
			now = append(now, f)
		}
	}
	return found, old, now
}

func sorted(list []*audit.Finding) []*audit.Finding {
	return slices.SortedStableFunc(slices.Values(list), func(a, b *audit.Finding) int {
		return cmp.Or(cmp.Compare(a.Status, b.Status), cmp.Compare(a.Severity.Rank(), b.Severity.Rank()),
			cmp.Compare(a.Resource.DisplayName, b.Resource.DisplayName), cmp.Compare(a.Message, b.Message))
	})
}

// gone: the newer audit lists nothing under the key.
func (c *comparison) gone(old, now *ruleSide, key findingKey, f *audit.Finding) {
	switch f.Status {
	case audit.Fail, audit.Waived:
		c.noLongerFails(old, now, key, f, NotListed)
	case audit.Unknown, audit.Manual:
		if !now.unsure(key) {
			c.add(Change{Kind: Settled, Was: stateOf(f.Status), Is: NotListed}.of(old, f))
		}
	}
}

// noLongerFails is fixed only if the newer audit could have found it again.
func (c *comparison) noLongerFails(old, now *ruleSide, key findingKey, f *audit.Finding, is State) {
	why := ""
	switch {
	case is == stateOf(audit.Pass):
	case now.unsure(key):
		why = "it cannot be told for this resource now"
	case now.unlisted:
		why = "it cannot be told for every resource now"
	case now.lacks(f):
		why = "what it was seen in was not read in full now"
	}
	if why == "" {
		c.add(Change{Kind: Fixed, Was: stateOf(f.Status), Is: is}.of(old, f))
	} else if f.Status == audit.Fail {
		c.add(undecided(old, f, why, stateOf(audit.Unknown)))
	}
}

// appeared: the older audit lists nothing under the key.
func (c *comparison) appeared(old, now *ruleSide, key findingKey, f *audit.Finding) {
	change := Change{Was: old.stateOf(key), Is: stateOf(f.Status)}
	switch f.Status {
	case audit.Fail:
		change.Kind, change.FailingSince = New, c.takenNew
	case audit.Waived:
		change.Kind = NewlyWaived
	case audit.Unknown:
		if change.Was == stateOf(audit.Unknown) {
			c.diff.Summary.StillUnknown++
			return
		}
		change.Kind = NewlyUnknown
	case audit.Manual:
		change.Kind = NewlyManual
	default:
		return
	}
	c.add(change.of(now, f))
}

// both: each audit lists something under the key.
func (c *comparison) both(old, now *ruleSide, key findingKey, p pair) {
	was, is := p.old.Status, p.now.Status
	failed := was == audit.Fail || was == audit.Waived
	switch is {
	case audit.Fail:
		c.stillFails(now, p)
	case audit.Waived:
		if was == audit.Waived {
			c.diff.Summary.StillWaived++
			return
		}
		c.add(c.change(NewlyWaived, now, p))
	case audit.Unknown:
		if was == audit.Unknown {
			c.diff.Summary.StillUnknown++
			return
		}
		c.add(c.change(NewlyUnknown, now, p))
	case audit.Manual:
		switch was {
		case audit.Manual:
		case audit.Fail:
			c.add(undecided(old, p.old, "only a person can tell now", stateOf(is)))
		default:
			c.add(c.change(NewlyManual, now, p))
		}
	default:
		if failed {
			c.noLongerFails(old, now, key, p.old, stateOf(is))
		} else if was == audit.Unknown || was == audit.Manual {
			c.add(c.change(Settled, now, p))
		}
	}
}

// stillFails: what fails now and was listed before.
func (c *comparison) stillFails(now *ruleSide, p pair) {
	kind := New
	switch p.old.Status {
	case audit.Waived:
		kind = WaiverExpired
	case audit.Fail:
		kind = StillFailing
		if p.now.Severity.Rank() < p.old.Severity.Rank() {
			kind = Worse
		}
	}
	change := c.change(kind, now, p)
	change.FailingSince = c.takenNew
	if kind != New {
		change.FailingSince = since(p.old, c.takenOld)
	}
	if kind == WaiverExpired {
		change.Waiver = p.old.Waiver
	}
	c.add(change)
}

func (c *comparison) change(kind Kind, rule *ruleSide, p pair) Change {
	change := Change{Kind: kind, Was: stateOf(p.old.Status), Is: stateOf(p.now.Status)}.of(rule, p.now)
	if p.old.Severity != p.now.Severity {
		change.OldSeverity = p.old.Severity
	}
	return change
}

// since is when a finding is first known to have failed: at least since its
// report, and longer when that report knew more.
func since(f *audit.Finding, takenAt string) string {
	earlier, err := time.Parse(time.RFC3339, f.FailingSince)
	if err != nil {
		return takenAt
	}
	if taken, err := time.Parse(time.RFC3339, takenAt); err == nil && taken.Before(earlier) {
		return takenAt
	}
	return f.FailingSince
}

// Carry sets in after since when each failing or waived finding is known to have
// failed, by what before knows of it.
func Carry(before, after *audit.Report) {
	known, _ := rulesOf(before)
	rules, _ := rulesOf(after)
	for id, rule := range rules {
		old := known[id]
		for key, list := range rule.findings {
			var earlier []*audit.Finding
			if old != nil {
				earlier = slices.DeleteFunc(slices.Clone(old.findings[key]), passing)
			}
			for _, p := range pairs(earlier, slices.DeleteFunc(slices.Clone(list), passing)) {
				switch {
				case p.now == nil:
				case p.old == nil:
					p.now.FailingSince = after.TakenAt
				default:
					p.now.FailingSince = since(p.old, before.TakenAt)
				}
			}
		}
	}
}

// passing: it does not fail, under a waiver or not.
func passing(f *audit.Finding) bool { return f.Status != audit.Fail && f.Status != audit.Waived }
