package checks

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/permissions"
	"github.com/ztagent/ztagent/internal/tenant"
)

// What a rule about agent × permission reads: of application permissions alone,
// or of both kinds. The organization tells whose blueprint is foreign, where no
// manifest does.
var (
	applicationDatasets = []tenant.Dataset{
		tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprints,
		tenant.DatasetAgentIdentityBlueprintPrincipals, tenant.DatasetResourceServicePrincipals,
		tenant.DatasetAppRoleAssignments,
	}
	permissionDatasets   = append(slices.Clip(applicationDatasets), tenant.DatasetOAuth2PermissionGrants)
	permissionOptional   = []tenant.Dataset{tenant.DatasetOrganization}
	onAgents             = []tenant.ResourceType{tenant.TypeAgentIdentity}
	applicationPermsOnly = []permissions.Kind{permissions.Application}
	bothKinds            = []permissions.Kind{permissions.Application, permissions.Delegated}
)

// What must be there for an agent to have a permission: its own grant, or its
// blueprint principal's and the entry that passes it on.
var (
	applicationPresence = []string{
		"appRoleAssignments", "agentIdentityBlueprints/inheritablePermissions",
		"agentIdentityBlueprints/inheritablePermissions/inheritableRoles/roles",
	}
	permissionPresence = append(slices.Clip(applicationPresence), "oauth2PermissionGrants",
		"agentIdentityBlueprints/inheritablePermissions/inheritableScopes/scopes")
)

// ruling is what a rule says about one permission.
type ruling struct {
	status   audit.Status
	severity audit.Severity // "" is the rule's
	// says completes "Agent X " into the title of a failure; why adds a sentence.
	says, why string
	// unknown says what was missing, after "cannot be told: ".
	unknown  string
	expected string
}

var allowed = ruling{status: audit.Pass}

func unclearBecause(reason string) ruling {
	return ruling{status: audit.Unknown, unknown: reason}
}

// pairRule judges agent × permission: each permission once per agent, whether it
// came directly, by inheritance or both.
type pairRule struct {
	kinds []permissions.Kind
	// of rules on a permission held under a blueprint, and must answer the same
	// whoever asks.
	of func(p *permissions.Permission, x *permissions.Inheritance) ruling
	// scope, if set, rules on all agents of a blueprint at once: a status other
	// than pass stands for all their permissions.
	scope func(x *permissions.Inheritance) ruling
}

// byPermission is a pairRule whose ruling is the same under every blueprint: it
// is made once for each permission.
func byPermission(s *tenant.Snapshot, kinds []permissions.Kind, of func(p *permissions.Permission) ruling) pairRule {
	all := permissions.Of(s).Permissions()
	rulings := make([]ruling, len(all))
	for i, p := range all {
		if slices.Contains(kinds, p.Kind) {
			rulings[i] = of(p)
		}
	}
	return pairRule{kinds: kinds, of: func(p *permissions.Permission, _ *permissions.Inheritance) ruling {
		return rulings[p.Index()]
	}}
}

func (r pairRule) judge(j *audit.Judge) {
	ledger := permissions.Of(j.Tenant)
	cursor := ledger.Cursor(r.kinds...)
	stray := map[*permissions.Inheritance]string{}
	for agent := range cursor.Agents() {
		if agent.Activity() == tenant.Inactive {
			j.NotApplicable(agent, "not active")
			continue
		}
		x := cursor.Inheritance()
		if r.scope != nil {
			switch whole := r.scope(x); whole.status {
			case audit.Pass:
			case audit.NotApplicable:
				j.NotApplicable(agent, whole.why)
				continue
			default:
				r.report(j, agent, x, nil, whole)
				continue
			}
		}
		under := x
		if r.scope == nil {
			under = nil // the same under every blueprint
		}
		why, known := stray[under]
		if !known {
			why = r.strayMatters(ledger, x)
			stray[under] = why
		}
		r.judgeAgent(j, agent, cursor, why)
	}
}

func (r pairRule) judgeAgent(j *audit.Judge, agent *tenant.AgentIdentity, cursor *permissions.Cursor, stray string) {
	x, pairs := cursor.Inheritance(), cursor.Pairs()
	for i := range pairs {
		r.judgePair(j, agent, x, &pairs[i])
	}
	unread := cursor.Unread()
	switch {
	case unread != "":
		j.Unknown(agent, "What else "+lowered(agent)+" may do cannot be told: "+unread+".")
	case stray != "":
		j.Unknown(agent, "What else "+lowered(agent)+" may do cannot be told: "+stray+".")
	case x.Foreign:
		j.NotApplicable(agent, "what its blueprint passes on is not visible here: it is homed in another tenant")
	case len(pairs) == 0:
		j.NotApplicable(agent, "it has no such permission")
	}
}

