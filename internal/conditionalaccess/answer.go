// Package conditionalaccess decides which Conditional Access policies reach an
// agent identity or an agent user, and why the others do not. It answers from a
// snapshot, in three values: what the data does not decide is Unknown.
package conditionalaccess

// Answer is yes, no, or unknown; the zero value is Unknown, so that a question
// nobody answered is never a yes.
type Answer uint8

// The answers.
const (
	Unknown Answer = iota
	No
	Yes
)

// String returns "yes", "no" or "unknown".
func (a Answer) String() string {
	switch a {
	case Yes:
		return "yes"
	case No:
		return "no"
	}
	return "unknown"
}

// Not returns the opposite; of Unknown, Unknown.
func (a Answer) Not() Answer {
	switch a {
	case Yes:
		return No
	case No:
		return Yes
	}
	return Unknown
}

// And returns Yes when both are, No when either is.
func (a Answer) And(b Answer) Answer {
	switch {
	case a == No || b == No:
		return No
	case a == Yes && b == Yes:
		return Yes
	}
	return Unknown
}

// Or returns Yes when either is, No when both are.
func (a Answer) Or(b Answer) Answer { return a.Not().And(b.Not()).Not() }

func answer(yes bool) Answer {
	if yes {
		return Yes
	}
	return No
}
