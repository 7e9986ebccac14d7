package main

import (
	"context"
	"fmt"

	"github.com/ztagent/ztagent/internal/conditionalaccess"
	"github.com/ztagent/ztagent/internal/graph"
	"github.com/ztagent/ztagent/internal/tenant"
)

// verifySample is how many agents --verify-with-graph asks about: each takes four
// requests, and Graph allows one per second.
const verifySample = 10

// oracle is Graph's own evaluation of Conditional Access.
type oracle struct{ *graph.Evaluator }

// Evaluate implements conditionalaccess.Asker.
func (o oracle) Evaluate(ctx context.Context, question []byte) ([]conditionalaccess.Evaluation, error) {
	answer, err := o.Evaluator.Evaluate(ctx, question)
	if err != nil {
		return nil, err
	}
	return conditionalaccess.ReadEvaluations(answer)
}

// verifyWithGraph compares our evaluation of Conditional Access with Graph's own,
// policy by policy, for a sample of agents at every level of risk. It returns the
// disagreements: each is a bug of ours, or a change in Graph or in the policy.
func (o *liveOptions) verifyWithGraph(ctx context.Context, w *world, s *tenant.Snapshot) ([]string, error) {
	session, err := o.session(ctx, w)
	if err != nil {
		return nil, err
	}
	asker, err := graph.NewEvaluator(session, w.clock(), nil)
	if err != nil {
		return nil, cannotRun(err)
	}
	evaluator := conditionalaccess.Of(s)
	v, err := evaluator.Verify(ctx, oracle{asker}, evaluator.Sample(verifySample))
	if err != nil {
		return nil, cannotRun(fmt.Errorf("--verify-with-graph: %w", err))
	}
	fmt.Fprintf(w.Err, "ztagent: compared with Graph's own evaluation: %s, %s, %d undecided, %s\n",
		count(v.Agents, "agent"), count(v.Compared, "answer"), v.Undecided, count(len(v.Disagreements), "disagreement"))
	var warnings []string
	for _, d := range v.Disagreements {
		warnings = append(warnings, d.String()+" Please report it.")
	}
	return warnings, nil
}
