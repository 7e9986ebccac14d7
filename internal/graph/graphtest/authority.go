package graphtest

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
)

// Authority is a sign-in service over TLS on loopback: enough of Entra's token
// endpoint for azidentity's real credentials, with the endpoints from which
// pipelines and Azure hosts get their assertions beside it.
type Authority struct {
	URL string // https://127.0.0.1:port/
	// CA is the PEM certificate to trust, as SSL_CERT_FILE or in a pool.
	CA []byte
	// Client trusts the CA.
	Client *http.Client

	graph *Server
	roles []string
	http  *httptest.Server

	mu sync.Mutex
	// refuse is an AADSTS code and text that every token request gets.
	refuse string
	// tenantID replaces the tenant of the tokens.
	tenantID, clientID string
	forms              []map[string]string
	pending            int
}

// What the authority accepts.
const (
	Secret        = "correct-horse-battery-staple"
	Assertion     = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJqb2IifQ.eA" // the job's token
	RequestToken  = "actions-request-token"
	IdentityToken = "identity-header"
)

// StartAuthority starts a sign-in service that ends with the test; graph accepts
// its tokens, which hold roles, or every role when none is named.
func StartAuthority(t TB, graph *Server, roles ...string) *Authority {
	t.Helper()
	a := NewAuthority(graph, roles...)
	t.Cleanup(a.Close)
	return a
}

// NewAuthority is StartAuthority without a test; Close ends it.
func NewAuthority(graph *Server, roles ...string) *Authority {
	a := &Authority{graph: graph, roles: roles}
	a.http = httptest.NewTLSServer(http.HandlerFunc(a.serve))
	a.URL, a.Client = a.http.URL+"/", a.http.Client()
	a.CA = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.http.Certificate().Raw})
	return a
}

// Close ends the service.
func (a *Authority) Close() { a.http.Close() }

// Refuse makes every token request fail with text, such as "AADSTS90002: …".
func (a *Authority) Refuse(text string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.refuse = text
}

// IssueFor makes tokens name another tenant or client.
func (a *Authority) IssueFor(tenantID, clientID string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tenantID, a.clientID = tenantID, clientID
}

// Forms returns the token requests so far.
func (a *Authority) Forms() []map[string]string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]map[string]string(nil), a.forms...)
}

func (a *Authority) serve(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case strings.HasSuffix(path, "/.well-known/openid-configuration"):
		a.discovery(w, r)
	case strings.HasSuffix(path, "/oauth2/v2.0/token"):
		a.token(w, r)
	case strings.HasSuffix(path, "/oauth2/v2.0/devicecode"):
		answerJSON(w, 200, map[string]any{
			"user_code": "ABC123", "device_code": "device", "verification_uri": a.URL + "device",
			"expires_in": 900, "interval": 1, "message": "Enter the code ABC123 at " + a.URL + "device",
		})
	case path == "/github/token":
		a.assertion(w, r, RequestToken, "value")
	case path == "/pipelines/token":
		a.assertion(w, r, RequestToken, "oidcToken")
	case path == "/identity/token":
		a.managedIdentity(w, r)
	default:
		answerJSON(w, 404, map[string]any{"error": "not_found", "error_description": path})
	}
}

func answerJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.MarshalWrite(w, v, json.Deterministic(true)); err != nil {
		return // the client is gone
	}
}

func (a *Authority) discovery(w http.ResponseWriter, r *http.Request) {
	root := a.URL + strings.Split(r.URL.Path, "/")[1]
	answerJSON(w, 200, map[string]any{
		"issuer":                        a.URL + a.graph.Tenant() + "/v2.0",
		"authorization_endpoint":        root + "/oauth2/v2.0/authorize",
		"token_endpoint":                root + "/oauth2/v2.0/token",
		"device_authorization_endpoint": root + "/oauth2/v2.0/devicecode",
	})
}

func (a *Authority) token(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		answerJSON(w, 400, map[string]any{"error": "invalid_request"})
		return
	}
	form := map[string]string{}
	for name := range r.PostForm {
		form[name] = r.PostForm.Get(name)
	}
	a.mu.Lock()
	a.forms = append(a.forms, form)
	refuse := a.refuse
	a.mu.Unlock()
	switch {
	case refuse != "":
		answerJSON(w, 401, map[string]any{"error": "invalid_client", "error_description": refuse, "error_codes": []int{1}})
	case form["grant_type"] == "client_credentials" && form["client_secret"] == Secret,
		form["grant_type"] == "client_credentials" && form["client_assertion"] != "" && form["client_assertion_type"] != "":
		a.issueToApp(w)
	case form["grant_type"] == "refresh_token":
		a.issue(w)
	case form["grant_type"] == "device_code" || strings.HasSuffix(form["grant_type"], ":device_code"):
		a.deviceCode(w)
	default:
		answerJSON(w, 401, map[string]any{
			"error":             "invalid_client",
			"error_description": "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value.",
		})
	}
}

// deviceCode lets the user take one poll to sign in.
func (a *Authority) deviceCode(w http.ResponseWriter) {
	a.mu.Lock()
	a.pending++
	first := a.pending == 1
	a.mu.Unlock()
	if first {
		answerJSON(w, 400, map[string]any{"error": "authorization_pending", "error_description": "AADSTS70016: pending"})
		return
	}
	a.issue(w)
}

// issueToApp answers as for an app, which has no account: with one, the library
// would not find the token in its cache and ask for another before every request.
func (a *Authority) issueToApp(w http.ResponseWriter) {
	answerJSON(w, 200, map[string]any{"token_type": "Bearer", "expires_in": 3600, "ext_expires_in": 3600, "access_token": a.mint()})
}

func (a *Authority) issue(w http.ResponseWriter) {
	answerJSON(w, 200, map[string]any{
		"token_type": "Bearer", "expires_in": 3600, "ext_expires_in": 3600, "access_token": a.mint(),
		"refresh_token": "refresh", "client_info": "eyJ1aWQiOiJ1IiwidXRpZCI6InQifQ",
		"id_token": encodeToken(claims{TenantID: a.graph.Tenant(), Audience: ClientID}),
	})
}

func (a *Authority) mint() string {
	a.mu.Lock()
	tenantID, clientID := a.tenantID, a.clientID
	a.mu.Unlock()
	roles := a.roles
	if len(roles) == 0 {
		roles = EveryRole()
	}
	return a.graph.TokenFor(tenantID, clientID, roles...)
}

// assertion gives a pipeline job its token.
func (a *Authority) assertion(w http.ResponseWriter, r *http.Request, bearer, member string) {
	if r.Header.Get("Authorization") != "Bearer "+bearer {
		answerJSON(w, 401, map[string]any{"message": "unauthorized"})
		return
	}
	answerJSON(w, 200, map[string]any{member: Assertion})
}

// managedIdentity answers as App Service does.
func (a *Authority) managedIdentity(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-IDENTITY-HEADER") != IdentityToken {
		answerJSON(w, 401, map[string]any{"message": "unauthorized"})
		return
	}
	answerJSON(w, 200, map[string]any{"access_token": a.mint(), "expires_on": fmt.Sprint(4102444800), "resource": r.URL.Query().Get("resource"), "token_type": "Bearer"})
}
