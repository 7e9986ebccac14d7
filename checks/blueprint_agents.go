package checks

import "github.com/ztagent/ztagent/internal/tenant"

// agentCounts says how many agents live on each blueprint.
type agentCounts struct {
	of map[tenant.ID]agentCount // by appId of the blueprint
	// astray is how many agents that are or may be active lost the link to
	// their blueprint: each may live on any.
	astray int
}

// agentCount is the active agents of one blueprint, and those whose activity
// cannot be told.
type agentCount struct{ active, unclear int }

type agentCountsKey struct{}

func countAgents(s *tenant.Snapshot) agentCounts {
	return tenant.Memo(s, agentCountsKey{}, func(s *tenant.Snapshot) agentCounts {
		counts := agentCounts{of: map[tenant.ID]agentCount{}}
		for a := range s.AgentIdentities.All() {
			activity := a.Activity()
			if activity == tenant.Inactive {
				continue
			}
			if a.AgentIdentityBlueprintID.IsZero() {
				counts.astray++
				continue
			}
			n := counts.of[a.AgentIdentityBlueprintID]
			if activity == tenant.Active {
				n.active++
			} else {
				n.unclear++
			}
			counts.of[a.AgentIdentityBlueprintID] = n
		}
		return counts
	})
}

// most is how many active agents the blueprint can have at most.
func (c agentCounts) most(appID tenant.ID) int {
	n := c.of[appID]
	return n.active + n.unclear + c.astray
}
