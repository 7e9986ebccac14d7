package checks

import (
	"strconv"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/permissions"
	"github.com/ztagent/ztagent/internal/tenant"
)

// roleRule fails agents and agent users that hold a role of some kind.
type roleRule struct {
	breaks func(*permissions.Role) tenant.Answer
	noun   string // "privileged directory role"
	why    string
}

func (r roleRule) judge(j *audit.Judge) {
	book := permissions.RolesOf(j.Tenant)
	stray := ""
	for i := range book.Stray {
		if r.breaks(book.Stray[i].Role) != tenant.No {
			stray = "an assignment of a directory role has no principalId, and may be its own"
		}
	}
	for a := range j.Tenant.AgentIdentities.All() {
		r.judgeHolder(j, book, a, a.ID, stray)
	}
	for u := range j.Tenant.AgentUsers.All() {
		r.judgeHolder(j, book, u, u.ID, stray)
	}
}

// heldRole is a grant of the holder, or of a group that it is a member of.
type heldRole struct {
	*permissions.RoleGrant
	group *tenant.MemberOf // nil for a direct one
}

func (r roleRule) judgeHolder(j *audit.Judge, book *permissions.RoleBook, holder tenant.Resource, id tenant.ID, stray string) {
	if holder.Activity() == tenant.Inactive {
		j.NotApplicable(holder, "not active")
		return
	}
	var broken []heldRole
	unknown := stray
	look := func(grants []permissions.RoleGrant, group *tenant.MemberOf) {
		for i := range grants {
			switch r.breaks(grants[i].Role) {
			case tenant.Yes:
				broken = append(broken, heldRole{&grants[i], group})
			case tenant.Unknown:
				unknown = "the kind of " + grants[i].Role.Label() + " was not returned in roleDefinitions"
			}
		}
	}
	if id.IsZero() {
		unknown = "its id was not returned"
	} else {
		look(book.Direct(id), nil)
	}
	membership := j.Tenant.GroupMembershipsByID().First(id)
	switch {
	case id.IsZero():
	case membership == nil:
		unknown = "its row in groupMemberships is missing"
	default:
		for i := range membership.TransitiveMemberOf.Items {
			group := &membership.TransitiveMemberOf.Items[i]
			if group.ID.IsZero() {
				unknown = "the id of a group that it is a member of was not returned"
				continue
			}
			look(book.Direct(group.ID), group)
		}
		if !membership.TransitiveMemberOf.Complete() {
			unknown = "its transitiveMemberOf was not returned in full"
		}
	}
	switch {
	case len(broken) > 0:
		r.fail(j, holder, broken)
	case unknown != "":
		j.Unknown(holder, "Whether "+lowered(holder)+" holds a "+r.noun+" cannot be told: "+unknown+".")
	default:
		j.Pass(holder)
	}
}

func (r roleRule) fail(j *audit.Judge, holder tenant.Resource, broken []heldRole) {
	var names []string
	var evidence []audit.Evidence
	seen := map[string]bool{}
	for _, held := range broken {
		name := held.Role.Label() + " (" + held.way() + ")"
		evidence = append(evidence, audit.At(held, "/roleDefinitionId", held.Role.Label(), "no such role"))
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	noun := r.noun
	if len(names) > 1 {
		noun = strings.Replace(noun, " role", " roles", 1)
	} else {
		noun = "a " + noun
	}
	j.Fail(holder, named(holder)+" holds "+noun+": "+listOf(names)+". "+r.why, evidence...)
}

func (h heldRole) way() string {
	way := "active"
	if h.Eligible {
		way = "eligible"
	}
	if h.group != nil {
		way += " through group " + groupLabel(h.group)
	}
	return way
}

func groupLabel(g *tenant.MemberOf) string {
	if name := g.DisplayName.Or(""); name != "" {
		return `"` + name + `"`
	}
	return g.ID.String()
}

// listOf joins a few names and counts the rest.
func listOf(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + " and " + strconv.Itoa(len(names)-most) + " more"
}
