package permissions

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Disagreement is a permission on which Graph's own list of what an agent
// inherits and ours differ: a bug in us, or a change in Graph.
type Disagreement struct {
	Agent *tenant.AgentIdentity
	// Permission is the name or id, with the id of the API's service principal.
	Permission string
	// Graph: it stands in Graph's list and not in ours; otherwise the reverse.
	Graph bool
}

// String says the disagreement in one sentence.
func (d Disagreement) String() string {
	who := "agent " + d.Agent.ID.String()
	if d.Graph {
		return fmt.Sprintf("Graph lists %s as inherited by %s, and the blueprint does not pass it on.", d.Permission, who)
	}
	return fmt.Sprintf("The blueprint passes %s on to %s, and Graph does not list it as inherited.", d.Permission, who)
}

// Disagreements compares Graph's inherited navigations, of the agents for which
// the snapshot holds them in full, with what is worked out from the blueprints.
// What is not known on either side is no disagreement.
func Disagreements(s *tenant.Snapshot) []Disagreement {
	var found []Disagreement
	for a := range s.AgentIdentities.All() {
		if a.Inherited == nil {
			continue
		}
		x := Of(s).InheritanceOf(a)
		if x.Foreign {
			continue
		}
		if list := a.Inherited.AppRoleAssignments; list.Complete() && x.settled(Application) {
			found = append(found, compare(a, x.names(Application), graphRoles(list.Items))...)
		}
		if list := a.Inherited.OAuth2PermissionGrants; list.Complete() && x.settled(Delegated) {
			found = append(found, compare(a, x.names(Delegated), graphScopes(list.Items))...)
		}
	}
	return found
}

// settled reports whether everything of kind k that x passes on is known.
func (x *Inheritance) settled(k Kind) bool {
	if x.Unread[k] != "" {
		return false
	}
	return !slices.ContainsFunc(x.Items, func(i Inherited) bool {
		return i.Permission.Kind == k && (i.Uncertain != "" || i.Permission.ResourceID.IsZero() || i.Permission.key() == "")
	})
}

// key is what both lists name a permission by: a role's id, a scope's name.
func (p *Permission) key() string {
	if p.Kind == Application {
		return p.ID.String()
	}
	return strings.ToLower(p.Name)
}

type inheritedKey struct {
	api  tenant.ID
	name string
}

func (x *Inheritance) names(k Kind) map[inheritedKey]string {
	names := map[inheritedKey]string{}
	for _, i := range x.Items {
		if i.Permission.Kind == k {
			names[inheritedKey{i.Permission.ResourceID, i.Permission.key()}] = i.Permission.Label()
		}
	}
	return names
}

func graphRoles(rows []tenant.InheritedAssignment) map[inheritedKey]string {
	names := map[inheritedKey]string{}
	for _, row := range rows {
		if !row.AppRoleID.IsEmptyGUID() {
			names[inheritedKey{row.ResourceID, row.AppRoleID.String()}] = "role " + row.AppRoleID.String()
		}
	}
	return names
}

func graphScopes(rows []tenant.InheritedGrant) map[inheritedKey]string {
	names := map[inheritedKey]string{}
	for _, row := range rows {
		for scope := range strings.FieldsSeq(row.Scope.Or("")) {
			names[inheritedKey{row.ResourceID, strings.ToLower(scope)}] = scope
		}
	}
	return names
}

func compare(a *tenant.AgentIdentity, ours, graphs map[inheritedKey]string) []Disagreement {
	var found []Disagreement
	differ := func(these, those map[inheritedKey]string, graph bool) {
		for key, name := range these {
			if _, both := those[key]; !both && !key.api.IsZero() && key.name != "" {
				found = append(found, Disagreement{a, name + " on " + key.api.String(), graph})
			}
		}
	}
	differ(ours, graphs, false)
	differ(graphs, ours, true)
	slices.SortFunc(found, func(a, b Disagreement) int { return strings.Compare(a.String(), b.String()) })
	return found
}

// Warnings puts the disagreements into at most a few sentences for a report.
func Warnings(s *tenant.Snapshot) []string {
	const most = 3
	var warnings []string
	all := Disagreements(s)
	for _, d := range all[:min(len(all), most)] {
		warnings = append(warnings, d.String())
	}
	if len(all) > most {
		warnings = append(warnings, fmt.Sprintf(
			"Graph and the blueprints disagree on %d more inherited permissions.", len(all)-most))
	}
	return warnings
}
