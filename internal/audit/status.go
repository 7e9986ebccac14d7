package audit

// Status is a verdict. Its zero value is Unknown, so that a verdict nobody gave
// fails closed.
type Status uint8

// The verdicts (docs/verdicts.md). Waived is a fail under a valid waiver.
const (
	Unknown Status = iota
	Pass
	Fail
	Manual
	NotApplicable
	Waived
)

var statusNames = [...]string{"unknown", "pass", "fail", "manual", "notApplicable", "waived"}

// String returns the status as reports spell it.
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return statusNames[Unknown]
}

// MarshalText implements encoding.TextMarshaler.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Status) UnmarshalText(text []byte) error {
	for i, name := range statusNames {
		if name == string(text) {
			*s = Status(i)
			return nil
		}
	}
	return &unknownStatusError{string(text)}
}

type unknownStatusError struct{ text string }

func (e *unknownStatusError) Error() string { return "unknown status " + e.text }

// weight orders statuses for folding: fail > unknown > manual > pass >
// notApplicable. A waived fail weighs as a pass: it was decided.
func (s Status) weight() int {
	switch s {
	case Fail:
		return 4
	case Unknown:
		return 3
	case Manual:
		return 2
	case Pass, Waived:
		return 1
	}
	return 0
}

// Fold returns the status of a whole from those of its parts; of nothing,
// NotApplicable.
func Fold(statuses ...Status) Status {
	whole := NotApplicable
	for _, s := range statuses {
		if s.weight() > whole.weight() {
			whole = s
		}
	}
	if whole == Waived {
		return Pass
	}
	return whole
}
