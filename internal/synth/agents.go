package synth

import "time"

// Attribute is one custom security attribute: set, name and either one value or
// a collection.
type Attribute struct {
	Set, Name, Value string
	Values           []string
}

// writeAttributes writes customSecurityAttributes; no attribute is null, "never
// assigned". Attributes of one set must stand together.
func writeAttributes(w *writer, attributes []Attribute) {
	if len(attributes) == 0 {
		w.null("customSecurityAttributes")
		return
	}
	w.object("customSecurityAttributes")
	set := ""
	for _, a := range attributes {
		if a.Set != set {
			if set != "" {
				w.close()
			}
			w.object(a.Set)
			w.str("@odata.type", "#microsoft.graph.customSecurityAttributeValue")
			set = a.Set
		}
		if len(a.Values) > 0 {
			w.str(a.Name+"@odata.type", "#Collection(String)")
			w.strs(a.Name, a.Values)
		} else {
			w.str(a.Name, a.Value)
		}
	}
	w.close()
	w.close()
}

// AgentIdentity is an agent identity. Wide adds what an answer without $select
// and with expanded people carries besides.
type AgentIdentity struct {
	ID, DisplayName           string
	AgentIdentityBlueprintID  string
	CreatedByAppID            string
	CreatedDateTime           time.Time
	Disabled                  bool
	DisabledByMicrosoftStatus string
	Tags                      []string
	Attributes                []Attribute
	Sponsors, Owners          []Ref
	Wide                      bool
}

func (a *AgentIdentity) write(w *writer) {
	w.open()
	w.str("@odata.type", "#microsoft.graph.agentIdentity")
	w.str("id", a.ID)
	if a.Wide {
		w.null("deletedDateTime")
	}
	w.boolean("accountEnabled", !a.Disabled)
	w.str("agentIdentityBlueprintId", a.AgentIdentityBlueprintID)
	if a.Wide {
		w.empty("alternativeNames")
		w.null("appDescription")
		w.str("appDisplayName", a.DisplayName)
	}
	w.str("appId", a.ID)
	if a.Wide {
		w.null("applicationTemplateId", "appOwnerOrganizationId")
	}
	if a.Wide {
		w.boolean("appRoleAssignmentRequired", false)
	}
	w.text("createdByAppId", a.CreatedByAppID)
	w.date("createdDateTime", a.CreatedDateTime)
	if a.Wide {
		w.null("description")
	}
	w.text("disabledByMicrosoftStatus", a.DisabledByMicrosoftStatus)
	w.str("displayName", a.DisplayName)
	if a.Wide {
		a.writeWide(w)
	}
	w.str("servicePrincipalType", "ServiceIdentity")
	w.strs("tags", a.Tags)
	if a.Wide {
		writeWideTail(w)
	}
	writeAttributes(w, a.Attributes)
	a.writePeople(w, "sponsors", a.Sponsors)
	a.writePeople(w, "owners", a.Owners)
	w.close()
}

// writePeople writes an expanded relation, in the wide shape with its context.
func (a *AgentIdentity) writePeople(w *writer, relation string, people []Ref) {
	if a.Wide {
		w.key(relation + "@odata.context")
		w.b = append(w.b, `"https://graph.microsoft.com/v1.0/$metadata#servicePrincipals('`...)
		w.b = append(append(append(w.b, a.ID...), `')/microsoft.graph.agentIdentity/`...), relation...)
		w.b = append(w.b, '"')
	}
	writeAll(w, relation, people)
}

func (a *AgentIdentity) writeWide(w *writer) {
	w.null("homepage", "isDisabled", "loginUrl", "logoutUrl", "notes")
	w.empty("notificationEmailAddresses")
	w.null("preferredSingleSignOnMode", "preferredTokenSigningKeyThumbprint")
	w.empty("replyUrls")
	w.strs("servicePrincipalNames", []string{a.ID})
	w.str("signInAudience", "AzureADMyOrg")
}

