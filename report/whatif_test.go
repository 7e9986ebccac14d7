package report

import (
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/audit"
)

func withWhatIf() *audit.Report {
	r := sample()
	r.WhatIf = []audit.WhatIf{
		{RiskLevel: "none", NotBlocked: 38},
		{RiskLevel: "low", NotBlocked: 38},
		{RiskLevel: "medium", Blocked: 12, NotBlocked: 24, Unknown: 2},
		{RiskLevel: "high", Blocked: 36, NotBlocked: 1, Unknown: 1},
	}
	return r
}

func TestWhatIfIsOneLine(t *testing.T) {
	r := withWhatIf()
	const want = "Blocked at risk: none 0 · low 0 · medium 12 · high 36 of 38 (unknown: 2)"
	for name, write := range map[string]func(io.Writer, *audit.Report, Options) error{"table": Table, "markdown": Markdown} {
		var with, without strings.Builder
		require.NoError(t, write(&with, r, Options{}))
		require.NoError(t, write(&without, sample(), Options{}))
		assert.Regexp(t, `(?m)^ *`+regexp.QuoteMeta(want)+"$", with.String(), name)
		assert.NotContains(t, without.String(), "Blocked at risk", name)
	}
	assert.Empty(t, whatIfLine([]audit.WhatIf{{RiskLevel: "none"}}), "there is nobody to block")
	assert.Equal(t, "Blocked at risk: not known for any of 3", whatIfLine([]audit.WhatIf{{RiskLevel: "none", Unknown: 3}}))
}

func TestWhatIfIsKeptInJSON(t *testing.T) {
	r := withWhatIf()
	text := jsonText(t, r)
	assert.NoError(t, validate(t, compileSchema(t, "../docs/report.schema.json"), text))
	back, err := ReadJSON(strings.NewReader(text))
	require.NoError(t, err)
	assert.Equal(t, r.WhatIf, back.WhatIf)
	for _, c := range []struct{ old, wrong, pointer string }{
		{`"riskLevel": "low"`, `"riskLevel": "\u001b[31mlow"`, "/whatIf/1/riskLevel"},
		{`"blocked": 12`, `"blocked": -1`, "/whatIf/2"},
	} {
		_, err := ReadJSON(strings.NewReader(strings.Replace(text, c.old, c.wrong, 1)))
		assert.ErrorContains(t, err, c.pointer)
	}
}
