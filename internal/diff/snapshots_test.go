package diff

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/fixtures"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/schematest"
	"github.com/ztagent/ztagent/internal/tenant"
	"github.com/ztagent/ztagent/report"
)

// contoso returns the files of the example tenant, to be changed.
func contoso(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	source := fixtures.Contoso()
	names, err := fs.Glob(source, "*.json")
	require.NoError(t, err)
	for _, name := range names {
		data, err := fs.ReadFile(source, name)
		require.NoError(t, err)
		files[name] = &fstest.MapFile{Data: data}
	}
	return files
}

func open(t *testing.T, files fs.FS) *tenant.Snapshot {
	t.Helper()
	s, err := tenant.OpenFS(files, "contoso")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func judged(t *testing.T, s *tenant.Snapshot) *audit.Report {
	t.Helper()
	r, err := audit.Run(context.Background(), s, checks.All(), audit.Options{})
	require.NoError(t, err)
	return r
}

func compareSnapshots(t *testing.T, before, after fs.FS) *Diff {
	t.Helper()
	old, now := open(t, before), open(t, after)
	d := compare(t, judged(t, old), judged(t, now))
	CompareSnapshots(d, old, now)
	return d
}

// change rewrites the value of one list of files.
func change(t *testing.T, files fstest.MapFS, dataset string, f func([]map[string]any) []map[string]any) {
	t.Helper()
	name := path.Join(dataset + ".json")
	var list map[string]any
	require.NoError(t, json.Unmarshal(files[name].Data, &list))
	var rows []map[string]any
	for _, row := range list["value"].([]any) {
		rows = append(rows, row.(map[string]any))
	}
	rows = f(rows)
	list["value"] = rows
	data, err := json.Marshal(list)
	require.NoError(t, err)
	files[name] = &fstest.MapFile{Data: data}
	editManifest(t, files, func(datasets map[string]any) {
		if entry, ok := datasets[dataset].(map[string]any); ok {
			entry["count"] = len(rows)
		}
	})
}

func editManifest(t *testing.T, files fstest.MapFS, f func(datasets map[string]any)) {
	t.Helper()
	var manifest map[string]any
	require.NoError(t, json.Unmarshal(files["manifest.json"].Data, &manifest))
	f(manifest["datasets"].(map[string]any))
	data, err := json.Marshal(manifest)
	require.NoError(t, err)
	files["manifest.json"] = &fstest.MapFile{Data: data}
}

// TestNothingIsFixedByReadingLess: take any dataset away from the example
// tenant, in any way, and not one of its faults may count as mended, nor any
// agent as gone.
func TestNothingIsFixedByReadingLess(t *testing.T) {
	whole := open(t, contoso(t))
	before := judged(t, whole)
	for _, d := range tenant.Datasets() {
		for _, status := range []tenant.GapStatus{tenant.GapForbidden, tenant.GapAbsent} {
			if testing.Short() && status == tenant.GapAbsent {
				continue
			}
			files := contoso(t)
			delete(files, string(d)+".json")
			editManifest(t, files, func(datasets map[string]any) {
				datasets[string(d)] = map[string]any{"status": string(status)}
			})
			s := open(t, files)
			comparison := compare(t, before, judged(t, s))
			CompareSnapshots(comparison, whole, s)
			assert.Empty(t, comparison.Of(Fixed), "%s %s", d, status)
			assert.Empty(t, comparison.Agents.Vanished, "%s %s", d, status)
			assert.Empty(t, comparison.Inherited.Appeared, "%s %s", d, status)

			// And back: what was not read before is not new as an agent.
			comparison = compare(t, judged(t, s), before)
			CompareSnapshots(comparison, s, whole)
			assert.Empty(t, comparison.Agents.Appeared, "%s %s", d, status)
			assert.Empty(t, comparison.Inherited.Appeared, "%s %s", d, status)
		}
	}
}

func TestAgentsThatComeAndGo(t *testing.T) {
	files := contoso(t)
	var gone, hidden map[string]any
	change(t, files, "agentIdentities", func(rows []map[string]any) []map[string]any {
		gone = rows[3]
		fresh := maps.Clone(rows[0])
		fresh["id"], fresh["displayName"] = "12345678-0000-4000-8000-000000000001", "Fresh agent"
		return append(append(rows[:3:3], rows[4:]...), fresh)
	})
	change(t, files, "agentUsers", func(rows []map[string]any) []map[string]any {
		hidden = rows[0]
		return rows[1:]
	})
	d := compareSnapshots(t, contoso(t), files)
	assert.Equal(t, []Agent{{Type: tenant.TypeAgentIdentity, ID: "12345678-0000-4000-8000-000000000001", DisplayName: "Fresh agent"}}, d.Agents.Appeared)
	var vanished []string
	for _, a := range d.Agents.Vanished {
		vanished = append(vanished, a.ID)
	}
	assert.ElementsMatch(t, []string{gone["id"].(string), hidden["id"].(string)}, vanished)
	assert.Empty(t, d.Agents.NotCompared)
	for _, c := range d.Of(Fixed) {
		assert.Equal(t, c.Resource.ID == gone["id"] || c.Resource.ID == hidden["id"], c.Gone, "%s %s", c.Rule, c.Resource.DisplayName)
	}
	require.NotEmpty(t, d.Of(Fixed))

	change(t, files, "agentIdentities", func(rows []map[string]any) []map[string]any {
		delete(rows[0], "id")
		return rows
	})
	d = compareSnapshots(t, contoso(t), files)
	assert.Empty(t, d.Agents.Appeared, "the nameless one may be any")
	assert.Contains(t, d.Agents.NotCompared, "some of agentIdentities lost their id")
}

// tiny is a tenant of one blueprint that passes on everything of Graph, and two
// agents; grants are the rows of appRoleAssignments.
func tiny(grants, inheritable string) fstest.MapFS {
	files := fstest.MapFS{"manifest.json": {Data: []byte(`{"schemaVersion":1,
		"tenantId":"11111111-1111-1111-1111-111111111111","tenantDisplayName":"Tiny","takenAt":"2026-11-20T06:00:00Z","datasets":{}}`)}}
	for name, value := range map[string]string{
		"agentIdentities": `{"id":"a0000000-0000-4000-8000-000000000001","displayName":"One","agentIdentityBlueprintId":"b0000000-0000-4000-8000-00000000000a","accountEnabled":true,"disabledByMicrosoftStatus":null},
			{"id":"a0000000-0000-4000-8000-000000000002","displayName":"Two","agentIdentityBlueprintId":"b0000000-0000-4000-8000-00000000000a","accountEnabled":true,"disabledByMicrosoftStatus":null}`,
		"agentIdentityBlueprints":          `{"id":"b0000000-0000-4000-8000-000000000001","appId":"b0000000-0000-4000-8000-00000000000a","displayName":"Blue","inheritablePermissions":[` + inheritable + `]}`,
		"agentIdentityBlueprintPrincipals": `{"id":"c0000000-0000-4000-8000-000000000001","appId":"b0000000-0000-4000-8000-00000000000a","displayName":"Blue principal","appOwnerOrganizationId":"11111111-1111-1111-1111-111111111111"}`,
		"resourceServicePrincipals": `{"id":"d0000000-0000-4000-8000-000000000001","appId":"00000003-0000-0000-c000-000000000000","displayName":"Microsoft Graph","appRoles":[
			{"id":"810c84a8-4a9e-49e6-bf7d-12d183f40d01","value":"Mail.Read","isEnabled":true,"allowedMemberTypes":["Application"]},
			{"id":"df021288-bdef-4463-88db-98f22de89214","value":"User.Read.All","isEnabled":true,"allowedMemberTypes":["Application"]}],"oauth2PermissionScopes":[]}`,
		"appRoleAssignments":     grants,
		"oauth2PermissionGrants": "",
	} {
		files[name+".json"] = &fstest.MapFile{Data: []byte(`{"value":[` + value + `]}`)}
	}
	return files
}

func grant(id, principal, role string) string {
	return `{"id":"` + id + `","principalId":"` + principal + `","resourceId":"d0000000-0000-4000-8000-000000000001","appRoleId":"` + role + `"}`
}

const (
	mailRead  = "810c84a8-4a9e-49e6-bf7d-12d183f40d01"
	usersRead = "df021288-bdef-4463-88db-98f22de89214"
	agentOne  = "a0000000-0000-4000-8000-000000000001"
	principal = "c0000000-0000-4000-8000-000000000001"
	passesAll = `{"resourceAppId":"00000003-0000-0000-c000-000000000000","inheritableScopes":{"@odata.type":"#microsoft.graph.allAllowedScopes"},"inheritableRoles":{"@odata.type":"#microsoft.graph.allAllowedRoles"}}`
)

func TestPermissionsThatComeThroughInheritance(t *testing.T) {
	none := tiny("", passesAll)
	blueprint := tiny(grant("g1", principal, mailRead), passesAll)
	d := compareSnapshots(t, none, blueprint)
	require.Len(t, d.Inherited.Appeared, 1, "one line for both agents")
	assert.Equal(t, Inherited{
		API: "Microsoft Graph", Permission: "Mail.Read", Kind: "application",
		Principal: Principal{ID: principal, DisplayName: "Blue principal"},
		Agents: []Agent{
			{Type: tenant.TypeAgentIdentity, ID: agentOne, DisplayName: "One"},
			{Type: tenant.TypeAgentIdentity, ID: "a0000000-0000-4000-8000-000000000002", DisplayName: "Two"},
		},
	}, d.Inherited.Appeared[0])
	assert.Empty(t, d.Inherited.NotCompared)

	assert.Empty(t, compareSnapshots(t, blueprint, blueprint).Inherited.Appeared)
	assert.Empty(t, compareSnapshots(t, blueprint, none).Inherited.Appeared)

	own := tiny(grant("g2", agentOne, mailRead), passesAll)
	assert.Empty(t, compareSnapshots(t, none, own).Inherited.Appeared, "somebody consented on the agent")
	both := tiny(grant("g1", principal, mailRead)+","+grant("g2", agentOne, mailRead), passesAll)
	assert.Len(t, compareSnapshots(t, none, both).Inherited.Appeared[0].Agents, 1, "the other agent has no consent of its own")
	assert.Len(t, compareSnapshots(t, own, blueprint).Inherited.Appeared[0].Agents, 1, "agent One had it before, by consent")

	passesNone := tiny(grant("g1", principal, mailRead), "")
	d = compareSnapshots(t, passesNone, blueprint)
	require.Len(t, d.Inherited.Appeared, 1, "the grant is old, and now it is passed on")
	more := tiny(grant("g1", principal, mailRead)+","+grant("g3", principal, usersRead), passesAll)
	d = compareSnapshots(t, blueprint, more)
	require.Len(t, d.Inherited.Appeared, 1)
	assert.Equal(t, "User.Read.All", d.Inherited.Appeared[0].Permission)

	unread := tiny(grant("g1", principal, mailRead), passesAll)
	delete(unread, "resourceServicePrincipals.json")
	assert.Empty(t, compareSnapshots(t, unread, blueprint).Inherited.Appeared, "the same grant, its API unread before")
}

// TestInheritanceThatCannotBeTold is said, and never guessed.
func TestInheritanceThatCannotBeTold(t *testing.T) {
	blueprint := tiny(grant("g1", principal, mailRead), passesAll)
	unread := tiny("", passesAll)
	delete(unread, "agentIdentityBlueprints.json")
	d := compareSnapshots(t, unread, blueprint)
	assert.Empty(t, d.Inherited.Appeared)
	require.Len(t, d.Inherited.NotCompared, 2)
	assert.Contains(t, d.Inherited.NotCompared[0], "application permissions: agentIdentityBlueprints was not read in full (absent) on the older side")

	silent := tiny("", "")
	silent["agentIdentityBlueprints.json"] = &fstest.MapFile{Data: []byte(`{"value":[{"id":"b0000000-0000-4000-8000-000000000001","appId":"b0000000-0000-4000-8000-00000000000a","displayName":"Blue"}]}`)}
	d = compareSnapshots(t, tiny(grant("g1", principal, mailRead), ""), blueprint)
	assert.Len(t, d.Inherited.Appeared, 1)
	withGrant := tiny(grant("g1", principal, mailRead), "")
	withGrant["agentIdentityBlueprints.json"] = silent["agentIdentityBlueprints.json"]
	d = compareSnapshots(t, withGrant, blueprint)
	assert.Empty(t, d.Inherited.Appeared, "inheritablePermissions was not returned before")
	assert.Equal(t, []string{"the permissions of 2 agents, which could not be told in full on both sides"}, d.Inherited.NotCompared)

	stray := tiny(strings.Replace(grant("g9", principal, mailRead), `"principalId":"`+principal+`",`, "", 1), passesAll)
	d = compareSnapshots(t, stray, blueprint)
	assert.Empty(t, d.Inherited.Appeared)
	assert.Contains(t, d.Inherited.NotCompared[0], "lost their holder")
}

func TestJSONIsWhatTheSchemaSays(t *testing.T) {
	files := contoso(t)
	change(t, files, "agentIdentities", func(rows []map[string]any) []map[string]any {
		rows[0]["id"], rows[0]["displayName"] = "12345678-0000-4000-8000-000000000001", "a\u202eb"
		return rows[:len(rows)-1]
	})
	inherits := compareSnapshots(t, tiny("", passesAll), tiny(grant("g1", principal, mailRead), passesAll))
	everything := compare(t,
		newReport(t, monday, "a/r high: fail s, fail f, fail w !low, waived e, fail n, unknown t, fail u", "a/q low: fail x"),
		newReport(t, tuesday, "a/r high: fail s, fail w, fail e, waived n, manual m, fail new, unknown u", "a/q low: ?"))
	for name, d := range map[string]*Diff{
		"snapshots": compareSnapshots(t, contoso(t), files), "inherited": inherits, "every kind": everything,
	} {
		var text strings.Builder
		require.NoError(t, report.WriteJSON(&text, d))
		file := path.Join(t.TempDir(), "diff.json")
		require.NoError(t, os.WriteFile(file, []byte(text.String()), 0o600))
		assert.NoError(t, schematest.Validate(file, "../../docs/diff.schema.json"), name)
		assert.NotContains(t, text.String(), "\u202e")

		broken := strings.Replace(text.String(), `"tenant"`, `"tenants"`, 1)
		require.NoError(t, os.WriteFile(file, []byte(broken), 0o600))
		assert.Error(t, schematest.Validate(file, "../../docs/diff.schema.json"), name)
	}
	for _, kind := range Kinds() {
		assert.NotEmpty(t, everything.Of(kind), "%s is validated, too", kind)
	}
}
