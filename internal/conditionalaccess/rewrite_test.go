package conditionalaccess

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

func same(written string) string      { return written }
func sameValue(_, text string) string { return text }
func rewritten(t *testing.T, rule string) string {
	t.Helper()
	f, err := ParseFilter(rule)
	require.NoError(t, err, rule)
	return f.Rewrite(same, sameValue)
}

func TestRewriteMeansTheSame(t *testing.T) {
	const a, b, c = `CustomSecurityAttribute.S_A -eq "1"`, `CustomSecurityAttribute.S_B -ne "2"`, `CustomSecurityAttribute.S_C -in ["x", "y"]`
	for rule, want := range map[string]string{
		a:                                      a,
		a + " -or " + b + " -and " + c:         a + " -or " + b + " -and " + c,
		"(" + a + " -or " + b + ") -and " + c:  "(" + a + " -or " + b + ") -and " + c,
		"((" + a + "))":                        a,
		a + " -and (" + b + " -and " + c + ")": a + " -and (" + b + " -and " + c + ")",
		"not (" + a + " or not " + b + ")":     "-not (" + a + " -or -not " + b + ")",
		`CustomSecurityAttribute.S_A -eq True or CustomSecurityAttribute.S_A notStartsWith "` + "\\\"``\\\\" + `"`: `CustomSecurityAttribute.S_A -eq true -or CustomSecurityAttribute.S_A -notStartsWith "` + "\\\"``\\\\" + `"`,
	} {
		assert.Equal(t, want, rewritten(t, rule))
		assert.Equal(t, want, rewritten(t, want), "written twice")
	}
	deep := strings.Repeat("(", maxRuleDepth) + strings.Repeat(a+" -or ", 50) + a + strings.Repeat(")", maxRuleDepth)
	rewritten(t, rewritten(t, deep))
}

func TestRewriteRenames(t *testing.T) {
	f, err := ParseFilter(`CustomSecurityAttribute.Set_Name -contains "a" -and CustomSecurityAttribute.Set_Age -eq 42 -or CustomSecurityAttribute.Set_Age -endsWith "b"`)
	require.NoError(t, err)
	assert.Equal(t, []Comparison{{"Set_Name", true, true}, {"Set_Age", false, false}, {"Set_Age", true, false}},
		slices.Collect(f.Comparisons()))
	got := f.Rewrite(strings.ToUpper, func(written, text string) string { return written + "=" + text })
	assert.Equal(t, `CustomSecurityAttribute.SET_NAME -contains "Set_Name=a" -and CustomSecurityAttribute.SET_AGE -eq 42 -or `+
		`CustomSecurityAttribute.SET_AGE -endsWith "Set_Age=b"`, got)
	for range f.Comparisons() {
		break // stops early
	}
}

// FuzzRewrite: a rule that is written anew is read as the same rule.
func FuzzRewrite(f *testing.F) {
	f.Add(`CustomSecurityAttribute.S_A -eq "1" -and -not (CustomSecurityAttribute.S_B -in ['x', 1])`, "1")
	f.Add("CustomSecurityAttribute.S_A -contains \"a`\"\\b\"", "a\"\\b")
	f.Fuzz(func(t *testing.T, rule, value string) {
		before, err := ParseFilter(rule)
		if err != nil {
			t.Skip()
		}
		text := before.Rewrite(same, sameValue)
		if len(text) > maxRuleBytes {
			t.Skip()
		}
		after, err := ParseFilter(text)
		if err != nil {
			t.Fatalf("%q became %q: %v", rule, text, err)
		}
		attributes := &tenant.Attributes{Sets: map[string]map[string]tenant.AttributeValue{
			"s": {"a": {Values: []string{value}}, "b": {Values: []string{value, "1"}, Collection: true}},
		}}
		for _, a := range []*tenant.Attributes{nil, attributes} {
			if before.Match(a) != after.Match(a) {
				t.Fatalf("%q became %q", rule, text)
			}
		}
	})
}
