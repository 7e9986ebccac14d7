package checks_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// The two laws of docs/verdicts.md, over every rule: deprivation, and no
// gain from less evidence. They run on every case of every check and on the
// fixtures; ZTAGENT_LAWS=full takes every step instead of a fixed sample.

// lawSubject is a tenant on which the laws are tried, with the checks it is for.
type lawSubject struct {
	*testCase
	checks []audit.Check
	// sample bounds how many parts are spoiled; 0 spoils all.
	sample int
	// reported are the violations that were told, each once per check or fixture.
	reported map[string]bool
}

func fullLaws() bool { return os.Getenv("ZTAGENT_LAWS") == "full" }

// eachSubject runs f on every case and every fixture, in parallel.
func eachSubject(t *testing.T, f func(t *testing.T, s lawSubject)) {
	for _, check := range checks.All() {
		if _, err := os.Stat(archiveOf(check.ID)); err != nil {
			continue // TestCases demands it
		}
		_, cases := loadCases(t, archiveOf(check.ID))
		t.Run(check.ID, func(t *testing.T) {
			t.Parallel()
			reported := map[string]bool{}
			for _, c := range cases {
				s := lawSubject{testCase: c, checks: []audit.Check{check}, reported: reported}
				if testing.Short() && !fullLaws() {
					s.sample = max(8, 240/len(cases))
				}
				f(t, s)
			}
		})
	}
	for _, name := range []string{"contoso", "bare", "compliant"} {
		if c := fixtureCase(t, name); c != nil {
			t.Run("fixture "+name, func(t *testing.T) {
				t.Parallel()
				s := lawSubject{testCase: c, checks: checks.All(), sample: 300, reported: map[string]bool{}}
				if fullLaws() {
					s.sample = 0
				} else if testing.Short() {
					s.sample = 60
				}
				f(t, s)
			})
		}
	}
}

func fixtureCase(t *testing.T, name string) *testCase {
	t.Helper()
	dir := filepath.Join("..", "fixtures", name)
	entries, err := os.ReadDir(dir)
	if os.IsNotExist(err) {
		return nil
	}
	require.NoError(t, err)
	c := &testCase{name: name, files: map[string]string{}}
	for _, entry := range entries {
		text, err := fs.ReadFile(os.DirFS(dir), entry.Name())
		require.NoError(t, err)
		c.files[entry.Name()] = string(text)
	}
	forgetCounts(t, c.files)
	return c
}

// forgetCounts drops the counts of a manifest, which would betray that an object
// was removed.
func forgetCounts(t *testing.T, files map[string]string) {
	t.Helper()
	if files["manifest.json"] == "" {
		return
	}
	manifest := map[string]any{}
	require.NoError(t, json.Unmarshal([]byte(files["manifest.json"]), &manifest))
	entries, _ := manifest["datasets"].(map[string]any)
	for _, entry := range entries {
		delete(entry.(map[string]any), "count")
	}
	text, err := json.Marshal(manifest, json.Deterministic(true))
	require.NoError(t, err)
	files["manifest.json"] = string(text)
}

// lawRule is a rule with its full id.
type lawRule struct {
	*audit.Rule
	id string
}

func (s *lawSubject) rules() []lawRule {
	var rules []lawRule
	for i := range s.checks {
		for k := range s.checks[i].Rules {
			rule := &s.checks[i].Rules[k]
			rules = append(rules, lawRule{rule, audit.FullID(&s.checks[i], rule)})
		}
	}
	return rules
}

func (r *lawRule) needs(d tenant.Dataset) bool   { return slices.Contains(r.Needs, d) }
func (r *lawRule) wishes(d tenant.Dataset) bool  { return slices.Contains(r.Optional, d) }
func (r *lawRule) touches(d tenant.Dataset) bool { return r.needs(d) || r.wishes(d) }

// narrowed is the subject without the files that no rule of it declares, which
// deprivation holds to change nothing: there is less to open.
func (s lawSubject) narrowed() lawSubject {
	c := *s.testCase
	c.files = map[string]string{}
	for name, text := range s.files {
		d := tenant.Dataset(strings.TrimSuffix(strings.TrimSuffix(name, ".jsonl"), ".json"))
		if !tenant.IsDataset(string(d)) || len(s.readers(d)) > 0 {
			c.files[name] = text
		}
	}
	s.testCase = &c
	return s
}

