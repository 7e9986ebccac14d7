package credentials

import "github.com/ztagent/ztagent/internal/tenant"

// Holder is an object that carries credentials: a blueprint, or a classic agent
// with the credentials of its application.
type Holder struct {
	tenant.Resource
	// Object is where the credentials stand: the blueprint or the application.
	Object    interface{ Source() tenant.Origin }
	Passwords *tenant.Relation[tenant.PasswordCredential]
	Keys      *tenant.Relation[tenant.KeyCredential]
	Federated *tenant.Relation[tenant.FederatedIdentityCredential]
}

// Blueprint returns b as a holder.
func Blueprint(b *tenant.AgentIdentityBlueprint) Holder {
	return Holder{
		Resource: b, Object: b, Passwords: &b.PasswordCredentials, Keys: &b.KeyCredentials,
		Federated: &b.FederatedIdentityCredentials,
	}
}

// Sight says whether the credentials of a classic agent can be seen.
type Sight uint8

// The application of a classic agent was read, was not (Unread), or lives in
// another tenant (Elsewhere). Managed identities and agent identities have no
// credentials of their own, and those of a blueprint are judged as the
// blueprint's (None): Graph's list by tags returns them too.
const (
	Unread Sight = iota
	Visible
	Elsewhere
	None
)

// Classic returns a classic agent as a holder. The holder is of use only when
// the credentials are Visible.
func Classic(s *tenant.Snapshot, agent *tenant.ClassicAgent) (Holder, Sight) {
	owner := agent.AppOwnerOrganizationID
	switch {
	case !owner.IsZero() && !s.TenantID.IsZero() && owner != s.TenantID:
		return Holder{}, Elsewhere
	case isBlueprint(s, agent.AppID):
		return Holder{}, None
	}
	if app := applications(s).First(agent.AppID); app != nil {
		return Holder{
			Resource: agent, Object: app, Passwords: &app.PasswordCredentials, Keys: &app.KeyCredentials,
			Federated: &app.FederatedIdentityCredentials,
		}, Visible
	}
	switch agent.ServicePrincipalType.Or("") {
	case "ManagedIdentity", "ServiceIdentity":
		return Holder{}, None
	}
	return Holder{}, Unread
}

func isBlueprint(s *tenant.Snapshot, appID tenant.ID) bool {
	return s.BlueprintsByAppID().First(appID) != nil
}

type memoKey string

func applications(s *tenant.Snapshot) *tenant.Index[tenant.ClassicAgentApplication] {
	return tenant.Memo(s, memoKey("application.appId"), func(s *tenant.Snapshot) *tenant.Index[tenant.ClassicAgentApplication] {
		return tenant.NewIndex(&s.ClassicAgentApplications,
			func(a *tenant.ClassicAgentApplication) tenant.ID { return a.AppID })
	})
}
