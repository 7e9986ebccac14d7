package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
)

// boundaries draws the note's picture: what stands between the Internet and
// the data, from the outside in, with what each line of defence is worth here.
func (t *table) boundaries() {
	groups := t.groups(audit.Boundary)
	if len(groups) == 0 {
		return
	}
	t.heading("Trust boundaries")
	label := 0
	for _, g := range groups {
		label = max(label, min(columns(g.Group), 30))
	}
	t.line("  Internet")
	for _, g := range groups {
		for i, l := range g.lines {
			left := "  " + t.paint(dim, "│") + strings.Repeat(" ", label+3)
			if i == 0 {
				left = "  " + t.paint(dim, "▼") + " " + t.paint(bold, pad(shorten(g.Group, label), label)) + "  "
			}
			t.boundaryLine(left, label+6, l)
		}
	}
}

func (t *table) boundaryLine(left string, leftWidth int, l line) {
	numbers := failedOf(l.counts)
	text := shorten(l.Text, t.w-leftWidth-columns(numbers)-4)
	gap := t.w - leftWidth - 2 - columns(text) - columns(numbers)
	t.line(left + t.mark(l.Status) + " " + text + strings.Repeat(" ", max(1, gap)) + t.paint(dim, numbers))
}

func (t *table) mark(s audit.Status) string { return t.paint(statusStyle(s), statusMark(s)) }

// failedOf is "3 of 40 failed", or what can be said when nothing did.
func failedOf(c audit.Counts) string {
	n := judged(c)
	if n == 0 {
		return "not judged"
	}
	return fmt.Sprintf("%d of %d %s", worstCount(c), n, worstWord(c))
}

// ratio is failedOf without the word, which the mark beside it says.
func ratio(c audit.Counts) string {
	if judged(c) == 0 {
		return "-"
	}
	return fmt.Sprintf("%d of %d", worstCount(c), judged(c))
}

func worstCount(c audit.Counts) int { return cmp.Or(c.Fail, c.Unknown, c.Manual, c.Pass+c.Waived) }

func worstWord(c audit.Counts) string {
	switch {
	case c.Fail > 0:
		return "failed"
	case c.Unknown > 0:
		return "unknown"
	case c.Manual > 0:
		return "manual"
	}
	return "passed"
}

// pillarsAndControls puts the two short lists side by side.
func (t *table) pillarsAndControls() {
	pillars, controls := t.groups(audit.Pillar), t.groups(audit.Control)
	if len(pillars)+len(controls) == 0 {
		return
	}
	half := (t.w - 4) / 2
	left, right := t.groupLines(pillars, half), t.groupLines(controls, t.w-half-4)
	t.line("")
	t.sideBySide(t.paint(bold, "Pillars")+" "+t.paint(dim, strings.Repeat("─", half-8)),
		t.paint(bold, "Controls")+" "+t.paint(dim, strings.Repeat("─", t.w-half-4-9)), half, half)
	for i := range max(len(left), len(right)) {
		l, r := "", ""
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		width := 0
		if l != "" {
			width = half
		}
		t.sideBySide(l, r, width, half)
	}
}

func (t *table) sideBySide(left, right string, leftWidth, half int) {
	t.line(left + strings.Repeat(" ", half-leftWidth+4) + right)
}

// groupLines returns one line of exactly width columns per group.
func (t *table) groupLines(groups []group, width int) []string {
	var lines []string
	for _, g := range groups {
		numbers := ratio(g.counts)
		name := shorten(g.Group, width-columns(numbers)-5)
		gap := width - 4 - columns(name) - columns(numbers)
		lines = append(lines, "  "+t.mark(g.Status)+" "+name+strings.Repeat(" ", max(1, gap))+t.paint(dim, numbers))
	}
	return lines
}
