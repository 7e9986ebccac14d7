package main

import (
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/report"
)

func newReport(w *world) *cobra.Command {
	var format string
	var files []string
	var show showOptions
	cmd := &cobra.Command{
		Use:   "report FILE",
		Short: "Render a saved JSON report again, in any format, offline",
		Long:  "Report reads a report that 'ztagent audit -f json' wrote, or standard input for\n\"-\", and renders it in any format. JSON is lossless, so nothing is lost.",
		Example: "  ztagent audit --demo -f json -o report.json\n" +
			"  ztagent report report.json\n" +
			"  ztagent report report.json -f html -o report.html",
		Args: oneArg("a JSON report or -"),
		RunE: func(_ *cobra.Command, args []string) error {
			outs, err := outputs(format, files)
			if err != nil {
				return err
			}
			opts, err := show.reportOptions(w)
			if err != nil {
				return err
			}
			r, err := readReport(w, args[0])
			if err != nil {
				return err
			}
			opts.SnapshotURI = repositoryURI(r.Snapshot)
			for _, out := range outs {
				if err := out.render(w, r, opts); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&format, "format", "f", "table", "report format: "+strings.Join(formatNames(), ", "))
	cmd.Flags().StringArrayVarP(&files, "output", "o", nil, "write to `[FORMAT=]FILE` instead of stdout; repeatable")
	show.register(cmd.Flags())
	completeFrom(cmd, "format", formatNames())
	return cmd
}

// readReport reads a saved JSON report from a file, or from stdin for "-".
func readReport(w *world, name string) (*audit.Report, error) {
	in := w.In
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, usageError("cannot read the report %s: %w", name, cause(err))
		}
		defer f.Close()
		in = f
	}
	r, err := report.ReadJSON(in)
	if err != nil {
		return nil, usageError("%s: %w", name, err)
	}
	return r, nil
}
