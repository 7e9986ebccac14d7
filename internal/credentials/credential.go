package credentials

import (
	"strconv"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Kind of a credential.
type Kind uint8

// A key whose type was not returned, or is none that is documented, is
// KindUnclear: it may be a certificate or a symmetric key, which is a secret.
const (
	KindUnclear Kind = iota
	Secret
	Certificate
)

// Credential is one secret or certificate of a holder.
type Credential struct {
	Kind       Kind
	Symmetric  bool
	Collection string // passwordCredentials or keyCredentials
	Index      int
	Start, End tenant.Time
}

// All yields every secret and certificate that was read.
func (h Holder) All() func(yield func(Credential) bool) {
	return func(yield func(Credential) bool) {
		for i := range h.Passwords.Items {
			p := &h.Passwords.Items[i]
			if !yield(Credential{Kind: Secret, Collection: "passwordCredentials", Index: i, Start: p.StartDateTime, End: p.EndDateTime}) {
				return
			}
		}
		for i := range h.Keys.Items {
			k := &h.Keys.Items[i]
			c := Credential{Collection: "keyCredentials", Index: i, Start: k.StartDateTime, End: k.EndDateTime}
			switch k.Type.Or("") {
			case "Symmetric":
				c.Kind, c.Symmetric = Secret, true
			case "AsymmetricX509Cert", "X509CertAndPassword":
				c.Kind = Certificate
			}
			if !yield(c) {
				return
			}
		}
	}
}

// Pointer is the JSON pointer of the credential, or of one property of it.
func (c Credential) Pointer(property string) string {
	pointer := "/" + c.Collection + "/" + strconv.Itoa(c.Index)
	if property != "" {
		pointer += "/" + property
	}
	return pointer
}

// Expired reports whether the credential has ended. Without an end, returned or
// not, it never does (docs/verdicts.md, no end).
func (c Credential) Expired(now tenant.Time) bool { return c.End.IsSet() && !c.End.After(now) }

// Noun is what to call the credential in a sentence.
func (c Credential) Noun() string {
	switch {
	case c.Symmetric:
		return "symmetric key"
	case c.Kind == Secret:
		return "client secret"
	case c.Kind == Certificate:
		return "certificate"
	}
	return "key"
}

// ExchangeAudiences are the audiences of tokens that Entra exchanges in a cloud;
// in an unstated one, those of every cloud.
func ExchangeAudiences(cloud string) []string {
	const public, government, china = "api://AzureADTokenExchange", "api://AzureADTokenExchangeUSGov", "api://AzureADTokenExchangeChina"
	switch cloud {
	case "public":
		return []string{public}
	case "usgov", "usgov-dod":
		return []string{government}
	case "china":
		return []string{china}
	}
	return []string{public, government, china}
}
