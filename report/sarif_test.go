package report

import (
	"bytes"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/audit"
)

func sarif(t *testing.T, r *audit.Report, o Options) (text string, run sarifRun) {
	t.Helper()
	text = render(t, func(w *bytes.Buffer, r *audit.Report, o Options) error { return SARIF(w, r, o) }, r, o)
	var log sarifLog
	require.NoError(t, json.Unmarshal([]byte(text), &log, json.RejectUnknownMembers(true)))
	require.Len(t, log.Runs, 1)
	return text, log.Runs[0]
}

func TestSARIFGolden(t *testing.T) {
	text, _ := sarif(t, sample(), Options{})
	golden(t, "sample.sarif", []byte(text))
	text, _ = sarif(t, hostile(), Options{})
	golden(t, "hostile.sarif", []byte(text))
	text, _ = sarif(t, sample(), Options{SARIFProfile: SARIFFull, Baseline: baseline()})
	golden(t, "sample-full.sarif", []byte(text))
}

// baseline is an older sample: two findings less, one that is gone since.
func baseline() *audit.Report {
	r := sample()
	rule := &r.Checks[1].Rules[0]
	rule.Findings[0].Fingerprint = strings.Repeat("0", 32)
	rule.Findings[0].Resource.DisplayName = "Retired blueprint"
	rule.Findings[1].Status = audit.Waived
	return r
}

func TestSARIFIsWhatOASISSays(t *testing.T) {
	schema := compileSchema(t, "testdata/sarif-schema-2.1.0.json")
	for _, r := range []*audit.Report{sample(), hostile(), bare()} {
		for _, o := range []Options{{}, {SARIFProfile: SARIFFull}, {SARIFProfile: SARIFFull, Baseline: baseline(), ShowPasses: true}} {
			text, _ := sarif(t, r, o)
			assert.NoError(t, validate(t, schema, text))
		}
	}
	text, _ := sarif(t, sample(), Options{})
	assert.Error(t, validate(t, schema, strings.Replace(text, `"level": "error"`, `"level": "fatal"`, 1)))
}

// What neither the schema nor the validator checks, and GitHub wants.
func TestSARIFIsWhatGitHubTakes(t *testing.T) {
	relative := regexp.MustCompile(`^[A-Za-z0-9._~!$&'()*+,;=@%/-]+$`)
	for _, r := range []*audit.Report{sample(), hostile(), bare()} {
		for _, profile := range []string{SARIFGitHub, SARIFFull} {
			_, run := sarif(t, r, Options{SARIFProfile: profile})
			assert.True(t, slices.IsSortedFunc(run.Tool.Driver.Rules, func(a, b sarifRule) int { return strings.Compare(a.ID, b.ID) }))
			for _, rule := range run.Tool.Driver.Rules {
				assert.NotEmpty(t, rule.Help.Text)
				assert.LessOrEqual(t, len([]rune(rule.FullDescription.Text)), 1024)
				assert.LessOrEqual(t, len(rule.Properties.Tags), 10)
				assert.Contains(t, rule.Properties.Tags, "security")
			}
			for _, result := range run.Results {
				require.Len(t, result.Locations, 1)
				p := result.Locations[0].Physical
				assert.Regexp(t, relative, p.Artifact.URI)
				path, err := url.PathUnescape(p.Artifact.URI)
				require.NoError(t, err)
				assert.NotContains(t, strings.Split(p.Artifact.URI, "/"), "..", path)
				assert.False(t, strings.HasPrefix(p.Artifact.URI, "/"))
				assert.True(t, p.Region.valid(), "%+v", p.Region)
				if p.Context != nil {
					assert.True(t, p.Context.contains(p.Region))
				}
				require.NotNil(t, result.RuleIndex)
				assert.Equal(t, result.RuleID, run.Tool.Driver.Rules[*result.RuleIndex].ID)
				assert.Equal(t, result.Kind == "", result.Level != "none")
				assert.Regexp(t, `^[0-9a-f-]+:1$`, result.Fingerprints["primaryLocationLineHash"])
				assert.Regexp(t, `[.?!]$`, result.Message.Text)
			}
		}
	}
}

