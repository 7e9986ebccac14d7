package redact

import (
	"bytes"
	"context"
	"io"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/conditionalaccess"
	"github.com/ztagent/ztagent/internal/credentials"
	"github.com/ztagent/ztagent/internal/permissions"
	"github.com/ztagent/ztagent/internal/tenant"
)

// FuzzTexts holds every way of rewriting a text to what it promises: words of
// the tenant's go, what compares goes on comparing, and kinds stay kinds.
func FuzzTexts(f *testing.F) {
	for _, text := range []string{
		"https://dana:pw@oidc.contoso.example:8443/a%2fb/%zz?x=1#y", "https://[2001:db8::7]/", "http://0x7f.1/", "Mail.Read Acme.ReadWrite.All",
		"/subscriptions/71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444/rg-Acme", "Dana Roy", "dana@contoso.example#EXT#@x", "10.0.0.0/8", "%e7%b5%8c", "é%", "[::1%25eth0]",
		"The tenant Acme is not licensed", "SkuNotEnabledForAcme",
	} {
		f.Add(text, "Acme")
	}
	own := tenant.ParseID("71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444")
	f.Fuzz(func(t *testing.T, text, other string) {
		if !utf8.ValidString(text) || !utf8.ValidString(other) || len(text)+len(other) > 2000 {
			t.Skip()
		}
		for _, ids := range []bool{false, true} {
			r := newRewriter(t, ids)
			r.known.tenantID, r.known.cloud = own, "public"
			for c := unknownText; c <= messageText; c++ {
				if got := r.text(c, text); isBlank(text) != isBlank(got) || !utf8.ValidString(got) {
					t.Fatalf("class %d: %q became %q", c, text, got)
				}
			}
			wordsAreReplaced(t, r, text)
			kindsStay(t, r, text, own)
			if text != other && r.words(text) == r.words(other) {
				t.Fatalf("%q and %q became one", text, other)
			}
			if strings.EqualFold(text, other) != strings.EqualFold(r.folded(text), r.folded(other)) && isASCII(text+other) {
				t.Fatalf("%q and %q compare otherwise", text, other)
			}
			if same := foldText(text) == foldText(other); same != (r.name(text) == r.name(other)) && !isPublicName(text) {
				t.Fatalf("the names %q and %q compare otherwise", text, other)
			}
		}
	})
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// wordsAreReplaced: every word of the result is public, or letters of a
// pseudonym and public parts of a word.
func wordsAreReplaced(t *testing.T, r *rewriter, text string) {
	t.Helper()
	known := map[string]bool{}
	for kind, w := range tokens(text, false) {
		if kind == word && !isPublicWord(strings.ToLower(w)) {
			known[w] = true
		}
	}
	for kind, w := range tokens(r.words(text), false) {
		if kind == word && known[w] && len(w) > 5 && !isHumped(w) {
			t.Fatalf("%q survived in %q", w, r.words(text))
		}
	}
}

// isHumped: all humps of the word are public.
func isHumped(w string) bool {
	for _, hump := range humps(w) {
		if len(hump) > 1 && !isShortNumber(hump) && !isPublicWord(strings.ToLower(hump)) {
			return false
		}
	}
	return true
}

func kindsStay(t *testing.T, r *rewriter, text string, own tenant.ID) {
	t.Helper()
	if was, is := trustOf(text, own, "public"), trustOf(r.issuer(text), r.ownID(), "public"); was != is {
		t.Fatalf("the issuer %q became %q", text, r.issuer(text))
	}
	if was, is := redirectKind(text), redirectKind(r.words(text)); was != is {
		t.Fatalf("the redirect URI %q became %q", text, r.words(text))
	}
	was, is := permissions.Permission{Name: text}, permissions.Permission{Name: r.permission(text)}
	if isASCII(text) && (was.ReadOnly() != is.ReadOnly() || was.Everything() != is.Everything() && !strings.Contains(strings.ToLower(text), "full_access")) {
		t.Fatalf("the permission %q became %q", text, is.Name)
	}
	if e := (failure{text, ""}); r.failure(e).gap() != e.gap() {
		t.Fatalf("the error code %q became %q", text, r.failure(e).code)
	}
	if e := (failure{"", text}); r.failure(e).gap() != e.gap() {
		t.Fatalf("the error %q became %q", text, r.failure(e).message)
	}
}

// redirectKind is what the check on redirect URIs tells.
func redirectKind(uri string) [3]bool {
	scheme, _, _ := strings.Cut(uri, ":")
	u, err := url.Parse(uri)
	return [3]bool{
		strings.Contains(uri, "*"), strings.EqualFold(strings.TrimSpace(scheme), "http"),
		err == nil && credentials.IsLoopback(u.Hostname()),
	}
}

// FuzzSubjects: a pattern goes on accepting the subjects it accepted, and no
// others; one that is not understood stays so.
func FuzzSubjects(f *testing.F) {
	f.Add("repo:acme/*:ref", "repo:acme/x/y:ref", "repo:acme/x")
	f.Add("a-????", "a-main", "a-1")
	f.Add("*prod'", "'prod", "prod")
	f.Add("workload-71c4e9a0-*", "workload-71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444", "10.0.0.1")
	f.Fuzz(func(t *testing.T, pattern, subject, other string) {
		if !utf8.ValidString(pattern+subject+other) || len(pattern)+len(subject)+len(other) > 500 {
			t.Skip()
		}
		if strings.Trim(pattern, "*?") != pattern && !isASCII(pattern+subject) {
			t.Skip() // ideographs stand for other signs: two may share one
		}
		expression := "claims['sub'] matches '" + strings.ReplaceAll(pattern, "'", "''") + "'"
		for _, ids := range []bool{false, true} {
			r := newRewriter(t, ids)
			r.known.issuers["i"] = patternsIn(expression)
			was, err := credentials.ParseExpression(expression)
			if err != nil {
				t.Fatal(err)
			}
			made := r.expression("i", expression)
			is, err := credentials.ParseExpression(made)
			if err != nil {
				t.Fatalf("%q became %q: %v", expression, made, err)
			}
			if was.HasWildcard() != is.HasWildcard() {
				t.Fatalf("%q became %q", expression, made)
			}
			for _, s := range []string{subject, other} {
				if was.AcceptsSubject(s) != is.AcceptsSubject(r.subject("i", s)) {
					t.Fatalf("%q of %q became %q of %q", s, expression, r.subject("i", s), made)
				}
			}
			if (subject == other) != (r.subject("i", subject) == r.subject("i", other)) && isASCII(subject+other) {
				t.Fatalf("%q and %q compare otherwise", subject, other)
			}
			broken := r.expression("i", pattern)
			_, wasErr := credentials.ParseExpression(pattern)
			_, isErr := credentials.ParseExpression(broken)
			if (wasErr == nil) != (isErr == nil) {
				t.Fatalf("%q became %q", pattern, broken)
			}
		}
	})
}

// FuzzRules: a filter goes on matching the attributes it matched.
func FuzzRules(f *testing.F) {
	f.Add(`CustomSecurityAttribute.S_A -eq "1" -or CustomSecurityAttribute.S_B -contains "x"`, "1", "axb")
	f.Add(`CustomSecurityAttribute.s_a -startsWith "Ap" -and CustomSecurityAttribute.S_B notIn ["x", true, 3]`, "Approved", "true")
	f.Add(`CustomSecurityAttribute.A_B_C -endsWith "é"`, "é", "")
	f.Add(`CustomSecurityAttribute.S_A -startsWith "47" -or CustomSecurityAttribute.S_B -eq 4711`, "4711A", "4711")
	f.Fuzz(func(t *testing.T, rule, one, two string) {
		if !utf8.ValidString(rule+one+two) || len(rule) > 500 || !isASCII(rule+one+two) {
			t.Skip()
		}
		if isTruth(one) || isTruth(two) {
			t.Skip() // they stay, also where letters are exchanged
		}
		r := newRewriter(t, false)
		was, wasErr := conditionalaccess.ParseFilter(rule)
		s := &scanner{found: r.known}
		s.rule(rule)
		for _, key := range []string{"s_a", "a_b_c"} {
			r.known.single[key] = true
		}
		r.known.settle()
		made := r.rule(rule)
		is, isErr := conditionalaccess.ParseFilter(made)
		if (wasErr == nil) != (isErr == nil) {
			t.Fatalf("%q became %q: %v", rule, made, isErr)
		}
		if wasErr != nil {
			return
		}
		before := attributesOf(func(name string) string { return name }, func(_, v string) string { return v }, one, two)
		after := attributesOf(r.attributeName, r.attribute, one, two)
		if was.Match(before) != is.Match(after) || was.Match(nil) != is.Match(nil) || was.Mentions(before) != is.Mentions(after) {
			if hasTruth(rule) {
				t.Skip()
			}
			t.Fatalf("%q became %q for %q, %q", rule, made, one, two)
		}
	})
}

func isTruth(s string) bool { return strings.EqualFold(s, "true") || strings.EqualFold(s, "false") }

func hasTruth(rule string) bool {
	for _, w := range tokens(rule, true) {
		if isTruth(w) {
			return true
		}
	}
	return false
}

func attributesOf(name func(string) string, value func(key, text string) string, one, two string) *tenant.Attributes {
	fold := func(s string) string { return strings.ToLower(name(s)) }
	return &tenant.Attributes{Sets: map[string]map[string]tenant.AttributeValue{
		fold("s"): {
			fold("a"): {Values: []string{value("s_a", one)}},
			fold("b"): {Values: []string{value("s_b", one), value("s_b", two)}, Collection: true},
		},
		fold("a"): {name("b") + "_" + fold("c"): {Values: []string{value("a_b_c", two)}}},
	}}
}

// FuzzFiles: whatever a file holds, its redacted form has the same shape, and
// nothing of it survives.
func FuzzFiles(f *testing.F) {
	f.Add([]byte(`{"@odata.context":"x/beta/","value":[{"id":"71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444","displayName":"Dana Roy","mail":"dana@contoso.example"}]}`))
	f.Add([]byte(`{"value":[{"federatedIdentityCredentials":[{"issuer":"https://i","subject":"a","claimsMatchingExpression":{"value":"claims['sub'] matches 'a*'"}},{"subject":3}]}]}`))
	f.Add([]byte(`{"value":[{"customSecurityAttributes":{"Set":{"A@odata.type":"x","A":["b",1,true],"B":{"c":"d"}}},"Dana Roy":{"Dana Roy":"Dana Roy"}}]}`))
	f.Add([]byte("{\"error\":{\"code\":\"Forbidden\",\"message\":\"Dana\"}}\n{\"displayName\":\"\\u0000\\ud83e\\udd8a\"}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 10000 {
			t.Skip()
		}
		for _, ids := range []bool{false, true} {
			r := newRewriter(t, ids)
			s := &scanner{pseudonyms: r.pseudonyms, found: r.known, ids: ids}
			if err := walk(context.Background(), bytes.NewReader(data), io.Discard, s); err != nil {
				return
			}
			r.known.settle()
			var out bytes.Buffer
			if err := walk(context.Background(), bytes.NewReader(data), &out, &fileRewriter{rewriter: r, cache: map[cached]string{}}); err != nil {
				t.Fatalf("read once, not twice: %v", err)
			}
			if was, is := shape(t, data), shape(t, out.Bytes()); was != is {
				t.Fatalf("%s\nbecame\n%s", data, out.Bytes())
			}
			look := &searcher{known: r.known, file: "x", clean: map[string]bool{}}
			if err := walk(context.Background(), bytes.NewReader(out.Bytes()), io.Discard, look); err != nil {
				t.Fatal(err)
			}
			if len(look.leaks) > 0 {
				t.Fatalf("%s\nbecame\n%s\nwith %s", data, out.Bytes(), look.leaks[0])
			}
		}
	})
}

// shape is the kinds of all values, and which texts are blank.
func shape(t *testing.T, data []byte) string {
	t.Helper()
	var b strings.Builder
	dec := jsontext.NewDecoder(bytes.NewReader(data))
	for {
		tok, err := dec.ReadToken()
		if err == io.EOF {
			return b.String()
		}
		if err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		b.WriteString(tok.Kind().String())
		if tok.Kind() == '"' && isBlank(tok.String()) {
			b.WriteByte('_')
		}
	}
}
