package report

import (
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
)

// pageLines is one page: what an A4 or letter sheet holds of 10 point type, and
// a tall terminal.
const pageLines = 72

// page writes the overview and as many of the failing rules, one line each and
// the most severe first, as the page has room for. A report that fails nothing
// shows all that the long table shows of the overview.
func (t *table) page() error {
	if err := t.overview(); err != nil {
		return err
	}
	above := t.take()
	t.onlyFix()
	t.verdictLine()
	t.restOfPage()
	below := t.take()
	t.out.WriteString(above)
	t.worstRules(pageLines - strings.Count(above, "\n") - strings.Count(below, "\n"))
	t.out.WriteString(below)
	return nil
}

// take returns what was written, and starts anew.
func (t *table) take() string {
	s := t.out.String()
	t.out.Reset()
	return s
}

// worstRules lists failing rules on room lines, the heading's two among them.
func (t *table) worstRules(room int) {
	rules := t.failing()
	if len(rules) == 0 {
		return
	}
	t.heading("Failing rules, the most severe first")
	room -= 2
	if len(rules) > room {
		room-- // for what is left out
	}
	room = max(room, 1)
	for _, r := range rules[:min(room, len(rules))] {
		t.ruleLine(r)
	}
	if rest := len(rules) - room; rest > 0 {
		t.line(t.paint(dim, "and "+plural(rest, "more rule")))
	}
}

func (t *table) ruleLine(r *ruleView) {
	numbers := fmt.Sprintf("%d of %d", r.Counts.Fail, judged(r.Counts))
	severity := pad(string(r.worst), len("critical")+gutter)
	name := shorten(r.Title, t.w-columns(severity)-columns(numbers)-gutter)
	left := t.paint(severityStyle(r.worst), severity) + name
	if t.w >= wideTable && columns(left)+2*gutter+columns(r.ID)+columns(numbers) <= t.w {
		left += strings.Repeat(" ", gutter) + t.paint(dim, r.ID)
	}
	t.ends(left, t.paint(dim, numbers))
}

// onlyFix is the one grant, licence or export that would settle most.
func (t *table) onlyFix() {
	if fixes := t.fixes(); len(fixes) > 0 && len(fixes[0].rules) > 0 {
		t.heading("Unknown")
		t.fix(fix{text: fixes[0].text, rules: fixes[0].rules}, bold)
	}
}

// restOfPage says how to see what the page leaves out.
func (t *table) restOfPage() {
	n := 0
	for _, r := range t.rulesWith(audit.Fail) {
		n += len(r.with(audit.Fail))
	}
	if n > 0 {
		t.paragraph("", dim, fmt.Sprintf("This is the summary. --summary=false lists the %s, and what to do.", plural(n, "finding")))
	}
}
