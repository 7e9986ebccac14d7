package credentials

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Expression is a claims-matching expression of a federated credential in
// version 1 of its language: terms that must all hold, each comparing one claim
// with "eq" or with the wildcards of "matches".
type Expression struct{ terms []term }

type term struct {
	claim, operator, value string
}

const (
	operatorEquals  = "eq"
	operatorMatches = "matches"
	claimSubject    = "sub"
)

// ReadExpression reads the expression that Graph returned. The language is
// version 1, the only one there is; any other is an error, for what it accepts
// cannot be told.
func ReadExpression(e tenant.FederatedIdentityExpression) (Expression, error) {
	value, ok := e.Value.Get()
	if !ok {
		return Expression{}, errors.New("its value was not returned")
	}
	version, ok := e.LanguageVersion.Get()
	if !ok {
		return Expression{}, errors.New("its languageVersion was not returned")
	}
	if version != 1 {
		return Expression{}, fmt.Errorf("language version %d is not known", version)
	}
	return ParseExpression(value)
}

// ParseExpression parses the text of an expression in version 1, such as
//
//	claims['sub'] matches 'repo:contoso/*' and claims['job_workflow_ref'] eq 'x'
//
// A quote inside quotes is written twice.
func ParseExpression(text string) (Expression, error) {
	var e Expression
	rest := text
	for {
		var t term
		var err error
		if t, rest, err = parseTerm(rest); err != nil {
			return Expression{}, err
		}
		e.terms = append(e.terms, t)
		if strings.TrimLeft(rest, " ") == "" {
			return e, nil
		}
		var word string
		if word, rest = cutWord(rest); word != "and" {
			return Expression{}, fmt.Errorf("%.20q is not an operator between terms", word)
		}
	}
}

func parseTerm(text string) (t term, rest string, err error) {
	rest, ok := strings.CutPrefix(strings.TrimLeft(text, " "), "claims[")
	if !ok {
		return t, "", errors.New("a claim lookup is due")
	}
	if t.claim, rest, err = cutQuoted(rest); err != nil {
		return t, "", err
	}
	if rest, ok = strings.CutPrefix(rest, "]"); !ok {
		return t, "", errors.New("a claim lookup does not end")
	}
	t.operator, rest = cutWord(rest)
	if t.operator != operatorEquals && t.operator != operatorMatches {
		return t, "", fmt.Errorf("%.20q is not an operator", t.operator)
	}
	t.value, rest, err = cutQuoted(strings.TrimLeft(rest, " "))
	return t, rest, err
}

// cutWord cuts one word that stands between spaces.
func cutWord(text string) (word, rest string) {
	trimmed := strings.TrimLeft(text, " ")
	if len(trimmed) == len(text) {
		return "", text // the words of the language stand apart
	}
	word, rest, _ = strings.Cut(trimmed, " ")
	return word, " " + rest
}

func cutQuoted(text string) (value, rest string, err error) {
	rest, ok := strings.CutPrefix(text, "'")
	if !ok {
		return "", "", errors.New("a single quote is due")
	}
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(rest, "'")
		if !ok {
			return "", "", errors.New("a single quote is not closed")
		}
		b.WriteString(before)
		if rest, ok = strings.CutPrefix(after, "'"); !ok {
			return b.String(), after, nil
		}
		b.WriteByte('\'')
	}
}

// HasWildcard reports whether a term leaves open which workloads it accepts.
func (e Expression) HasWildcard() bool {
	for _, t := range e.terms {
		if t.operator == operatorMatches && strings.ContainsAny(t.value, wildcards) {
			return true
		}
	}
	return false
}

// AcceptsSubject reports whether some token with this subject meets the
// expression. Terms about other claims do not count: a credential that asks for
// nothing but a subject leaves those claims free.
func (e Expression) AcceptsSubject(subject string) bool {
	for _, t := range e.terms {
		if t.claim == claimSubject && !t.accepts(subject) {
			return false
		}
	}
	return true
}

// OnlySubject returns the subject of an expression that pins it and asks for
// nothing else, which is no different from a plain subject.
func (e Expression) OnlySubject() (string, bool) {
	if len(e.terms) != 1 || e.terms[0].claim != claimSubject || e.HasWildcard() {
		return "", false
	}
	return e.terms[0].value, true
}

// subjectPrefix is what every subject that is accepted begins with.
func (e Expression) subjectPrefix() string {
	longest := ""
	for _, t := range e.terms {
		if t.claim != claimSubject {
			continue
		}
		prefix := t.value
		if t.operator == operatorMatches {
			prefix = literalPrefix(t.value)
		}
		if len(prefix) > len(longest) {
			longest = prefix
		}
	}
	return longest
}

func (t term) accepts(value string) bool {
	if t.operator == operatorMatches {
		return matchGlob(t.value, value)
	}
	return t.value == value
}
