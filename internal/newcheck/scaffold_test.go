package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const root = "../.."

// module copies what the checks package and its tests are built from.
func module(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"checks", "internal", "fixtures"} {
		require.NoError(t, os.CopyFS(filepath.Join(dir, name), os.DirFS(filepath.Join(root, name))))
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), text, 0o600))
	}
	return dir
}

// testChecks runs the tests that concern one check in a copy of the module. The
// trimmed paths let the copy share what was compiled for other copies.
func testChecks(t *testing.T, dir, id string) (string, error) {
	t.Helper()
	cmd := exec.Command("go", "test", "-trimpath", "-short", "-v", "./checks", "-run",
		"^(TestListIsValid|TestEveryCheckFileIsListed|TestCases|TestDeprivation|TestNoGainFromLessEvidence)$/^"+id+"$")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "GOPROXY=off")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestTenMinutes is the promise of CONTRIBUTING.md: a new check is scaffolded, is
// listed, and passes every test and law as it is.
func TestTenMinutes(t *testing.T) {
	dir := module(t)
	files, err := scaffold(filepath.Join(dir, "checks"), "agent-badge")
	require.NoError(t, err)
	for i, want := range []string{"agent_badge.go", "testdata/agent_badge.txtar", "checks.go"} {
		assert.Equal(t, filepath.Join(dir, "checks", want), files[i])
	}
	out, err := testChecks(t, dir, "agent-badge")
	require.NoError(t, err, "%s", last(out))
	for _, ran := range []string{
		"--- PASS: TestListIsValid", "--- PASS: TestEveryCheckFileIsListed",
		"--- PASS: TestCases/agent-badge/without_a_name", "--- PASS: TestDeprivation/agent-badge",
		"--- PASS: TestNoGainFromLessEvidence/agent-badge",
	} {
		assert.Contains(t, out, ran, "%s", last(out))
	}

	// The cases really judge: one that wants another verdict fails.
	cases := filepath.Join(dir, "checks/testdata/agent_badge.txtar")
	text, err := os.ReadFile(cases)
	require.NoError(t, err)
	wrong := strings.Replace(string(text), "unnamed fail a1", "unnamed pass a1", 1)
	require.NoError(t, os.WriteFile(cases, []byte(wrong), 0o600))
	out, err = testChecks(t, dir, "agent-badge")
	assert.Error(t, err)
	assert.Contains(t, out, "--- FAIL: TestCases/agent-badge/without_a_name")
}

// TestContributingSaysWhatHappens holds the page and the Makefile to the program.
func TestContributingSaysWhatHappens(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "CONTRIBUTING.md"))
	require.NoError(t, err)
	for _, said := range []string{"make new-check NAME=agent-badge", "`checks/agent_badge.go`", "`checks/testdata/agent_badge.txtar`", "`checks/checks.go`"} {
		assert.Contains(t, string(page), said)
	}
	cmd := exec.Command("make", "--dry-run", "new-check", "NAME=agent-badge")
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "run ./internal/newcheck checks agent-badge")
}

func last(out string) string { return out[max(0, len(out)-4000):] }

// checksDir is a checks package of a list alone.
func checksDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	text, err := os.ReadFile(filepath.Join(root, "checks/checks.go"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "checks.go"), text, 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "testdata"), 0o700))
	return dir
}

func TestNothingIsOverwritten(t *testing.T) {
	dir := checksDir(t)
	_, err := scaffold(dir, "agent-badge")
	require.NoError(t, err)
	_, err = scaffold(dir, "agent-badge")
	assert.ErrorContains(t, err, "lists agentBadge already")
	_, err = scaffold(dir, "kill-switch")
	assert.ErrorContains(t, err, "lists killSwitch already")

	mine := filepath.Join(dir, "agent_pass.go")
	require.NoError(t, os.WriteFile(mine, []byte("package checks\n"), 0o600))
	_, err = scaffold(dir, "agent-pass")
	assert.ErrorContains(t, err, "agent_pass.go is there already")
	text, err := os.ReadFile(mine)
	require.NoError(t, err)
	assert.Equal(t, "package checks\n", string(text))
	list, err := os.ReadFile(filepath.Join(dir, "checks.go"))
	require.NoError(t, err)
	assert.NotContains(t, string(list), "agentPass", "what was refused is not listed")
}

func TestNamesOfAreChecked(t *testing.T) {
	n, err := namesOf("mcp-2-server")
	require.NoError(t, err)
	assert.Equal(t, names{ID: "mcp-2-server", File: "mcp_2_server", Variable: "mcp2Server", Exported: "Mcp2Server"}, n)
	for _, bad := range []string{"", "Agent", "agent_badge", "-agent", "agent-", "../x", "agent--badge", "2nd"} {
		_, err := namesOf(bad)
		assert.Error(t, err, "%q", bad)
	}
}
