package checks

import (
	"strconv"
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
		return `"` + name + `"`
	}
	if id := r.ObjectID(); id != "" {
		return id
	}
	return "without name or id"
}

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
