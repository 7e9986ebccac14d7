package credentials

import "github.com/ztagent/ztagent/internal/tenant"

// FederatedUse is one federated credential of one blueprint.
type FederatedUse struct {
	Blueprint *tenant.AgentIdentityBlueprint
	Index     int // in federatedIdentityCredentials
}

// Credential returns the credential itself.
func (u FederatedUse) Credential() *tenant.FederatedIdentityCredential {
	return &u.Blueprint.FederatedIdentityCredentials.Items[u.Index]
}

func sameBlueprint(a, b FederatedUse) bool { return a.Blueprint == b.Blueprint }

// Overlap says why one workload can act as two blueprints.
type Overlap uint8

// The overlaps, seen from the blueprint that a SharedSubject is about.
const (
	SameSubject    Overlap = iota + 1 // both trust the same subject
	SameExpression                    // both have the same expression
	Accepts                           // its expression accepts the other's subject
	Accepted                          // the other's expression accepts its subject
)

// SharedSubject is a federated credential of a blueprint, and one of another, by
// which the same workload can act as both.
type SharedSubject struct {
	Index   int // of the blueprint's federatedIdentityCredentials
	Other   FederatedUse
	Overlap Overlap
}

// SharedSubjects finds, for every blueprint, the first way in which a workload
// can act as it and as another blueprint.
func SharedSubjects(s *tenant.Snapshot) map[*tenant.AgentIdentityBlueprint]SharedSubject {
	issuers := map[string]*issuerUses{}
	for b := range s.AgentIdentityBlueprints.All() {
		for i := range b.FederatedIdentityCredentials.Items {
			addFederated(issuers, FederatedUse{b, i})
		}
	}
	for _, issuer := range issuers {
		issuer.tryExpressions()
	}
	shared := map[*tenant.AgentIdentityBlueprint]SharedSubject{}
	for b := range s.AgentIdentityBlueprints.All() {
		for i := range b.FederatedIdentityCredentials.Items {
			if match, ok := sharedSubjectOf(issuers, FederatedUse{b, i}); ok {
				shared[b] = match
				break
			}
		}
	}
	return shared
}

// issuerUses are the credentials of one issuer, by subject and by the text of
// their expression.
type issuerUses struct{ subjects, expressions map[string]*trusted }

// trusted is one subject or expression: who holds it, and, where one blueprint
// alone does, an expression or subject of another that overlaps it.
type trusted struct {
	pair[FederatedUse]
	match   FederatedUse
	matched bool
}

func hold(held map[string]*trusted, text string, u FederatedUse) {
	if held[text] == nil {
		held[text] = &trusted{}
	}
	held[text].add(u, sameBlueprint)
}

func addFederated(issuers map[string]*issuerUses, u FederatedUse) {
	f := u.Credential()
	name, ok := f.Issuer.Get()
	if !ok {
		return
	}
	issuer := issuers[name]
	if issuer == nil {
		issuer = &issuerUses{map[string]*trusted{}, map[string]*trusted{}}
		issuers[name] = issuer
	}
	for _, subject := range subjectsOf(f) {
		hold(issuer.subjects, subject, u)
	}
	if e, ok := f.ClaimsMatchingExpression.Get(); ok && e.Value.IsSet() {
		hold(issuer.expressions, e.Value.Or(""), u)
	}
}

// subjectsOf returns the subject that the credential trusts, whether it is
// written as such or pinned by an expression.
func subjectsOf(f *tenant.FederatedIdentityCredential) []string {
	var subjects []string
	if subject := f.Subject.Or(""); subject != "" {
		subjects = append(subjects, subject)
	}
	if e, ok := f.ClaimsMatchingExpression.Get(); ok {
		if parsed, err := ReadExpression(e); err == nil {
			if subject, ok := parsed.OnlySubject(); ok {
				subjects = append(subjects, subject)
			}
		}
	}
	return subjects
}

func sharedSubjectOf(issuers map[string]*issuerUses, u FederatedUse) (SharedSubject, bool) {
	f := u.Credential()
	name, ok := f.Issuer.Get()
	if !ok {
		return SharedSubject{}, false
	}
	subjects := subjectsOf(f)
	for _, subject := range subjects {
		if other, ok := issuers[name].subjects[subject].other(u, sameBlueprint); ok {
			return SharedSubject{u.Index, other, SameSubject}, true
		}
	}
	if e, ok := f.ClaimsMatchingExpression.Get(); ok && e.Value.IsSet() {
		expression := issuers[name].expressions[e.Value.Or("")]
		if other, ok := expression.other(u, sameBlueprint); ok {
			return SharedSubject{u.Index, other, SameExpression}, true
		}
		if expression.matched {
			return SharedSubject{u.Index, expression.match, Accepts}, true
		}
	}
	for _, subject := range subjects {
		if t := issuers[name].subjects[subject]; t.matched {
			return SharedSubject{u.Index, t.match, Accepted}, true
		}
	}
	return SharedSubject{}, false
}
