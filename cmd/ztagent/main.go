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

func main() {
	// Snapshots are large and live as long as the process: half the usual room for
	// garbage costs a few per cent of time. GOGC still decides where it is set.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], processWorld())
	stop()
	os.Exit(code)
}
