package checks

import "github.com/ztagent/ztagent/internal/audit"

// The lines of the Zero Trust for Agents note. Every one is implemented by at
// least one check; a test holds that.

// The implementation checklist.
var (
	lineUniqueIdentity       = audit.Clause{Part: audit.Checklist, Group: "L1", Text: "Every agent has unique identity"}
	lineFederatedCredentials = audit.Clause{Part: audit.Checklist, Group: "L2", Text: "Federated credentials (no secrets)"}
	lineConditionalAccess    = audit.Clause{Part: audit.Checklist, Group: "L3", Text: "CA policies target agent identities"}
	lineRiskDetection        = audit.Clause{Part: audit.Checklist, Group: "L4", Text: "Risk detection enabled"}
	lineTimeBoundAccess      = audit.Clause{Part: audit.Checklist, Group: "L5", Text: "Time-bound access configured"}
	lineAuditLogging         = audit.Clause{Part: audit.Checklist, Group: "L6", Text: "Audit logging comprehensive"}
	lineKillSwitch           = audit.Clause{Part: audit.Checklist, Group: "L7", Text: "Kill switch tested"}
)

// The pillars.
var (
	pillarIdentity    = audit.Clause{Part: audit.Pillar, Group: "identity", Text: "Unique identity, federated credentials"}
	pillarRetirement  = audit.Clause{Part: audit.Pillar, Group: "identity", Text: "Unused agents are retired"}
	pillarDevice      = audit.Clause{Part: audit.Pillar, Group: "device", Text: "Compliant hosting platform"}
	pillarNetwork     = audit.Clause{Part: audit.Pillar, Group: "network", Text: "IP restrictions, private endpoints"}
	pillarApplication = audit.Clause{Part: audit.Pillar, Group: "application", Text: "Scoped, delegated API permissions"}
	pillarData        = audit.Clause{Part: audit.Pillar, Group: "data", Text: "Scoped access, no bulk export"}
	pillarVisibility  = audit.Clause{Part: audit.Pillar, Group: "visibility", Text: "Agent logs, reasoning traces"}
)

// The controls.
var (
	controlEntraAuthentication = audit.Clause{Part: audit.Control, Group: "verify explicitly", Text: "Every agent request authenticated via Entra"}
	controlRiskBasedAccess     = audit.Clause{Part: audit.Control, Group: "verify explicitly", Text: "Risk-based Conditional Access"}
	controlContinuousAccess    = audit.Clause{Part: audit.Control, Group: "verify explicitly", Text: "Continuous Access Evaluation"}

	controlScopedPermissions    = audit.Clause{Part: audit.Control, Group: "use least privilege", Text: "Scoped API permissions, never wildcard"}
	controlDelegatedPermissions = audit.Clause{Part: audit.Control, Group: "use least privilege", Text: "Delegated permissions over application permissions"}
	controlTimeBoundPackages    = audit.Clause{Part: audit.Control, Group: "use least privilege", Text: "Time-bound access packages"}

	controlNoSharedCredentials = audit.Clause{Part: audit.Control, Group: "assume breach", Text: "No shared credentials between agents"}
	controlAuditLogging        = audit.Clause{Part: audit.Control, Group: "assume breach", Text: "Comprehensive audit logging"}
	controlKillSwitch          = audit.Clause{Part: audit.Control, Group: "assume breach", Text: "Automated kill switch"}
)

// The trust boundaries, from the Internet inwards.
var (
	boundaryConditionalAccess = audit.Clause{Part: audit.Boundary, Group: "Conditional Access", Text: "Conditional Access evaluation"}
	boundaryRiskScore         = audit.Clause{Part: audit.Boundary, Group: "Conditional Access", Text: "Risk score check"}

	boundaryBlueprintValidation = audit.Clause{Part: audit.Boundary, Group: "Agent identity layer", Text: "Blueprint validation"}
	boundarySponsorAttestation  = audit.Clause{Part: audit.Boundary, Group: "Agent identity layer", Text: "Sponsor attestation"}

	boundaryPermissionValidation = audit.Clause{Part: audit.Boundary, Group: "Permission scopes", Text: "API permission validation"}
	boundaryRateLimiting         = audit.Clause{Part: audit.Boundary, Group: "Permission scopes", Text: "Rate limiting"}

	boundaryDataClassification = audit.Clause{Part: audit.Boundary, Group: "Resource layer", Text: "Data classification enforcement"}
	boundaryDataScope          = audit.Clause{Part: audit.Boundary, Group: "Resource layer", Text: "Scoped data access"}
)

// Note returns every line of the note in its order.
func Note() []audit.Clause {
	return []audit.Clause{
		lineUniqueIdentity, lineFederatedCredentials, lineConditionalAccess, lineRiskDetection,
		lineTimeBoundAccess, lineAuditLogging, lineKillSwitch,
		pillarIdentity, pillarRetirement, pillarDevice, pillarNetwork, pillarApplication, pillarData, pillarVisibility,
		controlEntraAuthentication, controlRiskBasedAccess, controlContinuousAccess,
		controlScopedPermissions, controlDelegatedPermissions, controlTimeBoundPackages,
		controlNoSharedCredentials, controlAuditLogging, controlKillSwitch,
		boundaryConditionalAccess, boundaryRiskScore,
		boundaryBlueprintValidation, boundarySponsorAttestation,
		boundaryPermissionValidation, boundaryRateLimiting,
		boundaryDataClassification, boundaryDataScope,
	}
}
