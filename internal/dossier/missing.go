package dossier

import (
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Missing is something that was not read, so that what stands beside it may not
// be all there is.
type Missing struct {
	// What is a dataset, or a property of an object: "sponsors".
	What string `json:"what"`
	// Status is the kind of gap; of a property notReturned, null or truncated;
	// unclear where rows were read and do not decide.
	Status string `json:"status"`
	// Reason and Fix are sentences, without a full stop; either may be "".
	Reason string `json:"reason"`
	Fix    string `json:"fix"`
}

// gaps returns those of the datasets that were not read in full. Optional ones
// that are not there count as empty (spec §4.5), and are no gaps.
func (b *builder) gaps(datasets ...tenant.Dataset) []Missing {
	var missing []Missing
	for _, d := range datasets {
		gap, ok := b.s.Gap(d)
		if !ok || d.EmptyWhen(gap.Status) {
			continue
		}
		m := Missing{What: string(d), Status: string(gap.Status), Reason: clause(gap.Reason)}
		if b.o.FixFor != nil {
			m.Fix = clause(b.o.FixFor(d, gap.Status))
		}
		missing = append(missing, m)
	}
	return missing
}

// unread returns what is wrong with one relation of one object; nothing when it
// was read to its end.
func unread[T any](what string, r *tenant.Relation[T]) []Missing {
	status := "notReturned"
	switch r.State {
	case tenant.RelationComplete:
		return nil
	case tenant.RelationNull:
		status = "null"
	case tenant.RelationTruncated:
		status = "truncated"
	}
	return []Missing{{What: what, Status: status, Reason: clause(r.Reason)}}
}

// notReturned is a property that Graph did not return.
func notReturned(what string) Missing { return Missing{What: what, Status: "notReturned"} }

// unclear is a doubt that rows leave which were read.
func unclear(what, reason string) Missing {
	return Missing{What: what, Status: "unclear", Reason: clause(reason)}
}

func clause(sentence string) string { return strings.TrimSuffix(strings.TrimSpace(sentence), ".") }
