package dataset

import (
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// GraphAppID is the application id of Microsoft Graph, the resource that the
// permission ids of the table belong to.
const GraphAppID = "00000003-0000-0000-c000-000000000000"

// permission returns a permission of Microsoft Graph; the ids are Microsoft's
// published ones, the alternatives those that the API declares to accept.
func permission(name string, accepted ...string) Permission {
	ids := publishedIDs[name]
	return Permission{Name: name, ApplicationID: ids[0], DelegatedID: ids[1], Accepted: accepted}
}

// optional marks p as opening only part of a dataset.
func optional(p Permission, part string) Permission {
	p.Optional, p.For = true, part
	return p
}

// forPart says which part of the dataset needs p.
func forPart(p Permission, part string) Permission {
	p.For = part
	return p
}

// publishedIDs maps a permission to its application and delegated id.
var publishedIDs = map[string][2]string{
	"AccessReview.Read.All":                    {"d07a8cc0-3d51-4b77-b3b0-32704d1f69fa", "ebfcd32b-babb-40f4-a14b-42706e83bd28"},
	"AgentIdentity.Read.All":                   {"b2b8f011-2898-4234-9092-5059f6c1ebfa", "5e850691-d86a-4b24-bfa6-8a52fb37a0c1"},
	"AgentIdentityBlueprint.Read.All":          {"7547a7d1-36fa-4479-9c31-559a600eaa4f", "26512dc8-1364-4e9f-867c-6d8b22a9e162"},
	"AgentIdentityBlueprintPrincipal.Read.All": {"9361dea9-4524-493d-941d-f1b65aaf6c7c", "88c856a2-de61-4632-b2d4-ac503cbc8dd2"},
	"AgentInstance.Read.All":                   {"799a4732-85b8-4c67-b048-75f0e88a232b", "4c3c738a-2df0-4877-bf4a-f796950ff34c"},
	"Application.Read.All":                     {"9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30", "c79f8feb-a9db-4090-85f9-90d820caa0eb"},
	"AuditLog.Read.All":                        {"b0afded3-3588-46d8-8b3d-9842eff778da", "e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20"},
	"CustomSecAttributeAssignment.Read.All":    {"3b37c5a4-1226-493d-bec3-5d6c6b866f3f", "b46ffa80-fe3d-4822-9a1a-c200932d54d0"},
	"Directory.Read.All":                       {"7ab1d382-f21e-4acd-a863-ba3e13f7da61", "06da0dbc-49e2-44d2-8312-53f166ab848a"},
	"EntitlementManagement.Read.All":           {"c74fd47d-ed3c-45c3-9a9e-b8676de685d2", "5449aa12-1393-4ea2-a7c7-d0e06c1a56b2"},
	"GroupMember.Read.All":                     {"98830695-27a2-44f7-8c18-0c3ebc9698f6", "bc024368-1153-4739-b217-4326f2e966d0"},
	"IdentityRiskEvent.Read.All":               {"6e472fd1-ad78-48da-a0f0-97ab2c6b769e", "8f6a01e7-0391-4ee5-aa22-a3af122cef27"},
	"IdentityRiskyAgent.Read.All":              {"4aadfb66-d49a-414a-a883-d8c240b6fa33", "3215c57f-3faa-4295-95c2-6f14a5bc6124"},
	"IdentityRiskyServicePrincipal.Read.All":   {"607c7344-0eed-41e5-823a-9695ebe1b7b0", "ea5c4ab0-5a73-4f35-8272-5d5337884e5d"},
	"LicenseAssignment.Read.All":               {"e2f98668-2877-4f38-a2f4-8202e0717aa1", "f395577a-0960-456b-979f-7228de0c5996"},
	"LifecyclePolicies-AgentId.Read.All":       {"", "3d09c9ee-9db9-4c84-85ec-f63a21b4ad2c"}, // no application id is published
	"LifecycleWorkflows-Workflow.Read.All":     {"03b0ad3e-fc2b-4ef1-b0ff-252e865cb608", "7fabe5bd-2e47-4e61-b924-327117024e18"},
	"Policy.Read.All":                          {"246dd0d5-5bd0-4def-940b-0421030a5b68", "572fea84-0151-49b2-9301-11cb16974376"},
	"RoleAssignmentSchedule.Read.Directory":    {"d5fe8ce8-684c-4c83-a52c-46e882ce4be1", "344a729c-0285-42c6-9014-f12b9b8d6129"},
	"RoleEligibilitySchedule.Read.Directory":   {"ff278e11-4a33-4d0c-83d2-d01dc58929a5", "eb0788c2-6d4e-4658-8c9e-c0fb8053f03d"},
	"RoleManagement.Read.Directory":            {"483bed4a-2ad3-4361-a73b-c83ccdbdc53c", "741c54c3-0c1e-44a1-818b-3f97ab4e8c83"},
	"User.Read.All":                            {"df021288-bdef-4463-88db-98f22de89214", "a154be20-db9c-4678-8ab7-66f6cc099a59"},
}

// SatisfiedBy reports whether held, a set of permission names compared without
// case, has p or one of the permissions accepted in its place.
func (p Permission) SatisfiedBy(held []string) bool {
	for _, name := range held {
		if strings.EqualFold(name, p.Name) || slices.ContainsFunc(p.Accepted, func(a string) bool {
			return strings.EqualFold(a, name)
		}) {
			return true
		}
	}
	return false
}

// LeastPermissions returns the least Graph permissions for datasets, each once,
// sorted by name. Optional is kept only where no dataset needs the permission
// outright.
func LeastPermissions(datasets []tenant.Dataset) []Permission {
	byName := map[string]Permission{}
	for _, d := range datasets {
		for _, p := range Of(d).Permissions {
			if known, ok := byName[p.Name]; ok && !known.Optional {
				continue
			}
			byName[p.Name] = Permission{
				Name: p.Name, ApplicationID: p.ApplicationID, DelegatedID: p.DelegatedID, Optional: p.Optional,
			}
		}
	}
	all := make([]Permission, 0, len(byName))
	for _, p := range byName {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b Permission) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// DatasetsOf returns which of datasets need the permission name.
func DatasetsOf(name string, datasets []tenant.Dataset) []tenant.Dataset {
	var users []tenant.Dataset
	for _, d := range datasets {
		if slices.ContainsFunc(Of(d).Permissions, func(p Permission) bool { return p.Name == name }) {
			users = append(users, d)
		}
	}
	return users
}

// AzureRoles returns the Azure roles that datasets need, with their scope.
func AzureRoles(datasets []tenant.Dataset) []AzureRole {
	var roles []AzureRole
	for _, d := range datasets {
		switch d {
		case tenant.DatasetDiagnosticSettings:
			roles = append(roles, AzureRole{Dataset: d, Role: "Reader", Scope: "/providers/Microsoft.aadiam"})
		case tenant.DatasetLogAnalyticsWorkspaces:
			roles = append(roles, AzureRole{Dataset: d, Role: "Log Analytics Reader", Scope: "<workspace resource id>"})
		}
	}
	return roles
}

// AzureRole is an Azure role assignment that an Azure dataset needs.
type AzureRole struct {
	Dataset tenant.Dataset
	Role    string
	Scope   string
}
