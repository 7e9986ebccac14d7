package checks_test

import (
	"fmt"
	"io/fs"
	"os"
	"path"
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

// The two laws of the specification's §4.8, over every rule: deprivation, and no
// gain from less evidence. They run on every case of every check and on the
// fixtures; ZTAGENT_LAWS=full takes every step instead of a fixed sample.

// lawSubject is a tenant on which the laws are tried, with the checks it is for.
type lawSubject struct {
	*testCase
	checks []audit.Check
	// sample bounds how many removals are tried; 0 tries all.
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
	report := s.run(t, snapshot, s.checks)
	j := judged{map[string]audit.Status{}, map[string]audit.Counts{}, map[findingID]audit.Status{}, map[string]bool{}}
	for _, r := range s.rules() {
		j.controlled[r.id] = r.controlled(snapshot)
	}
	for _, check := range report.Checks {
		for _, rule := range check.Rules {
			j.status[rule.ID], j.counts[rule.ID] = rule.Status, rule.Counts
			for _, f := range rule.Findings {
				j.findings[findingID{rule.ID, f.Resource.Type, f.Resource.ID, f.Key}] = f.Status
			}
		}
	}
	return j
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
			// Counts as empty by the specification (§4.5).
		case r.needs(d):
			// A gap may prove the fail, whatever else was not read (§4.5).
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

// TestNoGainFromLessEvidence: taking away a property, an entry or an object
// turns no fail into a pass, nor, where only a property went, out of scope.
func TestNoGainFromLessEvidence(t *testing.T) {
	logExemptions(t)
	eachSubject(t, func(t *testing.T, s lawSubject) {
		s = s.narrowed()
		before := s.judge(t, nil)
		var all []removal
		for _, d := range tenant.Datasets() {
			if !slices.ContainsFunc(s.readers(d), func(r lawRule) bool { return before.status[r.id] == audit.Fail }) {
				continue
			}
			for _, file := range []string{string(d) + ".json", string(d) + ".jsonl"} {
				if text := s.files[file]; text != "" {
					all = append(all, removals(t, file, text)...)
				}
			}
		}
		step := 1
		if s.sample > 0 {
			step = (len(all) + s.sample - 1) / s.sample
		}
		for i := 0; i < len(all); i += max(step, 1) {
			m := all[i]
			after := s.judge(t, map[string]string{m.file: without(s.files[m.file], m)})
			for _, r := range s.readers(m.dataset) {
				report(t, gains(t, &s, r, m, before, after))
			}
		}
	})
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

// gains returns the violations of the law of no gain when m is removed, each
// kind of them once per check or fixture.
func gains(t *testing.T, s *lawSubject, r lawRule, m removal, before, after judged) (violations []string) {
	t.Helper()
	if exempt(r, m) {
		return nil
	}
	for f, status := range before.findings {
		if f.rule != r.id || status != audit.Fail || s.isOfAnother(t, r, m, f) {
			continue
		}
		got, gained := gain(s, f, m, after)
		once := r.id + m.path + string(m.kind) + got
		if gained && !s.reported[once] {
			s.reported[once] = true
			violations = append(violations, fmt.Sprintf(
				"%s gains from less evidence in %s: without the %s (path %s) the fail of %s becomes %s",
				r.id, s.name, m, m.path, f, got))
		}
	}
	return violations
}

// exempt: the rule declares that this presence is its condition, or the decoder
// that Graph leaves the property out when it is empty. A collection that was not
// returned at all is neither: it is unknown. Nor is a property of an object that
// is matched with others: see isOfAnother.
func exempt(r lawRule, m removal) bool {
	if m.kind == ofProperty && slices.Contains(tenant.LeftOutWhenEmpty(), m.path) {
		return true
	}
	if m.kind == ofProperty && (m.isCollection() || declared(r, string(m.dataset))) {
		return false
	}
	return declared(r, m.path)
}

// isOfAnother reports whether m is a property of another object than the
// finding's, in a rule that declares its objects' presence. Where two objects are
// matched with each other, what one of them does not show is unknown for that one
// only (spec §5, "Matching between two objects").
func (s *lawSubject) isOfAnother(t *testing.T, r lawRule, m removal, f findingID) bool {
	if m.kind != ofProperty || f.id == "" || !declared(r, m.path) || !declared(r, string(m.dataset)) {
		return false
	}
	text := s.files[m.file]
	for _, object := range removals(t, m.file, text) {
		if object.kind == ofObject && object.from <= m.from && m.to <= object.to {
			return !strings.Contains(strings.ToLower(text[object.from:object.to]), strings.ToLower(f.id))
		}
	}
	return false
}

func declared(r lawRule, at string) bool {
	return slices.ContainsFunc(r.Presence, func(p string) bool {
		ok, _ := path.Match(p, at)
		return ok
	})
}

// gain says what became of a failing finding, and whether that is better than it
// may be.
func gain(s *lawSubject, f findingID, m removal, after judged) (string, bool) {
	status, ok := after.findings[f]
	switch {
	case ok && status == audit.NotApplicable:
		return "notApplicable", m.kind == ofProperty || m.kind == ofEnvelope
	case ok:
		return status.String(), status == audit.Pass
	}
	removed := s.files[m.file][m.from:m.to]
	if m.kind != ofProperty && f.id != "" && strings.Contains(strings.ToLower(removed), strings.ToLower(f.id)) {
		return "nothing, with its object", false
	}
	rule := after.status[f.rule]
	return "nothing, and the rule " + rule.String(), rule == audit.Pass || rule == audit.NotApplicable
}
