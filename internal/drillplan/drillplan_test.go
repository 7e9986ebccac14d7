package drillplan_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/fixtures"
	"github.com/ztagent/ztagent/internal/drill"
	"github.com/ztagent/ztagent/internal/drillplan"
	"github.com/ztagent/ztagent/internal/tenant"
)

const grace = 15 * time.Minute

func contoso(t *testing.T) *tenant.Snapshot {
	t.Helper()
	s, err := tenant.OpenFS(fixtures.Contoso(), "contoso")
	require.NoError(t, err)
	return s
}

func open(t *testing.T, files map[string]string) *tenant.Snapshot {
	t.Helper()
	fsys := fstest.MapFS{"manifest.json": {Data: []byte(`{"schemaVersion":1,"takenAt":"2026-11-20T06:00:00Z","window":{"signIns":"P30D"}}`)}}
	for name, rows := range files {
		if !strings.HasPrefix(rows, `{"error"`) {
			rows = `{"value":[` + rows + `]}`
		}
		fsys[name+".json"] = &fstest.MapFile{Data: []byte(rows)}
	}
	s, err := tenant.OpenFS(fsys, "test")
	require.NoError(t, err)
	return s
}

// TestEveryTargetHasAPlan: whatever a tenant holds, only GUIDs and fixed text
// are given to a shell.
func TestEveryTargetHasAPlan(t *testing.T) {
	s := contoso(t)
	guid := `[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`
	url := regexp.MustCompile(`^https://graph\.microsoft\.com/(v1\.0|beta)/(servicePrincipals/` + guid + `/microsoft\.graph\.\w+|users/` + guid +
		`/revokeSignInSessions|identityProtection/riskyAgents/\w+)$`)
	body := regexp.MustCompile(`^(|\{"accountEnabled": (true|false)\}|\{"agentIds": \["` + guid + `"(, "` + guid + `")*\]\})$`)
	plan := func(id string) {
		target, err := drillplan.Find(s, id)
		require.NoError(t, err, id)
		p, err := drillplan.New(s, target, drillplan.Options{Grace: grace, Graph: "https://graph.microsoft.com"})
		require.NoError(t, err, id)
		assert.NotEmpty(t, p.Restore)
		for _, r := range slices.Concat(p.Stop, p.Restore, p.Harder) {
			assert.Regexp(t, url, r.URL)
			assert.Regexp(t, body, r.Body)
			assert.NotEmpty(t, r.Permission)
			assert.NotEmpty(t, r.Roles)
			assert.Contains(t, r.AzureCLI, r.URL)
			assert.Contains(t, r.PowerShell, r.URL)
		}
		assert.Len(t, p.Restore, 1)
		assert.Equal(t, strings.Replace(p.Stop[0].Body, "false", "true", 1), p.Restore[0].Body)
		assert.Equal(t, p.Stop[0].URL, p.Restore[0].URL, "what is switched off is switched on again")
		assert.NotEmpty(t, p.Stops.Agents)
	}
	for a := range s.AgentIdentities.All() {
		plan(a.ID.String())
	}
	for p := range s.AgentIdentityBlueprintPrincipals.All() {
		plan(p.ID.String())
	}
}

