package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// gutter is the space between two columns. From wideTable columns on there is
// room for the check's id, which --check takes.
const (
	gutter    = 2
	wideTable = 110
)

// column is one column of the table of checks. Its width is that of its widest
// cell; the one that grows takes what is left and wraps.
type column struct {
	title string
	style func(c *checkView) style
	cell  func(c *checkView) string
	right bool // numbers
	grows bool
}

func (t *table) checkColumns() []column {
	plain := func(*checkView) style { return plainStyle }
	columns := []column{
		{title: "", style: func(*checkView) style { return dim }, cell: func(c *checkView) string { return pad(c.tag, 2) }},
		{title: "CHECK", style: plain, cell: t.lineOfNote, grows: true},
	}
	if t.w >= wideTable {
		columns = append(columns, column{
			title: "ID", style: func(*checkView) style { return dim },
			cell: func(c *checkView) string { return c.ID },
		})
	}
	return append(columns,
		column{
			title: "STATUS", style: func(c *checkView) style { return statusStyle(c.Status) },
			cell: func(c *checkView) string { return statusMark(c.Status) + " " + statusWord(c.Status) },
		},
		column{title: "FAILED", style: plain, cell: failedCell, right: true},
		column{
			title: "WORST", style: func(c *checkView) style { return severityStyle(c.worst) },
			cell: func(c *checkView) string { return pad(string(c.worst), len("critical")) },
		},
	)
}

// failedCell is what failed of how many.
func failedCell(c *checkView) string {
	if n := judged(c.counts); n > 0 {
		return fmt.Sprintf("%d of %d", c.counts.Fail, n)
	}
	return "-"
}

func (t *table) checkTable() error {
	cols := t.checkColumns()
	widths := t.columnWidths(cols)
	var b strings.Builder
	grid := newGrid(&b, widths)
	header := make([]any, len(cols))
	for i, c := range cols {
		header[i] = align(c.title, widths[i], c.right)
	}
	grid.Header(header...)
	for _, check := range t.checks {
		row := make([]string, len(cols))
		for i, c := range cols {
			lines := t.cellLines(c.cell(check), widths[i])
			for k := range lines {
				lines[k] = t.paint(c.style(check), align(lines[k], widths[i], c.right))
			}
			row[i] = strings.Join(lines, "\n")
		}
		if err := grid.Append(row); err != nil {
			return err
		}
	}
	if err := grid.Render(); err != nil {
		return err
	}
	t.printGrid(b.String())
	return nil
}

// cellLines wraps what a cell holds; a page has no room for that.
func (t *table) cellLines(s string, width int) []string {
	if t.o.Page {
		return []string{shorten(s, width)}
	}
	return wrap(s, width)
}

func (t *table) printGrid(text string) {
	head, body, _ := strings.Cut(text, "\n")
	t.line("")
	t.line(t.paint(dim, strings.TrimRight(head, " ")))
	t.rule()
	for l := range strings.Lines(body) {
		t.line(strings.TrimRight(l, "\n"))
	}
	t.rule()
	t.line(t.paint(dim, "L checklist · C control · B trust boundary · P pillar"))
}

// columnWidths fits the columns to the width of the table exactly.
func (t *table) columnWidths(cols []column) []int {
	widths, left, growing := make([]int, len(cols)), t.w-gutter*(len(cols)-1), 0
	for i, c := range cols {
		if c.grows {
			growing = i
			continue
		}
		widths[i] = columns(c.title)
		for _, check := range t.checks {
			widths[i] = max(widths[i], columns(c.cell(check)))
		}
		left -= widths[i]
	}
	widths[growing] = max(left, 12)
	return widths
}

func align(s string, width int, right bool) string {
	if right {
		return strings.Repeat(" ", max(0, width-columns(s))) + s
	}
	return s
}

// newGrid returns a table without borders whose columns have these widths.
func newGrid(w io.Writer, widths []int) *tablewriter.Table {
	mapper := tw.NewMapper[int, int]()
	for i, width := range widths {
		if i < len(widths)-1 {
			width += gutter
		}
		mapper.Set(i, width)
	}
	return tablewriter.NewTable(w,
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders:  tw.BorderNone,
			Settings: tw.Settings{Separators: tw.SeparatorsNone, Lines: tw.LinesNone},
		})),
		tablewriter.WithColumnWidths(mapper),
		tablewriter.WithPadding(tw.Padding{Overwrite: true}),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAlignment(tw.AlignLeft),
		tablewriter.WithRowAlignment(tw.AlignLeft),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithTrimSpace(tw.Off),
	)
}
