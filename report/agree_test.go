package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/audit"
)

// format is a writer with the options that make it say the most.
type format struct {
	direct func(io.Writer, *audit.Report, Options) error
	o      Options
}

func (f format) write(w *bytes.Buffer, r *audit.Report, o Options) error { return f.direct(w, r, o) }

func everyFormat() map[string]format {
	return map[string]format{
		"table":       {Table, Options{MaxPerRule: -1}},
		"table, wide": {Table, Options{MaxPerRule: -1, Width: 160}},
		"json":        {JSON, Options{}},
		"sarif":       {SARIF, Options{}},
		"sarif, full": {SARIF, Options{SARIFProfile: SARIFFull}},
		"markdown":    {Markdown, Options{MaxPerRule: -1}},
		"csv":         {CSV, Options{}},
		"junit":       {JUnit, Options{}},
		"ocsf":        {OCSF, Options{}},
		"html":        {HTML, Options{}},
		// Whatever the report: dossiers change no number.
		"html, dossiers": {HTML, Options{Dossiers: sampleDossiers()}},
		"github":         {Annotations, Options{}},
		"azure":          {Annotations, Options{Dialect: AnnotateAzure}},
	}
}

// All formats say what the JSON says: every one is counted by its own means.
func TestAllFormatsAgreeWithTheJSON(t *testing.T) {
	for name, r := range map[string]*audit.Report{"sample": sample(), "hostile": hostile(), "bare": bare(), "crowd": crowded(600)} {
		t.Run(name, func(t *testing.T) {
			texts := map[string]string{}
			for format, f := range everyFormat() {
				texts[format] = render(t, f.write, r, f.o)
			}
			saved, err := ReadJSON(strings.NewReader(texts["json"]))
			require.NoError(t, err)
			want, notices, unrun := audit.Counts{}, 0, 0
			perRule, bySeverity := map[string]int{}, map[string]int{}
			for _, c := range saved.Checks {
				for _, rule := range c.Rules {
					if rule.Status == audit.Unknown && len(rule.Findings) == 0 {
						unrun++
					}
					for _, f := range rule.Findings {
						count(&want, f.Status)
						if !quiet(f.Status) {
							perRule[rule.ID+" "+f.Status.String()]++
						}
						if f.Status == audit.Fail {
							bySeverity[string(f.Severity)]++
						}
						if f.Status == audit.Fail && f.Severity == audit.Info {
							notices++
						}
					}
				}
			}
			assert.Equal(t, saved.Summary.Findings.Fail, want.Fail)

			for _, table := range []string{"table", "table, wide"} {
				failing, _, _ := strings.Cut(section(texts[table], "Failing findings ─"), "\nUnknown ─")
				assert.Equal(t, want.Fail, len(regexp.MustCompile(`(?m)^  ✗ `).FindAllString(failing, -1)), table)
			}

			_, github := sarif(t, r, Options{})
			assert.Len(t, github.Results, want.Fail)
			_, full := sarif(t, r, Options{SARIFProfile: SARIFFull})
			assert.Len(t, full.Results, want.Evaluated)

			rows, rowsPerRule := map[string]int{}, map[string]int{}
			for _, row := range readCSV(t, texts["csv"]) {
				rows[row["status"]]++
				if row["resourceType"] != "" {
					rowsPerRule[row["rule"]+" "+row["status"]]++
				}
			}
			assert.Equal(t, perRule, rowsPerRule)
			assert.Equal(t, nonZero(map[string]int{"fail": want.Fail, "unknown": want.Unknown + unrun, "manual": want.Manual, "waived": want.Waived}), rows)

			var suites junitSuites
			require.NoError(t, xml.Unmarshal([]byte(texts["junit"]), &suites))
			assert.Equal(t, want.Fail-notices, suites.Failures)
			assert.Equal(t, want.Unknown+unrun, suites.Errors)

			events := map[string]int{}
			for _, m := range regexp.MustCompile(`"status_code":"(\w+)"`).FindAllStringSubmatch(texts["ocsf"], -1) {
				events[m[1]]++
			}
			assert.Equal(t, rows, events)

			listed := section(texts["markdown"], "### Failing findings")
			listed, _, _ = strings.Cut(listed, "### Unknown")
			listed, _, _ = strings.Cut(listed, "<summary>For a person")
			assert.Equal(t, want.Fail, len(regexp.MustCompile("(?m)^- `").FindAllString(listed, -1)))

			for _, html := range []string{"html", "html, dossiers"} {
				page := htmlPageData(t, texts[html])
				shown, shownPerRule, shownBySeverity := map[string]int{}, map[string]int{}, map[string]int{}
				for _, f := range page.Findings {
					shown[f.Status]++
					shownPerRule[page.Rules[f.Rule].ID+" "+f.Status]++
					if f.Status == "fail" {
						shownBySeverity[page.Severities[f.Severity]]++
					}
				}
				assert.Equal(t, nonZero(map[string]int{"fail": want.Fail, "unknown": want.Unknown, "manual": want.Manual, "waived": want.Waived}), shown)
				assert.Equal(t, perRule, shownPerRule)
				assert.Equal(t, bySeverity, shownBySeverity)
				u := CountUnknown(saved, true)
				tiles := strings.Join(strings.Fields(texts[html]), " ")
				for _, tile := range []string{
					fmt.Sprintf("<dt>Agent identities</dt><dd>%d <small>%d active", saved.Summary.Agents, saved.Summary.Active),
					fmt.Sprintf("<dt>Judged</dt><dd>%d <small>%d pass", judged(saved.Summary.Findings), saved.Summary.Findings.Pass),
					fmt.Sprintf("<dt>Rules unknown</dt><dd>%d", u.Total()),
					fmt.Sprintf("<dt>Findings waived</dt><dd>%d", saved.Summary.Findings.Waived),
					fmt.Sprintf("of %d checks fail", saved.Summary.Checks.Evaluated),
				} {
					assert.Contains(t, tiles, tile)
				}
			}

			for _, dialect := range []string{"github", "azure"} {
				assert.Equal(t, min(want.Fail, maxAnnotations), len(regexp.MustCompile(`(?m)^(::|##vso)`).FindAllString(texts[dialect], -1)))
			}
			for _, format := range []string{"table", "markdown", "html"} {
				first, _, _ := strings.Cut(Verdict(r), " (")
				assert.True(t, strings.Contains(strings.Join(strings.Fields(texts[format]), " "), first), format)
			}
		})
	}
}

