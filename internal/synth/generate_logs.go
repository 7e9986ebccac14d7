package synth

import (
	"math"
	"time"
)

// times returns how many rows i gets when the average is given.
func (g *generator) times(average float64, k kind, i int) int {
	whole, part := math.Modf(average)
	n := int(whole)
	if float64(g.word(k, uint64(i))%1000) < part*1000 {
		n++
	}
	return n
}

func (g *generator) signIns(p *planner, out *rows) {
	in := SignIn{
		ResourceAppID: graphAppID, ResourceName: "Microsoft Graph", ResourceID: g.graph.ID,
		TenantID: g.TenantID, IPAddress: "203.0.113.14", City: "Amsterdam", Country: "NL",
	}
	for i := range g.nAgents {
		if g.has(faultUnseen, i) || g.has(faultDisabled, i) {
			continue
		}
		in.AgentID, in.AgentName, in.BlueprintAppID = g.agentID(i), g.agentName(i), p.appIDOf(i)
		in.FederatedCredentialID = g.guid(kindCredential, uint64(i))
		in.Credential = ""
		if g.has(faultLegacy, i) {
			in.Credential, in.FederatedCredentialID = "clientSecret", ""
		}
		for n := range g.times(g.options.SignIns, kindSignIn, i) {
			g.signInAt(&in, i, n)
			out.add(&in)
		}
	}
}

// signInAt spreads an agent's sign-ins over the newest weeks; every fortieth
// agent's first was refused by policy.
func (g *generator) signInAt(in *SignIn, i, n int) {
	in.ID = g.guid(kindSignIn, uint64(i)<<20|uint64(n))
	in.CreatedDateTime = Ago((i + 7*n) % 29).Add(-g.second(i + n))
	in.ErrorCode, in.FailureReason, in.BlockedByPolicyID = 0, "", ""
	if n == 1 && g.has(faultDenied, i) {
		in.ErrorCode = 53003
		in.FailureReason = "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."
		in.BlockedByPolicyID, in.BlockedByPolicy = g.id("ca policy", generatedRiskPolicy), generatedRiskPolicy
	}
}

func (g *generator) directoryAudits(_ *planner, out *rows) {
	for i := range g.nAgents {
		if created := g.created(i); created.After(Ago(30)) {
			g.auditOf(out, uint64(i)<<8, created, "Add service principal", "Add", i)
		}
		for n := range g.times(g.options.Audits, kindAudit, i) {
			g.auditOf(out, uint64(i)<<8|uint64(n+1), Ago((i+3*n)%29).Add(-g.second(i)), "Update service principal", "Update", i)
		}
	}
}

func (g *generator) auditOf(out *rows, id uint64, at time.Time, activity, operation string, i int) {
	e := DirectoryAudit{
		ID: "Directory_" + g.guid(kindAudit, id), ActivityDateTime: at, Activity: activity, Operation: operation,
		UserID: g.personID(0), UserPrincipalName: "person0@litware.example", TargetID: g.agentID(i), TargetName: g.agentName(i),
	}
	if operation == "Update" {
		e.Property, e.OldValue, e.NewValue = "DisplayName", `["`+g.TenantID+`"]`, `["renamed"]`
	}
	out.add(&e)
}

// killSwitchDrills writes the record of a drill for nearly every blueprint, of
// the last two months.
func (g *generator) killSwitchDrills(_ *planner, out *rows) {
	for j := range g.nBlueprints {
		if g.has(faultNeverDrilled, j) {
			continue
		}
		at := Ago(31 + j%28).Add(-g.second(j))
		out.add(&KillSwitchDrill{
			ID: g.guid(kindAudit, uint64(j)<<32), TargetID: g.principalID(j),
			Disabled: at, Enabled: at.Add(time.Hour), Verified: at.Add(2 * time.Hour), Denied: 1 + j%40,
		})
	}
}

// riskyAgents writes those at risk, most of them new, and as many that were
// looked at.
func (g *generator) riskyAgents(p *planner, out *rows) {
	levels := []string{"low", "medium", "high"}
	for i := range g.nAgents {
		if !g.has(faultAtRisk, i) {
			continue
		}
		r := RiskyAgent{
			ID: g.agentID(i), DisplayName: g.agentName(i), BlueprintID: p.appIDOf(i),
			Level: levels[i%3], State: "atRisk", LastModified: Ago(i % 12).Add(-g.second(i)),
		}
		if i%2 == 0 {
			r.State, r.Detail = "dismissed", "adminDismissedRiskForAgent"
		}
		out.add(&r)
	}
}

func (g *generator) agentRiskDetections(p *planner, out *rows) {
	events := []string{"signInSpike", "unfamiliarResourceAccess", "failedAccessAttempt"}
	for i := range g.nAgents {
		if !g.has(faultAtRisk, i) {
			continue
		}
		d := AgentRiskDetection{
			ID: g.guid(kindDetection, uint64(i)), IdentityID: g.agentID(i), DisplayName: g.agentName(i), BlueprintID: p.appIDOf(i),
			EventType: events[i%3], Level: "medium", State: "atRisk", Activity: Ago(i%12, 3), Detected: Ago(i % 12),
		}
		if i%2 == 0 {
			d.State = "dismissed"
		}
		out.add(&d)
	}
}
