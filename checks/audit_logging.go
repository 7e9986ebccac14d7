package checks

import (
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// auditLogging implements L6. The rules about the export of logs are in
// audit_logging_export.go, those about what the logs hold in
// audit_logging_content.go.
var auditLogging = audit.Check{
	ID:      "audit-logging",
	Title:   "Audit logging is comprehensive",
	Clauses: []audit.Clause{lineAuditLogging, controlAuditLogging, pillarVisibility},
	Rationale: "Entra keeps sign-ins and changes for 30 days at most, and the calls that agents make to Microsoft Graph not " +
		"at all. What is not exported cannot be investigated: most intrusions are found later than that.",
	Rules: []audit.Rule{
		{
			ID: "no-diagnostic-setting", Title: "Entra's logs are not exported", Severity: audit.Critical,
			Resources: []tenant.ResourceType{tenant.TypeTenant},
			Needs:     []tenant.Dataset{tenant.DatasetDiagnosticSettings},
			Condition: "no Entra diagnostic setting has an enabled category and a destination",
			Remediation: "In the Entra admin center open **Monitoring & health > Diagnostic settings > Add diagnostic " +
				"setting**, select the categories and a Log Analytics workspace, storage account or event hub, and save. " +
				"The settings are `GET https://management.azure.com/providers/microsoft.aadiam/diagnosticSettings" +
				"?api-version=2017-04-01`.",
			References: []string{
				"https://learn.microsoft.com/entra/identity/monitoring-health/howto-configure-diagnostic-settings",
				"https://learn.microsoft.com/azure/templates/microsoft.aadiam/2017-04-01/diagnosticsettings",
			},
			Run: judgeNoDiagnosticSetting,
		},
		{
			ID: "missing-category", Title: "A log category is not exported", Severity: audit.High,
			Resources: []tenant.ResourceType{tenant.TypeLogCategory},
			Needs:     []tenant.Dataset{tenant.DatasetDiagnosticSettings, tenant.DatasetClassicAgents},
			// Two categories are required because there are classic agents.
			Presence: []string{"classicAgents"},
			Condition: "it is required, and no diagnostic setting with a destination enables it; `RiskyAgents` and " +
				"`AgentRiskEvents` are required in the public cloud, `RiskyServicePrincipals` and " +
				"`ServicePrincipalRiskEvents` where classic agents exist",
			Remediation: "In the Entra admin center open **Monitoring & health > Diagnostic settings**, edit the setting that " +
				"goes to your SIEM and tick the category. With Azure CLI: `az rest --method put --url " +
				"'https://management.azure.com/providers/microsoft.aadiam/diagnosticSettings/{name}" +
				"?api-version=2017-04-01' --body @setting.json`.\n\nA category that you do not want can be taken off the " +
				"required list in `ztagent.yaml`.",
			References: []string{
				"https://learn.microsoft.com/entra/identity/monitoring-health/concept-diagnostic-settings-logs-options",
				"https://learn.microsoft.com/entra/identity/monitoring-health/howto-configure-diagnostic-settings",
			},
			Run: judgeMissingCategory,
		},
		{
			ID: "short-retention", Title: "Exported logs are not kept long enough", Severity: audit.Medium,
			Resources: []tenant.ResourceType{tenant.TypeTenant},
			Needs:     []tenant.Dataset{tenant.DatasetDiagnosticSettings, tenant.DatasetLogAnalyticsWorkspaces},
			Condition: "every destination that is a Log Analytics workspace keeps data for under (90) days, and none is a " +
				"storage account or event hub",
			Remediation: "Raise the retention of the workspace: `az monitor log-analytics workspace update --ids {workspace " +
				"id} --retention-time 90`; or in the Azure portal **Log Analytics workspaces**, the workspace, **Usage and " +
				"estimated costs > Data retention**. For years rather than months, add a storage account as destination.",
			References: []string{
				"https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure",
				"https://learn.microsoft.com/rest/api/loganalytics/workspaces/get",
			},
			Run: judgeShortRetention,
		},
		{
			ID: "agent-not-seen", Title: "An agent does not appear in the sign-in log", Severity: audit.Medium,
			Resources: []tenant.ResourceType{tenant.TypeAgentIdentity},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentities, tenant.DatasetAgentUsers, tenant.DatasetSignIns},
			Condition: "it is older than (30) days, and the sign-ins that were read hold other agents but neither it nor its " +
				"agent user",
			Remediation: "Find out whether the agent runs. If it does, it works under another identity than this one, and its " +
				"acts are not in its log: have its platform sign in as the agent identity. If it does not run, disable it: " +
				"`PATCH https://graph.microsoft.com/v1.0/servicePrincipals/{id}` with `{\"accountEnabled\": false}`.",
			References: []string{
				"https://learn.microsoft.com/entra/agent-id/sign-in-audit-logs-agents",
				"https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention",
			},
			Run: judgeAgentNotSeen,
		},
		{
			ID: "changes-not-logged", Title: "New agents do not appear in the audit log", Severity: audit.High,
			Resources: []tenant.ResourceType{tenant.TypeTenant},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentities, tenant.DatasetDirectoryAudits},
			// It takes an agent to be missed, and the oldest event bounds the log.
			Presence: []string{"agentIdentities", "directoryAudits"},
			Condition: "agents were created while `directoryAudits` was kept, between its oldest event and an hour before the " +
				"snapshot, and it names none of them",
			Remediation: "Check that the audit log is complete: `GET https://graph.microsoft.com/v1.0/auditLogs/" +
				"directoryAudits?$filter=targetResources/any(t: t/id eq '{agent id}')`. An empty answer for an agent made " +
				"last week means that the export, or the filter of whoever collected it, leaves agents out; repair that " +
				"first, since every later finding rests on it.",
			References: []string{
				"https://learn.microsoft.com/entra/agent-id/sign-in-audit-logs-agents",
				"https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities",
			},
			Run: judgeChangesNotLogged,
		},
	},
}
