package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ztagent/ztagent/internal/graph"
	"github.com/ztagent/ztagent/internal/tenant"
)

func newCollect(w *world) *cobra.Command {
	var live liveOptions
	var only, skip []string
	var c collectOptions
	var o redactingOptions
	cmd := &cobra.Command{
		Use:   "collect -o DIR",
		Short: "Read a tenant into a snapshot directory and stop",
		Long: "Collect reads a tenant from Microsoft Graph, and never writes to it. An interrupted\n" +
			"collection leaves a readable snapshot; --resume goes on with it.\n\n" +
			"With --redact DIR holds pseudonyms for what names people and places, with\n" +
			"--redact ids for the ids too. What was read is in a private directory beside DIR\n" +
			"until it is redacted, and is removed then, as it is on failure and interruption:\n" +
			"a redacted collection cannot be resumed.",
		Example: "  ztagent collect -o ./snapshot --tenant contoso.onmicrosoft.com --auth browser --client-id ID\n" +
			"  ztagent collect -o ./snapshot --resume --tenant contoso.onmicrosoft.com\n" +
			"  ztagent collect -o ./redacted --redact ids --tenant contoso.onmicrosoft.com\n" +
			"  ztagent audit --snapshot ./snapshot",
		Args: o.orValue(noArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if c.Dir == "" {
				return usageError("collect needs -o DIR, the directory to write")
			}
			if !live.wanted(w) {
				return usageError("nothing says which tenant to read: give --tenant, and how to sign in with --auth")
			}
			var err error
			if len(only)+len(skip) > 0 {
				if c.Datasets, err = datasetsOf(only, skip); err != nil {
					return err
				}
			}
			redacting := cmd.Flags().Changed(redactFlag)
			if !redacting && o.KeyFile != "" {
				return usageError("--redact-key-file is for --redact")
			}
			read := live.collect
			if redacting {
				read = func(ctx context.Context, w *world, c collectOptions) (graph.Result, error) {
					return collectRedacted(ctx, w, &live, c, &o)
				}
			}
			result, err := read(cmd.Context(), w, c)
			if err != nil {
				return err
			}
			if !c.Quiet {
				fmt.Fprintf(w.Err, "ztagent: %s: %d datasets complete, %d not\n", printable(c.Dir), result.Complete, result.Missing)
			}
			if result.Complete == 0 {
				return cannotRun(fmt.Errorf("not one dataset could be read; %s says why", tenant.ManifestName))
			}
			return unfinished(result, redacting)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&c.Dir, "output", "o", "", "the snapshot `DIR` to write; new or empty")
	flags.BoolVar(&c.Resume, "resume", false, "go on with the snapshot that is there")
	flags.StringSliceVar(&only, "check", nil, "only what these `IDs` of checks or rules read")
	flags.StringSliceVar(&skip, "skip", nil, "not what these `IDs` of checks or rules read")
	flags.BoolVar(&c.Still, "no-progress", false, "show no progress")
	flags.BoolVarP(&c.Quiet, "quiet", "q", false, "print nothing but errors")
	flags.BoolVarP(&c.Verbose, "verbose", "v", false, "print every request, and what each dataset cost; with --redact the cost alone")
	o.register(flags, "")
	flags.Lookup(redactFlag).NoOptDefVal = redactNames
	completeFrom(cmd, redactFlag, []string{redactNames, redactIDs})
	live.register(flags)
	live.registerDrills(flags)
	completeLive(cmd)
	completeFrom(cmd, "check", checkIDs())
	completeFrom(cmd, "skip", checkIDs())
	return cmd
}

// unfinished is the error of a collection that could not read what it may: an
// incomplete one never exits 0. What the tenant refuses or does not have is told by
// the preflight and the manifest, and is no error.
func unfinished(result graph.Result, redacting bool) error {
	if len(result.Unfinished) == 0 {
		return nil
	}
	names := make([]string, len(result.Unfinished))
	for i, d := range result.Unfinished {
		names[i] = string(d)
	}
	then := "--resume reads them again"
	if redacting {
		then = "collect again"
	}
	return &exitError{exitInconclusive, fmt.Errorf("%s could not be read in full: %s", strings.Join(names, ", "), then)}
}
