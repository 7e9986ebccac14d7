package audit

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// findings puts a rule's kept verdicts into report form and order, and keeps
// nothing of them but their evidence.
func (r *runner) findings(rule *selectedRule, o *outcome) []Finding {
	findings := make([]Finding, 0, len(o.verdicts))
	for i := range o.verdicts {
		v := &o.verdicts[i]
		f := Finding{
			Status: v.Status, Severity: v.Severity, Key: v.Key, Message: v.Message,
			Resource: ResourceRef{
				Type: v.Resource.ResourceType(), ID: v.Resource.ObjectID(), DisplayName: v.Resource.ResourceName(),
			},
			PortalLink: PortalLink(r.snapshot, v.Resource),
		}
		if rule.overridden {
			f.Severity = rule.Severity
		}
		if o.waivers != nil && o.waivers[i] != nil {
			f.Waiver = o.waivers[i].applied()
		}
		findings = append(findings, f)
	}
	order := orderOf(findings)
	sorted := make([]Finding, len(findings))
	o.evidence = make([][]Evidence, len(findings))
	for i, at := range order {
		sorted[i], o.evidence[i] = findings[at], pointedAt(&o.verdicts[at])
	}
	o.verdicts, o.waivers = nil, nil
	return sorted
}

// orderOf sorts by way of indices: findings are large, and there may be one for
// each of a million agents.
func orderOf(findings []Finding) []int32 {
	order := make([]int32, len(findings))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(compareFindings(&findings[a], &findings[b]), cmp.Compare(a, b))
	})
	return order
}

// evidenceRefs takes the places of the evidence from the front of places.
func (r *runner) evidenceRefs(evidence []Evidence, places []place) ([]EvidenceRef, []place) {
	refs := make([]EvidenceRef, len(evidence))
	for i := range evidence {
		e, p := &evidence[i], &places[i]
		refs[i] = EvidenceRef{
			Dataset: e.dataset(), Pointer: p.Pointer, File: p.File, Line: p.Region.StartLine,
			Observed: e.Observed, Expected: e.Expected,
			Region: p.Region, Context: p.Context,
		}
		if file := r.snapshot.FileOf(e.Dataset); p.File == "" && file != "" {
			refs[i].File, refs[i].Line = file, 1
		}
	}
	return refs, places[len(evidence):]
}

// compareFindings orders findings for a reader: what decides first, then by
// severity and resource. Everything is compared, so the order is the same
// whatever order the rule reported in.
func compareFindings(a, b *Finding) int {
	if a.Status != b.Status { // of equal weight: waived before pass
		return cmp.Or(cmp.Compare(b.Status.weight(), a.Status.weight()), cmp.Compare(b.Status, a.Status))
	}
	if a.Severity != b.Severity {
		return a.Severity.Rank() - b.Severity.Rank()
	}
	if c := strings.Compare(string(a.Resource.Type), string(b.Resource.Type)); c != 0 {
		return c
	}
	if c := strings.Compare(a.Resource.DisplayName, b.Resource.DisplayName); c != 0 {
		return c
	}
	if c := strings.Compare(a.Resource.ID, b.Resource.ID); c != 0 {
		return c
	}
	return cmp.Or(strings.Compare(a.Key, b.Key), strings.Compare(a.Message, b.Message))
}

func (w *Waiver) applied() *AppliedWaiver {
	return &AppliedWaiver{
		Reason: w.Reason, Owner: w.Owner, Ticket: w.Ticket,
		Expires: w.Expires.UTC().Format(time.DateOnly),
	}
}
