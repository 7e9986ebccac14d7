package audit

import (
	"fmt"
	"slices"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Judge takes the verdicts of one rule and holds what the rule may look at. It
// applies what holds for every rule: an inactive object is not applicable, and
// one whose activity cannot be told is never better than unknown (docs/verdicts.md).
type Judge struct {
	Tenant *tenant.Snapshot
	Config *Config

	rule         *Rule
	fullID       string
	attestations ruleAttestations
	counts       Counts
	verdicts     []Verdict
	keepPasses   bool
}

// Verdict is one rule's judgement of one resource.
type Verdict struct {
	Resource tenant.Resource
	Status   Status
	// Severity overrides the rule's, for rules whose severity follows the data.
	Severity Severity
	// Key tells apart several findings of one rule on one resource.
	Key string
	// Message is one or two full sentences for a reader who knows Entra and has
	// not seen the data; the first stands alone as a title.
	Message  string
	Evidence []Evidence
	// Attested says that the pass rests on a person's word. It is listed even
	// where other passes are only counted.
	Attested bool
}

// Evidence points at what a verdict rests on.
type Evidence struct {
	Origin tenant.Origin
	// Dataset stands in for Origin where there is no object to point at: the
	// verdict rests on a dataset that was refused or holds nothing.
	Dataset tenant.Dataset
	// Pointer is the JSON pointer inside the object, "" for the object itself.
	Pointer  string
	Observed string
	Expected string
}

// At is the evidence at pointer inside object.
func At(object interface{ Source() tenant.Origin }, pointer, observed, expected string) Evidence {
	return Evidence{Origin: object.Source(), Pointer: pointer, Observed: observed, Expected: expected}
}

// Pass says that the resource meets the rule.
func (j *Judge) Pass(r tenant.Resource, evidence ...Evidence) {
	j.Report(Verdict{Resource: r, Status: Pass, Evidence: evidence})
}

// Fail says that the resource breaks the rule, and why.
func (j *Judge) Fail(r tenant.Resource, message string, evidence ...Evidence) {
	j.Report(Verdict{Resource: r, Status: Fail, Message: message, Evidence: evidence})
}

// Unknown says that the data does not decide, and what was missing.
func (j *Judge) Unknown(r tenant.Resource, reason string, evidence ...Evidence) {
	j.Report(Verdict{Resource: r, Status: Unknown, Message: reason, Evidence: evidence})
}

// NotApplicable says that the rule does not speak about the resource, and why.
func (j *Judge) NotApplicable(r tenant.Resource, reason string) {
	j.Report(Verdict{Resource: r, Status: NotApplicable, Message: reason})
}

// Ask puts a manual question about the resource: pass when a valid attestation
// answers it, manual otherwise.
func (j *Judge) Ask(r tenant.Resource, question string, evidence ...Evidence) {
	if a, ok := j.attestations.find(r); ok {
		j.Report(Verdict{Resource: r, Status: Pass, Message: a.Summary(), Evidence: evidence, Attested: true})
		return
	}
	j.Report(Verdict{Resource: r, Status: Manual, Message: question, Evidence: evidence})
}

// Attested returns the valid attestation of this rule for the resource, if any.
func (j *Judge) Attested(r tenant.Resource) (Attestation, bool) {
	return j.attestations.find(r)
}

// AttestationsGiven reports whether anybody attested anything under this rule,
// be it still valid or not.
func (j *Judge) AttestationsGiven() bool {
	return slices.ContainsFunc(j.attestations.all, func(a Attestation) bool { return a.Rule == j.fullID })
}

// Report takes one verdict.
func (j *Judge) Report(v Verdict) {
	if !j.rule.AnyActivity {
		v = respectActivity(v)
	}
	j.counts.add(v.Status)
	if !j.keepPasses && !v.Attested && (v.Status == Pass || v.Status == NotApplicable) {
		return
	}
	if v.Severity == "" {
		v.Severity = j.rule.Severity
	}
	j.verdicts = append(j.verdicts, v)
}

func respectActivity(v Verdict) Verdict {
	switch v.Resource.Activity() {
	case tenant.Inactive:
		return Verdict{Resource: v.Resource, Status: NotApplicable, Key: v.Key, Message: "not active"}
	case tenant.ActivityUnknown:
		if v.Status == Pass || v.Status == Fail {
			v.Status = Unknown
			v.Message = "Whether it is active cannot be told: accountEnabled or " +
				"disabledByMicrosoftStatus was not returned."
		}
	}
	return v
}

// Whole returns the tenant as a resource.
func (j *Judge) Whole() tenant.Resource { return wholeTenant{j.Tenant} }

type wholeTenant struct{ s *tenant.Snapshot }

func (w wholeTenant) ResourceType() tenant.ResourceType { return tenant.TypeTenant }
func (w wholeTenant) ObjectID() string                  { return w.s.TenantID.String() }
func (w wholeTenant) ResourceName() string              { return w.s.DisplayName }
func (w wholeTenant) Activity() tenant.Activity         { return tenant.Active }
func (w wholeTenant) Source() tenant.Origin {
	for o := range w.s.Organization.All() {
		return o.Origin
	}
	return tenant.Origin{}
}

// Sub is a resource inside another object, such as a federated credential of a
// blueprint or a log category: it has its own type, id and name, and the place
// and activity of the object it stands in.
type Sub struct {
	Type     tenant.ResourceType
	ID, Name string
	In       tenant.Resource
}

func (s Sub) ResourceType() tenant.ResourceType { return s.Type }
func (s Sub) ObjectID() string                  { return s.ID }
func (s Sub) ResourceName() string              { return s.Name }
func (s Sub) Source() tenant.Origin             { return s.In.Source() }
func (s Sub) Activity() tenant.Activity         { return s.In.Activity() }

// run runs the rule, turning a panic into an error.
func (j *Judge) run() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("internal error in rule %s: %v", j.fullID, p)
		}
	}()
	j.rule.Run(j)
	return nil
}
