package conditionalaccess

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

const (
	approvedRule = `CustomSecurityAttribute.AgentInfo_Stage -eq "Approved"`
	otherRule    = `CustomSecurityAttribute.AgentInfo_Stage -ne "Approved"`
)

// Every sentence of docs/verdicts.md on what a policy targets.
func TestTargets(t *testing.T) {
	for name, c := range map[string]struct {
		changes edit
		agent   string
		want    Answer
		because string
	}{
		"all":                 {nil, finance, Yes, "the policy includes all agent identities"},
		"by id, without case": {edit{included: strs("00000000-0000-0000-0000-0000000000A1")}, finance, Yes, "the policy names the agent"},
		"a word to come":      {edit{included: strs("AllBlueprints")}, finance, Unknown, "the policy includes something that is not known"},
		"another id":          {edit{included: strs(payroll)}, finance, No, "the policy is for other agents and does not name this one"},
		"blueprint principal": {edit{included: strs(principal)}, finance, Yes, "the policy names the agent's blueprint principal"},
		"another principal":   {edit{included: strs(otherPrincipal)}, finance, No, "the policy is for other agents and does not name this one"},
		"older policy":        {edit{included: strs(), includedServices: strs(finance)}, finance, Yes, "the policy names the agent among its service principals"},
		"older policy, other": {edit{included: strs(), includedServices: strs(payroll)}, finance, No, "the policy is for other agents and does not name this one"},
		"principal among service principals": {
			edit{included: strs(), includedServices: strs(principal)},
			finance, No,
			"the policy is for service principals, which agent identities are not among",
		},
		"by a property to come": {edit{included: strs(), clients + "includeAgentIdBlueprints": strs(principal)}, finance, Unknown, "the list of agents that the policy includes was not returned"},
		"include filter":        {edit{included: strs(), filterProperty: filter("include", approvedRule)}, finance, Yes, "the policy's include filter matches the agent: AgentInfo_Stage -eq …"},
		"include filter misses": {edit{included: strs(), filterProperty: filter("include", approvedRule)}, payroll, No, "the policy's include filter does not match the agent: AgentInfo_Stage -eq …"},
		"include filter, attributes not read": {
			edit{included: strs(), filterProperty: filter("include", approvedRule)},
			unread, Unknown,
			"the policy's filter decides, and the agent's custom security attributes were not returned",
		},
		// Include lists and an include filter are alternatives.
		"list or filter":      {edit{included: strs(payroll), filterProperty: filter("include", approvedRule)}, finance, Yes, "the policy's include filter matches the agent: AgentInfo_Stage -eq …"},
		"list spares filter":  {edit{included: strs(unread), filterProperty: filter("include", approvedRule)}, unread, Yes, "the policy names the agent"},
		"all spares filter":   {edit{filterProperty: filter("include", approvedRule)}, payroll, Yes, "the policy includes all agent identities"},
		"exclude filter":      {edit{filterProperty: filter("exclude", approvedRule)}, finance, No, "the policy's exclude filter matches the agent: AgentInfo_Stage -eq …"},
		"exclude filter else": {edit{filterProperty: filter("exclude", approvedRule)}, payroll, Yes, "the policy includes all agent identities"},
		"exclude filter, attributes not read": {
			edit{filterProperty: filter("exclude", approvedRule)},
			unread, Unknown,
			"the policy's filter decides, and the agent's custom security attributes were not returned",
		},
		"negative exclude filter": {edit{filterProperty: filter("exclude", otherRule)}, payroll, No, "the policy's exclude filter matches the agent: AgentInfo_Stage -ne …"},
		"filter not understood": {
			edit{filterProperty: filter("exclude", "x")},
			finance, Unknown,
			"the policy's filter decides, and it is not understood: CustomSecurityAttribute.Set_Name is due at character 1",
		},
		"filter without mode": {
			edit{filterProperty: map[string]any{"rule": approvedRule}},
			finance, Unknown,
			"the policy's filter decides, and its mode was not returned",
		},
		"filter without rule": {
			edit{filterProperty: map[string]any{"mode": "exclude"}},
			finance, Unknown,
			"the policy's filter decides, and its rule was not returned",
		},
		"filter with a null rule": {edit{filterProperty: map[string]any{"mode": "exclude", "rule": nil}}, finance, Unknown, "the policy's filter decides, and its rule was not returned"},
		// Exclusion always wins.
		"excluded":                         {edit{excluded: strs(finance)}, finance, No, "the policy excludes the agent by name"},
		"excluded though named":            {edit{included: strs(finance), excluded: strs(finance)}, finance, No, "the policy excludes the agent by name"},
		"another is excluded":              {edit{excluded: strs(payroll)}, finance, Yes, "the policy includes all agent identities"},
		"principal excluded":               {edit{excluded: strs(principal)}, finance, No, "the policy excludes the agent's blueprint principal"},
		"principal excluded though named":  {edit{included: strs(finance), excluded: strs(principal)}, finance, No, "the policy excludes the agent's blueprint principal"},
		"excluded in the older list":       {edit{excludedServices: strs(finance)}, finance, No, "the policy excludes the agent by name"},
		"principal in the older list":      {edit{excludedServices: strs(principal)}, finance, No, "the policy excludes the agent's blueprint principal"},
		"deleted object excluded":          {edit{excluded: strs(stranger)}, finance, Yes, "the policy includes all agent identities"},
		"excluded and attributes not read": {edit{excluded: strs(unread), filterProperty: filter("exclude", approvedRule)}, unread, No, "the policy excludes the agent by name"},
		"an id that may be the principal": {
			edit{excluded: strs(stranger)},
			orphan, Unknown,
			"the agent's blueprint principal was not read, and the policy names an id that may be its",
		},
		"included by an id that may be the principal": {
			edit{included: strs(stranger)},
			orphan, Unknown,
			"the agent's blueprint principal was not read, and the policy names an id that may be its",
		},
		// Policies for others do not reach agent identities.
		"users":              {edit{"conditions/clientApplications": nil, "conditions/users/includeUsers": strs("All")}, finance, No, "the policy is for all users, which agent identities are not among"},
		"some users":         {edit{"conditions/clientApplications": nil, "conditions/users/includeGroups": strs(group)}, finance, No, "the policy is for users, not for agent identities"},
		"agent users":        {edit{"conditions/clientApplications": nil, "conditions/users/includeUsers": strs("AllAgentIdUsers")}, finance, No, "the policy is for agent users, not for agent identities"},
		"service principals": {edit{included: strs(), includedServices: strs("ServicePrincipalsInMyTenant")}, finance, No, "the policy is for service principals, which agent identities are not among"},
		"nobody":             {edit{included: strs("None")}, finance, No, "the policy names no agent identity"},
		// What was not returned.
		"list left out when empty":                {edit{excluded: gone, filterProperty: gone}, finance, Yes, "the policy includes all agent identities"},
		"list null when empty":                    {edit{excluded: nil, filterProperty: nil}, finance, Yes, "the policy includes all agent identities"},
		"list null":                               {edit{excludedServices: nil}, finance, Unknown, "the list of service principals that the policy excludes was not returned"},
		"exclusions not returned":                 {edit{excludedServices: gone}, finance, Unknown, "the list of service principals that the policy excludes was not returned"},
		"subject not returned":                    {edit{included: gone}, finance, Unknown, "the list of agents that the policy includes was not returned"},
		"subject not returned, excluded":          {edit{included: gone, excluded: strs(finance)}, finance, No, "the policy excludes the agent by name"},
		"clients not returned":                    {edit{"conditions/clientApplications": gone}, finance, Unknown, "the list of agents that the policy includes was not returned"},
		"conditions not returned":                 {edit{"conditions": gone}, finance, Unknown, "the list of agents that the policy includes was not returned"},
		"conditions null":                         {edit{"conditions": nil}, finance, Unknown, "the list of agents that the policy includes was not returned"},
		"older policy for users":                  {edit{"conditions/clientApplications": gone, "conditions/users/includeUsers": strs("All")}, finance, No, "the policy is for all users, which agent identities are not among"},
		"older policy for services":               {edit{included: gone, includedServices: strs("ServicePrincipalsInMyTenant")}, finance, No, "the policy is for service principals, which agent identities are not among"},
		"list of service principals not returned": {edit{includedServices: gone}, finance, Yes, "the policy includes all agent identities"},
	} {
		t.Run(name, func(t *testing.T) {
			s := snapshot(t, nil, c.changes)
			reach := Of(s).Policies()[0].Targets(agent(t, s, c.agent))
			assert.Equal(t, c.want, reach.Answer)
			assert.Equal(t, c.because, reach.Because())
			assert.NotEmpty(t, reach.Pointer())
		})
	}
}

