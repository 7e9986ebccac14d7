package conditionalaccess

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

const (
	resources = "conditions/applications/includeApplications"
	leftOut   = "conditions/applications/excludeApplications"
)

// What a policy must be, besides reaching the agent, to cover it.
func TestCovered(t *testing.T) {
	for name, c := range map[string]struct {
		changes edit
		want    Answer
		why     string
	}{
		"blocks on all resources":      {nil, Yes, ""},
		"with a risk condition":        {edit{"conditions/agentIdRiskLevels": "high"}, Yes, ""},
		"report-only":                  {edit{"state": "enabledForReportingButNotEnforced"}, No, ""},
		"disabled":                     {edit{"state": "disabled"}, No, ""},
		"state not returned":           {edit{"state": gone}, Unknown, "the policy's state cannot be told from what was returned"},
		"a state to come":              {edit{"state": "unknownFutureValue"}, Unknown, "the policy's state cannot be told from what was returned"},
		"some resources":               {edit{resources: strs("Office365")}, No, ""},
		"agents as resources":          {edit{resources: strs("AllAgentIdResources")}, No, ""},
		"resources not returned":       {edit{resources: gone}, Unknown, "the policy's resources cannot be told from what was returned"},
		"applications not returned":    {edit{"conditions/applications": gone}, Unknown, "the policy's resources cannot be told from what was returned"},
		"applications null":            {edit{"conditions/applications": nil}, No, ""},
		"leaves resources out":         {edit{leftOut: strs("00000003-0000-0000-c000-000000000000")}, No, ""},
		"leaves token exchange out":    {edit{leftOut: strs("FB60F99C-7a34-4190-8149-302f77469936")}, Yes, ""},
		"exclusions not returned":      {edit{leftOut: gone}, Unknown, "the policy's resources cannot be told from what was returned"},
		"exclusions null":              {edit{leftOut: nil}, Unknown, "the policy's resources cannot be told from what was returned"},
		"leaves out by a filter":       {edit{"conditions/applications/applicationFilter": filter("exclude", approvedRule)}, Unknown, "the policy's resources cannot be told from what was returned"},
		"mfa":                          {edit{"grantControls/builtInControls": strs("mfa")}, No, ""},
		"no grant control":             {edit{"grantControls": nil}, No, ""},
		"grant control not returned":   {edit{"grantControls": gone}, Unknown, "the policy's grant controls cannot be told from what was returned"},
		"controls not returned":        {edit{"grantControls/builtInControls": gone}, Unknown, "the policy's grant controls cannot be told from what was returned"},
		"a condition agents have not":  {edit{"conditions/platforms": map[string]any{"includePlatforms": strs("windows")}}, Unknown, "the policy carries a condition that Entra does not offer for agent identities, or that is new (platforms)"},
		"a location":                   {edit{"conditions/locations": map[string]any{"includeLocations": strs("AllTrusted"), "excludeLocations": strs()}}, Unknown, "the policy carries a condition that Entra does not offer for agent identities, or that is new (locations)"},
		"all locations":                {edit{"conditions/locations": map[string]any{"includeLocations": strs("All"), "excludeLocations": strs()}}, Yes, ""},
		"a condition to come":          {edit{"conditions/executionEnvironments": map[string]any{"include": strs("cloud")}}, Unknown, "the policy carries a condition that Entra does not offer for agent identities, or that is new (executionEnvironments)"},
		"a condition to come, not set": {edit{"conditions/executionEnvironments": map[string]any{"include": strs(), "rule": nil}, "conditions/agents": nil, "conditions/x@odata.type": "#microsoft.graph.x"}, Yes, ""},
		"an old condition":             {edit{"conditions/deviceStates": map[string]any{"includeStates": strs("All")}}, Unknown, "the policy carries a condition that Entra does not offer for agent identities, or that is new (deviceStates)"},
		"a subject to come":            {edit{clients + "excludeAgentIdBlueprints": strs(principal)}, Unknown, "the policy carries a condition that Entra does not offer for agent identities, or that is new (excludeAgentIdBlueprints)"},
		"a control to come":            {edit{"grantControls/builtInControls": strs("unknownFutureValue")}, Unknown, "the policy's grant controls cannot be told from what was returned"},
		"all excluded":                 {edit{excluded: strs("All")}, No, ""},
		"all service principals out":   {edit{excludedServices: strs("all")}, No, ""},
		"exclusion of an unknown kind": {edit{excluded: strs("AllBlueprints")}, Unknown, "the policy excludes something that is not known"},
		"exclusion of nothing":         {edit{excluded: strs("None")}, Yes, ""},
		"conditions left out":          {edit{"conditions/platforms": gone, "conditions/locations": gone, "conditions/devices": gone, "conditions/clientAppTypes": gone}, Yes, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := snapshot(t, nil, c.changes)
			found := Of(s).Covered(agent(t, s, finance))
			assert.Equal(t, c.want, found.Answer)
			assert.Equal(t, c.why, found.Why())
		})
	}
}

