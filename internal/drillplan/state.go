package drillplan

import (
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// The states of an account.
const (
	stateEnabled             = "enabled"
	stateDisabled            = "disabled"
	stateDisabledByMicrosoft = "disabledByMicrosoft"
	stateUnknown             = "unknown"
)

func stateOf(r tenant.Resource, byMicrosoft tenant.Opt[string]) string {
	if status := byMicrosoft.Or("NotDisabled"); status != "NotDisabled" {
		return stateDisabledByMicrosoft
	}
	switch r.Activity() {
	case tenant.Active:
		return stateEnabled
	case tenant.Inactive:
		return stateDisabled
	}
	return stateUnknown
}

func agentObject(a *tenant.AgentIdentity) Object {
	o := objectOf(a)
	o.State = stateOf(a, a.DisabledByMicrosoftStatus)
	return o
}

func principalObject(p *tenant.AgentIdentityBlueprintPrincipal) Object {
	o := objectOf(p)
	o.State = stateOf(p, p.DisabledByMicrosoftStatus)
	return o
}

func userObject(u *tenant.AgentUser) Object {
	o := objectOf(u)
	o.State = stateOf(u, tenant.Null[string]())
	return o
}

// personOf names a user, group or service principal by id, as far as it is
// known.
func personOf(s *tenant.Snapshot, id tenant.ID) Person {
	p := Person{ID: id.String()}
	o := s.DirectoryObjectsByID().First(id)
	if o == nil {
		return p
	}
	p.DisplayName, p.UserPrincipalName = o.DisplayName.Or(""), o.UserPrincipalName.Or("")
	p.Kind = kindOf(o)
	switch enabled, known := o.AccountEnabled.Get(); {
	case o.DeletedDateTime.IsSet():
		p.State = "deleted"
	case known && enabled:
		p.State = stateEnabled
	case known:
		p.State = stateDisabled
	}
	return p
}

func kindOf(o *tenant.DirectoryObject) string {
	name := o.ODataType.Or("")
	return name[strings.LastIndexByte(name, '.')+1:]
}

// Person is somebody to tell or to ask. State is enabled, disabled, deleted, or
// "" when it was not returned or means nothing.
type Person struct {
	ID                string `json:"id"`
	Kind              string `json:"kind,omitzero"` // user, group, servicePrincipal
	DisplayName       string `json:"displayName,omitzero"`
	UserPrincipalName string `json:"userPrincipalName,omitzero"`
	State             string `json:"state,omitzero"`
	Roles             []Held `json:"roles,omitzero"`
	// Members is how many direct members a group has; null when not counted.
	Members *int64 `json:"members,omitzero"`
}

// Held is a role that a person holds.
type Held struct {
	Role string `json:"role"`
	// Eligible: it must be activated in Privileged Identity Management first.
	Eligible bool `json:"eligible"`
	// Disables and Confirms: what the role may send.
	Disables bool `json:"disables"`
	Confirms bool `json:"confirms"`
}
