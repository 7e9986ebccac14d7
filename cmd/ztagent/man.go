package main

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// newMan writes the man pages that a release carries. It is for the release
// build, and so it is hidden.
func newMan(w *world) *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write the man pages into a directory",
		Hidden: true,
		Args:   oneArg("a directory"),
		RunE: func(cmd *cobra.Command, args []string) error {
			date, err := buildTime(w)
			if err != nil {
				return err
			}
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return usageError("cannot make %s: %w", args[0], cause(err))
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true // it would hold today's date
			header := &doc.GenManHeader{Section: "1", Date: &date, Source: "ztagent", Manual: "ztagent manual"}
			if err := doc.GenManTree(root, header, args[0]); err != nil {
				return usageError("writing the man pages: %w", err)
			}
			return nil
		},
	}
}

// buildTime is SOURCE_DATE_EPOCH, where it is set, so that two builds of one
// commit are the same.
func buildTime(w *world) (time.Time, error) {
	epoch := w.env("SOURCE_DATE_EPOCH")
	if epoch == "" {
		return w.Now().UTC(), nil
	}
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return time.Time{}, usageError("SOURCE_DATE_EPOCH: %w", fmt.Errorf("%q is no number of seconds", epoch))
	}
	return time.Unix(seconds, 0).UTC(), nil
}
