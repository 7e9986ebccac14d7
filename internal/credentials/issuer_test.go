package credentials

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ztagent/ztagent/internal/tenant"
)

func TestInsecureIssuer(t *testing.T) {
	for _, secure := range []string{
		"https://token.actions.githubusercontent.com",
		"https://oidc.example.net/cluster-a/",
		"HTTPS://gitlab.com",
		"https://gitlab.example.com:8443/x",
		"https://2024.example.com", "https://0xdeadbeef.example", "https://1.2.3.4.nip.example",
	} {
		assert.Empty(t, ParseIssuer(secure).Insecure(), secure)
	}
	for text, why := range map[string]string{
		"http://oidc.example.net":           "is not https",
		"ftp://oidc.example.net":            "is not https",
		"":                                  "is not a well-formed https URL",
		"oidc.example.net":                  "is not a well-formed https URL",
		"https:oidc.example.net":            "is not a well-formed https URL",
		"https:///path":                     "is not a well-formed https URL",
		" https://oidc.example.net":         "is not a well-formed https URL",
		"https://oidc.example.net\n":        "is not a well-formed https URL",
		"https://gitlab.com\\@evil.example": "is not a well-formed https URL",
		"https://%31%32%37.0.0.1/":          "is not a well-formed https URL",
		"https://gitlab.com@evil":           "has credentials in it",
		"https://user:pass@oidc.example":    "has credentials in it",
		"https://@oidc.example":             "has credentials in it",
		"https://203.0.113.7":               "is an IP address",
		"https://203.0.113.7:8443/a":        "is an IP address",
		"https://203.0.113.7./":             "is an IP address",
		"https://127.1":                     "is an IP address",
		"https://2130706433":                "is an IP address",
		"https://0x7f000001":                "is an IP address",
		"https://0X7F.1":                    "is an IP address",
		"https://0177.0.0.01":               "is an IP address",
		"https://256.256.256.256":           "is an IP address",
		"https://[2001:db8::1]/x":           "is an IP address",
		"https://[::ffff:203.0.113.7]":      "is an IP address",
		"https://[fe80::1%25eth0]":          "is an IP address",
		"https://１２７.0.0.１":                 "is an IP address",
		"https://127。0。0。1":                 "is an IP address",
	} {
		assert.Equal(t, why, ParseIssuer(text).Insecure(), text)
	}
}

func TestApprovedIssuers(t *testing.T) {
	list := ApproveIssuers([]string{
		"https://*.oic.prod-aks.azure.com/*/*/", "https://token.actions.githubusercontent.com",
		"https://oidc.eks.*.amazonaws.com/id/*", "https://ghe.example.com/_services/token",
		"https://gitlab.com$", "http://plain.example", "nonsense", "https://u@x.example",
	})
	for issuer, want := range map[string]bool{
		"https://westeurope.oic.prod-aks.azure.com/11111111/22222222/": true,
		"https://westeurope.oic.prod-aks.azure.com/11111111/22222222":  true,
		"https://westeurope.oic.prod-aks.azure.com/11111111":           false,
		"https://a.b.oic.prod-aks.azure.com/1/2/":                      false,
		"https://oic.prod-aks.azure.com/1/2/":                          false,
		"https://.oic.prod-aks.azure.com/1/2/":                         false,
		"https://westeurope.oic.prod-aks.azure.com.evil.example/1/2/":  false,
		"https://token.actions.githubusercontent.com":                  true,
		"https://TOKEN.actions.githubusercontent.com/":                 true,
		"https://token.actions.githubusercontent.com/contoso":          true,
		"https://token.actions.githubusercontent.com.evil.example":     false,
		"https://token.actions.githubusercontent.com:8443":             false,
		"https://evil.example/token.actions.githubusercontent.com":     false,
		"https://gitlab.com":                                  true,
		"https://gitlab.com/":                                 true,
		"https://gitlab.com/evil/project/-/raw/main":          false,
		"https://gitlab.com@evil":                             false,
		"https://gitlab.com?x=1":                              false,
		"https://gitlab.com#x":                                false,
		"https://gitlab.com.":                                 false,
		"https://gitlab.com/../x":                             false,
		"https://gitlab.com/%2E%2e/x":                         false,
		"http://gitlab.com":                                   false,
		"http://plain.example":                                false,
		"https://x.example":                                   false,
		"https://ghe.example.com/_services/token":             true,
		"https://ghe.example.com/_services/tokens":            false,
		"https://ghe.example.com/":                            false,
		"https://oidc.eks.eu-west-1.amazonaws.com/id/ABCD":    true,
		"https://oidc.eks.eu-west-1.amazonaws.com/other/ABCD": false,
	} {
		assert.Equal(t, want, list.Approves(ParseIssuer(issuer)), issuer)
	}
}