// readers are the rules that read d.
func (s *lawSubject) readers(d tenant.Dataset) []lawRule {
	return slices.DeleteFunc(s.rules(), func(r lawRule) bool { return !r.touches(d) })
}

// judged is a report by rule and by finding.
type judged struct {
	status   map[string]audit.Status
	counts   map[string]audit.Counts
	findings map[findingID]audit.Status
	fails    map[string][]findingID // by rule
	internal map[string]string      // internal errors, by rule
	// controlled are the rules that a gap decides.
	controlled map[string]bool
}

type findingID struct {
	rule     string
	resource tenant.ResourceType
	id, key  string
}

func (f findingID) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s %s %s", f.resource, f.id, f.key))
}

// judge opens the subject with some files replaced and runs the checks.
func (s *lawSubject) judge(t *testing.T, replace map[string]string) judged {
	t.Helper()
	snapshot, err := s.open(replace)
	require.NoError(t, err)
	return s.judgeSnapshot(t, snapshot, nil)
}

// judgeSnapshot runs the rules with these ids, or all.
func (s *lawSubject) judgeSnapshot(t *testing.T, snapshot *tenant.Snapshot, only []string) judged {
	t.Helper()
	report, err := audit.Run(t.Context(), snapshot, s.checks, audit.Options{
		Config: s.config, Attestations: s.attestations, ShowPasses: true, Parallel: 1, Only: only,
	})
	require.NoError(t, err)
	j := judged{
		status: map[string]audit.Status{}, counts: map[string]audit.Counts{}, findings: map[findingID]audit.Status{},
		fails: map[string][]findingID{}, internal: map[string]string{}, controlled: map[string]bool{},
	}
	for _, r := range s.rules() {
		j.controlled[r.id] = r.controlled(snapshot)
	}
	for _, check := range report.Checks {
		for _, rule := range check.Rules {
			j.add(rule)
		}
	}
	return j
}

func (j *judged) add(rule audit.RuleResult) {
	j.status[rule.ID], j.counts[rule.ID] = rule.Status, rule.Counts
	if strings.Contains(rule.Reason, "internal error") {
		j.internal[rule.ID] = rule.Reason
	}
	for _, f := range rule.Findings {
		id := findingID{rule.ID, f.Resource.Type, f.Resource.ID, f.Key}
		// Objects that lost their id have one finding; the worst of them counts.
		if was, twice := j.findings[id]; !twice || worse(f.Status, was) {
			j.findings[id] = f.Status
		}
		if f.Status == audit.Fail {
			j.fails[rule.ID] = append(j.fails[rule.ID], id)
		}
	}
}

func worse(a, b audit.Status) bool {
	order := []audit.Status{audit.Fail, audit.Unknown, audit.Manual, audit.Waived, audit.Pass, audit.NotApplicable}
	return slices.Index(order, a) < slices.Index(order, b)
}

// deprive returns the files that change when d becomes a gap of this kind.
func (s *lawSubject) deprive(t *testing.T, kind tenant.GapStatus, d tenant.Dataset) map[string]string {
	t.Helper()
	manifest := map[string]any{}
	if text, ok := s.files["manifest.json"]; ok {
		require.NoError(t, json.Unmarshal([]byte(text), &manifest))
	}
	entries, _ := manifest["datasets"].(map[string]any)
	if entries == nil {
		entries = map[string]any{}
		manifest["datasets"] = entries
	}
	replace := map[string]string{}
	name := string(d)
	file := name + ".json"
	if _, ok := s.files[name+".jsonl"]; ok {
		file = name + ".jsonl"
	}
	switch kind {
	case tenant.GapMalformed:
		replace[file] = `{"value":[`
		if refused(entries[name]) {
			delete(entries, name) // or the file would not be looked at
		}
	case tenant.GapTruncated:
		entries[name] = map[string]any{"status": "truncated"}
	case tenant.GapAbsent:
		replace[file] = ""
		delete(entries, name)
	default:
		replace[file] = ""
		entries[name] = map[string]any{"status": string(kind)}
	}
	text, err := json.Marshal(manifest, json.Deterministic(true))
	require.NoError(t, err)
	replace["manifest.json"] = string(text)
	return replace
}

