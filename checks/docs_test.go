package checks_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
)

// TestChecksPageIsFresh holds docs/checks.md to the rules' metadata and to what
// failures in the archives of cases really say.
func TestChecksPageIsFresh(t *testing.T) {
	if testing.Short() && !*update {
		t.Skip("whether generated files are fresh is looked at in the full run")
	}
	examples := failureExamples(t)
	var page strings.Builder
	require.NoError(t, checks.Markdown(&page, func(rule string) string { return examples[rule] }))
	const name = "../docs/checks.md"
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(page.String()), 0o644))
	}
	have, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, page.String(), string(have), "docs/checks.md is not fresh: run make docs")
}

// failureExamples returns the first failing message of every rule, by its id.
func failureExamples(t *testing.T) map[string]string {
	examples := map[string]string{}
	for _, check := range checks.All() {
		_, cases := loadCases(t, archiveOf(check.ID))
		for _, c := range cases {
			s, err := c.open(nil)
			require.NoError(t, err, c.name)
			for _, result := range c.run(t, s, []audit.Check{check}).Checks {
				noteFailures(examples, result)
			}
		}
	}
	return examples
}

func noteFailures(examples map[string]string, check audit.CheckResult) {
	for _, rule := range check.Rules {
		for _, f := range rule.Findings {
			if f.Status == audit.Fail && examples[rule.ID] == "" {
				examples[rule.ID] = f.Message
			}
		}
	}
}
