package report

import "github.com/ztagent/ztagent/internal/audit"

// sample is a tenant of middling size: every status, every severity, a waiver,
// gaps, and messages as the checks write them.
func sample() *audit.Report {
	b := newSample()
	sampleChecklist(b)
	sampleLogs(b)
	sampleControls(b)
	sampleBoundaries(b)
	b.gap("signIns", "forbidden", "Graph answered 403 Authorization_RequestDenied.",
		"Grant AuditLog.Read.All to the auditing application.",
		"audit-logging/agent-not-seen", "kill-switch/drill-failed", "entra-authentication/legacy-sign-in")
	b.gap("accessReviewDefinitions", "skipped", "Not collected on request.", "Leave out --skip-dataset.")
	b.gap("lifecycleWorkflows", "notLicensed", "Graph answered 403: the tenant has no Microsoft Entra ID Governance licence.",
		"License Microsoft Entra ID Governance.")
	b.r.Warnings = append(b.r.Warnings, "waivers.yaml:14: the waiver of federated-credentials/certificate expired on 2026-10-01")
	return b.done()
}

func sampleChecklist(b *sampleBuilder) {
	b.check("unique-identity", "Every agent has an identity of its own",
		clause(audit.Checklist, "L1", "Every agent has unique identity"),
		clause(audit.Control, "assume breach", "No shared credentials between agents"),
		clause(audit.Pillar, "identity", "Unique identity, federated credentials"))
	b.addRule("shared-certificate", "Two blueprints share a certificate", audit.Critical,
		"Issue a certificate of its own to each blueprint, or better, replace both by federated credentials. Then remove the shared one from all of them.").pass(6).
		fail("agentIdentityBlueprint Finance Agents", `The certificate with thumbprint 9F2C…71 is also on the blueprint "Finance Agents (old)". Whoever holds the key can act as the agents of both.`,
			"agentIdentityBlueprints", "/value/0/keyCredentials/0", "customKeyIdentifier 9F2C7B…71", "a thumbprint that occurs once").
		fail("agentIdentityBlueprint Finance Agents (old)", `The certificate with thumbprint 9F2C…71 is also on the blueprint "Finance Agents". Whoever holds the key can act as the agents of both.`,
			"agentIdentityBlueprints", "/value/5/keyCredentials/0", "customKeyIdentifier 9F2C7B…71", "a thumbprint that occurs once")
	b.addRule("ambiguous-name", "Two agents have one name", audit.Low, "Rename one of the agents.").pass(36).
		fail(agent(0), `Another active agent is called "Invoice Intake" too: logs and approvals cannot tell them apart.`,
			"agentIdentities", "/value/0/displayName", "Invoice Intake", "a name of its own").
		fail("agentIdentity Invoice Intake (2)", `Another active agent is called "Invoice Intake" too: logs and approvals cannot tell them apart.`,
			"agentIdentities", "/value/9/displayName", "invoice intake", "a name of its own")
	b.addRule("credential-fan-out", "One blueprint carries many agents", audit.Info, "Split the blueprint.").pass(8)

	b.check("federated-credentials", "Agents sign in with federated credentials",
		clause(audit.Checklist, "L2", "Federated credentials (no secrets)"),
		clause(audit.Pillar, "identity", "Unique identity, federated credentials"))
	b.addRule("client-secret", "A client secret is in use", audit.Critical,
		"Add a federated identity credential for the workload (`az ad app federated-credential create`), move the workload to it, then remove the secret.").pass(5).
		fail("agentIdentityBlueprint Finance Agents", "It has a client secret that is valid until 2027-03-01.", "agentIdentityBlueprints", "/value/0/passwordCredentials/0", "endDateTime 2027-03-01T00:00:00Z", "no unexpired passwordCredentials").
		fail("agentIdentityBlueprint Support Desk", "It has a client secret that never ends.", "agentIdentityBlueprints", "/value/3/passwordCredentials/0", "endDateTime null", "no unexpired passwordCredentials").
		fail("servicePrincipal Legacy Chatbot", "Its application has a client secret that is valid until 2026-12-31.", "classicAgentApplications", "/value/0/passwordCredentials/0", "endDateTime 2026-12-31T00:00:00Z", "no unexpired passwordCredentials")
	b.addRule("certificate", "A certificate is in use", audit.Medium, "Replace the certificate by a federated credential.").pass(7).
		finding(audit.Waived, "agentIdentityBlueprint Factory Floor", "It signs in with a certificate that is valid until 2027-01-15.", "agentIdentityBlueprints", "/value/6/keyCredentials/0", "type AsymmetricX509Cert", "no certificate")
	b.last().Waiver = &audit.AppliedWaiver{Reason: "The PLC gateway cannot federate before its firmware 9.", Owner: "ot-security@contoso.com", Ticket: "SEC-4411", Expires: "2027-02-28"}
	b.addRule("expiring-credential", "A credential ends soon", audit.Info, "Plan its replacement.").pass(9).
		fail("servicePrincipal Legacy Chatbot", "Its client secret ends on 2026-12-01, in 11 days.", "classicAgentApplications", "/value/0/passwordCredentials/1", "2026-12-01", "over 30 days left")
	b.addRule("secrets-not-blocked", "Nothing blocks new secrets", audit.Medium, "Enable an app management policy that blocks `passwordAddition`.").pass(1)

	b.check("conditional-access", "Conditional Access covers the agents",
		clause(audit.Checklist, "L3", "CA policies target agent identities"),
		clause(audit.Boundary, "Conditional Access", "Conditional Access evaluation"))
	b.addRule("no-agent-policy", "No policy targets agents", audit.Critical, "Create a policy for all agent identities.").pass(1)
	b.addRule("agent-not-covered", "An agent is outside every policy", audit.High,
		"Add the agent to a policy that blocks on all resources, or take it off the exclusion list of the nearest one.").pass(24)
	allAgents(b, 14, `The nearest policy is "Block risky agents": it excludes the agent by the filter on AgentAttributes.Approved.`,
		"agentIdentities", "/value/4", "AgentAttributes.Approved = true", "covered by an enabled policy on all resources with grant block")
	b.addRule("report-only", "A policy only reports", audit.Medium, "Set its state to On after reading the report-only results.").pass(3).
		fail("conditionalAccessPolicy Agents: block legacy networks", "The policy is in report-only mode: it blocks nothing.", "conditionalAccessPolicies", "/value/7/state", "enabledForReportingButNotEnforced", "enabled")

	b.check("risk-detection", "Risky agents are noticed and stopped",
		clause(audit.Checklist, "L4", "Risk detection enabled"),
		clause(audit.Control, "verify explicitly", "Risk-based Conditional Access"),
		clause(audit.Boundary, "Conditional Access", "Risk score check"),
		clause(audit.Pillar, "visibility", "Agent logs, reasoning traces"))
	b.addRule("no-risk-policy", "No policy blocks agents at high risk", audit.Critical, "Create a policy with agentIdRiskLevels high and grant block.").pass(1)
	b.addRule("agent-at-risk", "An agent is at risk", audit.Medium, "Disable the agent, read its detections, then confirm or dismiss the risk.").pass(36).
		fail(agent(8), "Microsoft rates the risk as high (unfamiliarResourceAccess, 2 detections), and the agent is still enabled.", "riskyAgents", "/value/0/riskLevel", "high, atRisk", "no open risk").
		finding(audit.Unknown, agent(12), "Its risk level is hidden: the licence shows that it is at risk, not how much.", "riskyAgents", "/value/1/riskLevel", "hidden", "a risk level")
	b.rule.Findings[0].Severity = audit.Critical

	b.check("time-bound-access", "Access ends by itself",
		clause(audit.Checklist, "L5", "Time-bound access configured"),
		clause(audit.Control, "use least privilege", "Time-bound access packages"))
	b.addRule("standing-access", "An agent has access without an end", audit.High,
		"Put the permission into an access package with an expiration, assign the agent to it, and remove the direct grant.").pass(26)
	allAgents(b, 12, "It holds the application permission Mail.ReadWrite on Microsoft Graph, which no access package accounts for.", "appRoleAssignments", "/value/3", "appRole Mail.ReadWrite", "an assignment with an end date")
	b.addRule("no-access-review", "Access is not reviewed", audit.Medium, "Turn on access reviews in the policy.").
		fail("accessPackageAssignmentPolicy Finance agents, 90 days", "Access reviews are off.", "accessPackageAssignmentPolicies", "/value/1/reviewSettings/isEnabled", "false", "true")
}

