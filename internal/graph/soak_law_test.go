package graph_test

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/graph/graphtest"
	"github.com/ztagent/ztagent/internal/tenant"
)

// truth is a tenant as it is, whatever a collection sees of it.
type truth struct {
	name     string
	fsys     fs.FS
	snapshot *tenant.Snapshot
	taken    time.Time
	datasets []tenant.Dataset // those that it has
	drills   []jsontext.Value
	verdicts []string
	passes   map[string]bool
	contents map[tenant.Dataset][]string
}

// truthOf is what a tenant is by its own snapshot, and what a run without any
// fault reads of it: everything but objects that nobody in the tenant names.
func truthOf(t *testing.T, name string, fsys fs.FS) *truth {
	t.Helper()
	own := open(t, fsys)
	tr := &truth{name: name, fsys: fsys, snapshot: own, taken: own.TakenAt, drills: drills(t, fsys), contents: map[tenant.Dataset][]string{}}
	for _, d := range tenant.Datasets() {
		if gap, _ := own.Gap(d); gap.Status != tenant.GapAbsent && gap.Status != tenant.GapSkipped {
			tr.datasets = append(tr.datasets, d)
		}
	}
	dir := filepath.Join(t.TempDir(), "snapshot")
	require.NoError(t, plan{concurrency: 8}.run(t, tr, dir).err)
	tr.snapshot = open(t, os.DirFS(dir))
	for _, d := range tenant.Datasets() {
		tr.contents[d] = contents(tr.snapshot, d)
		missing, extra := differ(contents(own, d), tr.contents[d])
		if _, gap := own.Gap(d); !gap && !lookedUp(d) {
			assert.Empty(t, append(missing, extra...), "%s of %s, read without a fault", d, name)
		}
	}
	tr.verdicts = verdicts(t, os.DirFS(dir))
	tr.passes = passed(tr.verdicts)
	return tr
}

// held is a snapshot that was held to the law.
type held struct {
	verdicts []string
	// missing says what the snapshot lacks and the tenant has.
	missing []string
}

// holdToLaw asserts of what a run left behind that nothing is lost without a
// word, that nothing passes for want of evidence, that the token is nowhere, that
// nothing was written to the service, and that no half-written file is left.
func holdToLaw(t *testing.T, tr *truth, dir string, out outcome) held {
	t.Helper()
	keepsSecrets(t, dir, out)
	onlyReads(t, out)
	assert.Empty(t, leftOver(t, dir), "half-written files")
	live := open(t, os.DirFS(dir))
	h := held{verdicts: verdicts(t, os.DirFS(dir))}
	for pass := range passed(h.verdicts) {
		assert.True(t, tr.passes[pass], "passes only where data is missing: %s", pass)
	}
	whole := map[tenant.Dataset]bool{}
	for _, d := range tenant.Datasets() {
		lack, same := tr.lack(t, d, live)
		whole[d] = same
		if lack != "" {
			h.missing = append(h.missing, lack)
		}
		gap, missing := live.Gap(d)
		assert.Equal(t, missing, out.result.Manifest.Datasets[d].Status != tenant.StatusComplete, "%s: the manifest and its reader disagree", d)
		assert.False(t, missing && gap.Reason == "", "%s: a gap without a reason", d)
		assert.NotEqual(t, tenant.GapMalformed, gap.Status, "%s: %s", d, gap.Reason)
	}
	h.wholeRulesAgree(t, tr, whole)
	return h
}

// passed are the rules, and the rules on resources, that pass, but for the words of
// the message.
func passed(lines []string) map[string]bool {
	all := map[string]bool{}
	for line := range passes(lines) {
		line, _, _ = strings.Cut(line, `"`)
		all[line] = true
	}
	return all
}

