package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/graph/graphtest"
	"github.com/ztagent/ztagent/internal/tenant"
)

// truth is what the complete data of a tenant says.
type truth struct {
	snapshot *tenant.Snapshot
	dir      string
	verdicts map[string]verdict
	// lines are the verdicts in full, with their messages.
	lines []string
}

// verdict is a finding, or the status of a rule as a whole.
type verdict struct {
	rule   string
	status audit.Status
}

func truthOf(t *testing.T, dir string) *truth {
	t.Helper()
	s := openForSoak(t, dir)
	r := judged(t, s)
	return &truth{snapshot: s, dir: dir, verdicts: verdictsOf(r), lines: linesOf(r)}
}

func openForSoak(t *testing.T, dir string) *tenant.Snapshot {
	t.Helper()
	s, err := tenant.OpenFS(os.DirFS(dir), "soak")
	require.NoError(t, err, "an interrupted snapshot can be read")
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func judged(t *testing.T, s *tenant.Snapshot) *audit.Report {
	t.Helper()
	r, err := audit.Run(context.Background(), s, checks.All(), audit.Options{ShowPasses: true})
	require.NoError(t, err)
	return r
}

// verdictsOf are the verdicts by rule, resource and key.
func verdictsOf(r *audit.Report) map[string]verdict {
	all := map[string]verdict{}
	for _, check := range r.Checks {
		for _, rule := range check.Rules {
			all[rule.ID] = verdict{rule.ID, rule.Status}
			for _, f := range rule.Findings {
				all[fmt.Sprintf("%s %s %s", rule.ID, f.Resource.ID, f.Key)] = verdict{rule.ID, f.Status}
			}
		}
	}
	return all
}

func linesOf(r *audit.Report) []string {
	var all []string
	for _, check := range r.Checks {
		for _, rule := range check.Rules {
			all = append(all, fmt.Sprintf("%s: %s", rule.ID, rule.Status))
			for _, f := range rule.Findings {
				all = append(all, fmt.Sprintf("%s: %s %s %s %s %q", rule.ID, f.Status, f.Severity, f.Resource.ID, f.Key, f.Message))
			}
		}
	}
	slices.Sort(all)
	return all
}

// law checks a snapshot of which parts may be missing: no rule passes that does
// not pass on the complete data, none fails without cause, and a rule whose
// datasets are there as they are in the complete data says what it says of them.
func (c *truth) law(t *testing.T, dir string) {
	t.Helper()
	s := openForSoak(t, dir)
	manifest, _, err := tenant.ReadManifest(os.DirFS(dir))
	require.NoError(t, err)
	for _, d := range tenant.Datasets() {
		gap, missing := s.Gap(d)
		assert.Equal(t, manifest.Datasets[d].Status != tenant.StatusComplete, missing, "%s: the manifest and the file disagree: %s", d, gap.Reason)
	}
	got := verdictsOf(judged(t, s))
	c.noGain(t, got, unlicensed(s))
	whole := map[tenant.Dataset]bool{}
	for _, d := range tenant.Datasets() {
		whole[d] = c.asComplete(s, d)
		if _, gap := s.Gap(d); whole[d] && !gap {
			assert.Empty(t, missingRows(t, c.dir, dir, d), "%s: rows are lost", d)
		}
	}
	for _, check := range checks.All() {
		for i := range check.Rules {
			rule := &check.Rules[i]
			if !slices.ContainsFunc(slices.Concat(rule.Needs, rule.Optional), func(d tenant.Dataset) bool { return !whole[d] }) {
				c.sameVerdicts(t, audit.FullID(&check, rule), got)
			}
		}
	}
}

// noGain: less evidence makes nothing pass, nor fail. A missing licence is
// evidence of its own, and may.
func (c *truth) noGain(t *testing.T, got map[string]verdict, licenceGap bool) {
	t.Helper()
	for key, v := range got {
		was := c.verdicts[key].status
		if v.status == audit.Pass {
			assert.Equal(t, audit.Pass, was, "%s passes only where data is missing", key)
		}
		if v.status == audit.Fail && !licenceGap {
			assert.Equal(t, audit.Fail, was, "%s fails only where data is missing", key)
		}
	}
}

func (c *truth) sameVerdicts(t *testing.T, rule string, got map[string]verdict) {
	t.Helper()
	for key, v := range c.verdicts {
		if v.rule == rule {
			assert.Equal(t, v.status, got[key].status, "%s: all that the rule reads is there", key)
		}
	}
}

func unlicensed(s *tenant.Snapshot) bool {
	for _, gap := range s.Gaps() {
		if gap.Status == tenant.GapNotLicensed {
			return true
		}
	}
	return false
}

// asComplete reports whether a dataset, and all whose ids it was looked up by, is
// as much there as in the complete data. Where that breaks off, more or less of it
// may be there.
func (c *truth) asComplete(s *tenant.Snapshot, d tenant.Dataset) bool {
	was, _ := c.snapshot.Gap(d)
	is, _ := s.Gap(d)
	if was.Status == tenant.GapTruncated || was.Status != is.Status || !slices.EqualFunc(c.snapshot.RelationGaps(d), s.RelationGaps(d), sameGap) {
		return false
	}
	row := dataset.Of(d)
	return !slices.ContainsFunc(slices.Concat(row.After, row.Beside), func(first tenant.Dataset) bool { return !c.asComplete(s, first) })
}

func sameGap(a, b tenant.RelationGap) bool {
	return a.ID == b.ID && a.Relation == b.Relation && a.Status == b.Status
}

// missingRows are the ids of a dataset's complete data that are not in dir.
func missingRows(t *testing.T, complete, dir string, d tenant.Dataset) []string {
	t.Helper()
	there := idsIn(t, filepath.Join(dir, string(d)+".json"))
	var missing []string
	for id := range idsIn(t, filepath.Join(complete, string(d)+".json")) {
		if !there[id] {
			missing = append(missing, id)
		}
	}
	return missing
}

func idsIn(t *testing.T, name string) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	body, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		return ids
	}
	require.NoError(t, err)
	var list struct {
		ID    string           `json:"id"`
		Value []jsontext.Value `json:"value"`
	}
	require.NoError(t, json.Unmarshal(body, &list), name)
	ids[list.ID] = true
	for _, raw := range list.Value {
		var row struct {
			ID       string         `json:"id"`
			PolicyID string         `json:"policyId"`
			Subject  jsontext.Value `json:"subject"`
		}
		require.NoError(t, json.Unmarshal(raw, &row), name)
		ids[strings.ToLower(row.ID+row.PolicyID)+string(row.Subject)] = true
	}
	return ids
}

