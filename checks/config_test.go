package checks_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/config"
)

func caseConfig(t *testing.T, file, data string) *audit.Config {
	t.Helper()
	parsed, err := config.Parse(file, []byte(data))
	require.NoError(t, err)
	return &parsed.Audit
}
