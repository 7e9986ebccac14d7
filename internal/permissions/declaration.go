package permissions

import (
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// declaration is a blueprint's inheritablePermissions, by the API's appId.
type declaration struct {
	unread  string // why nothing can be told of it; "" when it was read
	partial string // why an API that is not in it may still be declared
	entries map[tenant.ID][]*tenant.InheritablePermission
}

func declarationOf(b *tenant.AgentIdentityBlueprint) *declaration {
	if b == nil {
		return &declaration{unread: "its blueprint is not in agentIdentityBlueprints"}
	}
	relation := b.InheritablePermissions
	if !relation.Read() {
		return &declaration{unread: "inheritablePermissions of its blueprint were not returned"}
	}
	d := &declaration{entries: map[tenant.ID][]*tenant.InheritablePermission{}}
	if !relation.Complete() {
		d.partial = "inheritablePermissions of its blueprint were not returned in full"
	}
	for i := range relation.Items {
		entry := &relation.Items[i]
		if entry.ResourceAppID.IsZero() {
			d.partial = "an entry of its blueprint's inheritablePermissions has no resourceAppId"
		}
		d.entries[entry.ResourceAppID] = append(d.entries[entry.ResourceAppID], entry)
	}
	return d
}

// passesNothing reports whether the blueprint certainly passes on nothing of
// kind k, whatever its principal holds.
func (d *declaration) passesNothing(k Kind) bool {
	if d.unread != "" || d.partial != "" {
		return false
	}
	for _, entries := range d.entries {
		for _, entry := range entries {
			if _, form := setOf(entry, k); form != formNone {
				return false
			}
		}
	}
	return true
}

// inherits answers whether agents inherit p from the principal that holds it,
// and why that cannot be told. No entry for an API means that nothing of it is
// inherited; resourceAppId is the key, so there is at most one.
func (d *declaration) inherits(p *Permission) (tenant.Answer, string) {
	appID := p.APIAppID()
	switch {
	case d.unread != "":
		return tenant.Unknown, d.unread
	case d.passesNothing(p.Kind):
		return tenant.No, ""
	case appID.IsZero():
		return tenant.Unknown, "the appId of its API is not known"
	case len(d.entries[appID]) == 0 && d.partial != "":
		return tenant.Unknown, d.partial
	}
	answer, why := tenant.No, ""
	for _, entry := range d.entries[appID] {
		switch a, reason := passes(entry, p); a {
		case tenant.Yes:
			return tenant.Yes, ""
		case tenant.Unknown:
			answer, why = tenant.Unknown, reason
		}
	}
	return answer, why
}

// form is the kind of an inheritable set.
type form uint8

const (
	formUnknown form = iota
	formNone
	formAll
	formListed
)

// setOf returns the entry's scopes or roles and their form. A null set is none;
// one that was not returned is unknown.
func setOf(entry *tenant.InheritablePermission, k Kind) (tenant.InheritableSet, form) {
	property := entry.InheritableRoles
	if k == Delegated {
		property = entry.InheritableScopes
	}
	set, ok := property.Get()
	if !ok {
		if property.IsNull() {
			return set, formNone
		}
		return set, formUnknown
	}
	return set, formOf(set)
}

// formOf reads kind and the OData type, which say the same; where they
// contradict each other, or are new to us, the form is unknown.
func formOf(set tenant.InheritableSet) form {
	byKind, kindSaid := formUnknown, set.Kind.IsSet()
	switch strings.ToLower(set.Kind.Or("")) {
	case "allallowed":
		byKind = formAll
	case "enumerated":
		byKind = formListed
	case "none":
		byKind = formNone
	}
	byType, typeSaid := formUnknown, set.ODataType.IsSet()
	name := strings.ToLower(set.ODataType.Or(""))
	switch name[strings.LastIndexByte(name, '.')+1:] {
	case "allallowedscopes", "allallowedroles":
		byType = formAll
	case "enumeratedscopes", "enumeratedroles":
		byType = formListed
	case "noscopes", "noroles":
		byType = formNone
	}
	switch {
	case kindSaid && typeSaid && byKind != byType:
		return formUnknown
	case kindSaid:
		return byKind
	}
	return byType
}

// passes answers whether one entry passes p on.
func passes(entry *tenant.InheritablePermission, p *Permission) (tenant.Answer, string) {
	property := "inheritableRoles"
	if p.Kind == Delegated {
		property = "inheritableScopes"
	}
	set, form := setOf(entry, p.Kind)
	switch form {
	case formAll:
		return tenant.Yes, ""
	case formNone:
		return tenant.No, ""
	case formUnknown:
		return tenant.Unknown, property + " of its blueprint were not returned, or are of an unknown kind"
	}
	listed := set.Roles
	if p.Kind == Delegated {
		listed = set.Scopes
	}
	for _, item := range listed.Items {
		if strings.EqualFold(item, p.Name) && item != "" || !p.ID.IsZero() && tenant.ParseID(item) == p.ID {
			return tenant.Yes, ""
		}
	}
	switch {
	case !listed.Complete():
		return tenant.Unknown, property + " of its blueprint are enumerated, but were not returned in full"
	case p.Name == "":
		return tenant.Unknown, property + " of its blueprint are enumerated by name, and " + p.Unnamed
	}
	return tenant.No, ""
}

// InheritsAll answers whether the entry passes on every permission of kind k
// that the blueprint principal holds on its API.
func InheritsAll(entry *tenant.InheritablePermission, k Kind) tenant.Answer {
	switch _, form := setOf(entry, k); form {
	case formAll:
		return tenant.Yes
	case formNone, formListed:
		return tenant.No
	}
	return tenant.Unknown
}
