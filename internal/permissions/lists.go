package permissions

import (
	_ "embed"
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

//go:embed data/forbidden.tsv
var forbiddenTSV string

//go:embed data/allowed-roles.tsv
var allowedRolesTSV string

//go:embed data/privileged-roles.tsv
var privilegedRolesTSV string

// ForbiddenPatterns returns the Microsoft Graph permissions of kind k that
// agents can never be granted, in the form that Match takes.
func ForbiddenPatterns(k Kind) []string {
	var patterns []string
	for fields := range tsvRows(forbiddenTSV) {
		if fields[0] == "both" || fields[0] == k.String() {
			patterns = append(patterns, fields[1])
		}
	}
	return patterns
}

type rolesKey struct{}

type roleLists struct {
	allowedNames map[string]bool // folded display names
	allowedIDs   map[tenant.ID]bool
	privileged   map[tenant.ID]string
}

func rolesOf(s *tenant.Snapshot) *roleLists {
	return tenant.Memo(s, rolesKey{}, func(*tenant.Snapshot) *roleLists {
		lists := &roleLists{
			allowedNames: map[string]bool{}, allowedIDs: map[tenant.ID]bool{}, privileged: map[tenant.ID]string{},
		}
		for fields := range tsvRows(allowedRolesTSV) {
			lists.allowedNames[foldRole(fields[0])] = true
			if id := tenant.ParseID(fields[1]); !id.IsZero() {
				lists.allowedIDs[id] = true
			}
		}
		for fields := range tsvRows(privilegedRolesTSV) {
			lists.privileged[tenant.ParseID(fields[0])] = fields[1]
		}
		return lists
	})
}

func foldRole(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// RoleAllowed reports whether Microsoft allows agents the built-in directory
// role of this template id or display name. The id holds where a name was
// translated, changed or made a pseudonym.
func RoleAllowed(s *tenant.Snapshot, templateID tenant.ID, displayName string) bool {
	lists := rolesOf(s)
	return lists.allowedIDs[templateID] || lists.allowedNames[foldRole(displayName)]
}

// PrivilegedRole returns the name of the built-in directory role that Microsoft
// labels privileged and that has this template id. It stands in for
// isPrivileged where that was not returned; a role that is not on the list may
// be newer than it.
func PrivilegedRole(s *tenant.Snapshot, templateID tenant.ID) (string, bool) {
	name, ok := rolesOf(s).privileged[templateID]
	return name, ok
}
