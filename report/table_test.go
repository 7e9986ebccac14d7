package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ztagent/ztagent/internal/audit"
)

func tableText(t *testing.T, r *audit.Report, o Options) string {
	return render(t, func(w *bytes.Buffer, r *audit.Report, o Options) error { return Table(w, r, o) }, r, o)
}

func TestTableGolden(t *testing.T) {
	golden(t, "table-80.txt", []byte(tableText(t, sample(), Options{})))
	golden(t, "table-120.ansi", []byte(tableText(t, sample(), Options{Width: 120, Color: true})))
	golden(t, "table-bare.txt", []byte(tableText(t, bare(), Options{})))
	golden(t, "table-hostile.txt", []byte(tableText(t, hostile(), Options{})))
	golden(t, "table-page.txt", []byte(tableText(t, sample(), Options{Page: true})))
}

func TestAPageIsAPage(t *testing.T) {
	for _, r := range []*audit.Report{sample(), hostile(), bare()} {
		for _, width := range []int{60, 80, 120} {
			page := tableText(t, r, Options{Width: width, Page: true})
			assert.LessOrEqual(t, strings.Count(page, "\n"), pageLines)
			assert.Contains(t, strings.Join(strings.Fields(page), " "), Verdict(r)[:8])
		}
	}
}

// The rules that a page leaves out are counted, and are the least severe.
func TestAPageListsTheWorstRules(t *testing.T) {
	tb := &table{view: newView(sample(), Options{}, humanLimits), w: 80}
	all := tb.failing()
	tb.worstRules(2 + 4)
	lines := strings.Split(strings.TrimSpace(tb.take()), "\n")
	assert.Len(t, lines, 1+3+1)
	for i, r := range all[:3] {
		assert.True(t, strings.HasPrefix(lines[1+i], string(r.worst)), lines[1+i])
		assert.Contains(t, lines[1+i], r.Title)
	}
	assert.Equal(t, "and "+plural(len(all)-3, "more rule"), lines[4])
	tb.worstRules(2 + len(all))
	assert.NotContains(t, tb.take(), "more rule")
}

func TestTableFitsItsWidth(t *testing.T) {
	for _, width := range []int{60, 80, 81, 100, 132, 200} {
		for _, r := range []*audit.Report{sample(), hostile(), bare()} {
			for _, page := range []bool{false, true} {
				widest := 0
				for line := range strings.Lines(tableText(t, r, Options{Width: width, Page: page})) {
					line = strings.TrimSuffix(line, "\n")
					widest = max(widest, columns(line))
					assert.LessOrEqual(t, columns(line), width, "%q", line)
				}
				assert.Equal(t, width, widest, "the table uses the width it has")
			}
		}
	}
}

func TestTableWithoutColorHasNoEscapes(t *testing.T) {
	assert.NotContains(t, tableText(t, hostile(), Options{}), "\x1b")
	assert.Contains(t, tableText(t, sample(), Options{Color: true}), "\x1b[1;31mcritical")
}

func TestTableListsAtMostTenPerRule(t *testing.T) {
	mark := "✗ " // before every finding, and every failing check, line and group
	count := func(o Options) int { return strings.Count(tableText(t, sample(), o), mark) }
	hidden := 4 + 2 // of agent-not-covered and standing-access
	assert.Equal(t, count(Options{MaxPerRule: -1})-hidden, count(Options{}))
	assert.Contains(t, tableText(t, sample(), Options{}), "and 4 more findings")
	assert.Contains(t, tableText(t, sample(), Options{MaxPerRule: 2}), "and 12 more findings")
	assert.NotContains(t, tableText(t, sample(), Options{MaxPerRule: -1}), "more finding")
}

func TestMinSeverityHidesFindingsAndNoNumber(t *testing.T) {
	all, high := tableText(t, sample(), Options{}), tableText(t, sample(), Options{MinSeverity: audit.High})
	assert.Contains(t, all, "unique-identity/ambiguous-name")
	assert.NotContains(t, high, "unique-identity/ambiguous-name")
	const row = "L2  Federated credentials (no secrets)             ✗ fail      4 of 27  critical"
	assert.Contains(t, all, row)
	assert.Contains(t, high, row)
}

func TestShowPasses(t *testing.T) {
	r := sample()
	rule := &r.Checks[0].Rules[0]
	f := rule.Findings[0]
	f.Status, f.Resource.DisplayName = audit.Pass, "Quiet Agent"
	rule.Findings = append(rule.Findings, f)
	assert.NotContains(t, tableText(t, r, Options{}), "Quiet Agent")
	assert.Contains(t, tableText(t, r, Options{ShowPasses: true}), "Quiet Agent")
}

func TestVerdict(t *testing.T) {
	assert.Equal(t, "FAIL: 13 of 20 checks (7 critical, 33 high, 3 medium, 7 low, 1 info), 4 rules unknown (1 in part), 3 manual, 1 finding waived.", Verdict(sample()))
	assert.Equal(t, "NOTHING TO JUDGE. No agent identity was found.", Verdict(bare()))
	r := bare()
	r.Summary.Status, r.Summary.Agents, r.Summary.Checks.Pass = audit.Pass, 3, 21
	assert.Equal(t, "PASS: 21 checks.", Verdict(r))
	r.Summary.Status = audit.Unknown
	assert.Equal(t, "INCONCLUSIVE: nothing that was read fails.", Verdict(r))
}

// The fix that settles most comes first, whatever the order of the gaps.
func TestFixesAreOrderedByWhatTheySettle(t *testing.T) {
	b := newSample()
	b.gap("riskyAgents", "forbidden", "403", "Grant A.", "a/one")
	b.gap("signIns", "forbidden", "403", "Grant B.", "a/one", "a/two")
	b.gap("directoryAudits", "forbidden", "403", "Grant B.", "a/two", "a/three")
	fixes := newView(b.done(), Options{}, humanLimits).fixes()
	assert.Equal(t, "Grant B.", fixes[0].text)
	assert.Equal(t, []string{"a/one", "a/two", "a/three"}, fixes[0].rules)
	assert.Equal(t, "Grant A.", fixes[1].text)
}

// Ten agents in the same doubt take ten lines and one paragraph.
func TestADoubtIsExplainedOnce(t *testing.T) {
	tb := &table{view: newView(sample(), Options{}, humanLimits), w: 80}
	same := []string{"a/one", "a/two"}
	tb.doubtLines([]doubt{
		{name: "Ann", text: `What agent "Ann" may do cannot be told.`, rules: same},
		{name: "Bob", text: `What agent "Bob" may do cannot be told.`, rules: same},
		{name: "Cid", text: `What agent "Cid" may do cannot be told.`, rules: same[:1]},
		{text: "The rule could not be judged.", rules: same[:1]},
		{text: "The rule could not be judged.", rules: same[:1]},
	})
	assert.Equal(t, `
  ? Ann
  ? Bob
    What the agent may do cannot be told.
    a/one, a/two

  ? Cid
    What the agent may do cannot be told.
    a/one

    The rule could not be judged.
    a/one

    The rule could not be judged.
    a/one
`, tb.take())
}
