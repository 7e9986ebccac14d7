package tenant

import "github.com/go-json-experiment/json/jsontext"

// expandCap is how many related objects Graph's $expand returns at most, without
// a word about the rest.
const expandCap = 20

// relations is what the manifest says about the relations of one dataset.
type relations struct {
	complete bool // those at the cap were read in full
	gaps     map[ID][]RelationGap
}

func (r *reading) relationsOf(d Dataset) relations {
	rel := relations{complete: r.manifest.Datasets[d].Relations == StatusComplete}
	for _, g := range r.snapshot.relationGaps[d] {
		if rel.gaps == nil {
			rel.gaps = map[ID][]RelationGap{}
		}
		rel.gaps[g.ID] = append(rel.gaps[g.ID], g)
	}
	return rel
}

// settle applies the manifest and the cap to one relation of one object.
func settle[T any](rel relations, id ID, name string, r *Relation[T]) {
	if len(r.Items) == expandCap && r.State == RelationComplete && !rel.complete {
		r.State = RelationTruncated
		r.Reason = "it holds exactly as many entries as Graph's expansion returns at most"
	}
	settleGaps(rel, id, name, r)
}

// settleGaps applies only the manifest, for collections that are not expanded.
func settleGaps[T any](rel relations, id ID, name string, r *Relation[T]) {
	for _, g := range rel.gaps[id] {
		if g.Relation != name {
			continue
		}
		r.Reason = g.Reason
		r.State = RelationAbsent
		if g.Status == GapTruncated {
			r.State = RelationTruncated
		}
	}
}

func cut[T any](next Opt[string], r *Relation[T]) {
	if next.IsSet() {
		r.State = RelationTruncated
		r.Reason = "it has a next link: pages are missing"
	}
}

func guidKey(id *ID) uint64 {
	if id.IsZero() {
		return 0
	}
	if id.IsGUID() {
		return (id.hi^id.lo>>32)*0x9E3779B97F4A7C15 ^ id.lo
	}
	return hashOf(jsontext.Value(id.String()))
}

func textKey(id Opt[string]) uint64 {
	if text, ok := id.Get(); ok && text != "" {
		return hashOf(jsontext.Value(text))
	}
	return 0
}

// simple is the table of a dataset with a GUID id and no relations to settle.
func simple[T any](list func(*Snapshot) *List[T], origin func(*T) *Origin, id func(*T) *ID) rows[T] {
	t := rows[T]{list: list, origin: origin}
	if id != nil {
		t.key = func(row *T) uint64 { return guidKey(id(row)) }
	}
	return t
}

