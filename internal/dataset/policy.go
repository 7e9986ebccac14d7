package dataset

import "github.com/ztagent/ztagent/internal/tenant"

const (
	licenceP1         = "Microsoft Entra ID P1"
	licenceP2         = "Microsoft Entra ID P2"
	licenceWorkload   = "Microsoft Entra Workload ID Premium"
	licenceGovernance = "Microsoft Entra ID Governance"
	licenceP2OrIG     = "Microsoft Entra ID P2 or Microsoft Entra ID Governance"
)

var securityReader = []string{"Security Reader", "Global Reader"}

// policyRows are Conditional Access and ID Protection:
// conditionalAccessPolicies to riskyServicePrincipals.
func policyRows() []Row {
	policyRead := []Permission{permission("Policy.Read.All")}
	return []Row{
		{
			Dataset: tenant.DatasetConditionalAccessPolicies, Holds: "Conditional Access policies with their agent conditions",
			Service: Graph, Source: List,
			// v1.0 leaves the agent conditions out without a word.
			Request:     Request{Version: beta, Path: "/identity/conditionalAccess/policies", Family: ConditionalAccess},
			Permissions: policyRead, Roles: securityReader, Licence: licenceP1,
			Section: "8.1", URL: docs + "conditionalaccessroot-list-policies",
		},
		{
			Dataset: tenant.DatasetNamedLocations, Holds: "named locations",
			Service: Graph, Source: List,
			Request:     Request{Version: v1, Path: "/identity/conditionalAccess/namedLocations", Family: ConditionalAccess},
			Permissions: policyRead, Roles: securityReader, Licence: licenceP1,
			Section: "8.4", URL: docs + "conditionalaccessroot-list-namedlocations",
		},
		{
			Dataset: tenant.DatasetSecurityDefaults, Holds: "whether security defaults are on",
			Service: Graph, Source: Singleton,
			Request:     Request{Version: v1, Path: "/policies/identitySecurityDefaultsEnforcementPolicy", Family: Identity},
			Permissions: []Permission{permission("Policy.Read.All", "Policy.ReadWrite.SecurityDefaults")}, Roles: securityReader,
			Section: "14.2", URL: docs + "identitysecuritydefaultsenforcementpolicy-get",
		},
		{
			Dataset: tenant.DatasetRiskyAgents, Holds: "the risk of agents, blueprint principals and agent users",
			Service: Graph, Source: List,
			Request:     Request{Version: beta, Path: "/identityProtection/riskyAgents", Family: ConditionalAccess},
			Permissions: []Permission{permission("IdentityRiskyAgent.Read.All", "IdentityRiskyAgent.ReadWrite.All")}, Roles: securityReader,
			Licence: licenceP2, Clouds: publicOnly,
			Section: "9.1", URL: docs + "identityprotectionroot-list-riskyagents?view=graph-rest-beta",
		},
		{
			Dataset: tenant.DatasetAgentRiskDetections, Holds: "the events that raised an agent's risk",
			Service: Graph, Source: List,
			Request:     Request{Version: beta, Path: "/identityProtection/agentRiskDetections", Family: ConditionalAccess},
			Permissions: []Permission{permission("IdentityRiskEvent.Read.All", "IdentityRiskEvent.ReadWrite.All")}, Roles: securityReader,
			Licence: licenceP2, Clouds: publicOnly,
			Section: "9.2", URL: docs + "identityprotectionroot-list-agentriskdetections?view=graph-rest-beta",
		},
		{
			Dataset: tenant.DatasetRiskyServicePrincipals, Holds: "the risk of ordinary service principals",
			Service: Graph, Source: List,
			Request:     Request{Version: v1, Path: "/identityProtection/riskyServicePrincipals", Family: ConditionalAccess},
			Permissions: []Permission{permission("IdentityRiskyServicePrincipal.Read.All", "IdentityRiskyServicePrincipal.ReadWrite.All")},
			Roles:       securityReader, Licence: licenceWorkload, Clouds: []string{"public", "usgov", "usgov-dod"},
			Section: "9.3", URL: docs + "identityprotectionroot-list-riskyserviceprincipals",
		},
	}
}
