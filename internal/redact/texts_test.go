package redact

import (
	"crypto/ed25519"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/permissions"
	"github.com/ztagent/ztagent/internal/tenant"
)

func newRewriter(t testing.TB, ids bool) *rewriter {
	t.Helper()
	p, err := newPseudonyms(testKey)
	require.NoError(t, err)
	return &rewriter{p, newKnowledge(), ids}
}

var pseudonymForm = regexp.MustCompile(`^([A-Za-z]{12})+$`)

// masked writes X for every pseudonym that is a word.
func masked(text string) string {
	var b strings.Builder
	for _, piece := range tokens(text, true) {
		if pseudonymForm.MatchString(piece) && !isPublicWord(strings.ToLower(piece)) {
			piece = "X"
		}
		b.WriteString(piece)
	}
	return b.String()
}

func TestForms(t *testing.T) {
	r := newRewriter(t, false)
	for _, tc := range []struct {
		class    class
		in, want string
	}{
		{enumeration, "servicePrincipal", "servicePrincipal"},
		{enumeration, "a new word of Microsoft", "a new word of Microsoft"},
		{enumeration, "2026-11-20T06:00:00Z", "2026-11-20T06:00:00Z"},
		{enumeration, "Größe", "X"},
		{displayName, "Dana Roy", "name-X"},
		{displayName, "Microsoft Graph", "Microsoft Graph"},
		{displayName, " ", " "},
		{displayName, "global administrator", "global administrator"},
		{freeText, "Made by Dana.", "text-X"},
		{freeText, "[true]", "[true]"},
		{freeText, `["False"]`, `["False"]`},
		{freeText, "\t", "\t"},
		{objectID, "71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444", "71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444"},
		{objectID, "All", "All"},
		{objectID, "ServicePrincipalsInMyTenant", "ServicePrincipalsInMyTenant"},
		{objectID, "/administrativeUnits/x1", "/administrativeUnits/X"},
		{objectID, "名前", "id-X"},
		{mailAddress, "dana.roy@contoso.example", "user-X@X.example"},
		{mailAddress, "SMTP:dana@contoso.example", "SMTP:user-X@X.example"},
		{mailAddress, "dana", "user-X"},
		{mailAddress, "priya_fabrikam.example#EXT#@contoso.onmicrosoft.com", "user-X#EXT#@X.onmicrosoft.com"},
		{urlText, "https://agents.contoso.example:8443/x/signin?u=%41na%2fb#c", "https://agents.X.example:8443/x/signin?u=X%2fb#c"},
		{urlText, "https://h/%zzacme%2", "https://h/%zzX%2"},
		{urlText, "http://localhost:8080/", "http://localhost:8080/"},
		{urlText, "http://127.0.0.1/callback", "http://127.0.0.1/callback"},
		{urlText, "https://*.contoso.example/", "https://*.X.example/"},
		{urlText, "power-virtual-agents-71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444", "power-virtual-agents-71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444"},
		{permission, " Mail.Read  Invoices.ReadWrite.All offline_access", " Mail.Read  X.ReadWrite.All offline_access"},
		{permission, "*", "*"},
		{networkAddress, "::", "::"},
		{networkAddress, "0.0.0.0/0", "0.0.0.0/0"},
		{networkAddress, "no address", "no X"},
		{unknownText, "Dana", "text-X"},
		{unknownText, "P30D", "P30D"},
		{unknownText, "", ""},
		{unknownText, "dana@contoso.example", "user-X@X.example"},
		{unknownText, "12345", "12345"},
		{unknownText, "/groups/x1", "/groups/X"},
		{messageText, "Insufficient privileges for Dana.", "Insufficient privileges for X."},
	} {
		assert.Equal(t, tc.want, masked(r.text(tc.class, tc.in)), "%d %q", tc.class, tc.in)
	}
	assert.Regexp(t, `^[A-Za-z]{12}Token[A-Za-z]{12}$`, r.words("AcmeTokenBroker"))
	assert.Regexp(t, `^[A-Za-z]{12}Export\.All$`, r.permission("InvoiceExport.All"))
	assert.True(t, strings.HasPrefix(r.text(unknownText, "4915112345678"), "text-"))
	assert.Regexp(t, `^https://\d{12}/$`, r.words("https://3405803783/"))
}

