package audit

import "github.com/ztagent/ztagent/internal/tenant"

// SchemaVersion of the JSON report. It grows when a key changes its meaning or
// goes; new keys leave it as it is.
const SchemaVersion = 1

// Report is the outcome of an audit: lossless, and the only input of every
// report format. Its JSON form is published as docs/report.schema.json.
type Report struct {
	SchemaVersion int           `json:"schemaVersion"`
	Tool          Tool          `json:"tool"`
	Tenant        TenantInfo    `json:"tenant"`
	TakenAt       string        `json:"takenAt"`  // RFC 3339, UTC
	Snapshot      string        `json:"snapshot"` // as the user named it
	Gaps          []ReportGap   `json:"gaps"`
	Warnings      []string      `json:"warnings"`
	Checks        []CheckResult `json:"checks"`
	Summary       Summary       `json:"summary"`
	// WhatIf is filled by whoever evaluates Conditional Access; nil where nobody
	// did, or the agents could not be counted.
	WhatIf []WhatIf `json:"whatIf,omitzero"`
}

// WhatIf counts the active agents that Conditional Access would block, on all
// resources, were their risk at one level.
type WhatIf struct {
	RiskLevel  string `json:"riskLevel"` // none, low, medium, high
	Blocked    int    `json:"blocked"`
	NotBlocked int    `json:"notBlocked"`
	Unknown    int    `json:"unknown"`
}

// Tool names the program and its version.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// TenantInfo names the tenant.
type TenantInfo struct {
	ID          string `json:"id"`
	DisplayName string `json:"displayName"`
	Cloud       string `json:"cloud"`
}

// ReportGap is a dataset that was not read in full, and what would fix it.
type ReportGap struct {
	Dataset tenant.Dataset   `json:"dataset"`
	Status  tenant.GapStatus `json:"status"`
	Reason  string           `json:"reason"`
	Fix     string           `json:"fix"`
	// Rules that are unknown for want of it, in report order.
	Rules []string `json:"rules"`
}

// CheckResult is one check's status and rules.
type CheckResult struct {
	ID      string       `json:"id"`
	Title   string       `json:"title"`
	Clause  string       `json:"clause"`  // the line of the note that names it
	Clauses []ClauseRef  `json:"clauses"` // every line it implements
	Status  Status       `json:"status"`
	Rules   []RuleResult `json:"rules"`
}

// ClauseRef is a Clause in a report.
type ClauseRef struct {
	Part  Part   `json:"part"`
	Group string `json:"group"`
	Text  string `json:"text"`
}

// RuleResult is one rule's status, denominators and findings. Description,
// Remediation and References make a saved report renderable without the rules.
type RuleResult struct {
	ID          string    `json:"id"` // check/rule
	Title       string    `json:"title"`
	Severity    Severity  `json:"severity"`
	Status      Status    `json:"status"`
	Reason      string    `json:"reason"`
	Condition   string    `json:"condition"`
	Remediation string    `json:"remediation"`
	References  []string  `json:"references"`
	Counts      Counts    `json:"counts"`
	Findings    []Finding `json:"findings"`
}

// Counts are a rule's denominators. Evaluated is the sum of the others.
type Counts struct {
	Evaluated     int `json:"evaluated"`
	Pass          int `json:"pass"`
	Fail          int `json:"fail"`
	Unknown       int `json:"unknown"`
	Manual        int `json:"manual"`
	NotApplicable int `json:"notApplicable"`
	Waived        int `json:"waived"`
}

func (c *Counts) add(s Status) {
	c.Evaluated++
	switch s {
	case Pass:
		c.Pass++
	case Fail:
		c.Fail++
	case Manual:
		c.Manual++
	case NotApplicable:
		c.NotApplicable++
	case Waived:
		c.Waived++
	default:
		c.Unknown++
	}
}

// Plus returns the sums of c and d.
func (c Counts) Plus(d Counts) Counts {
	return Counts{
		Evaluated: c.Evaluated + d.Evaluated, Pass: c.Pass + d.Pass, Fail: c.Fail + d.Fail,
		Unknown: c.Unknown + d.Unknown, Manual: c.Manual + d.Manual,
		NotApplicable: c.NotApplicable + d.NotApplicable, Waived: c.Waived + d.Waived,
	}
}

// Finding is one rule's verdict on one resource.
type Finding struct {
	Status      Status        `json:"status"`
	Severity    Severity      `json:"severity"`
	Resource    ResourceRef   `json:"resource"`
	Key         string        `json:"key,omitzero"` // tells apart findings of one rule on one resource
	Message     string        `json:"message"`
	Evidence    []EvidenceRef `json:"evidence"`
	PortalLink  string        `json:"portalLink"`
	Fingerprint string        `json:"fingerprint"`
	// FailingSince is when a failing or waived finding is first known to have
	// failed (RFC 3339); only reports made with a baseline have it.
	FailingSince string         `json:"failingSince,omitzero"`
	Waiver       *AppliedWaiver `json:"waiver"`
}

// ResourceRef names the resource of a finding.
type ResourceRef struct {
	Type        tenant.ResourceType `json:"type"`
	ID          string              `json:"id"`
	DisplayName string              `json:"displayName"`
}

// EvidenceRef is what a finding rests on and where it stands in the snapshot.
// Pointer is absolute in the file (relative to its line in a .jsonl file). Line
// is that of Region's start, or 1 for a file as a whole; it and Region are zero
// when the place is not known.
type EvidenceRef struct {
	Dataset  tenant.Dataset `json:"dataset"`
	Pointer  string         `json:"pointer"`
	File     string         `json:"file"`
	Line     int            `json:"line"`
	Observed string         `json:"observed"`
	Expected string         `json:"expected"`
	// Region is the narrowest property; Context the whole object.
	Region  tenant.Region `json:"region,omitzero"`
	Context tenant.Region `json:"context,omitzero"`
}

// AppliedWaiver is the waiver under which a fail was accepted.
type AppliedWaiver struct {
	Reason  string `json:"reason"`
	Owner   string `json:"owner"`
	Ticket  string `json:"ticket"`
	Expires string `json:"expires"` // YYYY-MM-DD
}

// Summary is the audit in numbers.
type Summary struct {
	Status Status `json:"status"`
	Agents int    `json:"agents"` // agent identities in the snapshot
	Active int    `json:"activeAgents"`
	Checks Counts `json:"checks"` // by status of checks
	Rules  Counts `json:"rules"`
	// Findings by status over all resources.
	Findings Counts `json:"findings"`
	// FailsBySeverity counts failing findings, waived ones not among them.
	FailsBySeverity map[Severity]int `json:"failsBySeverity"`
	// Parts sums checks per part and group of the note, in the note's order.
	Parts []PartResult `json:"parts"`
}

// PartResult is the status of one group of the note (a pillar, a control group,
// a boundary, a checklist line) and of each of its lines.
type PartResult struct {
	Part   Part         `json:"part"`
	Group  string       `json:"group"`
	Status Status       `json:"status"`
	Counts Counts       `json:"counts"`
	Lines  []LineResult `json:"lines"`
}

// LineResult is the status of one line of the note.
type LineResult struct {
	Text   string   `json:"text"`
	Status Status   `json:"status"`
	Counts Counts   `json:"counts"`
	Checks []string `json:"checks"`
}
