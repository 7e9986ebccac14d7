// Package permissions works out what an agent really has in its token: what was
// granted to it, and what was granted to its blueprint principal and flows to it
// through the blueprint's inheritablePermissions. Neither Graph's lists nor the
// portal show the latter on the agent.
package permissions

import (
	"strings"
	"unicode"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Kind says on whose behalf a permission is used.
type Kind uint8

// Application permissions are the agent's own; delegated ones are used for a
// user.
const (
	Application Kind = iota
	Delegated
)

// String returns "application" or "delegated".
func (k Kind) String() string {
	if k == Delegated {
		return "delegated"
	}
	return "application"
}

// Permission is one permission of one API. It is shared by everyone who holds it.
type Permission struct {
	Kind       Kind
	ResourceID tenant.ID // the API's service principal; zero when not returned
	// API is nil when the snapshot does not hold the service principal.
	API *tenant.ResourceServicePrincipal
	// ID is the app role's or the scope's; zero when it could not be told.
	ID tenant.ID
	// Name is the permission's value, such as "Mail.Read". It is "" when it
	// could not be told; Unnamed then says why.
	Name    string
	Unnamed string
	// Level is Microsoft's privilege level, 1 lowest to 4 highest; 0 is none.
	Level int
	// Published reports whether Microsoft's list of Graph permissions has it.
	Published bool
	// Defined answers whether the API defines the permission's id or name.
	Defined tenant.Answer
	// Delegable answers, for an application permission, whether the API also has
	// a delegated one of its name.
	Delegable tenant.Answer

	// Key tells the permission apart in findings: "API/name (kind)".
	Key   string
	index int
}

// Index is the permission's place among the Ledger's, from 0.
func (p *Permission) Index() int { return p.index }

// APIAppID returns the appId of the API, zero when it is not known.
func (p *Permission) APIAppID() tenant.ID {
	if p.API == nil {
		return tenant.ID{}
	}
	return p.API.AppID
}

// IsOn answers whether the API is the one with this appId.
func (p *Permission) IsOn(appID string) tenant.Answer {
	if p.APIAppID().IsZero() {
		return tenant.Unknown
	}
	return tenant.Known(p.APIAppID() == tenant.ParseID(appID))
}

// OnGraph answers whether the permission is one of Microsoft Graph.
func (p *Permission) OnGraph() tenant.Answer { return p.IsOn(GraphAppID) }

// APIName names an API by its appId alone.
func APIName(appID tenant.ID) string {
	switch appID.String() {
	case GraphAppID:
		return "Microsoft Graph"
	case ExchangeAppID:
		return "Office 365 Exchange Online"
	case "":
		return "an API that was not returned"
	}
	return "API " + appID.String()
}

// APIName returns the API's display name, or what is known of it.
func (p *Permission) APIName() string {
	switch {
	case p.OnGraph() == tenant.Yes:
		return APIName(p.API.AppID)
	case p.API != nil && p.API.DisplayName.Or("") != "":
		return p.API.DisplayName.Or("")
	case !p.ResourceID.IsZero():
		return "API " + p.ResourceID.String()
	}
	return "an API that was not returned"
}

// Label names the permission: its value, else its id.
func (p *Permission) Label() string {
	switch {
	case p.Name != "":
		return p.Name
	case !p.ID.IsZero():
		return "role " + p.ID.String()
	}
	return "a permission that was not returned"
}

// Everything reports whether the name says that the permission reaches
// everything: "*.All", Exchange's full_access_as_app, or the likes of .default
// and a wildcard.
func (p *Permission) Everything() bool {
	name := strings.ToLower(p.Name)
	return strings.HasSuffix(name, ".all") || name == "all" ||
		strings.Contains(name, "full_access_as_app") ||
		strings.HasSuffix(name, ".default") || strings.HasSuffix(name, "*")
}

// ReadOnly reports whether the words of the name say that the permission reads
// and does nothing else: some word begins with "Read", and none writes.
func (p *Permission) ReadOnly() bool {
	reads := false
	for word := range strings.FieldsFuncSeq(p.Name, notLetter) {
		folded := strings.ToLower(word)
		for _, action := range []string{"write", "approve", "consent"} {
			if strings.Contains(folded, action) {
				return false
			}
		}
		reads = reads || readWord(word, folded)
	}
	return reads
}

// readWord accepts "Read", "ReadBasic" and "Reader", but not "Readiness".
func readWord(word, folded string) bool {
	switch folded {
	case "read", "reads", "reader", "readers", "readonly", "readall", "readbasic":
		return true
	}
	return strings.HasPrefix(folded, "read") && unicode.IsUpper(rune(word[len("read")]))
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }
