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

// giveEvidence places the evidence of every finding and gives it to them. All
// places are asked for at once, because finding one means reading its file again.
func (r *runner) giveEvidence(report *Report) error {
	var requests []tenant.LocateRequest
	for i := range r.outcomes {
		for _, evidence := range r.outcomes[i].evidence {
			for _, e := range evidence {
				requests = append(requests, tenant.LocateRequest{Origin: e.Origin, Pointer: e.Pointer})
			}
		}
	}
	places, err := r.snapshot.Locate(requests)
	if err != nil {
		return fmt.Errorf("placing the evidence: %w", err)
	}
	at := 0 // the outcomes are in the order of the report
	for i := range report.Checks {
		for k := range report.Checks[i].Rules {
			rule := &report.Checks[i].Rules[k]
			for n, evidence := range r.outcomes[at].evidence {
				f := &rule.Findings[n]
				f.Evidence, places = r.evidenceRefs(evidence, places)
				f.Fingerprint = Fingerprint(rule.ID, f.Resource.ID, f.Key)
			}
			r.outcomes[at].evidence = nil
			at++
		}
	}
	return nil
}