func TestFindNamesWhatItMayBe(t *testing.T) {
	s := open(t, map[string]string{
		"agentIdentities":                  `{"id":"a1","displayName":"Twin","agentIdentityBlueprintId":"app"},{"id":"a2","displayName":" ＴＷＩＮ"},{"id":"a3","displayName":"Pat"}`,
		"agentIdentityBlueprints":          `{"id":"b","appId":"app","displayName":"Home"}`,
		"agentIdentityBlueprintPrincipals": `{"id":"p","appId":"app","displayName":"Home"},{"id":"q","appId":"app2","displayName":"Pat"}`,
		"agentUsers":                       `{"id":"u","identityParentId":"a3"},{"id":"lost"}`,
		"classicAgents":                    `{"id":"c","displayName":"Old bot"}`,
	})
	for query, want := range map[string]string{
		"A1": "a1", "u": "a3", "b": "b", "app": "b", "p": "b", "home": "b", "q": "q", "app2": "q",
	} {
		target, err := drillplan.Find(s, query)
		if assert.NoError(t, err, query) {
			assert.Equal(t, want, target.Object().ID, query)
		}
	}
	home, err := drillplan.Find(s, "Home")
	require.NoError(t, err)
	assert.NotNil(t, home.Principal)
	for query, want := range map[string][]string{"twin": {"a1", "a2"}, "pat": {"a3", "q"}} {
		_, err := drillplan.Find(s, query)
		var ambiguous *drillplan.AmbiguousError
		if assert.ErrorAs(t, err, &ambiguous, query) {
			var got []string
			for _, c := range ambiguous.Candidates {
				got = append(got, c.ID)
			}
			assert.Equal(t, want, got, query)
		}
	}
	for query, want := range map[string]string{"": "no agent identity", "lost": "no agent identity", "old bot": "classic agent", "C": "classic agent", "nobody": "no agent"} {
		_, err := drillplan.Find(s, query)
		var missing *drillplan.NotFoundError
		require.ErrorAs(t, err, &missing, query)
		assert.ErrorContains(t, err, want, query)
	}
	_, err = drillplan.Find(s, "wi")
	var missing *drillplan.NotFoundError
	require.ErrorAs(t, err, &missing)
	assert.Len(t, missing.Near, 2)
}

func TestFindSaysWhatWasNotRead(t *testing.T) {
	s := open(t, map[string]string{
		"agentIdentities":                  `{"error":{"code":"Authorization_RequestDenied","message":"no"}}`,
		"agentIdentityBlueprints":          ``,
		"agentIdentityBlueprintPrincipals": ``,
	})
	_, err := drillplan.Find(s, "Refund agent")
	assert.ErrorContains(t, err, "agentIdentities was not read in full")
}

func TestAPlanNeedsAPrincipalAndAGUID(t *testing.T) {
	const blueprint = `{"id":"5c0b7a52-1d4e-4f0a-9b3c-7a1f0e2d4c11","appId":"9a2f6c1e-70b3-4d58-8e41-3c5d7f90a222"}`
	for want, principals := range map[string]string{
		"no principal in this tenant":                                         ``,
		"is not known: agentIdentityBlueprintPrincipals was not read in full": `{"error":{"code":"Authorization_RequestDenied","message":"no"}}`,
		"is no GUID": `{"id":"$(reboot)","appId":"9a2f6c1e-70b3-4d58-8e41-3c5d7f90a222"}`,
	} {
		s := open(t, map[string]string{"agentIdentityBlueprints": blueprint, "agentIdentityBlueprintPrincipals": principals})
		target, err := drillplan.Find(s, "9a2f6c1e-70b3-4d58-8e41-3c5d7f90a222")
		require.NoError(t, err)
		_, err = drillplan.New(s, target, drillplan.Options{Grace: grace, Graph: "https://graph.microsoft.com"})
		assert.ErrorContains(t, err, want)
	}
}

