package dossier

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/go-json-experiment/json"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// study is a tenant with its audit.
type study struct {
	s *tenant.Snapshot
	o Options
}

func open(t *testing.T, fsys fs.FS) study {
	t.Helper()
	s, err := tenant.OpenFS(fsys, "test")
	require.NoError(t, err)
	r, err := audit.Run(context.Background(), s, checks.All(), audit.Options{Tool: audit.Tool{Name: "ztagent", Version: "test"}})
	require.NoError(t, err)
	return study{s, Options{Report: r, Checks: checks.All(), Grace: audit.DefaultConfig().DrillGrace}}
}

func fixture(t *testing.T, name string) study {
	return open(t, os.DirFS(filepath.Join("..", "..", "fixtures", name)))
}

// of returns the dossier of the agent with this name.
func (x study) of(t *testing.T, word string) *Dossier {
	t.Helper()
	agent, err := Find(x.s, word)
	require.NoError(t, err)
	return Of(x.s, agent, x.o)
}

// without is a fixture of which one file is replaced by a refusal.
func without(t *testing.T, name string, refused tenant.Dataset) study {
	t.Helper()
	dir := os.DirFS(filepath.Join("..", "..", "fixtures", name))
	files := fstest.MapFS{}
	entries, err := fs.ReadDir(dir, ".")
	require.NoError(t, err)
	for _, e := range entries {
		text, err := fs.ReadFile(dir, e.Name())
		require.NoError(t, err)
		if strings.TrimSuffix(e.Name(), ".json") == string(refused) {
			text = []byte(`{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges."}}`)
		}
		files[e.Name()] = &fstest.MapFile{Data: text}
	}
	return open(t, files)
}

func missingWhat(list []Missing) []string {
	var what []string
	for _, m := range list {
		what = append(what, m.What)
	}
	return what
}

func TestEveryDossierIsWhatTheSchemaSays(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../docs/dossier.schema.json")
	require.NoError(t, err)
	written := 0
	for _, name := range []string{"contoso", "bare", "compliant", "forbidden"} {
		x := fixture(t, name)
		for agent := range x.s.AgentIdentities.All() {
			text, err := json.Marshal(Of(x.s, agent, x.o), json.Deterministic(true))
			require.NoError(t, err)
			again, err := json.Marshal(Of(x.s, agent, x.o), json.Deterministic(true))
			require.NoError(t, err)
			assert.Equal(t, string(text), string(again), "the same snapshot gives the same dossier")
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
			require.NoError(t, err)
			require.NoError(t, schema.Validate(value), "%s: %s", name, agent.ResourceName())
			written++
		}
	}
	assert.Greater(t, written, 100)
}

func TestWhoMadeAndAnswersForAnAgent(t *testing.T) {
	x := fixture(t, "contoso")
	d := x.of(t, "Returns agent")
	assert.Equal(t, Maker{AppID: "d5e0ec14-0a3a-4e82-b038-abde5bd1def8", Kind: "ownBlueprint", DisplayName: "Customer support agents"}, d.Agent.Maker)
	assert.Equal(t, "active", d.Agent.Activity)
	assert.Empty(t, d.Agent.NotRead)
	require.Len(t, d.Agent.Users, 2)
	assert.Equal(t, "Returns desk", d.Agent.Users[0].DisplayName)
	assert.Equal(t, Yes, d.Agent.Users[0].Policies[0].Reaches)

	require.Len(t, d.Sponsors.Items, 1)
	assert.Equal(t, "members", d.Sponsors.Items[0].State)
	assert.Equal(t, int64(4), *d.Sponsors.Items[0].Members)
	assert.Equal(t, "enabled", d.Blueprint.Owners.Items[0].State)
	assert.Equal(t, "Zoë O’Brien", d.Blueprint.Owners.Items[0].DisplayName)

	assert.Equal(t, "inactive", x.of(t, "Lead scraper").Agent.Activity)
}

