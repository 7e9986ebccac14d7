// Package activity reads the sign-in log: whose attempt a row is, when an agent
// was last seen, and how far back the log goes.
package activity

import "github.com/ztagent/ztagent/internal/tenant"

// Kind says whose attempt a sign-in is.
type Kind uint8

// A row that lost the ids by which it could be told is Unkeyed: for all one
// knows it is any agent's.
const (
	Unkeyed   Kind = iota
	Agent          // an agent identity of the snapshot, by itself or through its agent user
	Blueprint      // a blueprint's own attempt, which is not an agent's
	Stranger       // an agent that is not in the snapshot
	Other          // something else, as far as the row tells
)

// Owners tells whose attempts sign-ins are. Ids decide; the agent markers,
// which differ between sources, only where no id does.
type Owners struct {
	agents *tenant.Index[tenant.AgentIdentity]
	users  *tenant.Index[tenant.AgentUser]
}

// OwnersOf returns the Owners of a snapshot. They rest on agentIdentities and
// agentUsers.
func OwnersOf(s *tenant.Snapshot) Owners {
	return Owners{agents: s.AgentsByID(), users: s.AgentUsersByID()}
}

// Of returns whose attempt row is, with the agent where it is one's.
func (o Owners) Of(row *tenant.SignIn) (Kind, *tenant.AgentIdentity) {
	if a := o.agents.First(row.ServicePrincipalID); a != nil {
		return Agent, a
	}
	// An agent identity's appId is its object id.
	if a := o.agents.First(row.AppID()); a != nil {
		return Agent, a
	}
	switch row.AgentType {
	case "agenticApp", "agentIdentityBlueprintPrincipal":
		return Blueprint, nil
	}
	if a := o.agents.First(row.AgentSubjectParentID()); a != nil {
		return Agent, a
	}
	if user := o.users.First(row.UserID()); user != nil {
		return o.ofUser(user)
	}
	return ofNobodyKnown(row), nil
}

func (o Owners) ofUser(user *tenant.AgentUser) (Kind, *tenant.AgentIdentity) {
	if user.IdentityParentID.IsAbsent() {
		return Unkeyed, nil
	}
	if a := o.agents.First(user.IdentityParentID.Or(tenant.ID{})); a != nil {
		return Agent, a
	}
	return Stranger, nil
}

func ofNobodyKnown(row *tenant.SignIn) Kind {
	agentic := row.AgentType == "agenticAppInstance" || row.AgentSubjectType == "agentIDuser" ||
		row.AgentSubjectType == "agenticAppInstance"
	switch {
	case row.AgentType == "notAgentic" && !agentic:
		return Other
	case row.ServicePrincipalID.IsZero() && row.AgentSubjectParentID().IsZero():
		return Unkeyed
	case agentic:
		return Stranger
	}
	return Other
}