func TestNamesThatLookTheSameStaySo(t *testing.T) {
	r := newRewriter(t, false)
	assert.Equal(t, r.name("Invoice triage"), r.name("  ＩＮＶＯＩＣＥ triage\u3000"))
	assert.Equal(t, r.name("Straße"), r.name("STRASSE"))
	assert.NotEqual(t, r.name("agent 1"), r.name("agent 2"))
	assert.NotEqual(t, r.name("agent"), r.name("аgent"), "a Cyrillic а")
}

func TestWordsThatDifferStaySo(t *testing.T) {
	r := newRewriter(t, false)
	assert.NotEqual(t, r.words("https://acme/x"), r.words("https://Acme/x"))
	assert.NotEqual(t, r.words("https://acme/x"), r.words("https://ACME/x"))
	assert.Equal(t, strings.ToLower(r.folded("/RG-Acme")), r.folded("/rg-acme"))
	assert.NotEqual(t, r.folded("/RG-Acme"), r.folded("/RG-ACME"))
	assert.Equal(t, strings.ToLower(r.permission("Acme.Bills")), r.permission("acme.bills"))
}

func TestIDs(t *testing.T) {
	r := newRewriter(t, true)
	const id = "71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444"
	made := r.id(id)
	assert.NotEqual(t, id, made)
	assert.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, made)
	assert.Equal(t, strings.ToUpper(made), r.id(strings.ToUpper(id)))
	assert.Equal(t, "Member_"+made, r.id("Member_"+id))
	assert.Equal(t, "/groups/"+made+"/members", r.words("/groups/"+id+"/members"))
	assert.Equal(t, strings.ReplaceAll(made, "-", ""), r.words(strings.ReplaceAll(id, "-", "")))
	assert.Equal(t, "api://"+made, r.words("api://"+id))
	for _, public := range []string{
		"00000003-0000-0000-c000-000000000000", "00000002-0000-0ff1-ce00-000000000000", "00000000-0000-0000-0000-000000000000",
		"62e90394-69f5-4237-9190-012177145e10", "df021288-bdef-4463-88db-98f22de89214", "72F988BF-86F1-41AF-91AB-2D7CD011DB47",
	} {
		assert.Equal(t, public, r.id(public))
	}
	assert.True(t, strings.HasPrefix(r.id("oOnE_x-1"), "id-"))
	assert.Equal(t, r.id("oOnE_x-1"), r.id("OONE_X-1"), "ids compare without case")
}

func TestAddresses(t *testing.T) {
	r := newRewriter(t, false)
	for in, reserved := range map[string]string{
		"203.0.113.7": "240.0.0.0/5", "10.1.2.3": "10.0.0.0/8", "192.168.1.1": "10.0.0.0/8",
		"2001:4860::8888": "2001:db8::/32", "fe80::1%eth0": "fd00::/8", "fd12::1": "fd00::/8",
	} {
		made, err := netip.ParseAddr(r.network(in))
		require.NoError(t, err, in)
		assert.True(t, netip.MustParsePrefix(reserved).Contains(made), "%s became %s", in, made)
		assert.NotEqual(t, in, made.String())
	}
	mapped, err := netip.ParseAddr(r.network("::ffff:203.0.113.7"))
	require.NoError(t, err)
	assert.True(t, mapped.Is4In6())
	for _, same := range []string{"127.0.0.1", "::1", "0.0.0.0", "0.0.0.0/0", "::/0", "127.0.0.0/8"} {
		assert.Equal(t, same, r.network(same))
	}
	for _, cidr := range []string{"203.0.113.0/24", "203.0.113.7/24", "11.0.0.0/8", "2001:4860::/29", "::ffff:10.0.0.0/104", "10.0.0.0/33"} {
		was, wasErr := netip.ParsePrefix(cidr)
		is, isErr := netip.ParsePrefix(r.network(cidr))
		assert.Equal(t, wasErr == nil, isErr == nil, cidr)
		assert.Equal(t, was.Bits(), is.Bits(), cidr)
		assert.Equal(t, was.Addr().Is4(), is.Addr().Is4(), cidr)
		assert.Equal(t, was == was.Masked(), is == is.Masked(), cidr)
	}
}

