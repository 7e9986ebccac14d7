package conditionalaccess

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/ztagent/ztagent/internal/tenant"
)

// GraphResource is the appId of Microsoft Graph, the resource that a what-if asks
// about: policies on all resources apply to it.
const GraphResource = "00000003-0000-0000-c000-000000000000"

// Evaluation is Graph's word on one policy, of POST /identity/conditionalAccess/evaluate.
type Evaluation struct {
	ID            tenant.ID          `json:"id"`
	DisplayName   tenant.Opt[string] `json:"displayName"`
	PolicyApplies tenant.Opt[bool]   `json:"policyApplies"`
	Reasons       tenant.Opt[string] `json:"analysisReasons"` // flags, comma-separated
}

// Asker puts what-if questions to Graph. Evaluate sends EvaluateRequest's body
// to beta identity/conditionalAccess/evaluate, which changes nothing, and returns
// what ReadEvaluations makes of the answer.
type Asker interface {
	Evaluate(ctx context.Context, body []byte) ([]Evaluation, error)
}

// EvaluateRequest is the body of a what-if for an agent at one level of risk, on
// one resource.
func EvaluateRequest(agent tenant.ID, level, resource string) []byte {
	type typed struct {
		Type string `json:"@odata.type"`
	}
	body := struct {
		Identity struct {
			typed
			Agent string `json:"agentServicePrincipalId"`
		} `json:"signInIdentity"`
		Context struct {
			typed
			Applications []string `json:"includeApplications"`
		} `json:"signInContext"`
		Conditions struct {
			Level string `json:"agentIdRiskLevel"`
		} `json:"signInConditions"`
		AppliedOnly bool `json:"appliedPoliciesOnly"`
	}{}
	body.Identity.Type, body.Identity.Agent = "#microsoft.graph.agentSignIn", agent.String()
	body.Context.Type, body.Context.Applications = "#microsoft.graph.applicationContext", []string{resource}
	body.Conditions.Level = level
	text, err := json.Marshal(body, json.Deterministic(true))
	if err != nil {
		panic(err) // strings and booleans cannot fail
	}
	return text
}

// ReadEvaluations reads the answer to a what-if.
func ReadEvaluations(answer []byte) ([]Evaluation, error) {
	var list struct {
		Value *[]Evaluation `json:"value"`
	}
	if err := json.Unmarshal(answer, &list); err != nil {
		return nil, fmt.Errorf("reading Graph's what-if: %w", err)
	}
	if list.Value == nil {
		return nil, errors.New("reading Graph's what-if: it has no value")
	}
	return *list.Value, nil
}

// Disagreement is a policy of which Graph and we say different things: a bug in
// us, or a change in Graph or in the policy since the snapshot.
type Disagreement struct {
	Agent    *tenant.AgentIdentity
	Level    string
	PolicyID tenant.ID
	Policy   string // its name, or its id without one
	Ours     Answer // whether it applies; Unknown when the snapshot has no such policy
	Graph    Answer // Unknown when Graph says nothing of the policy
	Because  string // ours
	Reasons  string // Graph's analysisReasons
}

// String says the disagreement in one sentence.
func (d Disagreement) String() string {
	at := fmt.Sprintf("agent %s at risk %s", d.Agent.ID, d.Level)
	switch {
	case d.Ours == Unknown:
		return fmt.Sprintf("Graph knows the policy %q for %s, and the snapshot does not.", d.Policy, at)
	case d.Graph == Unknown:
		return fmt.Sprintf("Graph says nothing of the policy %q for %s.", d.Policy, at)
	case d.Graph == Yes:
		return fmt.Sprintf("Graph says that the policy %q applies to %s, and we that it does not: %s.", d.Policy, at, d.Because)
	}
	return fmt.Sprintf("We say that the policy %q applies to %s, because %s, and Graph that it does not (%s).", d.Policy, at, d.Because, d.Reasons)
}

// Verification is what came of asking Graph.
type Verification struct {
	Agents        int // that Graph was asked about
	Compared      int // policies, over all agents and levels
	Undecided     int // that one of the two does not decide
	Disagreements []Disagreement
}

// Verify asks Graph about agents at every level of risk, and returns where it
// and we disagree. It ends at the first question that Graph does not answer.
func (e *Evaluator) Verify(ctx context.Context, ask Asker, agents []*tenant.AgentIdentity) (Verification, error) {
	var c Verification
	for _, a := range agents {
		for _, level := range RiskLevels() {
			answer, err := ask.Evaluate(ctx, EvaluateRequest(a.ID, level, GraphResource))
			if err != nil {
				return c, fmt.Errorf("asking Graph about agent %s at risk %s: %w", a.ID, level, err)
			}
			e.compare(&c, a, level, answer)
		}
		c.Agents++
	}
	return c, nil
}

