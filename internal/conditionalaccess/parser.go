package conditionalaccess

import (
	"fmt"
	"strconv"
	"strings"
)

// Bounds of a rule. Entra allows 3,072 characters; these only keep a hostile
// file from costing more than its size.
const (
	maxRuleBytes = 1 << 14
	maxRuleDepth = 64
)

// ParseFilter reads a rule over custom security attributes, such as
//
//	CustomSecurityAttribute.AgentInfo_Stage -eq "Approved"
//
// The error is a *SyntaxError. What it does not know (an operator, an operand
// that is no custom security attribute) is an error rather than a guess.
func ParseFilter(rule string) (*Filter, error) {
	if len(rule) > maxRuleBytes {
		return nil, &SyntaxError{maxRuleBytes, "the rule is too long"}
	}
	tokens, err := lex(rule)
	if err != nil {
		return nil, err
	}
	p := parser{tokens: tokens}
	root, err := p.or(0)
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != tokenEnd {
		return nil, &SyntaxError{t.offset, fmt.Sprintf("%.40q is left over", t.text)}
	}
	return &Filter{Rule: rule, root: root}, nil
}

type parser struct {
	tokens []token
	at     int
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != tokenEnd {
		p.at++
	}
	return t
}

// keyword reports whether the next token is this operator. Operators are
// written with or without the hyphen, in any case.
func (p *parser) keyword(word string) bool {
	t := p.peek()
	return t.kind == tokenWord && operatorName(t.text) == word
}

func operatorName(word string) string { return strings.ToLower(strings.TrimPrefix(word, "-")) }

// Precedence from loose to tight: -or, -and, -not, comparison.
func (p *parser) or(depth int) (node, error) {
	left, err := p.and(depth)
	for err == nil && p.keyword("or") {
		p.next()
		var right node
		right, err = p.and(depth)
		left = &either{left, right}
	}
	return left, err
}

func (p *parser) and(depth int) (node, error) {
	left, err := p.not(depth)
	for err == nil && p.keyword("and") {
		p.next()
		var right node
		right, err = p.not(depth)
		left = &both{left, right}
	}
	return left, err
}

func (p *parser) not(depth int) (node, error) {
	t := p.peek()
	if depth > maxRuleDepth {
		return nil, &SyntaxError{t.offset, "the rule is nested too deep"}
	}
	if p.keyword("not") {
		p.next()
		inner, err := p.not(depth + 1)
		return &negated{inner}, err
	}
	if t.kind != tokenOpen {
		return p.comparison()
	}
	p.next()
	inner, err := p.or(depth + 1)
	if err != nil {
		return nil, err
	}
	if end := p.next(); end.kind != tokenClose {
		return nil, &SyntaxError{end.offset, "a closing parenthesis is missing"}
	}
	return inner, nil
}

func (p *parser) comparison() (node, error) {
	c := &comparison{}
	var err error
	if c.attribute, err = p.operand(); err != nil {
		return nil, err
	}
	t := p.next()
	op, ok := operators[operatorName(t.text)]
	if t.kind != tokenWord || !ok {
		return nil, &SyntaxError{t.offset, fmt.Sprintf("%.40q is no operator that is known here", t.text)}
	}
	c.operator, c.negative = op.operator, op.negative
	if op.operator == opIn {
		c.values, err = p.list()
		return c, err
	}
	value, err := p.value()
	if err == nil && !value.isString && op.operator != opEqual {
		err = &SyntaxError{t.offset, fmt.Sprintf("%.40q needs a quoted value", t.text)}
	}
	c.values = []literal{value}
	return c, err
}

const operandPrefix = "customsecurityattribute."

// operand reads CustomSecurityAttribute.Set_Name. Entra allows an underscore
// neither in the name of a set nor in that of an attribute, so there is one
// place to cut; a rule with more of them keeps every reading.
func (p *parser) operand() (attribute, error) {
	t := p.next()
	if t.kind != tokenWord || !hasPrefixFold(t.text, operandPrefix) {
		return attribute{}, &SyntaxError{t.offset, "CustomSecurityAttribute.Set_Name is due"}
	}
	written := t.text[len(operandPrefix):]
	a := attribute{written: written}
	folded := strings.ToLower(written)
	for i := 1; i < len(folded)-1; i++ {
		if folded[i] == '_' {
			a.readings = append(a.readings, setAndName{folded[:i], folded[i+1:]})
		}
	}
	if len(a.readings) == 0 || strings.Contains(written, ".") {
		return a, &SyntaxError{t.offset, fmt.Sprintf("%.60q does not name a set and an attribute", written)}
	}
	return a, nil
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func (p *parser) list() ([]literal, error) {
	if t := p.next(); t.kind != tokenListOpen {
		return nil, &SyntaxError{t.offset, "a list in brackets is due"}
	}
	var values []literal
	for {
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		values = append(values, v)
		switch t := p.next(); t.kind {
		case tokenListClose:
			return values, nil
		case tokenComma:
		default:
			return nil, &SyntaxError{t.offset, "a list is not closed"}
		}
	}
}

func (p *parser) value() (literal, error) {
	t := p.next()
	if t.kind == tokenString {
		return literal{text: t.text, isString: true}, nil
	}
	if t.kind == tokenWord {
		switch word := strings.ToLower(t.text); word {
		case "true", "false":
			return literal{text: word}, nil
		}
		if n, err := strconv.ParseInt(t.text, 10, 64); err == nil {
			return literal{text: strconv.FormatInt(n, 10)}, nil
		}
	}
	return literal{}, &SyntaxError{t.offset, "a quoted value, true, false or a whole number is due"}
}
