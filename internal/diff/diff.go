// Package diff says what became of a tenant between two audits. Findings are
// matched by rule, resource id and key, never by order or wording.
//
// A finding is fixed only when the later audit could have found it again: where
// a rule was not judged, or lacked the evidence that the finding rested on, the
// finding is undecided.
package diff

import (
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// SchemaVersion of the JSON form, published as docs/diff.schema.json.
const SchemaVersion = 1

// Diff is what changed from Old to New.
type Diff struct {
	SchemaVersion int              `json:"schemaVersion"`
	Tool          audit.Tool       `json:"tool"`
	Tenant        audit.TenantInfo `json:"tenant"`
	Old           Side             `json:"old"`
	New           Side             `json:"new"`
	// Warnings are what makes the comparison less than it looks.
	Warnings []string `json:"warnings"`
	Summary  Summary  `json:"summary"`
	// Changes are in the order of Kinds, the most severe first.
	Changes []Change `json:"changes"`
	// Rules that only one side judged at all.
	RulesOnlyInOld []string `json:"rulesOnlyInOld"`
	RulesOnlyInNew []string `json:"rulesOnlyInNew"`
	// Agents and Inherited are nil where they were not compared.
	Agents    *Agents           `json:"agents"`
	Inherited *InheritedChanges `json:"inheritedPermissions"`
}

// Side is one of the two audits.
type Side struct {
	Source  Source `json:"source"`
	Path    string `json:"path"`    // as the user named it
	TakenAt string `json:"takenAt"` // RFC 3339, UTC
	Version string `json:"version"` // of the program that judged
}

// Source is what a side was read from.
type Source string

// The sources.
const (
	FromReport   Source = "report"
	FromSnapshot Source = "snapshot"
)

// Kind is what became of a finding.
type Kind string

// The kinds. The first four are regressions.
const (
	// New fails, and did not before, as far as it was known.
	New Kind = "new"
	// Worse failed before, and is more severe now.
	Worse Kind = "worse"
	// WaiverExpired was accepted before, and no waiver covers it any more.
	WaiverExpired Kind = "waiverExpired"
	// NewlyUnknown cannot be told, and could before. Without a resource it is
	// the whole rule.
	NewlyUnknown Kind = "newlyUnknown"
	// StillFailing failed before as well.
	StillFailing Kind = "stillFailing"
	// Undecided failed before, and New does not say whether it still does.
	Undecided Kind = "undecided"
	// NewlyWaived fails under a waiver that did not cover it before.
	NewlyWaived Kind = "newlyWaived"
	// NewlyManual waits for a person's word, and did not before.
	NewlyManual Kind = "newlyManual"
	// Settled was unknown or manual before, and passes or does not apply now.
	Settled Kind = "settled"
	// Fixed failed before, waived or not, and no longer does.
	Fixed Kind = "fixed"
)

// Kinds returns every kind, regressions first.
func Kinds() []Kind {
	return []Kind{New, Worse, WaiverExpired, NewlyUnknown, StillFailing, Undecided, NewlyWaived, NewlyManual, Settled, Fixed}
}

// State is a verdict on one side of a comparison, or why there is none.
type State string

// The states that are no status.
const (
	// NotJudged: the rule was not part of that audit.
	NotJudged State = "notJudged"
	// NotListed: it passed, did not apply or did not exist; reports count those
	// and do not list them.
	NotListed State = "notListed"
)

func stateOf(s audit.Status) State { return State(s.String()) }

// Change is what became of one finding, or of a rule as a whole.
type Change struct {
	Kind     Kind           `json:"kind"`
	Rule     string         `json:"rule"` // check/rule
	Title    string         `json:"title"`
	Severity audit.Severity `json:"severity"`
	// OldSeverity is there when the severity changed.
	OldSeverity audit.Severity `json:"oldSeverity,omitzero"`
	// Resource is nil for a rule as a whole.
	Resource *audit.ResourceRef `json:"resource"`
	Key      string             `json:"key,omitzero"`
	Was      State              `json:"was"`
	Is       State              `json:"is"`
	// Message is the newer finding's, or the older's where only that is left;
	// for a rule as a whole, the reason.
	Message string `json:"message"`
	// FailingSince is when the finding is first known to have failed, for
	// findings that fail now. RFC 3339.
	FailingSince string               `json:"failingSince,omitzero"`
	PortalLink   string               `json:"portalLink"`
	Fingerprint  string               `json:"fingerprint,omitzero"`
	Waiver       *audit.AppliedWaiver `json:"waiver"` // that accepts it, or did
	// Gone: the agent that it was about is not there any more, as two snapshots
	// tell.
	Gone bool `json:"gone,omitzero"`
}

// Summary is the comparison in numbers.
type Summary struct {
	New           int `json:"new"`
	Worse         int `json:"worse"`
	WaiverExpired int `json:"waiverExpired"`
	NewlyUnknown  int `json:"newlyUnknown"`
	StillFailing  int `json:"stillFailing"`
	Undecided     int `json:"undecided"`
	NewlyWaived   int `json:"newlyWaived"`
	NewlyManual   int `json:"newlyManual"`
	Settled       int `json:"settled"`
	Fixed         int `json:"fixed"`
	// StillUnknown counts what neither side could tell; rules as a whole count
	// once.
	StillUnknown int `json:"stillUnknown"`
	StillWaived  int `json:"stillWaived"`
}

func (s *Summary) add(k Kind) {
	counters := map[Kind]*int{
		New: &s.New, Worse: &s.Worse, WaiverExpired: &s.WaiverExpired, NewlyUnknown: &s.NewlyUnknown,
		StillFailing: &s.StillFailing, Undecided: &s.Undecided, NewlyWaived: &s.NewlyWaived,
		NewlyManual: &s.NewlyManual, Settled: &s.Settled, Fixed: &s.Fixed,
	}
	*counters[k]++
}

// Of returns the changes of one kind; they stand together.
func (d *Diff) Of(kind Kind) []Change {
	var changes []Change
	for i := range d.Changes {
		if d.Changes[i].Kind == kind {
			changes = append(changes, d.Changes[i])
		}
	}
	return changes
}

// Regressions counts what makes New worse than Old: findings that fail newly, no
// longer under a waiver, or more severely, at failOn or worse; and what cannot be
// told any more. Severity info counts for neither. An empty failOn lets every
// finding through.
func (d *Diff) Regressions(failOn audit.Severity) (failing, unknown int) {
	for i := range d.Changes {
		c := &d.Changes[i]
		if c.Severity == audit.Info {
			continue
		}
		switch c.Kind {
		case New, Worse, WaiverExpired:
			if failOn != "" && c.Severity.AtLeast(failOn) {
				failing++
			}
		case NewlyUnknown:
			unknown++
		}
	}
	return failing, unknown
}

// Agent is an object that acts, on one side only.
type Agent struct {
	Type        tenant.ResourceType `json:"type"`
	ID          string              `json:"id"`
	DisplayName string              `json:"displayName"`
}

// Agents are the agent identities, agent users and classic agents that only one
// side has. NotCompared says of which that cannot be told, and why.
type Agents struct {
	Appeared    []Agent  `json:"appeared"`
	Vanished    []Agent  `json:"vanished"`
	NotCompared []string `json:"notCompared"`
}

// InheritedChanges are the permissions that agents came to have through their
// blueprint, without a consent on the agent.
type InheritedChanges struct {
	Appeared    []Inherited `json:"appeared"`
	NotCompared []string    `json:"notCompared"`
}

// Inherited is one permission that agents of one blueprint came to inherit.
type Inherited struct {
	API        string    `json:"api"`
	Permission string    `json:"permission"`
	Kind       string    `json:"kind"`      // application or delegated
	Principal  Principal `json:"principal"` // that holds the grant
	// Agents that have it now and did not before, those that are new themselves
	// among them.
	Agents []Agent `json:"agents"`
}

// Principal names a blueprint principal.
type Principal struct {
	ID          string `json:"id"`
	DisplayName string `json:"displayName"`
}