// TestAPolicyThatBlocksAlreadyIsSaid: its denials would look like the switch's.
func TestAPolicyThatBlocksAlreadyIsSaid(t *testing.T) {
	files := map[string]string{
		"agentIdentities": `{"id":"71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444","accountEnabled":true,"disabledByMicrosoftStatus":null,
			"agentIdentityBlueprintId":"9a2f6c1e-70b3-4d58-8e41-3c5d7f90a222","sponsors":[],"owners":[]}`,
		"agentIdentityBlueprintPrincipals": `{"id":"d3e1f8b4-6a27-45c9-b0d2-8f7e6a5b4333","appId":"9a2f6c1e-70b3-4d58-8e41-3c5d7f90a222","accountEnabled":false,"disabledByMicrosoftStatus":null}`,
		"conditionalAccessPolicies": `{"id":"p","displayName":"Stop","state":"enabled","conditions":{
			"applications":{"includeApplications":["All"],"excludeApplications":[]},"agentIdRiskLevels":null,"userRiskLevels":[],
			"signInRiskLevels":[],"servicePrincipalRiskLevels":[],
			"clientApplications":{"includeAgentIdServicePrincipals":["All"],"excludeAgentIdServicePrincipals":[],
			"includeServicePrincipals":[],"excludeServicePrincipals":[]}},"sessionControls":null,"grantControls":{"operator":"OR","builtInControls":["block"]}}`,
	}
	s := open(t, files)
	target, err := drillplan.Find(s, "71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444")
	require.NoError(t, err)
	p, err := drillplan.New(s, target, drillplan.Options{Grace: grace, Graph: "https://graph.microsoft.com"})
	require.NoError(t, err)
	notes := strings.Join(p.Notes, "\n")
	assert.Contains(t, notes, `The enabled policy "Stop" blocks it already`)
	assert.Contains(t, notes, "Its blueprint principal is disabled, so the agent is stopped already")
	assert.Contains(t, notes, "When it was last drilled is not known: directoryAudits was not read in full")
}

func at(minute int) string {
	return time.Date(2026, 11, 10, 10, minute, 0, 0, time.UTC).Format(time.RFC3339)
}

func change(minute int, target, from, to string) string {
	return fmt.Sprintf(`{"id":"e%d%s","activityDateTime":%q,"result":"success","targetResources":[{"id":%q,
		"modifiedProperties":[{"displayName":"AccountEnabled","oldValue":"[%s]","newValue":"[%s]"}]}]}`, minute, target, at(minute), target, from, to)
}

func signIn(minute int, principal string, code int) string {
	return fmt.Sprintf(`{"id":"s%d%s","createdDateTime":%q,"servicePrincipalId":%q,"status":{"errorCode":%d}}`, minute, principal, at(minute), principal, code)
}

// scene is one agent a1 on the blueprint of principal pa, drilled for an hour.
func scene(audits, signIns string) map[string]string {
	return map[string]string{
		"agentIdentities":                  `{"id":"a1","displayName":"One","agentIdentityBlueprintId":"app"}`,
		"agentIdentityBlueprintPrincipals": `{"id":"pa","appId":"app","displayName":"All"}`,
		"agentUsers":                       `{"id":"u1","identityParentId":"a1"}`,
		"directoryAudits":                  audits, "signIns": signIns, "killSwitchDrills": ``,
	}
}

func verify(t *testing.T, s *tenant.Snapshot, query string) *drillplan.Verification {
	t.Helper()
	var target *drillplan.Target
	if query != "" {
		var err error
		target, err = drillplan.Find(s, query)
		require.NoError(t, err)
	}
	return drillplan.Verify(s, target, drillplan.VerifyOptions{
		Grace: grace, Now: time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC), Tool: drill.Tool{Name: "ztagent", Version: "1"},
	})
}

