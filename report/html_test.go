package report

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/audit"
)

// between returns what stands between the first from and the next to.
func between(t *testing.T, s, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, from)
	require.True(t, ok, from)
	inside, _, ok := strings.Cut(rest, to)
	require.True(t, ok, to)
	return inside
}

func htmlPageData(t *testing.T, page string) htmlDataset {
	t.Helper()
	var d htmlDataset
	require.NoError(t, json.Unmarshal([]byte(between(t, page, `id="data">`, "</script>")), &d, json.RejectUnknownMembers(true)))
	return d
}

func TestHTMLPolicyAllowsItsOwnTextsOnly(t *testing.T) {
	for _, r := range []*audit.Report{sample(), hostile(), bare()} {
		page := render(t, as(HTML), r, Options{})
		policy := strings.NewReplacer("&#39;", "'", "&#43;", "+").Replace(between(t, page, `http-equiv="Content-Security-Policy" content="`, `"`))
		assert.Equal(t, "default-src 'none'; base-uri 'none'; form-action 'none'; "+
			"style-src "+sourceHash([]byte(between(t, page, "<style>", "</style>")))+"; "+
			"script-src "+sourceHash([]byte(between(t, page, "<script>", "</script>"))), policy)
	}
}

func TestHTMLLoadsNothing(t *testing.T) {
	loads := regexp.MustCompile(`(?i)\ssrc=|srcset|@import|url\(|<link|<iframe|<img|<object|<base|\son[a-z]+=|\sstyle=`)
	page := render(t, as(HTML), sample(), Options{})
	_, body, _ := strings.Cut(page, "</style>")
	assert.Empty(t, loads.FindAllString(strings.Replace(body, between(t, page, "<script>", "</script>"), "", 1), -1))
	assert.Empty(t, regexp.MustCompile(`(?i)@import|url\(`).FindAllString(between(t, page, "<style>", "</style>"), -1))
	assert.Empty(t, regexp.MustCompile(`innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function|fetch\(|XMLHttp|sendBeacon`).
		FindAllString(between(t, page, "<script>", "</script>"), -1), "the script makes no markup and no request")
}

func TestHTMLIsSmall(t *testing.T) {
	page := render(t, as(HTML), sample(), Options{})
	data := between(t, page, `id="data">`, "</script>")
	assert.Less(t, len(page)-len(data), 150_000)
	empty := render(t, as(HTML), bare(), Options{})
	assert.Less(t, len(empty), 60_000, "leaves room for the texts of every rule")
}

// Byte by byte: nothing that a tenant controls makes a tag, ends the data block,
// or reaches the page with a control character.
func TestHTMLHostileNamesAreText(t *testing.T) {
	page := render(t, as(HTML), hostile(), Options{})
	assert.Equal(t, 2, strings.Count(page, "<script"))
	assert.Equal(t, 2, strings.Count(page, "</script"))
	for _, markup := range []string{"<img", "<svg/", `href="javascript`, "<!-- -->"} {
		assert.False(t, strings.Contains(page, markup), markup)
	}
	assert.False(t, strings.Contains(between(t, page, `id="data">`, "</script>"), "<"))
	for _, r := range page {
		assert.False(t, hidden(r) && r != '\n' && r != 0x200d, "%U", r) // the emoji's own joiner
	}
	names := map[string]bool{}
	for _, f := range htmlPageData(t, page).Findings {
		names[f.Name] = true
		assert.True(t, f.Link == "" || strings.HasPrefix(f.Link, "https://entra.microsoft.com/"), f.Link)
	}
	assert.True(t, names["<script>alert(1)</script><img src=x onerror=alert(1)>"], "it is shown as it is")
}

// The numbers on top of the page are those of the JSON's summary and the verdict.
func TestHTMLNumbersAreTheSummarys(t *testing.T) {
	for name, r := range map[string]*audit.Report{"sample": sample(), "bare": bare(), "what-if": withWhatIf()} {
		page := strings.Join(strings.Fields(render(t, as(HTML), r, Options{})), " ")
		u := CountUnknown(r, true)
		assert.Equal(t, r.Summary.Rules.Unknown, u.Verdict, name)
		assert.Contains(t, page, "<dt>Rules unknown</dt><dd>"+itoa(u.Total()), name)
		assert.Contains(t, page, "<dt>Findings waived</dt><dd>"+itoa(r.Summary.Findings.Waived)+"</dd>", name)
		assert.Contains(t, page, "<dt>Judged</dt><dd>"+itoa(judged(r.Summary.Findings))+" <small>"+itoa(r.Summary.Findings.Pass)+" pass</small>", name)
		for s, n := range r.Summary.FailsBySeverity {
			assert.Contains(t, page, "<b>"+itoa(n)+"</b> "+string(s)+"</button>", name)
		}
		for _, l := range r.WhatIf {
			assert.Contains(t, page, "risk "+l.RiskLevel+"</span>", name)
			assert.Contains(t, page, fmt.Sprintf("%d of %d blocked", l.Blocked, l.Blocked+l.NotBlocked+l.Unknown), name)
		}
		assert.Equal(t, len(r.WhatIf) > 0, strings.Contains(page, "If an agent were at risk"), name)
	}
}

