package report

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ztagent/ztagent/internal/audit"
)

func TestUnknownRulesInWords(t *testing.T) {
	for want, u := range map[string]UnknownRules{
		"":                            {},
		"1 rule unknown":              {Verdict: 1},
		"50 rules unknown":            {Verdict: 50},
		"9 rules unknown in part":     {Part: 9},
		"4 rules unknown (1 in part)": {Verdict: 3, Part: 1},
		"45 rules unknown (and 5 of severity info)":           {Verdict: 45, Info: 5},
		"3 rules unknown (1 in part, and 2 of severity info)": {Verdict: 2, Part: 1, Info: 2},
		"0 rules unknown (and 1 of severity info)":            {Info: 1},
	} {
		assert.Equal(t, want, u.String())
	}
}

// What the verdict counts as unknown is what the summary of the JSON counts, and
// those that fail beside.
func TestUnknownRulesAgreeWithTheSummary(t *testing.T) {
	b := newSample()
	b.check("a", "A", clause(audit.Checklist, "A", "A"))
	b.addRule("failing", "F", audit.High, "").fail("agentIdentity A", "m", "", "", "", "").
		finding(audit.Unknown, "agentIdentity B", "m", "", "", "", "")
	b.addRule("unrun", "U", audit.High, "")
	b.addRule("aside", "I", audit.Info, "").finding(audit.Unknown, "agentIdentity B", "m", "", "", "", "")
	r := b.done()
	r.Checks[0].Rules[1].Status = audit.Unknown
	r.Summary.Rules.Unknown = 2
	assert.Equal(t, UnknownRules{Verdict: r.Summary.Rules.Unknown, Part: 1}, CountUnknown(r, true))
	assert.Equal(t, UnknownRules{Verdict: 1, Part: 1, Info: 1}, CountUnknown(r, false))
}
