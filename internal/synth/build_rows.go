package synth

import (
	"strconv"
	"time"

	"github.com/ztagent/ztagent/internal/tenant"
)

// signIn adds a successful sign-in of an agent to Microsoft Graph.
func (b *builder) signIn(a *AgentIdentity, at time.Time, adjust ...func(*SignIn)) {
	b.events++
	in := &SignIn{
		ID: b.id("sign-in", strconv.Itoa(b.events)), CreatedDateTime: at,
		AgentID: a.ID, AgentName: a.DisplayName, BlueprintAppID: a.AgentIdentityBlueprintID,
		ResourceAppID: graphAppID, ResourceName: "Microsoft Graph", ResourceID: b.graph.ID,
		TenantID: b.TenantID, IPAddress: "203.0.113." + strconv.Itoa(7+b.events%40),
		City: "Amsterdam", Country: "NL",
	}
	for _, f := range adjust {
		f(in)
	}
	b.nameCredential(in)
	b.Add(tenant.DatasetSignIns, in)
}

// nameCredential says which of the blueprint's credentials the agent used; one
// of a blueprint that is not homed here cannot be looked up.
func (b *builder) nameCredential(in *SignIn) {
	app := b.apps[in.BlueprintAppID]
	switch in.Credential {
	case "clientSecret":
		in.KeyID = app.Passwords[0].KeyID
	case "certificate":
		in.KeyID = app.Keys[0].KeyID
	default:
		if app != nil && len(app.Federated) > 0 {
			in.FederatedCredentialID = app.Federated[0].ID
		} else {
			in.FederatedCredentialID = GUID("credential of", in.BlueprintAppID)
		}
	}
}

// denied makes a sign-in one that a disabled principal was refused.
func denied(in *SignIn) {
	in.ErrorCode = 7000112
	in.FailureReason = "Application is disabled."
}

// audit adds a successful change, made by the administrator.
func (b *builder) audit(at time.Time, activity, target, name string, adjust ...func(*DirectoryAudit)) {
	b.events++
	e := &DirectoryAudit{
		ID:               "Directory_" + b.id("audit", strconv.Itoa(b.events)) + "_" + strconv.Itoa(48000000+b.events),
		ActivityDateTime: at, Activity: activity, TargetID: target, TargetName: name,
		UserID: b.people[b.admin].ID, UserPrincipalName: b.upns[b.admin],
	}
	for _, f := range adjust {
		f(e)
	}
	b.Add(tenant.DatasetDirectoryAudits, e)
}

// drill adds the two events of a kill-switch drill: disabled at a time, enabled
// again after so many minutes.
func (b *builder) drill(target, name string, at time.Time, minutes int) {
	b.switched(at, target, name, "[true]", "[false]")
	b.switched(at.Add(time.Duration(minutes)*time.Minute), target, name, "[false]", "[true]")
}

func (b *builder) switched(at time.Time, target, name, from, to string) {
	b.audit(at, "Update service principal", target, name, func(e *DirectoryAudit) {
		e.Property, e.OldValue, e.NewValue = "AccountEnabled", from, to
	})
}

// permit gives an agent or a blueprint principal an application permission.
func (b *builder) permit(id, name string, api *ResourceServicePrincipal, roleID string, days int) {
	b.Add(tenant.DatasetAppRoleAssignments, &AppRoleAssignment{
		ID: opaqueID(b.TenantID, "assignment", id, roleID), AppRoleID: roleID,
		PrincipalID: id, PrincipalDisplayName: name,
		ResourceID: api.ID, ResourceDisplayName: api.DisplayName, CreatedDateTime: b.moment("permit", id, days),
	})
}

// consent adds a delegated grant, for one user or with "" for all.
func (b *builder) consent(client, principal string, api *ResourceServicePrincipal, scope string) {
	b.Add(tenant.DatasetOAuth2PermissionGrants, &OAuth2PermissionGrant{
		ID:       opaqueID(b.TenantID, "grant", client, principal, api.ID),
		ClientID: client, PrincipalID: principal, ResourceID: api.ID, Scope: scope,
	})
}

// assign gives an agent an access package from so many days ago for so many
// days; 0 is for ever.
func (b *builder) assign(a *AgentIdentity, policy *AssignmentPolicy, daysAgo, lasts int, adjust ...func(*Assignment)) {
	as := &Assignment{
		ID:       b.id("package assignment", a.ID, policy.ID),
		TargetID: a.ID, TargetName: a.DisplayName,
		PackageID: policy.PackageID, PackageName: policy.PackageName,
		PolicyID: policy.ID, PolicyName: policy.DisplayName, Start: Ago(daysAgo),
	}
	if lasts > 0 {
		as.End = as.Start.AddDate(0, 0, lasts)
	}
	for _, f := range adjust {
		f(as)
	}
	b.Add(tenant.DatasetAccessPackageAssignments, as)
}
