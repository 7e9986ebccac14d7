package synth

import "github.com/ztagent/ztagent/internal/tenant"

// hostileName is a display name as an attacker would choose it: markup, a
// terminal escape, a line that looks like a report's, and a right-to-left
// override.
const hostileName = "<img src=x onerror=alert(1)>\x1b[31mURGENT\x1b[0m\n| all-checks | PASS |\u202egpj.exe =HYPERLINK(\"https://evil.example\")"

// add adds an agent under a short key, by which the other files know it.
func (c *contoso) add(key string, s agentSpec) { c.agents[key] = c.agent(s) }

func (c *contoso) addAgents() {
	ana := []string{"ana.souza"}
	c.add("invoice", agentSpec{name: "Invoice triage agent", bp: c.fin, days: 250, owners: ana})
	c.add("payments", agentSpec{name: "Payment reconciliation agent", bp: c.fin, days: 244, owners: ana})
	c.add("close", agentSpec{name: "Month-end close agent", bp: c.fin, days: 190, owners: ana}) // standing-access
	c.add("expense", agentSpec{name: "Expense audit agent", bp: c.fin, days: 150})              // at risk, spike
	c.add("treasury", agentSpec{name: "Treasury forecast agent", bp: c.fin, days: 140})         // assignment without end
	c.add("vat", agentSpec{name: "VAT return agent", bp: c.fin, days: 130})                     // assignment too long
	c.add("kasse", agentSpec{name: "Kassenabschluss Agent Köln", bp: c.fin, days: 120, sponsors: []string{"joerg.mueller", "finance-sponsors"}})
	c.add("keihi", agentSpec{name: "経費精算エージェント", bp: c.fin, days: 110, sponsors: []string{"taro.yamada", "finance-sponsors"}})

	lukasz := []string{"lukasz.wisniewski"}
	c.add("release", agentSpec{name: "Release notes agent", bp: c.dev, days: 200, owners: lukasz})
	c.add("deps", agentSpec{name: "Dependency update agent", bp: c.dev, days: 198, owners: lukasz})  // creates-agents, undeclared-permission
	c.add("incident", agentSpec{name: "Incident responder 🚨", bp: c.dev, days: 160, owners: lukasz}) // permanent-role, privileged-role
	c.add("review", agentSpec{name: "Code review agent", bp: c.dev, days: 85, owners: lukasz})       // custom-role
	c.add("testdata", agentSpec{name: "Test data agent", bp: c.dev, days: 170})                      // drill-failed

	// The HR helpdesk signs in with the blueprint's secret: legacy-sign-in.
	c.add("policy", agentSpec{name: "HR policy assistant", bp: c.hr, days: 280, credential: "clientSecret"})
	c.add("onboarding", agentSpec{name: "Onboarding buddy", bp: c.hr, days: 275, credential: "clientSecret", sponsors: []string{"hanh.nguyen"}})
	c.add("leave", agentSpec{
		name: "Leave request agent", bp: c.hr, days: 270, credential: "clientSecret",
		sponsors: []string{"chris.green", "sam.ortiz", "pilot-team"}, compliance: "nonCompliant",
	}) // sponsor-inactive
	c.add("benefits", agentSpec{
		name: "Benefits explainer", bp: c.hr, days: 265, credential: "clientSecret",
		sponsors: []string{"priya", "karim"},
	}) // sponsor-guest

	c.add("rfq", agentSpec{
		name: "RFQ drafting agent", bp: c.proc, days: 400, credential: "certificate",
		sponsors: []string{}, compliance: "nonCompliant",
	}) // no-sponsor
	c.add("scoring", agentSpec{name: "Supplier scoring agent", bp: c.proc, days: 395, unseen: true})                   // inactive, not seen
	c.add("intake", agentSpec{name: "Contract intake agent", bp: c.proc, days: 390, credential: "certificate"})        // confirmed compromised
	c.add("triage", agentSpec{name: "Support triage agent", bp: c.support, days: 200, owners: []string{"zoe.obrien"}}) // good
	c.add("refund", agentSpec{name: "Refund agent", bp: c.support, days: 180})                                         // drill-unproven
	c.add("returns", agentSpec{name: "Returns agent", bp: c.support, days: 175})                                       // two agent users
	c.add("summary", agentSpec{name: "Case summary agent", bp: c.support, days: 150, sponsors: []string{"lead"}})      // excluded, one sponsor

	c.add("freight", agentSpec{name: "Freight booking agent", bp: c.supply, days: 220})     // bulk-read, unresolved-permission
	c.add("customs", agentSpec{name: "Douane-aangifte agent", bp: c.supply, days: 215})     // tenant-wide-consent
	c.add("forecast", agentSpec{name: "Stock forecast agent", bp: c.supply, days: 210})     // wildcard, forbidden
	c.add("slotting", agentSpec{name: "Warehouse slotting agent", bp: c.supply, days: 205}) // failed the blueprint's drill

	c.add("lakehouse", agentSpec{name: "Lakehouse query agent", bp: c.data, days: 190})           // bulk-export, inherits
	c.add("reports", agentSpec{name: "Report builder agent", bp: c.data, days: 185})              // inherits
	c.add("quality", agentSpec{name: "Data quality agent", bp: c.data, days: 60, owners: lukasz}) // inherits

	c.addForeignAgents()
}

