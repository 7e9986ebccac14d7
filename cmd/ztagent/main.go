// Command ztagent audits Microsoft Entra agent identities against the Zero
// Trust for Agents checklist.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// gcPercent lets a third more memory be taken than is in use, not as much again:
// an audit keeps most of what it takes. It costs a tenth of the time.
const gcPercent = 30

func main() {
	w := processWorld()
	if os.Getenv("GOGC") == "" {
		// Until a command runs there is nothing to collect, and trying takes a
		// quarter of the time that --help does.
		debug.SetGCPercent(-1)
		w.Begin = func() { debug.SetGCPercent(gcPercent) }
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], w)
	stop()
	os.Exit(code)
}
