package checks

import (
	"fmt"
	"net/netip"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/conditionalaccess"
	"github.com/ztagent/ztagent/internal/tenant"
)

var locationTooWide = audit.Rule{
	ID:        "location-too-wide",
	Title:     "A named location for agents is too wide to restrict anything",
	Severity:  audit.Low,
	Resources: []tenant.ResourceType{tenant.TypeNamedLocation},
	Needs: []tenant.Dataset{
		tenant.DatasetNamedLocations, tenant.DatasetConditionalAccessPolicies,
		tenant.DatasetAgentIdentities, tenant.DatasetAgentUsers,
	},
	// The wide range is the condition; the policy, its subjects and its locations
	// bring the location into scope.
	Presence: append(agentPolicyPresence(),
		"namedLocations/ipRanges", "conditionalAccessPolicies", "agentUsers",
		policyUsers+"includeUsers", policyConditions+"locations",
		policyConditions+"locations/includeLocations", policyConditions+"locations/excludeLocations"),
	Condition: "a named location that an enabled policy for agents or agent users uses has an IPv4 range as wide as /8, an IPv6 range as wide as /32, " +
		"or is marked trusted with an IPv4 range of over (65,536) addresses",
	Remediation: "Under **Entra ID > Conditional Access > Named locations** replace the range by the addresses that agents really use, and clear **Mark as trusted location** " +
		"where the range is shared, or\n\n```http\nPATCH https://graph.microsoft.com/v1.0/identity/conditionalAccess/namedLocations/LOCATION-ID\n```",
	References: []string{learnNetwork, "https://learn.microsoft.com/graph/api/resources/ipnamedlocation?view=graph-rest-1.0"},
	Run:        runLocationTooWide,
}

func runLocationTooWide(j *audit.Judge) {
	uses := usesOfLocations(j.Tenant)
	for l := range j.Tenant.NamedLocations.All() {
		used, p := uses.of(l)
		if used == conditionalaccess.No {
			j.NotApplicable(l, "No enabled policy for agents or agent users uses it.")
			continue
		}
		v := widest(j, l)
		if v.Status != audit.Pass && used == conditionalaccess.Unknown {
			v = audit.Verdict{
				Resource: l, Status: audit.Unknown,
				Message: fmt.Sprintf("Whether %s is used for agents is unknown: its id, or whom or where policy %s is for, was not returned.",
					lowerNamed(l), labelOf(p)),
				Evidence: []audit.Evidence{audit.At(p, "", "not decided by what was returned", "a policy for agents or agent users")},
			}
		}
		j.Report(v)
	}
}

// locationUses are the locations that policies for agents and agent users use.
type locationUses struct {
	named   map[tenant.ID]use
	trusted use // by the word for all trusted locations
	any     use // some location, by an id
	unread  use // some location, by a list that was not returned
}

type use struct {
	answer conditionalaccess.Answer
	policy *conditionalaccess.Policy
}

func (u use) or(answer conditionalaccess.Answer, p *conditionalaccess.Policy) use {
	if u.policy == nil || u.answer != conditionalaccess.Yes && answer == conditionalaccess.Yes {
		return use{answer, p}
	}
	return u
}

func usesOfLocations(s *tenant.Snapshot) *locationUses {
	uses := &locationUses{named: map[tenant.ID]use{}}
	for _, p := range conditionalaccess.Of(s).Policies() {
		answer := p.Enabled.And(p.Agents.Or(p.AgentUsers))
		ids, allTrusted := p.Locations()
		if answer == conditionalaccess.No {
			continue
		}
		if p.LocationsUnread() {
			uses.unread = uses.unread.or(conditionalaccess.Unknown, p)
		}
		if allTrusted {
			uses.trusted = uses.trusted.or(answer, p)
		}
		for _, id := range ids {
			parsed := tenant.ParseID(id)
			uses.named[parsed] = uses.named[parsed].or(answer, p)
			uses.any = uses.any.or(answer, p)
		}
	}
	return uses
}

