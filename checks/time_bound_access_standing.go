package checks

import (
	"github.com/ztagent/ztagent/internal/access"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/permissions"
	"github.com/ztagent/ztagent/internal/tenant"
)

// judgeStandingAccess implements "it holds an application permission, directory
// role or group membership that no delivered access package assignment with an
// end date accounts for". Inherited permissions count; what a foreign blueprint
// passes on is not visible here.
func judgeStandingAccess(j *audit.Judge) {
	ledger := permissions.Of(j.Tenant)
	s := &standing{
		book:        access.Of(j.Tenant),
		cursor:      ledger.Cursor(permissions.Application),
		assignments: tenant.NewIndex(&j.Tenant.RoleAssignments, func(a *tenant.RoleAssignment) tenant.ID { return a.PrincipalID }),
		roles:       permissions.RolesOf(j.Tenant),
		memberships: j.Tenant.GroupMembershipsByID(),
	}
	switch {
	case len(ledger.Stray(permissions.Application)) > 0:
		s.stray = "a row of appRoleAssignments that may be its own has no principalId"
	case len(s.assignments.Unkeyed) > 0:
		s.stray = "an assignment of a directory role has no principalId, and may be its own"
	}
	for agent := range s.cursor.Agents() {
		if agent.Activity() == tenant.Inactive {
			j.NotApplicable(agent, "not active")
			continue
		}
		s.judge(j, agent)
	}
}

// standing goes through what agents hold. Its slices are used again for each.
type standing struct {
	book        *access.Book
	cursor      *permissions.Cursor
	assignments *tenant.Index[tenant.RoleAssignment]
	roles       *permissions.RoleBook
	memberships *tenant.Index[tenant.GroupMembership]
	stray       string

	agent   *tenant.AgentIdentity
	found   []standingItem
	unknown unknownAccess
}

// standingItem is one thing that nothing accounts for: one of the three.
type standingItem struct {
	pair  *permissions.Pair
	role  *tenant.RoleAssignment
	group *tenant.MemberOf
}

// unknownAccess is why the answer may be worse than what was found: a reason, or
// what is held and may be accounted for.
type unknownAccess struct {
	reason string
	item   standingItem
}

func (u unknownAccess) isZero() bool { return u == unknownAccess{} }

func (s *standing) judge(j *audit.Judge, agent *tenant.AgentIdentity) {
	s.agent, s.found, s.unknown = agent, s.found[:0], unknownAccess{}
	pairs := s.cursor.Pairs()
	for i := range pairs {
		s.permission(&pairs[i])
	}
	for _, a := range s.assignments.Of(agent.ID) {
		h := access.Role(a.RoleDefinitionID, s.roles.TemplateOf(a.RoleDefinitionID))
		s.take(s.book.AccountsFor(h, agent.ID), standingItem{role: a})
	}
	membership := s.memberships.First(agent.ID)
	if membership != nil {
		s.groups(membership)
	}
	unread := s.cursor.Unread()
	switch {
	case len(s.found) > 0:
		s.fail(j)
	case !s.unknown.isZero():
		j.Unknown(agent, "Whether all access of "+lowered(agent)+" ends cannot be told: "+s.explain()+".")
	case unread != "":
		j.Unknown(agent, "What access "+lowered(agent)+" holds cannot be told: "+unread+".")
	case membership == nil:
		j.Unknown(agent, "What access "+lowered(agent)+" holds cannot be told: its row in groupMemberships is missing.")
	case s.stray != "":
		j.Unknown(agent, "What access "+lowered(agent)+" holds cannot be told: "+s.stray+".")
	case s.cursor.Inheritance().Foreign:
		j.NotApplicable(agent, "what its blueprint passes on is not visible here: it is homed in another tenant")
	default:
		j.Pass(agent)
	}
}

func (s *standing) permission(p *permissions.Pair) {
	holder := [2]tenant.ID{s.agent.ID}
	if principal := s.cursor.Inheritance().Principal; p.Direct.IsZero() && principal != nil {
		holder[1] = principal.ID // what the blueprint principal holds for a time, so do its agents
	}
	answer := s.book.AccountsFor(access.Permission(p.ResourceID, p.ID), holder[:]...)
	if p.Uncertain != "" && answer == tenant.No {
		answer = tenant.Unknown
	}
	s.take(answer, standingItem{pair: p})
}

func (s *standing) groups(m *tenant.GroupMembership) {
	for i := range m.TransitiveMemberOf.Items {
		group := &m.TransitiveMemberOf.Items[i]
		if permissions.IsGroup(group) {
			s.take(s.book.AccountsFor(access.Group(group.ID), s.agent.ID), standingItem{group: group})
		}
	}
	if !m.TransitiveMemberOf.Complete() {
		s.unknown.reason = "its transitiveMemberOf was not returned in full"
	}
}

func (s *standing) take(accounted tenant.Answer, item standingItem) {
	switch accounted {
	case tenant.No:
		s.found = append(s.found, item)
	case tenant.Unknown:
		s.unknown.item = item
	}
}

func (s *standing) explain() string {
	item := s.unknown.item
	switch {
	case s.unknown.reason != "":
		return s.unknown.reason
	case item.pair != nil && item.pair.Uncertain != "":
		return "whether it has " + s.label(item) + " is not known, because " + item.pair.Uncertain
	}
	return "an access package assignment may account for " + s.label(item) +
		", but what it hands out, its end, its state or its target was not returned"
}

func (s *standing) label(item standingItem) string {
	switch {
	case item.pair != nil:
		return "the application permission " + item.pair.Label() + " on " + item.pair.APIName()
	case item.role != nil:
		return "the directory role " + s.roles.Label(item.role.RoleDefinitionID)
	}
	return "membership of group " + groupLabel(item.group)
}

func (s *standing) fail(j *audit.Judge) {
	var names []string
	var evidence []audit.Evidence
	for _, item := range s.found {
		names = append(names, s.label(item))
		switch {
		case item.pair != nil:
			evidence = append(evidence, audit.At(item.pair.Grant(), "/appRoleId", "granted without end", "an access package that ends"))
		case item.role != nil:
			evidence = append(evidence, audit.At(item.role, "/roleDefinitionId", "assigned without end", "an access package that ends"))
		default:
			evidence = append(evidence, audit.At(s.memberships.First(s.agent.ID), "/transitiveMemberOf",
				"member of group "+groupLabel(item.group), "an access package that ends"))
		}
	}
	j.Fail(s.agent, named(s.agent)+" holds access that no access package ends: "+listOf(names)+". "+
		"No delivered assignment with an end date accounts for it, so it stays until someone takes it away.", evidence...)
}
