package report

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ztagent/ztagent/internal/audit"
)

var csvHeader = []string{
	"status", "severity", "check", "rule", "title", "resourceType", "resourceId", "resourceName", "key",
	"message", "dataset", "file", "line", "pointer", "observed", "expected", "remediation", "portalLink",
	"fingerprint", "waiverReason", "waiverOwner", "waiverTicket", "waiverExpires",
}

// CSV writes one row per finding, and one without a resource per rule that could
// not be judged at all (a spreadsheet must not be silent about it): RFC 4180,
// UTF-8, lines ended by CRLF, with a byte order mark if Options.BOM is set.
// A cell that a spreadsheet would take for a formula starts with an apostrophe.
func CSV(w io.Writer, r *audit.Report, o Options) error {
	if o.BOM {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
	}
	v := newView(r, o, machineLimits)
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(csvHeader); err != nil {
		return err
	}
	for _, rule := range v.rules {
		for _, f := range rule.rows() {
			if err := out.Write(csvRow(rule, f)); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// rows are the findings of a rule, or one that stands for the rule itself when
// it could not be judged at all.
func (r *ruleView) rows() []*audit.Finding {
	if r.Status != audit.Unknown || r.listed > 0 {
		return r.findings
	}
	return []*audit.Finding{{Status: audit.Unknown, Severity: r.Severity, Message: r.Reason, Fingerprint: "rule:" + r.ID}}
}

func csvRow(r *ruleView, f *audit.Finding) []string {
	var e audit.EvidenceRef
	if i := mainEvidence(f); i >= 0 {
		e = f.Evidence[i]
	}
	line := ""
	if e.Line > 0 {
		line = itoa(e.Line)
	}
	w := audit.AppliedWaiver{}
	if f.Waiver != nil {
		w = *f.Waiver
	}
	row := []string{
		f.Status.String(), string(f.Severity), r.check.ID, r.ID, r.Title,
		string(f.Resource.Type), f.Resource.ID, f.Resource.DisplayName, f.Key,
		f.Message, string(e.Dataset), e.File, line, e.Pointer, e.Observed, e.Expected,
		strings.Join(strings.Fields(plain(r.Remediation)), " "), f.PortalLink,
		f.Fingerprint, w.Reason, w.Owner, w.Ticket, w.Expires,
	}
	for i := range row {
		row[i] = noFormula(row[i])
	}
	return row
}

// noFormula keeps spreadsheets from computing s: they look past leading spaces
// and quotation marks, and take full-width signs too.
func noFormula(s string) string {
	start := strings.TrimLeftFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '"' || r == '\'' })
	if first, _ := utf8.DecodeRuneInString(start); start != "" && strings.ContainsRune("=+-@|%＝＋－＠", first) {
		return "'" + s
	}
	return s
}
