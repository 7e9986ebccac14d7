package conditionalaccess

import (
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// tokenExchange is the appId of Microsoft's token-exchange endpoint, on which
// policies are not evaluated anyway: leaving it out leaves nothing out.
const tokenExchange = "fb60f99c-7a34-4190-8149-302f77469936"

func (p *Policy) readResources() {
	a := &p.applications
	all := hasWord(a.IncludeApplications, wordAll)
	filtered := Yes // no filter narrows the resources
	if f, ok := a.ApplicationFilter.Get(); ok && (f.Rule.Or("") != "" || !f.Rule.IsSet()) {
		// Which resources match is not known: their attributes are not read.
		filtered = Unknown
	}
	leftOut := answer(len(p.ExcludedResources()) > 0)
	if leftOut == No && !read(a.ExcludeApplications) {
		leftOut = Unknown
	}
	notExcluded := hasWord(a.ExcludeApplications, wordAllAgentResources).Not()
	p.AllResources = all.And(leftOut.Not()).And(filtered)
	p.AgentResources = hasWord(a.IncludeApplications, wordAllAgentResources).And(notExcluded)
	p.AllWithAgentResources = all.And(notExcluded).And(filtered)
}

// IncludedResources are the resources that a policy is limited to, as Graph
// names them; none for a policy on all resources.
func (p *Policy) IncludedResources() []string {
	if hasWord(p.applications.IncludeApplications, wordAll) == Yes {
		return nil
	}
	return p.applications.IncludeApplications.Items
}

// ExcludedResources are the resources left out, as Graph names them, without
// the token-exchange endpoint.
func (p *Policy) ExcludedResources() []string {
	var out []string
	for _, item := range p.applications.ExcludeApplications.Items {
		if !strings.EqualFold(item, tokenExchange) && !strings.EqualFold(item, wordNone) {
			out = append(out, item)
		}
	}
	return out
}

// ExcludesAgentResources reports whether the policy is on all resources but
// leaves agents as resources out.
func (p *Policy) ExcludesAgentResources() bool {
	return hasWord(p.applications.IncludeApplications, wordAll) == Yes &&
		hasWord(p.applications.ExcludeApplications, wordAllAgentResources) == Yes
}

func (p *Policy) readControls() {
	p.Session = p.session()
	grant, set := p.GrantControls.Get()
	switch {
	case p.GrantControls.IsNull():
		p.Blocks, p.Grants = No, No
		return
	case !set:
		p.Blocks, p.Grants = Unknown, Unknown
		return
	}
	p.Blocks = hasWord(grant.BuiltInControls, "block")
	strength, _ := grant.AuthenticationStrength.Get()
	stronger := answer(grant.AuthenticationStrength.IsSet() && !strength.Empty)
	if grant.AuthenticationStrength.IsAbsent() {
		stronger = Unknown
	}
	p.Grants = names(grant.BuiltInControls).Or(names(grant.CustomAuthenticationFactors)).
		Or(names(grant.TermsOfUse)).Or(stronger)
}

// session: an object without any control is none. Graph returns every control
// it knows, most as null, so one that is missing is one that was not there yet.
func (p *Policy) session() Answer {
	s, set := p.SessionControls.Get()
	if !set {
		if p.SessionControls.IsNull() {
			return No
		}
		return Unknown
	}
	for _, control := range []tenant.Opt[tenant.Anything]{
		s.SignInFrequency, s.PersistentBrowser, s.CloudAppSecurity, s.SecureSignInSession,
		s.ApplicationEnforcedRestrictions, s.GlobalSecureAccessFilteringProfile,
	} {
		if isSet(control) {
			return Yes
		}
	}
	return answer(s.ContinuousAccessEvaluation.IsSet())
}

// ContinuousAccessEvaluationDisabled reports whether the policy switches
// continuous access evaluation off.
func (p *Policy) ContinuousAccessEvaluationDisabled() Answer {
	s, set := p.SessionControls.Get()
	if !set {
		return p.Session // No when null, Unknown when not returned
	}
	evaluation, set := s.ContinuousAccessEvaluation.Get()
	switch {
	case !set:
		return No
	case !evaluation.Mode.IsSet():
		return Unknown
	}
	return answer(evaluation.Mode.Or("") == "disabled")
}

func (p *Policy) readConditions() {
	c := &p.conditions
	agentRisk := answer(len(c.AgentIDRiskLevels.Values) > 0)
	if c.AgentIDRiskLevels.IsAbsent() {
		agentRisk = Unknown
	}
	p.RiskCondition = agentRisk.Or(anyLevel(c.UserRiskLevels)).Or(anyLevel(c.SignInRiskLevels)).
		Or(anyLevel(c.ServicePrincipalRiskLevels))
	p.Network = network(c.Locations)
	if !p.Conditions.IsSet() {
		p.Network = Unknown
	}
	if p.Network != No {
		p.Narrowed = append(p.Narrowed, "locations")
	}
	for _, condition := range []struct {
		name  string
		value tenant.Opt[tenant.Anything]
	}{
		{"platforms", c.Platforms},
		{"devices", c.Devices},
		{"authenticationFlows", c.AuthenticationFlows},
		{"insiderRiskLevels", c.InsiderRiskLevels},
	} {
		if isSet(condition.value) {
			p.Narrowed = append(p.Narrowed, condition.name)
		}
	}
	if len(c.ClientAppTypes.Items) > 0 && hasWord(c.ClientAppTypes, "all") != Yes {
		p.Narrowed = append(p.Narrowed, "clientAppTypes")
	}
	p.Narrowed = slices.Concat(p.Narrowed, c.Others, p.clients.Others)
}

// anyLevel reports whether a list of risk levels is set. "none" is a level too:
// the policy then applies without risk only.
func anyLevel(levels tenant.Relation[string]) Answer {
	switch {
	case len(levels.Items) > 0:
		return Yes
	case read(levels):
		return No
	}
	return Unknown
}

// network: all locations without an exclusion is no condition.
func network(condition tenant.Opt[tenant.ConditionalAccessLocations]) Answer {
	l, set := condition.Get()
	if !set {
		// Graph's documented answers leave a location condition out that is not set.
		return No
	}
	for _, item := range l.IncludeLocations.Items {
		if !strings.EqualFold(item, wordAll) {
			return Yes
		}
	}
	switch {
	case len(l.ExcludeLocations.Items) > 0:
		return Yes
	case read(l.IncludeLocations) && read(l.ExcludeLocations):
		return No
	}
	return Unknown
}

// Locations are the ids of the named locations that the policy uses; all means
// that it uses every trusted one.
func (p *Policy) Locations() (ids []string, allTrusted bool) {
	l, _ := p.conditions.Locations.Get()
	for _, list := range [][]string{l.IncludeLocations.Items, l.ExcludeLocations.Items} {
		for _, item := range list {
			switch {
			case strings.EqualFold(item, "AllTrusted"):
				allTrusted = true
			case !strings.EqualFold(item, wordAll):
				ids = append(ids, item)
			}
		}
	}
	return ids, allTrusted
}

// LocationsUnread reports whether the policy may use locations that were not
// returned.
func (p *Policy) LocationsUnread() bool {
	l, set := p.conditions.Locations.Get()
	return !p.Conditions.IsSet() || set && (!read(l.IncludeLocations) || !read(l.ExcludeLocations))
}

// AtRisk reports whether the policy applies to an agent at this risk level: its
// agent risk levels contain it, or it has no risk condition at all.
func (p *Policy) AtRisk(level string) Answer {
	levels := p.conditions.AgentIDRiskLevels
	switch {
	case levels.Has(level):
		return Yes
	case levels.Has("unknownFutureValue"):
		return Unknown
	case len(levels.Values) > 0:
		return No
	case levels.IsAbsent():
		// No other list can make up for levels that were not returned.
		return Unknown
	}
	return p.RiskCondition.Not()
}

// AgentRiskLevels are the agent risk levels of the policy.
func (p *Policy) AgentRiskLevels() []string { return p.conditions.AgentIDRiskLevels.Values }

func isSet(value tenant.Opt[tenant.Anything]) bool {
	v, set := value.Get()
	return set && !v.Empty
}