func TestBlueprintAndItsCredentials(t *testing.T) {
	x := fixture(t, "contoso")
	b := x.of(t, "HR policy assistant").Blueprint
	assert.Equal(t, "here", b.Home)
	kinds := map[string]int{}
	for _, c := range b.Credentials {
		kinds[c.Kind]++
		if c.Kind == "secret" && c.Expired {
			assert.Negative(t, *c.End.DaysLeft)
		}
	}
	assert.Equal(t, map[string]int{"secret": 3}, kinds)

	foreign := x.of(t, "Travel concierge EMEA")
	assert.Equal(t, "elsewhere", foreign.Blueprint.Home)
	assert.NotEmpty(t, foreign.Blueprint.NotVisible)
	assert.NotEmpty(t, foreign.Permissions.NotVisible, "what a foreign blueprint passes on is never none")
	assert.Empty(t, foreign.Blueprint.Credentials)
}

func TestPermissionsComeWithTheirPath(t *testing.T) {
	x := fixture(t, "contoso")
	inherited, direct, worst := 0, 0, 0
	for agent := range x.s.AgentIdentities.All() {
		d := Of(x.s, agent, x.o)
		last := 5
		for _, p := range d.Permissions.Items {
			assert.LessOrEqual(t, p.PrivilegeLevel, last, "the most powerful comes first")
			last = p.PrivilegeLevel
			assert.NotEmpty(t, p.Path)
			if p.Inherited {
				inherited++
				assert.Contains(t, p.Path, `inherited from blueprint principal "`+d.Blueprint.Principals[0].DisplayName+`"`)
			}
			if p.Direct {
				direct++
				assert.Contains(t, p.Path, "granted directly")
			}
			for _, rule := range p.Failing {
				worst++
				assert.Contains(t, rulesOf(d), rule.Rule)
			}
		}
	}
	assert.Positive(t, inherited)
	assert.Positive(t, direct)
	assert.Positive(t, worst)
}

func rulesOf(d *Dossier) []string {
	var rules []string
	for _, f := range d.Findings.Items {
		rules = append(rules, f.Rule)
	}
	return rules
}

func TestEveryPolicyIsThereWithItsReason(t *testing.T) {
	x := fixture(t, "contoso")
	d := x.of(t, "Case summary agent")
	require.Len(t, d.ConditionalAccess.Policies, x.s.ConditionalAccessPolicies.Len())
	by := map[string]Policy{}
	for _, p := range d.ConditionalAccess.Policies {
		assert.NotEmpty(t, p.Because)
		by[p.DisplayName] = p
	}
	excluded := by["CA010 Agents - block high risk"]
	assert.Equal(t, No, excluded.Reaches)
	assert.Equal(t, "the policy excludes the agent by name", excluded.Because)
	off := by["CA012 Agents - emergency stop"]
	assert.Equal(t, [2]string{Yes, No}, [2]string{off.Reaches, off.Enforced})
	assert.Equal(t, No, by["CA001 Require MFA for all users"].Reaches)

	var blocked []string
	for _, o := range x.of(t, "Expense audit agent").ConditionalAccess.WhatIf {
		blocked = append(blocked, o.RiskLevel+" "+o.Blocked)
		if o.Blocked == Yes {
			assert.Equal(t, "CA010 Agents - block high risk", o.Policy.DisplayName)
		}
	}
	assert.Equal(t, []string{"none no", "low no", "medium no", "high yes"}, blocked)
}

func TestRiskIsOfTheAgentItsPrincipalAndItsUsers(t *testing.T) {
	x := fixture(t, "contoso")
	own := x.of(t, "Expense audit agent").Risk
	require.Len(t, own.Entries, 1)
	assert.Equal(t, "high", own.Entries[0].RiskLevel)
	assert.Len(t, own.Detections, 2)
	principal := x.of(t, "Travel concierge EMEA").Risk
	require.Len(t, principal.Entries, 1)
	assert.Equal(t, tenant.TypeAgentIdentityBlueprintPrincipal, principal.Entries[0].Subject.Type)
	user := x.of(t, "経費精算エージェント").Risk
	require.Len(t, user.Entries, 1)
	assert.Equal(t, tenant.TypeAgentUser, user.Entries[0].Subject.Type)
}

