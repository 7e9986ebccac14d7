package synth

import "time"

// Organization is the tenant itself.
type Organization struct{ ID, DisplayName string }

func (o *Organization) write(w *writer) {
	w.open()
	w.str("id", o.ID)
	w.str("displayName", o.DisplayName)
	w.close()
}

// SubscribedSku is a licence: its part number, how many, and its service plans
// as alternating name and id.
type SubscribedSku struct {
	TenantID, SkuPartNumber string
	Enabled, Consumed       int
	Plans                   []string
}

func (s *SubscribedSku) write(w *writer) {
	sku := GUID("sku", s.SkuPartNumber)
	w.open()
	w.str("id", s.TenantID+"_"+sku)
	w.str("skuId", sku)
	w.str("skuPartNumber", s.SkuPartNumber)
	w.str("capabilityStatus", "Enabled")
	w.number("consumedUnits", s.Consumed)
	w.object("prepaidUnits")
	w.number("enabled", s.Enabled)
	w.number("suspended", 0)
	w.number("warning", 0)
	w.number("lockedOut", 0)
	w.close()
	w.list("servicePlans")
	for i := 0; i+1 < len(s.Plans); i += 2 {
		w.open()
		w.str("servicePlanId", s.Plans[i+1])
		w.str("servicePlanName", s.Plans[i])
		w.str("provisioningStatus", "Success")
		w.str("appliesTo", "User")
		w.close()
	}
	w.closeList()
	w.close()
}

// User is a person in directoryObjects.
type User struct {
	ID, DisplayName, UserPrincipalName string
	Disabled, Guest                    bool
	CreatedDateTime                    time.Time
}

func (u *User) write(w *writer) {
	w.open()
	w.str("@odata.type", "#microsoft.graph.user")
	w.str("id", u.ID)
	w.str("displayName", u.DisplayName)
	w.str("userPrincipalName", u.UserPrincipalName)
	w.boolean("accountEnabled", !u.Disabled)
	w.str("userType", u.userType())
	w.close()
}

func (u *User) userType() string {
	if u.Guest {
		return "Guest"
	}
	return "Member"
}

// Group is a security group in directoryObjects, with the number of its direct
// members.
type Group struct {
	ID, DisplayName string
	Members         int
}

func (g *Group) write(w *writer) {
	w.open()
	w.str("@odata.type", "#microsoft.graph.group")
	w.str("id", g.ID)
	w.str("displayName", g.DisplayName)
	w.number("members@odata.count", g.Members)
	w.close()
}

// AgentHolder is an agent identity in directoryObjects: one that holds a
// directory role.
type AgentHolder struct{ ID, DisplayName string }

func (p *AgentHolder) write(w *writer) {
	w.open()
	w.str("@odata.type", "#microsoft.graph.agentIdentity")
	w.str("id", p.ID)
	w.str("displayName", p.DisplayName)
	w.boolean("accountEnabled", true)
	w.close()
}

// Deleted is an id of directoryObjects that no longer resolves.
type Deleted struct {
	ID              string
	DeletedDateTime time.Time
}

func (d *Deleted) write(w *writer) {
	w.open()
	w.str("id", d.ID)
	w.date("deletedDateTime", d.DeletedDateTime)
	w.close()
}

// Ref is an entry of an expanded navigation property: a type and an id, or with
// Person the whole user, as an expansion without $select returns it.
type Ref struct {
	Type   string // user, group or servicePrincipal
	ID     string
	Person *User
}

func (r Ref) write(w *writer) {
	w.open()
	w.key("@odata.type")
	w.b = append(append(append(w.b, `"#microsoft.graph.`...), r.Type...), '"')
	w.str("id", r.ID)
	if p := r.Person; p != nil {
		w.empty("businessPhones")
		w.str("displayName", p.DisplayName)
		w.null("givenName", "jobTitle")
		w.str("mail", p.UserPrincipalName)
		w.null("mobilePhone", "officeLocation")
		w.str("preferredLanguage", "en-US")
		w.null("surname")
		w.str("userPrincipalName", p.UserPrincipalName)
	}
	w.close()
}

