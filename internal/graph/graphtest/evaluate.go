package graphtest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/ztagent/ztagent/internal/tenant"
)

// evaluate answers what Conditional Access would do to an agent: by lists, risk
// and filters of the simplest form, written apart from the product's evaluator.
func evaluate(s *Server, c call, _ []string) ([]object, *answer) {
	if gap := s.data.gaps[tenant.DatasetConditionalAccessPolicies]; gap != nil {
		return nil, gap
	}
	var asked struct {
		Identity struct {
			Agent string `json:"agentServicePrincipalId"`
		} `json:"signInIdentity"`
		Conditions struct {
			Risk string `json:"agentIdRiskLevel"`
		} `json:"signInConditions"`
		AppliedOnly bool `json:"appliedPoliciesOnly"`
	}
	agent, known := object(nil), false
	if err := json.Unmarshal(c.body, &asked); err == nil {
		agent, known = s.data.byID(tenant.DatasetAgentIdentities, asked.Identity.Agent)
	}
	if !known {
		return nil, graphError(400, "BadRequest", "The agent is not known.")
	}
	ids := []string{asked.Identity.Agent}
	for _, p := range s.data.lists[tenant.DatasetAgentIdentityBlueprintPrincipals] {
		if strings.EqualFold(p.text("appId"), agent.text("agentIdentityBlueprintId")) {
			ids = append(ids, p.id())
		}
	}
	rows := []object{}
	for _, p := range s.data.lists[tenant.DatasetConditionalAccessPolicies] {
		does := p.text("state") == "enabled" && applies(p.member("conditions"), agent, ids, asked.Conditions.Risk)
		if does || !asked.AppliedOnly {
			rows = append(rows, p.with("policyApplies", does).with("analysisReasons", "notSet"))
		}
	}
	return rows, nil
}

func applies(conditions, agent object, ids []string, risk string) bool {
	clients := conditions.member("clientApplications")
	names := func(list string, also ...string) bool {
		return slices.ContainsFunc(clients.texts(list), func(id string) bool {
			return slices.ContainsFunc(append(also, ids...), func(own string) bool { return strings.EqualFold(id, own) })
		})
	}
	if names("excludeAgentIdServicePrincipals") || names("excludeServicePrincipals") {
		return false
	}
	filter := clients.member("agentIdServicePrincipalFilter")
	matches := filter != nil && filterMatches(filter.text("rule"), agent)
	if filter.text("mode") == "exclude" && matches {
		return false
	}
	included := names("includeAgentIdServicePrincipals", "All") || names("includeServicePrincipals") ||
		filter.text("mode") == "include" && matches
	levels := conditions.text("agentIdRiskLevels")
	return included && (levels == "" || slices.Contains(strings.Split(levels, ","), risk))
}

// filterMatches reads CustomSecurityAttribute.Set_Name -eq "value" only.
func filterMatches(rule string, agent object) bool {
	var name, value string
	if _, err := fmt.Sscanf(rule, "CustomSecurityAttribute.%s -eq %q", &name, &value); err != nil {
		return false
	}
	set, attribute, _ := strings.Cut(name, "_")
	return agent.member("customSecurityAttributes").member(set).text(attribute) == value
}

// texts returns the strings of an array; what is no string is left out.
func (o object) texts(name string) []string {
	var all []string
	if err := json.Unmarshal(o[name], &all); err != nil {
		return nil
	}
	return all
}
