package redact

import (
	"strconv"
	"strings"

	"github.com/ztagent/ztagent/internal/conditionalaccess"
)

// attributesProperty holds the custom security attributes of an object: sets,
// and in them attributes, by names that the tenant chose.
const attributesProperty = "customSecurityAttributes"

// attributeKey names an attribute as rules do, without case.
func attributeKey(set, name string) string { return strings.ToLower(set + "_" + name) }

// attributeName replaces the words of a set's or an attribute's name, joined by
// an underscore or not. Annotations such as Stage@odata.type follow their
// attribute.
func (r *rewriter) attributeName(name string) string {
	name, annotation, annotated := strings.Cut(name, "@")
	name = r.each(name, true, r.foldedWord)
	if annotated {
		return name + "@" + annotation
	}
	return name
}

// attribute replaces a value. Truths and whole numbers stay, for rules compare
// them unquoted. Where a rule looks at parts of the values, letters are exchanged,
// and digits stay: a number may be a part of another value.
func (r *rewriter) attribute(key, s string) string {
	switch {
	case staysAttribute(s):
		return s
	case r.known.partial[key]:
		return r.letters("attribute "+key, s, lowerCase, upperCase)
	}
	return r.word("value", s)
}

func staysAttribute(s string) bool {
	_, err := strconv.ParseInt(s, 10, 64)
	return isBlank(s) || err == nil || strings.EqualFold(s, "true") || strings.EqualFold(s, "false")
}

// rule rewrites a filter over custom security attributes. One that is not
// understood stays one that is not.
func (r *rewriter) rule(s string) string {
	f, err := conditionalaccess.ParseFilter(s)
	if err != nil {
		return "rule-" + r.word("rule", s)
	}
	return f.Rewrite(r.attributeName, func(written, text string) string {
		return r.attribute(strings.ToLower(written), text)
	})
}
