package graph

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/go-json-experiment/json"
)

// azureCLI is the client id of the Azure CLI, azd's and Azure PowerShell's
// default for interactive sign-in.
const azureCLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"

// Claims are what an access token says of itself. A token is opaque to its
// client: claims serve to explain and to warn, and Graph has the last word.
type Claims struct {
	TenantID string   `json:"tid"`
	AppID    string   `json:"appid"`
	Party    string   `json:"azp"`
	AppName  string   `json:"app_displayname"`
	Scopes   string   `json:"scp"`
	Roles    []string `json:"roles"`
	Expires  int64    `json:"exp"`
	// Known is false for a token that is not a JWT.
	Known bool `json:"-"`
}

// Permissions are the names of the permissions in the token.
func (c Claims) Permissions() []string { return append(strings.Fields(c.Scopes), c.Roles...) }

// Delegated reports whether a user stands behind the token.
func (c Claims) Delegated() bool { return c.Scopes != "" }

// ParseClaims reads a token's claims without verifying them.
func ParseClaims(token string) Claims {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return Claims{}
	}
	body, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return Claims{}
	}
	var c Claims
	if err := json.Unmarshal(body, &c); err != nil {
		return Claims{}
	}
	c.Known = true
	return c
}

// checkGraph refuses a token that cannot do, in a sentence.
func (c Claims) checkGraph(tenantID string) error {
	if err := c.checkTenant(tenantID); err != nil || !c.Known {
		return err
	}
	switch {
	case strings.EqualFold(c.AppID, azureCLI) || strings.EqualFold(c.Party, azureCLI):
		return &SignInError{Hint: "this token was made for the Azure CLI's own client, which can read neither agents nor Conditional Access: " +
			"sign in with an app of your own (--auth browser --client-id ID)"}
	case slices.Contains(c.Permissions(), "Directory.AccessAsUser.All"):
		return &SignInError{Hint: "this token carries Directory.AccessAsUser.All, and Graph then ignores every permission about agents: " +
			"sign in with an app that was not given it"}
	}
	return nil
}

// checkTenant refuses a token of another tenant; a tenant given as a domain
// cannot be compared.
func (c Claims) checkTenant(tenantID string) error {
	if tenantID == "" || !c.Known || !isGUID(tenantID) || strings.EqualFold(c.TenantID, tenantID) {
		return nil
	}
	return &SignInError{Hint: fmt.Sprintf("the token is for tenant %.40q, not for %s: sign in to that tenant, or change --tenant", c.TenantID, tenantID)}
}

func isGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range s {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && !strings.ContainsRune("0123456789abcdefABCDEF", c) {
			return false
		}
	}
	return true
}

// SignInError is a failed sign-in: Hint is one line on what to try, Err the
// whole story for -v.
type SignInError struct {
	Hint string
	Err  error
}

func (e *SignInError) Error() string { return "cannot sign in: " + e.Hint }

// Unwrap returns what the identity library said.
func (e *SignInError) Unwrap() error { return e.Err }

// ready is a ready-made token.
type ready struct{ token string }

// GetToken implements azcore.TokenCredential.
func (r ready) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	c := ParseClaims(r.token)
	expires := time.Now().Add(time.Hour) // of an opaque token only Graph knows
	if c.Known && c.Expires > 0 {
		expires = time.Unix(c.Expires, 0)
	}
	if time.Until(expires) < 0 {
		return azcore.AccessToken{}, &SignInError{Hint: "the ready-made token has expired: make a new one"}
	}
	return azcore.AccessToken{Token: r.token, ExpiresOn: expires}, nil
}

// guarded checks every token that a credential makes, and remembers its claims.
type guarded struct {
	inner azcore.TokenCredential
	check func(Claims) error

	mu      sync.Mutex
	last    string
	all     []string // every token so far: an answer may come after a renewal
	claims  Claims
	verdict error
	stale   bool // the service refused the last token
}

// GetToken implements azcore.TokenCredential.
func (g *guarded) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	g.mu.Lock()
	if g.stale && o.Claims == "" {
		// Asking for claims is the one way past the library's cache.
		o.Claims = fmt.Sprintf(`{"access_token":{"nbf":{"essential":true,"value":"%d"}}}`, time.Now().Unix())
	}
	g.mu.Unlock()
	token, err := g.inner.GetToken(ctx, o)
	if err != nil {
		return token, explain(err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if token.Token != g.last {
		g.last, g.claims = token.Token, ParseClaims(token.Token)
		g.all = append(g.all, token.Token)
		g.verdict, g.stale = g.check(g.claims), false
	}
	if g.verdict != nil {
		return azcore.AccessToken{}, g.verdict
	}
	return token, nil
}

// renew makes the next token a fresh one, where the credential can.
func (g *guarded) renew() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.stale = true
}

// held returns the claims of the last token.
func (g *guarded) held() Claims {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.claims
}

// scrub replaces every token in a text.
func (g *guarded) scrub(s string) string {
	if g == nil {
		return s
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, token := range g.all {
		if token != "" {
			s = strings.ReplaceAll(s, token, "(token)")
		}
	}
	return s
}

// echoed reports whether an answer holds a token, as it is or spelt with JSON's
// escapes.
func (g *guarded) echoed(body []byte) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	var plain []byte
	if bytes.IndexByte(body, '\\') >= 0 {
		plain = withoutEscapes(body)
	}
	for _, token := range g.all {
		if token != "" && (bytes.Contains(body, []byte(token)) || bytes.Contains(plain, []byte(token))) {
			return true
		}
	}
	return false
}

// withoutEscapes replaces JSON's escapes of the characters that tokens consist of.
func withoutEscapes(body []byte) []byte {
	out := make([]byte, 0, len(body))
	for i := 0; i < len(body); i++ {
		if body[i] != '\\' || i+1 == len(body) {
			out = append(out, body[i])
			continue
		}
		switch i++; {
		case body[i] == '/':
			out = append(out, '/')
		case body[i] == 'u' && i+5 <= len(body):
			if n, err := strconv.ParseUint(string(body[i+1:i+5]), 16, 16); err == nil && n < utf8.RuneSelf {
				out = append(out, byte(n))
				i += 4
				continue
			}
			out = append(out, '\\', 'u')
		default:
			out = append(out, '\\', body[i])
		}
	}
	return out
}
