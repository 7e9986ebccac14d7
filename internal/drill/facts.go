package drill

import (
	"slices"
	"time"

	"github.com/ztagent/ztagent/internal/activity"
	"github.com/ztagent/ztagent/internal/tenant"
)

// Facts are all drills that a snapshot knows of. Which there were rests on
// directoryAudits, killSwitchDrills and the inventory; what they proved, on
// signIns and agentUsers too.
type Facts struct {
	// Drills with their target and times, in the order of their re-enable.
	Drills []*Drill

	onTarget    map[tenant.ID][]*Drill
	onBlueprint map[tenant.ID][]*Drill // by appId of the principal
	// unlinked are the principals without appId, and the targets that are not
	// in the snapshot, that were drilled: for all one knows, any blueprint's.
	unlinked int
	trail    *trail
	// loose are records that do not say of what or of when they are.
	loose []*tenant.KillSwitchDrill
	now   tenant.Time

	agents        *tenant.Index[tenant.AgentIdentity]
	principals    *tenant.Index[tenant.AgentIdentityBlueprintPrincipal] // by appId
	principalByID *tenant.Index[tenant.AgentIdentityBlueprintPrincipal]
}

type factsKey struct{ grace time.Duration }

// Of returns the Facts of a snapshot, read once for each grace: the life of
// tokens that were issued before a disable.
func Of(s *tenant.Snapshot, grace time.Duration) *Facts {
	return tenant.Memo(s, factsKey{grace}, func(s *tenant.Snapshot) *Facts {
		f := &Facts{
			onTarget: map[tenant.ID][]*Drill{}, onBlueprint: map[tenant.ID][]*Drill{},
			trail: readTrail(s), now: s.Now(),
			agents: s.AgentsByID(), principals: s.PrincipalsByAppID(), principalByID: s.PrincipalsByID(),
		}
		f.fromEvents(s)
		f.fromRecords(s)
		slices.SortStableFunc(f.Drills, byEnd)
		f.index()
		f.prove(s, grace)
		return f
	})
}

func (f *Facts) fromEvents(s *tenant.Snapshot) {
	for _, id := range f.trail.targetIDs() {
		for _, pair := range f.trail.of[id].pairs {
			d := newDrill(s, id)
			if d.Agent == nil && d.Principal == nil {
				if s.AgentUsersByID().First(id) == nil {
					f.unlinked++
				}
				continue
			}
			d.Disabled, d.Enabled = pair[0].at, pair[1].at
			d.DisableEvent, d.EnableEvent = pair[0].audit, pair[1].audit
			f.Drills = append(f.Drills, d)
		}
	}
}

func newDrill(s *tenant.Snapshot, id tenant.ID) *Drill {
	return &Drill{TargetID: id, Agent: s.AgentsByID().First(id), Principal: s.PrincipalsByID().First(id)}
}

// fromRecords joins each record to the drill that it is about, or lets it stand
// alone: it counts like logs that are no longer kept.
func (f *Facts) fromRecords(s *tenant.Snapshot) {
	byTarget := map[tenant.ID][]*Drill{}
	for _, d := range f.Drills {
		byTarget[d.TargetID] = append(byTarget[d.TargetID], d)
	}
	for r := range s.KillSwitchDrills.All() {
		if f.isLoose(r) {
			f.loose = append(f.loose, r)
			continue
		}
		same := slices.IndexFunc(byTarget[r.TargetID], func(d *Drill) bool { return d.Record == nil && isAbout(r, d) })
		if same >= 0 {
			byTarget[r.TargetID][same].Record = r
			continue
		}
		d := newDrill(s, r.TargetID)
		d.Disabled, d.Enabled, d.Record = r.DisabledDateTime, r.EnabledDateTime, r
		f.Drills = append(f.Drills, d)
	}
}

// isLoose reports whether a record cannot be placed: it names no target, or no
// time before now.
func (f *Facts) isLoose(r *tenant.KillSwitchDrill) bool {
	return r.TargetID.IsZero() || !r.DisabledDateTime.Before(r.EnabledDateTime) || r.EnabledDateTime.After(f.now)
}

// isAbout reports whether record and drill are the same: records may be rounded.
func isAbout(r *tenant.KillSwitchDrill, d *Drill) bool {
	near := func(a, b tenant.Time) bool { return a.Sub(b).Abs() <= time.Minute }
	return near(r.DisabledDateTime, d.Disabled) && near(r.EnabledDateTime, d.Enabled)
}

func (f *Facts) index() {
	for _, d := range f.Drills {
		f.onTarget[d.TargetID] = append(f.onTarget[d.TargetID], d)
		switch {
		case d.Agent != nil:
		case d.Principal == nil || d.Principal.AppID.IsZero():
			f.unlinked++
		default:
			f.onBlueprint[d.Principal.AppID] = append(f.onBlueprint[d.Principal.AppID], d)
		}
	}
}

// prove answers for every drill whether it stopped its target.
func (f *Facts) prove(s *tenant.Snapshot, grace time.Duration) {
	l := newLedger(s, f.Drills)
	p := prover{facts: f, start: activity.SignInStart(s)}
	_, p.signInsGap = s.Gap(tenant.DatasetSignIns)
	_, p.auditsGap = s.Gap(tenant.DatasetDirectoryAudits)
	for _, d := range f.Drills {
		p.judge(d, l.count(d, grace))
	}
}

// Reaching returns the drills that stopped this agent, its own and those of its
// blueprint, newest first.
func (f *Facts) Reaching(a *tenant.AgentIdentity) []*Drill {
	own, shared := f.onTarget[a.ID], f.onBlueprint[a.AgentIdentityBlueprintID]
	if len(own) == 0 && len(shared) == 0 {
		return nil
	}
	all := slices.Concat(own, shared)
	slices.SortStableFunc(all, func(a, b *Drill) int { return byEnd(b, a) })
	return all
}

// OnTarget returns the drills of this very object, oldest first.
func (f *Facts) OnTarget(id tenant.ID) []*Drill { return f.onTarget[id] }

// OnBlueprint returns the drills of the principals of the blueprint with this
// appId, oldest first.
func (f *Facts) OnBlueprint(appID tenant.ID) []*Drill { return f.onBlueprint[appID] }

// Stop returns the event that disabled the object and was not undone, or nil.
func (f *Facts) Stop(id tenant.ID) *tenant.DirectoryAudit {
	if h := f.trail.of[id]; h != nil {
		return h.stop
	}
	return nil
}
