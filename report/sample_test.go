package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
)

// sampleBuilder makes reports as the engine would, from a few words.
type sampleBuilder struct {
	r    *audit.Report
	rule *audit.RuleResult
	line int
}

func newSample() *sampleBuilder {
	return &sampleBuilder{r: &audit.Report{
		SchemaVersion: 1,
		Tool:          audit.Tool{Name: "ztagent", Version: "0.4.0"},
		Tenant:        audit.TenantInfo{ID: "5c0a9e7e-21f4-4f6a-9d3b-7f1f5a0c2b11", DisplayName: "Contoso", Cloud: "public"},
		TakenAt:       "2026-11-20T08:15:00Z",
		Snapshot:      "fixtures/contoso",
		Gaps:          []audit.ReportGap{},
		Warnings:      []string{},
		Checks:        []audit.CheckResult{},
		Summary:       audit.Summary{Agents: 42, Active: 38},
	}}
}

func (b *sampleBuilder) gap(dataset, status, reason, fix string, rules ...string) {
	g := audit.ReportGap{Reason: reason, Fix: fix, Rules: append([]string{}, rules...)}
	setText(&g.Dataset, dataset)
	setText(&g.Status, status)
	b.r.Gaps = append(b.r.Gaps, g)
}

// setText assigns to a string type of a package that report may not import.
func setText[T ~string](to *T, text string) { *to = T(text) }

func (b *sampleBuilder) check(id, title string, clauses ...audit.ClauseRef) {
	b.r.Checks = append(b.r.Checks, audit.CheckResult{
		ID: id, Title: title, Clause: clauses[0].Text, Clauses: clauses, Rules: []audit.RuleResult{},
	})
}

func (b *sampleBuilder) addRule(id, title string, severity audit.Severity, remediation string) *sampleBuilder {
	c := &b.r.Checks[len(b.r.Checks)-1]
	c.Rules = append(c.Rules, audit.RuleResult{
		ID: c.ID + "/" + id, Title: title, Severity: severity, Remediation: remediation,
		Condition:  "the resource breaks " + id,
		References: []string{"https://learn.microsoft.com/entra/agent-id/"}, Findings: []audit.Finding{},
	})
	b.rule = &c.Rules[len(c.Rules)-1]
	return b
}

func (b *sampleBuilder) reason(text string) *sampleBuilder { b.rule.Reason = text; return b }

func (b *sampleBuilder) pass(n int) *sampleBuilder {
	b.rule.Counts.Pass += n
	b.rule.Counts.Evaluated += n
	return b
}

func (b *sampleBuilder) notApplicable(n int) *sampleBuilder {
	b.rule.Counts.NotApplicable += n
	b.rule.Counts.Evaluated += n
	return b
}

// resource is "type name"; its id is made from the name.
func (b *sampleBuilder) finding(s audit.Status, resource, message, dataset, pointer, observed, expected string) *sampleBuilder {
	kind, name, _ := strings.Cut(resource, " ")
	f := audit.Finding{
		Status: s, Severity: b.rule.Severity, Message: message,
		Resource:   audit.ResourceRef{ID: sampleID(resource), DisplayName: name},
		PortalLink: "https://entra.microsoft.com/#view/objectId/" + sampleID(resource),
		Evidence:   []audit.EvidenceRef{},
	}
	setText(&f.Resource.Type, kind)
	if dataset != "" {
		b.line += 37
		e := audit.EvidenceRef{Pointer: pointer, File: dataset + ".json", Line: b.line, Observed: observed, Expected: expected}
		setText(&e.Dataset, dataset)
		e.Region.StartLine, e.Region.StartColumn, e.Region.EndLine, e.Region.EndColumn = b.line, 7, b.line, 7+len(observed)+12
		e.Context.StartLine, e.Context.StartColumn, e.Context.EndLine, e.Context.EndColumn = b.line-9, 5, b.line+20, 6
		f.Evidence = append(f.Evidence, e)
	}
	sum := sha256.Sum256([]byte(b.rule.ID + "\x00" + f.Resource.ID + "\x00"))
	f.Fingerprint = hex.EncodeToString(sum[:16])
	b.rule.Findings = append(b.rule.Findings, f)
	count(&b.rule.Counts, s)
	return b
}

func (b *sampleBuilder) fail(resource, message, dataset, pointer, observed, expected string) *sampleBuilder {
	return b.finding(audit.Fail, resource, message, dataset, pointer, observed, expected)
}

func (b *sampleBuilder) last() *audit.Finding { return &b.rule.Findings[len(b.rule.Findings)-1] }

func sampleID(text string) string {
	sum := sha256.Sum256([]byte(text))
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:32]
}