// TestPermissionsMeanTheSame holds the words of unknown permissions to what
// verdicts read in them.
func TestPermissionsMeanTheSame(t *testing.T) {
	r := newRewriter(t, false)
	for _, name := range []string{
		"Invoices.Read", "Invoices.ReadWrite.All", "ReadInvoices", "Readiness.All", "InvoiceExporter", "invoiceexportall",
		"Rewrite.Acme.All", "full_access_as_app", "Acme.full_access_as_app.x", "Acme/.default", "Acme.*", "all", "ALL", "Small",
		"Acme.Approve.All", "AcmeConsent.All", "AgentIdentity.CreateAsSomething", "AgentIdentity.EnableDisableAll.OwnedBy", "Mail.ReadFoo",
		"Reader.All", "reads.all", "ReadBasicStuff", "Überweisung.ReadWrite.All", "İ.Read",
	} {
		was, is := permissions.Permission{Name: name}, permissions.Permission{Name: r.permission(name)}
		assert.Equal(t, was.Everything(), is.Everything(), "%s became %s", name, is.Name)
		assert.Equal(t, was.ReadOnly(), is.ReadOnly(), "%s became %s", name, is.Name)
		for _, pattern := range []string{
			"*Export*", "Mail.Read*", "AgentIdentity.Create*", "AgentIdentity.EnableDisable*", "Files.*.All", "Application.ReadWrite*",
		} {
			assert.Equal(t, permissions.Match(pattern, name), permissions.Match(pattern, is.Name), "%s became %s", name, is.Name)
		}
	}
}

func TestSubjectsGoOnMatching(t *testing.T) {
	const gitHub = "https://token.actions.githubusercontent.com"
	for _, tc := range []struct {
		expression string
		want       patterns
	}{
		{"claims['sub'] eq 'repo:acme/x*'", noPatterns},
		{"claims['sub'] matches 'repo:acme/x'", noPatterns},
		{"claims['ref'] matches 'x*'", noPatterns},
		{"claims['sub'] matches 'repo:acme/*'", wholeWords},
		{"claims['sub'] matches '*:environment:prod'", wholeWords},
		{"claims['sub'] matches 'repo:acme/a-*:x' and claims['ref'] eq 'y'", wholeWords},
		{"claims['sub'] matches 'repo:acme/x*'", partsOfWords},
		{"claims['sub'] matches '*x'", partsOfWords},
		{"claims['sub'] matches 'a/????'", partsOfWords},
		{"claims['sub'] matches 'é*'", partsOfWords},
		{"claims['sub'] like 'x*'", noPatterns},
	} {
		assert.Equal(t, tc.want, patternsIn(tc.expression), tc.expression)
	}
	r := newRewriter(t, true)
	assert.Equal(t, "repo:X/X:ref:refs/heads/main", masked(r.subject(gitHub, "repo:acme/ledger9:ref:refs/heads/main")))
	assert.Equal(t, "claims['job_workflow_ref']  eq 'X/X' and claims['sub'] matches 'repo:X/*'",
		masked(r.expression(gitHub, "claims['job_workflow_ref']  eq 'acme/y9' and claims['sub'] matches 'repo:acme/*'")))
	assert.Equal(t, r.subject(gitHub, "it's"), strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(
		r.expression(gitHub, "claims['sub'] eq 'it''s'"), "claims['sub'] eq '"), "'"), "''", "'"))
	assert.Equal(t, "expression-X", masked(r.expression(gitHub, "no expression")))
}

