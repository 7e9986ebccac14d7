package checks

import (
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// disablingRoles are the template ids of the directory roles that can disable
// agents.
func disablingRoles() map[tenant.ID]bool {
	return map[tenant.ID]bool{
		tenant.ParseID("62e90394-69f5-4237-9190-012177145e10"): true, // Global Administrator
		tenant.ParseID("db506228-d27e-4b7d-95e5-295956d6615f"): true, // Agent ID Administrator
		tenant.ParseID("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"): true, // Application Administrator
		tenant.ParseID("158c047a-c907-4556-b7ef-446551a6b5f7"): true, // Cloud Application Administrator
		tenant.ParseID("194ae4cb-b126-40b2-bd5b-6091b380977d"): true, // Security Administrator
	}
}

// holders counts the people who can disable agents. Sure ones are known to be
// enabled; how many more there may be depends on what was not returned.
type holders struct {
	snapshot *tenant.Snapshot
	roles    map[tenant.ID]bool

	sure   map[tenant.ID]bool
	more   map[tenant.ID]bool // accounts of which it is not known
	groups map[tenant.ID]bool
	// members of groups that hold a role, who are not listed; endless when a
	// group was not counted or a row lost its principal.
	members int64
	endless bool
}

func judgeNobodyToPullIt(j *audit.Judge) {
	h := &holders{
		snapshot: j.Tenant, roles: disablingRoles(),
		sure: map[tenant.ID]bool{}, more: map[tenant.ID]bool{}, groups: map[tenant.ID]bool{},
	}
	for r := range j.Tenant.RoleAssignments.All() {
		h.add(r.RoleDefinitionID, r.PrincipalID, r.DirectoryScopeID)
	}
	for r := range j.Tenant.RoleEligibilityScheduleInstances.All() {
		h.add(r.RoleDefinitionID, r.PrincipalID, r.DirectoryScopeID)
	}
	need, sure := int64(j.Config.KillSwitchHolders), int64(len(h.sure))
	switch {
	case sure >= need:
		j.Pass(j.Whole())
	case h.endless || sure+int64(len(h.more))+h.members >= need:
		j.Unknown(j.Whole(), fmt.Sprintf("%s can disable agents for sure. There may be more: members of groups that hold a role, "+
			"or holders whose account, role or scope was not returned.", count(len(h.sure), "enabled user")))
	default:
		who := "Nobody"
		if sure > 0 {
			who = "Only " + count(len(h.sure), "enabled user")
		}
		j.Fail(j.Whole(), fmt.Sprintf("%s can disable agents, where at least %d should. At night or on holiday nobody may be there "+
			"to stop one.", who, need),
			audit.Evidence{
				Dataset: tenant.DatasetRoleAssignments, Observed: count(len(h.sure), "enabled holder"),
				Expected: fmt.Sprintf("at least %d", need),
			})
	}
}

// add counts one holder of a role, once for all of that person's roles. A role
// over a part of the directory cannot stop every agent.
func (h *holders) add(role, principal tenant.ID, scope tenant.Opt[string]) {
	holds := min(h.disables(role), certain(scope.Or("") == "/", scope.IsSet()))
	if holds == no {
		return
	}
	if h.isAgent(principal) {
		return
	}
	o := h.snapshot.DirectoryObjectsByID().First(principal)
	if o == nil {
		h.endless = true // it may be a group of any size
		return
	}
	members, counted := o.MembersCount.Get()
	if counted || hasType(o, "group") {
		if !o.DeletedDateTime.IsSet() && !h.groups[principal] {
			h.groups[principal] = true
			h.addGroup(members, counted)
		}
		return
	}
	switch min(holds, isEnabledUser(o)) {
	case yes:
		h.sure[principal] = true
		delete(h.more, principal)
	case unclear:
		if !h.sure[principal] {
			h.more[principal] = true
		}
	}
}

// isAgent: a holder need not be a person, and agents have no row of their own
// among the directory objects.
func (h *holders) isAgent(id tenant.ID) bool {
	return h.snapshot.AgentsByID().First(id) != nil || h.snapshot.AgentUsersByID().First(id) != nil
}

func (h *holders) addGroup(members int64, counted bool) {
	if !counted {
		h.endless = true
		return
	}
	h.members += members
}

// disables reports whether a role can disable agents. Assignments name built-in
// roles by template id, whether or not their definition is there.
func (h *holders) disables(role tenant.ID) certainty {
	if role.IsZero() {
		return unclear
	}
	d := h.snapshot.RoleDefinitionsByID().First(role)
	return certain(h.roles[role] || d != nil && h.roles[d.TemplateID], true)
}

func hasType(o *tenant.DirectoryObject, name string) bool {
	return strings.HasSuffix(strings.ToLower(o.ODataType.Or("")), "."+strings.ToLower(name))
}

func isEnabledUser(o *tenant.DirectoryObject) certainty {
	if o.DeletedDateTime.IsSet() {
		return no
	}
	user := certain(hasType(o, "user"), o.ODataType.IsSet())
	if o.ODataType.IsAbsent() && o.UserType.IsSet() {
		user = yes // only users have one
	}
	return min(user, certainOf(o.AccountEnabled))
}
