package permissions

import (
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// resolver turns ids and scope names into permissions, each only once.
type resolver struct {
	apis  *tenant.Index[tenant.ResourceServicePrincipal]
	table *graphTable
	known map[tenant.ID]*api // by service principal
	roles map[roleKey]int32
	named map[scopeKey]int32
	keys  map[string]bool
	all   []*Permission
}

type roleKey struct{ resource, role tenant.ID }

type scopeKey struct {
	resource tenant.ID
	name     string
}

// api is one API with its roles and scopes by id and name.
type api struct {
	principal *tenant.ResourceServicePrincipal
	graph     bool
	roles     map[tenant.ID]*tenant.AppRole
	scopes    map[string]*tenant.PermissionScope // lower case
	// lost: some role has no id, or some scope no name, so what is not found
	// here may still be defined.
	lostRole, lostScope bool
}

func newResolver(s *tenant.Snapshot) *resolver {
	return &resolver{
		apis: s.ResourceServicePrincipalsByID(), table: graphPermissions(),
		known: map[tenant.ID]*api{}, roles: map[roleKey]int32{}, named: map[scopeKey]int32{},
		keys: map[string]bool{},
	}
}

// api returns what is known of an API, or nil.
func (r *resolver) api(resource tenant.ID) *api {
	if a, ok := r.known[resource]; ok {
		return a
	}
	principal := r.apis.First(resource)
	if principal == nil || resource.IsZero() {
		r.known[resource] = nil
		return nil
	}
	a := &api{
		principal: principal,
		graph:     principal.AppID == tenant.ParseID(GraphAppID),
		roles:     make(map[tenant.ID]*tenant.AppRole, len(principal.AppRoles.Items)),
		scopes:    make(map[string]*tenant.PermissionScope, len(principal.OAuth2PermissionScopes.Items)),
	}
	for i := range principal.AppRoles.Items {
		role := &principal.AppRoles.Items[i]
		a.roles[role.ID] = role
		a.lostRole = a.lostRole || role.ID.IsZero()
	}
	for i := range principal.OAuth2PermissionScopes.Items {
		scope := &principal.OAuth2PermissionScopes.Items[i]
		a.scopes[strings.ToLower(scope.Value.Or(""))] = scope
		a.lostScope = a.lostScope || scope.Value.Or("") == ""
	}
	r.known[resource] = a
	return a
}

// role returns the place of an application permission, or -1 for the all-zero
// role of default access, which grants nothing.
func (r *resolver) role(resource, role tenant.ID) int32 {
	if role.IsEmptyGUID() {
		return -1
	}
	key := roleKey{resource, role}
	if i, ok := r.roles[key]; ok {
		return i
	}
	p := &Permission{Kind: Application, ResourceID: resource, ID: role}
	a := r.api(resource)
	switch {
	case role.IsZero():
		p.Unnamed = "its appRoleId was not returned"
	case a == nil:
		p.Unnamed = unreadAPI(resource)
	default:
		r.nameRole(p, a)
	}
	r.describe(p, a)
	i := r.add(p)
	r.roles[key] = i
	return i
}

func (r *resolver) nameRole(p *Permission, a *api) {
	published := r.published(a, p)
	role := a.roles[p.ID]
	switch {
	case role != nil && role.Value.Or("") != "":
		p.Name = role.Value.Or("")
	case published != nil:
		p.Name = published.name
	case role != nil:
		p.Unnamed = "its API gives that role no value"
	default:
		p.Unnamed = "its API defines no such role"
	}
	switch {
	case role != nil:
		p.Defined = tenant.Yes
	case a.principal.AppRoles.Complete() && !a.lostRole:
		p.Defined = tenant.No
	case published != nil && !a.principal.AppRoles.Complete():
		p.Defined = tenant.Yes
	case !a.principal.AppRoles.Complete():
		p.Unnamed = unreadProperty(p.Name, "the appRoles of its API were not returned in full")
	}
}

func unreadProperty(name, reason string) string {
	if name != "" {
		return ""
	}
	return reason
}

func unreadAPI(resource tenant.ID) string {
	if resource.IsZero() {
		return "its resourceId was not returned"
	}
	return "its API is not in resourceServicePrincipals"
}

// published finds p in Microsoft's list, when its API is Graph.
func (r *resolver) published(a *api, p *Permission) *graphPermission {
	if a == nil || !a.graph {
		return nil
	}
	return r.table.find(p.Kind, p.ID, p.Name)
}

// scope returns the place of a delegated permission. An empty name stands for
// the scopes of a grant whose scope was not returned.
func (r *resolver) scope(resource tenant.ID, name string) int32 {
	key := scopeKey{resource, name}
	if i, ok := r.named[key]; ok {
		return i
	}
	p := &Permission{Kind: Delegated, ResourceID: resource, Name: name}
	a := r.api(resource)
	switch {
	case name == "":
		p.Unnamed = "its scope was not returned"
	case a != nil:
		r.defineScope(p, a)
	}
	r.describe(p, a)
	i := r.add(p)
	r.named[key] = i
	return i
}

func (r *resolver) defineScope(p *Permission, a *api) {
	if scope := a.scopes[strings.ToLower(p.Name)]; scope != nil {
		p.ID, p.Defined = scope.ID, tenant.Yes
	} else if a.principal.OAuth2PermissionScopes.Complete() && !a.lostScope {
		p.Defined = tenant.No
	}
	if published := r.published(a, p); published != nil && p.ID.IsZero() {
		p.ID = published.id[Delegated]
	}
}

// describe adds what holds for both kinds: the API, the level, the twin.
func (r *resolver) describe(p *Permission, a *api) {
	if a == nil {
		return
	}
	p.API = a.principal
	if published := r.published(a, p); published != nil {
		p.Published = true
		p.Level = int(published.level[p.Kind])
	}
	if p.Kind == Application && p.Name != "" {
		p.Delegable = r.delegable(a, p.Name)
	}
}

// delegable answers whether the API has a delegated permission of this name.
// Of Graph, Microsoft's list knows it too, and either may say yes.
func (r *resolver) delegable(a *api, name string) tenant.Answer {
	if a.scopes[strings.ToLower(name)] != nil {
		return tenant.Yes
	}
	listed := tenant.Unknown
	if a.graph {
		if p := r.table.byName[strings.ToLower(name)]; p != nil {
			listed = tenant.Known(p.exists(Delegated))
		}
	}
	if listed == tenant.Yes {
		return tenant.Yes
	}
	if a.principal.OAuth2PermissionScopes.Complete() && !a.lostScope {
		return tenant.No
	}
	if a.principal.OAuth2PermissionScopes.Read() {
		return tenant.Unknown // cut short or a name lost: it may be the one
	}
	return listed
}

// add gives the permission its place and its key. Two roles of one API may bear
// the same value, and two service principals the same appId: ids tell them apart.
func (r *resolver) add(p *Permission) int32 {
	where, what := orUnknown(p.ResourceID.String()), p.Name
	if appID := p.APIAppID(); !appID.IsZero() {
		where = appID.String()
	}
	if what == "" {
		what = orUnknown(p.ID.String())
	}
	kind := " (" + p.Kind.String() + ")"
	for _, more := range []string{"", " " + p.ID.String(), " " + p.ID.String() + " " + p.ResourceID.String()} {
		if p.Key = where + "/" + what + more + kind; !r.keys[p.Key] {
			break
		}
	}
	r.keys[p.Key] = true
	p.index = len(r.all)
	r.all = append(r.all, p)
	return int32(p.index)
}

func orUnknown(id string) string {
	if id == "" {
		return "?"
	}
	return id
}
