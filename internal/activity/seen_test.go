package activity_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/activity"
	"github.com/ztagent/ztagent/internal/tenant"
)

func open(t *testing.T, window string, signIns ...string) *tenant.Snapshot {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range map[string]string{
		"manifest.json":        `{"schemaVersion":1,"tenantId":"t","takenAt":"2026-11-20T06:00:00Z"` + window + `}`,
		"agentIdentities.json": `{"value":[{"id":"a1"},{"id":"a2"},{"displayName":"lost its id"}]}`,
		"agentUsers.json":      `{"value":[{"id":"u1","identityParentId":"a1"},{"id":"u2"},{"id":"u3","identityParentId":null}]}`,
		"signIns.json":         `{"value":[` + strings.Join(signIns, ",") + `]}`,
	} {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	s, err := tenant.OpenFS(fsys, "test")
	require.NoError(t, err)
	return s
}

func TestOwner(t *testing.T) {
	cases := map[string]struct {
		row   string
		kind  activity.Kind
		agent string
	}{
		"the agent itself":           {`"servicePrincipalId":"A1"`, activity.Agent, "a1"},
		"by its appId":               {`"appId":"a1"`, activity.Agent, "a1"},
		"its agent user":             {`"userId":"u1"`, activity.Agent, "a1"},
		"by the subject's parent":    {`"userId":"x","agent":{"agentSubjectParentId":"a1"}`, activity.Agent, "a1"},
		"acting for a person":        {`"appId":"a1","userId":"person","agent":{"agentType":"agenticAppInstance"}`, activity.Agent, "a1"},
		"a blueprint":                {`"servicePrincipalId":"p","agent":{"agentType":"agenticApp"}`, activity.Blueprint, ""},
		"a person at a blueprint":    {`"userId":"u1","appId":"b","agent":{"agentType":"agenticApp"}`, activity.Blueprint, ""},
		"an agent that is gone":      {`"servicePrincipalId":"x","agent":{"agentType":"agenticAppInstance"}`, activity.Stranger, ""},
		"an orphan user":             {`"userId":"u3"`, activity.Stranger, ""},
		"a user that lost its agent": {`"userId":"u2"`, activity.Unkeyed, ""},
		"nobody":                     {`"agent":{"agentType":"agenticAppInstance"}`, activity.Unkeyed, ""},
		"nobody, and no marker":      {`"userId":"person"`, activity.Unkeyed, ""},
		"a person":                   {`"userId":"person","agent":{"agentType":"notAgentic"}`, activity.Other, ""},
		"some service principal":     {`"servicePrincipalId":"x"`, activity.Other, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := open(t, "", "{"+c.row+"}")
			for row := range s.SignIns.All() {
				kind, agent := activity.OwnersOf(s).Of(row)
				assert.Equal(t, c.kind, kind)
				if c.agent == "" {
					assert.Nil(t, agent)
				} else {
					assert.Equal(t, c.agent, agent.ObjectID())
				}
			}
		})
	}
}

func TestSeen(t *testing.T) {
	const older, newer = `"createdDateTime":"2026-11-01T00:00:00Z"`, `"createdDateTime":"2026-11-15T00:00:00Z"`
	s := open(t, "",
		`{"servicePrincipalId":"a1",`+older+`}`,
		`{"userId":"u1",`+newer+`,"status":{"errorCode":7000112}}`,
		`{"servicePrincipalId":"p","agent":{"agentType":"agenticApp"},`+newer+`}`)
	log := activity.Of(s)
	a1, a2 := agent(s, "a1"), agent(s, "a2")
	assert.Equal(t, activity.Seen{Last: log.Of(a1).Last, Any: true}, log.Of(a1))
	assert.Equal(t, "2026-11-15T00:00:00Z", log.Of(a1).Last.String())
	assert.Equal(t, activity.Seen{}, log.Of(a2))
	assert.False(t, log.OthersThan(a1))
	assert.True(t, log.OthersThan(a2))
	assert.Equal(t, "2026-11-01T00:00:00Z", log.Start().String())
}

func TestSeenInDoubt(t *testing.T) {
	s := open(t, "", `{"servicePrincipalId":"a1"}`)
	log := activity.Of(s)
	assert.True(t, log.Of(agent(s, "a1")).Any)
	assert.NotEmpty(t, log.Of(agent(s, "a1")).Doubt)
	assert.Empty(t, log.Of(agent(s, "a2")).Doubt)
	assert.False(t, log.Start().IsSet())
	for a := range s.AgentIdentities.All() {
		if a.ID.IsZero() {
			assert.NotEmpty(t, log.Of(a).Doubt)
		}
	}

	s = open(t, "", `{"userId":"u2","createdDateTime":"2026-11-01T00:00:00Z"}`)
	assert.NotEmpty(t, activity.Of(s).Of(agent(s, "a2")).Doubt)
}

func TestStartIsTheWindow(t *testing.T) {
	s := open(t, `,"window":{"signIns":"P10D"}`, `{"servicePrincipalId":"a1","createdDateTime":"2026-11-15T00:00:00Z"}`)
	assert.Equal(t, "2026-11-10T06:00:00Z", activity.SignInStart(s).String())
}

func TestOneStrangerShowsThatLogsFlow(t *testing.T) {
	s := open(t, "", `{"servicePrincipalId":"x","agent":{"agentType":"agenticAppInstance"}}`)
	assert.True(t, activity.Of(s).OthersThan(agent(s, "a1")))
}

func agent(s *tenant.Snapshot, id string) *tenant.AgentIdentity {
	return s.AgentsByID().First(tenant.ParseID(id))
}
