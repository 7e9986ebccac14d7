package graph_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/graph"
	"github.com/ztagent/ztagent/internal/graph/graphtest"
	"github.com/ztagent/ztagent/internal/tenant"
)

// loopback is a tenant with its own sign-in service.
func loopback(t *testing.T) (*graphtest.Server, *graphtest.Authority, graph.Cloud) {
	t.Helper()
	s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t)})
	a := graphtest.StartAuthority(t, s)
	c, err := graph.CloudOf("public", graph.Endpoints{Graph: s.URL, ARM: s.URL, Authority: a.URL})
	require.NoError(t, err)
	return s, a, c
}

func TestEveryMethodSignsIn(t *testing.T) {
	_, a, c := loopback(t)
	dir := t.TempDir()
	federated := filepath.Join(dir, "federated")
	require.NoError(t, os.WriteFile(federated, []byte(graphtest.Assertion), 0o600))
	t.Setenv("IDENTITY_ENDPOINT", a.URL+"identity/token")
	t.Setenv("IDENTITY_HEADER", graphtest.IdentityToken)
	t.Setenv("SYSTEM_OIDCREQUESTURI", a.URL+"pipelines/token")
	t.Setenv("AZURE_TENANT_ID", tenantID)
	t.Setenv("AZURE_CLIENT_ID", graphtest.ClientID)
	t.Setenv("AZURE_CLIENT_SECRET", graphtest.Secret)
	base := graph.SignIn{TenantID: tenantID, ClientID: graphtest.ClientID, HTTP: a.Client}
	var prompt string
	for method, complete := range map[string]func(*graph.SignIn){
		"client-secret":      func(s *graph.SignIn) { s.ClientSecret = graphtest.Secret },
		"client-certificate": func(s *graph.SignIn) { s.CertificateFile = certificate(t, dir) },
		"workload-identity":  func(s *graph.SignIn) { s.FederatedTokenFile = federated },
		"github-oidc": func(s *graph.SignIn) {
			s.GitHubRequestURL, s.GitHubRequestToken = a.URL+"github/token?api-version=2.0", graphtest.RequestToken
		},
		"azure-pipelines": func(s *graph.SignIn) {
			s.ServiceConnectionID, s.SystemAccessToken = "connection", graphtest.RequestToken
		},
		"managed-identity": func(s *graph.SignIn) {},
		"environment":      func(s *graph.SignIn) {},
		"default":          func(s *graph.SignIn) {},
		"device-code":      func(s *graph.SignIn) { s.Prompt = func(m string) { prompt = m } },
	} {
		t.Run(method, func(t *testing.T) {
			in := base
			in.Method = method
			complete(&in)
			session, err := in.Open(context.Background(), c)
			require.NoError(t, err)
			claims, err := session.Claims(context.Background())
			require.NoError(t, err)
			assert.Equal(t, tenantID, claims.TenantID)
			assert.Contains(t, claims.Permissions(), "AgentIdentity.Read.All")
		})
	}
	assert.Contains(t, prompt, "ABC123")
}

// certificate writes a self-signed certificate with its key.
func certificate(t *testing.T, dir string) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "auditor"}, NotAfter: time.Now().Add(time.Hour)}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	name := filepath.Join(dir, "auditor.pem")
	text := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...)
	require.NoError(t, os.WriteFile(name, text, 0o600))
	return name
}

