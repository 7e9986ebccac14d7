package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/audit"
)

// SchemaVersion is the version of the JSON report that this package reads.
const SchemaVersion = 1

// maxReportBytes bounds what ReadJSON takes: a report of a million findings is
// about half of it.
const maxReportBytes = 2 << 30

// ReadJSON reads a report that JSON wrote. It is strict, because a report that
// is read wrongly shows a tenant better than it is: unknown and repeated
// members, invalid UTF-8, text after the end, unknown words and counts that do
// not add up are errors, which name the line.
func ReadJSON(r io.Reader) (*audit.Report, error) { return readJSON(r, maxReportBytes) }

func readJSON(r io.Reader, limit int64) (*audit.Report, error) {
	text, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("reading the report: %w", err)
	}
	if int64(len(text)) > limit {
		return nil, fmt.Errorf("the report is larger than %d bytes", limit)
	}
	if bytes.HasPrefix(text, []byte{0xff, 0xfe}) || bytes.HasPrefix(text, []byte{0xfe, 0xff}) {
		return nil, errors.New("the report is UTF-16 text: write it as UTF-8 (in PowerShell, with -o FILE instead of >)")
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if err := checkVersion(text); err != nil {
		return nil, err
	}
	report := new(audit.Report)
	if err := json.Unmarshal(text, report, json.RejectUnknownMembers(true)); err != nil {
		return nil, decodeError(text, err)
	}
	if fault := checkReport(report); fault != nil {
		return nil, fmt.Errorf("the report, line %d: %s: %s", lineOfPointer(text, fault.pointer), neutral(string(fault.pointer)), fault.what)
	}
	return report, nil
}

// checkVersion looks at the version alone, before anything in a report of
// another version can look like a fault.
func checkVersion(text []byte) error {
	var head struct {
		SchemaVersion jsontext.Value `json:"schemaVersion"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return decodeError(text, err)
	}
	switch {
	case head.SchemaVersion == nil:
		return errors.New("this is not a JSON report of ztagent: it has no schemaVersion")
	case string(head.SchemaVersion) != fmt.Sprint(SchemaVersion):
		return fmt.Errorf("the report has schemaVersion %s, and this program reads %d", shorten(neutral(string(head.SchemaVersion)), 20), SchemaVersion)
	}
	return nil
}

// decodeError says in words, with the line, what the JSON library found.
func decodeError(text []byte, err error) error {
	if len(bytes.TrimSpace(text)) == 0 {
		return errors.New("the report is empty")
	}
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return fmt.Errorf("the report, line %d: %w", lineOfOffset(text, syntactic.ByteOffset), syntactic.Err)
	}
	semantic, ok := errors.AsType[*json.SemanticError](err)
	if !ok {
		return fmt.Errorf("the report: %w", err)
	}
	what := "a value of another type is due"
	switch {
	case errors.Is(semantic.Err, json.ErrUnknownName):
		what = "is not part of a report"
	case semantic.Err != nil:
		what = semantic.Err.Error()
	}
	return fmt.Errorf("the report, line %d: %s: %s", lineOfPointer(text, semantic.JSONPointer),
		shorten(neutral(string(semantic.JSONPointer)), 120), shorten(neutral(what), 200))
}

func lineOfOffset(text []byte, offset int64) int {
	return 1 + bytes.Count(text[:min(max(offset, 0), int64(len(text)))], []byte("\n"))
}

// lineOfPointer returns the line on which the value at pointer begins, or the
// last one that holds a part of it when the value itself is not there.
func lineOfPointer(text []byte, pointer jsontext.Pointer) int {
	d := jsontext.NewDecoder(bytes.NewReader(text))
	line := 1
	for {
		token, err := d.ReadToken()
		if err != nil {
			return line
		}
		at := d.StackPointer()
		if at == pointer {
			return lineOfOffset(text, d.InputOffset())
		}
		if pointer.Contains(at) {
			return line
		}
		if at.Contains(pointer) {
			if k := token.Kind(); k != '}' && k != ']' {
				line = lineOfOffset(text, d.InputOffset())
			}
			continue
		}
		if k := d.PeekKind(); k == '{' || k == '[' {
			if err := skipUnrelated(d, pointer); err != nil {
				return line
			}
		}
	}
}

// skipUnrelated skips the next value when pointer cannot be inside it.
func skipUnrelated(d *jsontext.Decoder, pointer jsontext.Pointer) error {
	kind, length := d.StackIndex(d.StackDepth())
	if kind != '{' || length%2 == 0 {
		return nil // an array's next element, whose pointer is not known yet
	}
	if at := d.StackPointer(); at == pointer || at.Contains(pointer) {
		return nil
	}
	return d.SkipValue()
}
