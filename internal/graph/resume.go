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
func (r *run) goOn(ctx context.Context, row dataset.Row) error {
	if err := r.await(ctx, row.Beside); err != nil {
		return err
	}
	entry, _ := r.dir.entry(row.Dataset)
	if entry.Status != tenant.StatusComplete { // see directory.record
		return fmt.Errorf("%s is read again, as what it is about was", row.Dataset)
	}
	for _, gap := range entry.Gaps {
		if r.mayHelp(row, gap) {
			return fmt.Errorf("%s is read again, for what is missing in it", row.Dataset)
		}
	}
	return r.recall(row.Dataset)
}

// broken reports that a fault, and no refusal, left a gap.
func broken(entry tenant.ManifestEntry) bool {
	fault := func(status string, e *tenant.ManifestError) bool {
		switch tenant.GapStatus(status) {
		case tenant.GapFailed:
			return true
		case tenant.GapTruncated: // by a refusal in the middle, too
			return e == nil || tenant.GapOfError(0, e.Code, e.Message) == tenant.GapFailed
		}
		return false
	}
	return fault(entry.Status, entry.Error) ||
		slices.ContainsFunc(entry.Gaps, func(g tenant.ManifestGap) bool { return fault(g.Status, g.Error) })
}

// await waits until datasets are done.
func (r *run) await(ctx context.Context, datasets []tenant.Dataset) error {
	for _, d := range datasets {
		select {
		case <-r.done[d]:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
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
