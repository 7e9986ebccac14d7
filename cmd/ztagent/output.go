package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/report"
)

// formats are the report formats by name, in the order of the help.
func formatNames() []string {
	return []string{"table", "json", "sarif", "html", "markdown", "csv", "junit", "ocsf"}
}

func writerOf(format string) func(io.Writer, *audit.Report, report.Options) error {
	switch format {
	case "table":
		return report.Table
	case "json":
		return report.JSON
	case "sarif":
		return report.SARIF
	case "html":
		return report.HTML
	case "markdown":
		return report.Markdown
	case "csv":
		return report.CSV
	case "junit":
		return report.JUnit
	case "ocsf":
		return report.OCSF
	}
	return nil
}

// output is one report to write: to a file, or to stdout when File is "".
type output struct {
	Format, File string
}

// outputs reads -f and -o. -o takes FILE, which gets the -f format, or
// FORMAT=FILE; stdout gets the -f format unless a bare FILE took it.
func outputs(format string, files []string) ([]output, error) {
	if writerOf(format) == nil {
		return nil, unknownFormat(format)
	}
	all := []output{{Format: format}}
	for _, arg := range files {
		name, file, named := strings.Cut(arg, "=")
		switch {
		case named && writerOf(name) != nil:
			all = append(all, output{name, file})
		case named && !strings.ContainsAny(name, `/\.`):
			return nil, unknownFormat(name)
		case all[0].File == "":
			all[0].File = arg
		default:
			return nil, usageError("two files for one report: %s and %s; name the format, as in -o json=FILE", all[0].File, arg)
		}
	}
	for i, o := range all {
		if o.File == "" && i > 0 {
			return nil, usageError("-o %s= names no file", o.Format)
		}
		if o.File == "-" {
			all[i].File = ""
		}
	}
	return all, nil
}

func unknownFormat(name string) error {
	return usageError("no report format %q%s (there are %s)", name,
		audit.DidYouMean(name, formatNames()), strings.Join(formatNames(), ", "))
}

// render writes one report to where it belongs.
func (o output) render(w *world, r *audit.Report, opts report.Options) error {
	write := writerOf(o.Format)
	if o.File == "" {
		out := bufio.NewWriterSize(w.Out, 64<<10)
		if err := write(out, r, opts); err != nil {
			return fmt.Errorf("writing the %s report: %w", o.Format, err)
		}
		return out.Flush()
	}
	opts.Color, opts.Width = false, 0
	return writeFile(o.File, func(out io.Writer) error { return write(out, r, opts) })
}

// writeFile writes a file whole or not at all: to a temporary file beside it,
// which then takes its name. A device or a pipe is written to as it is: a file
// must not take its place.
func writeFile(name string, write func(io.Writer) error) (err error) {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return writeStream(name, write)
	}
	temporary, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return usageError("cannot write %s: %w", name, cause(err))
	}
	defer func() {
		if err != nil {
			_ = temporary.Close()
			_ = os.Remove(temporary.Name())
		}
	}()
	out := bufio.NewWriterSize(temporary, 64<<10)
	var disk *os.PathError
	switch err = write(out); {
	case errors.As(err, &disk) && disk.Path == temporary.Name():
		return usageError("cannot write %s: %w", name, disk.Err)
	case err != nil:
		return fmt.Errorf("writing %s: %w", name, err)
	}
	if err = out.Flush(); err != nil {
		return usageError("cannot write %s: %w", name, cause(err))
	}
	if err = temporary.Close(); err != nil {
		return usageError("cannot write %s: %w", name, cause(err))
	}
	if err = os.Rename(temporary.Name(), name); err != nil {
		return usageError("cannot write %s: %w", name, cause(err))
	}
	return nil
}

func writeStream(name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return usageError("cannot write %s: %w", name, cause(err))
	}
	out := bufio.NewWriterSize(f, 64<<10)
	if err = write(out); err == nil {
		err = out.Flush()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return usageError("cannot write %s: %w", name, cause(err))
	}
	return nil
}

// cause strips the temporary name from an error about a file: the user never
// chose it.
func cause(err error) error {
	var path *os.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

func parseSeverity(flag, value string) (audit.Severity, error) {
	if value == "" {
		return "", nil
	}
	var known []string
	for _, s := range audit.Severities() {
		known = append(known, string(s))
	}
	severity, err := oneOf(flag, value, known...)
	return audit.Severity(severity), err
}

func oneOf(flag, value string, known ...string) (string, error) {
	if slices.Contains(known, value) {
		return value, nil
	}
	return "", usageError("%s: no severity %q%s (there are %s)", flag, value,
		audit.DidYouMean(value, known), strings.Join(known, ", "))
}