// An agent or a principal that lost its id may be the one that a list names.
func TestTargetsWithoutIDs(t *testing.T) {
	noAgentID := `{"value":[{"displayName":"Finance","accountEnabled":true,"disabledByMicrosoftStatus":null,
		"agentIdentityBlueprintId":"` + blueprint + `","customSecurityAttributes":null}]}`
	noBlueprint := `{"value":[{"id":"` + finance + `","accountEnabled":true,"disabledByMicrosoftStatus":null,"customSecurityAttributes":null}]}`
	for name, c := range map[string]struct {
		dataset, content string
		changes          edit
		want             Answer
	}{
		"agent without id, excluded":   {"agentIdentities", noAgentID, edit{excluded: strs(finance)}, Unknown},
		"agent without id, included":   {"agentIdentities", noAgentID, edit{included: strs(finance)}, Unknown},
		"agent without id, older list": {"agentIdentities", noAgentID, edit{included: strs(), includedServices: strs(finance)}, Unknown},
		"agent without id, all":        {"agentIdentities", noAgentID, nil, Yes},
		"agent without id, principal":  {"agentIdentities", noAgentID, edit{excluded: strs(principal)}, No},
		"agent without blueprint":      {"agentIdentities", noBlueprint, edit{excluded: strs(principal)}, Unknown},
		"agent without blueprint, all": {"agentIdentities", noBlueprint, edit{excluded: strs(finance)}, No},
		"principal without id":         {"agentIdentityBlueprintPrincipals", `{"value":[{"appId":"` + blueprint + `"}]}`, edit{excluded: strs(principal)}, Unknown},
		"principal without appId":      {"agentIdentityBlueprintPrincipals", `{"value":[{"id":"` + principal + `"}]}`, edit{excluded: strs(principal)}, Unknown},
		"principal not there":          {"agentIdentityBlueprintPrincipals", `{"value":[]}`, edit{excluded: strs(principal)}, Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			s := snapshot(t, map[string]string{c.dataset: c.content}, c.changes)
			for a := range s.AgentIdentities.All() {
				reach := Of(s).Policies()[0].Targets(a)
				assert.Equal(t, c.want, reach.Answer, reach.Because())
				break
			}
		})
	}
}
