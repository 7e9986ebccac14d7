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

type resourceKey struct {
	kind tenant.ResourceType
	id   string
}

func (b *builder) findings() Findings {
	own := b.own()
	section := Findings{FailsBySeverity: map[audit.Severity]int{}}
	for i := range b.o.Report.Checks {
		for j := range b.o.Report.Checks[i].Rules {
			rule := &b.o.Report.Checks[i].Rules[j]
			for _, f := range rule.Findings {
				if f.Resource.ID != "" && own[resourceKey{f.Resource.Type, f.Resource.ID}] {
					section.add(Finding{Rule: rule.ID, Title: rule.Title, Finding: f})
				}
			}
			if rule.Status == audit.Unknown && rule.Counts.Evaluated == 0 && b.isAbout(rule.ID) {
				section.Unjudged = append(section.Unjudged, Unjudged{rule.ID, rule.Reason})
			}
		}
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

// own are the objects that a finding about the agent may be about.
func (b *builder) own() map[resourceKey]bool {
	own := map[resourceKey]bool{}
	add := func(kind tenant.ResourceType, id string) { own[resourceKey{kind, id}] = true }
	add(tenant.TypeAgentIdentity, b.agent.ID.String())
	holders := map[tenant.ID]bool{b.agent.ID: !b.agent.ID.IsZero()}
	if b.blueprint != nil {
		add(tenant.TypeAgentIdentityBlueprint, b.blueprint.ID.String())
		for i := range b.blueprint.FederatedIdentityCredentials.Items {
			add(tenant.TypeFederatedIdentityCredential, b.blueprint.FederatedIdentityCredentials.Items[i].ID.String())
		}
	}
	for _, p := range b.principals {
		add(tenant.TypeAgentIdentityBlueprintPrincipal, p.ID.String())
		holders[p.ID] = !p.ID.IsZero()
	}
	for _, u := range b.users {
		add(tenant.TypeAgentUser, u.ID.String())
	}
	for _, a := range access.Of(b.s).Assignments(b.agent.ID) {
		add(tenant.TypeAccessPackageAssignment, a.ObjectID())
	}
	for g := range b.s.OAuth2PermissionGrants.All() {
		if holders[g.ClientID] {
			add(tenant.TypeOAuth2PermissionGrant, g.ObjectID())
		}
	}
	for _, r := range b.registry() {
		add(r.Type, r.ID)
	}
	return own
}

// isAbout reports whether a rule judges objects of the kinds that hang together
// with an agent.
func (b *builder) isAbout(rule string) bool {
	kinds := []tenant.ResourceType{
		tenant.TypeAgentIdentity, tenant.TypeAgentIdentityBlueprint, tenant.TypeAgentIdentityBlueprintPrincipal,
		tenant.TypeAgentUser, tenant.TypeFederatedIdentityCredential, tenant.TypeAccessPackageAssignment,
		tenant.TypeOAuth2PermissionGrant, tenant.TypeAgentInstance,
	}
	for i := range b.o.Checks {
		c := &b.o.Checks[i]
		for j := range c.Rules {
			if audit.FullID(c, &c.Rules[j]) == rule {
				return slices.ContainsFunc(c.Rules[j].Resources, func(k tenant.ResourceType) bool { return slices.Contains(kinds, k) })
			}
		}
	}
	return false
}