// ResourceServicePrincipal is an API, with the permissions that it defines.
type ResourceServicePrincipal struct {
	ID, AppID, DisplayName string
	Roles, Scopes          []Permission
}

// Permission is an app role or a delegated scope of an API.
type Permission struct{ ID, Value, DisplayName string }

func (r *ResourceServicePrincipal) write(w *writer) {
	w.open()
	w.str("id", r.ID)
	w.str("appId", r.AppID)
	w.str("displayName", r.DisplayName)
	w.list("appRoles")
	for _, p := range r.Roles {
		w.open()
		w.strs("allowedMemberTypes", []string{"Application"})
		w.str("description", p.DisplayName+".")
		w.str("displayName", p.DisplayName)
		w.str("id", p.ID)
		w.boolean("isEnabled", true)
		w.str("origin", "Application")
		w.str("value", p.Value)
		w.close()
	}
	w.closeList()
	w.list("oauth2PermissionScopes")
	for _, p := range r.Scopes {
		w.open()
		w.str("adminConsentDescription", p.DisplayName+".")
		w.str("adminConsentDisplayName", p.DisplayName)
		w.str("id", p.ID)
		w.boolean("isEnabled", true)
		w.str("type", "Admin")
		w.null("userConsentDescription", "userConsentDisplayName")
		w.str("value", p.Value)
		w.close()
	}
	w.closeList()
	w.close()
}

// OAuth2PermissionGrant is a delegated grant; without PrincipalID it is for all
// principals.
type OAuth2PermissionGrant struct{ ID, ClientID, PrincipalID, ResourceID, Scope string }

func (g *OAuth2PermissionGrant) write(w *writer) {
	w.open()
	w.str("clientId", g.ClientID)
	if g.PrincipalID == "" {
		w.str("consentType", "AllPrincipals")
	} else {
		w.str("consentType", "Principal")
	}
	w.str("id", g.ID)
	w.text("principalId", g.PrincipalID)
	w.str("resourceId", g.ResourceID)
	w.str("scope", g.Scope)
	w.close()
}

// AppRoleAssignment is an application permission held by a principal.
type AppRoleAssignment struct {
	ID, AppRoleID                     string
	PrincipalID, PrincipalDisplayName string
	ResourceID, ResourceDisplayName   string
	CreatedDateTime                   time.Time
}

func (a *AppRoleAssignment) write(w *writer) {
	w.open()
	w.str("id", a.ID)
	w.null("deletedDateTime")
	w.str("appRoleId", a.AppRoleID)
	w.date("createdDateTime", a.CreatedDateTime)
	w.str("principalDisplayName", a.PrincipalDisplayName)
	w.str("principalId", a.PrincipalID)
	w.str("principalType", "ServicePrincipal")
	w.str("resourceDisplayName", a.ResourceDisplayName)
	w.str("resourceId", a.ResourceID)
	w.close()
}

// GroupMembership is the transitive memberships of one agent or agent user.
type GroupMembership struct {
	ID       string
	MemberOf []Membership
}

// Membership is one group in transitiveMemberOf, or with RoleTemplateID one
// directory role.
type Membership struct {
	ID, DisplayName, RoleTemplateID string
}

func (m *GroupMembership) write(w *writer) {
	w.open()
	w.str("id", m.ID)
	writeAll(w, "transitiveMemberOf", m.MemberOf)
	w.close()
}

func (m Membership) write(w *writer) {
	w.open()
	if m.RoleTemplateID != "" {
		w.str("@odata.type", "#microsoft.graph.directoryRole")
		w.str("id", m.ID)
		w.str("displayName", m.DisplayName)
		w.str("roleTemplateId", m.RoleTemplateID)
		w.close()
		return
	}
	w.str("@odata.type", "#microsoft.graph.group")
	w.str("id", m.ID)
	w.str("displayName", m.DisplayName)
	w.close()
}
