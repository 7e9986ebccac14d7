package conditionalaccess

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ztagent/ztagent/internal/tenant"
)

// BenchmarkCovered asks about every agent of a tenant with exclusions by id, by
// blueprint principal and by filter; the time is per agent.
func BenchmarkCovered(b *testing.B) {
	const agents = 100_000
	var text strings.Builder
	text.WriteString(`{"value":[`)
	for i := range agents {
		if i > 0 {
			text.WriteString(",")
		}
		fmt.Fprintf(&text, `{"id":"00000000-0000-0000-0000-%012d","displayName":"Agent %d","accountEnabled":true,
			"disabledByMicrosoftStatus":null,"agentIdentityBlueprintId":"%s","customSecurityAttributes":{"AgentInfo":{"Stage":"Draft"}}}`, i, i, blueprint)
	}
	text.WriteString("]}")
	var excludedIDs []string
	for i := range 500 {
		excludedIDs = append(excludedIDs, fmt.Sprintf("00000000-0000-0000-0001-%012d", i))
	}
	s := snapshot(b, map[string]string{"agentIdentities": text.String()},
		edit{included: strs(otherPrincipal), excluded: strs(excludedIDs...)},
		edit{excluded: strs(excludedIDs...), filterProperty: filter("exclude", approvedRule)})
	e := Of(s)
	var all []*tenant.AgentIdentity
	for a := range s.AgentIdentities.All() {
		all = append(all, a)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		if e.Covered(all[i%len(all)]).Answer != Yes {
			b.Fatal("not covered")
		}
	}
}
