package access

import (
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// OpenToAgents answers whether agents may get a package by this policy
// (docs/verdicts.md, "Words"), and why that cannot be told.
func OpenToAgents(s *tenant.Snapshot, p *tenant.AccessPackageAssignmentPolicy) (answer tenant.Answer, why string) {
	scope, ok := p.AllowedTargetScope.Get()
	if !ok {
		return tenant.Unknown, "allowedTargetScope was not returned"
	}
	switch strings.ToLower(scope) {
	case "alldirectoryagentidentities", "alldirectoryserviceprincipals":
		return tenant.Yes, ""
	case "specificdirectoryserviceprincipals":
		return namesAgent(s, p)
	case "notspecified", "specificdirectoryusers", "specificconnectedorganizationusers", "allmemberusers",
		"alldirectoryusers", "allconfiguredconnectedorganizationusers", "allexternalusers":
		return tenant.No, ""
	}
	return tenant.Unknown, "allowedTargetScope is of an unknown kind"
}

func namesAgent(s *tenant.Snapshot, p *tenant.AccessPackageAssignmentPolicy) (tenant.Answer, string) {
	if !p.SpecificAllowedTargets.Read() {
		return tenant.Unknown, "specificAllowedTargets was not returned"
	}
	agents := s.AgentsByID()
	answer, why := tenant.No, ""
	for i := range p.SpecificAllowedTargets.Items {
		id := subjectID(&p.SpecificAllowedTargets.Items[i])
		if id.IsZero() {
			answer, why = tenant.Unknown, "an entry of specificAllowedTargets has no id"
			continue
		}
		agent := agents.First(id)
		switch {
		case agent == nil && len(agents.Unkeyed) > 0:
			answer, why = tenant.Unknown, "the id of an agent identity was not returned"
		case agent == nil:
		case agent.Activity() == tenant.Active:
			return tenant.Yes, ""
		case agent.Activity() == tenant.ActivityUnknown:
			answer, why = tenant.Unknown, "whether the agent that it names is active cannot be told"
		}
	}
	if answer == tenant.No && !p.SpecificAllowedTargets.Complete() {
		return tenant.Unknown, "specificAllowedTargets was not returned in full"
	}
	return answer, why
}

func subjectID(t *tenant.SubjectSet) tenant.ID {
	switch {
	case !t.ServicePrincipalID.IsZero():
		return t.ServicePrincipalID
	case !t.ObjectID.IsZero():
		return t.ObjectID
	}
	return t.ID
}
