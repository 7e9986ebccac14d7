package conditionalaccess

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ztagent/ztagent/internal/tenant"
)

const (
	includeUsers  = "conditions/users/includeUsers"
	excludeUsers  = "conditions/users/excludeUsers"
	excludeGroups = "conditions/users/excludeGroups"
	excludeRoles  = "conditions/users/excludeRoles"
)

// users is the edit that makes the policy one for agent users, and more.
func users(changes edit) edit {
	all := edit{"conditions/clientApplications": nil, includeUsers: strs("AllAgentIdUsers")}
	for path, value := range changes {
		all[path] = value
	}
	return all
}

func member(of string) string {
	return `{"value":[{"id":"` + agentUser + `","transitiveMemberOf":[` + of + `]}]}`
}

func TestUserCovered(t *testing.T) {
	aGroup := `{"@odata.type":"#microsoft.graph.group","id":"` + group + `"}`
	aRole := `{"@odata.type":"#microsoft.graph.directoryRole","id":"` + stranger + `","roleTemplateId":"` + role + `"}`
	assigned := func(to, scope string) string {
		return `{"value":[{"principalId":"` + to + `","roleDefinitionId":"` + role + `","directoryScopeId":"` + scope + `"}]}`
	}
	for name, c := range map[string]struct {
		files   map[string]string
		changes edit
		want    Answer
		because string
	}{
		"all agent users":     {nil, users(nil), Yes, "the policy includes all agent users"},
		"by id":               {nil, users(edit{includeUsers: strs(agentUser)}), Yes, "the policy names the agent user"},
		"all users":           {nil, users(edit{includeUsers: strs("All")}), No, ""},
		"another user":        {nil, users(edit{includeUsers: strs(stranger)}), No, ""},
		"mfa":                 {nil, users(edit{"grantControls/builtInControls": strs("mfa")}), Yes, "the policy includes all agent users"},
		"strength":            {nil, users(edit{"grantControls/builtInControls": strs(), "grantControls/authenticationStrength": map[string]any{"id": "x"}}), Yes, "the policy includes all agent users"},
		"no grant control":    {nil, users(edit{"grantControls": nil}), No, ""},
		"empty grant control": {nil, users(edit{"grantControls/builtInControls": strs()}), No, ""},
		"some resources":      {nil, users(edit{resources: strs("Office365")}), No, ""},
		"not in force":        {nil, users(edit{"state": "disabled"}), No, ""},
		"excluded by id":      {nil, users(edit{excludeUsers: strs(agentUser)}), No, ""},
		"all excluded":        {nil, users(edit{includeUsers: strs(agentUser), excludeUsers: strs("AllAgentIdUsers")}), No, ""},
		"excluded by group":   {map[string]string{"groupMemberships": member(aGroup)}, users(edit{excludeGroups: strs(group)}), No, ""},
		"not in the group":    {nil, users(edit{excludeGroups: strs(group)}), Yes, "the policy includes all agent users"},
		"memberships not read": {
			map[string]string{"groupMemberships": `{"value":[]}`},
			users(edit{excludeGroups: strs(group)}), Unknown,
			"whether the policy excludes a group of the agent user cannot be told",
		},
		"memberships not read, no group matters": {map[string]string{"groupMemberships": `{"value":[]}`}, users(nil), Yes, "the policy includes all agent users"},
		"excluded by role":                       {map[string]string{"groupMemberships": member(aRole)}, users(edit{excludeRoles: strs(role)}), No, ""},
		"excluded by an assigned role":           {map[string]string{"roleAssignments": assigned(agentUser, "/")}, users(edit{excludeRoles: strs(role)}), No, ""},
		"excluded by a role of a group":          {map[string]string{"groupMemberships": member(aGroup), "roleAssignments": assigned(group, "/")}, users(edit{excludeRoles: strs(role)}), No, ""},
		"a role over an administrative unit":     {map[string]string{"roleAssignments": assigned(agentUser, "/administrativeUnits/x")}, users(edit{excludeRoles: strs(role)}), Yes, "the policy includes all agent users"},
		"another's role":                         {map[string]string{"roleAssignments": assigned(stranger, "/")}, users(edit{excludeRoles: strs(role)}), Yes, "the policy includes all agent users"},
		"a role of nobody known": {
			map[string]string{"roleAssignments": `{"value":[{"roleDefinitionId":"` + role + `","directoryScopeId":"/"}]}`},
			users(edit{excludeRoles: strs(role)}), Unknown,
			"whether the policy excludes a directory role of the agent user cannot be told",
		},
		"a role not returned": {
			map[string]string{"roleAssignments": `{"value":[{"principalId":"` + agentUser + `","directoryScopeId":"/"}]}`},
			users(edit{excludeRoles: strs(role)}), Unknown,
			"whether the policy excludes a directory role of the agent user cannot be told",
		},
		"exclusions not returned": {nil, users(edit{excludeGroups: gone}), Unknown, "whether the policy excludes a group of the agent user cannot be told"},
		"inclusions not returned": {nil, users(edit{includeUsers: gone}), Unknown, "whether the policy includes the agent user was not returned"},
		"users not returned":      {nil, users(edit{"conditions/users": gone}), Unknown, "whether the policy includes the agent user was not returned"},
		"a policy for agents":     {nil, edit{"conditions/users": gone}, No, ""},
		"user without id, all":    {map[string]string{"agentUsers": `{"value":[{"accountEnabled":true}]}`}, users(nil), Yes, "the policy includes all agent users"},
		"user without id, excluded": {
			map[string]string{"agentUsers": `{"value":[{"accountEnabled":true}]}`},
			users(edit{excludeUsers: strs(agentUser)}), Unknown,
			"whether the policy excludes the agent user by name cannot be told",
		},
		"named in a newer way": {
			nil,
			edit{"conditions/clientApplications": nil, "conditions/agents": map[string]any{"includeAgentUsers": strs("All")}},
			Unknown,
			"whether the policy includes the agent user was not returned",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := snapshot(t, c.files, c.changes)
			for u := range s.AgentUsers.All() {
				got, reach := Of(s).UserCovered(u)
				assert.Equal(t, c.want, got)
				assert.Equal(t, c.because, reach.Because)
			}
		})
	}
}

