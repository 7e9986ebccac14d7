package dossier

import (
	"cmp"
	"slices"

	"github.com/ztagent/ztagent/internal/access"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// Findings are what the audit says of the agent, its blueprint, principal and
// agent users, and of what hangs on them: federated credentials, access package
// assignments, grants and registry instances.
type Findings struct {
	// Items are those that fail first, the most severe of them first.
	Items           []Finding              `json:"items"`
	Fail            int                    `json:"fail"`
	Unknown         int                    `json:"unknown"`
	Manual          int                    `json:"manual"`
	Waived          int                    `json:"waived"`
	FailsBySeverity map[audit.Severity]int `json:"failsBySeverity"`
	// Unjudged are the rules about such objects that could not be judged at all.
	Unjudged []Unjudged `json:"unjudged"`
}

// Finding is a finding of the audit with its rule.
type Finding struct {
	Rule  string `json:"rule"` // check/rule
	Title string `json:"title"`
	audit.Finding
}

// Unjudged is a rule that was not judged, and why.
type Unjudged struct {
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
}

const failStatus = audit.Fail

func (b *builder) findings() Findings {
	section := Findings{FailsBySeverity: map[audit.Severity]int{}, Unjudged: b.unjudged}
	var places []reported
	for _, r := range b.own() {
		places = append(places, b.Index.findings[resourceKey{r.Type, r.ID}]...)
	}
	slices.SortFunc(places, func(a, b reported) int {
		return cmp.Or(cmp.Compare(a.check, b.check), cmp.Compare(a.rule, b.rule), cmp.Compare(a.finding, b.finding))
	})
	for _, at := range places {
		rule := &b.o.Report.Checks[at.check].Rules[at.rule]
		section.add(Finding{Rule: rule.ID, Title: rule.Title, Finding: rule.Findings[at.finding]})
	}
	slices.SortStableFunc(section.Items, compareFindings)
	return section
}

func (f *Findings) add(item Finding) {
	f.Items = append(f.Items, item)
	switch item.Status {
	case audit.Fail:
		f.Fail++
		f.FailsBySeverity[item.Severity]++
	case audit.Unknown:
		f.Unknown++
	case audit.Manual:
		f.Manual++
	case audit.Waived:
		f.Waived++
	}
}

func compareFindings(a, b Finding) int {
	order := []audit.Status{audit.Fail, audit.Unknown, audit.Manual, audit.Waived, audit.Pass, audit.NotApplicable}
	return cmp.Or(
		cmp.Compare(slices.Index(order, a.Status), slices.Index(order, b.Status)),
		cmp.Compare(a.Severity.Rank(), b.Severity.Rank()))
}

// own are the objects that a finding about the agent may be about, each once.
func (b *builder) own() []Ref {
	return distinct(append([]Ref{refTo(b.agent)}, append(b.ownOfBlueprint(), b.ownAlone()...)...))
}

// ownAlone are those that no other agent has, but for the agent itself.
func (b *builder) ownAlone() []Ref {
	var own []Ref
	for _, u := range b.users {
		own = append(own, refTo(u))
	}
	for _, a := range access.Of(b.s).Assignments(b.agent.ID) {
		own = append(own, refTo(a))
	}
	own = append(own, b.grantsOf(b.agent.ID)...)
	return append(own, b.registry()...)
}

// ownOfBlueprint are those that every agent on the blueprint has.
func (b *builder) ownOfBlueprint() []Ref {
	var own []Ref
	if b.blueprint != nil {
		own = append(own, refTo(b.blueprint))
		for i := range b.blueprint.FederatedIdentityCredentials.Items {
			f := &b.blueprint.FederatedIdentityCredentials.Items[i]
			own = append(own, Ref{tenant.TypeFederatedIdentityCredential, f.ID.String(), f.Name.Or("")})
		}
	}
	for _, p := range b.principals {
		own = append(own, refTo(p))
		own = append(own, b.grantsOf(p.ID)...)
	}
	return own
}

func (x *Index) grantsOf(holder tenant.ID) []Ref {
	var grants []Ref
	if !holder.IsZero() {
		for _, g := range x.grants.Of(holder) {
			grants = append(grants, refTo(g))
		}
	}
	return grants
}

// distinct leaves out what lost its id: nothing can be told about it.
func distinct(refs []Ref) []Ref {
	seen := map[resourceKey]bool{}
	return slices.DeleteFunc(refs, func(r Ref) bool {
		key := resourceKey{r.Type, r.ID}
		again := seen[key]
		seen[key] = true
		return again || r.ID == ""
	})
}
