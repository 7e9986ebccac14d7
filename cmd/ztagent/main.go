// Command ztagent audits Microsoft Entra agent identities against the Zero
// Trust for Agents checklist.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], processWorld())
	stop()
	os.Exit(code)
}
