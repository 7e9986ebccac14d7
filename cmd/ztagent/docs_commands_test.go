package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/checks"
)

// documented are the pages whose commands are run.
func documented() []string {
	return []string{"README.md", "docs/snapshot.md", "docs/configuration.md", "docs/ci.md", "docs/diff.md", "docs/explain.md", "docs/html.md", "docs/redaction.md"}
}

// shellLines returns the lines of the ```sh blocks of a page, and those of the
// ```yaml blocks that run something.
func shellLines(t *testing.T, page string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../..", page))
	require.NoError(t, err)
	var lines []string
	block := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if name, fence := strings.CutPrefix(line, "```"); fence {
			block = name
			continue
		}
		if block == "yaml" {
			line = strings.TrimPrefix(strings.TrimPrefix(line, "- "), "run: ")
		}
		switch {
		case line == "":
		case block == "sh", block == "yaml" && strings.HasPrefix(line, "ztagent "):
			command, _, _ := strings.Cut(line, " #")
			lines = append(lines, strings.TrimSpace(command))
		}
	}
	return lines
}

// TestDocumentedCommandsRun runs every ztagent command line of the docs, one page
// after the other, in a directory that holds the fixtures, the examples and a
// snapshot. A report must come out: usage errors and refusals fail the test.
func TestDocumentedCommandsRun(t *testing.T) {
	dir := t.TempDir()
	for _, page := range documented() {
		var script strings.Builder
		script.WriteString("symlink fixtures -> $ROOT/fixtures\nsymlink docs -> $ROOT/docs\n" +
			"symlink snapshot -> $ROOT/fixtures/contoso\nsymlink monday -> $ROOT/fixtures/contoso\ncp $ROOT/docs/examples/waivers.yaml waivers.yaml\n" +
			"cp $ROOT/docs/examples/attestations.yaml attestations.yaml\ncp $ROOT/docs/examples/trace-retention.txt trace-retention.txt\n" +
			"cp $ROOT/docs/examples/waivers.yaml key\n" + // any bytes make a key
			"zip snapshot.zip snapshot\nzip tuesday.zip snapshot\n")
		for _, line := range shellLines(t, page) {
			line = strings.Replace(line, "go run ./cmd/ztagent", "ztagent", 1)
			if command, ok := strings.CutPrefix(line, "ztagent "); ok && strings.Contains(command, "--tenant") {
				script.WriteString(liveLine(command))
			} else if ok {
				command, target, redirected := strings.Cut(command, " > ")
				// The script language quotes with single quotes only.
				fmt.Fprintf(&script, "reports %s\n", strings.ReplaceAll(command, `"`, "'"))
				if redirected {
					fmt.Fprintf(&script, "cp stdout %s\n", target)
				}
			}
		}
		name := strings.NewReplacer("/", "_", ".md", ".txtar").Replace(page)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(script.String()), 0o600))
	}
	runScripts(t, dir)
}

// liveLine runs a documented live command against a test server: its token stands
// in for the sign-in, its tenant for the documented one.
func liveLine(command string) string {
	for _, name := range []string{"contoso.onmicrosoft.com", `"$TENANT_ID"`} {
		command = strings.ReplaceAll(command, name, "$TENANT")
	}
	command = strings.ReplaceAll(command, `"$CLIENT_ID"`, "11111111-2222-4333-8444-555555555555")
	words := strings.Fields(command)
	for i := 1; i < len(words); i++ {
		if words[i-1] != "-o" {
			continue
		}
		if format, file, named := strings.Cut(words[i], "="); named {
			words[i] = format + "=$WORK/" + file
		} else {
			words[i] = "$WORK/" + words[i]
		}
	}
	return "graph $FIXTURES/contoso\nreports-live " + strings.Join(words, " ") + "\n"
}

// expectLiveReport is the script command "reports-live ARGS…".
func expectLiveReport(ts *testscript.TestScript, _ bool, args []string) {
	switch code := runHere(ts, args); code {
	case exitOK, exitFindings, exitInconclusive:
	default:
		ts.Fatalf("ztagent %s: exit status %d", strings.Join(args, " "), code)
	}
}

// expectReport is the script command "reports ARGS…": ztagent must get as far as
// a report.
func expectReport(ts *testscript.TestScript, _ bool, args []string) {
	switch code := runCommand(ts, args); code {
	case exitOK, exitFindings, exitInconclusive:
	default:
		ts.Fatalf("ztagent %s: exit status %d\n%s", strings.Join(args, " "), code, tail(ts.ReadFile("stderr")))
	}
}

// TestReadmeListsEveryCheck holds the README's table to the list of checks.
func TestReadmeListsEveryCheck(t *testing.T) {
	const name, begin, end = "../../README.md", "<!-- checks: generated -->\n", "<!-- end of checks -->"
	readme, err := os.ReadFile(name)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(readme), begin)
	require.True(t, found)
	_, after, found := strings.Cut(rest, end)
	require.True(t, found)
	var table strings.Builder
	table.WriteString("| check | holds that | rules |\n|---|---|---|\n")
	for _, c := range checks.All() {
		fmt.Fprintf(&table, "| [`%s`](docs/checks.md#%s) | %s | %d |\n", c.ID, c.ID, c.Title, len(c.Rules))
	}
	freshen(t, name, before+begin+table.String()+end+after)
}
