package checks

import (
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// eachSponsored yields every agent identity and blueprint with its sponsors.
func eachSponsored(s *tenant.Snapshot, yield func(tenant.Resource, *tenant.Relation[tenant.PersonRef])) {
	for a := range s.AgentIdentities.All() {
		yield(a, &a.Sponsors)
	}
	for b := range s.AgentIdentityBlueprints.All() {
		yield(b, &b.Sponsors)
	}
}

func judgeNoSponsor(j *audit.Judge) {
	eachSponsored(j.Tenant, func(r tenant.Resource, sponsors *tenant.Relation[tenant.PersonRef]) {
		judgeAnyone(j, r, sponsors, "sponsor")
	})
}

func judgeNoOwner(j *audit.Judge) {
	for b := range j.Tenant.AgentIdentityBlueprints.All() {
		judgeAnyone(j, b, &b.Owners, "owner")
	}
}

// judgeAnyone passes when there is any; a list that was cut short can show that.
func judgeAnyone(j *audit.Judge, r tenant.Resource, people *tenant.Relation[tenant.PersonRef], role string) {
	switch {
	case len(people.Items) > 0:
		j.Pass(r)
	case people.Complete():
		j.Fail(r, named(r)+" has no "+role+". Nobody answers for it.", audit.At(r, "/"+role+"s", "none", "at least one"))
	default:
		j.Unknown(r, notRead(role+"s", people))
	}
}

// notRead says why a relation does not decide.
func notRead(name string, people *tenant.Relation[tenant.PersonRef]) string {
	switch {
	case people.Reason != "":
		return name + " could not be read: " + strings.TrimSuffix(people.Reason, ".") + "."
	case people.Read():
		return name + " was not read to its end."
	}
	return name + " was not returned."
}

// sponsor is what is known of one sponsor.
type sponsor struct {
	id      tenant.ID
	row     *tenant.DirectoryObject // nil when nothing is known
	deleted bool
}

// sponsorsOf reports on the distinct sponsors of a resource. It answers itself,
// and returns false, where there is nothing to judge: the absence of sponsors is
// another rule's finding.
func sponsorsOf(j *audit.Judge, r tenant.Resource, people *tenant.Relation[tenant.PersonRef], buffer []sponsor) ([]sponsor, bool) {
	if !people.Read() {
		j.Unknown(r, notRead("sponsors", people))
		return nil, false
	}
	if len(people.Items) == 0 {
		if people.Complete() {
			j.NotApplicable(r, "it has no sponsor")
		} else {
			j.Unknown(r, notRead("sponsors", people))
		}
		return nil, false
	}
	objects := j.Tenant.DirectoryObjectsByID()
	list := buffer[:0]
	for _, ref := range people.Items {
		s := sponsor{id: ref.ID(), row: objects.First(ref.ID())}
		s.deleted = s.row != nil && s.row.DeletedDateTime.IsSet()
		if ref.ID().IsZero() || !containsSponsor(list, ref.ID()) {
			list = append(list, s)
		}
	}
	return list, true
}

func containsSponsor(list []sponsor, id tenant.ID) bool {
	for i := range list {
		if list[i].id == id {
			return true
		}
	}
	return false
}

func judgeSponsorInactive(j *audit.Judge) {
	var buffer []sponsor
	eachSponsored(j.Tenant, func(r tenant.Resource, people *tenant.Relation[tenant.PersonRef]) {
		list, ok := sponsorsOf(j, r, people, buffer)
		if !ok {
			return
		}
		buffer = list
		best := no
		for i := range list {
			best = max(best, list[i].canAct())
		}
		switch {
		case best == yes:
			j.Pass(r)
		case best == unclear:
			j.Unknown(r, "Whether one of its sponsors is enabled, or has members, is not in directoryObjects.")
		case !people.Complete():
			j.Unknown(r, notRead("sponsors", people))
		default:
			j.Fail(r, named(r)+" has no sponsor who can act: every one is disabled, deleted or an empty group.",
				sponsorEvidence(r, list, sponsor.state, "an enabled person, or a group with members")...)
		}
	})
}

// canAct reports whether the sponsor is an enabled account or has members.
func (s sponsor) canAct() certainty {
	if s.row == nil {
		return unclear
	}
	members, isGroup := s.row.MembersCount.Get()
	switch {
	case s.deleted:
		return no
	case isGroup:
		return certain(members > 0, true)
	}
	return certain(s.row.AccountEnabled.Or(false), s.row.AccountEnabled.IsSet())
}

func (s sponsor) state() string {
	members, isGroup := s.row.MembersCount.Get()
	switch {
	case s.deleted:
		return "deleted on " + date(s.row.DeletedDateTime)
	case isGroup && members == 0:
		return "a group without members"
	}
	return "disabled"
}

func judgeSingleSponsor(j *audit.Judge) {
	var buffer []sponsor
	eachSponsored(j.Tenant, func(r tenant.Resource, people *tenant.Relation[tenant.PersonRef]) {
		list, ok := sponsorsOf(j, r, people, buffer)
		if !ok {
			return
		}
		buffer = list
		judgeSomebodyElse(j, r, people, list)
	})
}

// judgeSomebodyElse asks for two sponsors that are there, or for a group of
// several: who was deleted, and a group without members, is nobody.
func judgeSomebodyElse(j *audit.Judge, r tenant.Resource, people *tenant.Relation[tenant.PersonRef], list []sponsor) {
	var there []sponsor
	doubtful := false
	for _, s := range list {
		switch s.isSomebody() {
		case yes:
			there = append(there, s)
		case unclear:
			doubtful = true
		}
	}
	switch {
	case len(there) > 1 || len(there) == 1 && there[0].isOnePerson() == no:
		j.Pass(r)
	case !people.Complete():
		j.Unknown(r, notRead("sponsors", people))
	case doubtful && len(list) == 1:
		j.Unknown(r, "Whether its only sponsor is a person or a group, and of how many, is not in directoryObjects.")
	case doubtful:
		j.Unknown(r, "Whether more than one of its sponsors is there, a person or a group with members, is not in directoryObjects.")
	case len(there) == 0:
		j.NotApplicable(r, "none of its sponsors exists any more")
	default:
		j.Fail(r, named(r)+" has one person alone as sponsor. When that person is away or has left, nobody answers for it.",
			sponsorEvidence(r, list, sponsor.presence, "a second sponsor, or a group")...)
	}
}

// isSomebody reports whether the sponsor is there: an account, or a group with
// members.
func (s sponsor) isSomebody() certainty {
	switch {
	case s.row == nil:
		return unclear
	case s.deleted:
		return no
	case s.row.MembersCount.IsSet():
		return certain(s.row.MembersCount.Or(0) > 0, true)
	}
	return s.isOnePerson()
}

func (s sponsor) presence() string {
	if s.isSomebody() == no {
		return s.state()
	}
	return "one sponsor"
}

// isOnePerson reports whether the sponsor is an account, or a group of one.
func (s sponsor) isOnePerson() certainty {
	if s.row == nil {
		return unclear
	}
	if members, ok := s.row.MembersCount.Get(); ok {
		return certain(members == 1, true)
	}
	switch kind := strings.ToLower(s.row.ODataType.Or("")); {
	case s.row.AccountEnabled.IsSet(), strings.HasSuffix(kind, ".user"), strings.HasSuffix(kind, ".serviceprincipal"):
		return yes
	}
	return unclear
}

func judgeSponsorGuest(j *audit.Judge) {
	var buffer []sponsor
	eachSponsored(j.Tenant, func(r tenant.Resource, people *tenant.Relation[tenant.PersonRef]) {
		list, ok := sponsorsOf(j, r, people, buffer)
		if !ok {
			return
		}
		buffer = list
		least, living := yes, 0
		for i := range list {
			if !list[i].deleted {
				living++
				least = min(least, list[i].isGuest())
			}
		}
		switch {
		case living > 0 && least == no:
			j.Pass(r)
		case !people.Complete():
			j.Unknown(r, notRead("sponsors", people))
		case living == 0:
			j.NotApplicable(r, "none of its sponsors exists any more")
		case least == unclear:
			j.Unknown(r, "Whether one of its sponsors is a guest is not in directoryObjects.")
		default:
			j.Fail(r, named(r)+" has only guests as sponsors. They answer to another organization.",
				sponsorEvidence(r, list, func(sponsor) string { return "a guest" }, "a member of this organization")...)
		}
	})
}

// isGuest reports whether the sponsor is a guest; old accounts have a null
// userType and are members.
func (s sponsor) isGuest() certainty {
	if s.row == nil {
		return unclear
	}
	kind := strings.ToLower(s.row.ODataType.Or(""))
	switch {
	case s.row.UserType.IsSet():
		return certain(strings.EqualFold(s.row.UserType.Or(""), "Guest"), true)
	case s.row.UserType.IsNull(), s.row.MembersCount.IsSet(),
		strings.HasSuffix(kind, ".group"), strings.HasSuffix(kind, ".serviceprincipal"):
		return no
	}
	return unclear
}

// sponsorEvidence points at the relation and at the sponsors that still exist in
// the snapshot; a few are enough.
func sponsorEvidence(r tenant.Resource, list []sponsor, what func(sponsor) string, expected string) []audit.Evidence {
	const most = 3
	evidence := []audit.Evidence{audit.At(r, "/sponsors", count(len(list), "sponsor"), expected)}
	for _, s := range list {
		if s.row != nil && len(evidence) <= most {
			evidence = append(evidence, audit.At(s.row, "", what(s), expected))
		}
	}
	return evidence
}
