package checks_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/synth"
)

// messyTenants is how many generated tenants the laws are tried on.
const messyTenants = 200

func messyCase(t *testing.T, seed int) *testCase {
	t.Helper()
	files, err := synth.Messy(uint64(seed))
	require.NoError(t, err)
	c := &testCase{name: fmt.Sprintf("tenant %d", seed), files: map[string]string{}}
	for name, text := range files {
		c.files[name] = string(text)
	}
	if seed%4 == 0 { // a strict one; none is so large that the default tells
		config := audit.DefaultConfig()
		config.CredentialFanOut, config.AssignmentMaxLifetime = 2, 24*time.Hour
		c.config = &config
	}
	return c
}

// TestMessyTenantsShowEveryVerdict: over all tenants every rule passes, fails and
// is unknown, so that the laws are tried on each.
func TestMessyTenantsShowEveryVerdict(t *testing.T) {
	seen := map[string]map[audit.Status]int{}
	for seed := range messyTenants {
		c := messyCase(t, seed)
		s := lawSubject{testCase: c, checks: checks.All(), reported: map[string]bool{}}
		whole, err := s.open(nil)
		require.NoError(t, err)
		j := s.judgeSnapshot(t, whole, nil)
		for _, r := range s.rules() {
			if seen[r.id] == nil {
				seen[r.id] = map[audit.Status]int{}
			}
			seen[r.id][j.status[r.id]]++
		}
		for f, status := range j.findings {
			seen[f.rule][status]++
		}
	}
	var missing []string
	s := lawSubject{checks: checks.All()}
	for _, r := range s.rules() {
		due := []audit.Status{audit.Pass, audit.Fail, audit.Unknown}
		if r.Manual {
			due = []audit.Status{audit.Manual}
		}
		for _, status := range due {
			if seen[r.id][status] == 0 {
				missing = append(missing, r.id+" "+status.String())
			}
		}
	}
	require.Empty(t, missing, strings.Join(missing, "\n"))
}
