package conditionalaccess

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenOpen
	tokenClose
	tokenListOpen
	tokenListClose
	tokenComma
	tokenString
	tokenWord
)

// token is one piece of a rule; text is a string's value or a word as written.
type token struct {
	kind   tokenKind
	text   string
	offset int
}

// SyntaxError says where a rule is not understood. Offset is in bytes.
type SyntaxError struct {
	Offset  int
	Message string
}

// Error counts characters from 1, as an editor does.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s at character %d", e.Message, e.Offset+1)
}

// lex cuts a rule into tokens, the last of which is tokenEnd.
func lex(rule string) ([]token, error) {
	var tokens []token
	for i := 0; i < len(rule); {
		r, size := utf8.DecodeRuneInString(rule[i:])
		if unicode.IsSpace(r) {
			i += size
			continue
		}
		t, end, err := lexOne(rule, i)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
		i = end
	}
	return append(tokens, token{kind: tokenEnd, offset: len(rule)}), nil
}

func lexOne(rule string, start int) (token, int, error) {
	var kind tokenKind
	switch rule[start] {
	case '(':
		kind = tokenOpen
	case ')':
		kind = tokenClose
	case '[':
		kind = tokenListOpen
	case ']':
		kind = tokenListClose
	case ',':
		kind = tokenComma
	case '"', '\'':
		return lexString(rule, start)
	default:
		return lexWord(rule, start)
	}
	return token{kind: kind, text: rule[start : start+1], offset: start}, start + 1, nil
}

// lexString reads a quoted value. A quote inside is escaped by a backslash or,
// as the documentation of membership rules has it, by a backtick; a single
// quote also by doubling it. Any other backslash stands for itself.
func lexString(rule string, start int) (token, int, error) {
	quote := rule[start]
	var value strings.Builder
	for i := start + 1; i < len(rule); i++ {
		c := rule[i]
		next := byte(0)
		if i+1 < len(rule) {
			next = rule[i+1]
		}
		switch {
		case c == '\\' && (next == '\\' || next == '"' || next == '\''),
			c == '`' && (next == '"' || next == '`'),
			c == '\'' && quote == '\'' && next == '\'':
			value.WriteByte(next)
			i++
		case c == quote:
			return token{kind: tokenString, text: value.String(), offset: start}, i + 1, nil
		default:
			value.WriteByte(c)
		}
	}
	return token{}, 0, &SyntaxError{start, "a quoted value does not end"}
}

func lexWord(rule string, start int) (token, int, error) {
	end := start
	for end < len(rule) {
		r, size := utf8.DecodeRuneInString(rule[end:])
		if unicode.IsSpace(r) || strings.ContainsRune(`()[],"'`, r) {
			break
		}
		end += size
	}
	return token{kind: tokenWord, text: rule[start:end], offset: start}, end, nil
}
