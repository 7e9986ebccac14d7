package dataset

import (
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// AZScript returns a shell script for the Azure CLI that adds the least
// permissions for datasets to the app in $APP_ID and consents to them:
// application permissions, or delegated ones.
func AZScript(datasets []tenant.Dataset, delegated bool) string {
	var b strings.Builder
	kind := "Role"
	if delegated {
		kind = "Scope"
	}
	b.WriteString("#!/bin/sh\n# Least permissions to read the selected datasets; all of them only read.\nset -eu\n")
	b.WriteString(": \"${APP_ID:?set APP_ID to the application (client) id of the auditing app}\"\n\n")
	fmt.Fprintf(&b, "graph=%s # Microsoft Graph\n", GraphAppID)
	var without []string
	for _, p := range LeastPermissions(datasets) {
		id := p.ApplicationID
		if delegated {
			id = p.DelegatedID
		}
		if id == "" {
			without = append(without, p.Name)
			continue
		}
		fmt.Fprintf(&b, "az ad app permission add --id \"$APP_ID\" --api \"$graph\" --api-permissions %s=%s # %s\n", id, kind, p.Name)
	}
	for _, name := range without {
		fmt.Fprintf(&b, "# %s: no id is published; add it in the portal.\n", name)
	}
	b.WriteString("az ad app permission admin-consent --id \"$APP_ID\"\n")
	writeAzureRoles(&b, datasets)
	return b.String()
}

func writeAzureRoles(b *strings.Builder, datasets []tenant.Dataset) {
	roles := AzureRoles(datasets)
	if len(roles) == 0 {
		return
	}
	b.WriteString("\n# Azure: run these as an administrator with elevated access (User Access Administrator at /).\n")
	b.WriteString("sp=$(az ad sp show --id \"$APP_ID\" --query id --output tsv)\n")
	for _, r := range roles {
		prefix := ""
		if strings.Contains(r.Scope, "<") {
			prefix = "# "
		}
		fmt.Fprintf(b, "%saz role assignment create --assignee-object-id \"$sp\" --assignee-principal-type ServicePrincipal --role %q --scope %q\n",
			prefix, r.Role, r.Scope)
	}
}

// Terraform returns the same for the hashicorp/azuread and azurerm providers.
func Terraform(datasets []tenant.Dataset) string {
	var b strings.Builder
	b.WriteString(`variable "auditor_object_id" {
  description = "Object id of the auditing app's service principal."
  type        = string
}

data "azuread_service_principal" "graph" {
  client_id = "` + GraphAppID + `"
}

locals {
  ztagent_permissions = toset([
`)
	var without []string
	for _, p := range LeastPermissions(datasets) {
		if p.ApplicationID == "" {
			without = append(without, p.Name)
			continue
		}
		fmt.Fprintf(&b, "    %q,\n", p.Name)
	}
	b.WriteString("  ])\n}\n\n")
	for _, name := range without {
		fmt.Fprintf(&b, "# %s: no application id is published; add it in the portal.\n\n", name)
	}
	b.WriteString(`resource "azuread_app_role_assignment" "ztagent" {
  for_each            = local.ztagent_permissions
  app_role_id         = data.azuread_service_principal.graph.app_role_ids[each.value]
  principal_object_id = var.auditor_object_id
  resource_object_id  = data.azuread_service_principal.graph.object_id
}
`)
	for _, r := range AzureRoles(datasets) {
		if strings.Contains(r.Scope, "<") {
			fmt.Fprintf(&b, "\n# %s: role %q at the resource id of each workspace.\n", r.Dataset, r.Role)
			continue
		}
		fmt.Fprintf(&b, "\nresource \"azurerm_role_assignment\" %q {\n  scope                = %q\n  role_definition_name = %q\n  principal_id         = var.auditor_object_id\n}\n",
			"ztagent_"+strings.ToLower(string(r.Dataset)), r.Scope, r.Role)
	}
	return b.String()
}

// Markdown returns docs/permissions.md: the least permissions of everything,
// then one section per dataset.
func Markdown() string {
	var b strings.Builder
	b.WriteString("# Permissions\n\nWhat `ztagent` reads, with which request, and the least permission for it. " +
		"This page is generated from the dataset table; `ztagent permissions` prints the same for the checks you select.\n\n")
	b.WriteString("## Least permissions for all checks\n\n| permission | application id | delegated id | for |\n|---|---|---|---|\n")
	all := tenant.Datasets()
	for _, p := range LeastPermissions(all) {
		var users []string
		for _, d := range DatasetsOf(p.Name, all) {
			users = append(users, "`"+string(d)+"`")
		}
		fmt.Fprintf(&b, "| %s%s | %s | %s | %s |\n", p.Name, optionalMark(p), code(p.ApplicationID), code(p.DelegatedID), strings.Join(users, ", "))
	}
	b.WriteString("\nIn Azure, with roles instead of permissions:\n\n| role | scope | for |\n|---|---|---|\n")
	for _, r := range AzureRoles(all) {
		fmt.Fprintf(&b, "| %s | `%s` | `%s` |\n", r.Role, r.Scope, r.Dataset)
	}
	b.WriteString("\n`Directory.AccessAsUser.All` must not be in the token: permissions about agents are then ignored. " +
		"The Azure CLI's own client always carries it.\n\n## Datasets\n")
	for _, row := range Table() {
		b.WriteString(row.markdown())
	}
	return b.String()
}

func (r Row) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n### `%s`\n\n%s%s.", r.Dataset, strings.ToUpper(r.Holds[:1]), r.Holds[1:])
	if r.Optional {
		b.WriteString(" Optional: absent counts as empty.")
	}
	b.WriteString("\n\n")
	if r.Source == Record {
		return b.String() + "Written by `ztagent drill verify`; no request is made.\n"
	}
	fmt.Fprintf(&b, "- request: `%s`\n", r.Request)
	for _, rel := range r.Relations {
		fmt.Fprintf(&b, "- `%s`: %s; in full `%s`\n", rel.Name, rel.Read.describe(), rel.Full)
	}
	for _, p := range r.Permissions {
		fmt.Fprintf(&b, "- permission: %s", p.Name)
		if p.For != "" {
			fmt.Fprintf(&b, " (for %s%s)", p.For, map[bool]string{true: "; optional"}[p.Optional])
		}
		if len(p.Accepted) > 0 {
			fmt.Fprintf(&b, "; also accepted: %s", strings.Join(p.Accepted, ", "))
		}
		b.WriteString("\n")
	}
	if len(r.Roles) > 0 {
		fmt.Fprintf(&b, "- %s: %s\n", map[bool]string{true: "Azure role", false: "role of a signed-in user"}[r.Service == Azure], strings.Join(r.Roles, " or "))
	}
	if r.Licence != "" {
		fmt.Fprintf(&b, "- licence: %s\n", r.Licence)
	}
	if r.Clouds != nil {
		fmt.Fprintf(&b, "- clouds: %s\n", strings.Join(r.Clouds, ", "))
	}
	fmt.Fprintf(&b, "- documentation: <%s>\n", r.URL)
	return b.String()
}

func (r Read) describe() string {
	switch r {
	case Expanded:
		return "expanded in a pass over the list"
	case PerObject:
		return "read per object, in batches"
	}
	return "part of the request"
}

func optionalMark(p Permission) string {
	if p.Optional {
		return " (optional)"
	}
	return ""
}

func code(id string) string {
	if id == "" {
		return "not published"
	}
	return "`" + id + "`"
}
