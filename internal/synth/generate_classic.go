package synth

import "strconv"

// classicAgents writes agents from before Entra Agent ID; every fifth belongs
// to a publisher.
func (g *generator) classicAgents(_ *planner, out *rows) {
	for n := range g.nClassic {
		c := ClassicAgent{
			ID: g.guid(kindClassic, uint64(n)), AppID: g.guid(kindClassicApp, uint64(n)), DisplayName: classicName(n),
			AppOwnerOrganizationID: g.TenantID, CreatedDateTime: Ago(500), Disabled: n%9 == 4,
			Tags: []string{"power-virtual-agents-" + g.guid(kindClassic, uint64(n)), "AgenticInstance"},
		}
		if n%5 == 2 {
			c.AppOwnerOrganizationID = GUID("tenant", "fabrikam.example")
		}
		out.add(&c)
	}
}

func classicName(n int) string {
	return agentTasks[n%len(agentTasks)] + " bot " + strconv.Itoa(n)
}

// classicAgentApplications writes the applications of those homed here: half
// sign in with a secret, the others with a certificate.
func (g *generator) classicAgentApplications(_ *planner, out *rows) {
	for n := range g.nClassic {
		if n%5 == 2 {
			continue
		}
		a := ClassicAgentApplication{
			ID: g.guid(kindClassicApplication, uint64(n)), AppID: g.guid(kindClassicApp, uint64(n)), DisplayName: classicName(n),
		}
		if n%2 == 0 {
			a.Passwords = []PasswordCredential{secret("bot "+strconv.Itoa(n), "k1~", 300, 250+n*37%500)}
		} else {
			a.Keys = []KeyCredential{certificate("bot-"+strconv.Itoa(n)+".litware.example", 200, 150+n*37%400)}
		}
		out.add(&a)
	}
}
