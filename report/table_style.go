package report

import "github.com/ztagent/ztagent/internal/audit"

// style is an SGR parameter. Only the sixteen colours are used, so that the
// reader's own theme decides how they look.
type style string

const (
	plainStyle style = ""
	bold       style = "1"
	dim        style = "2"
	red        style = "31"
	redBold    style = "1;31"
	green      style = "32"
	yellow     style = "33"
	blue       style = "34"
	magenta    style = "35"
)

// paint colours s, which never contains a line feed, if color is on.
func paint(color bool, st style, s string) string {
	if !color || st == plainStyle || s == "" {
		return s
	}
	return "\x1b[" + string(st) + "m" + s + "\x1b[0m"
}

func severityStyle(s audit.Severity) style {
	switch s {
	case audit.Critical:
		return redBold
	case audit.High:
		return red
	case audit.Medium:
		return yellow
	case audit.Low:
		return blue
	}
	return dim
}

func statusStyle(s audit.Status) style {
	switch s {
	case audit.Pass:
		return green
	case audit.Fail:
		return red
	case audit.Unknown:
		return magenta
	case audit.Manual:
		return yellow
	}
	return dim
}

// statusMark is one column that tells statuses apart without colour. The marks
// are narrow in East Asian terminals too.
func statusMark(s audit.Status) string {
	switch s {
	case audit.Pass:
		return "✓"
	case audit.Fail:
		return "✗"
	case audit.Unknown:
		return "?"
	case audit.Manual:
		return "◦"
	case audit.Waived:
		return "~"
	}
	return "-"
}

// statusWord is the status as people write it.
func statusWord(s audit.Status) string {
	if s == audit.NotApplicable {
		return "n/a"
	}
	return s.String()
}

// gapWord is the kind of a gap as people write it.
func gapWord(g audit.ReportGap) string {
	switch word := string(g.Status); word {
	case "notLicensed":
		return "not licensed"
	case "notEnabled":
		return "not enabled"
	default:
		return word
	}
}
