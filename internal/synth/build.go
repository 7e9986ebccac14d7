package synth

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"github.com/ztagent/ztagent/internal/tenant"
)

// builder assembles a small tenant. It keeps together what belongs to one
// object but lies in several datasets: an agent has its membership row, its
// sign-in, its line in the lifecycle report and its creation in the audit log.
type builder struct {
	*Snapshot
	domain string
	people map[string]Ref // sponsors, owners and role holders by key
	groups map[string]*Group
	apps   map[string]*AgentIdentityBlueprint // homed blueprints by appId
	upns   map[string]string
	admin  string // key of whoever makes changes
	graph  *ResourceServicePrincipal

	sponsors  []string // of an agent that names none
	lifecycle string   // id of the policy whose report names every agent
	auditDays int      // how far back the audit log was read
	events    int
}

func newBuilder(name, domain string) *builder {
	id := GUID("tenant", domain)
	return &builder{
		Snapshot: NewSnapshot(id, name), domain: domain,
		people: map[string]Ref{}, upns: map[string]string{}, groups: map[string]*Group{}, apps: map[string]*AgentIdentityBlueprint{},
		graph: microsoftGraph(id), auditDays: 30,
	}
}

func (b *builder) id(parts ...string) string {
	return GUID(append([]string{b.TenantID}, parts...)...)
}

// user adds a person to directoryObjects; adjust may change it before.
func (b *builder) user(key, name string, adjust ...func(*User)) string {
	u := &User{ID: b.id("user", key), DisplayName: name, UserPrincipalName: key + "@" + b.domain}
	for _, f := range adjust {
		f(u)
	}
	b.people[key] = Ref{Type: "user", ID: u.ID}
	b.upns[key] = u.UserPrincipalName
	b.Add(tenant.DatasetDirectoryObjects, u)
	return u.ID
}

func disabled(u *User) { u.Disabled = true }

// guest makes a user one who is invited from another domain.
func guest(mailbox, domain string) func(*User) {
	return func(u *User) {
		u.Guest = true
		u.UserPrincipalName = mailbox + "_" + domain + "#EXT#@contoso.onmicrosoft.com"
	}
}

// group adds a group that sponsors agents or holds a role.
func (b *builder) group(key, name string, members int) *Group {
	g := b.accessGroup(key, name)
	g.Members = members
	b.people[key] = Ref{Type: "group", ID: g.ID}
	b.Add(tenant.DatasetDirectoryObjects, g)
	return g
}

// accessGroup makes a group that agents may be members of.
func (b *builder) accessGroup(key, name string) *Group {
	g := &Group{ID: b.id("group", key), DisplayName: name}
	b.groups[key] = g
	return g
}

// deleted adds a sponsor whose id no longer resolves.
func (b *builder) deleted(key string, days int) {
	id := b.id("user", key)
	b.people[key] = Ref{Type: "user", ID: id}
	b.Add(tenant.DatasetDirectoryObjects, &Deleted{ID: id, DeletedDateTime: Ago(days)})
}

// refs returns the references of the people with these keys.
func (b *builder) refs(keys []string) []Ref {
	refs := []Ref{}
	for _, key := range keys {
		ref, ok := b.people[key]
		if !ok {
			panic("synth: nobody is called " + key)
		}
		refs = append(refs, ref)
	}
	return refs
}

// blueprint is a blueprint with its principal. A foreign one has no app, one
// whose principal was removed no principal.
type blueprint struct {
	app       *AgentIdentityBlueprint
	principal *AgentIdentityBlueprintPrincipal
	appID     string
	name      string
}

// homeBlueprint adds a blueprint that is homed here, and its principal. Ids,
// domain and people are filled in.
func (b *builder) homeBlueprint(key string, days int, app AgentIdentityBlueprint, sponsors, owners []string) *blueprint {
	app.ID, app.AppID = b.id("blueprint", key), b.id("blueprint appId", key)
	app.PublisherDomain, app.CreatedDateTime = b.domain, Ago(days)
	app.Sponsors, app.Owners = b.refs(sponsors), b.refs(owners)
	for i := range app.Federated {
		app.Federated[i].ID = b.id("fic", key, app.Federated[i].Name)
	}
	b.Add(tenant.DatasetAgentIdentityBlueprints, &app)
	b.apps[app.AppID] = &app
	principal := &AgentIdentityBlueprintPrincipal{
		ID: b.id("principal", key), AppID: app.AppID, DisplayName: app.DisplayName,
		AppOwnerOrganizationID: b.TenantID, SignInAudience: app.SignInAudience,
		CreatedDateTime: Ago(days), Tags: app.Tags,
		Attributes: []Attribute{{Set: "AgentGovernance", Name: "Stage", Value: "Approved"}},
	}
	b.Add(tenant.DatasetAgentIdentityBlueprintPrincipals, principal)
	return &blueprint{app: &app, principal: principal, appID: app.AppID, name: app.DisplayName}
}

