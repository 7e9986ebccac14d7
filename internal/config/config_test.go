package config

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/schematest"
)

const (
	schemaFile  = "../../docs/ztagent.schema.json"
	exampleFile = "../../docs/examples/ztagent.yaml"
)

func TestTheExampleIsTheDefaults(t *testing.T) {
	c, err := Load(exampleFile)
	require.NoError(t, err)
	assert.Equal(t, audit.DefaultConfig(), c.Audit)
	assert.Empty(t, c.Severities)
	assert.Empty(t, c.Off)

	// And it names every threshold there is.
	text, err := os.ReadFile(exampleFile)
	require.NoError(t, err)
	for i := range reflect.TypeFor[thresholds]().NumField() {
		key := reflect.TypeFor[thresholds]().Field(i).Tag.Get("yaml")
		assert.Contains(t, string(text), "  "+key+":", "the example does not show %s", key)
	}
}

func TestEveryThresholdIsLaid(t *testing.T) {
	var text strings.Builder
	text.WriteString("thresholds:\n")
	for i := range reflect.TypeFor[thresholds]().NumField() {
		text.WriteString("  " + reflect.TypeFor[thresholds]().Field(i).Tag.Get("yaml") + ": 7\n")
	}
	for _, list := range []string{"approvedIssuers", "requiredLogCategories", "publicCloudLogCategories", "classicAgentLogCategories"} {
		text.WriteString(list + ": [https://only]\n")
	}
	c, err := Parse("z.yaml", []byte(text.String()))
	require.NoError(t, err)
	const days = 7 * 24 * time.Hour
	only := []string{"https://only"}
	assert.Equal(t, audit.Config{
		CredentialFanOut: 7, CertificateMaxLifetime: days, CredentialExpiryWarning: days, RiskReviewWithin: days,
		AssignmentMaxLifetime: days, RetentionDays: 7, AgentSeenAfter: days, DrillGrace: 7 * time.Minute,
		DrillMaxAge: days, KillSwitchHolders: 7, AttestationMaxAge: days, InactiveAfter: days,
		TrustedRangeAddresses: 7, WaiverMaxLifetime: days,
		ApprovedIssuers: only, RequiredLogCategories: only, PublicCloudLogCategories: only, ClassicAgentLogCategories: only,
	}, c.Audit)
}

func TestListsReplaceOrExtendTheDefaults(t *testing.T) {
	c, err := Parse("z.yaml", []byte(`
approvedIssuers: [defaults, "https://idp.contoso.example/"]
requiredLogCategories: []
publicCloudLogCategories:
`))
	require.NoError(t, err)
	builtIn := audit.DefaultConfig()
	assert.Equal(t, append(builtIn.ApprovedIssuers, "https://idp.contoso.example/"), c.Audit.ApprovedIssuers)
	assert.Equal(t, []string{}, c.Audit.RequiredLogCategories, "an empty list asks for nothing")
	assert.Equal(t, builtIn.PublicCloudLogCategories, c.Audit.PublicCloudLogCategories, "no list asks for the defaults")
}

func TestFlagsAndDecisions(t *testing.T) {
	c, err := Parse("dir/z.yaml", []byte(`failOn: high
minSeverity: medium
unknown: warn
waivers: waivers.yaml
attestations: attestations.yaml
severities:
  kill-switch/never-drilled: low
off: [rate-limiting, kill-switch/drill-stale]
`))
	require.NoError(t, err)
	assert.Equal(t, []string{"high", "medium", "warn", "waivers.yaml", "attestations.yaml"},
		[]string{c.FailOn, c.MinSeverity, c.Unknown, c.Waivers, c.Attestations})
	assert.Equal(t, map[string]audit.Severity{"kill-switch/never-drilled": audit.Low}, c.Severities)
	assert.Equal(t, []string{"rate-limiting", "kill-switch/drill-stale"}, c.Off)

	known := []string{"rate-limiting", "kill-switch", "kill-switch/never-drilled", "kill-switch/drill-stale"}
	assert.NoError(t, c.Validate(known))
	assert.EqualError(t, c.Validate(known[:3]),
		`dir/z.yaml:8: off: there is no check or rule "kill-switch/drill-stale"`)
	assert.EqualError(t, c.Validate([]string{"rate-limiting", "kill-switch", "kill-switch/never-drill", "kill-switch/drill-stale"}),
		`dir/z.yaml:7: severities: there is no rule "kill-switch/never-drilled"; did you mean "kill-switch/never-drill"?`)
}