func (r pairRule) judgePair(j *audit.Judge, agent *tenant.AgentIdentity, x *permissions.Inheritance, p *permissions.Pair) {
	ruling := r.of(p.Permission, x)
	switch {
	case ruling.status == audit.Pass || ruling.status == audit.NotApplicable:
		j.Report(audit.Verdict{Resource: agent, Status: ruling.status, Key: p.Key, Message: ruling.why})
	case p.Uncertain != "":
		j.Report(audit.Verdict{
			Resource: agent, Status: audit.Unknown, Key: p.Key, Evidence: pairEvidence(x, p, ruling.expected),
			Message: "Whether " + lowered(agent) + " has " + p.Label() + " on " + p.APIName() + " cannot be told: " + p.Uncertain + ".",
		})
	default:
		ruling.why = strings.TrimSpace("It was " + p.Path(x) + ". " + ruling.why)
		r.report(j, agent, x, p, ruling)
	}
}

// report gives a verdict in full: message and evidence are made only here, and
// never for a pass. Without a pair, it is about all permissions of the agent.
func (r pairRule) report(j *audit.Judge, agent *tenant.AgentIdentity, x *permissions.Inheritance, p *permissions.Pair, ruling ruling) {
	v := audit.Verdict{Resource: agent, Status: ruling.status, Severity: ruling.severity, Message: ruling.why}
	what := "The permissions of " + lowered(agent) + " cannot be judged: "
	if p != nil {
		v.Key, v.Evidence = p.Key, pairEvidence(x, p, ruling.expected)
		what = "A permission of " + lowered(agent) + " cannot be judged, " + p.Label() + " on " + p.APIName() + ": "
	}
	switch ruling.status {
	case audit.Fail:
		v.Message = named(agent) + " " + ruling.says + ". " + ruling.why
	case audit.Unknown:
		v.Message = what + ruling.unknown + "."
	}
	j.Report(v)
}

// pairEvidence points at the grant, and for an inherited one at the blueprint
// that passes it on.
func pairEvidence(x *permissions.Inheritance, p *permissions.Pair, expected string) []audit.Evidence {
	pointer := "/appRoleId"
	if p.Kind == permissions.Delegated {
		pointer = "/scope"
	}
	observed := p.Label() + " (" + p.Kind.String() + ")"
	evidence := []audit.Evidence{audit.At(p.Grant(), pointer, observed, expected)}
	if x.Blueprint != nil && p.Direct.IsZero() && p.Uncertain == "" {
		evidence = append(evidence, audit.At(x.Blueprint, "/inheritablePermissions", "passes it on to its agents", ""))
	}
	return evidence
}

// strayMatters says whether a row that lost its holder could make an agent of
// this blueprint fail: any agent may be the one that it belongs to.
func (r pairRule) strayMatters(ledger *permissions.Ledger, x *permissions.Inheritance) string {
	for _, k := range r.kinds {
		for _, p := range ledger.Stray(k) {
			if s := r.of(p, x).status; s == audit.Fail || s == audit.Unknown {
				if k == permissions.Delegated {
					return "a row of oauth2PermissionGrants that may be its own has no clientId"
				}
				return "a row of appRoleAssignments that may be its own has no principalId"
			}
		}
	}
	return ""
}

// lowered names an agent in the middle of a sentence.
func lowered(r tenant.Resource) string {
	name := named(r)
	return strings.ToLower(name[:1]) + name[1:]
}

// onGraph rules on a permission that one of Graph's names decides: fail by
// name on Graph, pass on another API, unknown where the API is not known.
func onGraph(p *permissions.Permission, matches bool, fails ruling) ruling {
	onGraph := p.OnGraph()
	switch {
	case onGraph == tenant.No:
		return allowed // whatever it is called
	case p.Name == "":
		return unclearBecause(p.Unnamed)
	case !matches:
		return allowed
	case onGraph == tenant.Yes:
		return fails
	}
	return unclearBecause(unknownAPI(p))
}

func unknownAPI(p *permissions.Permission) string {
	if p.API == nil {
		return "its API is not in resourceServicePrincipals"
	}
	return "the appId of its API was not returned"
}

// holds is how a failure names a permission: "has the application permission
// Mail.Read on Microsoft Graph".
func holds(p *permissions.Permission) string {
	return "has the " + p.Kind.String() + " permission " + p.Label() + " on " + p.APIName()
}

// pointerTo is the JSON pointer to a member of the i-th entry of a collection;
// member may be empty.
func pointerTo(collection string, i int, member string) string {
	pointer := "/" + collection + "/" + strconv.Itoa(i)
	if member != "" {
		pointer += "/" + member
	}
	return pointer
}
