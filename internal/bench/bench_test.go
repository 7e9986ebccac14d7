package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/report"
)

func TestMedianIsOfEachFigure(t *testing.T) {
	c := contender{runs: []usage{{3, 10, 7}, {1, 30, 8}, {2, 20, 9}}}
	assert.Equal(t, usage{2, 20, 8}, c.median())
}

func TestStagesRunOnAGeneratedTenant(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tenant")
	ask := func(args ...string) string {
		var out bytes.Buffer
		require.NoError(t, run(t.Context(), append([]string{"stage"}, args...), &out, &out))
		return out.String()
	}
	ask("generate", "60", dir, "json")
	for _, stage := range []string{"tokens", "read", "judge"} {
		assert.Empty(t, ask(stage, dir), stage)
	}
	costs, err := parseRuleCosts([]byte(ask("rules", dir)))
	require.NoError(t, err)
	rules := 0
	for _, c := range checks.All() {
		rules += len(c.Rules)
	}
	assert.Len(t, costs, rules)
	assert.GreaterOrEqual(t, costs[0].cpu, costs[rules-1].cpu, "dearest first")
}

func TestStagesTellWhatIsWrong(t *testing.T) {
	for _, args := range [][]string{
		nil,
		{"stage"},
		{"stage", "no-such", "."},
		{"stage", "read", filepath.Join(t.TempDir(), "nowhere")},
		{"stage", "generate", "many", t.TempDir(), "json"},
		{"audit", "-dir", "x"},
		{"audit", "-ztagent", "x", "-dir", "x", "-sizes", "10,5"},
		{"audit", "-ztagent", "x", "-dir", "x"},
		{"peers", "-ztagent", "x", "-dir", "x"},
	} {
		assert.Error(t, run(t.Context(), args, &bytes.Buffer{}, &bytes.Buffer{}), "%q", args)
	}
}

// Findings are taken out of a report in the words that peers print.
func TestFindingsOfAReport(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, generate("400", filepath.Join(dir, "tenant"), true))
	r, err := judge(t.Context(), filepath.Join(dir, "tenant"))
	require.NoError(t, err)
	var text bytes.Buffer
	require.NoError(t, report.JSON(&text, r, report.Options{}))
	name := filepath.Join(dir, "report.json")
	require.NoError(t, os.WriteFile(name, text.Bytes(), 0o600))
	var out bytes.Buffer
	require.NoError(t, printFindings(name, &out))
	want := 0
	for _, c := range r.Checks {
		for _, rule := range c.Rules {
			if short := comparedRules[rule.ID]; short != "" {
				want += rule.Counts.Fail
				assert.Equal(t, rule.Counts.Fail, strings.Count(out.String(), short+"\t"), rule.ID)
			}
		}
	}
	assert.Positive(t, want)
	assert.Equal(t, want, strings.Count(out.String(), "\n"))
}

func TestOtherFindingsAreAnError(t *testing.T) {
	a := &agreement{}
	require.NoError(t, a.check([]byte("r\tb\nr\ta\ns\tc\n")))
	require.NoError(t, a.check([]byte("s\tc\nr\ta\nr\tb")))
	assert.Equal(t, "r 2, s 1", a.String())
	for _, other := range []struct{ findings, says string }{
		{"r\ta\ns\tc\n", `lacks "r\tb"`},
		{"r\ta\nr\tb\n", `lacks "s\tc"`},
		{"r\ta\nr\tb\nr\td\ns\tc\n", `only it has "r\td"`},
		{"r\ta\nr\tb\ns\tc\ns\tc\n", `only it has "s\tc"`},
		{"", "no finding"},
	} {
		assert.ErrorContains(t, a.check([]byte(other.findings)), other.says)
	}
}

