package dossier

import (
	"errors"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

func TestFind(t *testing.T) {
	s := fixture(t, "contoso").s
	const expense = "a9eaef0c-1fbd-4567-a4ac-bc74d422df78"
	for _, word := range []string{expense, "A9EAEF0C-1FBD-4567-A4AC-BC74D422DF78", " " + expense + "\n", "Expense audit agent", "EXPENSE audit AGENT", " expense audit agent "} {
		agent, err := Find(s, word)
		require.NoError(t, err, word)
		assert.Equal(t, expense, agent.ID.String())
	}
	agent, err := Find(s, "kassenabschluss agent köln")
	require.NoError(t, err)
	assert.Equal(t, "Kassenabschluss Agent Köln", agent.ResourceName())
}

func TestFindListsTheCandidates(t *testing.T) {
	_, err := Find(fixture(t, "contoso").s, "meeting notes agent")
	var ambiguous *AmbiguousError
	require.ErrorAs(t, err, &ambiguous)
	require.Len(t, ambiguous.Candidates, 2, "a reader cannot tell a full-width M from a plain one")
	assert.NotEqual(t, ambiguous.Candidates[0].ID, ambiguous.Candidates[1].ID)
	assert.Equal(t, "Microsoft Copilot Studio", ambiguous.Candidates[0].Blueprint)
	assert.Equal(t, "active", ambiguous.Candidates[0].Activity)
}

func TestFindSaysWhatWasMeant(t *testing.T) {
	s := fixture(t, "contoso").s
	for word, want := range map[string]string{
		"Expense audit agnet":                  `did you mean "Expense audit agent"?`,
		"d65ac726-2449-4b7c-9039-4f080a7cfc0d": `it is the agent user "Support triage" of agent identity faa7dae4-eeef-4bc8-b416-af76c0819587`,
		"f79ac79b-fbf2-4729-97fe-067f5b2ebe7b": `it is blueprint "Finance agents", on which 8 agent identities live`,
		"a8bf0441-70fa-4823-b3e5-b2016f00ad7d": `it is blueprint "Finance agents"`,
		"3b08afd1-3310-4ed8-af27-ab3f38c07452": `it is blueprint "Finance agents"`,
		"dac9eba1-b187-4cc7-8b65-72ed616ed796": `it is blueprint "Fabrikam Travel Concierge"`,
		"320d08e6-f750-429f-9d61-e5d3fea29a24": `it is the classic agent "Vendor onboarding bot"`,
		"nothing of the kind":                  `no agent identity has the id or the display name "nothing of the kind"`,
		"":                                     `no agent identity has the id or the display name ""`,
	} {
		_, err := Find(s, word)
		var none *NotFoundError
		require.ErrorAs(t, err, &none, word)
		assert.ErrorContains(t, err, want)
	}
}

// An agent without a name is nobody's namesake, and agents that were not read
// are not taken for ones that do not exist.
func TestFindKnowsItsLimits(t *testing.T) {
	s, err := tenant.OpenFS(fstest.MapFS{"agentIdentities.json": {Data: []byte(
		`{"@odata.nextLink":"https://graph.microsoft.com/v1.0/next","value":[{"id":"00000000-0000-0000-0000-0000000000a1"}]}`)}}, "test")
	require.NoError(t, err)
	_, err = Find(s, "  ")
	var none *NotFoundError
	require.True(t, errors.As(err, &none))
	assert.Contains(t, err.Error(), "agentIdentities was not read in full: truncated")
	agent, err := Find(s, "00000000-0000-0000-0000-0000000000A1")
	require.NoError(t, err)
	assert.Empty(t, agent.ResourceName())
}
