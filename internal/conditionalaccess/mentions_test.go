package conditionalaccess

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

func TestMentions(t *testing.T) {
	set := &tenant.Attributes{Sets: map[string]map[string]tenant.AttributeValue{"agentinfo": {"stage": {Values: []string{"x"}}}}}
	for rule, want := range map[string]bool{
		`CustomSecurityAttribute.AgentInfo_Stage -eq "Approved"`:                                                    true,
		`CustomSecurityAttribute.agentinfo_stage -ne "x"`:                                                           true,
		`CustomSecurityAttribute.AgentInfo_Owner -eq "x"`:                                                           false,
		`CustomSecurityAttribute.Other_Stage -eq "x"`:                                                               false,
		`CustomSecurityAttribute.AgentInfo_Owner -eq "x" -and CustomSecurityAttribute.AgentInfo_Stage -in ["a"]`:    true,
		`CustomSecurityAttribute.AgentInfo_Stage -eq "x" -or CustomSecurityAttribute.AgentInfo_Owner -eq "x"`:       true,
		`-not (CustomSecurityAttribute.AgentInfo_Stage -eq "x")`:                                                    true,
		`-not (CustomSecurityAttribute.AgentInfo_Owner -eq "x" -or CustomSecurityAttribute.AgentInfo_Team -eq "x")`: false,
	} {
		f, err := ParseFilter(rule)
		require.NoError(t, err, rule)
		assert.Equal(t, want, f.Mentions(set), rule)
		assert.False(t, f.Mentions(nil), rule)
	}
}
