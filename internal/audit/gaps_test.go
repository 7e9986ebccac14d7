package audit_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

func fixes(gap tenant.Gap) string {
	if gap.Status == tenant.GapForbidden {
		return "grant the permission for " + string(gap.Dataset)
	}
	return ""
}

// needing is a rule that passes the whole tenant once it may run.
func needing(datasets ...tenant.Dataset) audit.Rule {
	return audit.Rule{
		ID: "r", Severity: audit.High, Needs: datasets,
		Run: func(j *audit.Judge) { j.Pass(j.Whole()) },
	}
}

func TestAGapOfANeededDatasetIsUnknownBeforeTheRuleRuns(t *testing.T) {
	s := snapshot(t, `"agentIdentities":{"status":"forbidden","error":{"code":"Authorization_RequestDenied","message":"No."}}`,
		map[string]string{"agentUsers": `{"value":[]}`})
	r := needing(tenant.DatasetAgentIdentities, tenant.DatasetAgentUsers, tenant.DatasetNamedLocations)
	r.Run = func(*audit.Judge) { t.Error("the rule ran") }
	report := run(t, s, audit.Options{FixFor: fixes}, check("c", r))
	result := only(t, report)
	assert.Equal(t, audit.Unknown, result.Status)
	assert.Equal(t, "agentIdentities was not read in full (forbidden): reading it was refused "+
		"(Authorization_RequestDenied: No.). Grant the permission for agentIdentities. "+
		"namedLocations was not read in full (absent): it is not in the snapshot.", result.Reason)
	assert.Zero(t, result.Counts)

	var told []audit.ReportGap
	for _, gap := range report.Gaps {
		if len(gap.Rules) > 0 {
			told = append(told, gap)
		}
	}
	require.Len(t, told, 2)
	assert.Equal(t, tenant.DatasetAgentIdentities, told[0].Dataset)
	assert.Equal(t, "grant the permission for agentIdentities", told[0].Fix)
	assert.Equal(t, []string{"c/r"}, told[0].Rules)
	assert.Equal(t, tenant.DatasetNamedLocations, told[1].Dataset)
}

func TestNotLicensedSaysSo(t *testing.T) {
	s := snapshot(t, `"riskyAgents":{"status":"notLicensed"}`, nil)
	result := only(t, run(t, s, audit.Options{}, check("c", needing(tenant.DatasetRiskyAgents))))
	assert.Equal(t, audit.Unknown, result.Status)
	assert.Contains(t, result.Reason, "not licensed")
}

func TestAGapThatCountsAsEmptyLetsTheRuleRun(t *testing.T) {
	for _, tc := range []struct {
		dataset tenant.Dataset
		status  string
		want    audit.Status
	}{
		{tenant.DatasetKillSwitchDrills, "absent", audit.Pass},
		{tenant.DatasetKillSwitchDrills, "notEnabled", audit.Pass},
		{tenant.DatasetKillSwitchDrills, "forbidden", audit.Unknown},
		{tenant.DatasetRoleEligibilityScheduleInstances, "notLicensed", audit.Pass},
		{tenant.DatasetRoleEligibilityScheduleInstances, "absent", audit.Unknown},
	} {
		s := snapshot(t, `"`+string(tc.dataset)+`":{"status":"`+tc.status+`"}`, nil)
		result := only(t, run(t, s, audit.Options{}, check("c", needing(tc.dataset))))
		assert.Equal(t, tc.want, result.Status, "%s %s", tc.dataset, tc.status)
		if tc.want == audit.Pass {
			assert.Contains(t, result.Reason, "Judged without "+string(tc.dataset))
		}
	}
}

func TestAGapOfAnOptionalDatasetIsTold(t *testing.T) {
	s := snapshot(t, `"directoryAudits":{"status":"forbidden"}`, map[string]string{"agentUsers": `{"value":[]}`})
	r := needing(tenant.DatasetAgentUsers)
	r.Optional = []tenant.Dataset{tenant.DatasetDirectoryAudits}
	result := only(t, run(t, s, audit.Options{}, check("c", r)))
	assert.Equal(t, audit.Pass, result.Status)
	assert.Equal(t, "Judged without directoryAudits (forbidden).", result.Reason)
}

func TestAControlThatCannotExistFails(t *testing.T) {
	const inactive = `{"value":[{"id":"x","accountEnabled":false}]}`
	const hidden = `{"value":[{"id":"x"}]}`
	for _, tc := range []struct {
		name     string
		datasets string
		agents   string
		want     audit.Status
	}{
		{"not licensed", `"conditionalAccessPolicies":{"status":"notLicensed"}`, threeAgents, audit.Fail},
		{"forbidden is not a proof", `"conditionalAccessPolicies":{"status":"forbidden"}`, threeAgents, audit.Unknown},
		{"no active agent", `"conditionalAccessPolicies":{"status":"notLicensed"}`, inactive, audit.NotApplicable},
		{"no agent", `"conditionalAccessPolicies":{"status":"notLicensed"}`, `{"value":[]}`, audit.NotApplicable},
		{"activity hidden", `"conditionalAccessPolicies":{"status":"notLicensed"}`, hidden, audit.Unknown},
		{
			"agents not read", `"conditionalAccessPolicies":{"status":"notLicensed"},"agentIdentities":{"status":"failed"}`,
			"", audit.Unknown,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			files := map[string]string{}
			if tc.agents != "" {
				files["agentIdentities"] = tc.agents
			}
			r := needing(tenant.DatasetAgentIdentities, tenant.DatasetConditionalAccessPolicies, tenant.DatasetNamedLocations)
			r.ControlGaps = []audit.ControlGap{{
				Dataset: tenant.DatasetConditionalAccessPolicies, Statuses: []tenant.GapStatus{tenant.GapNotLicensed},
				Message: "Conditional Access is not licensed.",
			}}
			result := only(t, run(t, snapshot(t, tc.datasets, files), audit.Options{}, check("c", r)))
			assert.Equal(t, tc.want, result.Status, result.Reason)
			if tc.want == audit.Fail {
				require.Len(t, result.Findings, 1)
				assert.Equal(t, tenant.TypeTenant, result.Findings[0].Resource.Type)
				assert.Equal(t, "Conditional Access is not licensed.", result.Findings[0].Message)
				assert.Equal(t, tenant.DatasetConditionalAccessPolicies, result.Findings[0].Evidence[0].Dataset)
			}
		})
	}
}
