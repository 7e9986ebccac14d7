package report

import (
	"maps"
	"slices"
	"strconv"

	"github.com/ztagent/ztagent/internal/audit"
)

func itoa(n int) string { return strconv.Itoa(n) }

// neutralReport returns a copy of r in which no text can do harm or take more
// room than l gives it. What rules say about themselves may have paragraphs;
// nothing else may. The findings, of which there may be a million, are left out:
// limits.finding makes them neutral one by one.
func neutralReport(r *audit.Report, l limits) *audit.Report {
	n := *r
	n.Tool = audit.Tool{Name: l.short(r.Tool.Name), Version: l.short(r.Tool.Version)}
	n.Tenant = audit.TenantInfo{ID: l.short(r.Tenant.ID), DisplayName: l.short(r.Tenant.DisplayName), Cloud: l.short(r.Tenant.Cloud)}
	n.TakenAt, n.Snapshot = l.short(r.TakenAt), l.long(r.Snapshot)
	n.Gaps = mapped(r.Gaps, l.gap)
	n.Warnings = mapped(r.Warnings, l.long)
	n.Checks = mapped(r.Checks, l.check)
	n.Summary.FailsBySeverity = maps.Clone(r.Summary.FailsBySeverity)
	n.Summary.Parts = mapped(r.Summary.Parts, l.part)
	n.WhatIf = mapped(r.WhatIf, func(w audit.WhatIf) audit.WhatIf { w.RiskLevel = l.short(w.RiskLevel); return w })
	return &n
}

func mapped[T any](list []T, f func(T) T) []T {
	out := make([]T, len(list))
	for i, item := range list {
		out[i] = f(item)
	}
	return out
}

func (l limits) short(s string) string { return shorten(neutral(s), l.name) }
func (l limits) long(s string) string  { return shorten(neutral(s), l.text) }

func (l limits) gap(g audit.ReportGap) audit.ReportGap {
	cleanWord(&g.Dataset, l)
	cleanWord(&g.Status, l)
	g.Reason, g.Fix = l.long(g.Reason), l.long(g.Fix)
	g.Rules = mapped(g.Rules, l.short)
	return g
}

func cleanWord[T ~string](word *T, l limits) { *word = T(l.short(string(*word))) }

func (l limits) check(c audit.CheckResult) audit.CheckResult {
	c.ID, c.Title, c.Clause = l.short(c.ID), l.long(c.Title), l.long(c.Clause)
	c.Clauses = mapped(c.Clauses, func(ref audit.ClauseRef) audit.ClauseRef {
		return audit.ClauseRef{Part: ref.Part, Group: l.short(ref.Group), Text: l.long(ref.Text)}
	})
	c.Rules = mapped(c.Rules, l.rule)
	return c
}

func (l limits) rule(r audit.RuleResult) audit.RuleResult {
	r.ID, r.Title = l.short(r.ID), l.long(r.Title)
	r.Reason, r.Condition = l.long(r.Reason), l.long(r.Condition)
	r.Remediation = shorten(neutralLines(r.Remediation), machineLimits.text)
	r.References = mapped(r.References, l.long)
	r.Findings = nil
	return r
}

// finding returns f itself when it is harmless already, as nearly all are, and
// else a copy.
func (l limits) finding(f *audit.Finding) *audit.Finding {
	n := *f
	n.Resource.ID, n.Resource.DisplayName = l.short(f.Resource.ID), l.short(f.Resource.DisplayName)
	cleanWord(&n.Resource.Type, l)
	n.Key, n.Message = l.short(f.Key), l.long(f.Message)
	n.PortalLink, n.Fingerprint = safeLink(f.PortalLink), l.short(f.Fingerprint)
	same := n.Resource == f.Resource && n.Key == f.Key && n.Message == f.Message &&
		n.PortalLink == f.PortalLink && n.Fingerprint == f.Fingerprint
	for i, e := range f.Evidence {
		if clean := l.evidence(e); clean != e {
			if &n.Evidence[0] == &f.Evidence[0] {
				n.Evidence = slices.Clone(f.Evidence)
			}
			n.Evidence[i], same = clean, false
		}
	}
	if f.Waiver != nil {
		if w := l.waiver(*f.Waiver); w != *f.Waiver {
			changed := w
			n.Waiver, same = &changed, false
		}
	}
	if same {
		return f
	}
	changed := n // n itself stays off the heap
	return &changed
}

func (l limits) evidence(e audit.EvidenceRef) audit.EvidenceRef {
	cleanWord(&e.Dataset, l)
	e.Pointer, e.File = l.long(e.Pointer), l.long(e.File)
	e.Observed, e.Expected = l.long(e.Observed), l.long(e.Expected)
	return e
}

func (l limits) waiver(w audit.AppliedWaiver) audit.AppliedWaiver {
	return audit.AppliedWaiver{
		Reason: l.long(w.Reason), Owner: l.short(w.Owner),
		Ticket: l.short(w.Ticket), Expires: l.short(w.Expires),
	}
}

func (l limits) part(p audit.PartResult) audit.PartResult {
	p.Group = l.short(p.Group)
	p.Lines = mapped(p.Lines, func(line audit.LineResult) audit.LineResult {
		line.Text, line.Checks = l.long(line.Text), slices.Clone(line.Checks)
		return line
	})
	return p
}
