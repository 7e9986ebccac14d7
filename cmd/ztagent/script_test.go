package main

import (
	"archive/zip"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite golden files and the output that scripts expect")

// TestMain lets scripts run the command under its own name, in its own process.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ztagent": main, "ztagent-then": mainThen})
}

// TestScripts runs testdata/script/*.txtar: each runs the real command and looks
// at its output, its files and its exit status.
func TestScripts(t *testing.T) { runScripts(t, "testdata/script") }

func runScripts(t *testing.T, dir string) {
	t.Helper()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	testscript.Run(t, testscript.Params{
		Dir:                dir,
		UpdateScripts:      *update,
		RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("FIXTURES", filepath.Join(root, "fixtures"))
			env.Setenv("ROOT", root)
			env.Setenv("LC_ALL", "C.UTF-8")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": expectStatus, "reports": expectReport, "reports-live": expectLiveReport, "zip": makeZip, "verdicts": sameVerdicts, "graph": startGraph, "authority": startAuthority, "live": live, "noleak": leaksNoToken,
			"empty": onlyHolds, "await": await, "private": private,
		},
	})
}

// expectStatus is the script command "status CODE ARGS…": it runs ztagent with
// ARGS and demands its exit status; stdout and stderr are then there to look at.
func expectStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status CODE ARGS...")
	}
	code := runCommand(ts, args[1:])
	if got := strconv.Itoa(code); got != args[0] {
		ts.Fatalf("exit status %s, want %s\n%s", got, args[0], tail(ts.ReadFile("stderr")))
	}
}

func tail(s string) string { return s[max(0, len(s)-2000):] }

func runCommand(ts *testscript.TestScript, args []string) int {
	var exit *exec.ExitError
	err := ts.Exec("ztagent", args...)
	switch {
	case errors.As(err, &exit):
		return exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	return exitOK
}

// makeZip is the script command "zip ARCHIVE DIRECTORY".
func makeZip(ts *testscript.TestScript, _ bool, args []string) {
	out, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	archive := zip.NewWriter(out)
	ts.Check(archive.AddFS(os.DirFS(ts.MkAbs(args[1]))))
	ts.Check(archive.Close())
	ts.Check(out.Close())
}
