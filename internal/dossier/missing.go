package dossier

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
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
// that are not there count as empty (docs/verdicts.md), and are no gaps.
func (b *builder) gaps(datasets ...tenant.Dataset) []Missing {
	var missing []Missing
	for _, d := range datasets {
		gap, ok := b.s.Gap(d)
		if !ok || d.EmptyWhen(gap.Status) {
			continue
		}
		m := Missing{What: string(d), Status: string(gap.Status), Reason: clause(gap.Reason)}
		if b.o.FixFor != nil {
			m.Fix = clause(b.o.FixFor(gap))
		}
		missing = append(missing, m)
	}
	return missing
}

// reportGaps picks, of the report's gaps, those that the dossier feels.
func (b *builder) reportGaps(d *Dossier) []audit.ReportGap {
	felt := map[string]bool{}
	for _, list := range [][]Missing{
		d.Agent.NotRead, d.Sponsors.NotRead, d.Owners.NotRead, d.Blueprint.NotRead, d.Blueprint.Sponsors.NotRead,
		d.Blueprint.Owners.NotRead, d.Permissions.NotRead, d.DirectoryAccess.NotRead, d.ConditionalAccess.NotRead,
		d.Risk.NotRead, d.Timeline.NotRead, d.Drills.NotRead, d.SignIns.NotRead, d.BlastRadius.NotRead,
	} {
		for _, m := range list {
			felt[m.What] = true
		}
	}
	unjudged := map[string]bool{}
	for _, u := range d.Findings.Unjudged {
		unjudged[u.Rule] = true
	}
	var gaps []audit.ReportGap
	for _, g := range b.o.Report.Gaps {
		g.Rules = slices.DeleteFunc(slices.Clone(g.Rules), func(rule string) bool { return !unjudged[rule] })
		if len(g.Rules) > 0 || felt[string(g.Dataset)] {
			gaps = append(gaps, g)
		}
	}
	return gaps
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

// counted is n and its noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
