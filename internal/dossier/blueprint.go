package dossier

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/access"
	"github.com/ztagent/ztagent/internal/credentials"
	"github.com/ztagent/ztagent/internal/permissions"
	"github.com/ztagent/ztagent/internal/tenant"
)

// Blueprint is what the agent was made from and signs in with.
type Blueprint struct {
	AppID string `json:"appId"`
	// Home is here, elsewhere (another tenant, so that its object cannot be read
	// here) or unknown.
	Home            string `json:"home"`
	ID              string `json:"id"` // of the blueprint object; "" when it was not read
	DisplayName     string `json:"displayName"`
	Description     string `json:"description"`
	CreatedDateTime string `json:"createdDateTime"`
	Maker           Maker  `json:"maker"`
	SignInAudience  string `json:"signInAudience"`
	// DisabledByMicrosoftStatus is "" for null.
	DisabledByMicrosoftStatus string       `json:"disabledByMicrosoftStatus"`
	Principals                []Principal  `json:"principals"`
	Sponsors                  People       `json:"sponsors"`
	Owners                    People       `json:"owners"`
	Credentials               []Credential `json:"credentials"`
	// NotVisible says what cannot be read in this tenant because the blueprint
	// lives in another; "" otherwise.
	NotVisible string    `json:"notVisible"`
	NotRead    []Missing `json:"notRead"`
}

// Principal is the blueprint's service principal in this tenant.
type Principal struct {
	ID          string `json:"id"`
	DisplayName string `json:"displayName"`
	Activity    string `json:"activity"`
	OwnerTenant string `json:"appOwnerOrganizationId"`
	Publisher   string `json:"publisherName"`
	Verified    string `json:"verifiedPublisher"` // the verified name, or ""
}

// Credential is something that the blueprint, and so each of its agents, signs
// in with.
type Credential struct {
	Kind string `json:"kind"` // federated, certificate, secret, symmetricKey, key
	Name string `json:"name"`
	// Of a federated credential: whom it trusts.
	Issuer     string   `json:"issuer"`
	Subject    string   `json:"subject"`
	Expression string   `json:"claimsMatchingExpression"`
	Audiences  []string `json:"audiences"`
	// Of a secret or a certificate: how long it works.
	StartDateTime string `json:"startDateTime"`
	End           *End   `json:"end"`
	Expired       bool   `json:"expired"`
}

// blueprintSection is the same for every agent of the blueprint.
func (b *builder) blueprintSection() Blueprint {
	section, made := b.blueprints[b.appID]
	if !made {
		section = b.newBlueprintSection()
		b.blueprints[b.appID] = section
	}
	return section
}

func (b *builder) newBlueprintSection() Blueprint {
	x := permissions.Of(b.s).InheritanceOf(b.agent)
	section := Blueprint{AppID: b.appID.String(), Home: Unknown}
	for _, p := range b.principals {
		section.Principals = append(section.Principals, principalOf(p))
		section.DisplayName = cmp.Or(section.DisplayName, p.ResourceName())
	}
	switch {
	case b.blueprint != nil:
		b.describe(&section, b.blueprint)
	case x.Foreign:
		section.Home = "elsewhere"
		section.NotVisible = "its blueprint lives in another tenant: its credentials, sponsors and owners, and what it passes on, are not visible here"
	case b.appID.IsZero():
		section.NotRead = append(section.NotRead, notReturned("agentIdentityBlueprintId"))
	default:
		gaps := b.gaps(tenant.DatasetAgentIdentityBlueprints)
		if len(gaps) == 0 {
			gaps = []Missing{unclear("agentIdentityBlueprints", "it holds no blueprint with this appId")}
		}
		section.NotRead = append(section.NotRead, gaps...)
	}
	if len(b.principals) == 0 {
		gaps := b.gaps(tenant.DatasetAgentIdentityBlueprintPrincipals)
		section.NotRead = append(section.NotRead, gaps...)
	}
	return section
}

func principalOf(p *tenant.AgentIdentityBlueprintPrincipal) Principal {
	verified, _ := p.VerifiedPublisher.Get()
	return Principal{
		ID: p.ID.String(), DisplayName: p.ResourceName(), Activity: activityWord(p.Activity()),
		OwnerTenant: p.AppOwnerOrganizationID.String(), Publisher: p.PublisherName.Or(""),
		Verified: verified.DisplayName.Or(""),
	}
}

func (b *builder) describe(section *Blueprint, x *tenant.AgentIdentityBlueprint) {
	section.Home = "here"
	section.ID, section.DisplayName = x.ID.String(), x.ResourceName()
	section.Description, section.CreatedDateTime = x.Description.Or(""), stamp(x.CreatedDateTime)
	section.Maker = b.maker(x.CreatedByAppID)
	section.SignInAudience = x.SignInAudience.Or("")
	section.DisabledByMicrosoftStatus = x.DisabledByMicrosoftStatus.Or("")
	section.Sponsors, section.Owners = b.people("sponsors", &x.Sponsors), b.people("owners", &x.Owners)
	section.Credentials = b.credentialsOf(x)
	section.NotRead = slices.Concat(
		unread("federatedIdentityCredentials", &x.FederatedIdentityCredentials),
		unread("keyCredentials", &x.KeyCredentials),
		unread("passwordCredentials", &x.PasswordCredentials))
}

func (b *builder) credentialsOf(x *tenant.AgentIdentityBlueprint) []Credential {
	var all []Credential
	for i := range x.FederatedIdentityCredentials.Items {
		all = append(all, federated(&x.FederatedIdentityCredentials.Items[i]))
	}
	for c := range credentials.Blueprint(x).All() {
		end := b.endOf(access.EndAt(c.End))
		all = append(all, Credential{
			Kind: kindOf(c), Name: nameOf(x, c), StartDateTime: stamp(c.Start),
			End: &end, Expired: c.Expired(b.s.Now()),
		})
	}
	return all
}

func federated(f *tenant.FederatedIdentityCredential) Credential {
	expression, _ := f.ClaimsMatchingExpression.Get()
	return Credential{
		Kind: "federated", Name: cmp.Or(f.Name.Or(""), f.ID.String()),
		Issuer: f.Issuer.Or(""), Subject: f.Subject.Or(""), Expression: expression.Value.Or(""),
		Audiences: slices.Clone(f.Audiences.Items),
	}
}

func kindOf(c credentials.Credential) string {
	switch {
	case c.Symmetric:
		return "symmetricKey"
	case c.Kind == credentials.Secret:
		return "secret"
	case c.Kind == credentials.Certificate:
		return "certificate"
	}
	return "key"
}

// nameOf is a credential's display name, else its key id.
func nameOf(x *tenant.AgentIdentityBlueprint, c credentials.Credential) string {
	if strings.HasPrefix(c.Collection, "password") {
		p := &x.PasswordCredentials.Items[c.Index]
		return cmp.Or(p.DisplayName.Or(""), p.KeyID.String())
	}
	k := &x.KeyCredentials.Items[c.Index]
	return cmp.Or(k.DisplayName.Or(""), k.KeyID.String())
}