// of reports whether a location is used, and by which policy. One that lost its
// id may be any that a policy names.
func (x *locationUses) of(l *tenant.NamedLocation) (conditionalaccess.Answer, *conditionalaccess.Policy) {
	best := use{answer: conditionalaccess.No}
	consider := func(u use, narrow conditionalaccess.Answer) {
		if u.policy == nil {
			return
		}
		if got := u.answer.And(narrow); got == conditionalaccess.Yes || got == conditionalaccess.Unknown && best.policy == nil {
			best = use{got, u.policy}
		}
	}
	if trusted, known := l.IsTrusted.Get(); !known && mayBeIP(l) {
		consider(x.trusted, conditionalaccess.Unknown)
	} else if trusted {
		consider(x.trusted, conditionalaccess.Yes)
	}
	consider(x.unread, conditionalaccess.Unknown)
	if l.ID.IsZero() {
		consider(x.any, conditionalaccess.Unknown)
	} else {
		consider(x.named[l.ID], conditionalaccess.Yes)
	}
	return best.answer, best.policy
}

// mayBeIP: only IP locations have ranges and can be trusted.
func mayBeIP(l *tenant.NamedLocation) bool {
	kind, known := l.ODataType.Get()
	return !known || kind == "#microsoft.graph.ipNamedLocation"
}

// widest judges a location by the worst of its ranges.
func widest(j *audit.Judge, l *tenant.NamedLocation) audit.Verdict {
	pass := audit.Verdict{Resource: l, Status: audit.Pass}
	if !mayBeIP(l) {
		return pass
	}
	open := pass
	if !l.IPRanges.Complete() {
		open = unknownRange(l, "", "ipRanges", "its IP ranges were not returned")
	}
	for i, r := range l.IPRanges.Items {
		pointer := fmt.Sprintf("/ipRanges/%d", i)
		cidr, known := r.CidrAddress.Get()
		prefix, err := parseRange(cidr)
		switch {
		case !known || err != nil:
			open = unknownRange(l, pointer, cidr, "one of its IP ranges cannot be read")
		case tooWide(prefix):
			return failRange(l, pointer, prefix, "That is as good as anywhere.")
		case prefix.Addr().Is4() && addresses(prefix) > j.Config.TrustedRangeAddresses:
			switch trusted, known := l.IsTrusted.Get(); {
			case !known:
				open = unknownRange(l, "", "isTrusted", "whether it is trusted was not returned")
			case trusted:
				return failRange(l, pointer, prefix, fmt.Sprintf("It is marked as trusted, with %d addresses that nobody can vouch for.", addresses(prefix)))
			}
		}
	}
	return open
}

// parseRange reads a range in CIDR form; IPv4 in IPv6's clothes is IPv4.
func parseRange(cidr string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(cidr)
	if err == nil && p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p, err
}

func tooWide(p netip.Prefix) bool {
	if p.Addr().Is4() {
		return p.Bits() <= 8
	}
	return p.Bits() <= 32
}

// addresses is the size of an IPv4 range.
func addresses(p netip.Prefix) uint64 { return 1 << (32 - p.Bits()) }

func failRange(l *tenant.NamedLocation, pointer string, p netip.Prefix, why string) audit.Verdict {
	return audit.Verdict{
		Resource: l, Status: audit.Fail,
		Message:  fmt.Sprintf("%s, used for agents, contains %s. %s", named(l), p, why),
		Evidence: []audit.Evidence{audit.At(l, pointer+"/cidrAddress", p.String(), "the addresses that agents use")},
	}
}

func unknownRange(l *tenant.NamedLocation, pointer, observed, why string) audit.Verdict {
	return audit.Verdict{
		Resource: l, Status: audit.Unknown,
		Message:  fmt.Sprintf("How wide %s is cannot be told: %s.", lowerNamed(l), why),
		Evidence: []audit.Evidence{audit.At(l, pointer, observed, "IP ranges in CIDR form")},
	}
}
