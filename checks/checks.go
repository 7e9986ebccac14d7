// Package checks holds every check: one file each, a value in the list below.
package checks

import "github.com/ztagent/ztagent/internal/audit"

// All returns every check in the note's order.
func All() []audit.Check {
	return []audit.Check{
		// The implementation checklist, L1 to L7.

		uniqueIdentity,

		federatedCredentials,

		conditionalAccess,

		riskDetection,

		timeBoundAccess,

		auditLogging,

		killSwitch,

		// The controls, boundaries and pillars behind it.

		entraAuthentication,

		continuousAccessEvaluation,

		delegatedPermissions,

		scopedPermissions,

		directoryRoles,

		blueprintValidation,

		sponsorAttestation,

		networkRestriction,

		hostingPlatform,

		dataScope,

		dataClassification,

		rateLimiting,

		reasoningTrace,

		agentLifecycle,
	}
}
