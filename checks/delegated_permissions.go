package checks

import (
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/permissions"
	"github.com/ztagent/ztagent/internal/tenant"
)

var delegatedPermissions = audit.Check{
	ID:      "delegated-permissions",
	Title:   "Agents act for a user where they can, not with permissions of their own",
	Clauses: []audit.Clause{controlDelegatedPermissions, pillarApplication},
	Rationale: "A delegated permission ends where the rights of the user end; an application permission reaches " +
		"everyone's data, whoever asks. What an agent can do for a user it should not be able to do alone.",
	Rules: []audit.Rule{
		{
			ID: "application-permission", Title: "An application permission could be a delegated one", Severity: audit.Low,
			Resources: onAgents, Needs: applicationDatasets, Optional: permissionOptional,
			Presence: append([]string{"resourceServicePrincipals/oauth2PermissionScopes"}, applicationPresence...),
			Condition: "it has, directly or by inheritance, an application permission that also exists as a delegated one " +
				"on the same API",
			Remediation: "If the agent works for a signed-in user, let it use the on-behalf-of flow: consent the delegated " +
				"permission (`POST https://graph.microsoft.com/v1.0/oauth2PermissionGrants` with `consentType` `Principal`) " +
				"and remove the application permission: Entra admin center > Agents > Agent identities > the agent > " +
				"Permissions, or `DELETE https://graph.microsoft.com/v1.0/servicePrincipals/{id}/appRoleAssignments/{assignmentId}`. " +
				"An inherited one is removed at the blueprint principal, or by `inheritableRoles` `noRoles` at the blueprint.",
			References: []string{
				"https://learn.microsoft.com/en-us/entra/agent-id/authorization-agent-id",
				"https://learn.microsoft.com/en-us/entra/identity-platform/permissions-consent-overview",
			},
			Run: func(j *audit.Judge) { byPermission(j.Tenant, applicationPermsOnly, delegable).judge(j) },
		},
		{
			ID: "tenant-wide-consent", Title: "A delegated grant holds for every user", Severity: audit.Low,
			Resources: []tenant.ResourceType{tenant.TypeOAuth2PermissionGrant},
			Needs: []tenant.Dataset{
				tenant.DatasetOAuth2PermissionGrants, tenant.DatasetAgentIdentities,
				tenant.DatasetAgentIdentityBlueprintPrincipals,
			},
			Presence:  []string{"agentIdentities", "agentIdentityBlueprintPrincipals", "oauth2PermissionGrants"},
			Condition: "its client is an agent or a blueprint principal, and its `consentType` is `AllPrincipals`",
			Remediation: "Consent for the users who work with the agent: create a grant with `consentType` `Principal` and " +
				"their `principalId` for each, then `DELETE https://graph.microsoft.com/v1.0/oauth2PermissionGrants/{id}`. " +
				"Permissions that are inherited from a blueprint must be consented for all; keep those few and narrow, and " +
				"accept the finding by a waiver.",
			References: []string{
				"https://learn.microsoft.com/en-us/graph/api/resources/oauth2permissiongrant",
				"https://learn.microsoft.com/en-us/entra/agent-id/configure-inheritable-permissions-blueprints",
			},
			Run: judgeTenantWideConsent,
		},
	},
}

func delegable(p *permissions.Permission) ruling {
	switch {
	case p.Name == "":
		return unclearBecause(p.Unnamed)
	case p.Delegable == tenant.Yes:
		return ruling{
			status: audit.Fail, says: holds(p) + ", which it could use for a user instead",
			why:      "The API offers a delegated permission of the same name, which ends where the rights of the user end.",
			expected: "the delegated permission " + p.Name,
		}
	case p.Delegable == tenant.No:
		return allowed
	}
	return unclearBecause("the oauth2PermissionScopes of its API were not returned in full")
}

// judgeTenantWideConsent implements "tenant-wide-consent low, grant: a delegated
// grant to an agent or blueprint principal with consentType AllPrincipals".
func judgeTenantWideConsent(j *audit.Judge) {
	agents, principals := j.Tenant.AgentsByID(), j.Tenant.PrincipalsByID()
	lostHolder := len(agents.Unkeyed) > 0 || len(principals.Unkeyed) > 0
	for g := range j.Tenant.OAuth2PermissionGrants.All() {
		agent, principal := agents.First(g.ClientID), principals.First(g.ClientID)
		switch {
		case g.ClientID.IsZero() || agent == nil && principal == nil && lostHolder:
			judgeGrantOfNobody(j, g)
		case agent != nil:
			judgeGrant(j, g, agent, agent.Activity())
		case principal != nil:
			// Its agents inherit the grant, so that it is no matter whether the
			// principal itself is switched off today.
			judgeGrant(j, g, principal, tenant.Active)
		}
	}
}

func judgeGrantOfNobody(j *audit.Judge, g *tenant.OAuth2PermissionGrant) {
	if forEveryone(g) == tenant.No {
		j.Pass(g)
		return
	}
	j.Unknown(g, "Whether a delegated grant for every user is one of an agent cannot be told: "+
		"its clientId, or the id of an agent or blueprint principal, was not returned.",
		audit.At(g, "", "client not known", "the client's id"))
}

// forEveryone answers whether a grant holds for all users.
func forEveryone(g *tenant.OAuth2PermissionGrant) tenant.Answer {
	switch strings.ToLower(g.ConsentType.Or("")) {
	case "allprincipals":
		return tenant.Yes
	case "principal":
		return tenant.No
	}
	return tenant.Unknown
}

func judgeGrant(j *audit.Judge, g *tenant.OAuth2PermissionGrant, client tenant.Resource, activity tenant.Activity) {
	everyone := forEveryone(g)
	switch {
	case activity == tenant.Inactive:
		j.NotApplicable(g, "its agent is not active")
	case everyone == tenant.Unknown:
		j.Unknown(g, "Whether the grant of "+lowered(client)+" holds for every user cannot be told: "+
			"consentType was not returned, or is of an unknown kind.", audit.At(g, "", "not known", "consentType Principal"))
	case activity == tenant.ActivityUnknown:
		j.Unknown(g, "Whether "+lowered(client)+" is active cannot be told: accountEnabled or "+
			"disabledByMicrosoftStatus was not returned.", audit.At(client, "", "activity unknown", "active or not"))
	case everyone == tenant.Yes:
		j.Fail(g, named(client)+" may act for every user of the tenant: "+scopeText(g)+". "+
			"One stolen session of the agent then reaches whatever any user may reach by these scopes.",
			audit.At(g, "/consentType", "AllPrincipals", "Principal"))
	default:
		j.Pass(g)
	}
}

func scopeText(g *tenant.OAuth2PermissionGrant) string {
	if text := g.Scope.Or(""); text != "" {
		return text
	}
	return "scopes that were not returned"
}
