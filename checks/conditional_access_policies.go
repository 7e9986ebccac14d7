package checks

import (
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/conditionalaccess"
	"github.com/ztagent/ztagent/internal/tenant"
)

// What makes a policy an agent policy, and so the object of these rules.
func agentPolicyPresence() []string {
	return []string{
		policyClients + "includeAgentIdServicePrincipals", policyClients + "includeServicePrincipals",
		"agentIdentities",
	}
}

func policyNeeds() []tenant.Dataset {
	return []tenant.Dataset{tenant.DatasetConditionalAccessPolicies, tenant.DatasetAgentIdentities}
}

var reportOnly = audit.Rule{
	ID:        "report-only",
	Title:     "An agent policy is report-only",
	Severity:  audit.Medium,
	Resources: []tenant.ResourceType{tenant.TypeConditionalAccessPolicy},
	Needs:     policyNeeds(),
	Presence:  agentPolicyPresence(),
	Condition: "an agent policy is `enabledForReportingButNotEnforced`",
	Remediation: "Read what the policy would have done in the sign-in logs (**Report-only** tab), then set **Enable policy** to **On**, or\n\n" +
		"```http\nPATCH https://graph.microsoft.com/beta/identity/conditionalAccess/policies/POLICY-ID\n\n{\"state\": \"enabled\"}\n```",
	References: []string{learnReportOnly, graphPolicies},
	Run: func(j *audit.Judge) {
		judgeState(j, (*conditionalaccess.Policy).ReportOnly,
			"is report-only: it shows what it would block and blocks nothing")
	},
}

var disabledPolicy = audit.Rule{
	ID:          "disabled-policy",
	Title:       "An agent policy is switched off",
	Severity:    audit.Info,
	Resources:   []tenant.ResourceType{tenant.TypeConditionalAccessPolicy},
	Needs:       policyNeeds(),
	Presence:    agentPolicyPresence(),
	Condition:   "an agent policy is `disabled`",
	Remediation: "Decide whether the policy is still wanted: set **Enable policy** to **On**, or delete it so that nobody counts on it.",
	References:  []string{graphPolicies},
	Run: func(j *audit.Judge) {
		judgeState(j, (*conditionalaccess.Policy).Disabled, "is switched off and protects nothing")
	},
}

// judgeState judges the agent policies by their state.
func judgeState(j *audit.Judge, broken func(*conditionalaccess.Policy) bool, how string) {
	for _, p := range conditionalaccess.Of(j.Tenant).AgentPolicies() {
		switch {
		case p.State.IsSet() && !broken(p) && p.Enabled != conditionalaccess.Unknown:
			j.Pass(p)
		case p.Enabled == conditionalaccess.Unknown:
			j.Unknown(p, fmt.Sprintf("The state of %s is unknown: state was not returned, or is not one that is documented.", lowerNamed(p)),
				audit.At(p, statePointer(p), p.State.Or("not returned"), "enabled"))
		case p.Agents == conditionalaccess.Unknown:
			unknownSubject(j, p)
		default:
			j.Fail(p, fmt.Sprintf("%s for agents %s.", named(p), how), audit.At(p, "/state", p.State.Or(""), "enabled"))
		}
	}
}

func statePointer(p *conditionalaccess.Policy) string {
	if p.State.IsAbsent() {
		return ""
	}
	return "/state"
}

func unknownSubject(j *audit.Judge, p *conditionalaccess.Policy) {
	j.Unknown(p, fmt.Sprintf("Whether %s is for agents is unknown: whom it includes was not returned.", lowerNamed(p)),
		audit.At(p, "", "no subject returned", "the lists that the policy includes"))
}

var partialResources = audit.Rule{
	ID:        "partial-resources",
	Title:     "An agent policy leaves resources out",
	Severity:  audit.Low,
	Resources: []tenant.ResourceType{tenant.TypeConditionalAccessPolicy},
	Needs:     policyNeeds(),
	Optional:  []tenant.Dataset{tenant.DatasetResourceServicePrincipals}, // for names
	Presence:  append(agentPolicyPresence(), policyResources+"excludeApplications"),
	Condition: "an enabled agent policy does not apply to all resources, or excludes any but Microsoft's token-exchange endpoint",
	Remediation: "Under **Target resources** include **All resources (formerly 'All cloud apps')** and empty **Exclude**. Where a resource must stay open to one " +
		"agent, exclude the agent from this policy and give it a policy for the other resources.",
	References: []string{learnTargetAgents, "https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-cloud-apps"},
	Run:        runPartialResources,
}

func runPartialResources(j *audit.Judge) {
	for _, p := range conditionalaccess.Of(j.Tenant).AgentPolicies() {
		switch complete := p.AllResources; {
		case p.Enabled == conditionalaccess.No:
			j.NotApplicable(p, "The policy is not enabled.")
		case complete == conditionalaccess.Yes:
			j.Pass(p)
		case complete == conditionalaccess.Unknown:
			j.Unknown(p, fmt.Sprintf("Which resources %s applies to is unknown: not all of its applications was returned, or a filter picks them.", lowerNamed(p)),
				audit.At(p, "/conditions/applications", "not decided by what was returned", "all resources"))
		case p.Agents == conditionalaccess.Unknown:
			unknownSubject(j, p)
		case p.Enabled == conditionalaccess.Unknown:
			j.Unknown(p, fmt.Sprintf("The state of %s is unknown: state was not returned, or is not one that is documented.", lowerNamed(p)),
				audit.At(p, statePointer(p), p.State.Or("not returned"), "enabled"))
		default:
			failPartial(j, p)
		}
	}
}

func failPartial(j *audit.Judge, p *conditionalaccess.Policy) {
	if out := p.ExcludedResources(); len(out) > 0 {
		j.Fail(p, fmt.Sprintf("%s for agents leaves out %s. Agents reach what is left out unevaluated.", named(p), resourceNames(j, out)),
			audit.At(p, "/conditions/applications/excludeApplications", resourceNames(j, out), "nothing left out"))
		return
	}
	only := "to no resource"
	if in := p.IncludedResources(); len(in) > 0 {
		only = "only to " + resourceNames(j, in)
	}
	j.Fail(p, fmt.Sprintf("%s for agents applies %s. Agents reach every other resource unevaluated.", named(p), only),
		audit.At(p, "/conditions/applications/includeApplications", only, "all resources"))
}

// resourceNames names the resources of a policy: Graph's words, and the APIs by
// their display names where those were read. At most five.
func resourceNames(j *audit.Judge, resources []string) string {
	const most = 5
	var names []string
	for i, resource := range resources {
		if i == most {
			return strings.Join(names, ", ") + " and " + count(len(resources)-most, "other")
		}
		names = append(names, resourceName(j, resource))
	}
	return strings.Join(names, ", ")
}

func resourceName(j *audit.Judge, resource string) string {
	switch resource {
	case "Office365":
		return "Office 365"
	case "MicrosoftAdminPortals":
		return "the Microsoft admin portals"
	case "AllAgentIdResources":
		return "all agents as resources"
	case "None":
		return "nothing"
	}
	id := tenant.ParseID(resource)
	for api := range j.Tenant.ResourceServicePrincipals.All() {
		if api.AppID == id && api.DisplayName.IsSet() {
			return api.DisplayName.Or("")
		}
	}
	return resource
}
