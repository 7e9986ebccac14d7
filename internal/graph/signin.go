package graph

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/go-json-experiment/json"
)

// SignIn says how to sign in. Values that come from the environment are read by
// the caller; azidentity reads its own AZURE_* variables where a method is
// defined by them (environment, workload-identity, managed-identity, default).
type SignIn struct {
	Method   string // --auth; "" is default
	TenantID string // --tenant: an id or a domain
	ClientID string

	ClientSecret        string
	CertificateFile     string
	CertificatePassword string
	FederatedTokenFile  string // workload-identity; "" lets azidentity look

	// GitHub Actions: ACTIONS_ID_TOKEN_REQUEST_URL and …_TOKEN.
	GitHubRequestURL   string
	GitHubRequestToken string
	// Azure Pipelines: the service connection and $(System.AccessToken).
	ServiceConnectionID string
	SystemAccessToken   string

	// GraphToken and ARMToken are ready-made tokens; they win over Method.
	GraphToken string
	ARMToken   string

	// Prompt shows the device code; nil discards it.
	Prompt func(message string)
	// HTTP has the transport of token requests; nil is the default one.
	HTTP *http.Client
}

// Methods are the values of --auth.
func Methods() []string {
	return []string{
		"default", "cli", "browser", "device-code", "workload-identity", "github-oidc", "managed-identity",
		"client-secret", "client-certificate", "azure-pipelines", "environment",
	}
}

// Session is a sign-in to one tenant of one cloud.
type Session struct {
	Cloud    Cloud
	TenantID string // as asked for; "" if any
	graph    *guarded
	arm      *guarded // nil: no token for Azure
}

// Open prepares a sign-in. No token is asked for yet.
func (s SignIn) Open(ctx context.Context, c Cloud) (*Session, error) {
	session := &Session{Cloud: c, TenantID: s.TenantID}
	if s.TenantID != "" && !isGUID(s.TenantID) && s.comesFromElsewhere() {
		id, err := s.resolveTenant(ctx, c)
		if err != nil {
			return nil, err
		}
		session.TenantID = id
	}
	checkGraph := func(claims Claims) error { return claims.checkGraph(session.TenantID) }
	checkARM := func(claims Claims) error { return claims.checkTenant(session.TenantID) }
	if s.GraphToken != "" || s.ARMToken != "" {
		return s.openReady(session, checkGraph, checkARM)
	}
	credential, err := s.credential(c)
	if err != nil {
		return nil, err
	}
	session.graph = &guarded{inner: credential, check: checkGraph}
	session.arm = &guarded{inner: credential, check: checkARM}
	return session, nil
}

func (s SignIn) openReady(session *Session, checkGraph, checkARM func(Claims) error) (*Session, error) {
	if s.GraphToken == "" {
		return nil, &SignInError{Hint: "ZTAGENT_ARM_TOKEN is set, but not ZTAGENT_GRAPH_TOKEN"}
	}
	session.graph = &guarded{inner: ready{strings.TrimSpace(s.GraphToken)}, check: checkGraph}
	if s.ARMToken != "" {
		session.arm = &guarded{inner: ready{strings.TrimSpace(s.ARMToken)}, check: checkARM}
	}
	return session, nil
}

// comesFromElsewhere reports whether the token's tenant is not ours to choose.
func (s SignIn) comesFromElsewhere() bool {
	return s.GraphToken != "" || slices.Contains([]string{"", "default", "cli", "managed-identity", "environment"}, s.Method)
}

// Claims signs in to Graph and returns what the token says.
func (s *Session) Claims(ctx context.Context) (Claims, error) {
	if _, err := s.graph.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{s.Cloud.GraphScope}, EnableCAE: true}); err != nil {
		return Claims{}, err
	}
	return s.graph.held(), nil
}

func (s SignIn) clientOptions(c Cloud) policy.ClientOptions {
	return policy.ClientOptions{Cloud: c.configuration(), Transport: s.client()}
}

// client sends token requests. Secrets and assertions stand in them, so that no
// redirect is followed, as the SDK's own client would.
func (s SignIn) client() *http.Client {
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if s.HTTP != nil {
		client.Transport = s.HTTP.Transport
	}
	return client
}

// credential makes the credential of the method.
func (s SignIn) credential(c Cloud) (azcore.TokenCredential, error) {
	made, err := s.construct(c)
	if err != nil {
		return nil, explain(err)
	}
	return made, nil
}

