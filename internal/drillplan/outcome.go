package drillplan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ztagent/ztagent/internal/activity"
	"github.com/ztagent/ztagent/internal/drill"
	"github.com/ztagent/ztagent/internal/tenant"
)

// Verification is what the logs and the kept records say of drills.
type Verification struct {
	SchemaVersion int       `json:"schemaVersion"`
	Tenant        Tenant    `json:"tenant"`
	TakenAt       string    `json:"takenAt"` // RFC 3339, UTC
	GraceMinutes  int       `json:"graceMinutes"`
	Target        *Object   `json:"target,omitempty"` // that was asked for; none is all
	Verdict       string    `json:"verdict"`          // the worst of the drills
	Drills        []Outcome `json:"drills"`           // newest first
	// Nothing is why no drill is there, or "".
	Nothing string   `json:"nothing,omitzero"`
	Notes   []string `json:"notes"`
}

// Outcome is the newest drill of one target.
type Outcome struct {
	Target Object `json:"target"`
	// Disabled is the object that was switched off: the target, or the principal
	// of its blueprint.
	Disabled         Object  `json:"disabled"`
	Verdict          string  `json:"verdict"` // on the target
	Why              string  `json:"why"`
	DisabledDateTime string  `json:"disabledDateTime"`
	EnabledDateTime  string  `json:"enabledDateTime"`
	DisabledBy       *Person `json:"disabledBy,omitempty"`
	EnabledBy        *Person `json:"enabledBy,omitempty"`
	// Seconds from the disable to the last sign-in that succeeded (0: none did),
	// and to the enable; null when not known.
	TimeToStopSeconds    *int64    `json:"timeToStopSeconds"`
	TimeToRecoverSeconds *int64    `json:"timeToRecoverSeconds"`
	DeniedAttempts       int       `json:"deniedAttempts"`
	SuccessesAfterGrace  int       `json:"successesAfterGrace"`
	FirstDenied          *Attempt  `json:"firstDenied,omitempty"`
	SignedIn             []Attempt `json:"signedIn"` // the first success of each after the grace
	// Evidence are the datasets that it is known from.
	Evidence []tenant.Dataset `json:"evidence"`
	Notes    []string         `json:"notes"`
	// Record is what to keep of it; none where the verdict on what was disabled
	// is unknown, or a record is all there is.
	Record *drill.Record `json:"record,omitempty"`

	drill *drill.Drill
}

// Attempt is one sign-in.
type Attempt struct {
	Agent     *Object `json:"agent,omitempty"` // null: not an agent of the snapshot
	At        string  `json:"at"`
	ErrorCode int64   `json:"errorCode"`
}

// VerifyOptions are what Verify is told beside the snapshot.
type VerifyOptions struct {
	Grace time.Duration
	// Now and Tool go into the records.
	Now  time.Time
	Tool drill.Tool
}

// verifier reads the drills of one snapshot.
type verifier struct {
	s      *tenant.Snapshot
	o      VerifyOptions
	facts  *drill.Facts
	owners activity.Owners
	out    Verification
}

// needed are the datasets without which a drill cannot be judged.
func needed() []tenant.Dataset {
	return []tenant.Dataset{
		tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprintPrincipals, tenant.DatasetAgentUsers,
		tenant.DatasetSignIns, tenant.DatasetDirectoryAudits, tenant.DatasetKillSwitchDrills,
	}
}

// Verify tells what the newest drill of the target proved, or without a target
// the newest of everything that was drilled.
func Verify(s *tenant.Snapshot, target *Target, o VerifyOptions) *Verification {
	v := verifier{s: s, o: o, facts: drill.Of(s, o.Grace), owners: activity.OwnersOf(s)}
	v.out = Verification{
		SchemaVersion: 1, Tenant: tenantOf(s), TakenAt: s.TakenAt.UTC().Format(time.RFC3339), GraceMinutes: minutes(o.Grace),
		Drills: []Outcome{}, Notes: []string{}, Verdict: drill.Unknown.String(),
	}
	doubt := v.gap(needed())
	switch {
	case target == nil:
		v.all(doubt)
	case target.Agent != nil:
		object := agentObject(target.Agent)
		v.out.Target = &object
		v.agent(target.Agent, doubt)
	default:
		object := target.Object()
		v.out.Target = &object
		v.blueprint(target, doubt)
	}
	v.out.Verdict = worst(v.out.Drills)
	return &v.out
}

// telling are the datasets that say whether there was a drill.
func telling() []tenant.Dataset {
	return []tenant.Dataset{
		tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprintPrincipals,
		tenant.DatasetDirectoryAudits, tenant.DatasetKillSwitchDrills,
	}
}

