package dossier

import (
	"slices"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/permissions"
	"github.com/ztagent/ztagent/internal/tenant"
)

// Index is what the dossiers of one snapshot have in common: every dataset is
// looked through once for all agents, not once for each, and what belongs to a
// blueprint is worked out once for all agents on it. It serves one goroutine.
type Index struct {
	s *tenant.Snapshot
	o Options

	places   map[*tenant.AgentIdentity]int // in file order
	cursor   *permissions.Cursor
	findings map[resourceKey][]reported
	unjudged []Unjudged

	grants           *tenant.Index[tenant.OAuth2PermissionGrant] // by clientId
	instances        *tenant.Index[tenant.AgentInstance]         // by agent
	assigned         *tenant.Index[tenant.RoleAssignment]        // by principal, as the next two
	active, eligible *tenant.Index[tenant.RoleScheduleInstance]
	risky            *tenant.Index[tenant.RiskyAgent]
	detections       *tenant.Index[tenant.AgentRiskDetection] // by identity
	classic          *tenant.Index[tenant.ClassicAgent]       // by appId, as the next
	apis             *tenant.Index[tenant.ResourceServicePrincipal]
	signIns          map[*tenant.AgentIdentity]*SignIns

	strayUser, strayAssignment bool // a row may be any agent's
	unreadBlueprints           int  // whose credentials were not read in full

	// By the blueprint's appId, made when first asked for.
	blueprints map[tenant.ID]Blueprint
	crowds     map[tenant.ID]Crowd // every agent of the blueprint
	shared     map[tenant.ID][]Shared
	holdings   map[tenant.ID]holding
}

// NewIndex reads what every dossier of the snapshot needs.
func NewIndex(s *tenant.Snapshot, o Options) *Index {
	x := &Index{
		s: s, o: o,
		places:     make(map[*tenant.AgentIdentity]int, s.AgentIdentities.Len()),
		cursor:     permissions.Of(s).Cursor(permissions.Application, permissions.Delegated),
		grants:     tenant.NewIndex(&s.OAuth2PermissionGrants, func(g *tenant.OAuth2PermissionGrant) tenant.ID { return g.ClientID }),
		instances:  tenant.NewIndex(&s.AgentInstances, func(i *tenant.AgentInstance) tenant.ID { return i.AgentIdentityID.Or(tenant.ID{}) }),
		assigned:   tenant.NewIndex(&s.RoleAssignments, func(a *tenant.RoleAssignment) tenant.ID { return a.PrincipalID }),
		active:     tenant.NewIndex(&s.RoleAssignmentScheduleInstances, principalOfInstance),
		eligible:   tenant.NewIndex(&s.RoleEligibilityScheduleInstances, principalOfInstance),
		risky:      tenant.NewIndex(&s.RiskyAgents, func(r *tenant.RiskyAgent) tenant.ID { return r.ID }),
		detections: tenant.NewIndex(&s.AgentRiskDetections, detected),
		classic:    tenant.NewIndex(&s.ClassicAgents, func(c *tenant.ClassicAgent) tenant.ID { return c.AppID }),
		apis:       tenant.NewIndex(&s.ResourceServicePrincipals, func(r *tenant.ResourceServicePrincipal) tenant.ID { return r.AppID }),
		blueprints: map[tenant.ID]Blueprint{}, crowds: map[tenant.ID]Crowd{},
		shared: map[tenant.ID][]Shared{},
	}
	for a := range s.AgentIdentities.All() {
		x.places[a] = len(x.places)
	}
	x.readFindings()
	x.readSignIns()
	x.holdings = x.readHoldings()
	x.readStrays()
	return x
}

// Of returns the dossier of an agent of the snapshot.
func (x *Index) Of(agent *tenant.AgentIdentity) *Dossier {
	b := newBuilder(x, agent)
	d := &Dossier{
		SchemaVersion: SchemaVersion,
		Tool:          x.o.Report.Tool, Tenant: x.o.Report.Tenant,
		TakenAt: x.o.Report.TakenAt, Snapshot: x.o.Report.Snapshot,
	}
	d.Findings = b.findings()
	d.Agent = b.identity()
	d.Sponsors = b.people("sponsors", &agent.Sponsors)
	d.Owners = b.people("owners", &agent.Owners)
	d.Blueprint = b.blueprintSection()
	d.Permissions = b.permissions(d.Findings.Items)
	d.DirectoryAccess = b.directoryAccess()
	d.ConditionalAccess = b.conditionalAccess()
	d.Risk = b.risk()
	d.Timeline = b.timeline(d.DirectoryAccess.Roles)
	d.Drills = b.drills()
	d.SignIns = b.signIns()
	d.BlastRadius = b.blastRadius()
	d.Gaps = b.reportGaps(d)
	return d
}

func principalOfInstance(i *tenant.RoleScheduleInstance) tenant.ID { return i.PrincipalID }

func detected(d *tenant.AgentRiskDetection) tenant.ID {
	if d.IdentityID.IsZero() {
		return d.AgentID
	}
	return d.IdentityID
}

// readStrays looks for rows that lost the id of whom they belong to.
func (x *Index) readStrays() {
	for u := range x.s.AgentUsers.All() {
		x.strayUser = x.strayUser || u.IdentityParentID.IsAbsent()
	}
	for a := range x.s.AccessPackageAssignments.All() {
		x.strayAssignment = x.strayAssignment || isStray(a)
	}
	for b := range x.s.AgentIdentityBlueprints.All() {
		if !b.KeyCredentials.Complete() || !b.FederatedIdentityCredentials.Complete() {
			x.unreadBlueprints++
		}
	}
}

type resourceKey struct {
	kind tenant.ResourceType
	id   string
}

// reported is a finding by its place in the report.
type reported struct{ check, rule, finding int }

func (x *Index) readFindings() {
	x.findings = map[resourceKey][]reported{}
	about := x.rulesAbout()
	for i := range x.o.Report.Checks {
		for j := range x.o.Report.Checks[i].Rules {
			rule := &x.o.Report.Checks[i].Rules[j]
			for k := range rule.Findings {
				if r := &rule.Findings[k].Resource; r.ID != "" {
					key := resourceKey{r.Type, r.ID}
					x.findings[key] = append(x.findings[key], reported{i, j, k})
				}
			}
			if rule.Status == audit.Unknown && rule.Counts.Evaluated == 0 && about[rule.ID] {
				x.unjudged = append(x.unjudged, Unjudged{rule.ID, rule.Reason})
			}
		}
	}
}

// rulesAbout are the rules that judge objects of the kinds that hang together
// with an agent.
func (x *Index) rulesAbout() map[string]bool {
	kinds := []tenant.ResourceType{
		tenant.TypeAgentIdentity, tenant.TypeAgentIdentityBlueprint, tenant.TypeAgentIdentityBlueprintPrincipal,
		tenant.TypeAgentUser, tenant.TypeFederatedIdentityCredential, tenant.TypeAccessPackageAssignment,
		tenant.TypeOAuth2PermissionGrant, tenant.TypeAgentInstance,
	}
	about := map[string]bool{}
	for i := range x.o.Checks {
		c := &x.o.Checks[i]
		for j := range c.Rules {
			about[audit.FullID(c, &c.Rules[j])] = slices.ContainsFunc(c.Rules[j].Resources,
				func(k tenant.ResourceType) bool { return slices.Contains(kinds, k) })
		}
	}
	return about
}
