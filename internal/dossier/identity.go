package dossier

import (
	"cmp"
	"slices"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Agent is the identity itself.
type Agent struct {
	ID              string `json:"id"`
	DisplayName     string `json:"displayName"`
	CreatedDateTime string `json:"createdDateTime"`
	Maker           Maker  `json:"maker"`
	// Activity is active, inactive or unknown; what it rests on stands beside it.
	Activity                  string `json:"activity"`
	AccountEnabled            string `json:"accountEnabled"`            // yes, no, unknown
	DisabledByMicrosoftStatus string `json:"disabledByMicrosoftStatus"` // "" for null
	// Attributes are the custom security attributes that are set, as Set.Name.
	// Their values are not shown: only few may read them.
	Attributes []string    `json:"attributes"`
	Users      []AgentUser `json:"users"`
	Registry   []Ref       `json:"registry"` // the registry's instances that name it
	NotRead    []Missing   `json:"notRead"`
}

// Maker is the application that created something.
type Maker struct {
	AppID string `json:"appId"` // "" when it was not returned, or is null
	// Kind is ownBlueprint, blueprint, classicAgent, api, or "" where nothing in
	// the snapshot has that appId.
	Kind        string `json:"kind"`
	DisplayName string `json:"displayName"`
}

// AgentUser is a user that the agent acts as, and the Conditional Access
// policies that are about it.
type AgentUser struct {
	ID                string   `json:"id"`
	DisplayName       string   `json:"displayName"`
	UserPrincipalName string   `json:"userPrincipalName"`
	Activity          string   `json:"activity"`
	Policies          []Policy `json:"policies"`
}

func (b *builder) identity() Agent {
	a := b.agent
	agent := Agent{
		ID: a.ID.String(), DisplayName: a.DisplayName.Or(""),
		CreatedDateTime: stamp(a.CreatedDateTime), Maker: b.maker(a.CreatedByAppID),
		Activity: activityWord(a.Activity()), AccountEnabled: flagWord(a.AccountEnabled),
		DisabledByMicrosoftStatus: a.DisabledByMicrosoftStatus.Or(""),
		Attributes:                attributeNames(a.CustomSecurityAttributes),
		Registry:                  b.registry(),
	}
	for _, u := range b.users {
		agent.Users = append(agent.Users, b.agentUser(u))
	}
	slices.SortFunc(agent.Users, func(a, b AgentUser) int {
		return cmp.Or(cmp.Compare(a.DisplayName, b.DisplayName), cmp.Compare(a.ID, b.ID))
	})
	agent.NotRead = b.identityMissing()
	return agent
}

func (b *builder) agentUser(u *tenant.AgentUser) AgentUser {
	return AgentUser{
		ID: u.ID.String(), DisplayName: u.DisplayName.Or(""), UserPrincipalName: u.UserPrincipalName.Or(""),
		Activity: activityWord(u.Activity()), Policies: b.policiesOfUser(u),
	}
}

func (b *builder) identityMissing() []Missing {
	a := b.agent
	var missing []Missing
	for _, p := range []struct {
		name   string
		absent bool
	}{
		{"accountEnabled", a.AccountEnabled.IsAbsent()},
		{"disabledByMicrosoftStatus", a.DisabledByMicrosoftStatus.IsAbsent()},
		{"createdDateTime", a.CreatedDateTime.IsAbsent()},
		{"customSecurityAttributes", a.CustomSecurityAttributes.IsAbsent()},
	} {
		if p.absent {
			missing = append(missing, notReturned(p.name))
		}
	}
	missing = append(missing, b.gaps(tenant.DatasetAgentIdentities, tenant.DatasetAgentUsers, tenant.DatasetAgentInstances)...)
	if b.strayUser {
		missing = append(missing, unclear("agentUsers", "identityParentId of an agent user was not returned, and it may be this agent's"))
	}
	return missing
}

// maker resolves an appId among everything in the snapshot that has one.
func (b *builder) maker(appID tenant.ID) Maker {
	m := Maker{AppID: appID.String()}
	if appID.IsZero() {
		return m
	}
	found := func(kind, name string) Maker { m.Kind, m.DisplayName = kind, name; return m }
	if x := b.s.BlueprintsByAppID().First(appID); x != nil {
		return found(b.blueprintKind(appID), x.ResourceName())
	}
	if x := b.s.PrincipalsByAppID().First(appID); x != nil {
		return found(b.blueprintKind(appID), x.ResourceName())
	}
	if x := b.classic.First(appID); x != nil {
		return found("classicAgent", x.ResourceName())
	}
	if x := b.apis.First(appID); x != nil {
		return found("api", x.DisplayName.Or(""))
	}
	return m
}

func (b *builder) blueprintKind(appID tenant.ID) string {
	if appID == b.appID {
		return "ownBlueprint"
	}
	return "blueprint"
}

func (b *builder) registry() []Ref {
	var refs []Ref
	if b.agent.ID.IsZero() {
		return nil
	}
	for _, i := range b.instances.Of(b.agent.ID) {
		refs = append(refs, refTo(i))
	}
	slices.SortFunc(refs, compareRefs)
	return refs
}

func compareRefs(a, b Ref) int {
	return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.DisplayName, b.DisplayName), cmp.Compare(a.ID, b.ID))
}

func attributeNames(attributes tenant.Opt[*tenant.Attributes]) []string {
	var names []string
	if set, ok := attributes.Get(); ok && set != nil {
		for setName, members := range set.Sets {
			for name := range members {
				names = append(names, setName+"."+name)
			}
		}
	}
	slices.Sort(names)
	return names
}
