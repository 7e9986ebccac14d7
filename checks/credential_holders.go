package checks

import (
	"fmt"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/credentials"
	"github.com/ztagent/ztagent/internal/tenant"
)

// eachHolder calls judge for every blueprint and every classic agent whose
// credentials can be seen, and answers for those whose cannot.
func eachHolder(j *audit.Judge, judge func(h credentials.Holder)) {
	for b := range j.Tenant.AgentIdentityBlueprints.All() {
		judge(credentials.Blueprint(b))
	}
	for c := range j.Tenant.ClassicAgents.All() {
		switch h, sight := credentials.Classic(j.Tenant, c); sight {
		case credentials.Visible:
			judge(h)
		case credentials.Elsewhere:
			j.NotApplicable(c, "Its application, and so its credentials, are in another tenant and not visible here.")
		case credentials.None:
			j.NotApplicable(c, "It is a managed identity, or registered as an agent or blueprint: it has no credentials of its own here.")
		default:
			j.Unknown(c, "Its application was not read, so its credentials are not known.")
		}
	}
}

// federatedOf is one federated credential as a resource, with its holder.
type federatedOf struct {
	audit.Sub
	holder     credentials.Holder
	index      int
	credential *tenant.FederatedIdentityCredential
}

// at is evidence at a property of the credential.
func (f *federatedOf) at(property, observed, expected string) audit.Evidence {
	return audit.At(f.holder.Object, fmt.Sprintf("/federatedIdentityCredentials/%d/%s", f.index, property), observed, expected)
}

// eachFederated calls judge for every federated credential. A holder whose
// credentials were not all read is unknown itself.
func eachFederated(j *audit.Judge, judge func(f *federatedOf)) {
	eachHolder(j, func(h credentials.Holder) {
		if why := whyUnread("federatedIdentityCredentials", h.Federated); why != "" {
			j.Unknown(h.Resource, why)
		}
		for i := range h.Federated.Items {
			c := &h.Federated.Items[i]
			judge(&federatedOf{
				Sub: audit.Sub{
					Type: tenant.TypeFederatedIdentityCredential, ID: c.ID.String(),
					Name: c.Name.Or(""), In: h.Resource,
				},
				holder: h, index: i, credential: c,
			})
		}
	})
}

// ofHolder names the federated credential and whose it is.
func (f *federatedOf) ofHolder() string {
	kind := "blueprint"
	if f.holder.ResourceType() == tenant.TypeServicePrincipal {
		kind = "classic agent"
	}
	return fmt.Sprintf("%s of %s %s", named(f), kind, labelOf(f.holder))
}
