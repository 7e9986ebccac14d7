package access

import (
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Book is the access packages of a snapshot and who holds them for how long.
type Book struct {
	snapshot *tenant.Snapshot
	byTarget *tenant.Index[tenant.AccessPackageAssignment]
	covers   map[tenant.ID]*cover
	// stray is what assignments hand out whose target was not returned: they may
	// be anyone's. It is nil when there are none.
	stray *cover
}

type bookKey struct{}

// Of returns the snapshot's book, which is made once.
func Of(s *tenant.Snapshot) *Book {
	return tenant.Memo(s, bookKey{}, func(s *tenant.Snapshot) *Book {
		b := &Book{snapshot: s, covers: map[tenant.ID]*cover{}}
		b.byTarget = tenant.NewIndex(&s.AccessPackageAssignments, TargetID)
		for p := range s.AccessPackages.All() {
			if !p.ID.IsZero() {
				b.covers[p.ID] = coverOf(p)
			}
		}
		b.gatherStray()
		return b
	})
}

// TargetID is the object id of who holds an assignment; zero when it was not
// returned.
func TargetID(a *tenant.AccessPackageAssignment) tenant.ID {
	target, _ := a.Target.Get()
	return target.ObjectID
}

// Assignments returns the assignments of one object, in every state.
func (b *Book) Assignments(holder tenant.ID) []*tenant.AccessPackageAssignment {
	if holder.IsZero() {
		return nil
	}
	return b.byTarget.Of(holder)
}

// Delivered answers whether an assignment is in force.
func Delivered(a *tenant.AccessPackageAssignment) tenant.Answer {
	state, ok := a.State.Get()
	if !ok || state == "" || strings.EqualFold(state, "unknownFutureValue") {
		return tenant.Unknown
	}
	return tenant.Known(strings.EqualFold(state, "delivered"))
}

// Over answers whether an assignment is done with: expired, or never delivered.
func Over(a *tenant.AccessPackageAssignment) tenant.Answer {
	state, ok := a.State.Get()
	if !ok || state == "" || strings.EqualFold(state, "unknownFutureValue") {
		return tenant.Unknown
	}
	return tenant.Known(strings.EqualFold(state, "expired") || strings.EqualFold(state, "deliveryFailed"))
}

// counts answers whether an assignment makes access time-bound: it is delivered
// and has an end.
func counts(a *tenant.AccessPackageAssignment) tenant.Answer {
	delivered, ends := Delivered(a), EndOfAssignment(a).Known()
	switch {
	case delivered == tenant.No || ends == tenant.No:
		return tenant.No
	case delivered == tenant.Yes && ends == tenant.Yes:
		return tenant.Yes
	}
	return tenant.Unknown
}

// AccountsFor answers whether a delivered assignment with an end, held by one of
// holders, accounts for what is held. Without any assignment that may do so the
// answer is no, whether or not packages were read (L5,
// time-bound-access/standing-access).
func (b *Book) AccountsFor(h Holding, holders ...tenant.ID) tenant.Answer {
	answer := tenant.No
	for _, holder := range holders {
		for _, a := range b.Assignments(holder) {
			in := counts(a)
			if in == tenant.No {
				continue
			}
			switch covered := b.covered(a, h); {
			case covered == tenant.Yes && in == tenant.Yes:
				return tenant.Yes
			case covered != tenant.No:
				answer = tenant.Unknown
			}
		}
	}
	if answer == tenant.No && b.stray != nil && b.stray.has(h) != tenant.No {
		return tenant.Unknown
	}
	return answer
}

func (b *Book) gatherStray() {
	seen := map[tenant.ID]bool{}
	for _, a := range b.byTarget.Unkeyed {
		if counts(a) == tenant.No {
			continue
		}
		if b.stray == nil {
			b.stray = newCover()
		}
		ref, _ := a.AccessPackage.Get()
		if !seen[ref.ID] {
			seen[ref.ID] = true
			b.stray.include(b.covers[ref.ID])
		}
	}
}

// covered answers whether the package of a hands out h.
func (b *Book) covered(a *tenant.AccessPackageAssignment, h Holding) tenant.Answer {
	ref, _ := a.AccessPackage.Get()
	c := b.covers[ref.ID]
	if c == nil {
		return tenant.Unknown // the package, or which one it is, was not read
	}
	return c.has(h)
}