func TestSARIFProfiles(t *testing.T) {
	r := sample()
	_, github := sarif(t, r, Options{})
	_, full := sarif(t, r, Options{SARIFProfile: SARIFFull})
	f := r.Summary.Findings
	assert.Len(t, github.Results, f.Fail)
	assert.Len(t, full.Results, f.Fail+f.Unknown+f.Manual+f.Waived)
	kinds, suppressed := map[string]int{}, 0
	for _, result := range full.Results {
		kinds[result.Kind]++
		require.NotNil(t, result.Suppressions)
		if len(*result.Suppressions) > 0 {
			suppressed++
			assert.Equal(t, "The PLC gateway cannot federate before its firmware 9.", (*result.Suppressions)[0].Justification)
		}
	}
	assert.Equal(t, map[string]int{"": f.Fail + f.Waived, "open": f.Unknown, "review": f.Manual}, kinds)
	assert.Equal(t, f.Waived, suppressed)
	for _, result := range github.Results {
		assert.Nil(t, result.Suppressions)
		assert.Empty(t, result.Kind)
	}
	assert.Error(t, SARIF(&bytes.Buffer{}, r, Options{SARIFProfile: "gitlab"}))
}

func TestSARIFTellsOfGaps(t *testing.T) {
	_, run := sarif(t, sample(), Options{})
	var texts []string
	for _, n := range run.Invocations[0].Notifications {
		texts = append(texts, n.Message.Text)
		assert.Equal(t, n.Descriptor.ID, run.Tool.Driver.Notifications[n.Descriptor.Index].ID)
		if n.AssociatedRule != nil {
			assert.Equal(t, n.AssociatedRule.ID, run.Tool.Driver.Rules[n.AssociatedRule.Index].ID)
		}
	}
	assert.Contains(t, texts, "signIns: forbidden. Graph answered 403 Authorization_RequestDenied. Grant AuditLog.Read.All to the auditing application.")
	assert.Contains(t, texts, "entra-authentication/legacy-sign-in is unknown. signIns was forbidden to read.")
}

func TestSARIFBaseline(t *testing.T) {
	_, run := sarif(t, sample(), Options{SARIFProfile: SARIFFull, Baseline: baseline()})
	states := map[string]int{}
	for _, result := range run.Results {
		states[result.Baseline]++
	}
	f := sample().Summary.Findings
	assert.Equal(t, map[string]int{"new": 1, "updated": 1, "absent": 1, "unchanged": f.Fail + f.Unknown + f.Manual + f.Waived - 2}, states)
	_, run = sarif(t, sample(), Options{Baseline: baseline()})
	assert.Len(t, run.Results, f.Fail, "code scanning would show absent results as alerts")
	assert.Empty(t, run.Results[0].Baseline)
}

// TestSARIFBaselineTakesNothingForFixed: what could not be found again is not
// absent.
func TestSARIFBaselineTakesNothingForFixed(t *testing.T) {
	absent := func(now *audit.Report) int {
		_, run := sarif(t, now, Options{SARIFProfile: SARIFFull, Baseline: baseline()})
		n := 0
		for _, result := range run.Results {
			if result.Baseline == "absent" {
				n++
			}
		}
		return n
	}
	require.Equal(t, 1, absent(sample()))
	unread := sample()
	rule := &unread.Checks[1].Rules[0]
	rule.Status, rule.Counts, rule.Findings = audit.Unknown, audit.Counts{}, nil
	assert.Zero(t, absent(unread), "the rule could not be judged")
	unsure := sample()
	rule = &unsure.Checks[1].Rules[0]
	rule.Findings = append(rule.Findings, audit.Finding{Status: audit.Unknown, Severity: audit.High, Resource: rule.Findings[0].Resource})
	assert.Zero(t, absent(unsure), "the resource cannot be told")
	deselected := sample()
	deselected.Checks[1].Rules = deselected.Checks[1].Rules[1:]
	assert.Zero(t, absent(deselected), "the rule was left out")
}

