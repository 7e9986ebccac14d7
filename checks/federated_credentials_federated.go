package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/credentials"
	"github.com/ztagent/ztagent/internal/tenant"
)

// judgeNoFederatedCredential: a blueprint that can be read is homed here.
func judgeNoFederatedCredential(j *audit.Judge) {
	agents := countAgents(j.Tenant)
	for b := range j.Tenant.AgentIdentityBlueprints.All() {
		active := agents.of[b.AppID].active
		possible := agents.most(b.AppID) > 0 || b.AppID.IsZero() && j.Tenant.AgentIdentities.Len() > 0
		federated := &b.FederatedIdentityCredentials
		switch {
		case !possible:
			j.NotApplicable(b, "It has no active agent.")
		case len(federated.Items) > 0:
			j.Pass(b)
		case !federated.Complete():
			j.Unknown(b, whyUnread("federatedIdentityCredentials", federated))
		case b.AppID.IsZero() || active == 0:
			j.Unknown(b, "It has no federated credential, and whether it has active agents cannot be told: appId, or of "+
				"agents agentIdentityBlueprintId, accountEnabled or disabledByMicrosoftStatus was not returned.")
		default:
			j.Fail(b, fmt.Sprintf("%s has no federated credential for its %s. Without one, only a secret or a certificate "+
				"can sign in as an agent.", named(b), count(active, "active agent")),
				audit.At(b, "/federatedIdentityCredentials", "none", "at least one"))
		}
	}
}

func judgeSubjectWildcards(j *audit.Judge) {
	eachFederated(j, func(f *federatedOf) {
		e, ok := f.credential.ClaimsMatchingExpression.Get()
		if !ok {
			if why := trustDoubt(f.credential); why != "" {
				j.Unknown(f.Sub, why)
				return
			}
			j.Pass(f.Sub)
			return
		}
		parsed, err := credentials.ReadExpression(e)
		switch {
		case err != nil && !opensInVersionOne(e):
			j.Unknown(f.Sub, trustDoubt(f.credential))
		case err != nil || parsed.HasWildcard():
			j.Fail(f.Sub, fmt.Sprintf("%s accepts every workload that matches a pattern. Whoever can name a branch, a repository "+
				"or a service account to match it can sign in as the agents.", f.ofHolder()),
				f.at("claimsMatchingExpression/value", e.Value.Or(""), "one workload, by subject or eq"))
		default:
			j.Pass(f.Sub)
		}
	})
}

// opensInVersionOne reports whether an expression without a language version is
// open in the only version there is.
func opensInVersionOne(e tenant.FederatedIdentityExpression) bool {
	if !e.LanguageVersion.IsAbsent() {
		return false
	}
	parsed, err := credentials.ParseExpression(e.Value.Or(""))
	return err == nil && parsed.HasWildcard()
}

func judgeAudiences(j *audit.Judge) {
	expected := credentials.ExchangeAudiences(j.Tenant.Cloud)
	eachFederated(j, func(f *federatedOf) {
		for i, audience := range f.credential.Audiences.Items {
			if !slices.Contains(expected, audience) {
				j.Fail(f.Sub, fmt.Sprintf("%s accepts tokens for the audience %s. A token that was made for another service can "+
					"be replayed to sign in as the agents.", f.ofHolder(), quote(audience)),
					f.at(fmt.Sprintf("audiences/%d", i), audience, strings.Join(expected, " or ")))
				return
			}
		}
		if why := whyUnread("audiences", &f.credential.Audiences); why != "" {
			j.Unknown(f.Sub, why)
			return
		}
		j.Pass(f.Sub)
	})
}
