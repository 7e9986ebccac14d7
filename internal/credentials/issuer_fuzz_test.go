package credentials

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// FuzzIssuer holds that no issuer is approved, or taken for the tenant's own,
// that could be impersonated.
func FuzzIssuer(f *testing.F) {
	approved := audit.DefaultConfig().ApprovedIssuers
	for _, seed := range append([]string{
		"", "x", "https://token.actions.githubusercontent.com", "https://token.actions.githubusercontent.com.evil.example",
		"https://gitlab.com@evil.example", "https://GITLAB.com:443/x?y#z", "https://[::1]/", "https://2130706433/",
		"https://login.microsoftonline.com/aaaabbbb-0000-1111-2222-ccccdddd0000/v2.0", "https://login.microsoftonline.com/common/v2.0",
		"https://oidc.eks.us-east-1.amazonaws.com/id/../x", "https://a%2eb/", "https://gitlab.com\\evil",
	}, approved...) {
		f.Add(seed)
	}
	list := ApproveIssuers(approved)
	here := tenant.ParseID("aaaabbbb-0000-1111-2222-ccccdddd0000")
	f.Fuzz(func(t *testing.T, text string) {
		issuer := ParseIssuer(text)
		if list.Approves(issuer) || issuer.IsTenantIssuer(here, "public") {
			assert.Empty(t, issuer.Insecure(), text)
			assert.False(t, issuer.hasMore, text)
		}
		if issuer.IsTenantIssuer(here, "public") {
			assert.NotEqual(t, EntraForeign, issuer.Entra(here), text)
		}
	})
}