func TestTimelineIsInOrderAndHoldsPermanentRoles(t *testing.T) {
	x := fixture(t, "contoso")
	d := x.of(t, "Incident responder 🚨")
	require.Len(t, d.DirectoryAccess.Roles, 1, "an assignment and its instance are one role")
	role := d.DirectoryAccess.Roles[0]
	assert.Equal(t, "Application Administrator", role.Name)
	assert.Equal(t, Yes, role.Privileged)
	assert.Equal(t, "endless", role.End.State)
	assert.Contains(t, d.Timeline.Events, Event{Kind: "directory role", Name: role.Name, End: role.End})
	for agent := range x.s.AgentIdentities.All() {
		events := Of(x.s, agent, x.o).Timeline.Events
		assert.True(t, slices.IsSortedFunc(events, func(a, b Event) int {
			if a.End.DateTime == "" || b.End.DateTime == "" {
				return endRank(a.End) - endRank(b.End)
			}
			return strings.Compare(a.End.DateTime, b.End.DateTime)
		}))
	}
}

func TestDrillsTellHowLongTheyTook(t *testing.T) {
	x := fixture(t, "contoso")
	d := x.of(t, "Warehouse slotting agent").Drills
	require.Len(t, d.Items, 1)
	assert.Equal(t, "failed", d.Items[0].Verdict)
	assert.Equal(t, tenant.TypeAgentIdentityBlueprintPrincipal, d.Items[0].Target.Type)
	assert.Equal(t, int64(50*60), *d.Items[0].SecondsToStop)
	assert.Equal(t, int64(3*60*60), *d.Items[0].SecondsToRecover)
	assert.Equal(t, 4, d.Items[0].DeniedAttempts)
	assert.Equal(t, "proven", x.of(t, "Freight booking agent").Drills.Items[0].Verdict, "the same drill stopped the agent beside it")
	assert.True(t, x.of(t, "Invoice triage agent").Drills.Items[0].Recorded)
	assert.Empty(t, x.of(t, "Expense audit agent").Drills.Items)
}

func TestBlastRadius(t *testing.T) {
	x := fixture(t, "contoso")
	r := x.of(t, "Warehouse slotting agent").BlastRadius
	assert.Equal(t, 3, r.Blueprint.Total)
	var owners []string
	for _, s := range r.Shared {
		owners = append(owners, s.Kind+" "+s.Owner.DisplayName)
	}
	assert.Equal(t, []string{"certificate Procurement pilot", "certificate Vendor onboarding bot", "federated Data platform agents"}, owners)
	assert.Positive(t, r.Permissions)

	store := x.of(t, "Store assistant Amsterdam").BlastRadius
	assert.Equal(t, 52, store.Blueprint.Total)
	assert.Len(t, store.Blueprint.Agents, 52)
	assert.Empty(t, store.Shared)
	assert.Empty(t, store.NotRead)
}

func TestFindingsAreAllOfTheAgentsAndNobodyElses(t *testing.T) {
	x := fixture(t, "contoso")
	for agent := range x.s.AgentIdentities.All() {
		d := Of(x.s, agent, x.o)
		want := 0
		for _, c := range x.o.Report.Checks {
			for _, rule := range c.Rules {
				for _, f := range rule.Findings {
					if f.Resource.ID == agent.ID.String() {
						want++
					}
				}
			}
		}
		got := 0
		for _, f := range d.Findings.Items {
			if f.Resource.ID == agent.ID.String() {
				got++
			}
			assert.NotEqual(t, tenant.TypeTenant, f.Resource.Type)
		}
		assert.Equal(t, want, got, agent.ResourceName())
		assert.Equal(t, len(d.Findings.Items), d.Findings.Fail+d.Findings.Unknown+d.Findings.Manual+d.Findings.Waived)
	}
	d := x.of(t, "Incident responder 🚨")
	assert.Contains(t, rulesOf(d), "federated-credentials/subject-wildcard", "of a credential of its blueprint")
	assert.Contains(t, rulesOf(d), "unique-identity/shared-federated-subject", "of its blueprint")
}