func TestSignInErrorsSayWhatToTry(t *testing.T) {
	_, a, c := loopback(t)
	dir := t.TempDir()
	keyOnly := filepath.Join(dir, "key.pem")
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	raw, err := x509.MarshalPKCS8PrivateKey(ec)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(keyOnly, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}), 0o600))
	full := graph.SignIn{TenantID: tenantID, ClientID: graphtest.ClientID, ClientSecret: graphtest.Secret, HTTP: a.Client, Method: "client-secret"}
	for name, c2 := range map[string]struct {
		change func(*graph.SignIn)
		refuse string
		want   string
	}{
		"unknown method":    {func(s *graph.SignIn) { s.Method = "magic" }, "", `there is no method "magic": use one of default, cli, browser`},
		"no client":         {func(s *graph.SignIn) { s.Method, s.ClientID = "browser", "" }, "", "--auth browser needs --client-id"},
		"no client, device": {func(s *graph.SignIn) { s.Method, s.ClientID = "device-code", "" }, "", "the Azure CLI's own client cannot read agents"},
		"no tenant":         {func(s *graph.SignIn) { s.TenantID = "" }, "", "needs --tenant and --client-id"},
		"no secret":         {func(s *graph.SignIn) { s.ClientSecret = "" }, "", "AZURE_CLIENT_SECRET"},
		"no certificate":    {func(s *graph.SignIn) { s.Method = "client-certificate" }, "", "--certificate FILE"},
		"missing file": {
			func(s *graph.SignIn) { s.Method, s.CertificateFile = "client-certificate", filepath.Join(dir, "no") }, "",
			"the certificate cannot be read",
		},
		"not a certificate": {func(s *graph.SignIn) { s.Method, s.CertificateFile = "client-certificate", keyOnly }, "", "is no certificate with its key"},
		"not in actions":    {func(s *graph.SignIn) { s.Method = "github-oidc" }, "", "id-token: write"},
		"not in pipelines":  {func(s *graph.SignIn) { s.Method = "azure-pipelines" }, "", "System.AccessToken"},
		"wrong secret":      {func(s *graph.SignIn) { s.ClientSecret = "wrong" }, "", "the client secret is wrong: use its value, not its id (AADSTS7000215)"},
		"wrong tenant":      {nil, "AADSTS90002: Tenant 'x' not found.", "there is no such tenant: check --tenant"},
		"no consent":        {nil, "AADSTS65001: The user or administrator has not consented", "ztagent permissions -f az"},
		"no match":          {nil, "AADSTS700213: No matching federated identity record found", "compare issuer, subject and audience"},
	} {
		t.Run(name, func(t *testing.T) {
			in := full
			if c2.change != nil {
				c2.change(&in)
			}
			a.Refuse(c2.refuse)
			session, err := in.Open(context.Background(), c)
			if err == nil {
				_, err = session.Claims(context.Background())
			}
			var signIn *graph.SignInError
			require.ErrorAs(t, err, &signIn)
			assert.Contains(t, err.Error(), c2.want)
			assert.NotContains(t, err.Error(), "\n")
			assert.NotContains(t, err.Error(), graphtest.Secret)
			if signIn.Err != nil {
				assert.NotContains(t, signIn.Err.Error(), graphtest.Secret)
			}
		})
	}
}

func TestTokensThatCannotDoAreRefused(t *testing.T) {
	s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t)})
	a := graphtest.StartAuthority(t, s)
	c, err := graph.CloudOf("public", graph.Endpoints{Graph: s.URL, ARM: s.URL, Authority: a.URL})
	require.NoError(t, err)
	const other = "11111111-2222-4333-8444-555555555555"
	for name, in := range map[string]struct {
		token, tenant, want string
	}{
		"another tenant":     {s.TokenFor(other, graphtest.ClientID, "x"), tenantID, "the token is for tenant \"" + other + "\", not for " + tenantID},
		"the Azure CLI":      {s.TokenFor(tenantID, "04B07795-8ddb-461a-bbee-02f9e1bf7b46", "x"), tenantID, "Azure CLI's own client"},
		"access as user":     {s.UserToken("User.Read", "Directory.AccessAsUser.All"), "", "Directory.AccessAsUser.All"},
		"a domain elsewhere": {s.TokenFor(other, graphtest.ClientID, "x"), "contoso.example", "not for " + tenantID},
	} {
		t.Run(name, func(t *testing.T) {
			session, err := graph.SignIn{GraphToken: in.token, TenantID: in.tenant, HTTP: a.Client}.Open(context.Background(), c)
			require.NoError(t, err)
			_, err = graph.Collect(context.Background(), graph.Options{Session: session, Dir: filepath.Join(t.TempDir(), "s")})
			require.ErrorContains(t, err, in.want)
			assert.NotContains(t, err.Error(), in.token)
		})
	}
	assert.Zero(t, s.Count(), "no request was made with such a token")
	_, err = graph.SignIn{ARMToken: "x"}.Open(context.Background(), c)
	assert.ErrorContains(t, err, "ZTAGENT_GRAPH_TOKEN")
}

func TestOpaqueTokensAreLeftToGraph(t *testing.T) {
	s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t), NoAuth: true})
	_, dir := collect(t, s, func(o *graph.Options) {
		o.Session = session(t, s, "opaque-token")
		o.Datasets = []tenant.Dataset{tenant.DatasetAgentUsers}
	})
	assert.Equal(t, 1, open(t, os.DirFS(dir)).AgentUsers.Len())
}

