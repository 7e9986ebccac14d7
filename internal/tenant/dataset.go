package tenant

import "slices"

// Dataset names one collection of a snapshot: the answer of one Graph (or
// Azure) request family, stored as NAME.json or NAME.jsonl.
type Dataset string

// The datasets of a snapshot, in the order in which they are reported.
const (
	DatasetOrganization                     Dataset = "organization"
	DatasetSubscribedSkus                   Dataset = "subscribedSkus"
	DatasetAgentIdentities                  Dataset = "agentIdentities"
	DatasetAgentIdentityBlueprints          Dataset = "agentIdentityBlueprints"
	DatasetAgentIdentityBlueprintPrincipals Dataset = "agentIdentityBlueprintPrincipals"
	DatasetAgentUsers                       Dataset = "agentUsers"
	DatasetClassicAgents                    Dataset = "classicAgents"
	DatasetClassicAgentApplications         Dataset = "classicAgentApplications"
	DatasetResourceServicePrincipals        Dataset = "resourceServicePrincipals"
	DatasetDirectoryObjects                 Dataset = "directoryObjects"
	DatasetOAuth2PermissionGrants           Dataset = "oauth2PermissionGrants"
	DatasetAppRoleAssignments               Dataset = "appRoleAssignments"
	DatasetConditionalAccessPolicies        Dataset = "conditionalAccessPolicies"
	DatasetNamedLocations                   Dataset = "namedLocations"
	DatasetSecurityDefaults                 Dataset = "securityDefaults"
	DatasetRiskyAgents                      Dataset = "riskyAgents"
	DatasetAgentRiskDetections              Dataset = "agentRiskDetections"
	DatasetRiskyServicePrincipals           Dataset = "riskyServicePrincipals"
	DatasetAccessPackages                   Dataset = "accessPackages"
	DatasetAccessPackageAssignmentPolicies  Dataset = "accessPackageAssignmentPolicies"
	DatasetAccessPackageAssignments         Dataset = "accessPackageAssignments"
	DatasetAccessReviewDefinitions          Dataset = "accessReviewDefinitions"
	DatasetRoleDefinitions                  Dataset = "roleDefinitions"
	DatasetRoleAssignments                  Dataset = "roleAssignments"
	DatasetRoleAssignmentScheduleInstances  Dataset = "roleAssignmentScheduleInstances"
	DatasetRoleEligibilityScheduleInstances Dataset = "roleEligibilityScheduleInstances"
	DatasetGroupMemberships                 Dataset = "groupMemberships"
	DatasetDefaultAppManagementPolicy       Dataset = "defaultAppManagementPolicy"
	DatasetAppManagementPolicies            Dataset = "appManagementPolicies"
	DatasetLifecycleWorkflows               Dataset = "lifecycleWorkflows"
	DatasetSignIns                          Dataset = "signIns"
	DatasetDirectoryAudits                  Dataset = "directoryAudits"
	DatasetDiagnosticSettings               Dataset = "diagnosticSettings"
	DatasetLogAnalyticsWorkspaces           Dataset = "logAnalyticsWorkspaces"
	DatasetLifecyclePolicies                Dataset = "lifecyclePolicies"
	DatasetLifecycleSubjects                Dataset = "lifecycleSubjects"
	DatasetContinuousAccessEvaluationPolicy Dataset = "continuousAccessEvaluationPolicy"
	DatasetAgentInstances                   Dataset = "agentInstances"
	DatasetKillSwitchDrills                 Dataset = "killSwitchDrills"
)

// Datasets returns every dataset in report order.
func Datasets() []Dataset {
	return []Dataset{
		DatasetOrganization, DatasetSubscribedSkus, DatasetAgentIdentities,
		DatasetAgentIdentityBlueprints, DatasetAgentIdentityBlueprintPrincipals,
		DatasetAgentUsers, DatasetClassicAgents, DatasetClassicAgentApplications,
		DatasetResourceServicePrincipals, DatasetDirectoryObjects,
		DatasetOAuth2PermissionGrants, DatasetAppRoleAssignments,
		DatasetConditionalAccessPolicies, DatasetNamedLocations, DatasetSecurityDefaults,
		DatasetRiskyAgents, DatasetAgentRiskDetections, DatasetRiskyServicePrincipals,
		DatasetAccessPackages, DatasetAccessPackageAssignmentPolicies,
		DatasetAccessPackageAssignments, DatasetAccessReviewDefinitions,
		DatasetRoleDefinitions, DatasetRoleAssignments,
		DatasetRoleAssignmentScheduleInstances, DatasetRoleEligibilityScheduleInstances,
		DatasetGroupMemberships, DatasetDefaultAppManagementPolicy,
		DatasetAppManagementPolicies, DatasetLifecycleWorkflows, DatasetSignIns,
		DatasetDirectoryAudits, DatasetDiagnosticSettings, DatasetLogAnalyticsWorkspaces,
		DatasetLifecyclePolicies, DatasetLifecycleSubjects,
		DatasetContinuousAccessEvaluationPolicy, DatasetAgentInstances,
		DatasetKillSwitchDrills,
	}
}

// IsDataset reports whether name is the exact name of a dataset.
func IsDataset(name string) bool { return slices.Contains(Datasets(), Dataset(name)) }

// Singleton reports whether Graph answers d with one object, not with a list.
func (d Dataset) Singleton() bool {
	switch d {
	case DatasetSecurityDefaults, DatasetDefaultAppManagementPolicy,
		DatasetContinuousAccessEvaluationPolicy:
		return true
	}
	return false
}

// EmptyWhen reports whether a gap of kind status leaves d empty instead of
// unread, so that a rule that needs d still runs (docs/verdicts.md): optional datasets
// that are not there, and privileged identity management that is not licensed.
func (d Dataset) EmptyWhen(status GapStatus) bool {
	switch d {
	case DatasetKillSwitchDrills, DatasetAgentInstances, DatasetLogAnalyticsWorkspaces,
		DatasetLifecyclePolicies, DatasetLifecycleSubjects:
		return status == GapAbsent || status == GapSkipped || status == GapNotEnabled
	case DatasetRoleAssignmentScheduleInstances, DatasetRoleEligibilityScheduleInstances:
		return status == GapNotLicensed
	}
	return false
}
