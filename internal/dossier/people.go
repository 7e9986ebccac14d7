package dossier

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// People are the sponsors or owners of something.
type People struct {
	Items   []Person  `json:"items"`
	NotRead []Missing `json:"notRead"`
}

// Person is a sponsor or owner: a user, a group or a service principal.
type Person struct {
	ID                string `json:"id"`
	Kind              string `json:"kind"` // user, group, servicePrincipal, or "" when not known
	DisplayName       string `json:"displayName"`
	UserPrincipalName string `json:"userPrincipalName"`
	// State is enabled, disabled, deleted, members (a group that has some), empty
	// (a group without), or unknown.
	State string `json:"state"`
	// Members of a group, when they were counted.
	Members *int64 `json:"members"`
	Guest   string `json:"guest"` // yes, no, unknown
	// DeletedDateTime is set for one that no longer exists.
	DeletedDateTime string `json:"deletedDateTime"`
}

func (b *builder) people(what string, relation *tenant.Relation[tenant.PersonRef]) People {
	p := People{NotRead: unread(what, relation)}
	unknown := false
	for _, ref := range relation.Items {
		person := personOf(ref.ID(), b.s.DirectoryObjectsByID().First(ref.ID()))
		unknown = unknown || person.State == Unknown
		p.Items = append(p.Items, person)
	}
	slices.SortFunc(p.Items, func(a, b Person) int {
		return cmp.Or(cmp.Compare(a.DisplayName, b.DisplayName), cmp.Compare(a.ID, b.ID))
	})
	p.Items = slices.CompactFunc(p.Items, func(a, b Person) bool { return a.ID == b.ID && a.ID != "" })
	if unknown {
		if gaps := b.gaps(tenant.DatasetDirectoryObjects); len(gaps) > 0 {
			p.NotRead = append(p.NotRead, gaps...)
		} else {
			p.NotRead = append(p.NotRead, unclear("directoryObjects", "it does not tell the state of every one of the "+what))
		}
	}
	return p
}

func personOf(id tenant.ID, row *tenant.DirectoryObject) Person {
	p := Person{ID: id.String(), State: Unknown, Guest: Unknown}
	if row == nil || id.IsZero() {
		return p
	}
	kind := row.ODataType.Or("")
	p.Kind = kind[strings.LastIndexByte(kind, '.')+1:]
	p.DisplayName, p.UserPrincipalName = row.DisplayName.Or(""), row.UserPrincipalName.Or("")
	members, isGroup := row.MembersCount.Get()
	if isGroup {
		p.Members = &members
		p.Kind = cmp.Or(p.Kind, "group")
	}
	p.State = stateOf(row)
	p.DeletedDateTime = stamp(row.DeletedDateTime)
	switch {
	case row.UserType.IsSet():
		p.Guest = answerWord(tenant.Known(strings.EqualFold(row.UserType.Or(""), "Guest")))
	case row.UserType.IsNull(), isGroup, strings.EqualFold(p.Kind, "group"), strings.EqualFold(p.Kind, "servicePrincipal"):
		p.Guest = No
	}
	return p
}

func stateOf(row *tenant.DirectoryObject) string {
	members, isGroup := row.MembersCount.Get()
	enabled, isAccount := row.AccountEnabled.Get()
	switch {
	case row.DeletedDateTime.IsSet():
		return "deleted"
	case isGroup && members == 0:
		return "empty"
	case isGroup:
		return "members"
	case isAccount && enabled:
		return "enabled"
	case isAccount:
		return "disabled"
	}
	return Unknown
}
