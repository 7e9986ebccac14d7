package report

// What commands need that print something else than a report: the same care for
// texts that a tenant controls.

// Neutral returns s on one line and harmless to a terminal or a pipeline's log,
// cut to at most columns; 0 is no limit.
func Neutral(s string, columns int) string {
	if columns <= 0 {
		return neutral(s)
	}
	return shorten(neutral(s), columns)
}

// NeutralLines is Neutral without a limit, and keeps line feeds: for messages
// that have lines of their own.
func NeutralLines(s string) string { return neutralLines(s) }

// Columns is how wide s is on a terminal.
func Columns(s string) int { return columns(s) }

// Wrap breaks s, which is neutral, into lines of at most width columns.
func Wrap(s string, width int) []string { return wrap(s, width) }

// MarkdownText escapes s, which is neutral, for running Markdown text.
func MarkdownText(s string) string { return mdText(s) }

// MarkdownCode puts s, which is neutral, into a code span.
func MarkdownCode(s string) string { return mdCode(s) }

// MarkdownHTML escapes s, which is neutral, for inside an HTML element in
// Markdown, such as a summary.
func MarkdownHTML(s string) string { return mdHTML(s) }

// MarkdownCell makes a finished piece of Markdown fit a cell of a table.
func MarkdownCell(markdown string) string { return mdCell(markdown) }
