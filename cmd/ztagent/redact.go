package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ztagent/ztagent/internal/redact"
	"github.com/ztagent/ztagent/internal/tenant"
)

// redactingOptions say what becomes a pseudonym, and by which key.
type redactingOptions struct {
	What    string // names, ids; "" for nothing
	KeyFile string
}

const (
	redactFlag  = "redact"
	redactNames = "names"
	redactIDs   = "ids"
)

func (o *redactingOptions) register(flags *pflag.FlagSet, what string) {
	flags.StringVar(&o.What, redactFlag, what, "what becomes a pseudonym: `names`, or ids (names and ids)")
	flags.StringVar(&o.KeyFile, "redact-key-file", "", "make pseudonyms by the key in `FILE`; without, by a fresh key that is not kept")
}

// orValue takes one argument for the value of --redact: where a flag may stand
// without a value, the library takes none behind a space.
func (o *redactingOptions) orValue(otherwise cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 && cmd.Flags().Changed(redactFlag) && (args[0] == redactNames || args[0] == redactIDs) {
			o.What = args[0]
			return nil
		}
		return otherwise(cmd, args)
	}
}

// options reads the key.
func (o *redactingOptions) options(w *world) (redact.Options, error) {
	if o.What != redactNames && o.What != redactIDs {
		return redact.Options{}, usageError("--redact: %q is none of names, ids", o.What)
	}
	r := redact.Options{IDs: o.What == redactIDs}
	if o.KeyFile == "" {
		return r, nil
	}
	key, err := os.ReadFile(o.KeyFile)
	if err != nil {
		return r, usageError("cannot read the key file %s: %w", o.KeyFile, cause(err))
	}
	r.Key = bytes.TrimRight(key, "\r\n")
	if len(r.Key) < redact.MinKey {
		return r, usageError("the key in %s has %d bytes; it needs at least %d", o.KeyFile, len(r.Key), redact.MinKey)
	}
	warnIfShared(w, "the key file", o.KeyFile, ", and with it undo the pseudonyms of names they guess")
	return r, nil
}

func newRedact(w *world) *cobra.Command {
	var o redactingOptions
	var verify, quiet bool
	cmd := &cobra.Command{
		Use:   "redact IN OUT",
		Short: "Make pseudonyms of what names people and places in a snapshot",
		Long: "Redact writes a snapshot that can be shown to others: names, user and mail names,\n" +
			"hosts, addresses and free text become pseudonyms, with --redact ids the ids too.\n" +
			"Every verdict stays. One key gives one pseudonym, so that snapshots of one tenant\n" +
			"that were redacted with one key still compare.\n\n" +
			"With --verify it writes nothing, and searches the redacted snapshot OUT for\n" +
			"whatever of IN is left.\n\n" +
			"Exit status: 0 done, or nothing is left · 1 --verify found something · 2 usage or\n" +
			"input error · 3 a snapshot cannot be read.",
		Example: "  ztagent redact ./snapshot ./redacted\n" +
			"  ztagent redact ./snapshot.zip ./redacted --redact ids --redact-key-file key\n" +
			"  ztagent redact --verify ./snapshot ./redacted",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if verify {
				if given := givenFlags(cmd, "redact-key-file"); len(given) > 0 {
					return usageError("--verify needs no key: it knows the original")
				}
				return runVerify(cmd.Context(), w, &o, args[0], args[1], quiet)
			}
			return runRedact(cmd.Context(), w, &o, args[0], args[1], quiet)
		},
	}
	flags := cmd.Flags()
	o.register(flags, redactNames)
	flags.BoolVar(&verify, "verify", false, "search the redacted snapshot OUT for what is left of IN")
	flags.BoolVarP(&quiet, "quiet", "q", false, "print nothing but leaks and errors")
	completeFrom(cmd, redactFlag, []string{redactNames, redactIDs})
	return cmd
}

func runRedact(ctx context.Context, w *world, o *redactingOptions, in, out string, quiet bool) error {
	r, err := o.options(w)
	if err != nil {
		return err
	}
	fsys, cleanup, err := openFiles(in)
	if err != nil {
		return err
	}
	defer func() { _ = cleanup() }()
	summary, err := redact.Snapshot(ctx, fsys, out, r)
	if err != nil {
		return redactionFailure(in, err)
	}
	reportRedaction(w, o, out, summary, quiet)
	return nil
}

// openFiles opens the files of a snapshot.
func openFiles(name string) (fs.FS, func() error, error) {
	fsys, cleanup, err := tenant.Files(name)
	var input *tenant.InputError
	switch {
	case errors.As(err, &input):
		return nil, nil, err
	case err != nil:
		return nil, nil, cannotRun(err)
	}
	return fsys, cleanup, nil
}

func redactionFailure(in string, err error) error {
	var input *tenant.InputError
	switch {
	case errors.As(err, &input), errors.Is(err, redact.ErrNotEmpty):
		return inputFailure(err)
	case errors.Is(err, tenant.ErrNotSnapshot):
		return cannotRun(fmt.Errorf("%s: %w", in, err))
	}
	return cannotRun(err)
}

func reportRedaction(w *world, o *redactingOptions, out string, summary redact.Summary, quiet bool) {
	for _, name := range summary.Ignored {
		warn(w, fmt.Sprintf("%.80q is no dataset; it was left out", name))
	}
	for _, d := range summary.Malformed {
		warn(w, fmt.Sprintf("%s is malformed; it was left out, and the manifest says so", d))
	}
	if quiet {
		return
	}
	what, by := "names", "a fresh key, which is not kept"
	if o.What == redactIDs {
		what = "names and ids"
	}
	if o.KeyFile != "" {
		by = "the key in " + o.KeyFile
	}
	fmt.Fprintf(w.Err, "ztagent: %s: %s redacted (%s), by %s\n", printable(out), count(summary.Files, "file"), what, printable(by))
}

// runVerify lists what is left. The texts themselves are not printed: a list of
// leaks should be none.
func runVerify(ctx context.Context, w *world, o *redactingOptions, original, redacted string, quiet bool) error {
	if o.What != redactNames && o.What != redactIDs {
		return usageError("--redact: %q is none of names, ids", o.What)
	}
	before, cleanup, err := openFiles(original)
	if err != nil {
		return err
	}
	defer func() { _ = cleanup() }()
	after, cleanupAfter, err := openFiles(redacted)
	if err != nil {
		return err
	}
	defer func() { _ = cleanupAfter() }()
	v, err := redact.Verify(ctx, before, after, o.What == redactIDs)
	if err != nil {
		return redactionFailure(original, err)
	}
	for _, leak := range v.Leaks {
		fmt.Fprintln(w.Out, printable(leak.String()))
	}
	if !quiet {
		fmt.Fprintf(w.Err, "ztagent: searched %s for %s: %s left\n", printable(redacted), count(v.Searched, "original"), leftOver(v))
		if v.Common > 0 {
			fmt.Fprintf(w.Err, "ztagent: %s of common words: looked for where a name is due, and nowhere else\n", count(v.Common, "name"))
		}
	}
	if len(v.Leaks) > 0 {
		return &exitError{code: exitFindings}
	}
	return nil
}

func leftOver(v redact.Verification) string {
	switch {
	case len(v.Leaks) == 0:
		return "none is"
	case v.More:
		return fmt.Sprintf("%d or more are", len(v.Leaks))
	case len(v.Leaks) == 1:
		return "1 is"
	}
	return fmt.Sprintf("%d are", len(v.Leaks))
}
