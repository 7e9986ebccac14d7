package checks

import (
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/conditionalaccess"
	"github.com/ztagent/ztagent/internal/tenant"
)

func judgeAttributesNotEnforced(j *audit.Judge) {
	set, unread := attributesInUse(j.Tenant)
	filters := readAttributeFilters(j.Tenant, set)
	switch {
	case set.IsEmpty() && unread:
		j.Unknown(j.Whole(), "customSecurityAttributes was not returned for every agent and blueprint principal; reading it "+
			"takes a permission of its own.")
	case set.IsEmpty():
		j.NotApplicable(j.Whole(), "No agent or blueprint principal has a custom security attribute.")
	case filters.onSet:
		j.Pass(j.Whole())
	case filters.doubt != "":
		j.Unknown(j.Whole(), filters.doubt)
	case filters.onOther && unread:
		j.Unknown(j.Whole(), "A policy filters on an attribute that may be set where customSecurityAttributes was not returned.")
	default:
		j.Fail(j.Whole(), "Agents of the tenant carry custom security attributes, but no enabled policy filters on one. The "+
			"classification changes nothing.",
			audit.Evidence{
				Dataset: tenant.DatasetConditionalAccessPolicies, Observed: "no filter on an attribute that is set",
				Expected: "agentIdServicePrincipalFilter or applicationFilter",
			})
	}
}

// attributesInUse is the names of all attributes that are set on agents that are
// or may be active, and on blueprint principals, and whether any were not read.
func attributesInUse(s *tenant.Snapshot) (set *tenant.Attributes, unread bool) {
	set = &tenant.Attributes{Sets: map[string]map[string]tenant.AttributeValue{}}
	take := func(a tenant.Opt[*tenant.Attributes]) {
		unread = unread || a.IsAbsent()
		if own := a.Or(nil); own != nil {
			addAttributes(set, own)
		}
	}
	for a := range s.AgentIdentities.All() {
		if a.Activity() != tenant.Inactive {
			take(a.CustomSecurityAttributes)
		}
	}
	for p := range s.AgentIdentityBlueprintPrincipals.All() {
		take(p.CustomSecurityAttributes)
	}
	return set, unread
}

func addAttributes(set, more *tenant.Attributes) {
	for name, attributes := range more.Sets {
		for attribute, value := range attributes {
			if set.Sets[name] == nil {
				set.Sets[name] = map[string]tenant.AttributeValue{}
			}
			set.Sets[name][attribute] = value
		}
	}
}

// attributeFilters is what the enabled policies filter on.
type attributeFilters struct {
	onSet, onOther bool // on an attribute that is set; on any
	doubt          string
}

func readAttributeFilters(s *tenant.Snapshot, set *tenant.Attributes) attributeFilters {
	var found attributeFilters
	for p := range s.ConditionalAccessPolicies.All() {
		switch p.State.Or("") {
		case "enabled":
			found.readPolicy(p, set, "")
		case "disabled", "enabledForReportingButNotEnforced":
		default:
			found.readPolicy(p, set, "Whether a policy that filters on an attribute is enabled cannot be told.")
		}
	}
	return found
}

// readPolicy takes a policy into account; one of which it is in doubt whether it
// counts cannot prove that an attribute is enforced.
func (found *attributeFilters) readPolicy(p *tenant.ConditionalAccessPolicy, set *tenant.Attributes, inDoubt string) {
	conditions, ok := p.Conditions.Get()
	if !ok || conditions.ClientApplications.IsAbsent() || conditions.Applications.IsAbsent() {
		if !p.Conditions.IsNull() {
			found.doubt = "The conditions of a policy were not returned in full."
		}
	}
	clients, applications := conditions.ClientApplications, conditions.Applications
	for _, filter := range []tenant.Opt[tenant.ConditionalAccessFilter]{
		clients.Or(tenant.ConditionalAccessClientApplications{}).AgentIDServicePrincipalFilter,
		applications.Or(tenant.ConditionalAccessApplications{}).ApplicationFilter,
	} {
		f, ok := filter.Get()
		if !ok {
			continue
		}
		parsed, err := conditionalaccess.ParseFilter(f.Rule.Or(""))
		switch {
		case err != nil:
			found.doubt = "The filter of a policy is not understood: " + err.Error() + "."
		case inDoubt != "":
			found.doubt = inDoubt
		case parsed.Mentions(set):
			found.onSet = true
		default:
			found.onOther = true
		}
	}
}