func TestHTMLSaysWhatItDoesNotList(t *testing.T) {
	assert.Contains(t, render(t, as(HTML), sample(), Options{MinSeverity: audit.High}), "Findings less severe than high are counted above, and not listed.")
	assert.NotContains(t, render(t, as(HTML), sample(), Options{}), "are counted above")
}

// The same for what a dossier holds, in every field of it.
func TestHTMLHostileDossiersAreText(t *testing.T) {
	page := render(t, as(HTML), hostile(), Options{Dossiers: hostileDossiers()})
	data := between(t, page, `id="data">`, "</script>")
	assert.Equal(t, 2, strings.Count(page, "<script"))
	assert.False(t, strings.Contains(data, "<"))
	assert.False(t, strings.Contains(data, strings.Repeat("x", humanLimits.text+1)))
	for _, r := range page {
		assert.False(t, hidden(r) && r != '\n' && r != 0x200d, "%U", r)
	}
	d := htmlPageData(t, page).Dossiers
	require.Len(t, d.Agents, len(hostileNames()))
	for _, a := range d.Agents {
		assert.Empty(t, a.Link)
		assert.NotEmpty(t, a.Name, "it has something to be clicked on")
		assert.Equal(t, "uynu", a.WhatIf)
		assert.Len(t, a.Sections, 2)
	}
	assert.Equal(t, "<script>alert(1)</script><img src=x onerror=alert(1)>", d.Agents[2].Name)
}

// What agents have in common is written once.
func TestHTMLWritesSharedSectionsOnce(t *testing.T) {
	d := htmlPageData(t, render(t, as(HTML), sample(), Options{Dossiers: sampleDossiers()})).Dossiers
	assert.Len(t, d.Agents, len(sampleAgents))
	assert.Len(t, d.Sections, len(sampleAgents)+4, "each has an identity of its own")
	for _, a := range d.Agents {
		for _, section := range a.Sections {
			for _, row := range d.Sections[section].Rows {
				assert.Less(t, row, len(d.Rows))
			}
		}
	}
	assert.Equal(t, 3, d.LeftOut)
}

func TestHTMLMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"One\ntwo.\n\nThree.":              "<p>One two.</p><p>Three.</p>",
		"1. Open `x`.\n2. **Look**.":       "<ol><li>Open <code>x</code>.</li><li><strong>Look</strong>.</li></ol>",
		"- a\n- b\n\nc":                    "<ul><li>a</li><li>b</li></ul><p>c</p>",
		"```\naz <x>\n  y\n```":            "<pre><code>az &lt;x&gt;\n  y</code></pre>",
		"[docs](https://a.example/b)":      `<p><a href="https://a.example/b" rel="noreferrer" target="_blank">docs</a></p>`,
		"[docs](javascript:alert)":         "<p>docs</p>",
		"<img src=x> & `<b>`":              "<p>&lt;img src=x&gt; &amp; <code>&lt;b&gt;</code></p>",
		"```\nnever closed":                "<pre><code>never closed</code></pre>",
		`[x](https://a.example/"onclick=)`: `<p><a href="https://a.example/%22onclick=" rel="noreferrer" target="_blank">x</a></p>`,
	} {
		assert.Equal(t, want, string(htmlMarkdown(in)), in)
	}
}

func FuzzHTMLMarkdown(f *testing.F) {
	f.Add("1. a `b` [c](https://d.example) **e**\n```\n<f>\n```")
	tags := regexp.MustCompile(`</?(?:p|ol|ul|li|pre|code|strong)>|<a href="https://[^"<>]*" rel="noreferrer" target="_blank">|</a>`)
	f.Fuzz(func(t *testing.T, s string) {
		rest := tags.ReplaceAllString(string(htmlMarkdown(neutralLines(s))), "")
		assert.NotContains(t, rest, "<")
		assert.NotContains(t, rest, ">")
	})
}

func TestSafeLink(t *testing.T) {
	for in, want := range map[string]string{
		"https://entra.microsoft.com/#view/x/objectId/1": "https://entra.microsoft.com/#view/x/objectId/1",
		"http://a.example":                       "",
		"javascript:alert(1)":                    "",
		"https://user@a.example":                 "",
		"https:///x":                             "",
		"https://a.example/\u202e":               "",
		"\x20https://a.example":                  "",
		"//a.example":                            "",
		"https://a/" + strings.Repeat("x", 3000): "",
	} {
		assert.Equal(t, want, safeLink(in))
	}
}

func TestBarsAddUp(t *testing.T) {
	b := newBar(audit.Counts{Evaluated: 10_002, Pass: 10_000, Fail: 1, NotApplicable: 1})
	require.Len(t, b.Shares, 2)
	assert.Equal(t, "10000 pass, 1 fail", b.Label)
	assert.InDelta(t, 100, b.Shares[0].Size+b.Shares[1].Size, 0.02)
	assert.InDelta(t, b.Shares[0].Size, b.Shares[1].X, 1e-9)
	assert.Greater(t, b.Shares[1].Size, 1.0, "one of ten thousand is still seen")
	assert.Equal(t, "nothing judged", newBar(audit.Counts{}).Label)
}
