package checks

import (
	"strconv"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/permissions"
	"github.com/ztagent/ztagent/internal/tenant"
)

// wildcard implements "an effective application permission over everything that
// is not a read at Microsoft privilege level 1 or 2 (an API without levels: reads
// are exempt)"; critical at level 4 and for write.
func wildcard(p *permissions.Permission) ruling {
	switch {
	case p.Name == "":
		return unclearBecause(p.Unnamed)
	case !p.Everything():
		return allowed
	case !p.ReadOnly():
		return overEverything(p, audit.Critical, "changes", "It can change or act on every object of its kind.")
	}
	switch p.OnGraph() {
	case tenant.No:
		return allowed
	case tenant.Unknown:
		return unclearBecause(unknownAPI(p))
	}
	switch {
	case !p.Published:
		return unclearBecause("Microsoft's privilege level of the permission is not known here")
	case p.Level == 1 || p.Level == 2:
		return allowed
	case p.Level == 4:
		return overEverything(p, audit.Critical, "reads", levelText(p))
	}
	return overEverything(p, audit.High, "reads", levelText(p))
}

func levelText(p *permissions.Permission) string {
	if p.Level == 0 {
		return "Microsoft gives it no privilege level that would make it harmless."
	}
	return "Microsoft rates it at privilege level " + strconv.Itoa(p.Level) + " of 4."
}

func overEverything(p *permissions.Permission, severity audit.Severity, verb, why string) ruling {
	return ruling{
		status: audit.Fail, severity: severity, why: why, expected: "a permission on selected objects",
		says: holds(p) + ", which " + verb + " everything of its kind in the tenant",
	}
}

// forbidden implements "one on Microsoft's list of permissions agents may never
// be granted".
func forbidden() func(p *permissions.Permission) ruling {
	patterns := [2][]string{
		permissions.ForbiddenPatterns(permissions.Application), permissions.ForbiddenPatterns(permissions.Delegated),
	}
	return func(p *permissions.Permission) ruling {
		return onGraph(p, permissions.MatchAny(p.Name, patterns[p.Kind]...), ruling{
			status: audit.Fail, expected: "none of the permissions that are blocked for agents",
			says: holds(p) + ", which no agent may ever be granted",
			why:  "Microsoft blocks it for agents, so it was granted before the block or around it.",
		})
	}
}

// unresolved implements "a role id that its API does not define".
func unresolved(p *permissions.Permission) ruling {
	switch {
	case p.Defined == tenant.Yes:
		return allowed
	case p.Defined == tenant.No:
		return ruling{
			status: audit.Fail, expected: "an app role that the API defines",
			says: "holds the app role " + p.ID.String() + " on " + p.APIName() + ", which that API does not define",
			why:  "Nobody can tell what it grants, and the API may come to define it again.",
		}
	case p.Unnamed != "":
		return unclearBecause(p.Unnamed)
	}
	return unclearBecause("the appRoles of its API were not returned in full")
}

// Permissions that let an agent create, change, enable or credential agents.
var agentMakers = []string{
	"AgentIdentity.Create*", "AgentIdentity.ReadWrite*", "AgentIdentity.EnableDisable*", "AgentIdentity.UpdateSponsors*",
	"AgentIdentityBlueprint.Create", "AgentIdentityBlueprint.ReadWrite*", "AgentIdentityBlueprint.AddRemoveCreds*",
	"AgentIdentityBlueprint.UpdateAuthProperties*", "AgentIdentityBlueprint.UpdateSponsors*",
	"AgentIdentityBlueprintPrincipal.Create", "AgentIdentityBlueprintPrincipal.ReadWrite*",
	"AgentIdentityBlueprintPrincipal.EnableDisable*", "AgentIdUser.*", "AgentInstance.ReadWrite*",
	"AgentRegistration.ReadWrite*", "Application.ReadWrite*", "AppRoleAssignment.ReadWrite.All",
}

func createsAgents(p *permissions.Permission) ruling {
	return onGraph(p, permissions.MatchAny(p.Name, agentMakers...), ruling{
		status: audit.Fail, expected: "no permission over agents",
		says: holds(p) + ", with which it can make, change or enable agents, or give them credentials",
		why:  "A hijacked agent could build itself others that nobody approved.",
	})
}