func (s SignIn) construct(c Cloud) (azcore.TokenCredential, error) {
	client := s.clientOptions(c)
	switch s.Method {
	case "", "default":
		if s.inGitHubActions() {
			s.Method = "github-oidc"
			return s.confidential(c, client)
		}
		return azidentity.NewDefaultAzureCredential(&azidentity.DefaultAzureCredentialOptions{
			ClientOptions: client, TenantID: s.TenantID, DisableInstanceDiscovery: c.custom,
		})
	case "cli":
		return azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{TenantID: s.TenantID})
	case "environment":
		return azidentity.NewEnvironmentCredential(&azidentity.EnvironmentCredentialOptions{
			ClientOptions: client, DisableInstanceDiscovery: c.custom,
		})
	case "managed-identity":
		o := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: client}
		if s.ClientID != "" {
			o.ID = azidentity.ClientID(s.ClientID)
		}
		return azidentity.NewManagedIdentityCredential(o)
	case "workload-identity":
		return azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
			ClientOptions: client, ClientID: s.ClientID, TenantID: s.TenantID,
			TokenFilePath: s.FederatedTokenFile, DisableInstanceDiscovery: c.custom,
		})
	case "browser", "device-code":
		return s.interactive(c, client)
	case "client-secret", "client-certificate", "github-oidc", "azure-pipelines":
		return s.confidential(c, client)
	}
	return nil, &SignInError{Hint: fmt.Sprintf("there is no method %q: use one of %s", s.Method, strings.Join(Methods(), ", "))}
}

// inGitHubActions reports a job that may ask for its own token and has nothing
// else to sign in with: azidentity's default does not know GitHub's.
func (s SignIn) inGitHubActions() bool {
	return s.GitHubRequestURL != "" && s.GitHubRequestToken != "" && s.TenantID != "" && s.ClientID != "" &&
		s.ClientSecret == "" && s.CertificateFile == "" && s.FederatedTokenFile == ""
}

// interactive signs a user in. It takes a client of one's own, because the
// library's default is the Azure CLI's, whose tokens cannot read agents.
func (s SignIn) interactive(c Cloud, client policy.ClientOptions) (azcore.TokenCredential, error) {
	if s.ClientID == "" {
		return nil, &SignInError{Hint: "--auth " + s.Method + " needs --client-id, an app registration of yours with the read scopes of " +
			"`ztagent permissions` consented: the Azure CLI's own client cannot read agents or Conditional Access"}
	}
	if s.Method == "browser" {
		return azidentity.NewInteractiveBrowserCredential(&azidentity.InteractiveBrowserCredentialOptions{
			ClientOptions: client, ClientID: s.ClientID, TenantID: s.TenantID, DisableInstanceDiscovery: c.custom,
		})
	}
	prompt := s.Prompt
	return azidentity.NewDeviceCodeCredential(&azidentity.DeviceCodeCredentialOptions{
		ClientOptions: client, ClientID: s.ClientID, TenantID: s.TenantID, DisableInstanceDiscovery: c.custom,
		UserPrompt: func(_ context.Context, m azidentity.DeviceCodeMessage) error {
			if prompt != nil {
				prompt(m.Message)
			}
			return nil
		},
	})
}

// confidential signs an app in.
func (s SignIn) confidential(c Cloud, client policy.ClientOptions) (azcore.TokenCredential, error) {
	if s.TenantID == "" || s.ClientID == "" {
		return nil, &SignInError{Hint: "--auth " + s.Method + " needs --tenant and --client-id"}
	}
	switch s.Method {
	case "client-secret":
		if s.ClientSecret == "" {
			return nil, &SignInError{Hint: "--auth client-secret needs the secret in AZURE_CLIENT_SECRET"}
		}
		return azidentity.NewClientSecretCredential(s.TenantID, s.ClientID, s.ClientSecret,
			&azidentity.ClientSecretCredentialOptions{ClientOptions: client, DisableInstanceDiscovery: c.custom})
	case "client-certificate":
		return s.certificate(c, client)
	case "github-oidc":
		if s.GitHubRequestURL == "" || s.GitHubRequestToken == "" {
			return nil, &SignInError{Hint: "--auth github-oidc works in a GitHub Actions job with `permissions: id-token: write`"}
		}
		return azidentity.NewClientAssertionCredential(s.TenantID, s.ClientID, s.githubAssertion(c),
			&azidentity.ClientAssertionCredentialOptions{ClientOptions: client, DisableInstanceDiscovery: c.custom})
	}
	if s.ServiceConnectionID == "" || s.SystemAccessToken == "" {
		return nil, &SignInError{Hint: "--auth azure-pipelines needs the service connection's id in AZURESUBSCRIPTION_SERVICE_CONNECTION_ID " +
			"and $(System.AccessToken) in SYSTEM_ACCESSTOKEN"}
	}
	return azidentity.NewAzurePipelinesCredential(s.TenantID, s.ClientID, s.ServiceConnectionID, s.SystemAccessToken,
		&azidentity.AzurePipelinesCredentialOptions{ClientOptions: client, DisableInstanceDiscovery: c.custom})
}

