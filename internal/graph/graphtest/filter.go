package graphtest

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// filter is a parsed $filter. Vars binds the names of lambda expressions.
type filter func(o object, vars map[string]jsontext.Value) (bool, error)

// parseFilter parses the part of OData's filter language that Graph clients use:
// and, or, not, comparisons, in, any, startswith, endswith, isof.
func parseFilter(text string) (filter, error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := &filterParser{tokens: tokens}
	f, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.at < len(p.tokens) {
		return nil, fmt.Errorf("unexpected %q in the filter", p.peek())
	}
	return f, nil
}

func lex(text string) ([]string, error) {
	var tokens []string
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == ' ':
			i++
		case strings.IndexByte("(),:", c) >= 0:
			tokens = append(tokens, string(c))
			i++
		case c == '\'':
			end := i + 1
			for end < len(text) && (text[end] != '\'' || end+1 < len(text) && text[end+1] == '\'') {
				if text[end] == '\'' {
					end++
				}
				end++
			}
			if end >= len(text) {
				return nil, fmt.Errorf("a string literal is not closed")
			}
			tokens = append(tokens, text[i:end+1])
			i = end + 1
		default:
			end := i
			for end < len(text) && text[end] != ' ' && strings.IndexByte("(),'", text[end]) < 0 {
				// A colon ends a lambda's name, but stands inside times.
				if text[end] == ':' && !strings.ContainsAny(text[i:end], "0123456789") {
					break
				}
				end++
			}
			tokens = append(tokens, text[i:end])
			i = end
		}
	}
	return tokens, nil
}

type filterParser struct {
	tokens []string
	at     int
}

func (p *filterParser) peek() string {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	return ""
}

func (p *filterParser) next() string {
	t := p.peek()
	p.at++
	return t
}

func (p *filterParser) expect(token string) error {
	if got := p.next(); got != token {
		return fmt.Errorf("%q is due in the filter, not %q", token, got)
	}
	return nil
}

func (p *filterParser) or() (filter, error) {
	left, err := p.and()
	for err == nil && p.peek() == "or" {
		p.next()
		var right filter
		right, err = p.and()
		l := left
		left = func(o object, v map[string]jsontext.Value) (bool, error) {
			if ok, err := l(o, v); ok || err != nil {
				return ok, err
			}
			return right(o, v)
		}
	}
	return left, err
}

func (p *filterParser) and() (filter, error) {
	left, err := p.unary()
	for err == nil && p.peek() == "and" {
		p.next()
		var right filter
		right, err = p.unary()
		l := left
		left = func(o object, v map[string]jsontext.Value) (bool, error) {
			if ok, err := l(o, v); !ok || err != nil {
				return false, err
			}
			return right(o, v)
		}
	}
	return left, err
}

func (p *filterParser) unary() (filter, error) {
	switch p.peek() {
	case "not":
		p.next()
		inner, err := p.unary()
		return func(o object, v map[string]jsontext.Value) (bool, error) {
			ok, err := inner(o, v)
			return !ok, err
		}, err
	case "(":
		p.next()
		inner, err := p.or()
		if err != nil {
			return nil, err
		}
		return inner, p.expect(")")
	}
	return p.comparison()
}

func (p *filterParser) comparison() (filter, error) {
	name := p.next()
	switch {
	case name == "startswith" || name == "endswith":
		return p.affix(name)
	case name == "isof":
		return p.isof()
	case strings.HasSuffix(name, "/any"):
		return p.any(strings.TrimSuffix(name, "/any"))
	case name == "":
		return nil, fmt.Errorf("the filter ends too early")
	}
	op := p.next()
	if op == "in" {
		return p.in(name)
	}
	literal := p.next()
	if literal == "" {
		return nil, fmt.Errorf("the filter ends too early")
	}
	compare, err := comparer(op, literal)
	if err != nil {
		return nil, err
	}
	return func(o object, v map[string]jsontext.Value) (bool, error) { return compare(lookup(o, v, name)) }, nil
}

