package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ztagent/ztagent/report"
)

// run runs the command line args in w and returns the exit code.
func run(ctx context.Context, args []string, w *world) int {
	w = discreetly(w)
	root := newRoot(w)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	code, printed := exitCode(err)
	if printed {
		fmt.Fprintln(w.Err, "ztagent: "+printable(err.Error()))
	}
	return code
}

func warn(w *world, text string) { fmt.Fprintln(w.Err, "ztagent: warning: "+printable(text)) }

// printable keeps what a message quotes from a tenant or a file from steering
// the terminal, and from being a command to a pipeline, which reads the error
// output as it does the other. Its line feeds stay: some messages have lines.
func printable(s string) string { return report.NeutralLines(s) }

func newRoot(w *world) *cobra.Command {
	root := &cobra.Command{
		Use:   "ztagent",
		Short: "Do your agent identities really follow Zero Trust, and how do you know?",
		Long: "ztagent audits the AI agent identities of a Microsoft Entra tenant against the\n" +
			"Zero Trust for Agents checklist. It reads Microsoft Graph or an exported\n" +
			"snapshot, and never writes to a tenant.",
		Example: "  ztagent audit --demo\n" +
			"  ztagent audit --snapshot ./snapshot -o sarif=ztagent.sarif\n" +
			"  ztagent checks federated-credentials",
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if w.Begin != nil {
				w.Begin()
			}
			return flagsFromEnvironment(cmd, w)
		},
	}
	root.SetIn(w.In)
	root.SetOut(w.Out)
	root.SetErr(w.Err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError("%w; see '%s --help'", err, cmd.CommandPath())
	})
	root.AddCommand(commands(w)...)
	return root
}

// flagsFromEnvironment sets each flag that was not given from ZTAGENT_<FLAG>:
// files come before the environment, the environment before flags
// (docs/configuration.md).
func flagsFromEnvironment(cmd *cobra.Command, w *world) error {
	var failed error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		name := "ZTAGENT_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value, ok := w.Getenv(name)
		if !ok || value == "" || f.Changed || f.Name == "help" || failed != nil {
			return
		}
		if err := cmd.Flags().Set(f.Name, value); err != nil {
			failed = usageError("environment variable %s: %w", name, err)
		}
	})
	return failed
}

// noArgs refuses arguments with a sentence of its own.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError("%s takes no arguments, but got %q; see '%s --help'", cmd.CommandPath(), args[0], cmd.CommandPath())
	}
	return nil
}

func oneArg(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usageError("%s takes one argument, %s; see '%s --help'", cmd.CommandPath(), what, cmd.CommandPath())
		}
		return nil
	}
}
