package credentials

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/fixtures"
	"github.com/ztagent/ztagent/internal/tenant"
)

// What is alike to a blueprint's credentials is more than the one match that the
// rules name, and the same where there is one.
func TestAlikeAgreesWithShared(t *testing.T) {
	s, err := tenant.OpenFS(fixtures.Contoso(), "contoso")
	require.NoError(t, err)
	keys, subjects := SharedKeys(s), SharedSubjects(s)
	require.NotEmpty(t, keys)
	require.NotEmpty(t, subjects)
	for b := range s.AgentIdentityBlueprints.All() {
		alikeKeys := KeysAlike(s, b)
		first, shared := keys[b]
		assert.Equal(t, shared, len(alikeKeys) > 0, b.ResourceName())
		if shared {
			assert.Contains(t, alikeKeys, first, b.ResourceName())
		}
		alikeSubjects := SubjectsAlike(s, b)
		one, overlaps := subjects[b]
		assert.Equal(t, overlaps, len(alikeSubjects) > 0, b.ResourceName())
		if overlaps {
			assert.Contains(t, alikeSubjects, one, b.ResourceName())
		}
	}
}

func TestAlikeFindsEveryOwner(t *testing.T) {
	s, err := tenant.OpenFS(fixtures.Contoso(), "contoso")
	require.NoError(t, err)
	tried := 0
	for b := range s.AgentIdentityBlueprints.All() {
		switch b.ResourceName() {
		case "Procurement pilot":
			tried++
			var owners []string
			for _, k := range KeysAlike(s, b) {
				if k.Other.Blueprint != nil {
					owners = append(owners, k.Other.Blueprint.ResourceName())
				} else {
					owners = append(owners, "classic "+k.Other.Application.DisplayName.Or(""))
				}
			}
			assert.Equal(t, []string{"Supply chain agents", "classic Vendor onboarding bot"}, owners)
		case "Data platform agents":
			tried++
			var owners []string
			for _, f := range SubjectsAlike(s, b) {
				owners = append(owners, f.Other.Blueprint.ResourceName())
			}
			assert.ElementsMatch(t, []string{"Supply chain agents", "Engineering automation"}, owners)
		}
	}
	assert.Equal(t, 2, tried)
}
