package synth

import "time"

// Filter is a rule over custom security attributes; Mode is include or exclude.
type Filter struct{ Mode, Rule string }

// ConditionalAccessPolicy is a Conditional Access policy as beta returns it. A
// policy for agents or workloads has none of the user lists, and one for users
// none of the client lists: users are then "None", clientApplications null.
type ConditionalAccessPolicy struct {
	ID, DisplayName, State, TemplateID string
	CreatedDateTime, ModifiedDateTime  time.Time

	IncludeUsers, ExcludeUsers, IncludeGroups, ExcludeGroups []string

	IncludeAgents, ExcludeAgents             []string
	AgentFilter                              *Filter
	IncludeServicePrincipals                 []string
	AgentRisk                                string // "high", "medium,high"
	SignInRisk                               []string
	IncludeApplications, ExcludeApplications []string
	IncludeLocations, ExcludeLocations       []string
	ClientAppTypes                           []string // all when empty

	Grant   []string // block, mfa, compliantDevice
	Session *SessionControls
	// V1 leaves out what v1.0 does not show.
	V1 bool
}

// SessionControls are the session controls of a policy.
type SessionControls struct {
	CAEMode                   string // disabled, strictEnforcement
	EverySignIn               bool
	DisableResilienceDefaults bool
}

func (p *ConditionalAccessPolicy) write(w *writer) {
	w.open()
	w.str("id", p.ID)
	w.text("templateId", p.TemplateID)
	w.str("displayName", p.DisplayName)
	w.date("createdDateTime", p.CreatedDateTime)
	w.date("modifiedDateTime", p.ModifiedDateTime)
	w.str("state", p.State)
	w.object("conditions")
	p.writeConditions(w)
	w.close()
	p.writeGrant(w)
	p.writeSession(w)
	w.close()
}

func (p *ConditionalAccessPolicy) writeConditions(w *writer) {
	w.empty("userRiskLevels")
	w.strs("signInRiskLevels", p.SignInRisk)
	if len(p.ClientAppTypes) == 0 {
		w.strs("clientAppTypes", []string{"all"})
	} else {
		w.strs("clientAppTypes", p.ClientAppTypes)
	}
	w.empty("servicePrincipalRiskLevels")
	if !p.V1 {
		w.text("agentIdRiskLevels", p.AgentRisk)
	}
	w.null("insiderRiskLevels", "platforms")
	p.writeLocations(w)
	w.null("devices", "authenticationFlows")
	p.writeApplications(w)
	p.writeUsers(w)
	p.writeClients(w)
}

func (p *ConditionalAccessPolicy) writeLocations(w *writer) {
	if len(p.IncludeLocations) == 0 {
		w.null("locations")
		return
	}
	w.object("locations")
	w.strs("includeLocations", p.IncludeLocations)
	w.strs("excludeLocations", p.ExcludeLocations)
	w.close()
}

func (p *ConditionalAccessPolicy) writeApplications(w *writer) {
	w.object("applications")
	w.strs("includeApplications", p.IncludeApplications)
	w.strs("excludeApplications", p.ExcludeApplications)
	w.empty("includeUserActions", "includeAuthenticationContextClassReferences")
	w.null("applicationFilter")
	w.close()
}

func (p *ConditionalAccessPolicy) writeUsers(w *writer) {
	include := p.IncludeUsers
	if len(include) == 0 && len(p.IncludeGroups) == 0 {
		include = []string{"None"}
	}
	w.object("users")
	w.strs("includeUsers", include)
	w.strs("excludeUsers", p.ExcludeUsers)
	w.strs("includeGroups", p.IncludeGroups)
	w.strs("excludeGroups", p.ExcludeGroups)
	w.empty("includeRoles", "excludeRoles")
	w.null("includeGuestsOrExternalUsers", "excludeGuestsOrExternalUsers")
	w.close()
}

// writeClients leaves out the exclude list and the filter when they are empty,
// as Graph does.
func (p *ConditionalAccessPolicy) writeClients(w *writer) {
	if len(p.IncludeAgents) == 0 && len(p.IncludeServicePrincipals) == 0 && p.AgentFilter == nil {
		w.null("clientApplications")
		return
	}
	w.object("clientApplications")
	w.strs("includeServicePrincipals", p.IncludeServicePrincipals)
	w.empty("excludeServicePrincipals")
	w.null("servicePrincipalFilter")
	if !p.V1 {
		w.strs("includeAgentIdServicePrincipals", p.IncludeAgents)
		if len(p.ExcludeAgents) > 0 {
			w.strs("excludeAgentIdServicePrincipals", p.ExcludeAgents)
		}
		if f := p.AgentFilter; f != nil {
			w.object("agentIdServicePrincipalFilter")
			w.str("mode", f.Mode)
			w.str("rule", f.Rule)
			w.close()
		}
	}
	w.close()
}

