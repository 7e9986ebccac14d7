package drillplan

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/drill"
	"github.com/ztagent/ztagent/internal/tenant"
)

// Ledger is a file of drill records: the dataset killSwitchDrills, as
// {"value":[…]} or one record per line. What it does not know it keeps as it is.
type Ledger struct {
	envelope envelope
	lines    bool
}

type envelope struct {
	Value []jsontext.Value `json:"value"`
	Rest  jsontext.Value   `json:",embed"`
}

// ReadLedger reads the content of such a file; no content is an empty one. Every
// record must be an object of the shape that drill.Record has, and no id may
// stand on two that differ.
func ReadLedger(data []byte, lines bool) (*Ledger, error) {
	l := &Ledger{lines: lines}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if lines {
		for n, line := range bytes.Split(data, []byte("\n")) {
			if line = bytes.TrimSpace(line); len(line) == 0 {
				continue
			}
			if !jsontext.Value(line).IsValid() {
				return nil, fmt.Errorf("line %d is no JSON", n+1)
			}
			l.envelope.Value = append(l.envelope.Value, bytes.Clone(line))
		}
	} else if len(bytes.TrimSpace(data)) > 0 {
		if jsontext.Value(data).Kind() != '{' {
			return nil, errors.New(`it is no JSON object with the records in "value"`)
		}
		if err := json.Unmarshal(data, &l.envelope); err != nil {
			return nil, fmt.Errorf("it is no JSON object with the records in \"value\": %w", err)
		}
		if l.envelope.Value == nil {
			return nil, errors.New(`it has no list "value" of records`)
		}
	}
	return l, l.validate()
}

func (l *Ledger) validate() error {
	seen := map[string]jsontext.Value{}
	for i, raw := range l.envelope.Value {
		r, err := decodeRecord(raw)
		if err != nil {
			return fmt.Errorf("record %d is none of a drill: %w", i+1, err)
		}
		id, ok := r.ID.Get()
		if !ok {
			continue
		}
		same := raw.Clone()
		if err := same.Canonicalize(); err != nil {
			return fmt.Errorf("record %d: %w", i+1, err)
		}
		if before, twice := seen[id]; twice && !bytes.Equal(before, same) {
			return fmt.Errorf("record %d: the id %.80q stands there twice, on different records", i+1, id)
		}
		seen[id] = same
	}
	return nil
}

func decodeRecord(raw jsontext.Value) (tenant.KillSwitchDrill, error) {
	var r tenant.KillSwitchDrill
	if raw.Kind() != '{' {
		return r, errors.New("it is no JSON object")
	}
	return r, json.Unmarshal(raw, &r)
}

// Values returns the records as they stand there.
func (l *Ledger) Values() []jsontext.Value { return l.envelope.Value }

// Len returns how many records there are.
func (l *Ledger) Len() int { return len(l.envelope.Value) }

// Change is what keeping a record changed.
type Change int

// The changes.
const (
	Unchanged Change = iota // the record is there already, and says the same
	Added
	Updated // it was there, and said less
)

// Keep adds a record, or brings the one of the same drill up to date. Nothing is
// lost: a later look, with less of the logs left, never lowers a count.
func (l *Ledger) Keep(r drill.Record) (Change, error) {
	at := -1
	var old tenant.KillSwitchDrill
	for i, raw := range l.envelope.Value {
		have, err := decodeRecord(raw)
		if err != nil {
			return Unchanged, err
		}
		if sameDrill(have, r) {
			at, old = i, have
			break
		}
	}
	if at < 0 {
		return Added, l.put(len(l.envelope.Value), r)
	}
	r.DeniedAttempts = max(r.DeniedAttempts, int(old.DeniedAttempts.Or(0)))
	r.SuccessesAfterGrace = max(r.SuccessesAfterGrace, int(old.SuccessesAfterGrace.Or(0)))
	if old.DeniedAttempts.IsSet() && old.SuccessesAfterGrace.IsSet() &&
		int(old.DeniedAttempts.Or(0)) == r.DeniedAttempts && int(old.SuccessesAfterGrace.Or(0)) == r.SuccessesAfterGrace {
		return Unchanged, nil
	}
	if id, ok := old.ID.Get(); ok {
		r.ID = id // others may refer to it
	}
	return Updated, l.put(at, r)
}

// sameDrill: one target, and times that differ by rounding at most.
func sameDrill(have tenant.KillSwitchDrill, r drill.Record) bool {
	if have.ID.Or("") == r.ID {
		return true
	}
	near := func(t tenant.Time, text string) bool {
		at, err := time.Parse(time.RFC3339, text)
		return err == nil && t.IsSet() && t.Sub(tenant.TimeOf(at)).Abs() <= time.Minute
	}
	return have.TargetID == tenant.ParseID(r.TargetID) &&
		near(have.DisabledDateTime, r.DisabledDateTime) && near(have.EnabledDateTime, r.EnabledDateTime)
}

func (l *Ledger) put(at int, r drill.Record) error {
	raw, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("writing the record: %w", err)
	}
	if at == len(l.envelope.Value) {
		l.envelope.Value = append(l.envelope.Value, raw)
	} else {
		l.envelope.Value[at] = raw
	}
	return nil
}

// Marshal returns the content of the file.
func (l *Ledger) Marshal() ([]byte, error) {
	if l.lines {
		var b bytes.Buffer
		for _, raw := range l.envelope.Value {
			line := raw.Clone()
			if err := line.Compact(); err != nil {
				return nil, fmt.Errorf("writing the records: %w", err)
			}
			b.Write(line)
			b.WriteByte('\n')
		}
		return b.Bytes(), nil
	}
	if l.envelope.Value == nil {
		l.envelope.Value = []jsontext.Value{}
	}
	data, err := json.Marshal(&l.envelope, jsontext.Multiline(true), jsontext.WithIndent("  "))
	if err != nil {
		return nil, fmt.Errorf("writing the records: %w", err)
	}
	return append(data, '\n'), nil
}