// tables says how each dataset is read. Properties that are decoded, and no
// others, can influence a verdict.
var tables = map[Dataset]table{
	DatasetOrganization: simple(func(s *Snapshot) *List[Organization] { return &s.Organization },
		func(o *Organization) *Origin { return &o.Origin }, func(o *Organization) *ID { return &o.ID }),
	DatasetSubscribedSkus: simple(func(s *Snapshot) *List[SubscribedSku] { return &s.SubscribedSkus },
		func(o *SubscribedSku) *Origin { return &o.Origin }, nil),
	DatasetAgentIdentities: rows[AgentIdentity]{
		list:   func(s *Snapshot) *List[AgentIdentity] { return &s.AgentIdentities },
		origin: func(a *AgentIdentity) *Origin { return &a.Origin },
		pull:   pullAgentIdentity,
		key:    func(a *AgentIdentity) uint64 { return guidKey(&a.ID) },
		finish: func(a *AgentIdentity, rel relations) {
			settle(rel, a.ID, "sponsors", &a.Sponsors)
			settle(rel, a.ID, "owners", &a.Owners)
		},
	},
	DatasetAgentIdentityBlueprints: rows[AgentIdentityBlueprint]{
		list:   func(s *Snapshot) *List[AgentIdentityBlueprint] { return &s.AgentIdentityBlueprints },
		origin: func(b *AgentIdentityBlueprint) *Origin { return &b.Origin },
		key:    func(b *AgentIdentityBlueprint) uint64 { return guidKey(&b.ID) },
		finish: finishBlueprint,
	},
	DatasetAgentIdentityBlueprintPrincipals: simple(
		func(s *Snapshot) *List[AgentIdentityBlueprintPrincipal] { return &s.AgentIdentityBlueprintPrincipals },
		func(p *AgentIdentityBlueprintPrincipal) *Origin { return &p.Origin },
		func(p *AgentIdentityBlueprintPrincipal) *ID { return &p.ID }),
	DatasetAgentUsers: simple(func(s *Snapshot) *List[AgentUser] { return &s.AgentUsers },
		func(u *AgentUser) *Origin { return &u.Origin }, func(u *AgentUser) *ID { return &u.ID }),
	DatasetClassicAgents: simple(func(s *Snapshot) *List[ClassicAgent] { return &s.ClassicAgents },
		func(c *ClassicAgent) *Origin { return &c.Origin }, func(c *ClassicAgent) *ID { return &c.ID }),
	DatasetClassicAgentApplications: rows[ClassicAgentApplication]{
		list:   func(s *Snapshot) *List[ClassicAgentApplication] { return &s.ClassicAgentApplications },
		origin: func(c *ClassicAgentApplication) *Origin { return &c.Origin },
		key:    func(c *ClassicAgentApplication) uint64 { return guidKey(&c.ID) },
		finish: func(c *ClassicAgentApplication, rel relations) {
			settleGaps(rel, c.ID, "passwordCredentials", &c.PasswordCredentials)
			settleGaps(rel, c.ID, "keyCredentials", &c.KeyCredentials)
			cut(c.FederatedIdentityCredentialsNextLink, &c.FederatedIdentityCredentials)
			settle(rel, c.ID, "federatedIdentityCredentials", &c.FederatedIdentityCredentials)
		},
	},
	DatasetResourceServicePrincipals: simple(
		func(s *Snapshot) *List[ResourceServicePrincipal] { return &s.ResourceServicePrincipals },
		func(r *ResourceServicePrincipal) *Origin { return &r.Origin },
		func(r *ResourceServicePrincipal) *ID { return &r.ID }),
	DatasetDirectoryObjects: simple(func(s *Snapshot) *List[DirectoryObject] { return &s.DirectoryObjects },
		func(o *DirectoryObject) *Origin { return &o.Origin }, func(o *DirectoryObject) *ID { return &o.ID }),
	DatasetOAuth2PermissionGrants: rows[OAuth2PermissionGrant]{
		list:   func(s *Snapshot) *List[OAuth2PermissionGrant] { return &s.OAuth2PermissionGrants },
		origin: func(g *OAuth2PermissionGrant) *Origin { return &g.Origin },
		pull:   pullOAuth2PermissionGrant,
		key:    func(g *OAuth2PermissionGrant) uint64 { return textKey(g.ID) },
	},
	DatasetAppRoleAssignments: rows[AppRoleAssignment]{
		list:   func(s *Snapshot) *List[AppRoleAssignment] { return &s.AppRoleAssignments },
		origin: func(a *AppRoleAssignment) *Origin { return &a.Origin },
		pull:   pullAppRoleAssignment,
		key:    func(a *AppRoleAssignment) uint64 { return textKey(a.ID) },
	},
	DatasetConditionalAccessPolicies: simple(
		func(s *Snapshot) *List[ConditionalAccessPolicy] { return &s.ConditionalAccessPolicies },
		func(p *ConditionalAccessPolicy) *Origin { return &p.Origin },
		func(p *ConditionalAccessPolicy) *ID { return &p.ID }),
	DatasetNamedLocations: simple(func(s *Snapshot) *List[NamedLocation] { return &s.NamedLocations },
		func(l *NamedLocation) *Origin { return &l.Origin }, func(l *NamedLocation) *ID { return &l.ID }),
	DatasetSecurityDefaults: simple(func(s *Snapshot) *List[SecurityDefaults] { return &s.SecurityDefaults },
		func(p *SecurityDefaults) *Origin { return &p.Origin }, nil),
	DatasetRiskyAgents: simple(func(s *Snapshot) *List[RiskyAgent] { return &s.RiskyAgents },
		func(r *RiskyAgent) *Origin { return &r.Origin }, func(r *RiskyAgent) *ID { return &r.ID }),
	DatasetAgentRiskDetections: rows[AgentRiskDetection]{
		list:   func(s *Snapshot) *List[AgentRiskDetection] { return &s.AgentRiskDetections },
		origin: func(r *AgentRiskDetection) *Origin { return &r.Origin },
		key:    func(r *AgentRiskDetection) uint64 { return textKey(r.ID) },
	},
	DatasetRiskyServicePrincipals: simple(
		func(s *Snapshot) *List[RiskyServicePrincipal] { return &s.RiskyServicePrincipals },
		func(r *RiskyServicePrincipal) *Origin { return &r.Origin },
		func(r *RiskyServicePrincipal) *ID { return &r.ID }),
	DatasetAccessPackages: rows[AccessPackage]{
		list:   func(s *Snapshot) *List[AccessPackage] { return &s.AccessPackages },
		origin: func(p *AccessPackage) *Origin { return &p.Origin },
		key:    func(p *AccessPackage) uint64 { return guidKey(&p.ID) },
		finish: func(p *AccessPackage, rel relations) {
			cut(p.ResourceRoleScopesNextLink, &p.ResourceRoleScopes)
			settle(rel, p.ID, "resourceRoleScopes", &p.ResourceRoleScopes)
		},
	},
	DatasetAccessPackageAssignmentPolicies: simple(
		func(s *Snapshot) *List[AccessPackageAssignmentPolicy] { return &s.AccessPackageAssignmentPolicies },
		func(p *AccessPackageAssignmentPolicy) *Origin { return &p.Origin },
		func(p *AccessPackageAssignmentPolicy) *ID { return &p.ID }),
	DatasetAccessPackageAssignments: rows[AccessPackageAssignment]{
		list:   func(s *Snapshot) *List[AccessPackageAssignment] { return &s.AccessPackageAssignments },
		origin: func(a *AccessPackageAssignment) *Origin { return &a.Origin },
		pull:   pullAccessPackageAssignment,
		key:    func(a *AccessPackageAssignment) uint64 { return guidKey(&a.ID) },
	},
	DatasetAccessReviewDefinitions: simple(
		func(s *Snapshot) *List[AccessReviewDefinition] { return &s.AccessReviewDefinitions },
		func(r *AccessReviewDefinition) *Origin { return &r.Origin },
		func(r *AccessReviewDefinition) *ID { return &r.ID }),
	DatasetRoleDefinitions: simple(func(s *Snapshot) *List[RoleDefinition] { return &s.RoleDefinitions },
		func(r *RoleDefinition) *Origin { return &r.Origin }, func(r *RoleDefinition) *ID { return &r.ID }),
	DatasetRoleAssignments: rows[RoleAssignment]{
		list:   func(s *Snapshot) *List[RoleAssignment] { return &s.RoleAssignments },
		origin: func(r *RoleAssignment) *Origin { return &r.Origin },
		key:    func(r *RoleAssignment) uint64 { return textKey(r.ID) },
	},
	DatasetRoleAssignmentScheduleInstances: instances(
		func(s *Snapshot) *List[RoleScheduleInstance] { return &s.RoleAssignmentScheduleInstances }),
	DatasetRoleEligibilityScheduleInstances: instances(
		func(s *Snapshot) *List[RoleScheduleInstance] { return &s.RoleEligibilityScheduleInstances }),
	DatasetGroupMemberships: rows[GroupMembership]{
		list:   func(s *Snapshot) *List[GroupMembership] { return &s.GroupMemberships },
		origin: func(m *GroupMembership) *Origin { return &m.Origin },
		pull:   pullGroupMembership,
		key:    func(m *GroupMembership) uint64 { return guidKey(&m.ID) },
		finish: func(m *GroupMembership, rel relations) {
			settleGaps(rel, m.ID, "transitiveMemberOf", &m.TransitiveMemberOf)
		},
	},
	DatasetDefaultAppManagementPolicy: simple(
		func(s *Snapshot) *List[AppManagementPolicy] { return &s.DefaultAppManagementPolicy },
		func(p *AppManagementPolicy) *Origin { return &p.Origin }, nil),
	DatasetAppManagementPolicies: rows[AppManagementPolicy]{
		list:   func(s *Snapshot) *List[AppManagementPolicy] { return &s.AppManagementPolicies },
		origin: func(p *AppManagementPolicy) *Origin { return &p.Origin },
		key:    func(p *AppManagementPolicy) uint64 { return guidKey(&p.ID) },
		finish: func(p *AppManagementPolicy, rel relations) {
			cut(p.AppliesToNextLink, &p.AppliesTo)
			settle(rel, p.ID, "appliesTo", &p.AppliesTo)
		},
	},
	DatasetLifecycleWorkflows: rows[LifecycleWorkflow]{
		list:   func(s *Snapshot) *List[LifecycleWorkflow] { return &s.LifecycleWorkflows },
		origin: func(w *LifecycleWorkflow) *Origin { return &w.Origin },
		key:    func(w *LifecycleWorkflow) uint64 { return guidKey(&w.ID) },
		finish: func(w *LifecycleWorkflow, rel relations) {
			cut(w.TasksNextLink, &w.Tasks)
			settleGaps(rel, w.ID, "tasks", &w.Tasks)
		},
	},
	DatasetSignIns: rows[SignIn]{
		list:   func(s *Snapshot) *List[SignIn] { return &s.SignIns },
		origin: func(s *SignIn) *Origin { return &s.Origin },
		pull:   pullSignIn,
	},
	DatasetDirectoryAudits: rows[DirectoryAudit]{
		list:   func(s *Snapshot) *List[DirectoryAudit] { return &s.DirectoryAudits },
		origin: func(a *DirectoryAudit) *Origin { return &a.Origin },
		pull:   pullDirectoryAudit,
	},
	DatasetDiagnosticSettings: rows[DiagnosticSetting]{
		list:   func(s *Snapshot) *List[DiagnosticSetting] { return &s.DiagnosticSettings },
		origin: func(d *DiagnosticSetting) *Origin { return &d.Origin },
		key:    func(d *DiagnosticSetting) uint64 { return textKey(d.ID) },
	},
	DatasetLogAnalyticsWorkspaces: rows[LogAnalyticsWorkspace]{
		list:   func(s *Snapshot) *List[LogAnalyticsWorkspace] { return &s.LogAnalyticsWorkspaces },
		origin: func(w *LogAnalyticsWorkspace) *Origin { return &w.Origin },
		key:    func(w *LogAnalyticsWorkspace) uint64 { return textKey(w.ID) },
	},
	DatasetLifecyclePolicies: rows[LifecyclePolicy]{
		list:   func(s *Snapshot) *List[LifecyclePolicy] { return &s.LifecyclePolicies },
		origin: func(p *LifecyclePolicy) *Origin { return &p.Origin },
		key:    func(p *LifecyclePolicy) uint64 { return guidKey(&p.ID) },
		finish: func(p *LifecyclePolicy, rel relations) { settleGaps(rel, p.ID, "rules", &p.Rules) },
	},
	DatasetLifecycleSubjects: rows[LifecycleSubject]{
		list:   func(s *Snapshot) *List[LifecycleSubject] { return &s.LifecycleSubjects },
		origin: func(l *LifecycleSubject) *Origin { return &l.Origin },
		pull:   pullLifecycleSubject,
	},
	DatasetContinuousAccessEvaluationPolicy: simple(
		func(s *Snapshot) *List[ContinuousAccessEvaluationPolicy] { return &s.ContinuousAccessEvaluationPolicy },
		func(p *ContinuousAccessEvaluationPolicy) *Origin { return &p.Origin }, nil),
	DatasetAgentInstances: simple(func(s *Snapshot) *List[AgentInstance] { return &s.AgentInstances },
		func(i *AgentInstance) *Origin { return &i.Origin }, func(i *AgentInstance) *ID { return &i.ID }),
	DatasetKillSwitchDrills: rows[KillSwitchDrill]{
		list:   func(s *Snapshot) *List[KillSwitchDrill] { return &s.KillSwitchDrills },
		origin: func(d *KillSwitchDrill) *Origin { return &d.Origin },
		key:    func(d *KillSwitchDrill) uint64 { return textKey(d.ID) },
	},
}

