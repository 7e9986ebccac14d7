package checks

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/credentials"
	"github.com/ztagent/ztagent/internal/tenant"
)

func judgeOrphanAgents(j *audit.Judge) {
	principals := j.Tenant.PrincipalsByAppID()
	for a := range j.Tenant.AgentIdentities.All() {
		switch {
		case a.AgentIdentityBlueprintID.IsZero():
			j.Unknown(a, "agentIdentityBlueprintId was not returned.")
		case principals.First(a.AgentIdentityBlueprintID) != nil:
			j.Pass(a)
		case len(principals.Unkeyed) > 0:
			j.Unknown(a, "appId of a blueprint principal was not returned; it may be this agent's.")
		default:
			j.Fail(a, fmt.Sprintf("%s has no blueprint principal in this tenant. Nothing governs it as one of a kind, and "+
				"switching its blueprint off does not stop it.", named(a)),
				audit.At(a, "/agentIdentityBlueprintId", a.AgentIdentityBlueprintID.String(), "the appId of a blueprint principal"))
		}
	}
}

func judgeOrphanAgentUsers(j *audit.Judge) {
	agents := j.Tenant.AgentsByID()
	for u := range j.Tenant.AgentUsers.All() {
		parent := u.IdentityParentID.Or(tenant.ID{})
		switch {
		case u.IdentityParentID.IsAbsent():
			j.Unknown(u, "identityParentId was not returned.")
		case parent.IsZero():
			j.Fail(u, fmt.Sprintf("%s has no agent identity. Its mailbox, files and licences are left without an owner.", named(u)),
				audit.At(u, "/identityParentId", "none", "the id of an agent identity"))
		case agents.First(parent) != nil:
			j.Pass(u)
		case len(agents.Unkeyed) > 0:
			j.Unknown(u, "The id of an agent identity was not returned; it may be this user's parent.")
		default:
			j.Fail(u, fmt.Sprintf("%s belongs to an agent identity that does not exist. Its mailbox, files and licences are left "+
				"without an owner.", named(u)),
				audit.At(u, "/identityParentId", parent.String(), "the id of an agent identity"))
		}
	}
}

func judgeDisabledByMicrosoft(j *audit.Judge) {
	for a := range j.Tenant.AgentIdentities.All() {
		judgeDisabled(j, a, a.DisabledByMicrosoftStatus)
	}
	for b := range j.Tenant.AgentIdentityBlueprints.All() {
		judgeDisabled(j, b, b.DisabledByMicrosoftStatus)
	}
	for p := range j.Tenant.AgentIdentityBlueprintPrincipals.All() {
		judgeDisabled(j, p, p.DisabledByMicrosoftStatus)
	}
	for u := range j.Tenant.AgentUsers.All() {
		if u.DisabledByMicrosoftStatus.IsAbsent() {
			j.NotApplicable(u, "Graph does not say it of users.")
			continue
		}
		judgeDisabled(j, u, u.DisabledByMicrosoftStatus)
	}
	for c := range j.Tenant.ClassicAgents.All() {
		judgeDisabled(j, c, c.DisabledByMicrosoftStatus)
	}
}

func judgeDisabled(j *audit.Judge, r tenant.Resource, status tenant.Opt[string]) {
	word, set := status.Get()
	switch {
	case status.IsAbsent():
		j.Unknown(r, "disabledByMicrosoftStatus was not returned.")
	case set && word != "NotDisabled":
		j.Fail(r, fmt.Sprintf("%s was disabled by Microsoft: %s. Microsoft does that to what abuses its services or is taken "+
			"over.", named(r), word), audit.At(r, "/disabledByMicrosoftStatus", word, "null or NotDisabled"))
	default:
		j.Pass(r)
	}
}

// isMicrosoftTenant reports whether the tenant owns applications that Microsoft
// publishes itself: see "Verify first-party Microsoft applications in sign-in
// reports".
func isMicrosoftTenant(id tenant.ID) bool {
	return id == tenant.ParseID("f8cdef31-a31e-4b4a-93e4-5f571e91255a") || // Microsoft Services
		id == tenant.ParseID("72f988bf-86f1-41af-91ab-2d7cd011db47") // Microsoft
}

