package drillplan

import (
	"errors"
	"fmt"
	"time"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Options are what a plan is told beside the snapshot.
type Options struct {
	// Grace is how long after a disable a sign-in is not held against it.
	Grace time.Duration
	// Graph is the root of Microsoft Graph in the tenant's cloud, without a
	// slash at the end.
	Graph string
}

// Plan is one drill, ready to be carried out by a person.
type Plan struct {
	SchemaVersion int     `json:"schemaVersion"`
	Tenant        Tenant  `json:"tenant"`
	TakenAt       string  `json:"takenAt"` // RFC 3339, UTC
	Target        Object  `json:"target"`
	Disabled      Object  `json:"disabled"`            // the very object that is switched off
	Blueprint     *Object `json:"blueprint,omitempty"` // that an agent lives on
	GraceMinutes  int     `json:"graceMinutes"`
	LeastMinutes  int     `json:"leastMinutes"` // how long to leave it off
	// Notes are what the snapshot says that should be known first.
	Notes   []string  `json:"notes"`
	Tell    Tell      `json:"tell"`
	Who     Who       `json:"who"`
	Connect string    `json:"connect"` // PowerShell: sign in with what the plan needs
	Stop    []Request `json:"stop"`
	Stops   Stops     `json:"stops"`
	GoesOn  []string  `json:"goesOn"`
	Proof   Proof     `json:"proof"`
	Restore []Request `json:"restore"`
	// Harder are switches beyond a drill, for when the agent is really out of
	// hand.
	Harder []Request `json:"harder"`
}

// Tenant names the tenant of a plan.
type Tenant struct {
	ID          string `json:"id"`
	DisplayName string `json:"displayName"`
	Cloud       string `json:"cloud"`
}

func tenantOf(s *tenant.Snapshot) Tenant {
	t := Tenant{ID: s.TenantID.String(), DisplayName: s.DisplayName, Cloud: s.Cloud}
	if t.Cloud == "" {
		t.Cloud = "public"
	}
	return t
}

// Stops says what a drill stops.
type Stops struct {
	Agents     []Object `json:"agents"`
	AgentUsers []Object `json:"agentUsers"`
	// Unknown is why there may be more, or "".
	Unknown string `json:"unknown,omitzero"`
}

// ErrNoPrincipal means that a blueprint has no principal in the tenant, so that
// nothing stops all of its agents at once.
var ErrNoPrincipal = errors.New("it has no principal in this tenant")

// New plans a drill of the target. It refuses ids that are no GUIDs, because
// what it prints is given to a shell.
func New(s *tenant.Snapshot, target *Target, o Options) (*Plan, error) {
	b := builder{s: s, target: target, o: &o}
	if err := b.check(); err != nil {
		return nil, err
	}
	b.reach()
	b.requests()
	p := &b.plan
	p.SchemaVersion, p.Tenant, p.TakenAt = 1, tenantOf(s), s.TakenAt.UTC().Format(time.RFC3339)
	p.Target, p.Disabled = target.Object(), b.disabled()
	if target.Agent != nil && target.Blueprint != nil {
		blueprint := objectOf(target.Blueprint)
		p.Blueprint = &blueprint
	} else if target.Agent != nil && target.Principal != nil {
		principal := principalObject(target.Principal)
		p.Blueprint = &principal
	}
	p.GraceMinutes, p.LeastMinutes = minutes(o.Grace), minutes(o.Grace+45*time.Minute)
	p.Tell, p.Who = b.tell(), whoCan(s)
	p.Connect = b.connect()
	p.GoesOn, p.Proof, p.Notes = b.goesOn(), b.proof(), b.notes()
	return p, nil
}

func minutes(d time.Duration) int { return int((d + time.Minute - 1) / time.Minute) }

// builder makes one plan.
type builder struct {
	s      *tenant.Snapshot
	target *Target
	o      *Options
	plan   Plan

	id     tenant.ID // of what is switched off
	agents []*tenant.AgentIdentity
	users  []*tenant.AgentUser
}

func (b *builder) check() error {
	t := b.target
	switch {
	case t.Agent != nil:
		b.id = t.Agent.ID
	case t.Principal != nil:
		b.id = t.Principal.ID
	default:
		if gap, ok := b.s.Gap(tenant.DatasetAgentIdentityBlueprintPrincipals); ok {
			return fmt.Errorf("the blueprint's principal is not known: %s was not read in full (%s)",
				tenant.DatasetAgentIdentityBlueprintPrincipals, gap.Reason)
		}
		return ErrNoPrincipal
	}
	if !b.id.IsGUID() || b.id.IsEmptyGUID() {
		return fmt.Errorf("its object id %.60q is no GUID, so no request can be written for it", b.id.String())
	}
	return nil
}

func (b *builder) wide() bool { return b.target.Agent == nil }

func (b *builder) disabled() Object {
	if b.wide() {
		return principalObject(b.target.Principal)
	}
	return agentObject(b.target.Agent)
}

// reach collects what the switch stops.
func (b *builder) reach() {
	stops := &b.plan.Stops
	stops.Agents, stops.AgentUsers = []Object{}, []Object{}
	needs := []tenant.Dataset{tenant.DatasetAgentUsers}
	if b.wide() {
		needs = append(needs, tenant.DatasetAgentIdentities)
		if !b.target.AppID.IsZero() {
			b.agents = b.s.AgentsByBlueprint().Of(b.target.AppID)
		}
		if n := len(b.s.AgentsByBlueprint().Unkeyed); n > 0 || b.target.AppID.IsZero() {
			stops.Unknown = "There may be more agents: the link to a blueprint was not returned."
		}
	} else {
		b.agents = []*tenant.AgentIdentity{b.target.Agent}
	}
	for _, a := range b.agents {
		stops.Agents = append(stops.Agents, agentObject(a))
		if a.ID.IsZero() {
			continue
		}
		for _, u := range b.s.AgentUsersByParent().Of(a.ID) {
			b.users = append(b.users, u)
			stops.AgentUsers = append(stops.AgentUsers, userObject(u))
		}
	}
	for _, d := range needs {
		if gap, ok := b.s.Gap(d); ok {
			stops.Unknown = fmt.Sprintf("There may be more: %s was not read in full (%s).", d, gap.Reason)
		}
	}
}

// requests writes what is sent. Only GUIDs go into them.
func (b *builder) requests() {
	p := &b.plan
	if b.wide() {
		p.Stop = append(p.Stop, b.o.switchPrincipal("Disable the blueprint principal, and with it every agent of the blueprint", b.id, false))
		p.Restore = append(p.Restore, b.o.switchPrincipal("Enable the blueprint principal", b.id, true))
	} else {
		p.Stop = append(p.Stop, b.o.switchAgent("Disable the agent identity", b.id, false))
		p.Restore = append(p.Restore, b.o.switchAgent("Enable the agent identity", b.id, true))
	}
	for i, u := range b.users {
		if !u.ID.IsGUID() {
			continue
		}
		r := b.o.revoke(fmt.Sprintf("End the sessions of agent user %s", u.ID), u.ID)
		if i == 0 {
			r.Note = "Refresh tokens and browser sessions end within minutes; access tokens live on. Once enabled again the " +
				"agent signs its user in anew."
		}
		p.Stop = append(p.Stop, r)
	}
	p.Harder = b.harder()
}

// harder are the switches beyond a drill.
func (b *builder) harder() []Request {
	var all []Request
	if !b.wide() && b.target.Principal != nil && b.target.Principal.ID.IsGUID() {
		r := b.o.switchPrincipal("Stop every agent of the blueprint", b.target.Principal.ID, false)
		r.Note = "Whoever holds the blueprint's credentials can act as any of its agents: when they leaked, disabling one agent is not enough."
		all = append(all, r)
	}
	var ids []tenant.ID
	for _, a := range b.agents {
		if a.ID.IsGUID() && a.Activity() != tenant.Inactive {
			ids = append(ids, a.ID)
		}
	}
	note := b.riskNote()
	all = append(all, b.o.risk("Confirm compromised: sets the risk to high", "confirmCompromised", note, ids)...)
	return append(all, b.o.risk("Take the confirmation back: sets the risk to none", "confirmSafe", "", ids)...)
}
