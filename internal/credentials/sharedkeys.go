package credentials

import "github.com/ztagent/ztagent/internal/tenant"

// KeyUse is one key credential of one owner: Blueprint, or Application of a
// classic agent.
type KeyUse struct {
	Blueprint   *tenant.AgentIdentityBlueprint
	Application *tenant.ClassicAgentApplication
	Index       int // in keyCredentials
}

func (u KeyUse) sameOwner(v KeyUse) bool {
	return u.Blueprint == v.Blueprint && u.Application == v.Application
}

// SharedKey is a key of a blueprint and the same key on another owner.
type SharedKey struct {
	Index int // of the blueprint's keyCredentials
	Other KeyUse
}

// SharedKeys finds, for every blueprint, the first of its keys that another
// blueprint or classic agent holds too, expired or not.
func SharedKeys(s *tenant.Snapshot) map[*tenant.AgentIdentityBlueprint]SharedKey {
	uses := map[string]*pair[KeyUse]{}
	note := func(k *tenant.KeyCredential, u KeyUse) {
		for _, mark := range material(k) {
			if uses[mark] == nil {
				uses[mark] = &pair[KeyUse]{}
			}
			uses[mark].add(u, KeyUse.sameOwner)
		}
	}
	for b := range s.AgentIdentityBlueprints.All() {
		for i := range b.KeyCredentials.Items {
			note(&b.KeyCredentials.Items[i], KeyUse{Blueprint: b, Index: i})
		}
	}
	for a := range s.ClassicAgentApplications.All() {
		if isBlueprint(s, a.AppID) {
			continue // Graph's list by tags returns blueprints too
		}
		for i := range a.KeyCredentials.Items {
			note(&a.KeyCredentials.Items[i], KeyUse{Application: a, Index: i})
		}
	}
	shared := map[*tenant.AgentIdentityBlueprint]SharedKey{}
	for b := range s.AgentIdentityBlueprints.All() {
		if match, ok := sharedKeyOf(b, uses); ok {
			shared[b] = match
		}
	}
	return shared
}

func sharedKeyOf(b *tenant.AgentIdentityBlueprint, uses map[string]*pair[KeyUse]) (SharedKey, bool) {
	for i := range b.KeyCredentials.Items {
		self := KeyUse{Blueprint: b, Index: i}
		for _, mark := range material(&b.KeyCredentials.Items[i]) {
			if other, ok := uses[mark].other(self, KeyUse.sameOwner); ok {
				return SharedKey{Index: i, Other: other}, true
			}
		}
	}
	return SharedKey{}, false
}

// Comparable reports whether a key can be compared with others at all.
func Comparable(k *tenant.KeyCredential) bool { return len(material(k)) > 0 }