func TestSARIFPlaces(t *testing.T) {
	for _, c := range []struct{ snapshot, option, want string }{
		{"fixtures/contoso", "", "fixtures/contoso/agentIdentityBlueprints.json"},
		{"./fixtures/con toso/", "", "fixtures/con%20toso/agentIdentityBlueprints.json"},
		{`fixtures\contoso`, "", "fixtures/contoso/agentIdentityBlueprints.json"},
		{".", "", "agentIdentityBlueprints.json"},
		{"/srv/snapshot", "", "ztagent/5c0a9e7e-21f4-4f6a-9d3b-7f1f5a0c2b11/agentIdentityBlueprints.json"},
		{"../snapshot", "", "ztagent/5c0a9e7e-21f4-4f6a-9d3b-7f1f5a0c2b11/agentIdentityBlueprints.json"},
		{`C:\snapshot`, "", "ztagent/5c0a9e7e-21f4-4f6a-9d3b-7f1f5a0c2b11/agentIdentityBlueprints.json"},
		{"", "", "ztagent/5c0a9e7e-21f4-4f6a-9d3b-7f1f5a0c2b11/agentIdentityBlueprints.json"},
		{"/srv/snapshot", "audits/today", "audits/today/agentIdentityBlueprints.json"},
	} {
		r := sample()
		r.Snapshot = c.snapshot
		_, run := sarif(t, r, Options{SnapshotURI: c.option})
		assert.Equal(t, c.want, run.Results[0].Locations[0].Physical.Artifact.URI, c.snapshot)
	}
}

// Re-sorting or editing the snapshot, or other words, must open no new alert.
func TestSARIFFingerprintsAreStable(t *testing.T) {
	prints := func(r *audit.Report) []string {
		_, run := sarif(t, r, Options{})
		var all []string
		for _, result := range run.Results {
			all = append(all, result.Fingerprints["primaryLocationLineHash"])
		}
		slices.Sort(all)
		return all
	}
	r := sample()
	before := prints(r)
	for i := range r.Checks {
		for j := range r.Checks[i].Rules {
			findings := r.Checks[i].Rules[j].Findings
			slices.Reverse(findings)
			for k := range findings {
				findings[k].Message += " Really."
				for n := range findings[k].Evidence {
					findings[k].Evidence[n].Line += 100
				}
			}
		}
	}
	assert.Equal(t, before, prints(r))
	assert.Len(t, slices.Compact(before), r.Summary.Findings.Fail)
}

func TestSARIFKeepsTheMostSevereResults(t *testing.T) {
	b := newSample()
	b.check("a", "A", clause(audit.Control, "assume breach", "A"))
	b.addRule("low", "Low", audit.Low, "Fix it.")
	for i := range maxSARIFResults {
		b.fail("agentIdentity low "+itoa(i), "Low.", "", "", "", "")
	}
	b.addRule("critical", "Critical", audit.Critical, "Fix it.")
	b.fail("agentIdentity critical", "Critical.", "", "", "", "")
	_, run := sarif(t, b.done(), Options{})
	assert.Len(t, run.Results, maxSARIFResults)
	assert.Equal(t, "a/critical", run.Results[len(run.Results)-1].RuleID)
	notes := run.Invocations[0].Notifications
	assert.Equal(t, "1 result more than 25000 were left out, the least severe ones.", notes[len(notes)-1].Message.Text)
}

func TestSARIFMessagesHoldNoForeignLink(t *testing.T) {
	_, run := sarif(t, hostile(), Options{})
	link := regexp.MustCompile(`\]\(([^)]*)\)`)
	for _, result := range run.Results {
		for _, m := range link.FindAllStringSubmatch(result.Message.Text, -1) {
			assert.True(t, strings.HasPrefix(m[1], "https://entra.microsoft.com/"), m[1])
		}
		assert.NotContains(t, result.ViewerURI, "javascript")
	}
}

func TestSARIFVersions(t *testing.T) {
	for in, want := range map[string]string{
		"1.2.3": "1.2.3", "v1.2.3-rc.1+build": "1.2.3-rc.1+build", "dev": "0.0.0-dev", "": "0.0.0-unknown", "(devel) x": "0.0.0-devel-x",
	} {
		assert.Equal(t, want, semantic(in))
	}
}
