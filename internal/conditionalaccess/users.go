package conditionalaccess

import (
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// UserReach says whether a policy reaches an agent user, whatever its state.
type UserReach struct {
	Answer   Answer
	Policy   *Policy
	Because  string
	Pointer  string // to the property of the policy that decides
	Included bool   // the policy includes the agent user, whether or not it excludes it
}

// UserCovered reports whether an enabled policy on all resources with a grant
// control includes the agent user (L3, conditional-access/agent-users-not-covered).
func (e *Evaluator) UserCovered(u *tenant.AgentUser) (Answer, UserReach) {
	var open UserReach
	result := No
	for _, c := range e.users {
		reach := e.TargetsUser(c.Policy, u)
		switch c.holds.And(reach.Answer) {
		case Yes:
			return Yes, reach
		case Unknown:
			if result == No {
				result, open = Unknown, reach
				if reach.Answer == Yes {
					open.Because = c.doubt()
				}
			}
		}
	}
	return result, open
}

const userPath = "/conditions/users/"

// TargetsUser reports whether the policy includes the agent user: by the word
// for all agent users or by its id, and not excluded by id, group or role. All
// users are people: they do not include agent users.
func (e *Evaluator) TargetsUser(p *Policy, u *tenant.AgentUser) UserReach {
	included, byID := p.AllAgentUsers, hasID(p.users.IncludeUsers, u.ID)
	included = included.Or(unless(byID, p.usersUnread))
	reach := func(a Answer, pointer, because string) UserReach {
		return UserReach{a, p, because, pointer, included == Yes}
	}
	if included == No {
		if p.AllUsers == Yes {
			return reach(No, userPath+"includeUsers", "the policy is for all users, which agent users are not among")
		}
		return reach(No, userPath+"includeUsers", "the policy does not include the agent user")
	}
	excluded := e.excludesUser(p, u)
	switch {
	case excluded.Answer == Yes:
		return reach(No, excluded.Pointer, excluded.Because)
	case included == Unknown:
		return reach(Unknown, userPath+"includeUsers", "whether the policy includes the agent user was not returned")
	case excluded.Answer == Unknown:
		return reach(Unknown, excluded.Pointer, excluded.Because)
	case byID == Yes:
		return reach(Yes, userPath+"includeUsers", "the policy names the agent user")
	}
	return reach(Yes, userPath+"includeUsers", "the policy includes all agent users")
}

// excludesUser reports the first exclusion that holds, or that may.
func (e *Evaluator) excludesUser(p *Policy, u *tenant.AgentUser) UserReach {
	open := UserReach{Answer: No}
	for _, exclusion := range []struct {
		property, yes string
		list          tenant.Relation[string]
		holds         func(tenant.Relation[string]) Answer
	}{
		{"excludeUsers", "the policy excludes the agent user by name", p.users.ExcludeUsers, func(l tenant.Relation[string]) Answer {
			return hasWord(l, wordAllAgentUsers).Or(hasID(l, u.ID))
		}},
		{"excludeGroups", "the policy excludes a group of the agent user", p.users.ExcludeGroups, func(l tenant.Relation[string]) Answer {
			return e.memberships().inGroup(u.ID, l)
		}},
		{"excludeRoles", "the policy excludes a directory role of the agent user", p.users.ExcludeRoles, func(l tenant.Relation[string]) Answer {
			return e.memberships().hasRole(u.ID, l)
		}},
	} {
		result := answer(false)
		if names(exclusion.list) == Yes {
			result = exclusion.holds(exclusion.list)
		}
		if result == No && !read(exclusion.list) {
			result = Unknown
		}
		switch result {
		case Yes:
			return UserReach{Answer: Yes, Because: exclusion.yes, Pointer: userPath + exclusion.property}
		case Unknown:
			if open.Answer == No {
				open = UserReach{Answer: Unknown, Because: "whether " + exclusion.yes + " cannot be told", Pointer: userPath + exclusion.property}
			}
		}
	}
	return open
}

// hasID reports whether a list has an id. A user whose own id was not returned
// may be any that the list names.
func hasID(list tenant.Relation[string], id tenant.ID) Answer {
	result := answer(false)
	if !read(list) {
		result = Unknown
	}
	for _, item := range list.Items {
		if strings.EqualFold(item, wordAll) || strings.EqualFold(item, wordNone) ||
			strings.EqualFold(item, wordAllAgentUsers) || strings.EqualFold(item, "GuestsOrExternalUsers") {
			continue
		}
		if id.IsZero() {
			result = Unknown
		} else if tenant.ParseID(item) == id {
			return Yes
		}
	}
	return result
}
