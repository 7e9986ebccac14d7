package synth

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/fixtures"
	"github.com/ztagent/ztagent/internal/tenant"
)

// openFixture opens a committed fixture as the product does.
func openFixture(t *testing.T, name string) *tenant.Snapshot {
	t.Helper()
	s, err := tenant.Open(filepath.Join(fixturesDir, name))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

func TestFixturesReadWithoutUnintendedGaps(t *testing.T) {
	notLicensed := []tenant.Dataset{tenant.DatasetRiskyAgents, tenant.DatasetAgentRiskDetections}
	for name, want := range map[string][]tenant.Dataset{"contoso": nil, "compliant": nil, "empty": nil, "bare": notLicensed} {
		s := openFixture(t, name)
		assert.Equal(t, want, gapDatasets(s), name)
		assert.Empty(t, s.Warnings, name)
		assert.Equal(t, TakenAt, s.TakenAt, name)
		for _, d := range tenant.Datasets() {
			assert.Empty(t, s.RelationGaps(d), "%s %s", name, d)
		}
	}
}

func TestForbiddenHasEveryKindOfGap(t *testing.T) {
	s := openFixture(t, "forbidden")
	kinds := map[tenant.GapStatus]bool{}
	for _, gap := range s.Gaps() {
		kinds[gap.Status] = true
	}
	// A file cannot be malformed and still be a fixture of Graph's answers.
	for _, kind := range []tenant.GapStatus{
		tenant.GapAbsent, tenant.GapSkipped, tenant.GapForbidden, tenant.GapNotLicensed,
		tenant.GapNotEnabled, tenant.GapFailed, tenant.GapTruncated,
	} {
		assert.True(t, kinds[kind], kind)
	}
	assert.Contains(t, gapDatasets(s), tenant.DatasetConditionalAccessPolicies, "v1.0 does not show agent conditions")
	assert.Contains(t, gapDatasets(s), tenant.DatasetDiagnosticSettings, "the file is a bare error body")
	gaps := s.RelationGaps(tenant.DatasetAgentIdentityBlueprints)
	require.Len(t, gaps, 1)
	assert.Equal(t, "federatedIdentityCredentials", gaps[0].Relation)
	assert.Empty(t, s.Warnings)
	assert.Equal(t, 6, s.AgentIdentities.Len())
}

func TestEmbeddedContosoIsTheFixture(t *testing.T) {
	s, err := tenant.OpenFS(fixtures.Contoso(), "demo")
	require.NoError(t, err)
	defer func() { assert.NoError(t, s.Close()) }()
	assert.Equal(t, "Contoso Retail", s.DisplayName)
	assert.Empty(t, s.Gaps())
	assert.Equal(t, openFixture(t, "contoso").AgentIdentities.Len(), s.AgentIdentities.Len())
}

func gapDatasets(s *tenant.Snapshot) []tenant.Dataset {
	var all []tenant.Dataset
	for _, gap := range s.Gaps() {
		all = append(all, gap.Dataset)
	}
	return all
}
