package conditionalaccess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Filter is a rule over custom security attributes, ready to be matched against
// many objects.
type Filter struct {
	Rule string // as written
	root node
}

// Match reports whether the rule matches these attributes; nil stands for an
// object on which none was ever set. It does not stand for attributes that were
// not read: about those a rule says nothing.
func (f *Filter) Match(attributes *tenant.Attributes) Answer { return f.root.match(attributes) }

// Doubt says why Match is Unknown, or "" when it is not.
func (f *Filter) Doubt(attributes *tenant.Attributes) string {
	if f.Match(attributes) != Unknown {
		return ""
	}
	return f.root.doubt(attributes)
}

type node interface {
	match(*tenant.Attributes) Answer
	doubt(*tenant.Attributes) string
	shape() string
}

type (
	both    struct{ left, right node }
	either  struct{ left, right node }
	negated struct{ inner node }
)

func (n *both) match(a *tenant.Attributes) Answer {
	left := n.left.match(a)
	if left == No {
		return No
	}
	return left.And(n.right.match(a))
}

func (n *either) match(a *tenant.Attributes) Answer {
	left := n.left.match(a)
	if left == Yes {
		return Yes
	}
	return left.Or(n.right.match(a))
}

func (n *negated) match(a *tenant.Attributes) Answer { return n.inner.match(a).Not() }

func (n *both) doubt(a *tenant.Attributes) string    { return firstDoubt(a, n.left, n.right) }
func (n *either) doubt(a *tenant.Attributes) string  { return firstDoubt(a, n.left, n.right) }
func (n *negated) doubt(a *tenant.Attributes) string { return n.inner.doubt(a) }

func firstDoubt(a *tenant.Attributes, nodes ...node) string {
	for _, n := range nodes {
		if n.match(a) == Unknown {
			return n.doubt(a)
		}
	}
	return ""
}

type operator uint8

const (
	opEqual operator = iota
	opIn
	opContains
	opStartsWith
	opEndsWith
)

// operators are those that Entra's rule builder offers for strings. Others of
// the membership rules (-match, -any, -all, -le) are not documented for custom
// security attributes.
var operators = map[string]struct {
	operator operator
	negative bool
}{
	"eq": {opEqual, false}, "ne": {opEqual, true},
	"in": {opIn, false}, "notin": {opIn, true},
	"contains": {opContains, false}, "notcontains": {opContains, true},
	"startswith": {opStartsWith, false}, "notstartswith": {opStartsWith, true},
	"endswith": {opEndsWith, false}, "notendswith": {opEndsWith, true},
}

type setAndName struct{ set, name string }

// attribute is an operand; it has one reading unless the name is ambiguous.
type attribute struct {
	written  string
	readings []setAndName
}

// literal is a value of a rule; numbers and booleans are held as their text,
// as in tenant.AttributeValue.
type literal struct {
	text     string
	isString bool
}

type comparison struct {
	attribute attribute
	operator  operator
	negative  bool
	values    []literal
}

// match: on an attribute that is not set, every positive operator is false and
// every negative one true.
func (c *comparison) match(a *tenant.Attributes) Answer {
	value, found := c.lookup(a)
	result := No
	switch {
	case found > 1:
		result = Unknown
	case found == 1:
		result = c.holds(value)
	}
	if c.negative {
		return result.Not()
	}
	return result
}

func (c *comparison) lookup(a *tenant.Attributes) (value tenant.AttributeValue, found int) {
	for _, r := range c.attribute.readings {
		if v, ok := a.Lookup(r.set, r.name); ok {
			value = v
			found++
		}
	}
	return value, found
}

func (c *comparison) doubt(a *tenant.Attributes) string {
	if _, found := c.lookup(a); found > 1 {
		return fmt.Sprintf("%s can be read as more than one attribute", c.attribute.written)
	}
	return fmt.Sprintf("how Entra compares the values of %s is not documented", c.attribute.written)
}

// holds answers the positive operator. Only -contains is documented for a
// collection; for the others, values that disagree leave the answer open.
func (c *comparison) holds(v tenant.AttributeValue) Answer {
	if v.Collection && c.operator == opContains {
		return answer(slices.Contains(v.Values, c.values[0].text))
	}
	result := No
	for i, text := range v.Values {
		one := c.holdsFor(text)
		if i > 0 && one != result {
			return Unknown
		}
		result = one
	}
	return result
}

func (c *comparison) holdsFor(text string) Answer {
	want := c.values[0].text
	switch c.operator {
	case opContains:
		return answer(strings.Contains(text, want))
	case opStartsWith:
		return answer(strings.HasPrefix(text, want))
	case opEndsWith:
		return answer(strings.HasSuffix(text, want))
	}
	result := No
	for _, v := range c.values {
		result = result.Or(equal(text, v.text))
	}
	return result
}

// equal compares exactly. A boolean in a rule may be quoted and capitalised
// ("True"); whether that equals true is not documented.
func equal(value, want string) Answer {
	if value == want {
		return Yes
	}
	if (value == "true" || value == "false") && strings.EqualFold(value, want) {
		return Unknown
	}
	return No
}

// String writes the rule with its values left out: they may carry classified
// data, and the names say what the rule is about.
func (f *Filter) String() string { return f.root.shape() }

func (n *both) shape() string    { return n.left.shape() + " -and " + n.right.shape() }
func (n *either) shape() string  { return "(" + n.left.shape() + " -or " + n.right.shape() + ")" }
func (n *negated) shape() string { return "-not (" + n.inner.shape() + ")" }

func (c *comparison) shape() string { return c.attribute.written + " -" + c.operatorName() + " …" }

func (c *comparison) operatorName() string {
	name := map[operator]string{
		opEqual: "eq", opIn: "in", opContains: "contains", opStartsWith: "startsWith", opEndsWith: "endsWith",
	}[c.operator]
	if c.negative {
		name = "not" + strings.ToUpper(name[:1]) + name[1:]
		if c.operator == opEqual {
			name = "ne"
		}
	}
	return name
}
