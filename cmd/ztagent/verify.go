package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/conditionalaccess"
	"github.com/ztagent/ztagent/internal/graph"
	"github.com/ztagent/ztagent/internal/tenant"
)

// verifySample is how many agents --verify-with-graph asks about: each takes four
// requests, and Graph allows one per second.
const verifySample = 10

// verifyWithGraph compares our evaluator with Graph's own for a sample of agents
// at every level of risk. A disagreement is a bug of ours or a change in Graph,
// and is reported as a warning; what we call unknown is not compared.
func (o *liveOptions) verifyWithGraph(ctx context.Context, w *world, s *tenant.Snapshot) ([]string, error) {
	session, err := o.session(ctx, w)
	if err != nil {
		return nil, err
	}
	oracle, err := graph.NewEvaluator(session, w.clock(), nil)
	if err != nil {
		return nil, cannotRun(err)
	}
	evaluator := conditionalaccess.Of(s)
	var warnings []string
	compared := 0
	for _, a := range sampleAgents(s, verifySample) {
		for _, outcome := range evaluator.WhatIf(a) {
			if outcome.Answer == conditionalaccess.Unknown {
				continue
			}
			blocking, err := oracle.Blocking(ctx, a.ID, outcome.Level)
			if err != nil {
				return warnings, cannotRun(fmt.Errorf("--verify-with-graph: %w", err))
			}
			compared++
			if ours := outcome.Answer == conditionalaccess.Yes; ours != (len(blocking) > 0) {
				warnings = append(warnings, disagreement(a, outcome.Level, ours, blocking))
			}
		}
	}
	fmt.Fprintf(w.Err, "ztagent: compared %s with Graph's own evaluation: %s\n",
		count(compared, "what-if answer"), count(len(warnings), "disagreement"))
	return warnings, nil
}

func disagreement(a *tenant.AgentIdentity, level string, ours bool, blocking []tenant.ID) string {
	ids := make([]string, len(blocking))
	for i, id := range blocking {
		ids[i] = id.String()
	}
	slices.Sort(ids)
	theirs := "no policy blocks it"
	if len(ids) > 0 {
		theirs = "it is blocked by " + strings.Join(ids, ", ")
	}
	mine := "no policy blocks it"
	if ours {
		mine = "it is blocked"
	}
	return fmt.Sprintf("Conditional Access for agent %s (%.80s) at risk %s: ztagent says %s, Graph says %s; please report it",
		a.ID, a.ResourceName(), level, mine, theirs)
}

// sampleAgents returns up to n active agents, spread evenly over the list.
func sampleAgents(s *tenant.Snapshot, n int) []*tenant.AgentIdentity {
	var active []*tenant.AgentIdentity
	for a := range s.AgentIdentities.All() {
		if a.Activity() == tenant.Active && !a.ID.IsZero() {
			active = append(active, a)
		}
	}
	if len(active) <= n {
		return active
	}
	sample := make([]*tenant.AgentIdentity, n)
	for i := range sample {
		sample[i] = active[i*len(active)/n]
	}
	return sample
}
