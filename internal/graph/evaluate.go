package graph

import (
	"context"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/dataset"
)

// Evaluator asks Graph what Conditional Access would do to an agent, by POST to
// beta identity/conditionalAccess/evaluate, which changes nothing. It needs
// Policy.Read.ConditionalAccess or Policy.Read.All.
type Evaluator struct{ client *client }

// NewEvaluator prepares questions to the session's tenant.
func NewEvaluator(session *Session, clock Clock, transport http.RoundTripper) (*Evaluator, error) {
	if clock.Now == nil {
		clock = RealClock()
	}
	c, err := newClient(session.Cloud.Graph, session.Cloud.GraphScope, session.graph, transport, clock,
		newPacer(clock, 1), func(Sent) {})
	return &Evaluator{c}, err
}

// Evaluate sends a question and returns Graph's answer, {"value":[…]}. Throttling
// and broken answers are retried as in a collection.
func (e *Evaluator) Evaluate(ctx context.Context, question []byte) ([]byte, error) {
	return e.client.send(ctx, request{
		url:    e.client.root.String() + "/beta/identity/conditionalAccess/evaluate",
		body:   question,
		family: dataset.ConditionalAccess,
		usage:  &usage{},
		check: func(body []byte) error {
			if !jsontext.Value(body).IsValid() {
				return &Broken{Reason: "the answer is no JSON"}
			}
			return nil
		},
	})
}
