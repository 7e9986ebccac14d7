package checks_test

import (
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// bench is one data file of a subject, on which mutants are tried.
type bench struct {
	s       *lawSubject
	file    string
	dataset tenant.Dataset
	text    string
	parts   []*part
	readers []lawRule
	all     []string // their ids
	failing []string // the ids of those that fail, and may gain
	whole   *tenant.Snapshot
	before  judged
	// Of the object under way: the file with nothing else in it, and what is read
	// of it.
	object [2]int
	head   string
	tail   string
	alone  *tenant.Snapshot
	// broken is the verdict on the file when it is malformed.
	broken *judged
	tally  tally
}

// tally counts what became of the mutants.
type tally struct {
	sync.Mutex
	tried, unread, malformed, same, judged int
}

func (a *tally) add(b *tally) {
	a.Lock()
	defer a.Unlock()
	a.tried += b.tried
	a.unread += b.unread
	a.malformed += b.malformed
	a.same += b.same
	a.judged += b.judged
}

func (a *tally) String() string {
	return fmt.Sprintf("%d mutants: of %d nothing is read, %d are malformed, %d are read as another mutant, %d were judged",
		a.tried, a.unread, a.malformed, a.same, a.judged)
}

// told prints what was counted, in the full run also without -v.
func told(t *testing.T, text string) {
	t.Helper()
	if fullLaws() {
		fmt.Printf("%s: %s\n", t.Name(), text)
		return
	}
	t.Log(text)
}

// tryMutants holds the laws on every mutant of every file, or on a sample.
func (s lawSubject) tryMutants(t *testing.T, total *tally) {
	whole, err := s.open(nil)
	require.NoError(t, err)
	before := s.judgeSnapshot(t, whole, nil)
	var benches []*bench
	n := 0
	for _, d := range tenant.Datasets() {
		for _, file := range []string{string(d) + ".json", string(d) + ".jsonl"} {
			if b := s.bench(t, d, file, whole, before); b != nil {
				benches = append(benches, b)
				n += len(b.parts)
			}
		}
	}
	step := 1
	if s.sample > 0 {
		step = max(1, (n+s.sample-1)/s.sample)
	}
	at := 0
	for _, b := range benches {
		for ; at < len(b.parts); at += step {
			b.try(t, b.parts[at])
		}
		at -= len(b.parts)
		total.add(&b.tally)
	}
}

// bench returns nil where a mutant of the file can change nothing.
func (s *lawSubject) bench(t *testing.T, d tenant.Dataset, file string, whole *tenant.Snapshot, before judged) *bench {
	gap, is := whole.Gap(d)
	if s.files[file] == "" || is && gap.Status != tenant.GapTruncated {
		return nil
	}
	b := &bench{
		s: s, file: file, dataset: d, text: s.files[file], readers: s.readers(d),
		whole: whole, before: before,
	}
	if len(b.readers) == 0 {
		return nil
	}
	for _, r := range b.readers {
		b.all = append(b.all, r.id)
		if len(before.fails[r.id]) > 0 {
			b.failing = append(b.failing, r.id)
		}
	}
	b.parts = partsOf(t, file, b.text)
	return b
}

// try holds the laws on every mutant of one part. Mutants of which the same is
// read are judged once.
func (b *bench) try(t *testing.T, m *part) {
	b.isolate(t, m)
	var distinct []*tenant.Snapshot
	var verdicts []judged
	for _, mutant := range m.mutants(b.text) {
		b.tally.tried++
		read, broken := b.read(t, mutant)
		var after judged
		switch at := slices.IndexFunc(distinct, func(s *tenant.Snapshot) bool { return same(s, read, b.dataset) }); {
		case broken:
			b.tally.malformed++
			after = b.malformed(t)
		case read != nil && same(read, b.alone, b.dataset):
			b.tally.unread++
			continue
		case read != nil && at >= 0:
			b.tally.same++
			after = verdicts[at]
		default:
			b.tally.judged++
			after = b.judge(t, mutant)
			if read != nil {
				distinct, verdicts = append(distinct, read), append(verdicts, after)
			}
		}
		for i := range b.readers {
			report(t, b.s.gains(&b.readers[i], mutant, &b.before, &after))
		}
	}
}

// isolate prepares the file with nothing in it but the object of m.
func (b *bench) isolate(t *testing.T, m *part) {
	if m.object == b.object {
		return
	}
	b.object, b.alone = m.object, nil
	if m.object == [2]int{} {
		return
	}
	b.head, b.tail = `{"value":[`, `]}`
	if b.dataset.Singleton() {
		b.head, b.tail = "", ""
	}
	b.alone = b.replace(t, b.head+b.text[m.object[0]:m.object[1]]+b.tail, string(b.dataset)+".json")
}

// read returns what is read of the mutant's object alone, nil where that tells
// nothing; broken is true where the file is malformed.
func (b *bench) read(t *testing.T, m *mutant) (read *tenant.Snapshot, broken bool) {
	if b.alone == nil || m.from < b.object[0] || m.to > b.object[1] && m.manner != torn {
		return nil, false
	}
	from, to := m.from-b.object[0], min(m.to, b.object[1])-b.object[0]
	object, tail := b.text[b.object[0]:b.object[1]], b.tail
	if m.manner == torn {
		tail = ""
	}
	read = b.replace(t, b.head+object[:from]+m.with+object[to:]+tail, string(b.dataset)+".json")
	gap, is := read.Gap(b.dataset)
	return read, is && gap.Status == tenant.GapMalformed
}

func (b *bench) replace(t *testing.T, text, file string) *tenant.Snapshot {
	s, err := b.whole.Replace(b.dataset, fstest.MapFS{file: {Data: []byte(text)}})
	require.NoError(t, err)
	if gap, is := s.Gap(b.dataset); is {
		plain(t, gap.Reason)
	}
	return s
}

func (b *bench) judge(t *testing.T, m *mutant) judged {
	only := b.failing
	if b.tally.judged%10 == 1 || len(only) == 0 { // the others may at least not break
		only = b.all
	}
	return b.s.judgeSnapshot(t, b.replace(t, m.apply(b.text), b.file), only)
}

func (b *bench) malformed(t *testing.T) judged {
	if b.broken == nil {
		after := b.s.judgeSnapshot(t, b.replace(t, `{"value":[`, b.file), b.all)
		b.broken = &after
	}
	return *b.broken
}

// same reports whether two snapshots hold the same of d.
func same(a, b *tenant.Snapshot, d tenant.Dataset) bool {
	if a == nil || b == nil {
		return false
	}
	gapA, isA := a.Gap(d)
	gapB, isB := b.Gap(d)
	return isA == isB && gapA.Status == gapB.Status && reflect.DeepEqual(listOf(a, d), listOf(b, d))
}

func listOf(s *tenant.Snapshot, d tenant.Dataset) any {
	return reflect.ValueOf(s).Elem().FieldByNameFunc(func(name string) bool {
		return strings.EqualFold(name, string(d))
	}).Addr().Interface()
}

// plain holds that a reason is one sentence a person can read.
func plain(t *testing.T, reason string) {
	t.Helper()
	for _, bad := range []string{"\n", "panic", "goroutine", "%!", "*tenant.", "json: ", "runtime error", "not [", "not {", "not true", "not false"} {
		if strings.Contains(reason, bad) {
			t.Errorf("no plain sentence: %q", reason)
		}
	}
	if reason == "" || len(reason) > 400 {
		t.Errorf("no plain sentence: %q", reason)
	}
}

// gains returns the violations of the law of no gain by a mutant, each kind of
// them once per check or fixture.
func (s *lawSubject) gains(r *lawRule, m *mutant, before, after *judged) (violations []string) {
	if after.internal[r.id] != "" {
		violations = append(violations, fmt.Sprintf("%s in %s, %s: %s", r.id, s.name, m, after.internal[r.id]))
	}
	for _, f := range before.fails[r.id] {
		got, gained := s.gain(f, m, before, after)
		if !gained || exempt(r, m, s.textOf(m), f) {
			continue
		}
		once := r.id + m.path + string(m.kind) + string(m.manner) + got
		if !s.reported[once] {
			s.reported[once] = true
			violations = append(violations, fmt.Sprintf("%s gains from less evidence in %s: %s the fail of %s becomes %s",
				r.id, s.name, m, f, got))
		}
	}
	return violations
}

func (s *lawSubject) textOf(m *mutant) string { return s.files[m.file] }

// nullAnswers are the properties of which null is an answer: Graph's schema lets
// them be null, and the condition says what that means. Any other null is a
// property that was not returned.
var nullAnswers = map[string]string{
	"*/disabledByMicrosoftStatus":                      "disabled-by-microsoft: neither null nor NotDisabled",
	"agentIdentities/displayName":                      "ambiguous-name: an agent without a name has no other's",
	"agentIdentities/customSecurityAttributes":         "filters: on an unset attribute; null is never assigned",
	"agentIdentityBlueprints/web":                      "insecure-redirect: a platform that is not set up",
	"agentIdentityBlueprints/spa":                      "insecure-redirect: a platform that is not set up",
	"agentIdentityBlueprints/publicClient":             "insecure-redirect: a platform that is not set up",
	"agentIdentityBlueprints/inheritablePermissions/*": "effective permission: a set that is null passes nothing on",
	"oauth2PermissionGrants/scope":                     "effective permission: a grant of nothing",
	"agentUsers/identityParentId":                      "orphan-agent-user: its parent does not exist",
	"agentInstances/agentIdentityId":                   "unregistered-identity: it names no agent identity",
	"directoryObjects/userType":                        "sponsor-guest: null is no guest",
	"conditionalAccessPolicies/sessionControls":        "an empty or null sessionControls is none",
	"conditionalAccessPolicies/sessionControls/*":      "an empty or null sessionControls is none",
	policyConditions + "agentIdRiskLevels":             "no risk condition means that none of the lists is set",
	policyConditions + "clientApplications":            "a part that is null names nobody",
	policyConditions + "users":                         "a part that is null names nobody",
	policyConditions + "applications":                  "a part that is null names nothing",
	policyConditions + "locations":                     "agent-users-any-network: no location condition",
	"diagnosticSettings/properties/*":                  "nothing to judge, no workspace for retention",
	"accessPackageAssignments/schedule":                "an endless assignment is not also too long",
	"accessPackageAssignments/schedule/expiration":     "an endless assignment is not also too long",
	"accessPackageAssignmentPolicies/expiration":       "an endless assignment is not also too long",
	"defaultAppManagementPolicy/applicationRestrictions/passwordCredentials/restrictForAppsCreatedAfterDateTime": "secrets-not-blocked: applies to all, whenever created",
}

const policyConditions = "conditionalAccessPolicies/conditions/"

func answersNull(at string) bool {
	for pattern := range nullAnswers {
		if ok, _ := path.Match(pattern, at); ok {
			return true
		}
	}
	return false
}

// exempt: the rule declares that this presence is its condition, or the decoder
// that Graph leaves the property out when it is empty. A collection that was not
// returned at all is neither: it is unknown.
func exempt(r *lawRule, m *mutant, text string, f findingID) bool {
	switch {
	case isOfAnother(r, m, text, f):
		return true
	case m.retyped():
		// Null has no type that could be changed, and attributes have any.
		return m.is == 'n' || strings.Contains(m.path, "/customSecurityAttributes/")
	case m.manner == nulled && m.kind == ofProperty && answersNull(m.path):
		return true
	case m.manner != deleted && m.manner != nulled:
		return false
	case m.kind != ofProperty:
		return m.manner == deleted && declared(r, m.path)
	case slices.Contains(tenant.LeftOutWhenEmpty(), m.path):
		return true
	}
	return !m.isCollection() && !declared(r, string(m.dataset)) && declared(r, m.path)
}

// isOfAnother reports whether m is a property of another object than the
// finding's, in a rule that declares its objects' presence. Where two objects are
// matched with each other, what one of them does not show is unknown for that one
// only (docs/verdicts.md, matching two objects).
func isOfAnother(r *lawRule, m *mutant, text string, f findingID) bool {
	if m.kind != ofProperty || f.id == "" || !declared(r, m.path) || !declared(r, string(m.dataset)) {
		return false
	}
	return !strings.Contains(strings.ToLower(text[m.object[0]:m.object[1]]), strings.ToLower(f.id))
}

func declared(r *lawRule, at string) bool {
	return slices.ContainsFunc(r.Presence, func(p string) bool {
		ok, _ := path.Match(p, at)
		return ok
	})
}

// gain says what became of a failing finding, and whether that is better than it
// may be.
func (s *lawSubject) gain(f findingID, m *mutant, before, after *judged) (string, bool) {
	status, ok := after.findings[f]
	wholeObject := m.kind == ofObject && m.manner == deleted || m.kind == ofElement && m.manner == deleted
	switch {
	case ok && status == audit.NotApplicable:
		return "notApplicable", !wholeObject
	case ok:
		return status.String(), status == audit.Pass
	}
	if wholeObject && f.id != "" && strings.Contains(strings.ToLower(s.textOf(m)[m.part.from:m.part.to]), strings.ToLower(f.id)) {
		return "nothing, with its object", false
	}
	rule := after.status[f.rule]
	if wholeObject {
		return "nothing, and the rule " + rule.String(), rule == audit.Pass || rule == audit.NotApplicable
	}
	return "nothing, and the rule " + rule.String(), rule != audit.Unknown && !after.answers(f.rule, before)
}

// answers reports whether a rule says of something that it is unknown, or a fail,
// of which it did not say so before.
func (after *judged) answers(rule string, before *judged) bool {
	was, is := before.counts[rule], after.counts[rule]
	if is.Fail >= was.Fail || is.Unknown > was.Unknown {
		return true
	}
	for f, status := range after.findings {
		if f.rule == rule && status == audit.Unknown && (!before.has(f) || before.findings[f] != audit.Unknown) {
			return true
		}
	}
	return false
}
