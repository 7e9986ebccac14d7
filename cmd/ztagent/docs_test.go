package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/picture"
)

// TestPermissionsPageIsFresh holds docs/permissions.md to the dataset table.
func TestPermissionsPageIsFresh(t *testing.T) {
	freshen(t, "../../docs/permissions.md", dataset.Markdown())
}

// TestVerdictsPageNamesLicences holds the list of rules that fail for want of a
// licence to the rules themselves.
func TestVerdictsPageNamesLicences(t *testing.T) {
	page, err := os.ReadFile("../../docs/verdicts.md")
	require.NoError(t, err)
	_, list, _ := strings.Cut(string(page), "is a *fail*, for\n")
	list, _, _ = strings.Cut(list, "For all others")
	var named, want []string
	for _, line := range strings.Split(strings.TrimSpace(list), "\n") {
		named = append(named, strings.Split(line, "`")[1])
	}
	for _, c := range checks.All() {
		for i := range c.Rules {
			if len(c.Rules[i].ControlGaps) > 0 {
				want = append(want, audit.FullID(&c, &c.Rules[i]))
			}
		}
	}
	assert.Equal(t, want, named)
}

// TestDemoPictureIsFresh draws what the README shows from what the command
// prints, which is a page.
func TestDemoPictureIsFresh(t *testing.T) {
	var out strings.Builder
	w := &world{Out: &out, Err: io.Discard, Getenv: func(string) (string, bool) { return "", false }}
	require.Equal(t, exitFindings, run(t.Context(), []string{"audit", "--demo", "--color", "always"}, w))
	assert.LessOrEqual(t, strings.Count(out.String(), "\n"), 72)
	var svg strings.Builder
	require.NoError(t, picture.Draw(&svg, "ztagent audit --demo", strings.TrimSuffix(out.String(), "\n")))
	freshen(t, "../../docs/demo.svg", svg.String())
}

// freshen compares a committed file with what it is generated from; -update
// writes it.
func freshen(t *testing.T, name, want string) {
	t.Helper()
	if testing.Short() && !*update {
		t.Skip("whether generated files are fresh is looked at in the full run")
	}
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(want), 0o644))
	}
	have, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.True(t, want == string(have), "%s is not fresh: run make docs", filepath.Base(name)) //nolint:testifylint // the difference may be a whole picture
}
