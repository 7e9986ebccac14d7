package credentials

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

func TestMatchGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true},
		{"", "a", false},
		{"*", "", true},
		{"*", "anything at all", true},
		{"repo:contoso/agents:ref:refs/heads/*", "repo:contoso/agents:ref:refs/heads/main", true},
		{"repo:contoso/agents:ref:refs/heads/*", "repo:contoso/agents:ref:refs/tags/v1", false},
		{"repo:contoso/agents", "repo:contoso/agents2", false},
		{"repo:contoso/*:ref:*", "repo:contoso/x:environment:prod", false},
		{"a*b*c", "a-b-b-c", true},
		{"a*b*c", "a-b-b-c-d", false},
		{"refs/heads/????", "refs/heads/main", true},
		{"refs/heads/????", "refs/heads/trunk", false},
		{"caf?", "café", true}, // one character, two bytes
		{"*é", "caf\u00e9", true},
		{"*ab", "aaab", true},
		{"?", "", false},
		{"a?", "a", false},
		{"A", "a", false}, // subjects compare exactly
	} {
		assert.Equal(t, c.want, matchGlob(c.pattern, c.text), "%q on %q", c.pattern, c.text)
	}
}

func TestExpression(t *testing.T) {
	for _, c := range []struct {
		text, subject string
		accepts, open bool
	}{
		{"claims['sub'] eq 'a'", "a", true, false},
		{"claims['sub'] eq 'a*'", "ab", false, false}, // eq knows no wildcards
		{"claims['sub'] matches 'a*'", "ab", true, true},
		{"claims['sub'] matches 'a'", "a", true, false},
		{"claims['sub'] matches 'a?' and claims['sub'] eq 'ab'", "ab", true, true},
		{"claims['sub'] matches 'a?' and claims['sub'] eq 'ab'", "ac", false, true},
		{"claims['sub'] eq 'a' and claims['job_workflow_ref'] matches 'w/*'", "a", true, true},
		{"claims['job_workflow_ref'] eq 'w'", "any", true, false},
		{"claims['sub'] eq 'it''s'", "it's", true, false},
		{"  claims['sub']  eq  'a'  ", "a", true, false},
		{"claims['sub'] eq ''", "", true, false},
	} {
		e, err := ParseExpression(c.text)
		require.NoError(t, err, c.text)
		assert.Equal(t, c.accepts, e.AcceptsSubject(c.subject), c.text)
		assert.Equal(t, c.open, e.HasWildcard(), c.text)
	}
}

func TestExpressionThatIsNotKnown(t *testing.T) {
	for _, text := range []string{
		"", "sub eq 'a'", "claims['sub'] startsWith 'a'", "claims['sub'] eq \"a\"",
		"claims['sub'] eq 'a", "claims['sub' eq 'a'", "claims['sub']eq 'a'",
		"claims['sub'] eq 'a' or claims['sub'] eq 'b'", "claims['sub'] eq 'a' and",
		"claims['sub'] eq 'a'.", "not claims['sub'] eq 'a'", "claims[‘sub’] eq ‘a’",
		"claims['sub'] eq 'a'and claims['sub'] eq 'a'", "claims['sub'] EQ 'a'",
	} {
		_, err := ParseExpression(text)
		assert.Error(t, err, text)
	}
}

func TestReadExpression(t *testing.T) {
	text := tenant.Some("claims['sub'] eq 'a'")
	_, err := ReadExpression(tenant.FederatedIdentityExpression{Value: text, LanguageVersion: tenant.Some[int64](1)})
	assert.NoError(t, err)
	_, err = ReadExpression(tenant.FederatedIdentityExpression{Value: text, LanguageVersion: tenant.Some[int64](2)})
	assert.ErrorContains(t, err, "version 2")
	_, err = ReadExpression(tenant.FederatedIdentityExpression{Value: text})
	assert.ErrorContains(t, err, "languageVersion")
	_, err = ReadExpression(tenant.FederatedIdentityExpression{LanguageVersion: tenant.Some[int64](1)})
	assert.ErrorContains(t, err, "value")
}

func TestOnlySubject(t *testing.T) {
	for text, want := range map[string]string{
		"claims['sub'] eq 'a'":                          "a",
		"claims['sub'] matches 'a'":                     "a",
		"claims['sub'] matches 'a*'":                    "",
		"claims['sub'] eq 'a' and claims['job'] eq 'b'": "",
		"claims['job_workflow_ref'] eq 'a'":             "",
		"claims['sub'] eq 'a*'":                         "a*",
	} {
		e, err := ParseExpression(text)
		require.NoError(t, err)
		subject, ok := e.OnlySubject()
		assert.Equal(t, want, subject, text)
		assert.Equal(t, want != "", ok, text)
	}
}

func FuzzParseExpression(f *testing.F) {
	f.Add("claims['sub'] matches 'repo:contoso/*' and claims['job_workflow_ref'] eq 'x'", "repo:contoso/x")
	f.Add("claims['a''b'] eq ''", "")
	f.Fuzz(func(t *testing.T, text, subject string) {
		e, err := ParseExpression(text)
		if err != nil {
			return
		}
		if e.AcceptsSubject(subject) && len(subject) > 0 {
			// What is accepted lies in the range that is searched for it.
			assert.GreaterOrEqual(t, len(subject), len(e.subjectPrefix()))
			assert.Equal(t, e.subjectPrefix(), subject[:len(e.subjectPrefix())])
		}
	})
}
