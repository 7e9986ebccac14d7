package dossier

import (
	"cmp"
	"slices"

	"github.com/ztagent/ztagent/internal/permissions"
	"github.com/ztagent/ztagent/internal/tenant"
)

// Permissions are what the agent has in its token: granted to it, or to its
// blueprint principal and passed on.
type Permissions struct {
	Items []Permission `json:"items"` // the most powerful first
	// NotVisible says what cannot be seen in this tenant, "" when nothing hides.
	NotVisible string    `json:"notVisible"`
	NotRead    []Missing `json:"notRead"`
}

// Permission is one permission of one API.
type Permission struct {
	Name     string `json:"name"` // "Mail.Read"; "role ID" where it has no name
	Kind     string `json:"kind"` // application, delegated
	API      string `json:"api"`
	APIAppID string `json:"apiAppId"`
	ID       string `json:"id"` // of the app role or scope
	// PrivilegeLevel is Microsoft's, 1 lowest to 4 highest; 0 is none.
	PrivilegeLevel int  `json:"privilegeLevel"`
	Direct         bool `json:"direct"`
	Inherited      bool `json:"inherited"`
	// Path says how the agent came by it, and who consented.
	Path string `json:"path"`
	// Uncertain says why it cannot be told whether the agent has it, or what it
	// is; "" when it can.
	Uncertain string `json:"uncertain"`
	// Failing are the rules that fail on it, the most severe first.
	Failing []FailingRule `json:"failing"`
}

// FailingRule is a rule with the severity of its failure.
type FailingRule struct {
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
}

func (b *builder) permissions(findings []Finding) Permissions {
	ledger := permissions.Of(b.s)
	cursor := b.cursor
	cursor.SeekAt(b.agent, b.places[b.agent])
	x := cursor.Inheritance()
	var section Permissions
	for _, p := range cursor.Pairs() {
		section.Items = append(section.Items, permissionOf(&p, x, findings, b.agent.ID.String()))
	}
	slices.SortStableFunc(section.Items, comparePermissions)
	if x.Foreign {
		section.NotVisible = "what its blueprint passes on: the blueprint lives in another tenant"
	}
	section.NotRead = b.gaps(
		tenant.DatasetAppRoleAssignments, tenant.DatasetOAuth2PermissionGrants, tenant.DatasetAgentIdentityBlueprints,
		tenant.DatasetAgentIdentityBlueprintPrincipals, tenant.DatasetResourceServicePrincipals)
	if why := cursor.Unread(); why != "" {
		section.NotRead = append(section.NotRead, unclear("permissions", why))
	}
	for _, k := range []permissions.Kind{permissions.Application, permissions.Delegated} {
		if len(ledger.Stray(k)) > 0 {
			section.NotRead = append(section.NotRead,
				unclear("permissions", "a grant of "+k.String()+" permissions lost the id of its holder, and may be this agent's"))
		}
	}
	return section
}

func permissionOf(p *permissions.Pair, x *permissions.Inheritance, findings []Finding, agent string) Permission {
	return Permission{
		Name: p.Label(), Kind: p.Kind.String(), API: p.APIName(), APIAppID: p.APIAppID().String(), ID: p.ID.String(),
		PrivilegeLevel: p.Level, Direct: !p.Direct.IsZero(), Inherited: !p.Inherited.IsZero(),
		Path: p.Path(x), Uncertain: cmp.Or(p.Uncertain, p.Unnamed), Failing: failingOn(p.Key, agent, findings),
	}
}

// failingOn finds the failures of rules about agent × permission: they are told
// apart by the permission's key.
func failingOn(key, agent string, findings []Finding) []FailingRule {
	var failing []FailingRule
	for i := range findings {
		if f := &findings[i]; f.Key == key && f.Resource.ID == agent && f.Status == failStatus {
			failing = append(failing, FailingRule{f.Rule, string(f.Severity)})
		}
	}
	return failing
}

func comparePermissions(a, b Permission) int {
	return cmp.Or(
		cmp.Compare(b.PrivilegeLevel, a.PrivilegeLevel),
		cmp.Compare(a.Kind, b.Kind), // application before delegated
		cmp.Compare(a.API, b.API), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID), cmp.Compare(a.APIAppID, b.APIAppID))
}