func (p *filterParser) in(name string) (filter, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	var values []string
	for {
		values = append(values, unquote(p.next()))
		if t := p.next(); t == ")" {
			break
		} else if t != "," {
			return nil, fmt.Errorf("unexpected %q in a list of values", t)
		}
	}
	if len(values) > 15 {
		return nil, fmt.Errorf("too many child clauses specified in search filter expression containing 'OR' operators: %d. Max allowed: 15", len(values))
	}
	return func(o object, v map[string]jsontext.Value) (bool, error) {
		for _, value := range values {
			if strings.EqualFold(textOf(lookup(o, v, name)), value) {
				return true, nil
			}
		}
		return false, nil
	}, nil
}

func (p *filterParser) affix(function string) (filter, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	name := p.next()
	if err := p.expect(","); err != nil {
		return nil, err
	}
	part := strings.ToLower(unquote(p.next()))
	test := strings.HasPrefix
	if function == "endswith" {
		test = strings.HasSuffix
	}
	return func(o object, v map[string]jsontext.Value) (bool, error) {
		return test(strings.ToLower(textOf(lookup(o, v, name))), part), nil
	}, p.expect(")")
}

func (p *filterParser) isof() (filter, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	want := "#" + unquote(p.next())
	return func(o object, _ map[string]jsontext.Value) (bool, error) {
		return strings.EqualFold(o.text("@odata.type"), want), nil
	}, p.expect(")")
}

func (p *filterParser) any(path string) (filter, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	name := strings.TrimSuffix(p.next(), ":")
	if p.peek() == ":" {
		p.next()
	}
	inner, err := p.or()
	if err != nil {
		return nil, err
	}
	return func(o object, v map[string]jsontext.Value) (bool, error) {
		raw := lookup(o, v, path)
		if raw == nil || raw.Kind() != '[' {
			return false, nil
		}
		var items []jsontext.Value
		if err := json.Unmarshal(raw, &items); err != nil {
			return false, err
		}
		for _, item := range items {
			if ok, err := inner(o, map[string]jsontext.Value{name: item}); ok || err != nil {
				return ok, err
			}
		}
		return false, nil
	}, p.expect(")")
}

// lookup follows a path such as agent/agentType or t/id.
func lookup(o object, vars map[string]jsontext.Value, path string) jsontext.Value {
	head, rest, more := strings.Cut(path, "/")
	value, bound := vars[head]
	if !bound {
		value = o[head]
	}
	if !more || value == nil {
		return value
	}
	var inner object
	if value.Kind() != '{' || json.Unmarshal(value, &inner) != nil {
		return nil
	}
	return lookup(inner, nil, rest)
}

func comparer(op, literal string) (func(jsontext.Value) (bool, error), error) {
	want := unquote(literal)
	order := func(v jsontext.Value) int { return strings.Compare(strings.ToLower(textOf(v)), strings.ToLower(want)) }
	present := func(v jsontext.Value) bool { return v != nil && v.Kind() != 'n' }
	equal := func(v jsontext.Value) bool {
		if literal == "null" {
			return !present(v)
		}
		return present(v) && order(v) == 0
	}
	var test func(jsontext.Value) bool
	switch op {
	case "eq":
		test = equal
	case "ne":
		test = func(v jsontext.Value) bool { return !equal(v) }
	case "ge":
		test = func(v jsontext.Value) bool { return present(v) && order(v) >= 0 }
	case "gt":
		test = func(v jsontext.Value) bool { return present(v) && order(v) > 0 }
	case "le":
		test = func(v jsontext.Value) bool { return present(v) && order(v) <= 0 }
	case "lt":
		test = func(v jsontext.Value) bool { return present(v) && order(v) < 0 }
	default:
		return nil, fmt.Errorf("the operator %q is not known", op)
	}
	return func(v jsontext.Value) (bool, error) { return test(v), nil }, nil
}

func textOf(v jsontext.Value) string {
	if v == nil {
		return ""
	}
	if v.Kind() != '"' {
		return string(v)
	}
	var s string
	if err := json.Unmarshal(v, &s); err != nil {
		return ""
	}
	return s
}

func unquote(token string) string {
	if len(token) < 2 || token[0] != '\'' {
		return token
	}
	return strings.ReplaceAll(token[1:len(token)-1], "''", "'")
}