func (e *Evaluator) compare(c *Verification, a *tenant.AgentIdentity, level string, answer []Evaluation) {
	said := map[tenant.ID]*Evaluation{}
	for i := range answer {
		said[answer[i].ID] = &answer[i]
	}
	for _, p := range e.policies {
		graph := said[p.ID]
		delete(said, p.ID)
		c.judge(p, a, level, graph)
	}
	for i := range answer {
		if g := &answer[i]; said[g.ID] == g && !g.ID.IsZero() {
			c.Disagreements = append(c.Disagreements, Disagreement{
				Agent: a, Level: level, PolicyID: g.ID, Policy: nameOr(g.DisplayName, g.ID), Graph: g.answer(), Reasons: g.Reasons.Or(""),
			})
		}
	}
}

func nameOr(name tenant.Opt[string], id tenant.ID) string {
	if text := name.Or(""); text != "" {
		return text
	}
	return id.String()
}

func (c *Verification) judge(p *Policy, a *tenant.AgentIdentity, level string, graph *Evaluation) {
	reach := p.Targets(a)
	ours := p.applies(reach, level)
	d := Disagreement{Agent: a, Level: level, PolicyID: p.ID, Policy: p.Name(), Ours: ours, Because: p.whyApplies(reach, level)}
	switch {
	case ours == Unknown || p.ReportOnly():
		// Whether Graph counts report-only policies as applying is not documented.
		c.Undecided++
		return
	case graph != nil:
		d.Graph, d.Reasons = graph.answer(), graph.Reasons.Or("")
		if d.Graph == Unknown {
			c.Undecided++
			return
		}
	}
	c.Compared++
	if d.Graph != ours {
		c.Disagreements = append(c.Disagreements, d)
	}
}

// applies reports whether an enforced policy applies to a sign-in to Microsoft
// Graph at this level of risk.
func (p *Policy) applies(reach Reach, level string) Answer {
	applies := p.Enabled.And(reach.Answer).And(p.AtRisk(level)).And(p.onGraph())
	if len(p.Narrowed) > 0 {
		return applies.And(Unknown)
	}
	return applies
}

// onGraph reports whether the policy is on Microsoft Graph: groups of resources,
// such as Office365, and filters do not tell.
func (p *Policy) onGraph() Answer {
	a := &p.applications
	included := hasWord(a.IncludeApplications, wordAll).Or(hasWord(a.IncludeApplications, GraphResource))
	if included == No && slices.ContainsFunc(a.IncludeApplications.Items, isGroupOfResources) {
		included = Unknown
	}
	excluded := hasWord(a.ExcludeApplications, GraphResource)
	if excluded == No && slices.ContainsFunc(a.ExcludeApplications.Items, isGroupOfResources) {
		excluded = Unknown
	}
	if f, ok := a.ApplicationFilter.Get(); ok && (f.Rule.Or("") != "" || !f.Rule.IsSet()) {
		included = included.And(Unknown)
	}
	return included.And(excluded.Not())
}

// isGroupOfResources: a word that is no appId stands for several, Microsoft Graph
// perhaps among them. Agents as resources it is not.
func isGroupOfResources(item string) bool {
	return !tenant.ParseID(item).IsGUID() && !strings.EqualFold(item, wordNone) && !strings.EqualFold(item, wordAllAgentResources)
}

// whyApplies names what keeps the policy from applying, else why it reaches.
func (p *Policy) whyApplies(reach Reach, level string) string {
	switch {
	case p.Enabled == No:
		return "it is not enabled"
	case reach.Answer == No:
		return reach.Because()
	case p.AtRisk(level) == No:
		return "it does not apply at agent risk " + level
	case p.onGraph() == No:
		return "it is not on Microsoft Graph"
	}
	return reach.Because()
}

// answer: what Graph could not evaluate for want of information it has not
// decided.
func (g *Evaluation) answer() Answer {
	applies, ok := g.PolicyApplies.Get()
	if !ok {
		return Unknown
	}
	for reason := range strings.SplitSeq(g.Reasons.Or(""), ",") {
		switch strings.TrimSpace(reason) {
		case "notEnoughInformation", "invalidCondition", "invalidPolicy":
			return Unknown
		}
	}
	return answer(applies)
}

// Sample picks at most n active agents to ask Graph about: as many different ones
// as there are, by which policies reach them, in file order.
func (e *Evaluator) Sample(n int) []*tenant.AgentIdentity {
	var picked, alike []*tenant.AgentIdentity
	seen := map[string]bool{}
	for a := range e.snapshot.AgentIdentities.All() {
		if len(picked) >= n {
			break
		}
		if a.Activity() != tenant.Active || a.ID.IsZero() {
			continue
		}
		if key := e.signature(a); !seen[key] {
			seen[key] = true
			picked = append(picked, a)
		} else if len(alike) < n {
			alike = append(alike, a)
		}
	}
	return append(picked, alike[:max(0, min(len(alike), n-len(picked)))]...)
}

// signature is the same for agents about which every policy says the same.
func (e *Evaluator) signature(a *tenant.AgentIdentity) string {
	var b strings.Builder
	for _, p := range e.agents {
		r := p.Targets(a)
		b.WriteByte('a' + byte(r.Answer))
		b.WriteByte('a' + byte(r.reason))
	}
	return b.String()
}
