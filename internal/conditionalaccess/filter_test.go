package conditionalaccess

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

func single(values ...string) tenant.AttributeValue {
	return tenant.AttributeValue{Values: values}
}

func collection(values ...string) tenant.AttributeValue {
	return tenant.AttributeValue{Values: values, Collection: true}
}

func agentInfo(set map[string]tenant.AttributeValue) *tenant.Attributes {
	return &tenant.Attributes{Sets: map[string]map[string]tenant.AttributeValue{"agentinfo": set}}
}

func TestFilterMatch(t *testing.T) {
	attributes := agentInfo(map[string]tenant.AttributeValue{
		"stage":   single("Approved"),
		"teams":   collection("Finance", "Human Resources"),
		"public":  single("true"),
		"level":   single("3"),
		"nothing": collection(),
		"quote":   single(`a "b" c`),
	})
	const stage, teams = "CustomSecurityAttribute.AgentInfo_Stage", "CustomSecurityAttribute.AgentInfo_Teams"
	const unset = "CustomSecurityAttribute.AgentInfo_Owner"
	for rule, want := range map[string]Answer{
		stage + ` -eq "Approved"`:                                     Yes,
		stage + ` -eq "approved"`:                                     No, // values compare exactly
		stage + ` -ne "Approved"`:                                     No,
		stage + ` -ne "Draft"`:                                        Yes,
		stage + ` -in ["Draft", "Approved"]`:                          Yes,
		stage + ` -in ["Draft"]`:                                      No,
		stage + ` -notIn ["Draft","New"]`:                             Yes,
		stage + ` -notIn ["Draft","Approved"]`:                        No,
		stage + ` -contains "rov"`:                                    Yes, // substring of a single value
		stage + ` -contains "Rov"`:                                    No,
		stage + ` -notContains "rov"`:                                 No,
		stage + ` -startsWith "App"`:                                  Yes,
		stage + ` -startsWith "app"`:                                  No,
		stage + ` -notStartsWith "Dra"`:                               Yes,
		stage + ` -endsWith "ved"`:                                    Yes,
		stage + ` -notEndsWith "ved"`:                                 No,
		teams + ` -contains "Finance"`:                                Yes,
		teams + ` -contains "Fin"`:                                    No, // membership in a collection, never substring
		teams + ` -notContains "Finance"`:                             No,
		teams + ` -notContains "Legal"`:                               Yes,
		teams + ` -eq "Legal"`:                                        No, // no value agrees, whatever the reading
		teams + ` -eq "Finance"`:                                      Unknown,
		teams + ` -ne "Finance"`:                                      Unknown,
		teams + ` -in ["Finance","Legal"]`:                            Unknown,
		teams + ` -startsWith "Finance"`:                              Unknown,
		teams + ` -in ["Finance"]`:                                    Unknown,
		unset + ` -eq "x"`:                                            No,
		unset + ` -in ["x"]`:                                          No,
		unset + ` -contains "x"`:                                      No,
		unset + ` -startsWith "x"`:                                    No,
		unset + ` -endsWith "x"`:                                      No,
		unset + ` -ne "x"`:                                            Yes,
		unset + ` -notIn ["x"]`:                                       Yes,
		unset + ` -notContains "x"`:                                   Yes,
		unset + ` -notStartsWith "x"`:                                 Yes,
		unset + ` -notEndsWith "x"`:                                   Yes,
		`CustomSecurityAttribute.Other_A -eq "x"`:                     No,
		`CustomSecurityAttribute.AgentInfo_Nothing -contains "x"`:     No,
		`CustomSecurityAttribute.AgentInfo_Nothing -ne "x"`:           Yes,
		`CustomSecurityAttribute.AgentInfo_Public -eq true`:           Yes,
		`CustomSecurityAttribute.AgentInfo_Public -eq False`:          No,
		`CustomSecurityAttribute.AgentInfo_Public -eq "True"`:         Unknown,
		`CustomSecurityAttribute.AgentInfo_Level -eq 3`:               Yes,
		`CustomSecurityAttribute.AgentInfo_Level -in [1,2,3]`:         Yes,
		`CustomSecurityAttribute.AgentInfo_Level -eq -3`:              No,
		`CustomSecurityAttribute.AgentInfo_Quote -eq "a \"b\" c"`:     Yes,
		"CustomSecurityAttribute.AgentInfo_Quote -eq \"a `\"b`\" c\"": Yes,
		`CustomSecurityAttribute.AgentInfo_Quote -eq 'a "b" c'`:       Yes,
		`CustomSecurityAttribute.AgentInfo_Stage -eq 'it''s'`:         No,
		`customsecurityattribute.AGENTINFO_STAGE EQ "Approved"`:       Yes, // names and operators without case, hyphen optional

		stage + ` -eq "Approved" -and ` + teams + ` -contains "Finance"`: Yes,
		stage + ` -eq "Draft" -and ` + teams + ` -contains "Finance"`:    No,
		stage + ` -eq "Draft" -or ` + teams + ` -contains "Finance"`:     Yes,
		`-not ` + stage + ` -eq "Approved"`:                              No,
		`-not (` + stage + ` -eq "Draft" -or ` + unset + ` -eq "x")`:     Yes,
		`not not ` + stage + ` -eq "Approved"`:                           Yes,
		// -not binds before -and, -and before -or
		stage + ` -eq "Approved" -or ` + stage + ` -eq "A" -and ` + stage + ` -eq "B"`:        Yes,
		`(` + stage + ` -eq "Approved" -or ` + stage + ` -eq "A") -and ` + stage + ` -eq "B"`: No,
		`-not ` + stage + ` -eq "Draft" -and ` + stage + ` -eq "Approved"`:                    Yes,
		// an unknown side decides only where the other does not
		teams + ` -eq "Finance" -or ` + stage + ` -eq "Approved"`:  Yes,
		teams + ` -eq "Finance" -and ` + stage + ` -eq "Draft"`:    No,
		teams + ` -eq "Finance" -and ` + stage + ` -eq "Approved"`: Unknown,
		`-not ` + teams + ` -eq "Finance"`:                         Unknown,
	} {
		f, err := ParseFilter(rule)
		if assert.NoError(t, err, rule) {
			assert.Equal(t, want, f.Match(attributes), rule)
			assert.Equal(t, want == Unknown, f.Doubt(attributes) != "", rule)
		}
	}
}

