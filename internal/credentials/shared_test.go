package credentials

import (
	"crypto/ed25519"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

func TestThumbprintForms(t *testing.T) {
	const thumbprint20 = "52ED9B5038A47B9E2E2190715CC238359D4F8F73"
	raw, err := hex.DecodeString(thumbprint20)
	require.NoError(t, err)
	same := []string{
		thumbprint20, "52ed9b5038a47b9e2e2190715cc238359d4f8f73", " " + thumbprint20 + "\n",
		"52:ED:9B:50:38:A4:7B:9E:2E:21:90:71:5C:C2:38:35:9D:4F:8F:73",
		base64.StdEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw),
		base64.StdEncoding.EncodeToString([]byte(thumbprint20)),
	}
	for _, form := range same {
		assert.Equal(t, string(raw), thumbprint(form), form)
	}
	assert.NotEqual(t, thumbprint("52ED9B5038A47B9E2E2190715CC238359D4F8F74"), thumbprint(thumbprint20))
	assert.Equal(t, "my label!", thumbprint("my label!"), "a label of one's own stands for itself")
	assert.NotEqual(t, thumbprint("my label!"), thumbprint("My label!"))
}

// newCertificate returns a certificate, as base64, made anew for a key pair.
func newCertificate(t *testing.T, seed byte, serial int64) string {
	t.Helper()
	key := ed25519.NewKeyFromSeed(append(make([]byte, 31), seed))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "agents"},
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1e9, 0),
	}
	der, err := x509.CreateCertificate(nil, template, template, key.Public(), key)
	require.NoError(t, err)
	return base64.StdEncoding.EncodeToString(der)
}

func key(id, value tenant.Opt[string]) tenant.KeyCredential {
	return tenant.KeyCredential{CustomKeyIdentifier: id, Key: value, Type: tenant.Some("AsymmetricX509Cert")}
}

func blueprintWithKeys(name string, keys ...tenant.KeyCredential) tenant.AgentIdentityBlueprint {
	return tenant.AgentIdentityBlueprint{
		ID: tenant.ParseID(name), DisplayName: tenant.Some(name),
		KeyCredentials: tenant.Relation[tenant.KeyCredential]{Items: keys, State: tenant.RelationComplete},
	}
}

func TestSharedKeys(t *testing.T) {
	certificate := newCertificate(t, 1, 1)
	renewed := newCertificate(t, 1, 2) // another certificate for the same key pair
	other := newCertificate(t, 2, 1)
	marks := material(&tenant.KeyCredential{Key: tenant.Some(certificate)})
	require.Len(t, marks, 3, "key, thumbprint and public key")
	hexThumbprint := hex.EncodeToString([]byte(marks[1][len("id:"):]))
	none := tenant.Null[string]()

	s := &tenant.Snapshot{}
	s.AgentIdentityBlueprints.Append([]tenant.AgentIdentityBlueprint{
		blueprintWithKeys("own", key(none, tenant.Some(other))),
		blueprintWithKeys("key", key(none, tenant.Some(certificate))),
		blueprintWithKeys("thumbprint", key(tenant.Some("own label"), none), key(tenant.Some(hexThumbprint), none)),
		blueprintWithKeys("key pair", key(none, tenant.Some(renewed))),
		blueprintWithKeys("twice on itself", key(tenant.Some("AA00"), none), key(tenant.Some("aa00"), none)),
		blueprintWithKeys("with a classic agent", key(tenant.Some("BB00"), none)),
		blueprintWithKeys("label", key(tenant.Some("team label"), none)),
		blueprintWithKeys("same label", key(tenant.Some("team label"), none)),
		blueprintWithKeys("symmetric", key(none, tenant.Some("not base64!"))),
		blueprintWithKeys("same symmetric", key(none, tenant.Some("not base64!"))),
		blueprintWithKeys("unread", key(none, none)),
	})
	withKey := func(id string) tenant.Relation[tenant.KeyCredential] {
		return tenant.Relation[tenant.KeyCredential]{Items: []tenant.KeyCredential{key(tenant.Some(id), none)}}
	}
	listed := blueprintWithKeys("listed among the classic agents too", key(tenant.Some("CC00"), none))
	listed.AppID = tenant.ParseID("listed")
	s.AgentIdentityBlueprints.Append([]tenant.AgentIdentityBlueprint{listed})
	s.ClassicAgentApplications.Append([]tenant.ClassicAgentApplication{
		{KeyCredentials: withKey("bb 00")}, {AppID: tenant.ParseID("listed"), KeyCredentials: withKey("CC00")},
	})

	got := map[string]string{}
	for b, shared := range SharedKeys(s) {
		other := "classic agent"
		if shared.Other.Blueprint != nil {
			other = shared.Other.Blueprint.ResourceName()
		}
		got[b.ResourceName()] = fmt.Sprintf("%d %s", shared.Index, other)
	}
	assert.Equal(t, map[string]string{
		"key": "0 thumbprint", "thumbprint": "1 key", "key pair": "0 key",
		"with a classic agent": "0 classic agent",
		"label":                "0 same label", "same label": "0 label",
		"symmetric": "0 same symmetric", "same symmetric": "0 symmetric",
	}, got)
	assert.False(t, Comparable(&tenant.KeyCredential{}))
	assert.False(t, Comparable(&tenant.KeyCredential{CustomKeyIdentifier: tenant.Some(" "), Key: tenant.Some("")}))
}

type federated struct{ issuer, subject, expression string }

