package checks_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/checks"
)

// Certificates to the end of the year 9999 are common, and longer than a
// duration can say.
func TestLongestLifeIsSaidInDays(t *testing.T) {
	_, cases := loadCases(t, archiveOf("federated-credentials"))
	for _, c := range cases {
		if c.name != "kinds-to-come" {
			continue
		}
		s, err := c.open(nil)
		require.NoError(t, err)
		for _, check := range c.run(t, s, checks.All()).Checks {
			for _, rule := range check.Rules {
				if rule.ID == "federated-credentials/long-lived-certificate" {
					assert.Contains(t, rule.Findings[0].Message, "lives 2912211 days, until 9999-12-31")
					return
				}
			}
		}
	}
	t.Fatal("the case was not found")
}