func sampleLogs(b *sampleBuilder) {
	b.check("audit-logging", "The logs are kept",
		clause(audit.Checklist, "L6", "Audit logging comprehensive"),
		clause(audit.Control, "assume breach", "Comprehensive audit logging"),
		clause(audit.Pillar, "visibility", "Agent logs, reasoning traces"))
	b.addRule("missing-category", "A log category is not exported", audit.High, "Enable the category in a diagnostic setting with a destination.").pass(6).
		fail("logCategory MicrosoftGraphActivityLogs", "No diagnostic setting with a destination enables MicrosoftGraphActivityLogs.", "diagnosticSettings", "/value/0/logs", "not enabled", "enabled").
		fail("logCategory AgentRiskEvents", "No diagnostic setting with a destination enables AgentRiskEvents.", "diagnosticSettings", "/value/0/logs", "not enabled", "enabled")
	b.addRule("agent-not-seen", "An agent leaves no trace", audit.Medium, "Find out whether the agent still runs.").reason("signIns was forbidden to read: Graph answered 403 Authorization_RequestDenied. Grant AuditLog.Read.All to the auditing application.")

	b.check("kill-switch", "The kill switch works",
		clause(audit.Checklist, "L7", "Kill switch tested"),
		clause(audit.Control, "assume breach", "Automated kill switch"))
	b.addRule("drill-failed", "A drill did not stop the agent", audit.Critical, "Find the token that outlived the disable.").reason("signIns was forbidden to read: Graph answered 403 Authorization_RequestDenied. Grant AuditLog.Read.All to the auditing application.")
	b.addRule("never-drilled", "The kill switch was never tried", audit.High, "Run `ztagent drill plan` and follow it.").pass(1)
}

