package drill

import "github.com/ztagent/ztagent/internal/tenant"

// Any answers whether there was any drill at all.
func (f *Facts) Any() Answer {
	switch {
	case len(f.Drills) > 0:
		return Yes
	case f.Hidden() != "":
		return Untold
	}
	return No
}

// Hidden says why there may be drills, of whatever target, that are not known,
// or "".
func (f *Facts) Hidden() string {
	if len(f.loose) > 0 {
		return doubtRecord
	}
	if len(f.trail.lost) > 1 {
		return doubtEvents
	}
	if f.unlinked > 0 && len(f.agents.Unkeyed)+len(f.principalByID.Unkeyed) > 0 {
		return doubtTarget
	}
	for id := range f.trail.of {
		if f.mayHide(id) && (f.agents.First(id) != nil || f.isPrincipal(id)) {
			return doubtEvents
		}
	}
	return ""
}

func (f *Facts) isPrincipal(id tenant.ID) bool {
	return f.principalByID.First(id) != nil
}

// mayHide reports whether the events of a target that are not clear may be, or
// may complete, a drill.
func (f *Facts) mayHide(id tenant.ID) bool {
	if len(f.trail.lost) > 1 {
		return true
	}
	h := f.trail.of[id]
	if h == nil {
		return false
	}
	unclear := len(h.doubts) + len(f.trail.lost)
	return unclear > 1 || unclear > 0 && h.loose
}

// Missing says why a drill that reached this agent may not be known, or "". It
// is the answer to "there was none", and to "none failed".
func (f *Facts) Missing(a *tenant.AgentIdentity) string {
	switch {
	case a.ID.IsZero():
		return "The agent's id was not returned, so its drills cannot be found."
	case f.mayHide(a.ID):
		return doubtEvents
	case f.looseFor(a.ID):
		return doubtRecord
	}
	return f.MissingOfBlueprint(a.AgentIdentityBlueprintID)
}

// MissingOfBlueprint says why a drill of the blueprint with this appId may not
// be known, or "".
func (f *Facts) MissingOfBlueprint(appID tenant.ID) string {
	if appID.IsZero() {
		if f.unlinked > 0 || len(f.onBlueprint) > 0 {
			return "agentIdentityBlueprintId was not returned, so drills of its blueprint cannot be found."
		}
		return ""
	}
	principals := f.principals.Of(appID)
	if len(principals) == 0 && f.unlinked > 0 {
		return doubtTarget
	}
	for _, p := range principals {
		switch {
		case p.ID.IsZero() && f.unlinked > 0:
			return doubtTarget
		case f.mayHide(p.ID):
			return doubtEvents
		case f.looseFor(p.ID):
			return doubtRecord
		}
	}
	return ""
}

func (f *Facts) looseFor(id tenant.ID) bool {
	for _, r := range f.loose {
		if r.TargetID.IsZero() || r.TargetID == id {
			return true
		}
	}
	return false
}
