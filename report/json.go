package report

import (
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/audit"
)

// JSON writes the report whole, indented, byte for byte the same for the same
// report. It is described by docs/report.schema.json and read by ReadJSON; the
// options do not touch it. Characters that could steer a terminal, and the "##"
// of a pipeline's commands, are written as \u escapes, which loses nothing.
func JSON(w io.Writer, r *audit.Report, _ Options) error {
	if err := WriteJSON(w, r); err != nil {
		return fmt.Errorf("JSON report: %w", err)
	}
	return nil
}

// WriteJSON writes any value as JSON does a report: indented, the same for the
// same value, and harmless to a terminal or a pipeline that prints it.
func WriteJSON(w io.Writer, value any) error {
	e := &escapingWriter{w: w}
	err := json.MarshalWrite(e, value, json.Deterministic(true), jsontext.Multiline(true), jsontext.WithIndent("  "))
	if err != nil {
		return err
	}
	return e.finish()
}

// escapingWriter passes JSON text on with every hidden character as a \u
// escape. In valid JSON such characters stand only inside strings.
type escapingWriter struct {
	w        io.Writer
	out      []byte
	rest     []byte // the start of a character that the last write cut in two
	previous byte
}

func (e *escapingWriter) Write(p []byte) (int, error) {
	text := p
	if len(e.rest) > 0 {
		text = slices.Concat(e.rest, p)
	}
	e.out = e.out[:0]
	for len(text) > 0 {
		if text[0] < utf8.RuneSelf && text[0] != 0x7f {
			if text[0] == '#' && e.previous == '#' {
				e.out = append(e.out, `\u0023`...)
			} else {
				e.out = append(e.out, text[0])
			}
			e.previous = text[0]
			text = text[1:]
			continue
		}
		if !utf8.FullRune(text) {
			break
		}
		r, size := utf8.DecodeRune(text)
		e.out, e.previous = appendEscaped(e.out, r), 0
		text = text[size:]
	}
	e.rest = append([]byte(nil), text...)
	if _, err := e.w.Write(e.out); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (e *escapingWriter) finish() error {
	_, err := e.w.Write(append(e.rest, '\n'))
	return err
}

func appendEscaped(b []byte, r rune) []byte {
	switch {
	case !hidden(r):
		return utf8.AppendRune(b, r)
	case r < 0x10000:
		return fmt.Appendf(b, `\u%04x`, r)
	}
	r -= 0x10000
	return fmt.Appendf(b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
}
