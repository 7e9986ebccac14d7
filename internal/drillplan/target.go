// Package drillplan plans drills of the kill switch and tells what came of them:
// what to send, who may, what stops and what goes on, how to prove it and how to
// restore. It sends nothing.
package drillplan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/displayname"
	"github.com/ztagent/ztagent/internal/tenant"
)

// Target is what a drill disables: an agent identity, or the principal of a
// blueprint, which stops all of its agents. For an agent, Blueprint and
// Principal are those that it lives on.
type Target struct {
	Agent     *tenant.AgentIdentity
	Blueprint *tenant.AgentIdentityBlueprint // nil when it is not homed here
	Principal *tenant.AgentIdentityBlueprintPrincipal
	// AppID is the blueprint's; zero when it was not returned.
	AppID tenant.ID
}

// Object names something of the tenant. Names are as the tenant has them:
// whoever prints one makes it harmless.
type Object struct {
	Type        tenant.ResourceType `json:"type,omitzero"`
	ID          string              `json:"id"`
	DisplayName string              `json:"displayName"`
	State       string              `json:"state,omitzero"` // enabled, disabled, disabledByMicrosoft, unknown
}

func objectOf(r tenant.Resource) Object {
	return Object{Type: r.ResourceType(), ID: r.ObjectID(), DisplayName: r.ResourceName()}
}

// Object names the target.
func (t *Target) Object() Object {
	switch {
	case t.Agent != nil:
		return objectOf(t.Agent)
	case t.Blueprint != nil:
		return objectOf(t.Blueprint)
	}
	return objectOf(t.Principal)
}

// NotFoundError means that nothing in the snapshot goes by the name.
type NotFoundError struct {
	Query string
	// Near are those whose name contains the query, at most ten; Names are all.
	Near  []Object
	Names []string
	// Why says what else the query may be, or why it may be there all the same.
	Why string
}

func (e *NotFoundError) Error() string {
	text := fmt.Sprintf("no agent identity or blueprint has the id or display name %q", e.Query)
	if e.Why != "" {
		text += "; " + e.Why
	}
	return text
}

// AmbiguousError means that more than one goes by the name.
type AmbiguousError struct {
	Query      string
	Candidates []Object
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%d objects have the display name %q; give the object id of one", len(e.Candidates), e.Query)
}

// Find returns the target that query names: the object id of an agent identity,
// an agent user (which stands for its agent), a blueprint or its principal, a
// blueprint's appId, or a display name, compared as people read it. The error is
// a *NotFoundError or an *AmbiguousError.
func Find(s *tenant.Snapshot, query string) (*Target, error) {
	query = strings.TrimSpace(query)
	f := finder{snapshot: s}
	f.byID(tenant.ParseID(query))
	if len(f.found) == 0 {
		f.byName(query)
	}
	switch len(f.found) {
	case 0:
		return nil, f.notFound(query)
	case 1:
		return f.found[0], nil
	}
	e := &AmbiguousError{Query: query}
	for _, t := range f.found {
		e.Candidates = append(e.Candidates, t.Object())
	}
	return nil, e
}

type finder struct {
	snapshot *tenant.Snapshot
	found    []*Target
}

func (f *finder) byID(id tenant.ID) {
	if id.IsZero() {
		return
	}
	s := f.snapshot
	for _, a := range s.AgentsByID().Of(id) {
		f.agent(a)
	}
	for _, u := range s.AgentUsersByID().Of(id) {
		for _, a := range s.AgentsByID().Of(u.IdentityParentID.Or(tenant.ID{})) {
			f.agent(a)
		}
	}
	for b := range s.AgentIdentityBlueprints.All() {
		if b.ID == id || b.AppID == id {
			f.blueprint(b.AppID, b, nil)
		}
	}
	for p := range s.AgentIdentityBlueprintPrincipals.All() {
		if p.ID == id || p.AppID == id {
			f.blueprint(p.AppID, nil, p)
		}
	}
}

func (f *finder) byName(name string) {
	want := folded(name)
	if want == "" {
		return
	}
	for a := range f.snapshot.AgentIdentities.All() {
		if folded(a.DisplayName.Or("")) == want {
			f.agent(a)
		}
	}
	for b := range f.snapshot.AgentIdentityBlueprints.All() {
		if folded(b.DisplayName.Or("")) == want {
			f.blueprint(b.AppID, b, nil)
		}
	}
	for p := range f.snapshot.AgentIdentityBlueprintPrincipals.All() {
		if folded(p.DisplayName.Or("")) == want {
			f.blueprint(p.AppID, nil, p)
		}
	}
}

func folded(name string) string { return string(displayname.Fold(nil, name)) }

func (f *finder) agent(a *tenant.AgentIdentity) {
	if slices.ContainsFunc(f.found, func(t *Target) bool { return t.Agent == a }) {
		return
	}
	t := &Target{Agent: a, AppID: a.AgentIdentityBlueprintID}
	t.complete(f.snapshot)
	f.found = append(f.found, t)
}

// blueprint adds a blueprint by one of its two objects, once.
func (f *finder) blueprint(appID tenant.ID, b *tenant.AgentIdentityBlueprint, p *tenant.AgentIdentityBlueprintPrincipal) {
	t := &Target{AppID: appID, Blueprint: b, Principal: p}
	t.complete(f.snapshot)
	same := func(have *Target) bool {
		return have.Agent == nil && have.Blueprint == t.Blueprint && have.Principal == t.Principal
	}
	if !slices.ContainsFunc(f.found, same) {
		f.found = append(f.found, t)
	}
}

func (t *Target) complete(s *tenant.Snapshot) {
	if t.Blueprint == nil {
		t.Blueprint = s.BlueprintsByAppID().First(t.AppID)
	}
	if t.Principal == nil {
		t.Principal = s.PrincipalsByAppID().First(t.AppID)
	}
}

func (f *finder) notFound(query string) error {
	e := &NotFoundError{Query: query}
	want := folded(query)
	near := func(r tenant.Resource) {
		name := r.ResourceName()
		if name == "" {
			return
		}
		e.Names = append(e.Names, name)
		if len(e.Near) < 10 && want != "" && strings.Contains(folded(name), want) {
			e.Near = append(e.Near, objectOf(r))
		}
	}
	for a := range f.snapshot.AgentIdentities.All() {
		near(a)
	}
	for b := range f.snapshot.AgentIdentityBlueprints.All() {
		near(b)
	}
	for p := range f.snapshot.AgentIdentityBlueprintPrincipals.All() {
		if f.snapshot.BlueprintsByAppID().First(p.AppID) == nil {
			near(p)
		}
	}
	e.Why = f.why(tenant.ParseID(query), want)
	return e
}

// why explains an id that is something else, and what may hide the target.
func (f *finder) why(id tenant.ID, name string) string {
	for c := range f.snapshot.ClassicAgents.All() {
		if !id.IsZero() && (c.ID == id || c.AppID == id) || name != "" && folded(c.DisplayName.Or("")) == name {
			return "it is a classic agent, an ordinary service principal: disabling it works alike, but it has no blueprint " +
				"and its drills are not judged"
		}
	}
	for _, d := range []tenant.Dataset{
		tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprints, tenant.DatasetAgentIdentityBlueprintPrincipals,
	} {
		if gap, ok := f.snapshot.Gap(d); ok {
			return fmt.Sprintf("%s was not read in full: %s", d, gap.Reason)
		}
	}
	return ""
}
