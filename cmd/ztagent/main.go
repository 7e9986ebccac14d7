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
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], processWorld())
	stop()
	os.Exit(code)
}
