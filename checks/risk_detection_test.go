package checks_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
)

// The severity of agent-at-risk follows the risk; a case's "want" does not show
// it.
func TestSeverityFollowsRisk(t *testing.T) {
	_, cases := loadCases(t, archiveOf("risk-detection"))
	got := map[string]audit.Severity{}
	for _, c := range cases {
		if c.name != "at-risk" {
			continue
		}
		s, err := c.open(nil)
		assert.NoError(t, err)
		for _, check := range c.run(t, s, checks.All()).Checks {
			for _, rule := range check.Rules {
				for _, f := range rule.Findings {
					if rule.ID == "risk-detection/agent-at-risk" && f.Status == audit.Fail {
						got[f.Resource.DisplayName] = f.Severity
					}
				}
			}
		}
	}
	assert.Equal(t, map[string]audit.Severity{
		"Invoice triage agent": audit.Critical, // high
		"Expense audit agent":  audit.High,     // medium
		"Returns desk":         audit.Medium,   // low
		"Finance agents":       audit.Critical, // low, but confirmed
	}, got)
}
