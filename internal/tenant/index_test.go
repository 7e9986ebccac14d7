package tenant

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestIndexIsWhatAMapIs compares the index with a map of slices.
func TestIndexIsWhatAMapIs(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 7, 100, 5000} {
		for _, distinct := range []int{1, 3, n/2 + 1, 4*n + 1} {
			var list List[ObjectRef]
			want := map[ID][]*ObjectRef{}
			var lost []*ObjectRef
			for range n {
				id := ID{}
				if k := random.IntN(distinct + 1); k > 0 {
					id = ParseID(fmt.Sprintf("%08x-0000-4000-8000-000000000000", k*7919))
					if k%5 == 0 {
						id = ParseID(fmt.Sprintf("text-%d", k))
					}
				}
				list.Append([]ObjectRef{{ID: id}})
			}
			for row := range list.All() {
				if row.ID.IsZero() {
					lost = append(lost, row)
				} else {
					want[row.ID] = append(want[row.ID], row)
				}
			}
			x := NewIndex(&list, func(r *ObjectRef) ID { return r.ID })
			assert.Equal(t, len(want), x.Len())
			assert.Equal(t, lost, x.Unkeyed)
			for id, rows := range want {
				assert.Equal(t, rows, x.Of(id))
				assert.Same(t, rows[0], x.First(id))
			}
			assert.Empty(t, x.Of(ID{}))
			assert.Nil(t, x.First(ParseID("nowhere")))
		}
	}
}

func TestARoleIsFoundByBothItsIDs(t *testing.T) {
	s := &Snapshot{}
	s.RoleDefinitions.Append([]RoleDefinition{
		{ID: ParseID("a"), TemplateID: ParseID("b")},
		{ID: ParseID("b"), TemplateID: ParseID("b")},
		{TemplateID: ParseID("c")},
	})
	x := s.RoleDefinitionsByID()
	assert.Len(t, x.Of(ParseID("a")), 1)
	assert.Len(t, x.Of(ParseID("b")), 2)
	assert.Len(t, x.Of(ParseID("c")), 1)
	assert.Len(t, x.Unkeyed, 1)
	assert.Equal(t, 3, x.Len())
}
