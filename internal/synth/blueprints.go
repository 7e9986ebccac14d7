package synth

import "time"

// PasswordCredential is a client secret, of which Graph shows no value.
type PasswordCredential struct {
	KeyID, DisplayName, Hint   string
	StartDateTime, EndDateTime time.Time
}

func (p PasswordCredential) write(w *writer) {
	w.open()
	w.null("customKeyIdentifier")
	w.text("displayName", p.DisplayName)
	w.date("endDateTime", p.EndDateTime)
	w.text("hint", p.Hint)
	w.str("keyId", p.KeyID)
	w.null("secretText")
	w.date("startDateTime", p.StartDateTime)
	w.close()
}

// KeyCredential is a certificate, or with Symmetric a symmetric key.
type KeyCredential struct {
	KeyID, DisplayName, CustomKeyIdentifier, Key string
	StartDateTime, EndDateTime                   time.Time
	Symmetric                                    bool
}

func (k KeyCredential) write(w *writer) {
	w.open()
	w.text("customKeyIdentifier", k.CustomKeyIdentifier)
	w.text("displayName", k.DisplayName)
	w.date("endDateTime", k.EndDateTime)
	w.text("key", k.Key)
	w.str("keyId", k.KeyID)
	w.date("startDateTime", k.StartDateTime)
	if k.Symmetric {
		w.str("type", "Symmetric")
	} else {
		w.str("type", "AsymmetricX509Cert")
	}
	w.str("usage", "Verify")
	w.close()
}

// FederatedIdentityCredential has a subject or a claims-matching expression.
type FederatedIdentityCredential struct {
	ID, Name, Issuer, Subject string
	Expression                string
	Audience                  string // api://AzureADTokenExchange when empty
	Description               string
}

func (f FederatedIdentityCredential) write(w *writer) {
	w.open()
	w.strs("audiences", []string{orElse(f.Audience, "api://AzureADTokenExchange")})
	if f.Expression == "" {
		w.null("claimsMatchingExpression")
	} else {
		w.object("claimsMatchingExpression")
		w.number("languageVersion", 1)
		w.str("value", f.Expression)
		w.close()
	}
	w.text("description", f.Description)
	w.str("id", f.ID)
	w.str("issuer", f.Issuer)
	w.str("name", f.Name)
	w.text("subject", f.Subject)
	w.close()
}

// InheritablePermission is what agents inherit of one API. Scopes is
// allAllowed, none, or the space-separated scopes themselves; Roles is
// allAllowed, none, or empty when Graph does not show the member.
type InheritablePermission struct {
	ResourceAppID string
	Scopes        []string
	AllScopes     bool
	AllRoles      bool
}

func (p InheritablePermission) write(w *writer) {
	w.open()
	w.str("resourceAppId", p.ResourceAppID)
	w.object("inheritableScopes")
	switch {
	case p.AllScopes:
		w.str("@odata.type", "#microsoft.graph.allAllowedScopes")
		w.str("kind", "allAllowed")
	case len(p.Scopes) > 0:
		w.str("@odata.type", "#microsoft.graph.enumeratedScopes")
		w.str("kind", "enumerated")
		w.strs("scopes", p.Scopes)
	default:
		w.str("@odata.type", "#microsoft.graph.noScopes")
		w.str("kind", "none")
	}
	w.close()
	w.object("inheritableRoles")
	if p.AllRoles {
		w.str("@odata.type", "#microsoft.graph.allAllowedRoles")
		w.str("kind", "allAllowed")
	} else {
		w.str("@odata.type", "#microsoft.graph.noRoles")
		w.str("kind", "none")
	}
	w.close()
	w.close()
}

// RequiredResourceAccess is what a blueprint declares that it needs of one API.
type RequiredResourceAccess struct {
	ResourceAppID string
	Scopes, Roles []string // ids
}

func (r RequiredResourceAccess) write(w *writer) {
	w.open()
	w.str("resourceAppId", r.ResourceAppID)
	w.list("resourceAccess")
	for _, id := range r.Scopes {
		writeAccess(w, id, "Scope")
	}
	for _, id := range r.Roles {
		writeAccess(w, id, "Role")
	}
	w.closeList()
	w.close()
}

func writeAccess(w *writer, id, kind string) {
	w.open()
	w.str("id", id)
	w.str("type", kind)
	w.close()
}

// AgentIdentityBlueprint is a blueprint that is homed in the tenant.
type AgentIdentityBlueprint struct {
	ID, AppID, DisplayName, Description string
	CreatedByAppID                      string
	CreatedDateTime                     time.Time
	DisabledByMicrosoftStatus           string
	SignInAudience                      string // AzureADMyOrg when empty
	PublisherDomain                     string
	RedirectURIs                        []string
	Tags                                []string
	Passwords                           []PasswordCredential
	Keys                                []KeyCredential
	Federated                           []FederatedIdentityCredential
	Inheritable                         []InheritablePermission
	Required                            []RequiredResourceAccess
	Sponsors, Owners                    []Ref
	// NoFederated leaves the federated credentials out, as when they could not
	// be read.
	NoFederated bool
}

func (b *AgentIdentityBlueprint) write(w *writer) {
	w.open()
	w.str("@odata.type", "#microsoft.graph.agentIdentityBlueprint")
	w.str("id", b.ID)
	w.str("appId", b.AppID)
	w.text("createdByAppId", b.CreatedByAppID)
	w.date("createdDateTime", b.CreatedDateTime)
	w.text("description", b.Description)
	w.text("disabledByMicrosoftStatus", b.DisabledByMicrosoftStatus)
	w.str("displayName", b.DisplayName)
	w.strs("identifierUris", []string{"api://" + b.AppID})
	w.str("publisherDomain", b.PublisherDomain)
	w.str("signInAudience", orElse(b.SignInAudience, "AzureADMyOrg"))
	w.strs("tags", b.Tags)
	writeAll(w, "keyCredentials", b.Keys)
	writeAll(w, "passwordCredentials", b.Passwords)
	w.object("publicClient")
	w.empty("redirectUris")
	w.close()
	writeAll(w, "requiredResourceAccess", b.Required)
	w.object("spa")
	w.empty("redirectUris")
	w.close()
	writePublisher(w, "")
	writeWeb(w, b.RedirectURIs)
	if !b.NoFederated {
		writeAll(w, "federatedIdentityCredentials", b.Federated)
	}
	writeAll(w, "inheritablePermissions", b.Inheritable)
	writeAll(w, "sponsors", b.Sponsors)
	writeAll(w, "owners", b.Owners)
	w.close()
}

func writeWeb(w *writer, redirects []string) {
	w.object("web")
	w.null("homePageUrl", "logoutUrl")
	w.strs("redirectUris", redirects)
	w.object("implicitGrantSettings")
	w.boolean("enableAccessTokenIssuance", false)
	w.boolean("enableIdTokenIssuance", false)
	w.close()
	w.close()
}

// ClassicAgentApplication is the application object of a classic agent homed
// here.
type ClassicAgentApplication struct {
	ID, AppID, DisplayName string
	Passwords              []PasswordCredential
	Keys                   []KeyCredential
	Federated              []FederatedIdentityCredential
}

func (a *ClassicAgentApplication) write(w *writer) {
	w.open()
	w.str("id", a.ID)
	w.str("appId", a.AppID)
	w.str("displayName", a.DisplayName)
	writeAll(w, "keyCredentials", a.Keys)
	writeAll(w, "passwordCredentials", a.Passwords)
	writeAll(w, "federatedIdentityCredentials", a.Federated)
	w.close()
}