// whole checks a snapshot that was gone on with when the service was well again.
func (c *truth) whole(t *testing.T, dir string) {
	t.Helper()
	s := openForSoak(t, dir)
	for _, d := range tenant.Datasets() {
		was, _ := c.snapshot.Gap(d)
		is, _ := s.Gap(d)
		assert.Equal(t, was.Status, is.Status, "%s: %s", d, is.Reason)
		if was.Status == "" {
			assert.Empty(t, missingRows(t, c.dir, dir, d), "%s: rows are lost", d)
		}
	}
	want, got := c.settled(c.lines), c.settled(linesOf(judged(t, s)))
	assert.NotEmpty(t, want)
	assert.Empty(t, strings.Join(first(5, without(want, got)), "\n"), "lost, though the service was well again")
	assert.Empty(t, strings.Join(first(5, without(got, want)), "\n"), "said of what was gone on with only")
}

// settled are the lines of rules that read nothing that breaks off in the tenant
// itself, for how much of that is there depends on how it was asked for.
func (c *truth) settled(lines []string) []string {
	broken := map[string]bool{}
	for _, check := range checks.All() {
		for i := range check.Rules {
			rule := &check.Rules[i]
			broken[audit.FullID(&check, rule)] = slices.ContainsFunc(slices.Concat(rule.Needs, rule.Optional), func(d tenant.Dataset) bool {
				gap, _ := c.snapshot.Gap(d)
				return gap.Status == tenant.GapTruncated
			})
		}
	}
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool {
		rule, _, _ := strings.Cut(line, ": ")
		return broken[rule]
	})
}

