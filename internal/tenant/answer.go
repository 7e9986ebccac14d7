package tenant

// Answer is a truth that may be unknown. Its zero value is Unknown, so that an
// answer nobody gave is never taken for a no.
type Answer uint8

// The answers.
const (
	Unknown Answer = iota
	No
	Yes
)

// Known turns a plain truth into an answer.
func Known(truth bool) Answer {
	if truth {
		return Yes
	}
	return No
}

// Or is Yes when either is, No when both are, and otherwise Unknown.
func (a Answer) Or(b Answer) Answer {
	switch {
	case a == Yes || b == Yes:
		return Yes
	case a == No && b == No:
		return No
	}
	return Unknown
}
