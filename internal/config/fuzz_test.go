package config

import (
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzConfig holds that every fault names file and line in one printable
// sentence, and that no threshold that was read is senseless.
func FuzzConfig(f *testing.F) {
	text, err := os.ReadFile(exampleFile)
	require.NoError(f, err)
	f.Add(text)
	for _, seed := range []string{
		"", "thresholds:", "thresholds: {retentionDays: -1}", "thresholds: {retentionDays: 1e99}", "thresholds: {certificateMaxDays: 99999999999}",
		"approvedIssuers: [\"https://*\", x]", "severities: {a/b: low}", "off: [a, a]", "failOn: never\nunknown: warn",
		"? {}\n: x", "&a [*a]", "\xff",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("f.yaml", data)
		if err == nil {
			err = c.Validate([]string{"check", "check/rule"})
		}
		if err != nil {
			assert.True(t, strings.HasPrefix(err.Error(), "f.yaml:"), "%q", err)
			assert.Equal(t, -1, strings.IndexFunc(err.Error(), unicode.IsControl), "%q", err)
			return
		}
		assert.GreaterOrEqual(t, c.Audit.CredentialFanOut, 0)
		assert.GreaterOrEqual(t, c.Audit.RetentionDays, 0)
		assert.Positive(t, c.Audit.CertificateMaxLifetime)
		assert.Positive(t, c.Audit.AssignmentMaxLifetime)
		assert.Positive(t, c.Audit.InactiveAfter)
		assert.Positive(t, c.Audit.WaiverMaxLifetime)
		assert.GreaterOrEqual(t, c.Audit.DrillGrace.Nanoseconds(), int64(0))
	})
}
