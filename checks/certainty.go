package checks

import "github.com/ztagent/ztagent/internal/tenant"

// certainty is the answer to a question about data that may be missing. The
// order matters: of several conditions that must all hold, the least decides.
type certainty uint8

const (
	no certainty = iota
	unclear
	yes
)

// certain turns a property into an answer: unclear when it was not returned.
func certain(value, returned bool) certainty {
	switch {
	case !returned:
		return unclear
	case value:
		return yes
	}
	return no
}

func certainOf(o tenant.Opt[bool]) certainty { return certain(o.Or(false), o.IsSet()) }

// What tenant-wide rules about agents say where there may be none.
const (
	noAgents    = "there is no active agent identity"
	maybeAgents = "Whether any agent identity is active cannot be told: accountEnabled or disabledByMicrosoftStatus " +
		"was not returned."
)

// agentsExist reports whether there is an active agent identity: a tenant
// without one cannot fail for what agents would need (docs/verdicts.md, no agents).
func agentsExist(s *tenant.Snapshot) certainty {
	best := no
	for a := range s.AgentIdentities.All() {
		switch a.Activity() {
		case tenant.Active:
			return yes
		case tenant.ActivityUnknown:
			best = unclear
		}
	}
	return best
}
