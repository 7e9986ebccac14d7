package graph

import (
	"context"
	"fmt"
	"slices"

	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/tenant"
)

// goOn recalls a dataset that an earlier run has completed. An error says why it
// is to be read again: its file is gone or damaged, parts of it are missing, or
// what it is about has been read anew, so that ids in it may be missing.
func (r *run) goOn(ctx context.Context, row dataset.Row, entry tenant.ManifestEntry) error {
	for _, first := range row.Beside {
		select {
		case <-r.done[first]:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for _, first := range slices.Concat(row.After, row.Beside) {
		if r.readAnew(first) {
			return fmt.Errorf("%s is read again, as %s was", row.Dataset, first)
		}
	}
	for _, gap := range entry.Gaps {
		if r.mayHelp(row, gap) {
			return fmt.Errorf("%s is read again, for what is missing in it", row.Dataset)
		}
	}
	return r.recall(row.Dataset)
}

func (r *run) readAnew(d tenant.Dataset) bool {
	r.anewMu.Lock()
	defer r.anewMu.Unlock()
	return r.anew[d]
}

// mayHelp reports whether asking again may fill a gap. Attributes that the token
// may not read are not asked for in any case, and the list of agents is long.
func (r *run) mayHelp(row dataset.Row, gap tenant.ManifestGap) bool {
	if gap.Relation != attributes {
		return true
	}
	j := &job{run: r, row: row}
	return j.mayReadAttributes()
}