// Whom and what a policy is about, besides agent identities.
func TestPolicySubjects(t *testing.T) {
	for name, c := range map[string]struct {
		changes                                                   edit
		agents, agentUsers, people, agentResources, allWithAgents Answer
	}{
		"agents":              {nil, Yes, No, No, No, Yes},
		"agent users":         {users(nil), No, Yes, No, No, Yes},
		"one agent user":      {users(edit{includeUsers: strs(agentUser)}), No, Yes, No, No, Yes},
		"all users":           {users(edit{includeUsers: strs("All")}), No, No, Yes, No, Yes},
		"a group":             {users(edit{includeUsers: strs("None"), "conditions/users/includeGroups": strs(group)}), No, No, Yes, No, Yes},
		"guests":              {users(edit{includeUsers: strs(), "conditions/users/includeGuestsOrExternalUsers": map[string]any{"guestOrExternalUserTypes": "b2bCollaborationGuest"}}), No, No, Yes, No, Yes},
		"agents as resources": {users(edit{includeUsers: strs("All"), resources: strs("AllAgentIdResources")}), No, No, Yes, Yes, No},
		"all but agents":      {users(edit{includeUsers: strs("All"), leftOut: strs("AllAgentIdResources")}), No, No, Yes, No, No},
		"older agent policy":  {edit{included: strs(), includedServices: strs(finance)}, Yes, No, No, No, Yes},
		"services":            {edit{included: strs(), includedServices: strs(stranger)}, No, No, No, No, Yes},
		"include filter":      {edit{included: strs(), filterProperty: filter("include", approvedRule)}, Yes, No, No, No, Yes},
		"exclude filter":      {edit{included: strs(), filterProperty: filter("exclude", approvedRule)}, No, No, No, No, Yes},
		"nothing returned":    {edit{"conditions": gone}, Unknown, Unknown, Unknown, Unknown, Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			p := Of(snapshot(t, nil, c.changes)).Policies()[0]
			assert.Equal(t, c.agents, p.Agents, "agents")
			assert.Equal(t, c.agentUsers, p.AgentUsers, "agent users")
			assert.Equal(t, c.people, p.Users, "people")
			assert.Equal(t, c.agentResources, p.AgentResources, "agent resources")
			assert.Equal(t, c.allWithAgents, p.AllWithAgentResources, "all resources")
		})
	}
}

func TestSessionControls(t *testing.T) {
	mode := func(m string) map[string]any {
		return map[string]any{"continuousAccessEvaluation": map[string]any{"mode": m}}
	}
	for name, c := range map[string]struct {
		value             any
		session, disabled Answer
	}{
		"null":              {nil, No, No},
		"not returned":      {gone, Unknown, Unknown},
		"empty":             {map[string]any{}, No, No},
		"nothing set":       {map[string]any{"signInFrequency": nil, "continuousAccessEvaluation": nil}, No, No},
		"disabled":          {mode("disabled"), Yes, Yes},
		"strict":            {mode("strictEnforcement"), Yes, No},
		"mode not returned": {map[string]any{"continuousAccessEvaluation": map[string]any{}}, Yes, Unknown},
		"frequency":         {map[string]any{"signInFrequency": map[string]any{"isEnabled": true}}, Yes, No},
		"resilience only":   {map[string]any{"disableResilienceDefaults": true}, No, No},
	} {
		t.Run(name, func(t *testing.T) {
			p := Of(snapshot(t, nil, edit{"sessionControls": c.value})).Policies()[0]
			assert.Equal(t, c.session, p.Session)
			assert.Equal(t, c.disabled, p.ContinuousAccessEvaluationDisabled())
		})
	}
}

func TestNetwork(t *testing.T) {
	locations := func(include, exclude any) map[string]any {
		l := map[string]any{}
		if include != gone {
			l["includeLocations"] = include
		}
		if exclude != gone {
			l["excludeLocations"] = exclude
		}
		return l
	}
	for name, c := range map[string]struct {
		value any
		want  Answer
	}{
		"null":                  {nil, No},
		"left out":              {gone, No},
		"all":                   {locations(strs("All"), strs()), No},
		"all, exclude null":     {locations(strs("All"), nil), Unknown},
		"all but some":          {locations(strs("All"), strs(stranger)), Yes},
		"some":                  {locations(strs(stranger), strs()), Yes},
		"trusted":               {locations(strs("AllTrusted"), strs()), Yes},
		"all, exclude not read": {locations(strs("All"), gone), Unknown},
		"nothing read":          {locations(gone, gone), Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			p := Of(snapshot(t, nil, users(edit{"conditions/locations": c.value}))).Policies()[0]
			assert.Equal(t, c.want, p.Network)
		})
	}
	p := Of(snapshot(t, nil, users(edit{"conditions/locations": locations(strs("All"), strs(stranger, "AllTrusted"))}))).Policies()[0]
	ids, trusted := p.Locations()
	assert.Equal(t, []string{stranger}, ids)
	assert.True(t, trusted)
	assert.Equal(t, tenant.ParseID(p.ObjectID()), p.ID)
}
