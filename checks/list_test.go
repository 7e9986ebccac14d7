package checks_test

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

var kebab = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// TestListIsValid holds what a report, the documentation and the engine rely on.
func TestListIsValid(t *testing.T) {
	seen := map[string]bool{}
	for _, check := range checks.All() {
		assert.Regexp(t, kebab, check.ID)
		assert.False(t, seen[check.ID], "check %s is there twice", check.ID)
		seen[check.ID] = true
		assertText(t, check.ID+": title", check.Title)
		assertSentence(t, check.ID+": rationale", check.Rationale)
		assert.NotEmpty(t, check.Rules, "%s has no rule", check.ID)
		require.NotEmpty(t, check.Clauses, "%s names no line of the note", check.ID)
		for _, clause := range check.Clauses {
			assert.Contains(t, checks.Note(), clause, "%s: %q is no line of the note", check.ID, clause.Text)
		}
		for i := range check.Rules {
			id := audit.FullID(&check, &check.Rules[i])
			assert.False(t, seen[id], "rule %s is there twice", id)
			seen[id] = true
			assertRule(t, id, &check.Rules[i])
		}
	}
}

func assertRule(t *testing.T, id string, rule *audit.Rule) {
	t.Helper()
	assert.Regexp(t, kebab, rule.ID, id)
	assertText(t, id+": title", rule.Title)
	assertText(t, id+": condition", rule.Condition)
	assertSentence(t, id+": remediation", rule.Remediation)
	assert.GreaterOrEqual(t, rule.Severity.Rank(), 0, "%s: %q is no severity", id, rule.Severity)
	assert.NotEmpty(t, rule.Resources, "%s judges no resource type", id)
	assert.NotNil(t, rule.Run, "%s cannot run", id)
	assert.NotEmpty(t, rule.Needs, "%s needs no dataset", id)
	assert.NotEmpty(t, rule.References, "%s has no reference", id)
	for _, reference := range rule.References {
		u, err := url.Parse(reference)
		assert.True(t, err == nil && u.Scheme == "https" && u.Host != "", "%s: %q is no https URL", id, reference)
	}
	assertDatasets(t, id, rule)
}

func assertDatasets(t *testing.T, id string, rule *audit.Rule) {
	t.Helper()
	all := slices.Concat(rule.Needs, rule.Optional)
	for i, d := range all {
		assert.True(t, tenant.IsDataset(string(d)), "%s: %q is no dataset", id, d)
		assert.NotContains(t, all[:i], d, "%s names %s twice among needs and optional", id, d)
	}
	for _, gap := range rule.ControlGaps {
		assert.Contains(t, all, gap.Dataset, "%s: a control gap of a dataset that it does not need", id)
		assert.NotEmpty(t, gap.Statuses, "%s: a control gap without a status", id)
		assertSentence(t, id+": control gap", gap.Message)
	}
	for _, path := range rule.Presence {
		dataset, _, _ := strings.Cut(path, "/")
		assert.Contains(t, all, tenant.Dataset(dataset), "%s: presence of %q, which it does not read", id, path)
		assert.NotRegexp(t, `/\d+(/|$)|/$|//`, path, "%s: presence paths hold names only", id)
	}
}

func assertText(t *testing.T, what, text string) {
	t.Helper()
	assert.NotEmpty(t, text, "%s is missing", what)
	assert.Equal(t, strings.TrimSpace(text), text, "%s has space around it", what)
}

func assertSentence(t *testing.T, what, text string) {
	t.Helper()
	assertText(t, what, text)
	assert.Regexp(t, `(?s)([.?!)]|`+"```"+`)$`, text, "%s does not end as a sentence", what)
}

// TestEveryLineOfTheNoteIsImplemented holds that the list covers the note.
func TestEveryLineOfTheNoteIsImplemented(t *testing.T) {
	missing := map[string]bool{}
	for _, line := range checks.Note() {
		missing[line.Text] = true
	}
	for _, check := range checks.All() {
		for _, clause := range check.Clauses {
			delete(missing, clause.Text)
		}
	}
	assert.Empty(t, missing, "no check implements these lines")
}

// TestEveryCheckFileIsListed holds that a check which was written is in All, in
// a file named after it, with an archive of cases.
func TestEveryCheckFileIsListed(t *testing.T) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	literal := regexp.MustCompile(`(?s)audit\.Check\{\s*ID:\s*"([^"]+)"`)
	var ids []string
	for _, check := range checks.All() {
		ids = append(ids, check.ID)
	}
	found := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, match := range literal.FindAllStringSubmatch(string(text), -1) {
			id := match[1]
			found++
			assert.Contains(t, ids, id, "%s is not in All", id)
			assert.Equal(t, strings.ReplaceAll(id, "-", "_")+".go", file, "the file of %s", id)
			assert.FileExists(t, archiveOf(id))
		}
	}
	assert.Equal(t, len(ids), found, "every check is a literal audit.Check{ID: …} in a file of its own")
	archives, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	for _, a := range archives {
		id := strings.ReplaceAll(strings.TrimSuffix(filepath.Base(a), ".txtar"), "_", "-")
		assert.Contains(t, ids, id, "%s belongs to no check", a)
	}
}
