package audit

import (
	"fmt"

	"github.com/ztagent/ztagent/internal/tenant"
)

// pointedAt is a verdict's evidence. A verdict without any points at the
// resource itself, so that every finding has a place.
func pointedAt(v *Verdict) []Evidence {
	if len(v.Evidence) > 0 || v.Status == NotApplicable {
		return v.Evidence
	}
	origin := v.Resource.Source()
	if origin.Dataset() == "" {
		return nil
	}
	return []Evidence{{Origin: origin}}
}

func (e *Evidence) dataset() tenant.Dataset {
	if d := e.Origin.Dataset(); d != "" {
		return d
	}
	return e.Dataset
}

// place is where evidence stands in the snapshot's files.
type place = tenant.Place

// locate returns the places of every kept verdict's evidence, by outcome and in
// the order of the evidence. All are asked for at once, because finding a place
// means reading its file again.
func (r *runner) locate() ([][]place, error) {
	var requests []tenant.LocateRequest
	counts := make([]int, len(r.outcomes))
	for i := range r.outcomes {
		before := len(requests)
		for k := range r.outcomes[i].verdicts {
			for _, e := range pointedAt(&r.outcomes[i].verdicts[k]) {
				requests = append(requests, tenant.LocateRequest{Origin: e.Origin, Pointer: e.Pointer})
			}
		}
		counts[i] = len(requests) - before
	}
	places, err := r.snapshot.Locate(requests)
	if err != nil {
		return nil, fmt.Errorf("placing the evidence: %w", err)
	}
	byOutcome := make([][]place, len(counts))
	for i, n := range counts {
		byOutcome[i], places = places[:n], places[n:]
	}
	return byOutcome, nil
}
