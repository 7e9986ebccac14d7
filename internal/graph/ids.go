package graph

import (
	"maps"
	"slices"
	"sync"

	"github.com/ztagent/ztagent/internal/tenant"
)

// idSet is a set of ids that many goroutines add to.
type idSet struct {
	mu  sync.RWMutex
	ids map[tenant.ID]struct{}
}

// add puts an id in; an empty one is none.
func (s *idSet) add(text string) {
	if text == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ids == nil {
		s.ids = map[tenant.ID]struct{}{}
	}
	s.ids[tenant.ParseID(text)] = struct{}{}
}

func (s *idSet) has(text string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, ok := s.ids[tenant.ParseID(text)]
	return ok
}

// sorted returns the ids as text, so that requests are the same in every run.
func (s *idSet) sorted() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	keys := slices.SortedFunc(maps.Keys(s.ids), tenant.ID.Compare)
	out := make([]string, len(keys))
	for i, id := range keys {
		out[i] = id.String()
	}
	return out
}

// fold returns an id's text as it is compared.
func fold(id string) string { return tenant.ParseID(id).String() }
