package checks

import (
	"strconv"
	"strings"
	"time"

	"github.com/ztagent/ztagent/internal/tenant"
)

// named opens a message with the kind and display name of a resource, or its id
// where no name was returned: `Blueprint "Finance agents"`. The name is left as
// it is: escaping is each report format's business.
func named(r tenant.Resource) string {
	return kindOf(r.ResourceType()) + " " + labelOf(r)
}

// labelOf is the quoted display name of a resource, or its id without one.
func labelOf(r tenant.Resource) string {
	if name := r.ResourceName(); name != "" {
		return quote(name)
	}
	if id := r.ObjectID(); id != "" {
		return id
	}
	return "without name or id"
}

// quote puts text of the tenant's between plain quotes, which mark it as such
// for a reader; it escapes nothing.
func quote(text string) string { return `"` + text + `"` }

func kindOf(t tenant.ResourceType) string {
	switch t {
	case tenant.TypeAgentIdentity:
		return "Agent"
	case tenant.TypeAgentIdentityBlueprint:
		return "Blueprint"
	case tenant.TypeAgentIdentityBlueprintPrincipal:
		return "Blueprint principal"
	case tenant.TypeAgentUser:
		return "Agent user"
	case tenant.TypeServicePrincipal:
		return "Classic agent"
	case tenant.TypeFederatedIdentityCredential:
		return "Federated credential"
	case tenant.TypeConditionalAccessPolicy:
		return "Policy"
	case tenant.TypeNamedLocation:
		return "Named location"
	case tenant.TypeAccessPackageAssignment:
		return "Assignment"
	case tenant.TypeAccessPackageAssignmentPolicy:
		return "Assignment policy"
	case tenant.TypeOAuth2PermissionGrant:
		return "Delegated grant"
	case tenant.TypeLogCategory:
		return "Log category"
	case tenant.TypeAgentInstance:
		return "Registry instance"
	}
	return "Tenant"
}

// count is n and its noun, which takes an "s" when there is not exactly one.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// date is the day of t in UTC, or what stands in its place.
func date(t tenant.Time) string {
	if v, ok := t.Get(); ok {
		return v.Format(time.DateOnly)
	}
	return t.String()
}

// whyUnread says why a relation, or a collection, of an object does not hold
// every entry; "" when it does.
func whyUnread[T any](property string, r *tenant.Relation[T]) string {
	switch {
	case r.State == tenant.RelationComplete:
		return ""
	case r.Reason != "":
		return property + " is not known in full: " + strings.TrimSuffix(r.Reason, ".") + "."
	case r.State == tenant.RelationTruncated:
		return property + " was not read to its end."
	case r.State == tenant.RelationNull:
		return property + " was returned as null."
	}
	return property + " was not returned."
}