// No risk condition means that none of the four lists is set; agent risk levels
// arrive as a string or as an array.
func TestBlockedAtRisk(t *testing.T) {
	for name, c := range map[string]struct {
		changes                 edit
		none, low, medium, high Answer
	}{
		"no risk condition":            {nil, Yes, Yes, Yes, Yes},
		"high":                         {edit{"conditions/agentIdRiskLevels": "high"}, No, No, No, Yes},
		"medium and high":              {edit{"conditions/agentIdRiskLevels": "medium,high"}, No, No, Yes, Yes},
		"with spaces":                  {edit{"conditions/agentIdRiskLevels": "medium, high"}, No, No, Yes, Yes},
		"an array":                     {edit{"conditions/agentIdRiskLevels": strs("low", "high")}, No, Yes, No, Yes},
		"an empty array":               {edit{"conditions/agentIdRiskLevels": strs()}, Yes, Yes, Yes, Yes},
		"a level to come":              {edit{"conditions/agentIdRiskLevels": "high,unknownFutureValue"}, Unknown, Unknown, Unknown, Yes},
		"another's risk":               {edit{"conditions/userRiskLevels": strs("high")}, No, No, No, No},
		"sign-in risk":                 {edit{"conditions/signInRiskLevels": strs("high")}, No, No, No, No},
		"no user risk":                 {edit{"conditions/userRiskLevels": strs("none")}, No, No, No, No},
		"no sign-in risk":              {edit{"conditions/signInRiskLevels": strs("none")}, No, No, No, No},
		"service principal risk":       {edit{"conditions/servicePrincipalRiskLevels": strs("high")}, No, No, No, No},
		"agent and user risk":          {edit{"conditions/agentIdRiskLevels": "high", "conditions/userRiskLevels": strs("low")}, No, No, No, Yes},
		"agent risk not returned":      {edit{"conditions/agentIdRiskLevels": gone}, Unknown, Unknown, Unknown, Unknown},
		"user risk not returned":       {edit{"conditions/userRiskLevels": gone}, Unknown, Unknown, Unknown, Unknown},
		"user risk not returned, high": {edit{"conditions/userRiskLevels": gone, "conditions/agentIdRiskLevels": "high"}, No, No, No, Yes},
		"report-only":                  {edit{"state": "enabledForReportingButNotEnforced"}, No, No, No, No},
		"excluded":                     {edit{excluded: strs(finance)}, No, No, No, No},
	} {
		t.Run(name, func(t *testing.T) {
			s := snapshot(t, nil, c.changes)
			var got []Answer
			for _, level := range RiskLevels() {
				got = append(got, Of(s).Blocked(agent(t, s, finance), level).Answer)
			}
			assert.Equal(t, []Answer{c.none, c.low, c.medium, c.high}, got)
		})
	}
}

// The surest policy without a condition is the one that an explanation names.
func TestCoveredNamesTheStrongest(t *testing.T) {
	s := snapshot(t, nil,
		edit{"displayName": "Unclear", "state": gone},
		edit{"displayName": "High risk", "conditions/agentIdRiskLevels": "high"},
		edit{"displayName": "Always"})
	assert.Equal(t, "Always", Of(s).Covered(agent(t, s, finance)).Policy.Name())
}

func TestDefaultBlock(t *testing.T) {
	for name, c := range map[string]struct {
		changes edit
		want    Answer
	}{
		"all but the approved":       {edit{excluded: strs(finance)}, Yes},
		"all but those of a filter":  {edit{filterProperty: filter("exclude", approvedRule)}, Yes},
		"those of an include filter": {edit{included: strs(), filterProperty: filter("include", otherRule)}, Yes},
		"on some resources":          {edit{resources: strs("Office365")}, No},
		"at risk only":               {edit{"conditions/agentIdRiskLevels": "high"}, No},
		"at a user's risk":           {edit{"conditions/userRiskLevels": strs("high")}, No},
		"risk not returned":          {edit{"conditions/agentIdRiskLevels": gone}, Unknown},
		"a few agents":               {edit{included: strs(finance)}, No},
		"report-only":                {edit{"state": "enabledForReportingButNotEnforced"}, No},
		"subjects not returned":      {edit{included: gone}, Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			s := snapshot(t, nil, c.changes)
			found := Of(s).DefaultBlock()
			assert.Equal(t, c.want, found.Answer)
			assert.Equal(t, c.want == Unknown, found.Why() != "")
		})
	}
}

// A policy that names only inactive agents does not count; without an agent, a
// policy for all of them will do.
func TestOverall(t *testing.T) {
	inactive := `{"value":[{"id":"` + finance + `","accountEnabled":false,"agentIdentityBlueprintId":"` + blueprint + `","customSecurityAttributes":null}]}`
	unsure := `{"value":[{"id":"` + finance + `","disabledByMicrosoftStatus":null,"agentIdentityBlueprintId":"` + blueprint + `","customSecurityAttributes":null}]}`
	mixed := `{"value":[{"id":"` + finance + `","accountEnabled":false,"customSecurityAttributes":null},
		{"id":"` + payroll + `","accountEnabled":true,"disabledByMicrosoftStatus":null,"agentIdentityBlueprintId":"` + blueprint + `","customSecurityAttributes":null}]}`
	for name, c := range map[string]struct {
		agents   string
		changes  edit
		want     Answer
		noAgents bool
	}{
		"reached":                         {smallTenant, nil, Yes, false},
		"one of them reached":             {smallTenant, edit{included: strs(payroll)}, Yes, false},
		"none reached":                    {smallTenant, edit{included: strs(otherPrincipal)}, No, false},
		"all excluded but one unknown":    {smallTenant, edit{included: strs(unread), excludedServices: gone}, Unknown, false},
		"only an inactive one":            {mixed, edit{included: strs(finance)}, No, false},
		"no active agent, policy for one": {inactive, edit{included: strs(finance)}, No, true},
		"no active agent, policy for all": {inactive, nil, Yes, false},
		"no agent, policy for all":        {`{"value":[]}`, nil, Yes, false},
		"no agent, all but some":          {`{"value":[]}`, edit{excluded: strs(stranger)}, Yes, false},
		"no agent, policy report-only":    {`{"value":[]}`, edit{"state": "disabled"}, No, true},
		"no agent, subjects not returned": {`{"value":[]}`, edit{included: gone}, Unknown, false},
		"activity not told, reached":      {unsure, nil, Unknown, false},
		"activity not told, none reached": {unsure, edit{included: strs(payroll)}, Unknown, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := snapshot(t, map[string]string{"agentIdentities": c.agents}, c.changes)
			for _, overall := range []Overall{Of(s).AnyTargeted(), Of(s).AnyBlocked("high")} {
				assert.Equal(t, c.want, overall.Answer)
				assert.Equal(t, c.noAgents, overall.NoAgents)
				assert.Equal(t, c.want == Unknown, overall.Why() != "", overall.Why())
			}
		})
	}
}

func TestExcept(t *testing.T) {
	s := snapshot(t, nil,
		edit{"displayName": "All but finance", excluded: strs(finance)},
		edit{"displayName": "Payroll only", included: strs(payroll)},
		edit{"displayName": "Off", excluded: strs(finance), "state": "disabled"})
	found := Of(s).Except(agent(t, s, finance))
	if assert.Len(t, found, 1) {
		assert.Equal(t, Yes, found[0].Answer)
		assert.Equal(t, "All but finance", found[0].Policy.Name())
		assert.Equal(t, "the policy excludes the agent by name", found[0].Reach.Because())
	}
	assert.Empty(t, Of(s).Except(agent(t, s, payroll)))
}

// The nearest policy is the one that misses by least; of two, the one in force.
func TestNearest(t *testing.T) {
	s := snapshot(t, nil,
		edit{"displayName": "Report-only", "state": "enabledForReportingButNotEnforced"},
		edit{"displayName": "Others, some resources", included: strs(payroll), resources: strs("Office365")},
		edit{"displayName": "Excludes it", excluded: strs(finance)})
	nearest, obstacles := Of(s).Nearest(agent(t, s, finance), "")
	assert.Equal(t, "Excludes it", nearest.Name())
	assert.Equal(t, []Obstacle{{"the policy excludes the agent by name", "/conditions/clientApplications/excludeAgentIdServicePrincipals"}}, obstacles)

	s = snapshot(t, nil, edit{included: strs(payroll), resources: strs("Office365"), "grantControls": nil, "state": "disabled"})
	_, obstacles = Of(s).Nearest(agent(t, s, finance), "")
	assert.Equal(t, []Obstacle{
		{"the policy is for other agents and does not name this one", "/conditions/clientApplications/includeAgentIdServicePrincipals"},
		{"the policy is switched off", "/state"},
		{"its grant control is not block", "/grantControls"},
		{"the policy does not apply to all resources", "/conditions/applications/includeApplications"},
	}, obstacles)

	s = snapshot(t, nil, edit{"conditions/agentIdRiskLevels": "low"})
	_, obstacles = Of(s).Nearest(agent(t, s, finance), "high")
	assert.Equal(t, []Obstacle{{"it does not apply at agent risk high", "/conditions/agentIdRiskLevels"}}, obstacles)

	s = snapshot(t, nil, edit{"conditions/clientApplications": nil, "conditions/users/includeUsers": strs("All")})
	nearest, _ = Of(s).Nearest(agent(t, s, finance), "")
	assert.Nil(t, nearest)
}