func instances(list func(*Snapshot) *List[RoleScheduleInstance]) rows[RoleScheduleInstance] {
	return rows[RoleScheduleInstance]{
		list:   list,
		origin: func(r *RoleScheduleInstance) *Origin { return &r.Origin },
		key:    func(r *RoleScheduleInstance) uint64 { return textKey(r.ID) },
	}
}

func finishBlueprint(b *AgentIdentityBlueprint, rel relations) {
	settleGaps(rel, b.ID, "passwordCredentials", &b.PasswordCredentials)
	settleGaps(rel, b.ID, "keyCredentials", &b.KeyCredentials)
	cut(b.FederatedIdentityCredentialsNextLink, &b.FederatedIdentityCredentials)
	cut(b.InheritablePermissionsNextLink, &b.InheritablePermissions)
	cut(b.SponsorsNextLink, &b.Sponsors)
	cut(b.OwnersNextLink, &b.Owners)
	settle(rel, b.ID, "federatedIdentityCredentials", &b.FederatedIdentityCredentials)
	settle(rel, b.ID, "inheritablePermissions", &b.InheritablePermissions)
	settle(rel, b.ID, "sponsors", &b.Sponsors)
	settle(rel, b.ID, "owners", &b.Owners)
}

// LeftOutWhenEmpty lists the properties that Graph is known to leave out when
// they are empty or null, as dataset/property paths: their absence is read as
// empty, and the law of no gain from less evidence exempts them
// (docs/verdicts.md).
func LeftOutWhenEmpty() []string {
	const conditions = "conditionalAccessPolicies/conditions/"
	return []string{
		conditions + "clientApplications/excludeAgentIdServicePrincipals",
		conditions + "clientApplications/agentIdServicePrincipalFilter",
		// The documented answers show no location condition where none is set.
		conditions + "locations",
	}
}