// Attributes that were never set, or were all removed, leave every positive
// operator false.
func TestFilterWithoutAttributes(t *testing.T) {
	for rule, want := range map[string]Answer{
		`CustomSecurityAttribute.A_B -eq "x"`: No,
		`CustomSecurityAttribute.A_B -ne "x"`: Yes,
	} {
		f, err := ParseFilter(rule)
		require.NoError(t, err)
		assert.Equal(t, want, f.Match(nil), rule)
		assert.Equal(t, want, f.Match(&tenant.Attributes{}), rule)
	}
}

// An underscore cannot stand in a name, but a rule that has two of them is
// answered as long as one reading is set.
func TestFilterReadings(t *testing.T) {
	f, err := ParseFilter(`CustomSecurityAttribute.A_B_C -eq "x"`)
	require.NoError(t, err)
	one := &tenant.Attributes{Sets: map[string]map[string]tenant.AttributeValue{"a": {"b_c": single("x")}}}
	two := &tenant.Attributes{Sets: map[string]map[string]tenant.AttributeValue{
		"a": {"b_c": single("x")}, "a_b": {"c": single("y")},
	}}
	assert.Equal(t, Yes, f.Match(one))
	assert.Equal(t, Unknown, f.Match(two))
	assert.Equal(t, "A_B_C can be read as more than one attribute", f.Doubt(two))
	assert.Equal(t, No, f.Match(nil))
}

