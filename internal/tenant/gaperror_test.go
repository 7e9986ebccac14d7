package tenant

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestGapOfError(t *testing.T) {
	for _, c := range []struct {
		status        int
		code, message string
		want          GapStatus
	}{
		{401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid.", GapForbidden},
		{401, "UnknownError", "Account is not provisioned.", GapNotEnabled},
		{401, "InvalidAuthenticationToken", "Account is not provisioned.", GapNotEnabled},
		{401, "", "", GapForbidden},
		{403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.", GapForbidden},
		{0, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.", GapForbidden},
		{403, "Authentication_MSGraphPermissionMissing", "The principal does not have required Microsoft Graph permission(s): AuditLog.Read.All to call this API.", GapForbidden},
		{0, "Authentication_MSGraphPermissionMissing", "", GapForbidden},
		{403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "Neither tenant is B2C or tenant doesn't have premium license", GapNotLicensed},
		{0, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "", GapNotLicensed},
		{403, "Forbidden", "Your tenant is not licensed for this feature.", GapNotLicensed},
		{0, "Forbidden", "Your tenant is not licensed for this feature.", GapNotLicensed},
		{403, "Forbidden", "You do not have permission to read LicenseAssignment.", GapForbidden},
		{403, "Forbidden", "Grant LicenseAssignment.Read.All first.", GapForbidden},
		{403, "UnAuthorized", "User is not authorized to perform the operation.", GapForbidden},
		{0, "accessDenied", "", GapForbidden},
		{403, "accessDenied", "The tenant lacks the SKU for access reviews.", GapNotLicensed},
		{400, "AadPremiumLicenseRequired", "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.", GapNotLicensed},
		{403, "AuthorizationFailed", "The client 'x' with object id 'y' does not have authorization to perform action 'microsoft.aadiam/diagnosticSettings/read'", GapForbidden},
		{400, "BadRequest", "Resource not found for the segment 'riskyAgents'.", GapNotEnabled},
		{404, "Request_BadRequest", "Resource not found for the segment 'agentRegistry'.", GapNotEnabled},
		{410, "Gone", "This API has been retired.", GapNotEnabled},
		{404, "Request_ResourceNotFound", "Resource 'x' does not exist or one of its queried reference-property objects are not present.", GapFailed},
		{400, "Request_UnsupportedQuery", "Unsupported query.", GapFailed},
		{400, "riskUserNotFound", "No risky user.", GapFailed},
		{429, "TooManyRequests", "Too many requests from this premium tenant.", GapFailed},
		{503, "serviceNotAvailable", "The feature is not enabled right now.", GapFailed},
		{0, "", "", GapFailed},
	} {
		assert.Equal(t, c.want, GapOfError(c.status, c.code, c.message), "%d %s %s", c.status, c.code, c.message)
	}
}
