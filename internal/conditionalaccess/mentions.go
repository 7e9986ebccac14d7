package conditionalaccess

import "github.com/ztagent/ztagent/internal/tenant"

// Mentions reports whether the rule compares an attribute that is set in
// attributes, whatever its value.
func (f *Filter) Mentions(attributes *tenant.Attributes) bool { return mentions(f.root, attributes) }

func mentions(n node, attributes *tenant.Attributes) bool {
	switch n := n.(type) {
	case *both:
		return mentions(n.left, attributes) || mentions(n.right, attributes)
	case *either:
		return mentions(n.left, attributes) || mentions(n.right, attributes)
	case *negated:
		return mentions(n.inner, attributes)
	case *comparison:
		_, found := n.lookup(attributes)
		return found > 0
	}
	return false
}