// lack says what of a dataset is missing, or "", and whether it is as it should be.
// What the snapshot calls complete must be so.
func (tr *truth) lack(t *testing.T, d tenant.Dataset, live *tenant.Snapshot) (why string, same bool) {
	t.Helper()
	gap, missing := live.Gap(d)
	trueGap, trulyMissing := tr.snapshot.Gap(d)
	got := contents(live, d)
	gaps := live.RelationGaps(d)
	switch {
	case missing && trulyMissing && gap.Status == trueGap.Status:
		return "", slices.Equal(tr.contents[d], got)
	case missing:
		if n := len(tr.contents[d]); !trulyMissing {
			assert.LessOrEqual(t, len(got), n, "%s: more objects than there are", d)
		}
		return fmt.Sprintf("%s is %s: %s", d, gap.Status, gap.Reason), false
	case !sameGaps(gaps, tr.snapshot.RelationGaps(d)):
		if !lookedUp(d) && d != tenant.DatasetGroupMemberships && d != tenant.DatasetAppRoleAssignments {
			assert.Len(t, got, len(tr.contents[d]), "%s: objects are missing", d)
		}
		return fmt.Sprintf("%s has other gaps: %+v", d, gaps), false
	}
	lost, extra := differ(tr.contents[d], got)
	if len(lost)+len(extra) == 0 {
		return "", true
	}
	if lookedUp(d) && !read(live, dataset.Of(d).After) {
		return fmt.Sprintf("%s: %d objects were not looked up", d, len(lost)), false
	}
	t.Errorf("%s is complete and has no gap, but differs\nmissing: %.600s\nnot there: %.600s", d, strings.Join(lost, "\n"), strings.Join(extra, "\n"))
	return "", false
}

// sameGaps compares gaps but for the words in which they are told.
func sameGaps(a, b []tenant.RelationGap) bool {
	keys := func(gaps []tenant.RelationGap) (all []string) {
		for _, g := range gaps {
			all = append(all, fmt.Sprint(g.ID, g.Relation, g.Status))
		}
		slices.Sort(all)
		return all
	}
	return slices.Equal(keys(a), keys(b))
}

// lookedUp are the datasets of objects that others name.
func lookedUp(d tenant.Dataset) bool { return dataset.Of(d).Source == dataset.ByIDs }

// read reports whether datasets were read in full.
func read(s *tenant.Snapshot, datasets []tenant.Dataset) bool {
	for _, d := range datasets {
		if _, missing := s.Gap(d); missing || len(s.RelationGaps(d)) > 0 || lookedUp(d) && !read(s, dataset.Of(d).After) {
			return false
		}
	}
	return true
}

// wholeRulesAgree asserts that rules that look at whole datasets only say what
// they say of the tenant: every failure is there.
func (h held) wholeRulesAgree(t *testing.T, tr *truth, whole map[tenant.Dataset]bool) {
	t.Helper()
	for _, check := range checks.All() {
		for i := range check.Rules {
			rule := &check.Rules[i]
			if !slices.ContainsFunc(slices.Concat(rule.Needs, rule.Optional), func(d tenant.Dataset) bool { return !whole[d] }) {
				id := audit.FullID(&check, rule)
				missing, extra := differ(of(id, tr.verdicts), of(id, h.verdicts))
				assert.Empty(t, append(missing, extra...), "%s: its datasets are whole", id)
			}
		}
	}
}

func of(rule string, lines []string) []string {
	var mine []string
	for _, line := range lines {
		if strings.HasPrefix(line, rule+": ") {
			mine = append(mine, line)
		}
	}
	return mine
}

// keepsSecrets looks for pieces of the token in events, errors, results and files.
func keepsSecrets(t *testing.T, dir string, out outcome) {
	t.Helper()
	assert.Empty(t, graphtest.Leaks(out.told, out.token))
	assert.Empty(t, graphtest.Leaks(fmt.Sprintf("%+v %v", out.result, out.err), out.token))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		body, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		assert.Empty(t, graphtest.Leaks(string(body), out.token), "in %s", e.Name())
		info, err := e.Info()
		require.NoError(t, err)
		assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), e.Name())
	}
}

// onlyReads looks at every request; the server itself complains of writes and of
// requests for another host.
func onlyReads(t *testing.T, out outcome) {
	t.Helper()
	for _, r := range out.server.Requests() {
		if r.Method != http.MethodGet {
			assert.Equal(t, http.MethodPost, r.Method, r.Path)
			assert.Contains(t, []string{"/v1.0/$batch", "/beta/$batch", "/v1.0/directoryObjects/getByIds"}, r.Path)
		}
	}
}
