// Package checks holds every check: one file each, a value in the list below.
package checks

import "github.com/ztagent/ztagent/internal/audit"

// All returns every check in the note's order.
func All() []audit.Check {
	return []audit.Check{
		// The implementation checklist, L1 to L7.

		// (unique-identity)

		// (federated-credentials)

		conditionalAccess,

		riskDetection,

		// (time-bound-access)

		auditLogging,

		killSwitch,

		// The controls, boundaries and pillars behind it.

		// (entra-authentication)

		// (continuous-access-evaluation)

		delegatedPermissions,

		scopedPermissions,

		// (directory-roles)

		// (blueprint-validation)

		sponsorAttestation,

		// (network-restriction)

		// (hosting-platform)

		dataScope,

		// (data-classification)

		rateLimiting,

		reasoningTrace,

		agentLifecycle,
	}
}