func (s SignIn) certificate(c Cloud, client policy.ClientOptions) (azcore.TokenCredential, error) {
	if s.CertificateFile == "" {
		return nil, &SignInError{Hint: "--auth client-certificate needs --certificate FILE, with its key (PEM or PKCS#12)"}
	}
	data, err := os.ReadFile(s.CertificateFile)
	if err != nil {
		return nil, &SignInError{Hint: "the certificate cannot be read: " + err.Error(), Err: err}
	}
	var password []byte
	if s.CertificatePassword != "" {
		password = []byte(s.CertificatePassword)
	}
	certificates, key, err := azidentity.ParseCertificates(data, password)
	if err != nil {
		return nil, &SignInError{Hint: s.CertificateFile + " is no certificate with its key in PEM or PKCS#12 form, or needs its password", Err: err}
	}
	return azidentity.NewClientCertificateCredential(s.TenantID, s.ClientID, certificates, key,
		&azidentity.ClientCertificateCredentialOptions{ClientOptions: client, DisableInstanceDiscovery: c.custom})
}

// githubAssertion asks GitHub for the job's token each time, for it lives five
// minutes only. The request token goes to the URL that the job was given.
func (s SignIn) githubAssertion(c Cloud) func(context.Context) (string, error) {
	s = SignIn{GitHubRequestURL: s.GitHubRequestURL, GitHubRequestToken: s.GitHubRequestToken, HTTP: s.HTTP} // all that is kept
	audience := "api://AzureADTokenExchange"
	switch c.Name {
	case "usgov", "usgov-dod":
		audience += "USGov"
	case "china":
		audience += "China"
	}
	return func(ctx context.Context) (string, error) {
		root, query, _ := strings.Cut(s.GitHubRequestURL, "?")
		if _, err := endpoint(root); err != nil {
			return "", fmt.Errorf("ACTIONS_ID_TOKEN_REQUEST_URL %w", err)
		}
		u := root + "?" + strings.TrimPrefix(query+"&audience="+url.QueryEscape(audience), "&")
		var answer struct {
			Value string `json:"value"`
		}
		if err := s.fetch(ctx, u, s.GitHubRequestToken, &answer); err != nil {
			return "", fmt.Errorf("asking GitHub for the job's token: %w", err)
		}
		if answer.Value == "" {
			return "", fmt.Errorf("asking GitHub for the job's token: the answer has none")
		}
		return answer.Value, nil
	}
}

// resolveTenant asks the authority which tenant a domain belongs to, so that a
// token from elsewhere can be compared with it.
func (s SignIn) resolveTenant(ctx context.Context, c Cloud) (string, error) {
	var answer struct {
		Issuer string `json:"issuer"`
	}
	u := strings.TrimRight(c.Authority, "/") + "/" + url.PathEscape(s.TenantID) + "/v2.0/.well-known/openid-configuration"
	err := s.fetch(ctx, u, "", &answer)
	if err == nil {
		for part := range strings.SplitSeq(answer.Issuer, "/") {
			if isGUID(part) {
				return part, nil
			}
		}
		err = fmt.Errorf("the answer names no tenant")
	}
	return "", &SignInError{Hint: fmt.Sprintf("which tenant %.100q is could not be found out: give --tenant its id", s.TenantID), Err: err}
}

// fetch reads a small JSON object.
func (s SignIn) fetch(ctx context.Context, u, bearer string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u, nil)
	if err != nil {
		return err
	}
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	res, err := s.client().Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the answer was %s", res.Status)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return err
	}
	return json.Unmarshal(body, into)
}
