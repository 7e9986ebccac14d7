package dataset

import "github.com/ztagent/ztagent/internal/tenant"

var reportReaders = []string{"Reports Reader", "Security Reader", "Global Reader"}

// logRows are the logs and where they go: signIns to logAnalyticsWorkspaces.
func logRows() []Row {
	return []Row{
		{
			Dataset: tenant.DatasetSignIns, Holds: "sign-ins of agents, their users and their blueprints",
			Service: Graph, Source: List,
			// A second request reads the nonInteractiveUser events: user and
			// principal events cannot be combined in one query.
			Request: Request{
				Version: beta, Path: "/auditLogs/signIns",
				Filter: "createdDateTime ge {since} and signInEventTypes/any(t: t eq 'servicePrincipal') and (agent/agentType eq 'agenticAppInstance' or agent/agentType eq 'agenticApp')",
				Top:    1000, Family: Reports,
			},
			PageMax:     1000,
			Permissions: []Permission{permission("AuditLog.Read.All")}, Roles: reportReaders, Licence: licenceP1,
			Section: "11.1", URL: docs + "signin-list?view=graph-rest-beta",
		},
		{
			Dataset: tenant.DatasetDirectoryAudits, Holds: "changes of agents and blueprints",
			Service: Graph, Source: List,
			Request: Request{
				Version: beta, Path: "/auditLogs/directoryAudits",
				Filter: "activityDateTime ge {since} and loggedByService eq 'Core Directory'", Top: 1000, Family: Reports,
			},
			PageMax:     1000,
			After:       everyAgent,
			Permissions: []Permission{permission("AuditLog.Read.All", "Directory.Read.All")}, Roles: reportReaders,
			Section: "11.3", URL: docs + "directoryaudit-list?view=graph-rest-beta",
		},
		{
			Dataset: tenant.DatasetDiagnosticSettings, Holds: "where Entra's logs are exported to",
			Service: Azure, Source: List,
			Request: Request{Version: "2017-04-01", Path: "/providers/microsoft.aadiam/diagnosticSettings", Family: AzureManager},
			Roles:   []string{"Reader at /providers/Microsoft.aadiam"},
			Section: "12.1", URL: "https://learn.microsoft.com/en-us/entra/identity/monitoring-health/howto-configure-diagnostic-settings",
		},
		{
			Dataset: tenant.DatasetLogAnalyticsWorkspaces, Holds: "the workspaces that receive Entra's logs, with their retention",
			Service: Azure, Source: PerID,
			Request:  Request{Version: "2025-07-01", Path: "{id}", Family: AzureManager},
			After:    []tenant.Dataset{tenant.DatasetDiagnosticSettings},
			Roles:    []string{"Log Analytics Reader on the workspace"},
			Optional: true, Section: "12.2", URL: "https://learn.microsoft.com/en-us/rest/api/loganalytics/workspaces/get",
		},
	}
}

// lateRows are beta features and our own records: lifecyclePolicies to
// killSwitchDrills.
func lateRows() []Row {
	lifecycle := []Permission{permission("LifecyclePolicies-AgentId.Read.All", "LifecyclePolicies-AgentId.ReadWrite.All")}
	lifecycleRoles := []string{"Lifecycle Workflows Administrator", "Global Reader"}
	const base = "/identityGovernance/lifecycleWorkflows/lifecyclePolicies"
	return []Row{
		{
			Dataset: tenant.DatasetLifecyclePolicies, Holds: "agent lifecycle policies with their rules",
			Service: Graph, Source: List,
			Request: Request{Version: beta, Path: base, Family: Governance},
			Relations: []Relation{
				{Name: "rules", Read: Inline, Full: Request{Version: beta, Path: base + "/{id}/rules", Family: Governance}},
			},
			Permissions: lifecycle, Roles: lifecycleRoles, Licence: licenceGovernance, Optional: true,
			Section: "10.6", URL: docs + "identitygovernance-lifecycleworkflowscontainer-list-lifecyclepolicies?view=graph-rest-beta",
		},
		{
			Dataset: tenant.DatasetLifecycleSubjects, Holds: "the compliance of every agent under its lifecycle policy",
			Service: Graph, Source: PerID,
			Request:     Request{Version: beta, Path: base + "/{id}/report/subjects", Family: Governance},
			After:       []tenant.Dataset{tenant.DatasetLifecyclePolicies},
			Permissions: lifecycle, Roles: lifecycleRoles, Licence: licenceGovernance, Optional: true,
			Section: "10.6", URL: docs + "identitygovernance-lifecycleworkflowscontainer-list-lifecyclepolicies?view=graph-rest-beta",
		},
		{
			Dataset: tenant.DatasetContinuousAccessEvaluationPolicy, Holds: "the tenant-wide continuous access evaluation policy",
			Service: Graph, Source: Singleton,
			Request:     Request{Version: beta, Path: "/identity/continuousAccessEvaluationPolicy", Family: ConditionalAccess},
			Permissions: []Permission{permission("Policy.Read.All")}, Roles: securityReader,
			Section: "8.6", URL: docs + "continuousaccessevaluationpolicy-get?view=graph-rest-beta",
		},
		{
			Dataset: tenant.DatasetAgentInstances, Holds: "the agent registry, which Microsoft is retiring",
			Service: Graph, Source: List,
			Request:     Request{Version: beta, Path: "/agentRegistry/agentInstances", Family: Identity},
			PageMax:     100,
			Permissions: []Permission{permission("AgentInstance.Read.All", "AgentInstance.ReadWrite.All", "AgentCardManifest.Read.All", "AgentCardManifest.ReadWrite.All")},
			Roles:       []string{"Agent Registry Administrator"}, Clouds: publicOnly, Optional: true,
			Section: "13.1", URL: docs + "agentregistry-list-agentinstances?view=graph-rest-beta",
		},
		{
			Dataset: tenant.DatasetKillSwitchDrills, Holds: "records of kill-switch drills that were proven from the logs",
			Service: Local, Source: Record, Optional: true, Section: "11.3",
		},
	}
}