// gap is why no drill can be judged, or none found, as for the rules about
// drills: a dataset that was not read in full may hide what failed.
func (v *verifier) gap(datasets []tenant.Dataset) string {
	for _, d := range datasets {
		if gap, ok := gapOf(v.s, d); ok {
			return fmt.Sprintf("%s was not read in full: %s.", d, gap.Reason)
		}
	}
	return ""
}

func worst(drills []Outcome) string {
	order := []string{drill.Failed.String(), drill.Unproven.String(), drill.Unknown.String(), drill.Proven.String()}
	at := len(order) - 1
	for _, d := range drills {
		at = min(at, slices.Index(order, d.Verdict))
	}
	if len(drills) == 0 {
		return drill.Unknown.String()
	}
	return order[at]
}

// all takes the newest drill of every target, newest first.
func (v *verifier) all(doubt string) {
	seen := map[tenant.ID]bool{}
	for _, d := range slices.Backward(v.facts.Drills) {
		if !seen[d.TargetID] {
			seen[d.TargetID] = true
			v.add(d, nil, doubt)
		}
	}
	if len(v.out.Drills) > 0 {
		if hidden := v.facts.Hidden(); hidden != "" {
			v.note("There may be more drills than these. " + hidden)
		}
		return
	}
	v.nothing(v.facts.Hidden(), "nothing was disabled and enabled again")
}

func (v *verifier) agent(a *tenant.AgentIdentity, doubt string) {
	drills, missing := v.facts.Reaching(a), v.facts.Missing(a)
	if len(drills) == 0 {
		v.nothing(missing, "it was not disabled and enabled again, nor was its blueprint principal")
		v.stop(a.ID, tenant.Time{})
		return
	}
	v.add(drills[0], a, doubt)
	if missing != "" {
		v.note("There may be a newer drill. " + missing)
	}
	v.stop(a.ID, drills[0].Enabled)
}

func (v *verifier) blueprint(t *Target, doubt string) {
	missing := ""
	if !t.AppID.IsZero() {
		missing = v.facts.MissingOfBlueprint(t.AppID)
	}
	var drills []*drill.Drill
	if t.Principal != nil {
		drills = v.facts.OnTarget(t.Principal.ID)
	}
	if len(drills) == 0 {
		v.nothing(missing, "the blueprint's principal was not disabled and enabled again")
		v.alone(t)
	} else {
		v.add(drills[len(drills)-1], nil, doubt)
		if missing != "" {
			v.note("There may be a newer drill. " + missing)
		}
	}
	if t.Principal != nil {
		since := tenant.Time{}
		if len(drills) > 0 {
			since = drills[len(drills)-1].Enabled
		}
		v.stop(t.Principal.ID, since)
	}
}

// alone mentions drills of single agents of a blueprint that was not drilled as
// a whole.
func (v *verifier) alone(t *Target) {
	if t.AppID.IsZero() {
		return
	}
	var names []string
	for _, a := range v.s.AgentsByBlueprint().Of(t.AppID) {
		if len(v.facts.OnTarget(a.ID)) > 0 {
			names = append(names, nameOf(objectOf(a)))
		}
	}
	if len(names) > 0 {
		v.note("Single agents of it were drilled: " + strings.Join(names, ", ") + ".")
	}
}

// nothing says why no drill is there: because of what was not read, if so.
func (v *verifier) nothing(missing, plain string) {
	switch doubt := v.gap(telling()); {
	case doubt != "":
		v.out.Nothing = doubt
	case missing != "":
		v.out.Nothing = missing
	default:
		v.out.Nothing = "No drill is in the logs that were read" + v.window() + " or in the records: " + plain + "."
	}
}

func (v *verifier) window() string {
	if w := v.s.Window.DirectoryAudits; w > 0 {
		return " (" + days(w) + ")"
	}
	return ""
}

func days(d time.Duration) string {
	if d%(24*time.Hour) == 0 {
		return counted(int(d/(24*time.Hour)), "day")
	}
	return span(d.Truncate(time.Minute))
}

// stop tells of a disable that was not undone: of a drill under way.
func (v *verifier) stop(id tenant.ID, after tenant.Time) {
	e := v.facts.Stop(id)
	if e == nil || after.IsSet() && !e.ActivityDateTime.After(after) {
		return
	}
	v.note(fmt.Sprintf("It was disabled on %s and not enabled again: a stop so far, not a drill. Verify after it is enabled.", when(e.ActivityDateTime)))
}

func (v *verifier) note(text string) { v.out.Notes = append(v.out.Notes, text) }

// nameOf is a display name, or the id without one.
func nameOf(o Object) string {
	switch {
	case o.DisplayName != "":
		return o.DisplayName
	case o.ID != "":
		return o.ID
	}
	return "(no id)"
}

// Records returns what to keep of the drills.
func (v *Verification) Records() []drill.Record {
	var all []drill.Record
	for i := range v.Drills {
		if r := v.Drills[i].Record; r != nil {
			all = append(all, *r)
		}
	}
	return all
}
