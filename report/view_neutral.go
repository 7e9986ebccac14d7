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
// nothing else may.
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
	r.Findings = mapped(r.Findings, l.finding)
	return r
}

func (l limits) finding(f audit.Finding) audit.Finding {
	f.Resource.ID, f.Resource.DisplayName = l.short(f.Resource.ID), l.short(f.Resource.DisplayName)
	cleanWord(&f.Resource.Type, l)
	f.Key, f.Message = l.short(f.Key), l.long(f.Message)
	f.PortalLink, f.Fingerprint = safeLink(f.PortalLink), l.short(f.Fingerprint)
	f.Evidence = mapped(f.Evidence, func(e audit.EvidenceRef) audit.EvidenceRef {
		cleanWord(&e.Dataset, l)
		e.Pointer, e.File = l.long(e.Pointer), l.long(e.File)
		e.Observed, e.Expected = l.long(e.Observed), l.long(e.Expected)
		return e
	})
	if w := f.Waiver; w != nil {
		f.Waiver = &audit.AppliedWaiver{
			Reason: l.long(w.Reason), Owner: l.short(w.Owner),
			Ticket: l.short(w.Ticket), Expires: l.short(w.Expires),
		}
	}
	return f
}

func (l limits) part(p audit.PartResult) audit.PartResult {
	p.Group = l.short(p.Group)
	p.Lines = mapped(p.Lines, func(line audit.LineResult) audit.LineResult {
		line.Text, line.Checks = l.long(line.Text), slices.Clone(line.Checks)
		return line
	})
	return p
}
