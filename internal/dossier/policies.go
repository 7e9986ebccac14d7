package dossier

import (
	"cmp"
	"slices"

	"github.com/ztagent/ztagent/internal/conditionalaccess"
	"github.com/ztagent/ztagent/internal/tenant"
)

// ConditionalAccess is what every policy does to the agent.
type ConditionalAccess struct {
	// SecurityDefaults is on, off or unknown; when they are on, no policy is
	// evaluated.
	SecurityDefaults string `json:"securityDefaults"`
	// Policies are all of the tenant: those that reach first.
	Policies []Policy  `json:"policies"`
	WhatIf   []Outcome `json:"whatIf"` // lowest risk first
	NotRead  []Missing `json:"notRead"`
}

// Policy is one Conditional Access policy, and whether it reaches the agent or
// the agent user that it stands with.
type Policy struct {
	ID          string `json:"id"`
	DisplayName string `json:"displayName"`
	State       string `json:"state"`   // as Graph has it; "" when it was not returned
	Reaches     string `json:"reaches"` // yes, no, unknown; whatever its state
	Because     string `json:"because"`
	Pointer     string `json:"pointer"` // to what decides, inside the policy
	// Effect says in a few words what the policy does where it reaches.
	Effect string `json:"effect"`
	// Enforced says whether it is enabled: yes, no (report-only, disabled),
	// unknown.
	Enforced string `json:"enforced"`
}

// Outcome is what would become of a sign-in at one level of agent risk.
type Outcome struct {
	RiskLevel string `json:"riskLevel"`
	Blocked   string `json:"blocked"` // yes, no, unknown
	// Policy is the one that blocks, or on which the answer hangs.
	Policy  *Ref   `json:"policy"`
	Because string `json:"because"`
}

func (b *builder) conditionalAccess() ConditionalAccess {
	e := conditionalaccess.Of(b.s)
	section := ConditionalAccess{
		SecurityDefaults: Unknown,
		NotRead:          b.gaps(tenant.DatasetConditionalAccessPolicies, tenant.DatasetSecurityDefaults),
	}
	for d := range b.s.SecurityDefaults.All() {
		switch flagWord(d.IsEnabled) {
		case Yes:
			section.SecurityDefaults = "on"
		case No:
			section.SecurityDefaults = "off"
		}
	}
	for _, r := range e.Reaches(b.agent) {
		section.Policies = append(section.Policies, policyOf(r.Policy, r.Answer, r.Because(), r.Pointer()))
	}
	slices.SortStableFunc(section.Policies, comparePolicies)
	for _, o := range e.WhatIf(b.agent) {
		section.WhatIf = append(section.WhatIf, outcomeOf(o))
	}
	return section
}

func policyOf(p *conditionalaccess.Policy, reaches conditionalaccess.Answer, because, pointer string) Policy {
	return Policy{
		ID: p.ObjectID(), DisplayName: p.ResourceName(), State: p.State.Or(""),
		Reaches: reaches.String(), Because: because, Pointer: pointer,
		Effect: p.Effect(), Enforced: p.Enabled.String(),
	}
}

func outcomeOf(o conditionalaccess.Outcome) Outcome {
	out := Outcome{RiskLevel: o.Level, Blocked: o.Answer.String()}
	switch {
	case o.Why() != "":
		out.Because = o.Why()
	case o.Answer == conditionalaccess.Yes:
		out.Because = o.Reach.Because()
	default:
		out.Because = "no enforced policy blocks it on all resources at this risk"
	}
	if o.Policy != nil {
		ref := refTo(o.Policy)
		out.Policy = &ref
	}
	return out
}

// policiesOfUser leaves out those that are not about agent users at all.
func (b *builder) policiesOfUser(u *tenant.AgentUser) []Policy {
	e := conditionalaccess.Of(b.s)
	var policies []Policy
	for _, p := range e.Policies() {
		r := e.TargetsUser(p, u)
		if r.Answer == conditionalaccess.No && !r.Included {
			continue
		}
		policies = append(policies, policyOf(p, r.Answer, r.Because, r.Pointer))
	}
	slices.SortStableFunc(policies, comparePolicies)
	return policies
}

// comparePolicies puts what reaches first, and of that what is enforced.
func comparePolicies(a, b Policy) int {
	rank := func(word string) int { return slices.Index([]string{Yes, Unknown, No}, word) }
	return cmp.Or(
		cmp.Compare(rank(a.Reaches), rank(b.Reaches)), cmp.Compare(rank(a.Enforced), rank(b.Enforced)),
		cmp.Compare(a.DisplayName, b.DisplayName), cmp.Compare(a.ID, b.ID))
}