func TestRulesGoOnMatching(t *testing.T) {
	r := newRewriter(t, false)
	got := r.rule(`CustomSecurityAttribute.Acme_Stage -eq "Approved" -and CustomSecurityAttribute.Acme_Level -in [1, "2", "true", "x y"]`)
	assert.Equal(t, `CustomSecurityAttribute.X_X -eq "X" -and CustomSecurityAttribute.X_X -in [1, "2", "true", "X"]`, masked(got))
	assert.Contains(t, got, r.attributeName("Acme")+"_"+r.attributeName("Stage"))
	assert.Contains(t, got, r.attribute("acme_stage", "Approved"))
	assert.Equal(t, "rule-X", masked(r.rule(`device.displayName -eq "Dana"`)))
	r.known.partial["acme_stage"] = true
	whole, part := r.attribute("acme_stage", "Approved"), r.attribute("acme_stage", "App")
	assert.True(t, strings.HasPrefix(whole, part))
	assert.NotEqual(t, "Approved", whole)
	assert.Equal(t, r.attributeName("Stage")+"@odata.type", r.attributeName("Stage@odata.type"))
	assert.Equal(t, "@odata.type", r.attributeName("@odata.type"))
}

// newCertificate returns a certificate, as base64, made anew for a key pair.
func newCertificate(t *testing.T, seed byte, serial int64) string {
	t.Helper()
	key := ed25519.NewKeyFromSeed(append(make([]byte, 31), seed))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "agents.contoso.example"},
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1e9, 0),
	}
	der, err := x509.CreateCertificate(nil, template, template, key.Public(), key)
	require.NoError(t, err)
	return base64.StdEncoding.EncodeToString(der)
}

// TestCertificatesStayRelated: a certificate, its thumbprint and its renewal are
// as recognisable as before.
func TestCertificatesStayRelated(t *testing.T) {
	r := newRewriter(t, false)
	first, renewed, other := newCertificate(t, 1, 1), newCertificate(t, 1, 2), newCertificate(t, 2, 3)
	for _, key := range []string{first, renewed, other} {
		original, pseudonym, ok := r.thumbprintOf(key)
		require.True(t, ok)
		r.known.thumbprints[original] = pseudonym
	}
	parse := func(text string) *x509.Certificate {
		der, err := base64.StdEncoding.DecodeString(text)
		require.NoError(t, err)
		certificate, err := x509.ParseCertificate(der)
		require.NoError(t, err)
		return certificate
	}
	a, b, c := parse(r.key(first)), parse(r.key(renewed)), parse(r.key(other))
	assert.Equal(t, a.RawSubjectPublicKeyInfo, b.RawSubjectPublicKeyInfo)
	assert.NotEqual(t, a.Raw, b.Raw)
	assert.NotEqual(t, a.RawSubjectPublicKeyInfo, c.RawSubjectPublicKeyInfo)
	assert.NotContains(t, string(a.Raw), "contoso")
	assert.NotEqual(t, parse(first).RawSubjectPublicKeyInfo, a.RawSubjectPublicKeyInfo)

	was := sha1.Sum(parse(first).Raw)
	is := sha1.Sum(a.Raw)
	want := strings.ToUpper(hex.EncodeToString(is[:]))
	assert.Equal(t, want, r.thumbprint(hex.EncodeToString(was[:])))
	assert.Equal(t, want, r.thumbprint(base64.StdEncoding.EncodeToString(was[:])))
	assert.NotEqual(t, r.thumbprint("AA00"), r.thumbprint("BB00"))
	assert.Equal(t, r.thumbprint("AA00"), r.thumbprint("aa:00"))
	assert.NotEqual(t, r.thumbprint("my label!"), r.thumbprint("My label!"))
	assert.Equal(t, r.key("bm90IGEgY2VydA=="), r.key(" bm90IGEgY2VydA"), "not a certificate, in two forms")
	assert.Equal(t, r.key("not base64!"), r.key(" not base64!\n"))
}

