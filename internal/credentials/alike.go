package credentials

import (
	"slices"

	"github.com/ztagent/ztagent/internal/tenant"
)

// KeysAlike finds every key on another owner that is the same as one of b's,
// expired or not: blueprints first, then classic agents, in file order.
func KeysAlike(s *tenant.Snapshot, b *tenant.AgentIdentityBlueprint) []SharedKey {
	marks := map[string]int{}
	for i := range b.KeyCredentials.Items {
		for _, mark := range material(&b.KeyCredentials.Items[i]) {
			if _, known := marks[mark]; !known {
				marks[mark] = i
			}
		}
	}
	if len(marks) == 0 {
		return nil
	}
	var alike []SharedKey
	compare := func(keys []tenant.KeyCredential, use KeyUse) {
		for i := range keys {
			for _, mark := range material(&keys[i]) {
				if own, same := marks[mark]; same {
					use.Index = i
					alike = append(alike, SharedKey{Index: own, Other: use})
					break
				}
			}
		}
	}
	for other := range s.AgentIdentityBlueprints.All() {
		if other != b {
			compare(other.KeyCredentials.Items, KeyUse{Blueprint: other})
		}
	}
	for a := range s.ClassicAgentApplications.All() {
		if !isBlueprint(s, a.AppID) { // Graph's list by tags returns blueprints too
			compare(a.KeyCredentials.Items, KeyUse{Application: a})
		}
	}
	return alike
}

// SubjectsAlike finds every federated credential of another blueprint by which
// a workload that b trusts can act as that one too.
func SubjectsAlike(s *tenant.Snapshot, b *tenant.AgentIdentityBlueprint) []SharedSubject {
	var alike []SharedSubject
	for other := range s.AgentIdentityBlueprints.All() {
		if other == b {
			continue
		}
		for i := range other.FederatedIdentityCredentials.Items {
			use := FederatedUse{other, i}
			for own := range b.FederatedIdentityCredentials.Items {
				if overlap := overlapOf(&b.FederatedIdentityCredentials.Items[own], use.Credential()); overlap != 0 {
					alike = append(alike, SharedSubject{own, use, overlap})
					break
				}
			}
		}
	}
	return alike
}

// overlapOf says why one workload is trusted by both credentials; 0 when none is
// known to be.
func overlapOf(own, other *tenant.FederatedIdentityCredential) Overlap {
	if !own.Issuer.IsSet() || !other.Issuer.IsSet() || own.Issuer.Or("") != other.Issuer.Or("") {
		return 0
	}
	ours, theirs := subjectsOf(own), subjectsOf(other)
	ownText, otherText := expressionText(own), expressionText(other)
	switch {
	case slices.ContainsFunc(ours, func(subject string) bool { return slices.Contains(theirs, subject) }):
		return SameSubject
	case ownText != "" && ownText == otherText:
		return SameExpression
	case acceptsAny(own, theirs):
		return Accepts
	case acceptsAny(other, ours):
		return Accepted
	}
	return 0
}

func expressionText(f *tenant.FederatedIdentityCredential) string {
	e, _ := f.ClaimsMatchingExpression.Get()
	return e.Value.Or("")
}

func acceptsAny(f *tenant.FederatedIdentityCredential, subjects []string) bool {
	e, ok := f.ClaimsMatchingExpression.Get()
	if !ok {
		return false
	}
	parsed, err := ReadExpression(e)
	return err == nil && slices.ContainsFunc(subjects, parsed.AcceptsSubject)
}
