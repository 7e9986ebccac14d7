// Package tenant is the snapshot: everything one run read from one tenant, as
// Graph itself returned it, and the shapes of it that a check may read.
package tenant

import (
	"sync"
	"time"
)

// Snapshot is one tenant at one moment. It is safe for concurrent reading.
type Snapshot struct {
	TenantID    ID
	DisplayName string
	Cloud       string // public, usgov, usgov-dod, china; "" is public
	// TakenAt is "now" in every condition.
	TakenAt  time.Time
	Redacted bool
	// Path is where the snapshot was read from, as the user named it.
	Path     string
	Window   Window
	Warnings []string

	Organization                     List[Organization]
	SubscribedSkus                   List[SubscribedSku]
	AgentIdentities                  List[AgentIdentity]
	AgentIdentityBlueprints          List[AgentIdentityBlueprint]
	AgentIdentityBlueprintPrincipals List[AgentIdentityBlueprintPrincipal]
	AgentUsers                       List[AgentUser]
	ClassicAgents                    List[ClassicAgent]
	ClassicAgentApplications         List[ClassicAgentApplication]
	ResourceServicePrincipals        List[ResourceServicePrincipal]
	DirectoryObjects                 List[DirectoryObject]
	OAuth2PermissionGrants           List[OAuth2PermissionGrant]
	AppRoleAssignments               List[AppRoleAssignment]
	ConditionalAccessPolicies        List[ConditionalAccessPolicy]
	NamedLocations                   List[NamedLocation]
	SecurityDefaults                 List[SecurityDefaults]
	RiskyAgents                      List[RiskyAgent]
	AgentRiskDetections              List[AgentRiskDetection]
	RiskyServicePrincipals           List[RiskyServicePrincipal]
	AccessPackages                   List[AccessPackage]
	AccessPackageAssignmentPolicies  List[AccessPackageAssignmentPolicy]
	AccessPackageAssignments         List[AccessPackageAssignment]
	AccessReviewDefinitions          List[AccessReviewDefinition]
	RoleDefinitions                  List[RoleDefinition]
	RoleAssignments                  List[RoleAssignment]
	RoleAssignmentScheduleInstances  List[RoleScheduleInstance]
	RoleEligibilityScheduleInstances List[RoleScheduleInstance]
	GroupMemberships                 List[GroupMembership]
	DefaultAppManagementPolicy       List[AppManagementPolicy]
	AppManagementPolicies            List[AppManagementPolicy]
	LifecycleWorkflows               List[LifecycleWorkflow]
	SignIns                          List[SignIn]
	DirectoryAudits                  List[DirectoryAudit]
	DiagnosticSettings               List[DiagnosticSetting]
	LogAnalyticsWorkspaces           List[LogAnalyticsWorkspace]
	LifecyclePolicies                List[LifecyclePolicy]
	LifecycleSubjects                List[LifecycleSubject]
	ContinuousAccessEvaluationPolicy List[ContinuousAccessEvaluationPolicy]
	AgentInstances                   List[AgentInstance]
	KillSwitchDrills                 List[KillSwitchDrill]

	gaps         map[Dataset]Gap
	leftOut      map[Dataset]bool // gaps because nobody wanted them
	relationGaps map[Dataset][]RelationGap
	files        map[Dataset]*dataFile
	manifest     Manifest
	cleanup      func() error

	memo   map[any]*memoEntry
	memoMu sync.Mutex
}

// Window is how far back the logs were read; zero is not known.
type Window struct {
	SignIns, DirectoryAudits time.Duration
}

// Gap returns what is missing of d, and whether anything is.
func (s *Snapshot) Gap(d Dataset) (Gap, bool) {
	g, ok := s.gaps[d]
	return g, ok
}

// Gaps returns every gap in dataset order, without what OpenOnly left out.
func (s *Snapshot) Gaps() []Gap {
	var all []Gap
	for _, d := range datasetOrder {
		if g, ok := s.gaps[d]; ok && !s.leftOut[d] {
			all = append(all, g)
		}
	}
	return all
}

// RelationGaps returns the relations of single objects of d that were not read.
func (s *Snapshot) RelationGaps(d Dataset) []RelationGap { return s.relationGaps[d] }

// RelationGap returns the gap of one relation of one object of d, if any.
func (s *Snapshot) RelationGap(d Dataset, id ID, relation string) (RelationGap, bool) {
	for _, g := range s.relationGaps[d] {
		if g.ID == id && g.Relation == relation {
			return g, true
		}
	}
	return RelationGap{}, false
}

// Now returns TakenAt as a Time.
func (s *Snapshot) Now() Time { return TimeOf(s.TakenAt) }

// OnClose adds what Close does beside its own work.
func (s *Snapshot) OnClose(also func() error) {
	before := s.cleanup
	s.cleanup = func() error {
		if before != nil {
			if err := before(); err != nil {
				return err
			}
		}
		return also()
	}
}

// Close removes what reading an archive has unpacked.
func (s *Snapshot) Close() error {
	if s.cleanup == nil {
		return nil
	}
	return s.cleanup()
}

// Discard drops the objects and what was made of them, when nobody reads them any
// more. The gaps, the places and who the tenant is stay.
func (s *Snapshot) Discard() {
	for _, t := range tables {
		t.discard(s)
	}
	s.Forget()
}

// Forget drops what Memo holds; it is made again where somebody asks.
func (s *Snapshot) Forget() {
	s.memoMu.Lock()
	defer s.memoMu.Unlock()
	s.memo = nil
}

type memoEntry struct {
	once  sync.Once
	value any
}

// Memo returns what build made for key, which it calls once per snapshot:
// indexes and evaluators that several rules share. Key is a package's own
// unexported type, as for a context value.
func Memo[T any](s *Snapshot, key any, build func(*Snapshot) T) T {
	s.memoMu.Lock()
	if s.memo == nil {
		s.memo = map[any]*memoEntry{}
	}
	entry := s.memo[key]
	if entry == nil {
		entry = &memoEntry{}
		s.memo[key] = entry
	}
	s.memoMu.Unlock()
	entry.once.Do(func() { entry.value = build(s) })
	return entry.value.(T)
}