// What was refused is said in every section that it feeds, and never shown as
// none.
func TestWhatWasNotReadIsSaid(t *testing.T) {
	const agent = "f72e4f7f-47d6-4daf-9e5d-97a2cc211ba3"
	sections := map[tenant.Dataset]func(d *Dossier) []Missing{
		tenant.DatasetAgentUsers:                       func(d *Dossier) []Missing { return d.Agent.NotRead },
		tenant.DatasetDirectoryObjects:                 func(d *Dossier) []Missing { return d.Sponsors.NotRead },
		tenant.DatasetAgentIdentityBlueprints:          func(d *Dossier) []Missing { return d.Blueprint.NotRead },
		tenant.DatasetAgentIdentityBlueprintPrincipals: func(d *Dossier) []Missing { return d.Permissions.NotRead },
		tenant.DatasetAppRoleAssignments:               func(d *Dossier) []Missing { return d.Permissions.NotRead },
		tenant.DatasetOAuth2PermissionGrants:           func(d *Dossier) []Missing { return d.Permissions.NotRead },
		tenant.DatasetGroupMemberships:                 func(d *Dossier) []Missing { return d.DirectoryAccess.NotRead },
		tenant.DatasetRoleAssignments:                  func(d *Dossier) []Missing { return d.DirectoryAccess.NotRead },
		tenant.DatasetConditionalAccessPolicies:        func(d *Dossier) []Missing { return d.ConditionalAccess.NotRead },
		tenant.DatasetRiskyAgents:                      func(d *Dossier) []Missing { return d.Risk.NotRead },
		tenant.DatasetAccessPackageAssignments:         func(d *Dossier) []Missing { return d.Timeline.NotRead },
		tenant.DatasetDirectoryAudits:                  func(d *Dossier) []Missing { return d.Drills.NotRead },
		tenant.DatasetSignIns:                          func(d *Dossier) []Missing { return d.SignIns.NotRead },
		tenant.DatasetClassicAgentApplications:         func(d *Dossier) []Missing { return d.BlastRadius.NotRead },
	}
	for refused, section := range sections {
		t.Run(string(refused), func(t *testing.T) {
			d := without(t, "contoso", refused).of(t, agent)
			assert.Contains(t, missingWhat(section(d)), string(refused))
			for _, o := range d.ConditionalAccess.WhatIf {
				if refused == tenant.DatasetConditionalAccessPolicies {
					assert.Equal(t, Unknown, o.Blocked)
				}
			}
			i := slices.IndexFunc(d.Gaps, func(g audit.ReportGap) bool { return g.Dataset == refused })
			require.GreaterOrEqual(t, i, 0)
			for _, rule := range d.Gaps[i].Rules {
				assert.True(t, slices.ContainsFunc(d.Findings.Unjudged, func(u Unjudged) bool { return u.Rule == rule }), rule)
			}
		})
	}
}

func TestPropertiesThatWereNotReturnedAreSaid(t *testing.T) {
	x := open(t, fstest.MapFS{
		"manifest.json":        {Data: []byte(`{"schemaVersion":1,"tenantId":"00000000-0000-0000-0000-00000000000f","takenAt":"2026-11-20T06:00:00Z"}`)},
		"agentIdentities.json": {Data: []byte(`{"value":[{"id":"00000000-0000-0000-0000-0000000000a1","displayName":"Bare"}]}`)},
	})
	d := x.of(t, "bare")
	assert.Equal(t, "unknown", d.Agent.Activity)
	assert.Subset(t, missingWhat(d.Agent.NotRead), []string{"accountEnabled", "disabledByMicrosoftStatus", "createdDateTime", "customSecurityAttributes"})
	assert.Equal(t, []Missing{{What: "sponsors", Status: "notReturned"}}, d.Sponsors.NotRead)
	assert.Contains(t, missingWhat(d.Blueprint.NotRead), "agentIdentityBlueprintId")
	assert.Contains(t, missingWhat(d.BlastRadius.NotRead), "agentIdentityBlueprintId")
	assert.NotEmpty(t, d.Permissions.NotRead)
	for _, o := range d.ConditionalAccess.WhatIf {
		assert.Equal(t, Unknown, o.Blocked)
	}
}
