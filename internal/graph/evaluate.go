package graph

import (
	"context"
	"fmt"
	"net/http"

	"github.com/go-json-experiment/json"

	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/tenant"
)

// Evaluator asks Graph what Conditional Access would do to an agent (beta
// identity/conditionalAccess/evaluate, which changes nothing). It needs
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

// evaluation is the question: one agent, Microsoft Graph as the resource, and
// the agent's risk.
type evaluation struct {
	SignInIdentity struct {
		ODataType               string `json:"@odata.type"`
		AgentServicePrincipalID string `json:"agentServicePrincipalId"`
	} `json:"signInIdentity"`
	SignInContext struct {
		ODataType           string   `json:"@odata.type"`
		IncludeApplications []string `json:"includeApplications"`
	} `json:"signInContext"`
	SignInConditions struct {
		AgentIDRiskLevel string `json:"agentIdRiskLevel"`
	} `json:"signInConditions"`
	AppliedPoliciesOnly bool `json:"appliedPoliciesOnly"`
}

// Blocking returns the ids of the enabled policies by which Graph would block
// the agent at a level of risk (none, low, medium, high).
func (e *Evaluator) Blocking(ctx context.Context, agent tenant.ID, level string) ([]tenant.ID, error) {
	var question evaluation
	question.SignInIdentity.ODataType = "#microsoft.graph.agentSignIn"
	question.SignInIdentity.AgentServicePrincipalID = agent.String()
	question.SignInContext.ODataType = "#microsoft.graph.applicationContext"
	question.SignInContext.IncludeApplications = []string{dataset.GraphAppID}
	question.SignInConditions.AgentIDRiskLevel = level
	question.AppliedPoliciesOnly = true
	body, err := json.Marshal(question)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Value []struct {
			tenant.ConditionalAccessPolicy
			PolicyApplies bool `json:"policyApplies"`
		} `json:"value"`
	}
	_, err = e.client.send(ctx, request{
		url:    e.client.root.String() + "/beta/identity/conditionalAccess/evaluate",
		body:   body,
		family: dataset.ConditionalAccess,
		usage:  &usage{},
		check:  func(body []byte) error { return json.Unmarshal(body, &answer) },
	})
	if err != nil {
		return nil, fmt.Errorf("asking Graph to evaluate Conditional Access: %w", err)
	}
	var blocking []tenant.ID
	for i := range answer.Value {
		p := &answer.Value[i]
		controls, _ := p.GrantControls.Get()
		for _, control := range controls.BuiltInControls.Items {
			if p.PolicyApplies && p.State.Or("") == "enabled" && control == "block" {
				blocking = append(blocking, p.ID)
			}
		}
	}
	return blocking, nil
}
