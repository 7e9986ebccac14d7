package audit

import "github.com/ztagent/ztagent/internal/tenant"

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
type place struct {
	File, Pointer   string
	Region, Context tenant.Region
}

// locate returns the places of every kept verdict's evidence, by outcome and in
// the order of the evidence.
func (r *runner) locate() [][]place {
	byOutcome := make([][]place, len(r.outcomes))
	for i := range r.outcomes {
		for k := range r.outcomes[i].verdicts {
			for _, e := range pointedAt(&r.outcomes[i].verdicts[k]) {
				byOutcome[i] = append(byOutcome[i], place{Pointer: e.Pointer})
			}
		}
	}
	return byOutcome
}
