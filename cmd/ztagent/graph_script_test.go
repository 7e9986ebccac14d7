package main

import (
	"context"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ztagent/ztagent/internal/graph/graphtest"
)

// startGraph is the script command "graph FIXTURE [-fault KIND PATH] [ROLE…]": it
// serves a fixture as Graph and Azure would and gives the script an endpoint and
// a token with the roles, every one when none is named.
func startGraph(ts *testscript.TestScript, _ bool, args []string) {
	options := graphtest.Options{Snapshot: os.DirFS(ts.MkAbs(args[0])), PageCap: 10}
	args = args[1:]
	for len(args) >= 3 && args[0] == "-fault" {
		options.Faults = append(options.Faults, &graphtest.Fault{Kind: graphtest.Kind(args[1]), Path: args[2]})
		args = args[3:]
	}
	server, err := graphtest.New(options)
	ts.Check(err)
	ts.Defer(server.Close)
	ts.Setenv("ZTAGENT_GRAPH_ENDPOINT", server.URL)
	ts.Setenv("ZTAGENT_ARM_ENDPOINT", server.URL)
	ts.Setenv("ZTAGENT_GRAPH_TOKEN", server.Token(args...))
	ts.Setenv("ZTAGENT_ARM_TOKEN", server.Token(args...))
	ts.Setenv("TENANT", server.Tenant())
}

// live is the script command "live CODE ARGS…": like status, but in this process
// and on a clock that does not wait for the service's rate limits. Paths must be
// absolute.
func live(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: live CODE ARGS...")
	}
	if code := runHere(ts, args[1:]); strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit status %d, want %s", code, args[0])
	}
}

// runHere runs the command in this process, on a clock that does not wait.
func runHere(ts *testscript.TestScript, args []string) int {
	w := &world{
		In: strings.NewReader(""), Out: ts.Stdout(), Err: ts.Stderr(),
		Getenv: func(name string) (string, bool) { v := ts.Getenv(name); return v, v != "" },
		Now:    time.Now, Clock: graphtest.Clock(time.Now()),
	}
	return run(context.Background(), args, w)
}

// leaksNoToken is the script command "noleak DIR": no file below it, and nothing
// the last command printed, holds the token.
func leaksNoToken(ts *testscript.TestScript, _ bool, args []string) {
	token := ts.Getenv("ZTAGENT_GRAPH_TOKEN")
	for _, stream := range []string{"stdout", "stderr"} {
		if strings.Contains(ts.ReadFile(stream), token) {
			ts.Fatalf("the token is in %s", stream)
		}
	}
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	for _, e := range entries {
		if strings.Contains(ts.ReadFile(args[0]+"/"+e.Name()), token) {
			ts.Fatalf("the token is in %s", e.Name())
		}
	}
}
