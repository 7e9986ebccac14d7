package graphtest

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// claims are the claims of an access token that the server looks at.
type claims struct {
	TenantID string   `json:"tid,omitzero"`
	AppID    string   `json:"appid,omitzero"`
	Audience string   `json:"aud,omitzero"`
	Scopes   string   `json:"scp,omitzero"`
	Roles    []string `json:"roles,omitzero"`
	Expires  int64    `json:"exp,omitzero"`
	ID       string   `json:"uti,omitzero"`
}

// TenantID is the tenant of the tokens that Token makes when the snapshot does
// not name one.
const TenantID = "0f1e2d3c-4b5a-4968-8776-655443321100"

// ClientID is the app of the tokens that Token makes.
const ClientID = "b1a2c3d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d"

// attributeRead opens custom security attributes on every route.
const attributeRead = "CustomSecAttributeAssignment.Read.All"

// EveryRole is every application permission that the routes ask for.
func EveryRole() []string {
	all := []string{attributeRead}
	for _, r := range routes() {
		all = append(all, r.permissions...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Token returns an unsigned application token with roles; every role when none
// is named. It is good for Graph and Azure alike.
func (s *Server) Token(roles ...string) string {
	if len(roles) == 0 {
		roles = EveryRole()
	}
	return s.token(claims{Roles: roles})
}

// UserToken returns an unsigned delegated token with scopes.
func (s *Server) UserToken(scopes ...string) string {
	return s.token(claims{Scopes: strings.Join(scopes, " ")})
}

// TokenFor returns a token of another tenant or client.
func (s *Server) TokenFor(tenantID, clientID string, roles ...string) string {
	return s.token(claims{TenantID: tenantID, AppID: clientID, Roles: roles})
}

func (s *Server) token(c claims) string {
	if c.TenantID == "" {
		c.TenantID = s.Tenant()
	}
	if c.AppID == "" {
		c.AppID = ClientID
	}
	c.Audience = s.URL
	c.Expires = time.Now().Add(s.options.TokenLife).Unix()
	c.ID = s.nextID("uti")
	return encodeToken(c)
}

func encodeToken(c claims) string {
	body, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + enc(body) + "." + enc([]byte("unsigned"))
}

// Tenant is the id of the tenant that the snapshot shows.
func (s *Server) Tenant() string {
	if s.data.tenantID != "" {
		return s.data.tenantID
	}
	return TenantID
}

// Revoke makes the server answer 401 to token from now on.
func (s *Server) Revoke(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[token] = true
}

// RevokeAll makes the server answer 401 to every token made before now.
func (s *Server) RevokeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.requests {
		s.tokens[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")] = true
	}
}

func (s *Server) readToken(header string) (claims, *answer) {
	if s.options.NoAuth {
		return claims{Roles: EveryRole(), TenantID: s.Tenant()}, nil
	}
	token, ok := strings.CutPrefix(header, "Bearer ")
	s.mu.Lock()
	revoked := s.tokens[token]
	s.mu.Unlock()
	c, decoded := decodeToken(token)
	switch {
	case !ok || !decoded:
		return c, unauthorized("CompactToken parsing failed with error code: 80049217")
	case revoked || c.Expires < time.Now().Unix():
		return c, unauthorized("Lifetime validation failed, the token is expired.")
	case c.TenantID != s.Tenant():
		return c, unauthorized("Access token is from the wrong tenant.")
	}
	return c, nil
}

func unauthorized(message string) *answer {
	return graphError(http.StatusUnauthorized, "InvalidAuthenticationToken", message)
}

func decodeToken(token string) (claims, bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return claims{}, false
	}
	body, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return claims{}, false
	}
	var c claims
	return c, json.Unmarshal(body, &c) == nil
}

// holds reports whether the token has one of permissions.
func (c claims) holds(permissions []string) bool {
	scopes := strings.Fields(c.Scopes)
	if slices.Contains(scopes, "Directory.AccessAsUser.All") {
		return !slices.ContainsFunc(permissions, func(p string) bool { return strings.HasPrefix(p, "Agent") })
	}
	return slices.ContainsFunc(permissions, func(p string) bool {
		return slices.Contains(c.Roles, p) || slices.Contains(scopes, p)
	})
}
