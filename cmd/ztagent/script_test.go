package main

import (
	"errors"
	"flag"
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
	testscript.Main(m, map[string]func(){"ztagent": main})
}

// TestScripts runs testdata/script/*.txtar: each runs the real command and looks
// at its output, its files and its exit status.
func TestScripts(t *testing.T) {
	fixtures, err := filepath.Abs("../../fixtures")
	require.NoError(t, err)
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: false,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("FIXTURES", fixtures)
			env.Setenv("ROOT", root)
			env.Setenv("LC_ALL", "C.UTF-8")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"status": expectStatus},
	})
}

// expectStatus is the script command "status CODE ARGS…": it runs ztagent with
// ARGS and demands its exit status; stdout and stderr are then there to look at.
func expectStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status CODE ARGS...")
	}
	code := 0
	var exit *exec.ExitError
	switch err := ts.Exec("ztagent", args[1:]...); {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got := strconv.Itoa(code); got != args[0] {
		ts.Fatalf("exit status %s, want %s\n%s", got, args[0], tail(ts.ReadFile("stderr")))
	}
}

func tail(s string) string { return s[max(0, len(s)-2000):] }