func (p *ConditionalAccessPolicy) writeGrant(w *writer) {
	if len(p.Grant) == 0 {
		w.null("grantControls")
		return
	}
	w.object("grantControls")
	w.str("operator", "OR")
	w.strs("builtInControls", p.Grant)
	w.empty("customAuthenticationFactors", "termsOfUse")
	w.null("authenticationStrength")
	w.close()
}

func (p *ConditionalAccessPolicy) writeSession(w *writer) {
	s := p.Session
	if s == nil {
		w.null("sessionControls")
		return
	}
	w.object("sessionControls")
	if s.DisableResilienceDefaults {
		w.boolean("disableResilienceDefaults", true)
	} else {
		w.null("disableResilienceDefaults")
	}
	w.null("applicationEnforcedRestrictions", "cloudAppSecurity", "persistentBrowser", "secureSignInSession")
	if s.EverySignIn {
		w.object("signInFrequency")
		w.null("value", "type")
		w.str("authenticationType", "primaryAndSecondaryAuthentication")
		w.str("frequencyInterval", "everyTime")
		w.boolean("isEnabled", true)
		w.close()
	} else {
		w.null("signInFrequency")
	}
	if !p.V1 {
		if s.CAEMode == "" {
			w.null("continuousAccessEvaluation")
		} else {
			w.object("continuousAccessEvaluation")
			w.str("mode", s.CAEMode)
			w.close()
		}
		w.null("globalSecureAccessFilteringProfile")
	}
	w.close()
}

// NamedLocation is an IP location, or with Countries a country location.
type NamedLocation struct {
	ID, DisplayName string
	CreatedDateTime time.Time
	Trusted         bool
	Ranges          []string // IPv4 or IPv6 in CIDR form
	Countries       []string
}

func (l *NamedLocation) write(w *writer) {
	w.open()
	if len(l.Countries) > 0 {
		w.str("@odata.type", "#microsoft.graph.countryNamedLocation")
	} else {
		w.str("@odata.type", "#microsoft.graph.ipNamedLocation")
	}
	w.str("id", l.ID)
	w.str("displayName", l.DisplayName)
	w.date("createdDateTime", l.CreatedDateTime)
	w.date("modifiedDateTime", l.CreatedDateTime)
	if len(l.Countries) > 0 {
		w.strs("countriesAndRegions", l.Countries)
		w.str("countryLookupMethod", "clientIpAddress")
		w.boolean("includeUnknownCountriesAndRegions", false)
		w.close()
		return
	}
	w.boolean("isTrusted", l.Trusted)
	w.list("ipRanges")
	for _, cidr := range l.Ranges {
		w.open()
		w.str("@odata.type", rangeType(cidr))
		w.str("cidrAddress", cidr)
		w.close()
	}
	w.closeList()
	w.close()
}

func rangeType(cidr string) string {
	for i := range cidr {
		if cidr[i] == ':' {
			return "#microsoft.graph.iPv6CidrRange"
		}
	}
	return "#microsoft.graph.iPv4CidrRange"
}

// SecurityDefaults is the identitySecurityDefaultsEnforcementPolicy.
type SecurityDefaults struct{ Enabled bool }

func (s *SecurityDefaults) write(w *writer) {
	w.open()
	w.str("id", "00000000-0000-0000-0000-000000000005")
	w.null("deletedDateTime")
	w.str("displayName", "Security Defaults")
	w.str("description", "Security defaults is a set of basic identity security mechanisms recommended by Microsoft.")
	w.boolean("isEnabled", s.Enabled)
	w.close()
}

// ContinuousAccessEvaluationPolicy is the tenant-wide policy.
type ContinuousAccessEvaluationPolicy struct {
	ID       string
	Migrated bool
}

func (c *ContinuousAccessEvaluationPolicy) write(w *writer) {
	w.open()
	w.str("id", c.ID)
	w.str("displayName", "Continuous Access Evaluation")
	w.str("description", "Continuous access evaluation policy.")
	w.empty("users", "groups")
	w.boolean("isEnabled", true)
	w.boolean("migrate", c.Migrated)
	w.close()
}