func without(lines, other []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool {
		_, found := slices.BinarySearch(other, line)
		return found
	})
}

func first(n int, lines []string) []string { return lines[:min(n, len(lines))] }

// lawOfReport checks the report of a live audit.
func (c *truth) lawOfReport(t *testing.T, file string) {
	t.Helper()
	r, err := readReport(&world{}, file)
	require.NoError(t, err)
	licence := slices.ContainsFunc(r.Gaps, func(g audit.ReportGap) bool { return g.Status == tenant.GapNotLicensed })
	c.noGain(t, verdictsOf(r), licence)
}

// checkAttempt checks what an attempt leaves: no secret in what it printed and
// wrote, and no file that is not a snapshot's, a killed process's excepted.
func (s *soak) checkAttempt(t *testing.T, p *plan, a *attempt, parent, temp string, st soakStep) {
	t.Helper()
	secrets := []string{a.token, "." + graphtest.Secret}
	for _, r := range a.server.Requests() {
		if token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "); token != "" && !slices.Contains(secrets, token) {
			secrets = append(secrets, token)
		}
	}
	assertNoLeak(t, "what was printed", a.said(), secrets)
	mayLeave := (p.mode == process || p.mode == patient) && st.kill
	require.NoError(t, filepath.WalkDir(parent, func(path string, e fs.DirEntry, err error) error {
		require.NoError(t, err)
		if e.IsDir() {
			assert.Contains(t, []string{filepath.Base(parent), "snapshot"}, e.Name(), "a directory is left behind")
			return nil
		}
		body, err := os.ReadFile(path)
		require.NoError(t, err)
		assertNoLeak(t, path, string(body), secrets)
		name, isJSON := strings.CutSuffix(e.Name(), ".json")
		known := isJSON && (tenant.IsDataset(name) || e.Name() == tenant.ManifestName || name == "snapshot" && p.mode == auditing)
		assert.True(t, known || mayLeave && strings.HasPrefix(e.Name(), ".partial-"), "%s is left behind", path)
		return nil
	}))
	entries, err := os.ReadDir(temp)
	require.NoError(t, err)
	for _, e := range entries {
		assert.Fail(t, "a temporary file is left behind", e.Name())
	}
}

func assertNoLeak(t *testing.T, where, text string, secrets []string) {
	t.Helper()
	for _, secret := range secrets {
		assert.Empty(t, graphtest.Leaks(text, secret), "%s holds a secret", where)
	}
}

// goroutines are the stacks that run.
func goroutines() []string {
	buf := make([]byte, 4<<20)
	return strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n")
}

// assertNothingRuns waits for what is ending; connections end with the server.
func assertNothingRuns(t *testing.T, before []string) {
	t.Helper()
	var now []string
	for range 200 {
		now = goroutines()
		if len(now) <= len(before) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	assert.Fail(t, "goroutines are left behind", "%d instead of %d:\n%s", len(now), len(before), strings.Join(now, "\n\n"))
}

// assertNothingIsOpen looks at the files that this process holds open, where the
// system shows them.
func assertNothingIsOpen(t *testing.T, parent string) {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return
	}
	for _, e := range entries {
		name, err := os.Readlink("/proc/self/fd/" + e.Name())
		if err == nil {
			assert.False(t, strings.HasPrefix(name, parent), "%s is still open", name)
		}
	}
}
