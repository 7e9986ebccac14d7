package conditionalaccess

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

func TestWhatIf(t *testing.T) {
	s := snapshot(t, nil,
		edit{"displayName": "High", "conditions/agentIdRiskLevels": "high", excluded: strs(payroll)},
		edit{"displayName": "Unapproved", filterProperty: filter("exclude", approvedRule), included: strs(unread), "conditions/agentIdRiskLevels": "medium"})
	var got []string
	for _, o := range Of(s).WhatIf(agent(t, s, finance)) {
		policy := ""
		if o.Policy != nil {
			policy = o.Policy.Name()
		}
		got = append(got, o.Level+" "+o.Answer.String()+" "+policy)
	}
	assert.Equal(t, []string{"none no ", "low no ", "medium no ", "high yes High"}, got)
	assert.Equal(t, []Tally{
		{"none", 0, 4, 0}, {"low", 0, 4, 0}, {"medium", 0, 3, 1}, {"high", 3, 1, 0},
	}, Of(s).Tallies())
	reaches := Of(s).Reaches(agent(t, s, payroll))
	assert.Equal(t, "the policy excludes the agent by name", reaches[0].Because())
	assert.Equal(t, "the policy is for other agents and does not name this one", reaches[1].Because())
}

func TestWhatIfIsNoBetterThanItsEvidence(t *testing.T) {
	s := snapshot(t, map[string]string{"securityDefaults": `{"isEnabled":true}`}, nil)
	for _, o := range Of(s).WhatIf(agent(t, s, finance)) {
		assert.Equal(t, No, o.Answer, o.Level)
		assert.Equal(t, "security defaults are on, and Conditional Access is not evaluated", o.Why())
	}

	open := func(policies, agents string) *tenant.Snapshot {
		s, err := tenant.OpenFS(fstest.MapFS{
			"agentIdentities.json":           {Data: []byte(agents)},
			"conditionalAccessPolicies.json": {Data: []byte(policies)},
		}, "test")
		require.NoError(t, err)
		return s
	}
	refused := `{"error":{"code":"Authorization_RequestDenied","message":"no"}}`
	s = open(refused, smallTenant)
	assert.Equal(t, []Tally{{"none", 0, 0, 4}, {"low", 0, 0, 4}, {"medium", 0, 0, 4}, {"high", 0, 0, 4}}, Of(s).Tallies())
	assert.Equal(t, "conditionalAccessPolicies was not read in full (forbidden)", Of(s).WhatIf(agent(t, s, finance))[0].Why())

	// What was read of a list that was cut short counts, where it blocks.
	s = open(`{"@odata.context":"https://graph.microsoft.com/beta/x","@odata.nextLink":"https://graph.microsoft.com/beta/y","value":[`+blockAll+`]}`, smallTenant)
	assert.Equal(t, Tally{"none", 4, 0, 0}, Of(s).Tallies()[0])

	assert.Nil(t, Of(open(`{"value":[`+blockAll+`]}`, refused)).Tallies(), "agents that were not read cannot be counted")
}

func TestEffect(t *testing.T) {
	for want, changes := range map[string]edit{
		"blocks":                    nil,
		"blocks at agent risk high": {"conditions/agentIdRiskLevels": "high"},
		"report-only: blocks at agent risk medium or high, on some resources": {
			"state": "enabledForReportingButNotEnforced", "conditions/agentIdRiskLevels": "medium,high", resources: strs("Office365"),
		},
		"switched off: asks for controls":          {"state": "disabled", "grantControls/builtInControls": strs("mfa")},
		"blocks under conditions on platforms":     {"conditions/platforms": map[string]any{"includePlatforms": strs("iOS")}},
		"blocks under a risk condition":            {"conditions/userRiskLevels": strs("high")},
		"limits the session":                       {"grantControls": nil, "sessionControls": map[string]any{"signInFrequency": map[string]any{"isEnabled": true}}},
		"does nothing":                             {"grantControls": nil},
		"does what was not returned":               {"grantControls": gone},
		"in a state that cannot be told: blocks":   {"state": gone},
		"blocks, on resources that cannot be told": {leftOut: gone},
	} {
		assert.Equal(t, want, Of(snapshot(t, nil, changes)).Policies()[0].Effect())
	}
}
