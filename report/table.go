package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
)

// Table writes the report for a terminal: first the whole on about a page (a
// row per check, the trust boundaries, pillars and controls), then the failing
// findings by rule, then what is not known and what would settle it, last the
// verdict in one line; with Options.Page the first of that, the worst rules and
// the verdict. No line is wider than Options.Width.
func Table(w io.Writer, r *audit.Report, o Options) error {
	t := &table{view: newView(r, o, humanLimits), o: o, w: o.width()}
	write := t.everything
	if o.Page {
		write = t.page
	}
	if err := write(); err != nil {
		return fmt.Errorf("table of checks: %w", err)
	}
	_, err := io.WriteString(w, t.out.String())
	return err
}

// overview is the whole at a glance.
func (t *table) overview() error {
	t.head()
	t.warnings()
	if err := t.checkTable(); err != nil {
		return err
	}
	t.boundaries()
	t.whatIf()
	t.pillarsAndControls()
	return nil
}

func (t *table) everything() error {
	if err := t.overview(); err != nil {
		return err
	}
	t.failingFindings()
	t.unknownRules()
	t.manualRules()
	t.waivedFindings()
	t.passingFindings()
	t.verdictLine()
	return nil
}

type table struct {
	*view
	o   Options
	w   int // columns
	out strings.Builder
}

func (t *table) paint(st style, s string) string { return paint(t.o.Color, st, s) }

func (t *table) line(s string) {
	t.out.WriteString(strings.TrimRight(s, " "))
	t.out.WriteByte('\n')
}

// paragraph writes s wrapped, every line behind prefix.
func (t *table) paragraph(prefix string, st style, s string) {
	for _, l := range wrap(s, t.w-columns(prefix)) {
		t.line(prefix + t.paint(st, l))
	}
}

// ends writes left and right at the two ends of a line, or on two lines when
// one is too short for both.
func (t *table) ends(left, right string) {
	room := t.w - columns(left) - columns(right)
	if right == "" || room < 2 {
		t.line(left)
		if right != "" {
			t.line(strings.Repeat(" ", max(0, t.w-columns(right))) + right)
		}
		return
	}
	t.line(left + strings.Repeat(" ", room) + right)
}

func (t *table) rule() { t.line(t.paint(dim, strings.Repeat("─", t.w))) }

// heading starts a section.
func (t *table) heading(s string) {
	t.line("")
	t.line(t.paint(bold, s) + " " + t.paint(dim, strings.Repeat("─", max(0, t.w-columns(s)-1))))
}

func (t *table) head() {
	name := t.Tenant.DisplayName
	if name == "" {
		name = "Tenant"
	}
	t.ends(t.paint(bold, shorten(name, t.w)), t.paint(dim, shorten(t.Tenant.ID, t.w)))
	agents := fmt.Sprintf("%s, %d active", agentCount(t.Summary.Agents), t.Summary.Active)
	if t.Summary.Agents == 0 {
		agents = "no agent identity was found"
	}
	about := []string{agents, "taken " + day(t.TakenAt)}
	if t.Snapshot != "" {
		about = append(about, shorten(t.Snapshot, t.w/2))
	}
	t.paragraph("", dim, strings.Join(about, " · "))
}

func agentCount(n int) string {
	if n == 1 {
		return "1 agent identity"
	}
	return itoa(n) + " agent identities"
}

// day shows the minute of an RFC 3339 time: "2026-11-20 08:15 UTC".
func day(rfc3339 string) string {
	if len(rfc3339) < len("2026-11-20T08:15") {
		return rfc3339
	}
	return rfc3339[:10] + " " + rfc3339[11:16] + " UTC"
}

func (t *table) warnings() {
	for _, s := range t.Warnings[:t.o.limit(len(t.Warnings))] {
		t.paragraph("", yellow, "Warning: "+s)
	}
	t.more("", len(t.Warnings), "warning")
}

// more says how many things of n the limit left out.
func (t *table) more(prefix string, n int, noun string) {
	if rest := n - t.o.limit(n); rest > 0 {
		t.line(prefix + t.paint(dim, fmt.Sprintf("and %d more %ss", rest, noun)))
	}
}
