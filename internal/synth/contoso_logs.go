package synth

import (
	"time"

	"github.com/ztagent/ztagent/internal/tenant"
)

// addLogging adds the export of the logs: to one workspace, which keeps them
// for a month (short-retention), without what shows risk and API calls
// (missing-category).
func (c *contoso) addLogging() {
	workspace := "/subscriptions/" + c.id("subscription") + "/resourceGroups/rg-soc/providers/Microsoft.OperationalInsights/workspaces/law-contoso-soc"
	c.Add(tenant.DatasetDiagnosticSettings, &DiagnosticSetting{
		Name: "to-soc", WorkspaceID: workspace,
		Enabled:  []string{"AuditLogs", "SignInLogs", "NonInteractiveUserSignInLogs", "ServicePrincipalSignInLogs", "ManagedIdentitySignInLogs", "RiskyUsers", "UserRiskEvents", "RiskyServicePrincipals"},
		Disabled: []string{"MicrosoftGraphActivityLogs", "RiskyAgents", "AgentRiskEvents", "ServicePrincipalRiskEvents", "ProvisioningLogs"},
	})
	c.Add(tenant.DatasetLogAnalyticsWorkspaces, &LogAnalyticsWorkspace{
		ID: workspace, Name: "law-contoso-soc", Location: "westeurope", RetentionInDays: 30,
	})
}

// addDrills adds the kill-switch drills: one proven long ago, of which only the
// record is left (drill-stale), one that failed, one that proves nothing, and
// one on a whole blueprint in which one child went on.
func (c *contoso) addDrills() {
	old := time.Date(2026, time.June, 10, 9, 0, 0, 0, time.UTC)
	c.Add(tenant.DatasetKillSwitchDrills, &KillSwitchDrill{
		ID: c.id("drill", "invoice"), TargetID: c.agents["invoice"].ID,
		Disabled: old, Enabled: old.Add(95 * time.Minute), Verified: old.Add(26 * time.Hour), Denied: 14,
	})

	// drill-failed: 40 minutes after it was disabled it still signs in.
	testdata := c.agents["testdata"]
	at := Ago(25).Add(3 * time.Hour)
	c.drill(testdata.ID, testdata.DisplayName, at, 120)
	c.signIn(testdata, at.Add(6*time.Minute))
	c.signIn(testdata, at.Add(40*time.Minute))
	c.signIn(testdata, at.Add(70*time.Minute), denied)

	// drill-unproven: nobody tried to sign in while it was off.
	refund := c.agents["refund"]
	c.drill(refund.ID, refund.DisplayName, Ago(18).Add(2*time.Hour), 60)

	// The whole blueprint; warehouse slotting kept a token of its own.
	at = Ago(11).Add(2 * time.Hour)
	p := c.supply.principal
	c.drill(p.ID, p.DisplayName, at, 180)
	for i, key := range []string{"freight", "customs", "forecast"} {
		c.signIn(c.agents[key], at.Add(time.Duration(20+7*i)*time.Minute), denied)
	}
	c.signIn(c.agents["slotting"], at.Add(50*time.Minute))
	c.signIn(&AgentIdentity{ID: p.ID, DisplayName: p.DisplayName, AgentIdentityBlueprintID: p.AppID}, at.Add(33*time.Minute), func(in *SignIn) {
		denied(in)
		in.Blueprint = true
	})

	// A stop, not a drill: never enabled again.
	for _, key := range []string{"poems", "chess"} {
		c.switched(Ago(44), c.agents[key].ID, c.agents[key].DisplayName, "[true]", "[false]")
	}
	// Refused by policy while its risk was high.
	c.signIn(c.agents["expense"], Ago(0, 9), func(in *SignIn) {
		in.ErrorCode, in.FailureReason = 53003, "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."
		in.BlockedByPolicyID, in.BlockedByPolicy = c.id("ca policy", "CA010 Agents - block high risk"), "CA010 Agents - block high risk"
	})
}
