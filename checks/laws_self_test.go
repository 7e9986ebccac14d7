package checks_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// The laws are tried on rules that break them: a law that finds nothing anywhere
// would hold nothing.

// sloppy judges blueprints by one condition; what it declares is up to the test.
func sloppy(run func(j *audit.Judge, b *tenant.AgentIdentityBlueprint)) audit.Rule {
	return audit.Rule{
		ID: "sloppy", Severity: audit.High,
		Needs: []tenant.Dataset{tenant.DatasetAgentIdentityBlueprints},
		Run: func(j *audit.Judge) {
			for b := range j.Tenant.AgentIdentityBlueprints.All() {
				run(j, b)
			}
		},
	}
}

func hasSecret(j *audit.Judge, b *tenant.AgentIdentityBlueprint) {
	if len(b.PasswordCredentials.Items) > 0 {
		j.Fail(b, "It has a secret.")
	} else {
		j.Pass(b) // also when the credentials were not returned
	}
}

func lawBreaker(t *testing.T, rule audit.Rule) lawSubject {
	t.Helper()
	c := newCase(t, "toy", nil, map[string]string{
		"agentIdentityBlueprints.json": `[
			{"id": "b1", "displayName": "One", "passwordCredentials": [{"keyId": "k"}]},
			{"id": "b2", "displayName": "Two", "passwordCredentials": []}]`,
		"agentUsers.json": `[{"id": "u1"}]`,
	})
	return lawSubject{
		testCase: c, reported: map[string]bool{},
		checks: []audit.Check{{ID: "toy", Rules: []audit.Rule{rule}}},
	}
}

// allGains tries every mutant and returns what was gained.
func allGains(t *testing.T, s lawSubject) []string {
	t.Helper()
	whole, err := s.open(nil)
	require.NoError(t, err)
	before := s.judgeSnapshot(t, whole, nil)
	b := s.bench(t, tenant.DatasetAgentIdentityBlueprints, "agentIdentityBlueprints.json", whole, before)
	var gained []string
	for _, part := range b.parts {
		b.isolate(t, part)
		for _, m := range part.mutants(b.text) {
			_, broken := b.read(t, m)
			after := b.judge(t, m)
			require.Equal(t, broken || m.kind == ofEnvelope, after.status["toy/sloppy"] == audit.Unknown && after.counts["toy/sloppy"].Evaluated == 0, m)
			for _, r := range s.rules() {
				for range s.gains(&r, m, &before, &after) {
					gained = append(gained, string(m.kind)+" "+m.path+" "+string(m.manner))
				}
			}
		}
	}
	slices.Sort(gained)
	return gained
}

func TestNoGainFindsASloppyRule(t *testing.T) {
	rule := sloppy(hasSecret)
	assert.Equal(t, []string{
		"element agentIdentityBlueprints/passwordCredentials without",
		"property agentIdentityBlueprints/passwordCredentials as null",
		"property agentIdentityBlueprints/passwordCredentials without",
	}, allGains(t, lawBreaker(t, rule)))

	rule.Presence = []string{"agentIdentityBlueprints/passwordCredentials"}
	assert.Equal(t, []string{
		"property agentIdentityBlueprints/passwordCredentials as null",
		"property agentIdentityBlueprints/passwordCredentials without",
	}, allGains(t, lawBreaker(t, rule)), "a declared presence exempts the entry, not the whole collection")

	lost := sloppy(func(j *audit.Judge, b *tenant.AgentIdentityBlueprint) {
		switch {
		case b.DisplayName.IsAbsent():
			j.NotApplicable(b, "It has no name.")
		case b.ObjectID() == "":
		default:
			j.Fail(b, "It is bad.")
		}
	})
	assert.Equal(t, []string{
		"property agentIdentityBlueprints/displayName without",
		"property agentIdentityBlueprints/id as null",
		"property agentIdentityBlueprints/id without",
	}, allGains(t, lawBreaker(t, lost)))

	sound := sloppy(func(j *audit.Judge, b *tenant.AgentIdentityBlueprint) {
		if !b.PasswordCredentials.Read() {
			j.Unknown(b, "Its credentials were not returned.")
			return
		}
		hasSecret(j, b)
	})
	sound.Presence = rule.Presence
	assert.Empty(t, allGains(t, lawBreaker(t, sound)))
}

func TestDeprivationFindsUndeclaredDatasets(t *testing.T) {
	reader := sloppy(func(j *audit.Judge, b *tenant.AgentIdentityBlueprint) {
		if j.Tenant.AgentUsers.Len() == 0 {
			j.Pass(b)
		} else {
			j.Fail(b, "There are agent users.")
		}
	})
	s := lawBreaker(t, reader)
	before := s.judge(t, nil)
	narrow := s.narrowed()
	assert.Len(t, changed(&s, s.rules()[0], "agentUsers", before, narrow.judge(t, nil)), 1)

	reader.Optional = []tenant.Dataset{tenant.DatasetAgentUsers}
	s = lawBreaker(t, reader)
	after := s.judge(t, s.deprive(t, tenant.GapForbidden, tenant.DatasetAgentUsers))
	violations := deprived(&s, tenant.DatasetAgentUsers, tenant.GapForbidden, before, after)
	assert.Len(t, violations, 2, "both blueprints gain: %v", violations)
	for _, v := range violations {
		assert.Contains(t, v, "becomes a pass")
	}

	// A rule that ran although it needs the dataset: the engine never lets it, so
	// the report is made up.
	forged := judged{status: map[string]audit.Status{"toy/sloppy": audit.Pass}}
	d := tenant.DatasetAgentIdentityBlueprints
	assert.Len(t, deprived(&s, d, tenant.GapAbsent, before, forged), 1)
	forged.status["toy/sloppy"] = audit.Fail
	assert.Len(t, deprived(&s, d, tenant.GapAbsent, before, forged), 1, "nor may it fail without a control gap")
}