// TestDeprivation: a rule without a dataset that it needs never passes; taking
// away a dataset that it neither needs nor wishes for changes nothing.
func TestDeprivation(t *testing.T) {
	kinds := []tenant.GapStatus{
		tenant.GapAbsent, tenant.GapForbidden, tenant.GapTruncated, tenant.GapMalformed,
		tenant.GapFailed, tenant.GapNotLicensed,
	}
	eachSubject(t, func(t *testing.T, s lawSubject) {
		before := s.judge(t, nil)
		s = s.narrowed()
		after := s.judge(t, nil)
		for _, r := range s.rules() {
			report(t, changed(&s, r, "every dataset that no rule of the check declares", before, after))
		}
		turn := len(s.name)
		for _, d := range tenant.Datasets() {
			if len(s.readers(d)) == 0 {
				continue
			}
			some := kinds
			if !fullLaws() {
				// One kind per dataset, another one in the next case.
				turn++
				some = []tenant.GapStatus{kinds[turn%len(kinds)]}
			}
			for _, kind := range some {
				report(t, deprived(&s, d, kind, before, s.judge(t, s.deprive(t, kind, d))))
			}
		}
	})
}

// report fails the test with every violation.
func report(t *testing.T, violations []string) {
	t.Helper()
	for _, v := range violations {
		t.Error(v)
	}
}

// deprived returns the violations of the law of deprivation without d.
func deprived(s *lawSubject, d tenant.Dataset, kind tenant.GapStatus, before, after judged) (violations []string) {
	for _, r := range s.rules() {
		switch status := after.status[r.id]; {
		case r.needs(d) && d.EmptyWhen(kind):
			// Counts as empty (docs/verdicts.md).
		case r.needs(d):
			// A gap may prove the fail, whatever else was not read (docs/verdicts.md).
			proven := after.controlled[r.id] && (status == audit.Fail || status == audit.NotApplicable)
			if status != audit.Unknown && !proven {
				violations = append(violations, fmt.Sprintf("%s needs %s, but without it (%s) in %s it says %s",
					r.id, d, kind, s.name, status))
			}
		case r.wishes(d):
			for f, status := range before.findings {
				if f.rule == r.id && status == audit.Fail && after.findings[f] == audit.Pass && after.has(f) &&
					!slices.Contains(r.Presence, string(d)) {
					violations = append(violations, fmt.Sprintf("%s: without %s (%s) in %s, the fail of %s becomes a pass",
						r.id, d, kind, s.name, f))
				}
			}
		default:
			violations = append(violations, changed(s, r, string(d)+" ("+string(kind)+")", before, after)...)
		}
	}
	return violations
}

// controlled reports whether a gap of the snapshot proves that the control of
// the rule cannot exist.
func (r *lawRule) controlled(s *tenant.Snapshot) bool {
	return slices.ContainsFunc(r.ControlGaps, func(c audit.ControlGap) bool {
		gap, ok := s.Gap(c.Dataset)
		return ok && slices.Contains(c.Statuses, gap.Status)
	})
}

// changed returns what a rule says otherwise, though it does not declare what was
// taken away.
func changed(s *lawSubject, r lawRule, what string, before, after judged) []string {
	if before.status[r.id] == after.status[r.id] && before.counts[r.id] == after.counts[r.id] {
		return nil
	}
	return []string{fmt.Sprintf("%s does not declare %s, but without it in %s it goes from %s %+v to %s %+v", r.id, what,
		s.name, before.status[r.id], before.counts[r.id], after.status[r.id], after.counts[r.id])}
}

func (j *judged) has(f findingID) bool {
	_, ok := j.findings[f]
	return ok
}

// TestNoGainFromLessEvidence: whatever is taken away, emptied, retyped or cut
// short, no fail becomes a pass, nor vanishes without an unknown.
func TestNoGainFromLessEvidence(t *testing.T) {
	logExemptions(t)
	var total tally
	t.Cleanup(func() { told(t, total.String()) })
	eachSubject(t, func(t *testing.T, s lawSubject) { s.narrowed().tryMutants(t, &total) })
}

func logExemptions(t *testing.T) {
	for _, path := range tenant.LeftOutWhenEmpty() {
		t.Logf("left out when empty: %s", path)
	}
	for _, check := range checks.All() {
		for i := range check.Rules {
			for _, path := range check.Rules[i].Presence {
				t.Logf("presence: %s/%s: %s", check.ID, check.Rules[i].ID, path)
			}
		}
	}
}
