package credentials

import (
	"maps"
	"slices"
	"sort"
	"strings"
)

// tryExpressions finds, of one issuer, which expressions accept which subjects.
// An expression is tried only on the subjects that begin as it demands, and on
// none that has a match already, so that many blueprints behind one issuer do
// not multiply. Subjects and expressions of several blueprints need no match.
func (u *issuerUses) tryExpressions() {
	if len(u.expressions) == 0 || len(u.subjects) == 0 {
		return
	}
	subjects := newSubjectList(u.subjects)
	for _, text := range slices.Sorted(maps.Keys(u.expressions)) {
		expression := u.expressions[text]
		parsed, ok := expression.read()
		if !ok {
			continue
		}
		low, high := subjects.withPrefix(parsed.subjectPrefix())
		subjects.matchOpen(low, high, parsed, expression)
		if expression.n == 1 {
			subjects.witness(low, high, parsed, expression)
		}
	}
}

// read parses the expression as the first of its holders that says its version.
func (t *trusted) read() (Expression, bool) {
	for _, use := range []FederatedUse{t.first, t.second}[:t.n] {
		e, _ := use.Credential().ClaimsMatchingExpression.Get()
		if parsed, err := ReadExpression(e); err == nil {
			return parsed, true
		}
	}
	return Expression{}, false
}

// subjectList is the subjects of an issuer in order. open leads from an index to
// the next, or itself, whose subject still needs a match.
type subjectList struct {
	texts []string
	held  []*trusted
	open  []int
}

func newSubjectList(subjects map[string]*trusted) *subjectList {
	l := &subjectList{texts: slices.Sorted(maps.Keys(subjects))}
	l.open = make([]int, len(l.texts)+1)
	l.held = make([]*trusted, len(l.texts))
	for i, text := range l.texts {
		l.held[i] = subjects[text]
		l.open[i] = i
		if l.held[i].n > 1 {
			l.open[i] = i + 1
		}
	}
	l.open[len(l.texts)] = len(l.texts)
	return l
}

func (l *subjectList) withPrefix(prefix string) (low, high int) {
	low = sort.SearchStrings(l.texts, prefix)
	n := sort.Search(len(l.texts)-low, func(i int) bool { return !strings.HasPrefix(l.texts[low+i], prefix) })
	return low, low + n
}

// nextOpen returns the first index from i on that still needs a match.
func (l *subjectList) nextOpen(i int) int {
	root := i
	for l.open[root] != root {
		root = l.open[root]
	}
	for i != root {
		i, l.open[i] = l.open[i], root
	}
	return root
}

// matchOpen gives the expression, as their match, to subjects without one.
func (l *subjectList) matchOpen(low, high int, parsed Expression, expression *trusted) {
	for i := l.nextOpen(low); i < high; i = l.nextOpen(i + 1) {
		if !parsed.AcceptsSubject(l.texts[i]) {
			continue
		}
		t := l.held[i]
		if other, ok := expression.other(t.first, sameBlueprint); ok {
			t.match, t.matched = other, true
			l.open[i] = i + 1
		}
	}
}

// witness gives the expression of one blueprint, as its match, a subject of
// another that it accepts.
func (l *subjectList) witness(low, high int, parsed Expression, expression *trusted) {
	for i := low; i < high; i++ {
		other, ok := l.held[i].other(expression.first, sameBlueprint)
		if ok && parsed.AcceptsSubject(l.texts[i]) {
			expression.match, expression.matched = other, true
			return
		}
	}
}
