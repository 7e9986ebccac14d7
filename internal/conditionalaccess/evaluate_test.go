package conditionalaccess

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

func TestEvaluateRequestIsWhatGraphTakes(t *testing.T) {
	assert.JSONEq(t, `{"signInIdentity":{"@odata.type":"#microsoft.graph.agentSignIn","agentServicePrincipalId":"`+finance+`"},
		"signInContext":{"@odata.type":"#microsoft.graph.applicationContext","includeApplications":["`+GraphResource+`"]},
		"signInConditions":{"agentIdRiskLevel":"high"},"appliedPoliciesOnly":false}`,
		string(EvaluateRequest(tenant.ParseID(finance), "high", GraphResource)))
}

func TestReadEvaluations(t *testing.T) {
	got, err := ReadEvaluations([]byte(`{"@odata.context":"x","value":[
		{"id":"` + stranger + `","displayName":"A","policyApplies":true,"analysisReasons":"notSet","state":"enabled"},
		{"id":"` + role + `","policyApplies":false,"analysisReasons":"workloadIdentities,policyNotEnabled"}]}`))
	require.NoError(t, err)
	require.Len(t, got, 2)
	assert.Equal(t, Yes, got[0].answer())
	assert.Equal(t, No, got[1].answer())
	for _, bad := range []string{`{}`, `{"value":null}`, `[]`, `{"value":[{"policyApplies":"yes"}]}`, ``} {
		_, err := ReadEvaluations([]byte(bad))
		assert.ErrorContains(t, err, "what-if", bad)
	}
}

// graph is an evaluator of its own kind: it answers from a table of what applies.
type graph struct {
	answer func(body string) (string, error)
	asked  []string
}

func (g *graph) Evaluate(_ context.Context, body []byte) ([]Evaluation, error) {
	g.asked = append(g.asked, string(body))
	text, err := g.answer(string(body))
	if err != nil {
		return nil, err
	}
	return ReadEvaluations([]byte(text))
}

func row(id int, applies bool, reasons string) string {
	return fmt.Sprintf(`{"id":"00000000-0000-0000-0000-%012d","displayName":"P%d","policyApplies":%t,"analysisReasons":%q}`, id, id, applies, reasons)
}

func TestVerifyFindsNothingWhereGraphAgrees(t *testing.T) {
	s := snapshot(t, nil,
		edit{"displayName": "High", "conditions/agentIdRiskLevels": "high"},
		edit{"displayName": "Off", "state": "disabled"},
		edit{"displayName": "Reporting", "state": "enabledForReportingButNotEnforced"},
		edit{"displayName": "Office", resources: strs("Office365")})
	g := &graph{answer: func(body string) (string, error) {
		high := strings.Contains(body, `"high"`)
		return `{"value":[` + strings.Join([]string{
			row(1, high, "notSet"), row(2, false, "policyNotEnabled"), row(3, true, "notSet"), row(4, false, "application"),
		}, ",") + `]}`, nil
	}}
	c, err := Of(s).Verify(context.Background(), g, []*tenant.AgentIdentity{agent(t, s, finance)})
	require.NoError(t, err)
	assert.Len(t, g.asked, 4, "once for each level")
	assert.Equal(t, Verification{Agents: 1, Compared: 8, Undecided: 8}, c,
		"report-only policies, and Office 365, which may hold Microsoft Graph, are left open")
}

func TestVerifyNamesEveryDisagreement(t *testing.T) {
	s := snapshot(t, nil,
		edit{"displayName": "All"},
		edit{"displayName": "Others", included: strs(payroll)},
		edit{"displayName": "Silent"},
		edit{"displayName": "Unsure"})
	g := &graph{answer: func(body string) (string, error) {
		if !strings.Contains(body, `"none"`) {
			return `{"value":[` + row(1, true, "notSet") + "," + row(2, false, "workloadIdentities") + "," + row(3, true, "") + "," + row(4, true, "") + `]}`, nil
		}
		return `{"value":[` + strings.Join([]string{
			row(1, false, "workloadIdentities"), row(2, true, "notSet"), row(4, false, "notEnoughInformation, users"), row(9, true, "notSet"),
		}, ",") + `]}`, nil
	}}
	c, err := Of(s).Verify(context.Background(), g, []*tenant.AgentIdentity{agent(t, s, finance)})
	require.NoError(t, err)
	var got []string
	for _, d := range c.Disagreements {
		got = append(got, d.String())
	}
	at := "agent " + finance + " at risk none"
	assert.Equal(t, []string{
		`We say that the policy "All" applies to ` + at + `, because the policy includes all agent identities, and Graph that it does not (workloadIdentities).`,
		`Graph says that the policy "Others" applies to ` + at + `, and we that it does not: the policy is for other agents and does not name this one.`,
		`Graph says nothing of the policy "Silent" for ` + at + `.`,
		`Graph knows the policy "P9" for ` + at + `, and the snapshot does not.`,
	}, got)
	assert.Equal(t, 1, c.Undecided)
}

func TestVerifyStopsWhereGraphDoesNotAnswer(t *testing.T) {
	s := snapshot(t, nil, nil)
	refused := errors.New("403")
	c, err := Of(s).Verify(context.Background(), &graph{answer: func(string) (string, error) { return "", refused }}, Of(s).Sample(1))
	assert.ErrorIs(t, err, refused)
	assert.ErrorContains(t, err, "at risk none")
	assert.Zero(t, c.Agents)
}

func TestWhatAppliesToGraph(t *testing.T) {
	for name, c := range map[string]struct {
		changes edit
		want    Answer
		because string
	}{
		"all":               {nil, Yes, "the policy includes all agent identities"},
		"graph":             {edit{resources: strs(GraphResource)}, Yes, "the policy includes all agent identities"},
		"another":           {edit{resources: strs(stranger)}, No, "it is not on Microsoft Graph"},
		"agents":            {edit{resources: strs("AllAgentIdResources")}, No, "it is not on Microsoft Graph"},
		"excluded":          {edit{leftOut: strs(GraphResource)}, No, "it is not on Microsoft Graph"},
		"a group excluded":  {edit{leftOut: strs("Office365")}, Unknown, ""},
		"a condition":       {edit{"conditions/platforms": map[string]any{"includePlatforms": strs("iOS")}}, Unknown, ""},
		"disabled":          {edit{"state": "disabled"}, No, "it is not enabled"},
		"another risk":      {edit{"conditions/agentIdRiskLevels": "medium"}, No, "it does not apply at agent risk high"},
		"an excluded agent": {edit{excluded: strs(finance)}, No, "the policy excludes the agent by name"},
	} {
		t.Run(name, func(t *testing.T) {
			s := snapshot(t, nil, c.changes)
			p := Of(s).Policies()[0]
			reach := p.Targets(agent(t, s, finance))
			assert.Equal(t, c.want, p.applies(reach, "high"))
			if c.because != "" {
				assert.Equal(t, c.because, p.whyApplies(reach, "high"))
			}
		})
	}
}

func TestSampleTakesDifferentAgentsFirst(t *testing.T) {
	s := snapshot(t, nil, edit{excluded: strs(payroll)})
	var names []string
	for _, a := range Of(s).Sample(3) {
		names = append(names, a.ResourceName())
	}
	assert.Equal(t, []string{"Finance", "Payroll", "Unread"}, names)
	assert.Len(t, Of(s).Sample(1), 1)
	assert.Len(t, Of(s).Sample(10), 4)
	assert.Empty(t, Of(s).Sample(0))
}