func TestIssuersKeepTheirKind(t *testing.T) {
	own := tenant.ParseID("71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444")
	for _, ids := range []bool{false, true} {
		r := newRewriter(t, ids)
		r.known.tenantID, r.known.cloud = own, "public"
		made := map[string]bool{}
		issuers := []string{
			"https://login.microsoftonline.com/71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444/v2.0", "https://sts.windows.net/71C4E9A0-2b8d-4f63-a5e7-0d1c2b3a4444/",
			"https://login.microsoftonline.com/a1c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444/v2.0", "https://login.microsoftonline.com/common/v2.0",
			"https://login.microsoftonline.com/contoso.onmicrosoft.com/v2.0", "https://contoso.ciamlogin.com/71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444/v2.0",
			"https://contoso.b2clogin.com/tfp/a1c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444/b2c_1/v2.0/",
			"https://token.actions.githubusercontent.com", "https://token.actions.githubusercontent.com/acme", "https://TOKEN.actions.githubusercontent.com",
			"https://token.actions.githubusercontent.com.evil.example", "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC", "https://gitlab.com/%2e%2e/x",
			"https://gitlab.com/x?y", "https://gitlab.com:8443/", "http://oidc.contoso.example", "https://dana@oidc.contoso.example",
			"https://203.0.113.7:8443/", "https://[2001:db8::7]/", "https://3405803783/", "https://0x7f000001/", "https://0x7f.1/", "https://１２７.0.0.１/",
			"https://127.0.0.1/", "https://contoso.123/", "https:///x", "contoso", "https://a b/", "https://[::1", "HTTPS://OIDC.contoso.example/",
			"https://oidc.contoso.example/", "https://OIDC.contoso.example/", "http://login.microsoftonline.com/a1c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444",
			"https://login.microsoftonline.com./a1c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444/v2.0", "https://example.com:port/",
		}
		for _, issuer := range issuers {
			got := r.issuer(issuer)
			made[got] = true
			assert.Equal(t, trustOf(issuer, own, "public"), trustOf(got, r.ownID(), "public"), "%s became %s", issuer, got)
			assert.NotContains(t, strings.ToLower(got), "contoso")
		}
		assert.Len(t, made, len(issuers), "no two became one")
	}
}

func TestPlainIssuersAreOfTheirKind(t *testing.T) {
	own := tenant.ParseID("71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444")
	for _, issuer := range []string{
		"x", "http://x.example/", "https://u@x.example/", "https://10.0.0.1/", "https://x.example/", "https://gitlab.com",
		"http://login.microsoftonline.com/common", "https://u@login.microsoftonline.com/x", "https://login.microsoftonline.com/x",
		"https://login.microsoftonline.com/71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444/x",
	} {
		want := trustOf(issuer, own, "public")
		assert.Equal(t, want, trustOf(plainIssuer(want, own, "abcdefghijkl"), own, "public"), issuer)
	}
}

func TestTokens(t *testing.T) {
	for text, want := range map[string]string{
		"a1-71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444_x": "word:a1 separator:- guid:71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444 separator:_ plain:x",
		"x71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444":     "word:x71c4e9a0 separator:- word:2b8d separator:- word:4f63 separator:- word:a5e7 separator:- word:0d1c2b3a4444",
		"71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a44445":     "word:71c4e9a0 separator:- word:2b8d separator:- word:4f63 separator:- word:a5e7 separator:- word:0d1c2b3a44445",
		"71c4e9a02b8d4f63a5e70d1c2b3a4444":          "guid:71c4e9a02b8d4f63a5e70d1c2b3a4444",
		"10.0.0.1:80":                               "address:10.0.0.1 separator:: plain:80",
		"[::1]":                                     "separator:[ address:::1 separator:]",
		"v1.2.3":                                    "word:v1 separator:. plain:2 separator:. plain:3",
		"123456 12345":                              "number:123456 separator:  plain:12345",
		"%41b%2fc":                                  "word:%41b separator:%2f plain:c",
		"é–ß🦊":                                      "word:é separator:– word:ß🦊",
		"2026-11-20T06:00:00Z":                      "plain:2026 separator:- plain:11 separator:- plain:20T06 separator:: plain:00 separator:: plain:00Z",
	} {
		var got []string
		joined := ""
		for kind, piece := range tokens(text, false) {
			got = append(got, [...]string{"separator", "plain", "word", "number", "guid", "address"}[kind]+":"+piece)
			joined += piece
		}
		assert.Equal(t, text, joined)
		assert.Equal(t, want, strings.Join(got, " "), text)
	}
}