func judgeUnverifiedPublishers(j *audit.Judge) {
	home := j.Tenant.TenantID
	for p := range j.Tenant.AgentIdentityBlueprintPrincipals.All() {
		owner := p.AppOwnerOrganizationID
		publisher, doubt := verifiedPublisher(p)
		switch {
		case !owner.IsZero() && owner == home:
			j.NotApplicable(p, "Its blueprint is homed in this tenant.")
		case isMicrosoftTenant(owner), publisher:
			j.Pass(p)
		case owner.IsZero():
			j.Unknown(p, "appOwnerOrganizationId was not returned, so whose blueprint it is cannot be told.")
		case home.IsZero():
			j.Unknown(p, "This tenant's id is not known, so whether the blueprint is foreign cannot be told.")
		case doubt != "":
			j.Unknown(p, doubt)
		default:
			j.Fail(p, fmt.Sprintf("%s is from another tenant and has no verified publisher. Nobody vouches for who made it, and its "+
				"credentials are out of sight.", named(p)),
				audit.At(p, "/verifiedPublisher", "none", "a verified publisher"),
				audit.At(p, "/appOwnerOrganizationId", owner.String(), "this tenant or Microsoft's"))
		}
	}
}

// verifiedPublisher reports whether there is one; Graph returns the object with
// null members when there is not.
func verifiedPublisher(p *tenant.AgentIdentityBlueprintPrincipal) (verified bool, doubt string) {
	v, ok := p.VerifiedPublisher.Get()
	switch {
	case p.VerifiedPublisher.IsAbsent():
		return false, "verifiedPublisher was not returned."
	case ok && v.VerifiedPublisherID.IsAbsent():
		return false, "verifiedPublisher/verifiedPublisherId was not returned."
	}
	return ok && v.VerifiedPublisherID.Or("") != "", ""
}

func judgeMultiTenant(j *audit.Judge) {
	for b := range j.Tenant.AgentIdentityBlueprints.All() {
		switch audience, ok := b.SignInAudience.Get(); {
		case !ok:
			j.Unknown(b, "signInAudience was not returned.")
		case audience == "AzureADMyOrg":
			j.Pass(b)
		default:
			j.Fail(b, fmt.Sprintf("%s can be used from other tenants. What its credentials give away is then not this tenant's alone.",
				named(b)), audit.At(b, "/signInAudience", audience, "AzureADMyOrg"))
		}
	}
}

func judgeUndocumented(j *audit.Judge) {
	for b := range j.Tenant.AgentIdentityBlueprints.All() {
		switch {
		case b.Description.IsAbsent():
			j.Unknown(b, "description was not returned.")
		case strings.TrimSpace(b.Description.Or("")) == "":
			j.Fail(b, named(b)+" has no description. Whoever approves its permissions or stops its agents has to guess what they do.",
				audit.At(b, "/description", "none", "what its agents do"))
		default:
			j.Pass(b)
		}
	}
}

func judgeInsecureRedirects(j *audit.Judge) {
	for b := range j.Tenant.AgentIdentityBlueprints.All() {
		r := readRedirects(b)
		switch {
		case len(r.evidence) > 0:
			j.Fail(b, fmt.Sprintf("%s has %s that can be intercepted. Codes and tokens that are sent there can be read by others.",
				named(b), count(len(r.evidence), "redirect URI")), r.evidence...)
		case r.doubt != "":
			j.Unknown(b, r.doubt)
		default:
			j.Pass(b)
		}
	}
}

// redirects is what is wrong with the redirect URIs of a blueprint.
type redirects struct {
	evidence []audit.Evidence
	doubt    string
}

func readRedirects(b *tenant.AgentIdentityBlueprint) redirects {
	var r redirects
	r.read(b, "web", b.Web)
	r.read(b, "spa", b.Spa)
	r.read(b, "publicClient", b.PublicClient)
	return r
}

func (r *redirects) read(b *tenant.AgentIdentityBlueprint, platform string, uris tenant.Opt[tenant.RedirectURIs]) {
	if uris.IsAbsent() {
		r.doubt = platform + " was not returned."
	}
	list, ok := uris.Get()
	if !ok {
		return
	}
	if why := whyUnread(platform+"/redirectUris", &list.RedirectURIs); why != "" {
		r.doubt = why
	}
	for i, uri := range list.RedirectURIs.Items {
		if why := insecureRedirect(uri); why != "" {
			r.evidence = append(r.evidence, audit.At(b, fmt.Sprintf("/%s/redirectUris/%d", platform, i), uri, why))
		}
	}
}

// insecureRedirect says what a redirect URI should be instead, or "".
func insecureRedirect(uri string) string {
	if strings.Contains(uri, "*") {
		return "a URI without a wildcard"
	}
	scheme, _, _ := strings.Cut(uri, ":")
	if !strings.EqualFold(strings.TrimSpace(scheme), "http") {
		return ""
	}
	if u, err := url.Parse(uri); err == nil && credentials.IsLoopback(u.Hostname()) {
		return ""
	}
	return "https, or http to the machine itself"
}