func TestPlainHTTPIsRefusedExceptOnLoopback(t *testing.T) {
	for _, bad := range []graph.Endpoints{
		{Graph: "http://graph.microsoft.com"},
		{ARM: "http://192.0.2.1"},
		{Authority: "http://login.example.net"},
		{Graph: "http://localhost.example.net"},
		{Graph: "http://127.0.0.1.example.net"},
	} {
		_, err := graph.CloudOf("", bad)
		assert.ErrorContains(t, err, "must use https", "%+v", bad)
	}
	for _, bad := range []string{"ftp://x", "graph.microsoft.com", "https://user:pw@x", "https://x?y=z", "://"} {
		_, err := graph.CloudOf("", graph.Endpoints{Graph: bad})
		assert.Error(t, err, bad)
	}
	for _, good := range []string{"http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:2", "https://proxy.example.net/graph/"} {
		_, err := graph.CloudOf("", graph.Endpoints{Graph: good})
		assert.NoError(t, err, good)
	}
	_, err := graph.CloudOf("moon", graph.Endpoints{})
	assert.ErrorContains(t, err, "public, usgov, usgov-dod, china")
}

func TestNationalClouds(t *testing.T) {
	for name, want := range map[string][3]string{
		"public":    {"https://graph.microsoft.com/.default", "https://management.azure.com/.default", "https://login.microsoftonline.com/"},
		"usgov":     {"https://graph.microsoft.us/.default", "https://management.usgovcloudapi.net/.default", "https://login.microsoftonline.us/"},
		"usgov-dod": {"https://dod-graph.microsoft.us/.default", "https://management.usgovcloudapi.net/.default", "https://login.microsoftonline.us/"},
		"china":     {"https://microsoftgraph.chinacloudapi.cn/.default", "https://management.chinacloudapi.cn/.default", "https://login.chinacloudapi.cn/"},
	} {
		c, err := graph.CloudOf(name, graph.Endpoints{})
		require.NoError(t, err)
		assert.Equal(t, want, [3]string{c.GraphScope, c.ARMScope, c.Authority}, name)
	}
	// The audience stays Graph's where requests go through a proxy.
	c, err := graph.CloudOf("usgov", graph.Endpoints{Graph: "https://proxy.example.net"})
	require.NoError(t, err)
	assert.Equal(t, "https://graph.microsoft.us/.default", c.GraphScope)
}

func TestTokensAreRenewedInTheMiddleOfARun(t *testing.T) {
	s, a, c := loopback(t)
	session, err := graph.SignIn{
		Method: "client-secret", TenantID: tenantID, ClientID: graphtest.ClientID,
		ClientSecret: graphtest.Secret, HTTP: a.Client,
	}.Open(context.Background(), c)
	require.NoError(t, err)
	_, err = session.Claims(context.Background())
	require.NoError(t, err)
	revoked := false
	result, err := graph.Collect(context.Background(), graph.Options{
		Session: session, Dir: filepath.Join(t.TempDir(), "s"),
		Clock: graphtest.Clock(now), Progress: func(e graph.Event) {
			if e.Kind == graph.Done && !revoked {
				revoked = true
				s.RevokeAll()
			}
		},
	})
	require.NoError(t, err)
	assert.True(t, revoked)
	assert.Equal(t, 1, result.Missing, "all but the drill records")
	fresh := false
	for _, form := range a.Forms() {
		fresh = fresh || form["claims"] != ""
	}
	assert.True(t, fresh, "a token that the service refused is not taken from the cache again")
}

func TestSignInThatFailsWritesNothing(t *testing.T) {
	_, a, c := loopback(t)
	a.Refuse("AADSTS700016: Application not found")
	session, err := graph.SignIn{
		Method: "client-secret", TenantID: tenantID, ClientID: graphtest.ClientID,
		ClientSecret: graphtest.Secret, HTTP: a.Client,
	}.Open(context.Background(), c)
	require.NoError(t, err)
	dir := filepath.Join(t.TempDir(), "s")
	_, err = graph.Collect(context.Background(), graph.Options{Session: session, Dir: dir})
	var signIn *graph.SignInError
	require.True(t, errors.As(err, &signIn))
	assert.NoDirExists(t, dir)
}
