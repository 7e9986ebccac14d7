package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ztagent/ztagent/internal/audit"
)

// Compare says what became of the findings of one audit in a later one. An error
// means that the two are not of one tenant.
func Compare(before, after *audit.Report) (*Diff, error) {
	if err := SameTenant(before.Tenant, after.Tenant); err != nil {
		return nil, err
	}
	c := newComparison(before, after)
	for _, id := range c.order {
		c.rule(id)
	}
	c.sort()
	return c.diff, nil
}

// SameTenant is an error when both tenants are known and differ.
func SameTenant(before, after audit.TenantInfo) error {
	if before.ID == "" || after.ID == "" || strings.EqualFold(before.ID, after.ID) {
		return nil
	}
	return fmt.Errorf("these are two tenants, and cannot be compared: %s before, %s now", tenantName(before), tenantName(after))
}

func tenantName(t audit.TenantInfo) string {
	if t.DisplayName == "" {
		return t.ID
	}
	return fmt.Sprintf("%s (%s)", t.DisplayName, t.ID)
}

// comparison is one in progress.
type comparison struct {
	diff       *Diff
	takenOld   string
	takenNew   string
	old, after map[string]*ruleSide
	order      []string       // rules of both, in the later report's order
	place      map[string]int // in order
}

func newComparison(before, after *audit.Report) *comparison {
	c := &comparison{
		diff: &Diff{
			SchemaVersion: SchemaVersion, Tool: after.Tool, Tenant: after.Tenant,
			Old: sideOf(before), New: sideOf(after), Warnings: warnings(before, after),
			Changes: []Change{}, RulesOnlyInOld: []string{}, RulesOnlyInNew: []string{},
		},
		takenOld: before.TakenAt, takenNew: after.TakenAt, place: map[string]int{},
	}
	var earlier []string
	c.old, earlier = rulesOf(before)
	c.after, c.order = rulesOf(after)
	for _, id := range c.order {
		if c.old[id] == nil {
			c.diff.RulesOnlyInNew = append(c.diff.RulesOnlyInNew, id)
		}
	}
	for _, id := range earlier {
		if c.after[id] == nil {
			c.diff.RulesOnlyInOld = append(c.diff.RulesOnlyInOld, id)
			c.order = append(c.order, id)
		}
	}
	for i, id := range c.order {
		c.place[id] = i
	}
	return c
}

func sideOf(r *audit.Report) Side {
	return Side{Source: FromReport, Path: r.Snapshot, TakenAt: r.TakenAt, Version: r.Tool.Version}
}

// warnings are what a reader should know before trusting the comparison.
func warnings(before, after *audit.Report) []string {
	list := []string{}
	old, _ := time.Parse(time.RFC3339, before.TakenAt)
	now, _ := time.Parse(time.RFC3339, after.TakenAt)
	if now.Before(old) {
		list = append(list, fmt.Sprintf("The newer side was taken before the older one (%s, %s): are the two swapped?", after.TakenAt, before.TakenAt))
	}
	if before.Tenant.ID == "" || after.Tenant.ID == "" {
		list = append(list, "The tenant id of one side is not known, so it cannot be told whether both are of one tenant.")
	}
	if before.Tool.Version != after.Tool.Version {
		list = append(list, fmt.Sprintf("The sides were judged by ztagent %s and %s: a change may be the rules', not the tenant's.", before.Tool.Version, after.Tool.Version))
	}
	return list
}

// rule compares what one rule found.
func (c *comparison) rule(id string) {
	old, now := c.old[id], c.after[id]
	switch {
	case now == nil:
		c.undecide(old, "the rule was not judged in the newer audit", NotJudged)
	case !now.judged():
		c.unknownRule(old, now)
	default:
		if old != nil && !old.judged() && now.Counts.Unknown == 0 {
			c.add(Change{Kind: Settled, Was: stateOf(audit.Unknown), Is: stateOf(now.Status)}.ofRule(now, ""))
		}
		for _, key := range keys(old, now) {
			c.findings(old, now, key)
		}
	}
}

// unknownRule: nothing that failed before is known to be mended.
func (c *comparison) unknownRule(old, now *ruleSide) {
	if old != nil && !old.judged() {
		c.diff.Summary.StillUnknown++
		return
	}
	was := NotJudged
	if old != nil {
		was = stateOf(old.Status)
	}
	c.add(Change{Kind: NewlyUnknown, Was: was, Is: stateOf(audit.Unknown)}.ofRule(now, now.Reason))
	c.undecide(old, "the rule is unknown now", stateOf(audit.Unknown))
}

// undecide marks all that failed before.
func (c *comparison) undecide(old *ruleSide, why string, is State) {
	if old == nil {
		return
	}
	for i := range old.Findings {
		if f := &old.Findings[i]; f.Status == audit.Fail {
			c.add(undecided(old, f, why, is))
		}
	}
}

func undecided(old *ruleSide, f *audit.Finding, why string, is State) Change {
	change := Change{Kind: Undecided, Was: stateOf(f.Status), Is: is}.of(old, f)
	change.Message = strings.TrimSpace(fmt.Sprintf("It failed before, and %s. %s", why, f.Message))
	return change
}

// keys are those of both sides, in an order that follows from them alone.
func keys(sides ...*ruleSide) []findingKey {
	seen := map[findingKey]bool{}
	var all []findingKey
	for _, side := range sides {
		if side == nil {
			continue
		}
		for key := range side.findings {
			if !seen[key] {
				seen[key] = true
				all = append(all, key)
			}
		}
	}
	slices.SortFunc(all, func(a, b findingKey) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.id, b.id), cmp.Compare(a.key, b.key))
	})
	return all
}

func (c *comparison) add(change Change) {
	c.diff.Summary.add(change.Kind)
	c.diff.Changes = append(c.diff.Changes, change)
}

// of fills in what the finding says about itself.
func (c Change) of(rule *ruleSide, f *audit.Finding) Change {
	resource := f.Resource
	c.Rule, c.Title, c.Severity = rule.ID, rule.Title, f.Severity
	c.Resource, c.Key, c.Message = &resource, f.Key, f.Message
	c.PortalLink, c.Fingerprint, c.Waiver = f.PortalLink, f.Fingerprint, f.Waiver
	return c
}

func (c Change) ofRule(rule *ruleSide, message string) Change {
	c.Rule, c.Title, c.Severity, c.Message = rule.ID, rule.Title, rule.Severity, message
	return c
}

func (c *comparison) sort() {
	order := Kinds()
	slices.SortStableFunc(c.diff.Changes, func(a, b Change) int {
		return cmp.Or(
			cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)),
			cmp.Compare(a.Severity.Rank(), b.Severity.Rank()),
			cmp.Compare(c.place[a.Rule], c.place[b.Rule]),
			compareResources(a.Resource, b.Resource),
			cmp.Compare(a.Key, b.Key),
			cmp.Compare(a.Message, b.Message),
		)
	})
}

// compareResources orders rules as a whole before single resources.
func compareResources(a, b *audit.ResourceRef) int {
	if a == nil || b == nil {
		return cmp.Compare(boolean(a != nil), boolean(b != nil))
	}
	return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.DisplayName, b.DisplayName), cmp.Compare(a.ID, b.ID))
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}
