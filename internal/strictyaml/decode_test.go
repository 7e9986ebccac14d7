package strictyaml

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type outer struct {
	Limits struct {
		MaxDays Count `yaml:"maxDays"`
	} `yaml:"limits"`
	Items []struct {
		Name Text   `yaml:"name"`
		On   bool   `yaml:"on"`
		End  Moment `yaml:"end"`
	} `yaml:"items"`
}

func TestDecode(t *testing.T) {
	var v outer
	require.NoError(t, Decode("f.yaml", []byte(`
limits: {maxDays: 30}
items:
  - name: 2026
    on: true
    end: 2026-11-20
  - {name: , end: 2026-11-20T08:00:00+02:00}
`), &v))
	assert.Equal(t, uint64(30), v.Limits.MaxDays.Value)
	require.Len(t, v.Items, 2)
	assert.Equal(t, Text{"2026", 4}, v.Items[0].Name)
	assert.Equal(t, time.Date(2026, 11, 20, 23, 59, 59, 0, time.UTC), v.Items[0].End.End())
	assert.Equal(t, time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC), v.Items[1].End.End())
	assert.Empty(t, v.Items[1].Name.Value)
}

func TestAnEmptyFileSaysNothing(t *testing.T) {
	for _, text := range []string{"", "# only a comment\n", "---\n", "items:\n"} {
		var v outer
		assert.NoError(t, Decode("f.yaml", []byte(text), &v), "%q", text)
		assert.Empty(t, v.Items)
	}
}

func TestFaultsNameFileAndLine(t *testing.T) {
	for text, want := range map[string]string{
		"limit:\n  maxDays: 3\n":                `f.yaml:1: the file has no key "limit"; did you mean "limits"?`,
		"limits:\n  maxDay: 3\n":                `f.yaml:2: limits has no key "maxDay"; did you mean "maxDays"?`,
		"items:\n  - name: x\n    colour: red":  `f.yaml:3: items has no key "colour"`,
		"limits:\n  maxDays: 30d\n":             `f.yaml:2: a whole number is due, not "30d"`,
		"limits:\n  maxDays: -1\n":              `f.yaml:2: a whole number is due, not "-1"`,
		"limits:\n  maxDays: 99999999999999\n":  `f.yaml:2: a whole number is due, not "99999999999999"`,
		"items:\n  - end: tomorrow\n":           `f.yaml:2: "tomorrow" is neither a date such as 2027-01-31 nor an RFC 3339 time`,
		"items:\n  - end: 2026-02-30\n":         `f.yaml:2: "2026-02-30" is neither a date such as 2027-01-31 nor an RFC 3339 time`,
		"items:\n  - name: [a]\n":               `f.yaml:2: a single text is due`,
		"items:\n  - on: perhaps\n":             `f.yaml:2: true or false is due, not "perhaps"`,
		"items: {a: 1}\n":                       `f.yaml:1: a list is due, not a mapping`,
		"items: 3\n":                            `f.yaml:1: a list is due, not "3"`,
		"- a\n- b\n":                            `f.yaml:1: the file must be a mapping of keys to values`,
		"limits: 3\n":                           `f.yaml:1: limits must be a mapping of keys to values`,
		"limits: {}\nlimits: {}\n":              `f.yaml:2: mapping key "limits" already defined at line 1`,
		"limits: {}\n---\nlimits: {}\n":         `f.yaml: only one YAML document is read; remove the one behind "---"`,
		"a: &x {maxDays: 3}\nlimits: *x\n":      `f.yaml:1: the file has no key "a"`,
		"limits: &x {maxDays: 3}\nitems: *x\n":  `f.yaml:2: aliases are not read here; write the value out`,
		"limits:\n\tmaxDays: 3\n":               `f.yaml:2: found character that cannot start any token`,
		"limits: {maxDays: 3\n":                 `f.yaml:1: did not find expected ',' or '}'`,
		strings.Repeat("# much\n", maxSize/7+1): `f.yaml: the file is larger than 4 MiB`,
	} {
		var v outer
		err := Decode("f.yaml", []byte(text), &v)
		require.Error(t, err, "%.60q", text)
		assert.Contains(t, err.Error(), want, "%.60q", text)
	}
}