func TestEntraIssuer(t *testing.T) {
	own := tenant.ParseID("0f1e2d3c-4b5a-4968-8776-655443321100")
	const other = "9188040d-6c67-4c5b-b112-36a304b66dad"
	for issuer, want := range map[string]EntraIssuer{
		"https://login.microsoftonline.com/0f1e2d3c-4b5a-4968-8776-655443321100/v2.0": EntraOwn,
		"https://login.microsoftonline.com/0F1E2D3C-4b5a-4968-8776-655443321100/":     EntraOwn,
		"https://sts.windows.net/0f1e2d3c-4b5a-4968-8776-655443321100/":               EntraOwn,
		"https://login.microsoftonline.com/" + other + "/v2.0":                        EntraForeign,
		"https://login.microsoftonline.com./" + other + "/v2.0":                       EntraForeign,
		"https://LOGIN.microsoftonline.com/" + other:                                  EntraForeign,
		"https://sts.windows.net/" + other + "/":                                      EntraForeign,
		"https://login.microsoftonline.us/" + other + "/v2.0":                         EntraForeign,
		"https://contoso.ciamlogin.com/" + other + "/v2.0":                            EntraForeign,
		"https://contoso.b2clogin.com/tfp/" + other + "/b2c_1_x/v2.0/":                EntraForeign,
		"https://login.microsoftonline.com/common/v2.0":                               EntraForeign,
		"https://login.microsoftonline.com/contoso.onmicrosoft.com/v2.0":              EntraUnclear,
		"https://login.microsoftonline.com/":                                          EntraUnclear,
		"https://login.microsoftonline.com.evil.example/" + other:                     NotEntra,
		"https://gitlab.com": NotEntra,
		"":                   NotEntra,
	} {
		assert.Equal(t, want, ParseIssuer(issuer).Entra(own), issuer)
	}
	foreign := ParseIssuer("https://login.microsoftonline.com/" + other + "/v2.0")
	assert.Equal(t, EntraUnclear, foreign.Entra(tenant.ID{}), "without this tenant's id nothing can be compared")
}

func TestTenantIssuer(t *testing.T) {
	own := tenant.ParseID("0f1e2d3c-4b5a-4968-8776-655443321100")
	const id = "0f1e2d3c-4b5a-4968-8776-655443321100"
	for _, c := range []struct {
		issuer, cloud string
		want          bool
	}{
		{"https://login.microsoftonline.com/" + id + "/v2.0", "public", true},
		{"https://login.microsoftonline.com/" + id + "/v2.0", "", true},
		{"https://login.microsoftonline.com/" + id + "/v2.0", "china", false},
		{"https://login.microsoftonline.com/" + id, "public", false},
		{"https://login.microsoftonline.com/" + id + "/v2.0/x", "public", false},
		{"https://login.microsoftonline.com:444/" + id + "/v2.0", "public", false},
		{"http://login.microsoftonline.com/" + id + "/v2.0", "public", false},
		{"https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", "public", false},
		{"https://sts.windows.net/" + id + "/", "public", true},
		{"https://sts.windows.net/" + id + "/", "usgov", true},
		{"https://login.microsoftonline.us/" + id + "/v2.0", "usgov-dod", true},
		{"https://login.partner.microsoftonline.cn/" + id + "/v2.0", "china", true},
		{"https://sts.chinacloudapi.cn/" + id + "/", "china", true},
		{"https://sts.chinacloudapi.cn/" + id + "/", "public", false},
		{"https://contoso.ciamlogin.com/" + id + "/v2.0", "public", false},
	} {
		assert.Equal(t, c.want, ParseIssuer(c.issuer).IsTenantIssuer(own, c.cloud), "%s in %q", c.issuer, c.cloud)
	}
}

func TestIsLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LOCALHOST": true, "127.0.0.1": true, "127.8.9.10": true, "::1": true,
		"::ffff:127.0.0.1": true, "localhost.evil.example": false, "127.0.0.1.evil.example": false,
		"10.0.0.1": false, "example.com": false, "": false, "0.0.0.0": false,
	} {
		assert.Equal(t, want, IsLoopback(host), host)
	}
}