// A tenant that costs ten times as much at ten times the size, and one that
// costs more.
func sizedBy(agents int, unit time.Duration) sized {
	one := sized{agents: agents, bytes: int64(agents) * 6000, rules: []ruleCost{{"a/b", 2 * unit}, {"a/c", unit}}}
	for _, times := range []time.Duration{scanned: 100, read: 150, judged: 152, audited: 300, oneThreadScan: 60, oneThreadRead: 100} {
		one.stages = append(one.stages, usage{cpu: times * unit, peak: 20 + float64(agents)/1000})
	}
	return one
}

func TestGoals(t *testing.T) {
	verdicts := func(all ...sized) map[string]bool {
		met := map[string]bool{}
		for _, g := range auditGoals(all) {
			if g.unmeasured == "" {
				met[g.id+" "+g.what] = g.met
			}
		}
		return met
	}
	linear := verdicts(sizedBy(10_000, time.Millisecond), sizedBy(100_000, 10*time.Millisecond))
	assert.Equal(t, map[string]bool{
		"P1 read 100,000 agents / token scan, throughput on one thread": false, // 0.60
		"P2 audit of 100,000 agents, two reports / token scan":          true,  // 3
		"P4 peak memory per agent / JSON per agent, 10,000 to 100,000":  true,  // 1 of 6 KB
		"P5 exponent of the audit, 10,000 to 100,000":                   true,
		"P6 one more rule, of the audit of 100,000 agents, on average":  true, // 2 of 300, by two rules
		"P6 exponent of judging, 10,000 to 100,000":                     true,
	}, linear)
	worse := verdicts(sizedBy(10_000, time.Millisecond), sizedBy(100_000, 20*time.Millisecond))
	assert.False(t, worse["P5 exponent of the audit, 10,000 to 100,000"])
	assert.False(t, worse["P6 exponent of judging, 10,000 to 100,000"])
	assert.NotContains(t, verdicts(sizedBy(1000, time.Millisecond)), "P5 growth", "one size shows no growth")
}

func TestStartUpGoals(t *testing.T) {
	var met []bool
	for _, u := range []startUp{{help: 5, hello: 2, size: 12e6}, {help: 6, hello: 2, size: 13e6}} {
		for _, g := range u.goals() {
			met = append(met, g.met)
		}
	}
	assert.Equal(t, []bool{true, true, false, false}, met)
}

func TestPeersAreJudgedByTheirBetterForm(t *testing.T) {
	of := func(tool, form string, cpu time.Duration) peer {
		return peer{&contender{name: tool, runs: []usage{{cpu: cpu, wall: cpu}}}, tool, form}
	}
	peers := []peer{
		of(ours, lists, 10), of(ours, lines, 20), of("", lists, 40), of("OPA", lists, 110),
		of("DuckDB", lists, 90), of("DuckDB", lines, 22), of("jq", lists, 500), of("jq", lines, 600),
	}
	var got []string
	for _, g := range peerGoals(peers) {
		got = append(got, g.what+" "+g.measured)
	}
	assert.Equal(t, []string{"ahead of OPA on .json 11.0 ×", "ahead of DuckDB on .jsonl 1.1 ×", "ahead of jq on .json 50.0 ×"}, got)
	var text bytes.Buffer
	goalTable(peerGoals(peers)).print(&text)
	assert.Regexp(t, `OPA.* met\n.*DuckDB.* missed\n.*jq.* met\n`, text.String())
}

func TestMeasureTellsWhatFailed(t *testing.T) {
	c := contender{name: "gone", argv: []string{filepath.Join(t.TempDir(), "gone")}}
	assert.ErrorContains(t, alternate(context.Background(), 2, []*contender{&c}), "gone")
	assert.Empty(t, c.runs)
}

func TestTableLinesUp(t *testing.T) {
	table := table{}
	table.add("größe", "s")
	table.add("a", "1.25", "x")
	var out bytes.Buffer
	table.print(&out)
	assert.Equal(t, "größe     s\na      1.25  x\n\n", out.String())
	assert.Equal(t, "1,234,567 999 1,000", number(1234567)+" "+number(999)+" "+number(1000))
}
