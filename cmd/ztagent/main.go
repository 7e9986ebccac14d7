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
	ctx, stop := signal.NotifyContext(context.Background(), endings()...)
	code := run(ctx, os.Args[1:], w)
	stop()
	os.Exit(code)
}

// endings are the signals that end the command in good order, so that temporary
// files go. One that the process was started to ignore, as by nohup, stays ignored.
func endings() []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}