func blueprintsOf(federatedCredentials [][]federated) *tenant.Snapshot {
	s := &tenant.Snapshot{}
	var all []tenant.AgentIdentityBlueprint
	for i, credentials := range federatedCredentials {
		b := tenant.AgentIdentityBlueprint{DisplayName: tenant.Some(fmt.Sprintf("b%d", i))}
		for _, c := range credentials {
			f := tenant.FederatedIdentityCredential{Issuer: tenant.Some(c.issuer)}
			if c.subject != "" {
				f.Subject = tenant.Some(c.subject)
			}
			if c.expression != "" {
				f.ClaimsMatchingExpression = tenant.Some(tenant.FederatedIdentityExpression{
					Value: tenant.Some(c.expression), LanguageVersion: tenant.Some[int64](1),
				})
			}
			b.FederatedIdentityCredentials.Items = append(b.FederatedIdentityCredentials.Items, f)
		}
		all = append(all, b)
	}
	s.AgentIdentityBlueprints.Append(all)
	return s
}

func matches(pattern string) string { return "claims['sub'] matches '" + pattern + "'" }

func TestSharedSubjects(t *testing.T) {
	s := blueprintsOf([][]federated{
		{{"i", "one", ""}},
		{{"i", "none", ""}, {"i", "one", ""}},
		{{"i", "one", ""}}, // a third owner is noted too
		{{"j", "one", ""}}, // another issuer
		{{"i", "", matches("repo:x/*")}},
		{{"i", "repo:x/a", ""}},
		{{"i", "", matches("repo:y/*")}, {"i", "repo:y/own", ""}}, // only its own
		{{"i", "", "what is this"}},
		{{"i", "", "what is this"}}, // equal, though nobody can read it
		{{"i", "", "claims['sub'] eq 'pinned'"}},
		{{"i", "", matches("pinn??")}},
		{{"I", "one", ""}}, // issuers compare exactly
	})
	got := map[string]string{}
	for b, m := range SharedSubjects(s) {
		got[b.ResourceName()] = fmt.Sprintf("%d %s %d", m.Index, m.Other.Blueprint.ResourceName(), m.Overlap)
	}
	assert.Equal(t, map[string]string{
		"b0": "0 b1 1", "b1": "1 b0 1", "b2": "0 b0 1",
		"b4": "0 b5 3", "b5": "0 b4 4",
		"b7": "0 b8 2", "b8": "0 b7 2",
		"b9": "0 b10 4", "b10": "0 b9 3",
	}, got)
}

// What one holder of an expression does not say of it, another may.
func TestSharedExpressionOfWhichOneLostItsVersion(t *testing.T) {
	s := blueprintsOf([][]federated{
		{{"i", "", matches("repo:x/*")}},
		{{"i", "", matches("repo:x/*")}},
		{{"i", "repo:x/a", ""}},
	})
	for b := range s.AgentIdentityBlueprints.All() {
		b.FederatedIdentityCredentials.Items[0].ClaimsMatchingExpression = tenant.Some(
			tenant.FederatedIdentityExpression{Value: tenant.Some(matches("repo:x/*"))})
		break
	}
	assert.Len(t, SharedSubjects(s), 3)
}

// TestSharedSubjectsAgainstAllPairs compares the index with the definition,
// which looks at every pair.
func TestSharedSubjectsAgainstAllPairs(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	letter := func(alphabet string) string { return string(alphabet[random.IntN(len(alphabet))]) }
	for range 3000 {
		all := make([][]federated, 2+random.IntN(4))
		for i := range all {
			for range random.IntN(4) {
				c := federated{issuer: letter("ij")}
				switch random.IntN(3) {
				case 0:
					c.subject = letter("ab") + letter("ab") + letter("ab")
				case 1:
					c.expression = matches(letter("ab*") + letter("ab?*") + letter("ab"))
				default:
					c.expression = "claims['sub'] eq '" + letter("ab") + letter("ab") + letter("ab") + "'"
				}
				all[i] = append(all[i], c)
			}
		}
		found := map[string]bool{}
		for b := range SharedSubjects(blueprintsOf(all)) {
			found[b.ResourceName()] = true
		}
		for i := range all {
			assert.Equal(t, sharesWithAny(t, all, i), found[fmt.Sprintf("b%d", i)], "b%d of %v", i, all)
		}
		if t.Failed() {
			return
		}
	}
}

func sharesWithAny(t *testing.T, all [][]federated, i int) bool {
	t.Helper()
	for k := range all {
		if k == i {
			continue
		}
		for _, a := range all[i] {
			for _, b := range all[k] {
				if a.issuer == b.issuer && (sameTrust(a, b) || accepts(t, a, b) || accepts(t, b, a)) {
					return true
				}
			}
		}
	}
	return false
}

func sameTrust(a, b federated) bool {
	return a.expression != "" && a.expression == b.expression || a.subject != "" && a.subject == b.subject
}

func accepts(t *testing.T, a, b federated) bool {
	t.Helper()
	if a.expression == "" {
		return false
	}
	e, err := ParseExpression(a.expression)
	require.NoError(t, err)
	subject := b.subject
	if b.expression != "" {
		pinned, err := ParseExpression(b.expression)
		require.NoError(t, err)
		subject, _ = pinned.OnlySubject()
	}
	return subject != "" && e.AcceptsSubject(subject)
}

func BenchmarkSharedSubjects(b *testing.B) {
	const n = 20000
	all := make([][]federated, n)
	for i := range all {
		repository := fmt.Sprintf("repo:contoso/agents-%05d:", i)
		all[i] = []federated{
			{"https://token.actions.githubusercontent.com", repository + "environment:prod", ""},
			{"https://token.actions.githubusercontent.com", "", matches(repository + "ref:refs/heads/*")},
		}
	}
	s := blueprintsOf(all)
	for b.Loop() {
		if len(SharedSubjects(s)) != 0 {
			b.Fatal("nothing is shared")
		}
	}
}