// refused are files that neither the parser nor the published schema accepts.
var refused = map[string]string{
	"threshold:\n  retentionDays: 3\n":            `z.yaml:1: the file has no key "threshold"; did you mean "thresholds"?`,
	"thresholds:\n  retentionDay: 3\n":            `z.yaml:2: thresholds has no key "retentionDay"; did you mean "retentionDays"?`,
	"thresholds:\n  retentionDays: 3d\n":          `z.yaml:2: a whole number is due, not "3d"`,
	"thresholds:\n  drillMaxAgeDays: 36501\n":     `z.yaml:2: 36501 is over 36500`,
	"thresholds:\n  killSwitchHolders: -1\n":      `z.yaml:2: a whole number is due, not "-1"`,
	"approvedIssuers:\n- https://a\n- http://b\n": `z.yaml:3: issuer "http://b" does not begin with https://`,
	"approvedIssuers: https://a\n":                `z.yaml:1: a list is due`,
	"requiredLogCategories: [AuditLogs, '']\n":    `z.yaml:1: each entry must be a text`,
	"severities:\n  a/b: severe\n":                `z.yaml:2: "severe" is no severity: critical, high, medium, low or info is due`,
	"severities: [a/b]\n":                         `z.yaml:1: a mapping of check/rule to severity is due`,
	"failOn: info\n":                              `z.yaml:1: "info" is not one of critical, high, medium, low, never`,
	"unknown: warning\n":                          `z.yaml:1: "warning" is not one of fail, warn, ignore; did you mean "warn"?`,
	"minSeverity: hihg\n":                         `z.yaml:1: "hihg" is not one of critical, high, medium, low, info`,
}

func TestFaultsNameFileLineAndWhatWasMeant(t *testing.T) {
	for text, want := range refused {
		_, err := Parse("z.yaml", []byte(text))
		if assert.Error(t, err, text) {
			assert.Contains(t, err.Error(), want, text)
		}
	}
	_, err := Parse("z.yaml", []byte("severities:\n  a/b: low\n  a/b: high\n"))
	assert.ErrorContains(t, err, `z.yaml:3: "a/b" is there twice`)
}

func TestTheSchemaAgreesWithTheParser(t *testing.T) {
	example, err := os.ReadFile(exampleFile)
	require.NoError(t, err)
	for _, text := range []string{
		string(example), "", "thresholds:\noff:\nseverities:\n",
		"failOn: never\nunknown: ignore\nminSeverity: info\nwaivers: w.yaml\nattestations: a.yaml\n",
		"severities: {a/b: low}\noff: [a, a/b]\napprovedIssuers: [defaults, 'https://x']\n",
	} {
		_, err := Parse("z.yaml", []byte(text))
		assert.NoError(t, err, text)
		assert.NoError(t, schematest.ValidateYAML([]byte(text), schemaFile), text)
	}
	for text := range refused {
		assert.Error(t, schematest.ValidateYAML([]byte(text), schemaFile), text)
	}
}

func TestTheSchemaHasEveryKeyAndItsDefault(t *testing.T) {
	type object struct {
		Properties map[string]object `json:"properties"`
		Default    *float64          `json:"default"`
	}
	text, err := os.ReadFile(schemaFile)
	require.NoError(t, err)
	var schema object
	require.NoError(t, json.Unmarshal(text, &schema))
	keys := func(properties map[string]object) []string {
		var names []string
		for name := range properties {
			names = append(names, name)
		}
		return names
	}
	assert.ElementsMatch(t, yamlKeys(reflect.TypeFor[document]()), keys(schema.Properties))
	inner := schema.Properties["thresholds"].Properties
	assert.ElementsMatch(t, yamlKeys(reflect.TypeFor[thresholds]()), keys(inner))

	example, err := os.ReadFile(exampleFile)
	require.NoError(t, err)
	for name, property := range inner {
		if assert.NotNil(t, property.Default, name) {
			value, _ := json.Marshal(*property.Default)
			assert.Contains(t, string(example), "  "+name+": "+string(value)+"\n")
		}
	}
}

func yamlKeys(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		names = append(names, t.Field(i).Tag.Get("yaml"))
	}
	return names
}
