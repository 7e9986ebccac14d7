package credentials

// pair holds the first use of something, and the first by another owner: enough
// to name one other to every owner.
type pair[T any] struct {
	first, second T
	n             int8
}

// add notes a use in order.
func (p *pair[T]) add(u T, sameOwner func(T, T) bool) {
	switch {
	case p.n == 0:
		p.first, p.n = u, 1
	case p.n == 1 && !sameOwner(p.first, u):
		p.second, p.n = u, 2
	}
}

// other returns a use by someone else than u's owner.
func (p *pair[T]) other(u T, sameOwner func(T, T) bool) (T, bool) {
	if p.n > 0 && !sameOwner(p.first, u) {
		return p.first, true
	}
	return p.second, p.n > 1 && !sameOwner(p.second, u)
}