func section(text, from string) string {
	_, rest, _ := strings.Cut(text, from)
	return rest
}

func nonZero(m map[string]int) map[string]int {
	for k, n := range m {
		if n == 0 {
			delete(m, k)
		}
	}
	return m
}

// Whatever a tenant calls its objects, no format carries a control character, a
// bidi control or a pipeline's command, and none is flooded by a long name.
func TestHostileNamesInEveryFormat(t *testing.T) {
	flood := machineLimits.text + 1
	command := regexp.MustCompile(`(?mi)^[\s\p{Zs}]*::[a-z]|##(vso)?\[`)
	for name, f := range everyFormat() {
		t.Run(name, func(t *testing.T) {
			text := render(t, f.write, hostile(), f.o)
			for _, r := range text {
				if hidden(r) && r != '\n' && r != 0x200d && (r != '\r' || name != "csv") {
					assert.Fail(t, "hidden character", "%U", r)
					return
				}
			}
			if name != "json" { // which is lossless
				assert.False(t, strings.Contains(text, strings.Repeat("x", flood)))
				assert.False(t, strings.Contains(text, strings.Repeat("請", flood)))
			}
			if name != "github" && name != "azure" {
				assert.Empty(t, command.FindString(text))
			}
			assert.True(t, strings.HasSuffix(text, "\n"))
			assert.NotContains(t, strings.ReplaceAll(text, "\r\n", "\n"), "\r")
		})
	}
}

// A full disk is an error in every format, never a short report.
func TestWritersReportAFailingWriter(t *testing.T) {
	for name, write := range map[string]func(io.Writer, *audit.Report, Options) error{
		"table": Table, "json": JSON, "sarif": SARIF, "markdown": Markdown, "csv": CSV,
		"junit": JUnit, "ocsf": OCSF, "html": HTML, "annotations": Annotations,
	} {
		assert.Error(t, write(brokenWriter{}, sample(), Options{}), name)
	}
}

// The same report gives the same bytes, and the writers leave it as it was.
func TestWritersArePure(t *testing.T) {
	for name, f := range everyFormat() {
		r := sample()
		first := render(t, f.write, r, f.o)
		assert.Equal(t, sample(), r, name)
		for range 3 {
			assert.True(t, first == render(t, f.write, r, f.o), name)
		}
	}
}
