// Package audit is the engine: checks and rules as values, the verdict laws,
// and the report that every format is rendered from.
package audit

import (
	"slices"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Severity of a rule or a finding.
type Severity string

// The severities, most severe first. Rules of severity info are shown and never
// decide a check.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
	Info     Severity = "info"
)

// Severities returns every severity, most severe first.
func Severities() []Severity { return []Severity{Critical, High, Medium, Low, Info} }

// Rank is 0 for critical and grows as severity falls.
func (s Severity) Rank() int { return slices.Index(Severities(), s) }

// AtLeast reports whether s is as severe as t, or more.
func (s Severity) AtLeast(t Severity) bool { return s.Rank() <= t.Rank() }

// Part says which list of the Zero Trust for Agents note a line belongs to.
type Part string

// The parts of the note. Checklist lines are L1 to L7.
const (
	Checklist Part = "checklist"
	Pillar    Part = "pillar"
	Control   Part = "control"
	Boundary  Part = "boundary"
)

// Clause is one line of the note. Group is the checklist number ("L1"), the
// pillar ("identity"), the control group ("verify explicitly") or the boundary
// ("agent identity layer") it stands under.
type Clause struct {
	Part  Part
	Group string
	Text  string
}

// Check is one item of the checklist, or of the pillars and boundaries behind
// it. It is a value: there is no interface to implement and nothing to register
// but its place in the list.
type Check struct {
	ID        string
	Title     string
	Clauses   []Clause // first the one that names the check in reports
	Rationale string   // why the note asks for it, for a reader who must decide
	Rules     []Rule
}

// Rule is one exact condition with one severity; the unit that is judged.
type Rule struct {
	ID       string // within its check; reports use check/rule
	Title    string // what a failure says, as a short phrase
	Severity Severity
	// Resources are the types that the rule judges.
	Resources []tenant.ResourceType
	// Needs are the datasets without which the rule is unknown. Optional ones
	// it can do without, and says what it could not see.
	Needs    []tenant.Dataset
	Optional []tenant.Dataset
	// ControlGaps are gaps that prove that the control cannot exist: the rule
	// fails instead of being unknown.
	ControlGaps []ControlGap
	// Presence lists the paths ("dataset/property/property") whose presence is
	// the condition: taking one away may turn a fail into a pass. "dataset"
	// alone means whole objects. The laws exempt these and no others.
	Presence []string
	// Condition is when the rule fails, in one sentence, without "fails when".
	Condition   string
	Remediation string // what to do, in steps that can be followed; Markdown
	References  []string
	// AnyActivity: inactive objects are judged too. Otherwise the engine makes
	// them notApplicable.
	AnyActivity bool
	// Manual: the rule asks a person, and only an attestation can pass it.
	Manual bool
	// Run judges the tenant, reporting each resource to j exactly once (or once
	// per key). It must not keep j.
	Run func(j *Judge)
}

// ControlGap names gaps of one dataset by which a control cannot exist. Message
// is what the finding then says.
type ControlGap struct {
	Dataset  tenant.Dataset
	Statuses []tenant.GapStatus
	Message  string
}

// FullID returns check/rule.
func FullID(check *Check, rule *Rule) string { return check.ID + "/" + rule.ID }