func TestParseFilterErrors(t *testing.T) {
	for rule, want := range map[string]string{
		``:                                           `CustomSecurityAttribute.Set_Name is due at character 1`,
		`   `:                                        `CustomSecurityAttribute.Set_Name is due at character 4`,
		`device.model -eq "x"`:                       `CustomSecurityAttribute.Set_Name is due at character 1`,
		`CustomSecurityAttribute.A_B`:                `"" is no operator that is known here at character 28`,
		`CustomSecurityAttribute.A_B -eq`:            `a quoted value, true, false or a whole number is due at character 32`,
		`CustomSecurityAttribute.A_B -eq x`:          `a quoted value, true, false or a whole number is due at character 33`,
		`CustomSecurityAttribute.A_B -eq "x`:         `a quoted value does not end at character 33`,
		`CustomSecurityAttribute.A_B -match "x"`:     `"-match" is no operator that is known here at character 29`,
		`CustomSecurityAttribute.A_B -eq null`:       `a quoted value, true, false or a whole number is due at character 33`,
		`CustomSecurityAttribute.A_B -contains 3`:    `"-contains" needs a quoted value at character 29`,
		`CustomSecurityAttribute.A_B -in "x"`:        `a list in brackets is due at character 33`,
		`CustomSecurityAttribute.A_B -in []`:         `a quoted value, true, false or a whole number is due at character 34`,
		`CustomSecurityAttribute.A_B -in ["x"`:       `a list is not closed at character 37`,
		`CustomSecurityAttribute.A_B -eq "x" -and`:   `CustomSecurityAttribute.Set_Name is due at character 41`,
		`CustomSecurityAttribute.A_B -eq "x" "y"`:    `"y" is left over at character 37`,
		`(CustomSecurityAttribute.A_B -eq "x"`:       `a closing parenthesis is missing at character 37`,
		`CustomSecurityAttribute.A -eq "x"`:          `"A" does not name a set and an attribute at character 1`,
		`CustomSecurityAttribute._A -eq "x"`:         `"_A" does not name a set and an attribute at character 1`,
		`CustomSecurityAttribute.Set.Name_x -eq "x"`: `"Set.Name_x" does not name a set and an attribute at character 1`,
		strings.Repeat("(", 70) + `x`:                `the rule is nested too deep at character 66`,
		strings.Repeat("-not ", 70) + `x`:            `the rule is nested too deep at character 326`,
		strings.Repeat(" ", maxRuleBytes+1):          `the rule is too long at character 16385`,
	} {
		_, err := ParseFilter(rule)
		assert.EqualError(t, err, want, "%.80q", rule)
	}
}

// The parser never panics, and every rule it accepts can be matched; not
// asking is the opposite of asking.
func FuzzParseFilter(f *testing.F) {
	f.Add(`CustomSecurityAttribute.AgentInfo_Stage -eq "Approved"`)
	f.Add(`-not (CustomSecurityAttribute.A_B -in ["a", 'b', 3, true] -or CustomSecurityAttribute.A_C -notContains "\"")`)
	f.Add("CustomSecurityAttribute.A_B -ne \"`\"x`\"\" -and CustomSecurityAttribute.A_B_C -startsWith '''")
	f.Add("((((")
	f.Add("CustomSecurityAttribute.\xff_\x00 eq -9223372036854775808")
	attributes := &tenant.Attributes{Sets: map[string]map[string]tenant.AttributeValue{
		"a": {"b": single("x"), "c": collection("a", "b")},
	}}
	f.Fuzz(func(t *testing.T, rule string) {
		filter, err := ParseFilter(rule)
		if err != nil {
			var syntax *SyntaxError
			require.ErrorAs(t, err, &syntax)
			require.LessOrEqual(t, syntax.Offset, len(rule))
			return
		}
		for _, a := range []*tenant.Attributes{nil, attributes} {
			got := filter.Match(a)
			require.Equal(t, got == Unknown, filter.Doubt(a) != "")
			opposite, err := ParseFilter("-not (" + rule + ")")
			if err == nil {
				require.Equal(t, got.Not(), opposite.Match(a))
			}
		}
	})
}