func writeWideTail(w *writer) {
	w.null("tokenEncryptionKeyId", "samlSingleSignOnSettings")
	w.empty("addIns", "appRoles")
	writeInfo(w)
	w.empty("keyCredentials", "oauth2PermissionScopes", "passwordCredentials", "resourceSpecificApplicationPermissions")
	writePublisher(w, "")
}

func writeInfo(w *writer) {
	w.object("info")
	w.null("logoUrl", "marketingUrl", "privacyStatementUrl", "supportUrl", "termsOfServiceUrl")
	w.close()
}

// writePublisher writes verifiedPublisher, whose members are null when nobody
// is verified.
func writePublisher(w *writer, name string) {
	w.object("verifiedPublisher")
	if name == "" {
		w.null("displayName", "verifiedPublisherId", "addedDateTime")
	} else {
		w.str("displayName", name)
		w.str("verifiedPublisherId", "6138204")
		w.date("addedDateTime", Ago(620))
	}
	w.close()
}

// AgentIdentityBlueprintPrincipal is the service principal of a blueprint.
type AgentIdentityBlueprintPrincipal struct {
	ID, AppID, DisplayName    string
	AppOwnerOrganizationID    string
	PublisherName             string
	VerifiedPublisher         string
	SignInAudience            string // AzureADMyOrg when empty
	CreatedDateTime           time.Time
	Disabled                  bool
	DisabledByMicrosoftStatus string
	Tags                      []string
	Attributes                []Attribute
}

func (p *AgentIdentityBlueprintPrincipal) write(w *writer) {
	w.open()
	w.str("@odata.type", "#microsoft.graph.agentIdentityBlueprintPrincipal")
	w.str("id", p.ID)
	w.boolean("accountEnabled", !p.Disabled)
	w.str("appId", p.AppID)
	w.str("appOwnerOrganizationId", p.AppOwnerOrganizationID)
	w.date("createdDateTime", p.CreatedDateTime)
	w.text("disabledByMicrosoftStatus", p.DisabledByMicrosoftStatus)
	w.str("displayName", p.DisplayName)
	w.text("publisherName", p.PublisherName)
	w.str("servicePrincipalType", "Application")
	w.str("signInAudience", orElse(p.SignInAudience, "AzureADMyOrg"))
	w.strs("tags", p.Tags)
	writePublisher(w, p.VerifiedPublisher)
	writeAttributes(w, p.Attributes)
	w.close()
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// AgentUser is a user of type agentUser.
type AgentUser struct {
	ID, DisplayName, UserPrincipalName string
	IdentityParentID                   string
	CreatedDateTime                    time.Time
	Disabled                           bool
}

func (u *AgentUser) write(w *writer) {
	w.open()
	w.str("@odata.type", "#microsoft.graph.agentUser")
	w.str("id", u.ID)
	w.boolean("accountEnabled", !u.Disabled)
	w.date("createdDateTime", u.CreatedDateTime)
	w.str("displayName", u.DisplayName)
	w.text("identityParentId", u.IdentityParentID)
	w.str("userPrincipalName", u.UserPrincipalName)
	w.str("userType", "Member")
	w.close()
}

// ClassicAgent is an ordinary service principal with an agent's tags.
type ClassicAgent struct {
	ID, AppID, DisplayName string
	AppOwnerOrganizationID string
	CreatedDateTime        time.Time
	Disabled               bool
	Tags                   []string
}

func (c *ClassicAgent) write(w *writer) {
	w.open()
	w.str("id", c.ID)
	w.boolean("accountEnabled", !c.Disabled)
	w.str("appId", c.AppID)
	w.str("appOwnerOrganizationId", c.AppOwnerOrganizationID)
	w.date("createdDateTime", c.CreatedDateTime)
	w.null("disabledByMicrosoftStatus")
	w.str("displayName", c.DisplayName)
	w.str("servicePrincipalType", "Application")
	w.strs("tags", c.Tags)
	w.close()
}
