package report

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/audit"
)

// as turns a writer of this package into one that render takes.
func as(write func(io.Writer, *audit.Report, Options) error) writer {
	return func(w *bytes.Buffer, r *audit.Report, o Options) error { return write(w, r, o) }
}

func TestGoldens(t *testing.T) {
	for name, text := range map[string]string{
		"sample.md":        render(t, as(Markdown), sample(), Options{}),
		"hostile.md":       render(t, as(Markdown), hostile(), Options{MaxPerRule: -1}),
		"sample.csv":       render(t, as(CSV), sample(), Options{}),
		"hostile.csv":      render(t, as(CSV), hostile(), Options{}),
		"sample.junit.xml": render(t, as(JUnit), sample(), Options{}),
		"sample.ocsf.json": render(t, as(OCSF), sample(), Options{}),
		"sample.github":    render(t, as(Annotations), sample(), Options{}),
		"hostile.github":   render(t, as(Annotations), hostile(), Options{}),
		"sample.azure":     render(t, as(Annotations), sample(), Options{Dialect: AnnotateAzure}),
		"hostile.azure":    render(t, as(Annotations), hostile(), Options{Dialect: AnnotateAzure}),
	} {
		golden(t, name, []byte(text))
	}
}

func readCSV(t *testing.T, text string) []map[string]string {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, csvHeader, records[0])
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, cell := range record {
			row[csvHeader[i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

func TestCSVIsRFC4180(t *testing.T) {
	text := render(t, as(CSV), hostile(), Options{BOM: true})
	assert.True(t, strings.HasPrefix(text, "\ufeffstatus,severity,"))
	assert.Equal(t, strings.Count(text, "\n"), strings.Count(text, "\r\n"), "lines end with CRLF, and cells have none")
	assert.Len(t, readCSV(t, strings.TrimPrefix(text, "\ufeff")), hostile().Summary.Findings.Fail)
}

func TestCSVHoldsNoFormula(t *testing.T) {
	for _, row := range readCSV(t, render(t, as(CSV), hostile(), Options{})) {
		for column, cell := range row {
			first := strings.TrimLeft(cell, " \u00a0\t\"")
			assert.False(t, first != "" && strings.ContainsAny(first[:1], "=+-@|%"), "%s: %q", column, cell)
			assert.False(t, strings.HasPrefix(first, "＝"))
		}
	}
	assert.Equal(t, "'=1+1", noFormula("=1+1"))
	assert.Equal(t, "' \"=1", noFormula(" \"=1"))
	assert.Equal(t, "a=1", noFormula("a=1"))
	assert.Empty(t, noFormula(""))
}

func TestJUnitCounts(t *testing.T) {
	var all junitSuites
	require.NoError(t, xml.Unmarshal([]byte(render(t, as(JUnit), sample(), Options{})), &all))
	sum := junitSuites{}
	for _, s := range all.Suites {
		sum.Tests += s.Tests
		for _, c := range s.Cases {
			if c.Failure != nil {
				sum.Failures++
			}
			if c.Error != nil {
				sum.Errors++
			}
			if c.Skipped != nil {
				sum.Skipped++
			}
		}
		assert.Len(t, s.Cases, s.Tests)
	}
	assert.Equal(t, []int{all.Tests, all.Failures, all.Errors, all.Skipped}, []int{sum.Tests, sum.Failures, sum.Errors, sum.Skipped})
	assert.Len(t, all.Suites, len(sample().Checks))
}

func TestJUnitSurvivesHostileNames(t *testing.T) {
	var all junitSuites
	require.NoError(t, xml.Unmarshal([]byte(render(t, as(JUnit), hostile(), Options{})), &all))
	assert.Equal(t, hostile().Summary.Findings.Fail, all.Failures)
	found := false
	for _, c := range all.Suites[0].Cases {
		found = found || strings.HasPrefix(c.Name, "]]> <![CDATA[ & &amp; ⟨U+0000⟩")
	}
	assert.True(t, found, "the name comes back as it is")
}

func TestOCSFIsWhatItsSchemaSays(t *testing.T) {
	schema := compileSchema(t, "testdata/ocsf-1.5.0-compliance_finding.schema.json")
	for _, r := range []*audit.Report{sample(), hostile()} {
		lines := strings.Split(strings.TrimSuffix(render(t, as(OCSF), r, Options{ShowPasses: true}), "\n"), "\n")
		for _, line := range lines {
			assert.NoError(t, validate(t, schema, line))
		}
	}
	line, _, _ := strings.Cut(render(t, as(OCSF), sample(), Options{}), "\n")
	assert.Error(t, validate(t, schema, strings.Replace(line, `"severity_id"`, `"severity_uid"`, 1)))
	var e ocsfEvent
	require.NoError(t, json.Unmarshal([]byte(line), &e))
	assert.EqualValues(t, 1795162500000, e.Time)
	assert.Equal(t, "unique-identity/shared-certificate", e.Compliance.Control)
	assert.Empty(t, render(t, as(OCSF), bare(), Options{}))
}

func TestAnnotationsAreCommandsAndNothingElse(t *testing.T) {
	r := hostile()
	for line := range strings.Lines(render(t, as(Annotations), r, Options{})) {
		assert.Regexp(t, `^::error [^:]*::[^\n]*\n$`, line)
	}
	for line := range strings.Lines(render(t, as(Annotations), r, Options{Dialect: AnnotateAzure})) {
		assert.Regexp(t, `^##vso\[task\.logissue [^\]]*\][^\n]*\n$`, line)
		assert.Equal(t, 1, strings.Count(line, "##vso["))
	}
	assert.Error(t, Annotations(io.Discard, r, Options{Dialect: "gitlab"}))
	assert.Equal(t, "%25 %0A%0D", gitHubData.Replace("% \n\r"))
	assert.Equal(t, "%3A%2C", gitHubProperty.Replace(":,"))
}

func TestAnnotationsAreBounded(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(render(t, as(Annotations), sample(), Options{})), "\n")
	assert.Len(t, lines, maxAnnotations+1)
	assert.Equal(t, "and 1 failing finding more", lines[maxAnnotations])
	assert.True(t, strings.HasPrefix(lines[0], "::error file=fixtures/contoso/agentIdentityBlueprints.json,line=37,"), lines[0])
}

func TestMarkdownStaysWithinItsBudget(t *testing.T) {
	whole := render(t, as(Markdown), sample(), Options{})
	for budget := 3000; budget < len(whole)+500; budget += 997 {
		text := render(t, as(Markdown), sample(), Options{MaxBytes: budget})
		assert.LessOrEqual(t, len(text), budget)
		assert.Equal(t, strings.Count(text, "<details>"), strings.Count(text, "</details>"))
		if len(whole)+200 <= budget {
			assert.Equal(t, whole, text)
		} else if len(text) < len(whole) {
			assert.Contains(t, text, "left out to stay within the size limit")
		}
	}
}

func TestMarkdownEscapes(t *testing.T) {
	for in, want := range map[string]string{
		"a_b*c*":               `a\_b\*c\*`,
		"[x](javascript:y)":    `\[x\](javascript:y)`,
		"<img src=x>":          "&lt;img src=x&gt;",
		"@octocat #1 a|b":      `@<!-- -->octocat #<!-- -->1 a\|b`,
		"https://evil.example": "https:<!-- -->//evil.example",
		"www.evil.example":     "www<!-- -->.evil.example",
		"1. a":                 `1\. a`, "# h": `\# h`, "- x": `\- x`, "1 a": "1 a",
		"$x$ `y`": "&dollar;x&dollar; \\`y\\`",
	} {
		assert.Equal(t, want, mdText(in))
	}
	assert.Equal(t, "`x`", mdCode("x"))
	assert.Equal(t, "`` a`b ``", mdCode("a`b"))
	assert.Equal(t, `a\|b`, mdCell("a|b"))
	assert.Equal(t, `a\|b`, mdCell(`a\|b`))
	assert.Equal(t, "&lt;b> `<id>` &lt;/details>", mdBlock("<b> `<id>` </details>"))
	assert.Equal(t, "`&lt;b>", mdBlock("`<b>"))
}
