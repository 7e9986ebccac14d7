package redact

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

var testKey = []byte("a key of thirty-two bytes, for us")

// redacted writes the redacted form of a snapshot and returns it.
func redacted(t testing.TB, in fs.FS, o Options) (fs.FS, Summary) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	summary, err := Snapshot(context.Background(), in, dir, o)
	require.NoError(t, err)
	return os.DirFS(dir), summary
}

// verdicts are what a snapshot is judged to be: a line for every rule and one for
// every finding, with the ids that mapped gives.
func verdicts(t testing.TB, fsys fs.FS, mapped func(class, string) string) []string {
	t.Helper()
	s, err := tenant.OpenFS(fsys, "snapshot")
	require.NoError(t, err)
	report, err := audit.Run(context.Background(), s, checks.All(), audit.Options{ShowPasses: true})
	require.NoError(t, err)
	var lines []string
	for _, g := range report.Gaps {
		lines = append(lines, fmt.Sprintf("gap %s %s", g.Dataset, g.Status))
	}
	for _, c := range report.Checks {
		for _, r := range c.Rules {
			lines = append(lines, fmt.Sprintf("%s %s %+v", r.ID, r.Status, r.Counts))
			for _, f := range r.Findings {
				name := ""
				if isNamed(f.Resource.Type) {
					name = mapped(displayName, f.Resource.DisplayName)
				}
				lines = append(lines, fmt.Sprintf("%s %s %s %s %s %s", r.ID, f.Status, f.Severity, f.Resource.Type, mapped(objectID, f.Resource.ID), name))
			}
		}
	}
	for _, w := range report.WhatIf {
		lines = append(lines, fmt.Sprintf("%+v", w))
	}
	slices.Sort(lines)
	return lines
}

// isNamed: other resources go by a scope, a user name or a category.
func isNamed(r tenant.ResourceType) bool {
	switch r {
	case tenant.TypeAgentIdentity, tenant.TypeAgentIdentityBlueprint, tenant.TypeAgentIdentityBlueprintPrincipal,
		tenant.TypeServicePrincipal, tenant.TypeConditionalAccessPolicy, tenant.TypeNamedLocation:
		return true
	}
	return false
}

func itself(_ class, s string) string { return s }

// pseudonymOf returns what a redaction makes of ids and names.
func pseudonymOf(t testing.TB, in fs.FS, o Options) func(class, string) string {
	t.Helper()
	s, err := openSource(in, o)
	require.NoError(t, err)
	known, err := s.learn(context.Background())
	require.NoError(t, err)
	p, err := newPseudonyms(o.Key)
	require.NoError(t, err)
	r := &rewriter{p, known, o.IDs}
	categories := audit.DefaultConfig()
	return func(c class, id string) string {
		for _, list := range [][]string{categories.RequiredLogCategories, categories.PublicCloudLogCategories, categories.ClassicAgentLogCategories} {
			if c == objectID && slices.Contains(list, id) {
				return id
			}
		}
		return r.text(c, id)
	}
}

// TestVerdictsStay is the law of redaction: every verdict on every resource is
// the same before and after, with the ids kept or not.
func TestVerdictsStay(t *testing.T) {
	all := corpus(t)
	for _, ids := range []bool{false, true} {
		for i, name := range names(all) {
			if testing.Short() && i%5 != 0 {
				continue
			}
			t.Run(fmt.Sprintf("%s, ids %v", name, ids), func(t *testing.T) {
				o := Options{Key: testKey, IDs: ids}
				out, summary := redacted(t, all[name], o)
				assert.Empty(t, summary.Malformed)
				want := verdicts(t, all[name], pseudonymOf(t, all[name], o))
				got := verdicts(t, out, itself)
				if !slices.Equal(want, got) {
					t.Errorf("verdicts differ:\n%s", difference(want, got))
				}
			})
		}
	}
}

func difference(want, got []string) string {
	var b strings.Builder
	for _, line := range want {
		if !slices.Contains(got, line) {
			b.WriteString("- " + line + "\n")
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			b.WriteString("+ " + line + "\n")
		}
	}
	return b.String()
}
