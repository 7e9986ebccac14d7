package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ztagent/ztagent/internal/graph"
	"github.com/ztagent/ztagent/internal/redact"
)

// collectRedacted collects into a private directory beside c.Dir, and redacts
// that into c.Dir. What was collected is gone when this returns, however it does.
func collectRedacted(ctx context.Context, w *world, live *liveOptions, c collectOptions, o *redactingOptions) (result graph.Result, err error) {
	if c.Resume {
		return result, usageError("--resume and --redact exclude each other: an interrupted redacted collection keeps nothing to go on with; " +
			"collect without --redact, then use 'ztagent redact'")
	}
	r, err := o.options(w)
	if err != nil {
		return result, err
	}
	out := c.Dir
	aside, err := makeAside(out)
	if err != nil {
		return result, err
	}
	defer func() { err = removeAside(w, aside, err) }()
	c.Dir, c.Nameless = aside, true
	if result, err = live.collect(ctx, w, c); err != nil {
		return result, interruptedAside(err)
	}
	summary, err := redact.Snapshot(ctx, os.DirFS(aside), out, r)
	if err != nil {
		return result, interruptedAside(redactionFailure("what was collected", err))
	}
	reportRedaction(w, o, out, summary, c.Quiet)
	return result, nil
}

// makeAside makes the directory that holds what no redaction has seen: beside
// out, for there is room for a snapshot where one is wanted, and for its owner
// alone.
func makeAside(out string) (string, error) {
	if err := redact.Vacant(out); err != nil {
		return "", usageError("%w", err)
	}
	parent := filepath.Dir(filepath.Clean(out))
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return "", usageError("cannot make %s: %w", parent, cause(err))
	}
	dir, err := os.MkdirTemp(parent, ".ztagent-collect-*") // mode 0700
	if err != nil {
		return "", usageError("cannot write to %s: %w", parent, cause(err))
	}
	return dir, nil
}

// removeAside removes it; where that fails, somebody must know.
func removeAside(w *world, dir string, err error) error {
	failed := os.RemoveAll(dir)
	switch {
	case failed == nil:
		return err
	case err == nil:
		return cannotRun(fmt.Errorf("what was collected could not be removed: remove %s, it is not redacted: %w", dir, cause(failed)))
	}
	warn(w, fmt.Sprintf("what was collected could not be removed: remove %s, it is not redacted", dir))
	return err
}

// interruptedAside says that nothing was kept, where something else is said of a
// collection that keeps what it has.
func interruptedAside(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return cannotRun(errors.New("interrupted: of a redacted collection nothing is kept, and nothing was written"))
	}
	return err
}