// addForeignAgents adds the agents whose blueprint is not homed here, and those
// that are switched off.
func (c *contoso) addForeignAgents() {
	c.add("notes", agentSpec{name: "Meeting notes agent", bp: c.studio, days: 340})
	c.add("notes2", agentSpec{name: "Ｍeeting Notes agent ", bp: c.studio, days: 70}) // ambiguous-name: full-width M
	c.add("travelpolicy", agentSpec{name: "Travel policy bot", bp: c.studio, days: 310})
	c.add("coach", agentSpec{name: "Sales coach (réseau Québec)", bp: c.studio, days: 150})
	c.add("hostile", agentSpec{name: hostileName, bp: c.studio, days: 12, untagged: true})

	// Excluded from the risk policy through their blueprint principal.
	c.add("optimizer", agentSpec{name: "Conditional Access optimization agent", bp: c.security, days: 190})
	c.add("phishing", agentSpec{name: "Phishing triage agent", bp: c.security, days: 188})

	c.add("emea", agentSpec{name: "Travel concierge EMEA", bp: c.fabrikam, days: 92, untagged: true})
	c.add("apac", agentSpec{name: "Travel concierge APAC", bp: c.fabrikam, days: 91, untagged: true})
	c.add("contracts", agentSpec{name: "Contract review agent", bp: c.adatum, days: 150, untagged: true})
	c.add("translation", agentSpec{name: "Translation helper", bp: c.orphan, days: 360, untagged: true}) // orphan-agent

	c.add("scraper", agentSpec{
		name: "Lead scraper", bp: c.sandbox, days: 320, disabled: true,
		disabledByMicrosoft: "DisabledDueToViolationOfServicesAgreement",
	}) // disabled-by-microsoft
	c.add("poems", agentSpec{name: "Poem of the day", bp: c.sandbox, days: 315, disabled: true})
	c.add("chess", agentSpec{name: "Chess tutor", bp: c.sandbox, days: 300, disabled: true})
}

// addStores adds an assistant per store: more agents on one blueprint's
// credential than a reviewer would want (credential-fan-out), otherwise good.
func (c *contoso) addStores() {
	for i, city := range []string{
		"Amsterdam", "Antwerpen", "Athína", "Barcelona", "Basel", "Beograd", "Berlin", "Bern", "Bilbao", "Bratislava",
		"Brno", "Brussel", "București", "Budapest", "Córdoba", "Dublin", "Düsseldorf", "Eindhoven", "Firenze", "Gdańsk",
		"Genève", "Gent", "Göteborg", "Hamburg", "Helsinki", "København", "Köln", "Kraków", "Leipzig", "Liège",
		"Lille", "Lisboa", "Ljubljana", "Lyon", "Madrid", "Malmö", "Marseille", "Milano", "München", "Napoli",
		"Oslo", "Paris", "Porto", "Praha", "Reykjavík", "Riga", "Roma", "Rotterdam", "Sevilla", "Sofia",
		"Stockholm", "Tallinn", "Torino",
	} {
		c.agent(agentSpec{name: "Store assistant " + city, bp: c.store, days: 175 - i})
	}
}

func (c *contoso) addAgentUsers() {
	c.users["triage"] = c.agentUser(c.agents["triage"].ID, "support.triage", "Support triage", 199)
	// shared-agent-user: two users for one agent.
	c.users["returns"] = c.agentUser(c.agents["returns"].ID, "returns.desk", "Returns desk", 174)
	c.users["returns2"] = c.agentUser(c.agents["returns"].ID, "returns.test", "Returns desk (test)", 100)
	// agent-users-not-covered: excluded from the policy for agent users.
	c.users["notes"] = c.agentUser(c.agents["notes"].ID, "meeting.notes", "Meeting notes", 330)
	// privileged-role through a group, and at risk.
	c.users["keihi"] = c.agentUser(c.agents["keihi"].ID, "keihi.seisan", "経費精算", 109, "tier1")
	// orphan-agent-user: its agent was deleted.
	c.users["orphan"] = c.agentUser(c.id("agent", "deleted"), "campaign.writer", "Campaign writer", 260)
	c.users["old"] = c.agentUser(c.agents["poems"].ID, "poem.otd", "Poem of the day", 310)
	c.users["old"].Disabled = true
	for _, key := range []string{"triage", "returns", "keihi"} {
		u := c.users[key]
		c.signIn(c.agents[key], Ago(2, len(key)), func(in *SignIn) {
			in.UserID, in.UserName, in.UserPrincipalName = u.ID, u.DisplayName, u.UserPrincipalName
		})
	}
}

// addRegistry adds the registry's entries: two that claim one identity, one
// with an identity that does not exist and one with none.
func (c *contoso) addRegistry() {
	entry := func(id, name, agent, blueprint, store string) {
		c.Add(tenant.DatasetAgentInstances, &AgentInstance{
			ID: id, DisplayName: name, Agent: agent, Blueprint: blueprint, Store: store,
			Owners: []string{c.people["dana.roy"].ID}, CreatedBy: c.people["dana.roy"].ID, CreatedDateTime: Ago(100),
		})
	}
	for _, key := range []string{"invoice", "payments", "triage", "release"} {
		entry(c.id("instance", key), c.agents[key].DisplayName, c.agents[key].ID, "", "Contoso agent portal")
	}
	entry(c.id("instance", "notes"), "Meeting notes agent", c.agents["notes"].ID, "", "Microsoft Copilot Studio")
	entry(c.id("instance", "notes copy"), "Meeting notes agent (copy)", c.agents["notes"].ID, "", "Microsoft Copilot Studio")
	entry(c.id("instance", "banner"), "Banner writer", c.id("agent", "deleted"), "", "Contoso agent portal")
	entry("Security Copilot Platform Agent: 00417", "Vulnerability triage", "", "", "Microsoft Security Copilot")
}