// foreignBlueprint adds the principal of a blueprint that lives elsewhere.
func (b *builder) foreignBlueprint(key, name, owner, publisher string, days int) *blueprint {
	principal := &AgentIdentityBlueprintPrincipal{
		ID: b.id("principal", key), AppID: GUID("blueprint of", owner, name), DisplayName: name,
		AppOwnerOrganizationID: owner, VerifiedPublisher: publisher,
		SignInAudience: "AzureADMultipleOrgs", CreatedDateTime: Ago(days),
	}
	b.Add(tenant.DatasetAgentIdentityBlueprintPrincipals, principal)
	return &blueprint{principal: principal, appID: principal.AppID, name: name}
}

// agentSpec says in what an agent differs from one without faults.
type agentSpec struct {
	name                string
	bp                  *blueprint
	days                int      // age
	sponsors            []string // the builder's when nil
	owners              []string
	disabled            bool
	disabledByMicrosoft string
	untagged            bool   // no custom security attribute
	unseen              bool   // no sign-in
	credential          string // of its sign-ins
	compliance          string // in the lifecycle report
}

// agent adds an agent identity with all its rows.
func (b *builder) agent(s agentSpec) *AgentIdentity {
	sponsors := s.sponsors
	if sponsors == nil {
		sponsors = b.sponsors
	}
	a := &AgentIdentity{
		ID: b.id("agent", s.bp.name, s.name), DisplayName: s.name,
		AgentIdentityBlueprintID: s.bp.appID, CreatedByAppID: s.bp.appID,
		CreatedDateTime: b.moment("created", s.name, s.days), Disabled: s.disabled,
		DisabledByMicrosoftStatus: s.disabledByMicrosoft,
		Tags:                      []string{}, Sponsors: b.refs(sponsors), Owners: b.refs(s.owners),
	}
	if !s.untagged {
		a.Attributes = []Attribute{
			{Set: "AgentGovernance", Name: "Stage", Value: "Approved"},
			{Set: "AgentGovernance", Name: "DataZone", Values: []string{"Internal"}},
		}
	}
	b.Add(tenant.DatasetAgentIdentities, a)
	b.join(a.ID)
	if b.lifecycle != "" && !s.disabled {
		b.Add(tenant.DatasetLifecycleSubjects, &LifecycleSubject{
			PolicyID: b.lifecycle, AgentID: a.ID, Status: s.compliance, Evaluated: Ago(1),
		})
	}
	if !s.unseen && !s.disabled {
		b.signIn(a, b.moment("seen", s.name, 1+len(s.name)%6), func(in *SignIn) { in.Credential = s.credential })
	}
	if s.days < b.auditDays {
		b.audit(a.CreatedDateTime, "Add service principal", a.ID, a.DisplayName, func(e *DirectoryAudit) { e.Operation = "Add" })
	}
	return a
}

// moment returns a time so many days ago, at a second that depends on the name.
func (b *builder) moment(what, name string, days int) time.Time {
	sum := sha256.Sum256([]byte(what + name))
	seconds := binary.BigEndian.Uint32(sum[:]) % 86400
	return Ago(days).Add(-time.Duration(seconds) * time.Second)
}

// agentUser adds the user of an agent, with its membership row.
func (b *builder) agentUser(parent, key, name string, days int, groups ...string) *AgentUser {
	u := &AgentUser{
		ID: b.id("agent user", key), DisplayName: name, UserPrincipalName: key + "@" + b.domain,
		IdentityParentID: parent, CreatedDateTime: b.moment("created", key, days),
	}
	b.Add(tenant.DatasetAgentUsers, u)
	b.join(u.ID, groups...)
	return u
}

// join adds the membership row of an agent or agent user.
func (b *builder) join(id string, groups ...string) {
	row := &GroupMembership{ID: id, MemberOf: []Membership{}}
	for _, key := range groups {
		g := b.groups[key]
		row.MemberOf = append(row.MemberOf, Membership{ID: g.ID, DisplayName: g.DisplayName})
	}
	for i, o := range b.objects[tenant.DatasetGroupMemberships] {
		if old := o.(*GroupMembership); old.ID == id {
			row.MemberOf = append(old.MemberOf, row.MemberOf...)
			b.objects[tenant.DatasetGroupMemberships][i] = row
			return
		}
	}
	b.Add(tenant.DatasetGroupMemberships, row)
}