func sampleControls(b *sampleBuilder) {
	b.check("entra-authentication", "Every agent authenticates through Entra",
		clause(audit.Control, "verify explicitly", "Every agent request authenticated via Entra"))
	b.addRule("classic-agent", "An agent runs on an ordinary service principal", audit.High, "Migrate it to an agent identity.").pass(2).
		fail("servicePrincipal Legacy Chatbot", "It is marked as an AI agent by its tags, and has no agent identity.", "classicAgents", "/value/0/tags", "power-virtual-agents", "an agent identity")
	b.addRule("legacy-sign-in", "An agent signs in with a secret", audit.Medium, "Move it to a federated credential.").reason("signIns was forbidden to read.")
	b.check("continuous-access-evaluation", "Tokens end when trust does",
		clause(audit.Control, "verify explicitly", "Continuous Access Evaluation"))
	b.addRule("cae-disabled", "A policy disables CAE", audit.High, "Remove the session control.").pass(3)
	b.check("delegated-permissions", "Delegated permissions come first",
		clause(audit.Control, "use least privilege", "Delegated permissions over application permissions"),
		clause(audit.Pillar, "application", "Scoped, delegated API permissions"))
	b.addRule("application-permission", "A delegated permission would do", audit.Low, "Grant the delegated permission instead.").pass(30)
	allAgents(b, 4, "It holds the application permission Calendars.Read on Microsoft Graph, which also exists as a delegated one.", "appRoleAssignments", "/value/8", "Calendars.Read", "a delegated grant")
	b.check("scoped-permissions", "Permissions are scoped",
		clause(audit.Control, "use least privilege", "Scoped API permissions, never wildcard"),
		clause(audit.Boundary, "Permission scopes", "API permission validation"),
		clause(audit.Pillar, "application", "Scoped, delegated API permissions"))
	b.addRule("wildcard-permission", "A permission covers everything", audit.High, "Replace Sites.ReadWrite.All by Sites.Selected and grant the sites that the agent works on.").pass(31).
		fail(agent(2), "It holds Sites.ReadWrite.All, inherited from its blueprint: every site of the tenant.", "appRoleAssignments", "/value/21", "Sites.ReadWrite.All", "Sites.Selected")
	b.rule.Findings[0].Severity = audit.Critical
	b.check("directory-roles", "No agent holds a privileged role", clause(audit.Control, "use least privilege", "Scoped API permissions, never wildcard"))
	b.addRule("privileged-role", "An agent holds a privileged role", audit.Critical, "Remove the role assignment.").pass(38)
}