// done folds the verdicts as the engine does.
func (b *sampleBuilder) done() *audit.Report {
	r := b.r
	r.Summary.Status = audit.NotApplicable
	r.Summary.FailsBySeverity = map[audit.Severity]int{}
	for i := range r.Checks {
		c := &r.Checks[i]
		var statuses []audit.Status
		for j := range c.Rules {
			rule := &c.Rules[j]
			if rule.Status = foldCounts(rule.Counts); rule.Reason != "" && rule.Counts.Evaluated == 0 {
				rule.Status = audit.Unknown
			}
			if rule.Severity != audit.Info {
				statuses = append(statuses, rule.Status)
			}
			count(&r.Summary.Rules, rule.Status)
			r.Summary.Findings = r.Summary.Findings.Plus(rule.Counts)
			for k := range rule.Findings {
				if rule.Findings[k].Status == audit.Fail {
					r.Summary.FailsBySeverity[rule.Findings[k].Severity]++
				}
			}
		}
		c.Status = audit.Fold(statuses...)
		count(&r.Summary.Checks, c.Status)
		r.Summary.Status = audit.Fold(r.Summary.Status, c.Status)
	}
	b.parts()
	return r
}

func foldCounts(c audit.Counts) audit.Status {
	for _, s := range []struct {
		n      int
		status audit.Status
	}{{c.Fail, audit.Fail}, {c.Unknown, audit.Unknown}, {c.Manual, audit.Manual}, {c.Pass + c.Waived, audit.Pass}} {
		if s.n > 0 {
			return s.status
		}
	}
	return audit.NotApplicable
}

func (b *sampleBuilder) parts() {
	b.r.Summary.Parts = []audit.PartResult{}
	for _, part := range []audit.Part{audit.Checklist, audit.Pillar, audit.Control, audit.Boundary} {
		for i := range b.r.Checks {
			for _, clause := range b.r.Checks[i].Clauses {
				if clause.Part == part {
					b.part(&b.r.Checks[i], clause)
				}
			}
		}
	}
}

func (b *sampleBuilder) part(c *audit.CheckResult, clause audit.ClauseRef) {
	parts := &b.r.Summary.Parts
	p := findOrAdd(parts, func(p *audit.PartResult) bool { return p.Part == clause.Part && p.Group == clause.Group })
	p.Part, p.Group = clause.Part, clause.Group
	l := findOrAdd(&p.Lines, func(l *audit.LineResult) bool { return l.Text == clause.Text })
	l.Text = clause.Text
	l.Checks = append(l.Checks, c.ID)
	if len(l.Checks) == 1 {
		l.Status = audit.NotApplicable
	}
	if len(p.Lines) == 1 && len(l.Checks) == 1 {
		p.Status = audit.NotApplicable
	}
	l.Status, p.Status = audit.Fold(l.Status, c.Status), audit.Fold(p.Status, c.Status)
	count(&l.Counts, c.Status)
	count(&p.Counts, c.Status)
}

func findOrAdd[T any](list *[]T, is func(*T) bool) *T {
	for i := range *list {
		if is(&(*list)[i]) {
			return &(*list)[i]
		}
	}
	*list = append(*list, *new(T))
	return &(*list)[len(*list)-1]
}

func clause(part audit.Part, group, text string) audit.ClauseRef {
	return audit.ClauseRef{Part: part, Group: group, Text: text}
}

var sampleAgents = []string{
	"Invoice Intake", "Expense Approver", "Contract Summariser", "Helpdesk Triage", "Meeting Scribe",
	"Payroll Reconciler", "Vendor Onboarding", "Claims Intake", "Legal Hold Sweeper", "Marketing Copywriter",
	"Travel Planner", "Access Concierge", "Incident Responder", "Patch Coordinator", "Data Steward",
}

func agent(i int) string { return "agentIdentity " + sampleAgents[i%len(sampleAgents)] }

func allAgents(b *sampleBuilder, n int, message, dataset, pointer, observed, expected string) {
	for i := range n {
		name := sampleAgents[i%len(sampleAgents)]
		if i >= len(sampleAgents) {
			name += fmt.Sprintf(" %d", 1+i/len(sampleAgents))
		}
		b.fail("agentIdentity "+name, strings.ReplaceAll(message, "NAME", name), dataset, pointer, observed, expected)
	}
}

// crowded is a report with n failing findings.
func crowded(n int) *audit.Report {
	b := newSample()
	b.check("conditional-access", "Conditional Access covers the agents", clause(audit.Checklist, "L3", "CA policies target agent identities"))
	b.addRule("agent-not-covered", "An agent is outside every policy", audit.High, "Add it.")
	for i := range n {
		b.fail(fmt.Sprintf("agentIdentity Robot_%05d", i), "No policy covers it.", "agentIdentities", "/value/1", "nothing", "a policy")
	}
	return b.done()
}
