package conditionalaccess

import "strings"

// Comparison is one comparison of a rule. Attribute is Set_Name as written;
// Partial reports that the operator looks at a part of the value, and Contains
// that it does so only where the attribute holds one text, not a collection.
type Comparison struct {
	Attribute         string
	Partial, Contains bool
}

// Comparisons yields the comparisons of the rule from left to right.
func (f *Filter) Comparisons() func(yield func(Comparison) bool) {
	return func(yield func(Comparison) bool) { each(f.root, yield) }
}

func each(n node, yield func(Comparison) bool) bool {
	switch n := n.(type) {
	case *both:
		return each(n.left, yield) && each(n.right, yield)
	case *either:
		return each(n.left, yield) && each(n.right, yield)
	case *negated:
		return each(n.inner, yield)
	case *comparison:
		partial := n.operator == opStartsWith || n.operator == opEndsWith || n.operator == opContains
		return yield(Comparison{n.attribute.written, partial, n.operator == opContains})
	}
	return true
}

// Rewrite writes the rule anew with other names of attributes and other quoted
// values. It means the same of attributes that are renamed in the same way; true,
// false and numbers stay.
func (f *Filter) Rewrite(attribute func(written string) string, value func(written, text string) string) string {
	w := rewriter{attribute: attribute, value: value}
	w.node(f.root)
	return w.String()
}

type rewriter struct {
	strings.Builder
	attribute func(written string) string
	value     func(written, text string) string
}

func (w *rewriter) node(n node) {
	switch n := n.(type) {
	case *either:
		w.node(n.left)
		w.WriteString(" -or ")
		w.operand(n.right, isEither(n.right))
	case *both:
		w.operand(n.left, isEither(n.left))
		w.WriteString(" -and ")
		w.operand(n.right, isEither(n.right) || isBoth(n.right))
	case *negated:
		w.WriteString("-not ")
		w.operand(n.inner, isEither(n.inner) || isBoth(n.inner))
	case *comparison:
		w.comparison(n)
	}
}

func isEither(n node) bool { _, ok := n.(*either); return ok }

func isBoth(n node) bool { _, ok := n.(*both); return ok }

// operand keeps the nesting that the rule had, and adds none.
func (w *rewriter) operand(n node, parentheses bool) {
	if !parentheses {
		w.node(n)
		return
	}
	w.WriteByte('(')
	w.node(n)
	w.WriteByte(')')
}

func (w *rewriter) comparison(c *comparison) {
	w.WriteString("CustomSecurityAttribute." + w.attribute(c.attribute.written) + " -" + c.operatorName() + " ")
	if c.operator == opIn {
		w.WriteByte('[')
	}
	for i, v := range c.values {
		if i > 0 {
			w.WriteString(", ")
		}
		if v.isString {
			w.WriteString(quoted(w.value(c.attribute.written, v.text)))
		} else {
			w.WriteString(v.text)
		}
	}
	if c.operator == opIn {
		w.WriteByte(']')
	}
}

// quoted writes a value so that lexString reads it back.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "``").Replace(text) + `"`
}
