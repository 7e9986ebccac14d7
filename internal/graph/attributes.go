package graph

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/tenant"
)

const attributes = "customSecurityAttributes"

// listSelecting pages through a request. Custom security attributes take a
// permission of their own: without it they are not asked for, so that their
// absence does not cost the rest.
func (j *job) listSelecting(ctx context.Context, r dataset.Request, each func(page) error) (int, error) {
	if !slices.Contains(r.Select, attributes) {
		return j.list(ctx, r, each)
	}
	var refused error = &notRead{tenant.GapForbidden, "the token does not hold the permission to read them"}
	if j.mayReadAttributes() {
		n, err := j.list(ctx, r, each)
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Status != http.StatusForbidden || n > 0 {
			return n, err
		}
		refused = err
	}
	r.Select = slices.DeleteFunc(slices.Clone(r.Select), func(s string) bool { return s == attributes })
	n, err := j.list(ctx, r, each)
	if err == nil || n > 0 {
		j.gap("*", attributes, gapOf(refused, false), refused)
	}
	return n, err
}

// mayReadAttributes looks at the token, if it can be read.
func (j *job) mayReadAttributes() bool {
	if !j.run.claims.Known {
		return true
	}
	for _, p := range j.row.Permissions {
		if p.Optional && p.For == attributes {
			return p.SatisfiedBy(j.run.claims.Permissions())
		}
	}
	return true
}
