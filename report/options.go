// Package report renders an audit. Every writer is pure: it looks at the report
// and the options, and at no clock, environment, terminal or map order.
//
// JSON is lossless, and every other format can be made from it later. What the
// others share (neutralising hostile names, grouping, ordering, shortening) is
// done once, in the view, before any of them starts.
package report

import "github.com/ztagent/ztagent/internal/audit"

// The SARIF profiles: what code scanning on GitHub really shows, or everything.
const (
	SARIFGitHub = "github"
	SARIFFull   = "full"
)

// The dialects of workflow commands.
const (
	AnnotateGitHub = "github"
	AnnotateAzure  = "azure"
)

// Options are what a reader may choose about a report. The zero value is a
// plain report at the defaults named below.
type Options struct {
	// Width of a terminal table in columns; 80 when zero.
	Width int
	// Color lets the table use the sixteen colours of a terminal.
	Color bool
	// Page cuts the table to one page of about 70 lines: the overview, the most
	// severe of the failing rules and the verdict.
	Page bool
	// MaxPerRule is how many findings of one rule the table and the Markdown
	// list; 10 when zero, all when negative.
	MaxPerRule int
	// MinSeverity hides findings less severe than it from every format but
	// JSON. It never changes a status or a denominator.
	MinSeverity audit.Severity
	// ShowPasses lists passing resources too, where the audit kept them.
	ShowPasses bool

	// SARIFProfile is SARIFGitHub, the default, or SARIFFull.
	SARIFProfile string
	// SnapshotURI is where the snapshot stands relative to the repository's
	// root, with slashes. When empty it is Report.Snapshot, if that is a
	// relative path, else ztagent/TENANT-ID, which stands for no real place.
	SnapshotURI string
	// Baseline is an older report: SARIF then marks results as new, unchanged
	// or absent.
	Baseline *audit.Report

	// Dialect of Annotations: AnnotateGitHub, the default, or AnnotateAzure.
	Dialect string
	// Dossiers are what HTML shows of each agent; without them it has the findings
	// only.
	Dossiers *Dossiers
	// MaxBytes is the size budget of Markdown; 1,000,000 when zero, which is
	// below the limit of a GitHub job summary.
	MaxBytes int
	// BOM starts CSV with a byte order mark, for spreadsheets that want one.
	BOM bool
}

const (
	defaultWidth      = 80
	minWidth          = 60
	defaultMaxPerRule = 10
	defaultMaxBytes   = 1_000_000
)

func (o Options) width() int {
	if o.Width <= 0 {
		return defaultWidth
	}
	return max(o.Width, minWidth)
}

// limit returns how many of n findings of one rule are listed.
func (o Options) limit(n int) int {
	switch {
	case o.MaxPerRule < 0:
		return n
	case o.MaxPerRule == 0:
		return min(n, defaultMaxPerRule)
	}
	return min(n, o.MaxPerRule)
}

func (o Options) shows(s audit.Severity) bool {
	return o.MinSeverity == "" || s.AtLeast(o.MinSeverity)
}
