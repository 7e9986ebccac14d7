package dossier

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/displayname"
	"github.com/ztagent/ztagent/internal/tenant"
)

// Candidate is an agent that a name may mean.
type Candidate struct {
	Ref
	Activity  string
	Blueprint string // its display name or appId
}

// AmbiguousError means that several agents bear the name.
type AmbiguousError struct {
	Word       string
	Candidates []Candidate // by name and id
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%d agent identities are called %q", len(e.Candidates), e.Word)
}

// NotFoundError means that no agent has the id or the name.
type NotFoundError struct {
	Word string
	// Is says what else has that id or name, Nearest the name that was meant
	// perhaps, Unread that not all agents were read; each may be "".
	Is, Nearest, Unread string
}

func (e *NotFoundError) Error() string {
	text := fmt.Sprintf("no agent identity has the id or the display name %q", e.Word)
	switch {
	case e.Is != "":
		text += ": " + e.Is
	case e.Nearest != "":
		text += fmt.Sprintf("; did you mean %q?", e.Nearest)
	}
	if e.Unread != "" {
		text += " (" + e.Unread + ")"
	}
	return text
}

// Find returns the agent with this object id or display name. Names are the same
// when a reader cannot tell them apart: without case, surrounding space and width
// of letters. Errors are *AmbiguousError and *NotFoundError.
func Find(s *tenant.Snapshot, word string) (*tenant.AgentIdentity, error) {
	if id := tenant.ParseID(strings.TrimSpace(word)); !id.IsZero() {
		if agent := s.AgentsByID().First(id); agent != nil {
			return agent, nil
		}
	}
	want := displayname.Fold(nil, word)
	var found []*tenant.AgentIdentity
	var buffer []byte
	for agent := range s.AgentIdentities.All() {
		if buffer = displayname.Fold(buffer[:0], agent.DisplayName.Or("")); len(want) > 0 && string(buffer) == string(want) {
			found = append(found, agent)
		}
	}
	switch len(found) {
	case 0:
		return nil, notFound(s, word)
	case 1:
		return found[0], nil
	}
	return nil, ambiguous(s, word, found)
}

func ambiguous(s *tenant.Snapshot, word string, agents []*tenant.AgentIdentity) error {
	e := &AmbiguousError{Word: word}
	for _, a := range agents {
		blueprint := a.AgentIdentityBlueprintID.String()
		if b := s.BlueprintsByAppID().First(a.AgentIdentityBlueprintID); b != nil && b.ResourceName() != "" {
			blueprint = b.ResourceName()
		} else if p := s.PrincipalsByAppID().First(a.AgentIdentityBlueprintID); p != nil && p.ResourceName() != "" {
			blueprint = p.ResourceName()
		}
		e.Candidates = append(e.Candidates, Candidate{refTo(a), activityWord(a.Activity()), blueprint})
	}
	slices.SortFunc(e.Candidates, func(a, b Candidate) int { return compareRefs(a.Ref, b.Ref) })
	return e
}

func notFound(s *tenant.Snapshot, word string) error {
	e := &NotFoundError{Word: word, Is: whatElse(s, tenant.ParseID(strings.TrimSpace(word)))}
	var names []string
	for agent := range s.AgentIdentities.All() {
		names = append(names, agent.DisplayName.Or(""))
	}
	slices.Sort(names)
	e.Nearest = audit.Nearest(word, slices.Compact(names))
	if gap, ok := s.Gap(tenant.DatasetAgentIdentities); ok {
		e.Unread = fmt.Sprintf("%s was not read in full: %s", gap.Dataset, gap.Status)
	}
	return e
}

// whatElse says what an id is that is no agent identity's.
func whatElse(s *tenant.Snapshot, id tenant.ID) string {
	if id.IsZero() {
		return ""
	}
	if u := s.AgentUsersByID().First(id); u != nil {
		return fmt.Sprintf("it is the agent user %q of agent identity %s", u.ResourceName(), u.IdentityParentID.Or(tenant.ID{}))
	}
	appID := id
	if p := s.PrincipalsByID().First(id); p != nil {
		appID = p.AppID
	}
	for b := range s.AgentIdentityBlueprints.All() {
		if b.ID == id || b.AppID == appID {
			return fmt.Sprintf("it is blueprint %q, on which %d agent identities live", b.ResourceName(), len(s.AgentsByBlueprint().Of(b.AppID)))
		}
	}
	if ps := s.PrincipalsByAppID().Of(appID); len(ps) > 0 {
		return fmt.Sprintf("it is blueprint %q, on which %d agent identities live", ps[0].ResourceName(), len(s.AgentsByBlueprint().Of(appID)))
	}
	for c := range s.ClassicAgents.All() {
		if c.ID == id || c.AppID == id {
			return fmt.Sprintf("it is the classic agent %q, an ordinary service principal", c.ResourceName())
		}
	}
	return ""
}
