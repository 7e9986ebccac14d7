package credentials

import (
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// EntraIssuer tells whether an issuer is Microsoft Entra, and whose.
type EntraIssuer uint8

// An issuer of Entra whose tenant is not named by its id, or cannot be compared
// for want of this tenant's id, is EntraUnclear.
const (
	NotEntra EntraIssuer = iota
	EntraOwn
	EntraForeign
	EntraUnclear
)

// Entra tells whether the issuer is Microsoft Entra, and whose.
func (i Issuer) Entra(own tenant.ID) EntraIssuer {
	if !isEntraHost(strings.TrimSuffix(i.host, ".")) {
		return NotEntra
	}
	switch name := strings.ToLower(i.entraTenant()); {
	case name == "common" || name == "organizations" || name == "consumers":
		return EntraForeign // any tenant, or Microsoft accounts
	case !tenant.ParseID(name).IsGUID() || own.IsZero():
		return EntraUnclear
	case tenant.ParseID(name) != own:
		return EntraForeign
	}
	return EntraOwn
}

// entraTenant is the segment that names the tenant; Azure AD B2C may put "tfp"
// before it.
func (i Issuer) entraTenant() string {
	for _, s := range i.segments {
		if s != "tfp" {
			return s
		}
	}
	return ""
}

// IsTenantIssuer reports whether this is exactly the issuer of tokens that the
// tenant itself issues in its cloud, as its managed identities present them. An
// unstated cloud may be any.
func (i Issuer) IsTenantIssuer(own tenant.ID, cloud string) bool {
	if i.Insecure() != "" || i.port != "" || i.hasMore || i.Entra(own) != EntraOwn {
		return false
	}
	for _, e := range tokenIssuers() {
		if i.host == e.host && slices.Equal(i.segments[1:], e.version) &&
			(cloud == "" || slices.Contains(e.clouds, cloud)) {
			return true
		}
	}
	return false
}

// tokenIssuer is the host of a tenant's issuer, what follows the tenant id in
// it, and the clouds whose tokens have it.
type tokenIssuer struct {
	host    string
	version []string
	clouds  []string
}

func tokenIssuers() []tokenIssuer {
	v2 := []string{"v2.0"}
	return []tokenIssuer{
		{"login.microsoftonline.com", v2, []string{"public"}},
		{"sts.windows.net", nil, []string{"public", "usgov", "usgov-dod"}},
		{"login.microsoftonline.us", v2, []string{"usgov", "usgov-dod"}},
		{"login.partner.microsoftonline.cn", v2, []string{"china"}},
		{"login.chinacloudapi.cn", v2, []string{"china"}},
		{"sts.chinacloudapi.cn", nil, []string{"china"}},
	}
}

func isEntraHost(host string) bool {
	for _, e := range tokenIssuers() {
		if host == e.host {
			return true
		}
	}
	switch host {
	case "login.windows.net", "login.microsoft.com", "login-us.microsoftonline.com":
		return true
	}
	// External ID and B2C tenants have a host of their own.
	return strings.HasSuffix(host, ".ciamlogin.com") || strings.HasSuffix(host, ".b2clogin.com")
}