func TestVerdicts(t *testing.T) {
	offOn := change(0, "a1", "true", "false") + "," + change(60, "a1", "false", "true")
	for name, c := range map[string]struct {
		audits, signIns string
		verdict, says   string
	}{
		"denied":             {offOn, signIn(20, "a1", 7000112), "proven", "1 attempt to sign in was denied later than 15 minutes"},
		"went on":            {offOn, signIn(20, "a1", 7000112) + "," + signIn(40, "a1", 0), "failed", "It signed in 40 minutes after the disable"},
		"within the grace":   {offOn, signIn(10, "a1", 0) + "," + signIn(20, "a1", 7000112), "proven", ""},
		"nobody tried":       {offOn, "", "unproven", "nothing shows that the block bites"},
		"denied by a policy": {offOn, signIn(20, "a1", 53003), "proven", "code 53003, not 7000112"},
		"too short":          {change(0, "a1", "true", "false") + "," + change(10, "a1", "false", "true"), "", "unproven", "no longer than the grace"},
		"not yet enabled":    {change(0, "a1", "true", "false"), "", "unknown", "a stop so far, not a drill"},
		"never":              {"", "", "unknown", "No drill is in the logs"},
		"drilled, then off":  {offOn + "," + change(90, "a1", "true", "false"), signIn(20, "a1", 7000112), "proven", "a stop so far"},
	} {
		v := verify(t, open(t, scene(c.audits, c.signIns)), "a1")
		assert.Equal(t, c.verdict, v.Verdict, name)
		text := v.Nothing + strings.Join(v.Notes, " ")
		for _, d := range v.Drills {
			text += d.Why + strings.Join(d.Notes, " ")
		}
		assert.Contains(t, text, c.says, name)
		assert.Len(t, v.Records(), len(v.Drills), name)
	}
}

func TestTimesAreMeasured(t *testing.T) {
	s := open(t, scene(change(0, "a1", "true", "false")+","+change(60, "a1", "false", "true"), signIn(4, "a1", 0)+","+signIn(20, "a1", 7000112)))
	v := verify(t, s, "")
	require.Len(t, v.Drills, 1)
	d := v.Drills[0]
	assert.EqualValues(t, 240, *d.TimeToStopSeconds)
	assert.EqualValues(t, 3600, *d.TimeToRecoverSeconds)
	assert.Equal(t, at(20), d.FirstDenied.At)
	assert.EqualValues(t, 7000112, d.FirstDenied.ErrorCode)
	assert.Equal(t, "2026-11-20T06:00:00Z", d.Record.VerifiedDateTime)
}

// TestAGapLeavesEverythingOpen: what was not read may hide what failed.
func TestAGapLeavesEverythingOpen(t *testing.T) {
	offOn := change(0, "a1", "true", "false") + "," + change(60, "a1", "false", "true")
	for _, d := range []string{"agentIdentityBlueprintPrincipals", "agentUsers", "signIns", "killSwitchDrills"} {
		files := scene(offOn, signIn(20, "a1", 7000112))
		files[d] = `{"error":{"code":"Authorization_RequestDenied","message":"no"}}`
		v := verify(t, open(t, files), "a1")
		assert.Equal(t, "unknown", v.Verdict, d)
		assert.Empty(t, v.Records(), d)
		require.Len(t, v.Drills, 1, d)
		assert.Contains(t, v.Drills[0].Why, d+" was not read in full")
	}
	files := scene(offOn, "")
	delete(files, "killSwitchDrills")
	assert.Equal(t, "unproven", verify(t, open(t, files), "a1").Verdict, "records that were never kept are none")
}

func TestADrillOfTheBlueprint(t *testing.T) {
	files := scene(change(0, "pa", "true", "false")+","+change(60, "pa", "false", "true"), signIn(20, "a1", 7000112)+","+signIn(30, "a2", 0))
	files["agentIdentities"] += `,{"id":"a2","displayName":"Two","agentIdentityBlueprintId":"app"}`
	s := open(t, files)
	whole := verify(t, s, "All")
	assert.Equal(t, "failed", whole.Verdict)
	require.Len(t, whole.Drills, 1)
	require.Len(t, whole.Drills[0].SignedIn, 1)
	assert.Equal(t, "Two", whole.Drills[0].SignedIn[0].Agent.DisplayName)
	assert.Contains(t, whole.Drills[0].Why, "Two signed in 30 minutes after the disable")

	one := verify(t, s, "a1")
	assert.Equal(t, "proven", one.Verdict)
	assert.Equal(t, "pa", one.Drills[0].Disabled.ID)
	assert.Equal(t, whole.Records(), one.Records(), "the record is of what was disabled")
	assert.Equal(t, "failed", verify(t, s, "a2").Verdict)
	assert.Equal(t, "failed", verify(t, s, "").Verdict)
}
