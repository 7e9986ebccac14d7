package main

import (
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/diff"
	"github.com/ztagent/ztagent/internal/tenant"
	"github.com/ztagent/ztagent/report"
)

// readBaseline reads the report to compare with, or nil when none is given.
func (o *auditOptions) readBaseline(w *world) (*audit.Report, error) {
	if o.Baseline == "" {
		return nil, nil
	}
	if o.Baseline != "-" {
		snapshot, err := isSnapshot(o.Baseline)
		if err != nil {
			return nil, err
		}
		if snapshot {
			return nil, usageError("--baseline takes a JSON report, and %s is a snapshot; 'ztagent diff' compares snapshots", o.Baseline)
		}
	}
	return readReport(w, o.Baseline)
}

// sameTenant ends an audit before it judges a tenant that is not the baseline's.
func sameTenant(baseline *audit.Report, s *tenant.Snapshot) error {
	if baseline == nil {
		return nil
	}
	now := audit.TenantInfo{ID: s.TenantID.String(), DisplayName: s.DisplayName}
	if err := diff.SameTenant(baseline.Tenant, now); err != nil {
		return usageError("--baseline: %w", err)
	}
	return nil
}

// decideSince is decide, for what is worse than in the baseline alone.
func (g gate) decideSince(w *world, baseline, r *audit.Report, quiet bool) error {
	d, err := diff.Compare(baseline, r)
	if err != nil {
		return usageError("--baseline: %w", err)
	}
	return g.decideDiff(w, d, quiet)
}

// decideDiff prints the warnings and the one-line summary of a comparison, and
// returns the exit status as an error.
func (g gate) decideDiff(w *world, d *diff.Diff, quiet bool) error {
	failing, unknown := d.Regressions(g.threshold())
	for _, warning := range d.Warnings {
		warn(w, warning)
	}
	if !quiet {
		fmt.Fprintln(w.Err, "ztagent: "+printable(tenantLabel(d.Tenant)+g.diffLine(d)))
	}
	switch {
	case failing > 0:
		return &exitError{code: exitFindings}
	case unknown > 0 && g.unknown == "fail":
		return &exitError{code: exitInconclusive}
	}
	return nil
}

// threshold is the severity from which findings count, "" for none.
func (g gate) threshold() audit.Severity {
	if g.failOn == never {
		return ""
	}
	return g.failOn
}

func tenantLabel(t audit.TenantInfo) string {
	name := t.DisplayName
	if name == "" {
		name = t.ID
	}
	return strings.TrimPrefix(report.Neutral(name, 100)+": ", ": ")
}

// diffLine is the verdict of a comparison: what is worse, then what is not.
func (g gate) diffLine(d *diff.Diff) string {
	failing, unknown := d.Regressions(g.threshold())
	var parts []string
	switch {
	case g.failOn == never:
		parts = append(parts, "findings are not gated (--fail-on never)")
	case failing > 0:
		parts = append(parts, fmt.Sprintf("%s at %s or worse", count(failing, "regression"), g.failOn))
	default:
		parts = append(parts, "nothing is worse at "+string(g.failOn)+" or worse")
	}
	if unknown > 0 && g.unknown != "ignore" {
		parts = append(parts, fmt.Sprintf("%d newly unknown", unknown))
	}
	parts = append(parts, fmt.Sprintf("%d still failing", d.Summary.StillFailing), fmt.Sprintf("%d fixed", d.Summary.Fixed))
	return strings.Join(parts, "; ") + " since " + minute(d.Old.TakenAt)
}

// minute shows an RFC 3339 time in UTC for a reader.
func minute(rfc3339 string) string {
	if len(rfc3339) < len("2006-01-02T15:04") {
		return rfc3339
	}
	return rfc3339[:10] + " " + rfc3339[11:16] + " UTC"
}
