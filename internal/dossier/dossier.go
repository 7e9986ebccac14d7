// Package dossier gathers what a snapshot and its audit know about one agent
// identity: who made it and answers for it, what it signs in with, what it may
// do and by which way, what stops it, and who falls with it.
package dossier

import (
	"time"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// SchemaVersion of the JSON dossier. It grows when a key changes its meaning or
// goes; new keys leave it as it is.
const SchemaVersion = 1

// Dossier is everything about one agent. Its JSON form is published as
// docs/dossier.schema.json. Times are RFC 3339 in UTC, "" where there is none.
// A list that is empty means none only where the NotRead of its section is
// empty too.
type Dossier struct {
	SchemaVersion int              `json:"schemaVersion"`
	Tool          audit.Tool       `json:"tool"`
	Tenant        audit.TenantInfo `json:"tenant"`
	TakenAt       string           `json:"takenAt"`
	Snapshot      string           `json:"snapshot"`

	Agent             Agent             `json:"agent"`
	Sponsors          People            `json:"sponsors"`
	Owners            People            `json:"owners"`
	Blueprint         Blueprint         `json:"blueprint"`
	Permissions       Permissions       `json:"permissions"`
	DirectoryAccess   DirectoryAccess   `json:"directoryAccess"`
	ConditionalAccess ConditionalAccess `json:"conditionalAccess"`
	Risk              Risk              `json:"risk"`
	Timeline          Timeline          `json:"timeline"`
	Drills            Drills            `json:"drills"`
	SignIns           SignIns           `json:"signIns"`
	BlastRadius       BlastRadius       `json:"blastRadius"`
	Findings          Findings          `json:"findings"`
	// Gaps are the datasets that some section misses, with why, with what would
	// help, and with the rules about such objects that were not judged for want of
	// them.
	Gaps []audit.ReportGap `json:"gaps"`
}

// Ref names an object of the tenant. DisplayName is "" when it was not returned.
type Ref struct {
	Type        tenant.ResourceType `json:"type"`
	ID          string              `json:"id"`
	DisplayName string              `json:"displayName"`
}

func refTo(r tenant.Resource) Ref {
	return Ref{Type: r.ResourceType(), ID: r.ObjectID(), DisplayName: r.ResourceName()}
}

// Options are what a dossier needs beside the snapshot.
type Options struct {
	// Report is the audit of the same snapshot.
	Report *audit.Report
	// Checks are those that were judged: they say what each rule is about.
	Checks []audit.Check
	// Grace is the life of tokens issued before a disable.
	Grace time.Duration
	// FixFor says what would close a gap; it may be nil.
	FixFor func(tenant.Gap) string
}

// Of returns the dossier of an agent of the snapshot. For many of one snapshot,
// an Index is faster.
func Of(s *tenant.Snapshot, agent *tenant.AgentIdentity, o Options) *Dossier {
	return NewIndex(s, o).Of(agent)
}

// builder holds the agent and what hangs together with it.
type builder struct {
	*Index
	agent *tenant.AgentIdentity

	appID      tenant.ID                      // of its blueprint
	blueprint  *tenant.AgentIdentityBlueprint // nil when it is not in the snapshot
	principals []*tenant.AgentIdentityBlueprintPrincipal
	users      []*tenant.AgentUser
}

func newBuilder(x *Index, agent *tenant.AgentIdentity) *builder {
	b := x.onBlueprint(agent.AgentIdentityBlueprintID)
	b.agent = agent
	if !agent.ID.IsZero() {
		b.users = x.s.AgentUsersByParent().Of(agent.ID)
	}
	return b
}

// onBlueprint has no agent yet.
func (x *Index) onBlueprint(appID tenant.ID) *builder {
	b := &builder{Index: x, appID: appID}
	if !appID.IsZero() {
		b.blueprint = x.s.BlueprintsByAppID().First(appID)
		b.principals = x.s.PrincipalsByAppID().Of(appID)
	}
	return b
}

// stamp is a time as the dossier writes it, "" for one that is not there.
func stamp(t tenant.Time) string {
	if v, ok := t.Get(); ok {
		return v.Format(time.RFC3339)
	}
	return ""
}

func activityWord(a tenant.Activity) string {
	switch a {
	case tenant.Active:
		return "active"
	case tenant.Inactive:
		return "inactive"
	}
	return Unknown
}

// The words of an answer.
const (
	Yes     = "yes"
	No      = "no"
	Unknown = "unknown"
)

func answerWord(a tenant.Answer) string {
	switch a {
	case tenant.Yes:
		return Yes
	case tenant.No:
		return No
	}
	return Unknown
}

func flagWord(flag tenant.Opt[bool]) string {
	on, ok := flag.Get()
	if !ok {
		return Unknown
	}
	return answerWord(tenant.Known(on))
}
