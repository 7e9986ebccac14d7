package checks

import (
	"fmt"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/credentials"
	"github.com/ztagent/ztagent/internal/tenant"
)

func judgeSharedCertificates(j *audit.Judge) {
	shared := credentials.SharedKeys(j.Tenant)
	for b := range j.Tenant.AgentIdentityBlueprints.All() {
		if match, ok := shared[b]; ok {
			failSharedCertificate(j, b, match)
		} else if why := keysDoubt(b); why != "" {
			j.Unknown(b, why)
		} else {
			j.Pass(b)
		}
	}
}

func failSharedCertificate(j *audit.Judge, b *tenant.AgentIdentityBlueprint, match credentials.SharedKey) {
	own := keyEvidence(b, b.KeyCredentials.Items, match.Index)
	var other audit.Evidence
	holder := ""
	if o := match.Other.Blueprint; o != nil {
		holder = "blueprint " + labelOf(o)
		other = keyEvidence(o, o.KeyCredentials.Items, match.Other.Index)
	} else {
		app := match.Other.Application
		holder = "classic agent " + labelOfApplication(app)
		other = keyEvidence(app, app.KeyCredentials.Items, match.Other.Index)
	}
	j.Fail(b, fmt.Sprintf("%s has the same certificate as %s. Whoever holds its private key can act as the agents of both.",
		named(b), holder), own, other)
}

func labelOfApplication(app *tenant.ClassicAgentApplication) string {
	if name := app.DisplayName.Or(""); name != "" {
		return quote(name)
	}
	return app.ID.String()
}

func keyEvidence(object interface{ Source() tenant.Origin }, keys []tenant.KeyCredential, i int) audit.Evidence {
	key := &keys[i]
	property, observed := "key", "the same key"
	if thumbprint := key.CustomKeyIdentifier.Or(""); thumbprint != "" {
		property, observed = "customKeyIdentifier", thumbprint
	}
	return audit.At(object, fmt.Sprintf("/keyCredentials/%d/%s", i, property), observed, "a key that nobody else has")
}

// keysDoubt says why keys of the blueprint could not be compared.
func keysDoubt(b *tenant.AgentIdentityBlueprint) string {
	if why := whyUnread("keyCredentials", &b.KeyCredentials); why != "" {
		return why
	}
	for i := range b.KeyCredentials.Items {
		if !credentials.Comparable(&b.KeyCredentials.Items[i]) {
			return "Neither customKeyIdentifier nor key of one of its keyCredentials was returned, so it cannot be compared."
		}
	}
	return ""
}

func judgeSharedSubjects(j *audit.Judge) {
	shared := credentials.SharedSubjects(j.Tenant)
	for b := range j.Tenant.AgentIdentityBlueprints.All() {
		if match, ok := shared[b]; ok {
			failSharedSubject(j, b, match)
		} else if why := subjectsDoubt(b); why != "" {
			j.Unknown(b, why)
		} else {
			j.Pass(b)
		}
	}
}

func failSharedSubject(j *audit.Judge, b *tenant.AgentIdentityBlueprint, match credentials.SharedSubject) {
	own := credentials.FederatedUse{Blueprint: b, Index: match.Index}
	other := match.Other
	ownName, otherName := federatedLabel(own.Credential()), federatedLabel(other.Credential())
	how := ""
	switch match.Overlap {
	case credentials.SameSubject:
		how = fmt.Sprintf("Their federated credentials %s and %s trust the same issuer and subject.", ownName, otherName)
	case credentials.SameExpression:
		how = fmt.Sprintf("Their federated credentials %s and %s have the same issuer and expression.", ownName, otherName)
	case credentials.Accepts:
		how = fmt.Sprintf("The expression of its federated credential %s accepts the subject of the other's %s.", ownName, otherName)
	case credentials.Accepted:
		how = fmt.Sprintf("The expression of the other's federated credential %s accepts the subject of its %s.", otherName, ownName)
	}
	j.Fail(b, fmt.Sprintf("%s can be used by a workload that is trusted by blueprint %s too. %s",
		named(b), labelOf(other.Blueprint), how), trustEvidence(own), trustEvidence(other))
}

func federatedLabel(f *tenant.FederatedIdentityCredential) string {
	if name := f.Name.Or(""); name != "" {
		return quote(name)
	}
	return f.ID.String()
}

func trustEvidence(u credentials.FederatedUse) audit.Evidence {
	f := u.Credential()
	property, observed := "subject", f.Subject.Or("")
	if e, ok := f.ClaimsMatchingExpression.Get(); ok && observed == "" {
		property, observed = "claimsMatchingExpression/value", e.Value.Or("")
	}
	return audit.At(u.Blueprint, fmt.Sprintf("/federatedIdentityCredentials/%d/%s", u.Index, property),
		observed, "a workload that no other blueprint trusts")
}

// subjectsDoubt says why federated credentials of the blueprint could not be
// compared. Read through v1.0, a flexible one has neither subject nor expression.
func subjectsDoubt(b *tenant.AgentIdentityBlueprint) string {
	if why := whyUnread("federatedIdentityCredentials", &b.FederatedIdentityCredentials); why != "" {
		return why
	}
	for i := range b.FederatedIdentityCredentials.Items {
		f := &b.FederatedIdentityCredentials.Items[i]
		if !f.Issuer.IsSet() {
			return fmt.Sprintf("The issuer of federated credential %s was not returned.", federatedLabel(f))
		}
		if why := trustDoubt(f); why != "" {
			return why
		}
	}
	return ""
}

// trustDoubt says why it cannot be told which workloads a federated credential
// accepts; "" when it can.
func trustDoubt(f *tenant.FederatedIdentityCredential) string {
	if e, ok := f.ClaimsMatchingExpression.Get(); ok {
		if _, err := credentials.ReadExpression(e); err != nil {
			return fmt.Sprintf("The expression of federated credential %s is not understood: %v.", federatedLabel(f), err)
		}
		return ""
	}
	if f.Subject.Or("") == "" {
		return fmt.Sprintf("Neither subject nor claimsMatchingExpression of federated credential %s was returned; "+
			"only beta returns the latter.", federatedLabel(f))
	}
	return ""
}