func sampleBoundaries(b *sampleBuilder) {
	b.check("blueprint-validation", "Every agent stands on a valid blueprint",
		clause(audit.Boundary, "Agent identity layer", "Blueprint validation"))
	b.addRule("undocumented", "A blueprint has no description", audit.Low, "Write down what its agents are for.").pass(7).
		fail("agentIdentityBlueprint Support Desk", "It has no description.", "agentIdentityBlueprints", "/value/3", "description null", "a description")
	b.check("sponsor-attestation", "Every agent has a sponsor who answers for it",
		clause(audit.Boundary, "Agent identity layer", "Sponsor attestation"))
	b.addRule("no-sponsor", "Nobody answers for an agent", audit.High, "Name a sponsor: a person or a group.").pass(43).
		fail(agent(5), "It has no sponsor.", "agentIdentities", "/value/5/sponsors", "[]", "at least one sponsor")
	b.addRule("not-attested", "Nobody attested the agent", audit.Medium, "Ask its sponsor, and write the answer into attestations.yaml.").
		finding(audit.Manual, agent(1), "Does its sponsor still vouch for it?", "agentIdentities", "/value/1", "", "").
		finding(audit.Manual, agent(3), "Does its sponsor still vouch for it?", "agentIdentities", "/value/3", "", "")
	b.check("network-restriction", "Agents come from known networks", clause(audit.Pillar, "network", "IP restrictions, private endpoints"))
	b.addRule("private-endpoints", "Private endpoints", audit.Low, "Attest it.").
		finding(audit.Manual, "tenant Contoso", "Are the resources that agents use reached by private endpoints?", "organization", "/value/0", "", "")
	b.check("hosting-platform", "Agents run where they should", clause(audit.Pillar, "device", "Compliant hosting platform"))
	b.addRule("unapproved-issuer", "A credential trusts an unknown issuer", audit.Medium, "Add the issuer to approvedIssuers, or remove the credential.").pass(11).
		fail("federatedIdentityCredential ci-runner", "Its issuer https://oidc.build.example is on no approved list.", "agentIdentityBlueprints", "/value/2/federatedIdentityCredentials/0/issuer", "https://oidc.build.example", "an approved issuer")
	b.check("data-scope", "Data access is scoped",
		clause(audit.Pillar, "data", "Scoped access, no bulk export"),
		clause(audit.Boundary, "Resource layer", "Scoped data access"))
	b.addRule("bulk-read", "An agent reads content tenant-wide", audit.High, "Scope Mail.Read with RBAC for Applications.").pass(34)
	allAgents(b, 3, "It holds Mail.Read on Microsoft Graph: every mailbox of the tenant.", "appRoleAssignments", "/value/11", "Mail.Read", "RBAC for Applications")
	b.check("data-classification", "Agents are classified", clause(audit.Boundary, "Resource layer", "Data classification enforcement"))
	b.addRule("unclassified-agent", "An agent carries no attribute", audit.Low, "Assign a custom security attribute.").pass(38)
	b.check("rate-limiting", "Spikes are handled", clause(audit.Boundary, "Permission scopes", "Rate limiting"))
	b.addRule("rate-limit-control", "Rate limits", audit.Medium, "Attest it.").
		finding(audit.Manual, "tenant Contoso", "What limits the rate of an agent's calls?", "organization", "/value/0", "", "")
	b.check("agent-lifecycle", "Agents that are not used are retired", clause(audit.Pillar, "identity", "Unique identity, federated credentials"))
	b.addRule("inactive-agent", "An agent is not used", audit.Medium, "Disable it, wait, delete it.").notApplicable(38)
}
