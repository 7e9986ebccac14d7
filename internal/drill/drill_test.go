package drill_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/drill"
	"github.com/ztagent/ztagent/internal/tenant"
)

const grace = 15 * time.Minute

// scene is a tenant of two blueprints, ba with the agents a1 and a2 and bb with
// b1; a1 has the agent user u1. Times are minutes of 2026-11-10T10.
type scene struct {
	audits, signIns, records []string
	// window is the manifest's; "" leaves it to the oldest sign-in.
	window string
	agents string // replaces the agents
	status string // of signIns, when not complete
	edit   func(files map[string]string)
}

const agents = `{"id":"a1","agentIdentityBlueprintId":"app-a"},{"id":"a2","agentIdentityBlueprintId":"app-a"},
	{"id":"b1","agentIdentityBlueprintId":"app-b"}`

func (s scene) open(t *testing.T) *tenant.Snapshot {
	t.Helper()
	list := func(rows ...string) string { return `{"value":[` + strings.Join(rows, ",") + `]}` }
	window, status := "", "complete"
	if s.window != "" {
		window = `"window":{"signIns":"` + s.window + `"},`
	}
	if s.status != "" {
		status = s.status
	}
	files := map[string]string{
		"manifest.json": `{"schemaVersion":1,"tenantId":"t","takenAt":"2026-11-20T06:00:00Z",` + window +
			`"datasets":{"signIns":{"status":"` + status + `"}}}`,
		"agentIdentities.json":                  list(agents),
		"agentIdentityBlueprintPrincipals.json": list(`{"id":"pa","appId":"app-a"}`, `{"id":"pb","appId":"app-b"}`),
		"agentUsers.json":                       list(`{"id":"u1","identityParentId":"a1"}`),
		"directoryAudits.json":                  list(s.audits...),
		"signIns.json":                          list(s.signIns...),
		"killSwitchDrills.json":                 list(s.records...),
	}
	if s.agents != "" {
		files["agentIdentities.json"] = list(s.agents)
	}
	if s.edit != nil {
		s.edit(files)
	}
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	snapshot, err := tenant.OpenFS(fsys, "test")
	require.NoError(t, err)
	for _, d := range []tenant.Dataset{tenant.DatasetDirectoryAudits, tenant.DatasetKillSwitchDrills} {
		gap, is := snapshot.Gap(d)
		require.False(t, is, gap.Reason)
	}
	return snapshot
}

func (s scene) facts(t *testing.T) *drill.Facts { return drill.Of(s.open(t), grace) }

func at(minute int) string {
	return time.Date(2026, 11, 10, 10, minute, 0, 0, time.UTC).Format(time.RFC3339)
}

// change is an audit event: on "off" or "on".
func change(minute int, target, to string) string {
	was, is := "true", "false"
	if to == "on" {
		was, is = is, was
	}
	return fmt.Sprintf(`{"id":"e%d%s","activityDateTime":%q,"result":"success","targetResources":[{"id":%q,
		"modifiedProperties":[{"displayName":"AccountEnabled","oldValue":"[%s]","newValue":"[%s]"}]}]}`,
		minute, target, at(minute), target, was, is)
}

func signIn(minute int, principal string, code int) string {
	return fmt.Sprintf(`{"id":"s%d%s","createdDateTime":%q,"servicePrincipalId":%q,"status":{"errorCode":%d}}`,
		minute, principal, at(minute), principal, code)
}

func record(target string, off, on, denied, successes int) string {
	return fmt.Sprintf(`{"id":"r%d%s","targetId":%q,"disabledDateTime":%q,"enabledDateTime":%q,
		"deniedAttempts":%d,"successesAfterGrace":%d}`, off, target, target, at(off), at(on), denied, successes)
}

// without drops one member from the row, by its exact text.
func without(t *testing.T, row, member string) string {
	t.Helper()
	require.Contains(t, row, member)
	return strings.Replace(row, member, "", 1)
}

var (
	offOn   = []string{change(0, "a1", "off"), change(60, "a1", "on")}
	offOnPA = []string{change(0, "pa", "off"), change(60, "pa", "on")}
	long    = "P30D"
)

func TestVerdicts(t *testing.T) {
	undated := without(t, signIn(30, "a1", 0), `"createdDateTime":"`+at(30)+`",`)
	unkeyed := without(t, signIn(30, "a1", 0), `"servicePrincipalId":"a1",`)
	codeless := without(t, signIn(30, "a1", 0), `,"status":{"errorCode":0}`)
	cases := map[string]struct {
		scene scene
		want  drill.Verdict
	}{
		"denied and nothing else":      {scene{audits: offOn, signIns: []string{signIn(20, "a1", 7000112)}, window: long}, drill.Proven},
		"any error code is a denial":   {scene{audits: offOn, signIns: []string{signIn(20, "a1", 53003)}, window: long}, drill.Proven},
		"denied within the grace only": {scene{audits: offOn, signIns: []string{signIn(15, "a1", 7000112)}, window: long}, drill.Unproven},
		"no attempt at all":            {scene{audits: offOn, window: long}, drill.Unproven},
		"success within the grace": {scene{audits: offOn, signIns: []string{
			signIn(15, "a1", 0), signIn(20, "a1", 7000112),
		}, window: long}, drill.Proven},
		"success after the grace": {scene{audits: offOn, signIns: []string{
			signIn(16, "a1", 0), signIn(20, "a1", 7000112),
		}, window: long}, drill.Failed},
		"success after the re-enable": {scene{audits: offOn, signIns: []string{
			signIn(20, "a1", 7000112), signIn(61, "a1", 0),
		}, window: long}, drill.Proven},
		"success of another agent": {scene{audits: offOn, signIns: []string{
			signIn(20, "a1", 7000112), signIn(30, "b1", 0),
		}, window: long}, drill.Proven},
		"success of its agent user": {scene{audits: offOn, signIns: []string{
			signIn(20, "a1", 7000112),
			strings.Replace(signIn(30, "u1", 0), "servicePrincipalId", "userId", 1),
		}, window: long}, drill.Failed},
		"success without time":                    {scene{audits: offOn, signIns: []string{signIn(20, "a1", 7000112), undated}, window: long}, drill.Unknown},
		"success of nobody":                       {scene{audits: offOn, signIns: []string{signIn(20, "a1", 7000112), unkeyed}, window: long}, drill.Unknown},
		"sign-in without result":                  {scene{audits: offOn, signIns: []string{signIn(20, "a1", 7000112), codeless}, window: long}, drill.Unknown},
		"older than the window":                   {scene{audits: offOn, signIns: []string{signIn(20, "a1", 7000112)}, window: "P5D"}, drill.Unknown},
		"a success in what is left of the window": {scene{audits: offOn, signIns: []string{signIn(20, "a1", 0)}, window: "P5D"}, drill.Failed},
		"no window, older than the oldest sign-in": {scene{
			audits:  offOn,
			signIns: []string{signIn(20, "a1", 7000112)},
		}, drill.Unknown},
		"no window, a sign-in from before": {scene{
			audits:  offOn,
			signIns: []string{signIn(-5, "a1", 0), signIn(20, "a1", 7000112)},
		}, drill.Proven},
		"no sign-ins and no window":   {scene{audits: offOn}, drill.Unknown},
		"sign-ins cut short":          {scene{audits: offOn, signIns: []string{signIn(20, "a1", 7000112)}, window: long, status: "truncated"}, drill.Unknown},
		"a record vouches":            {scene{audits: offOn, records: []string{record("a1", 0, 60, 2, 0)}, window: "P5D"}, drill.Proven},
		"a record of no denial":       {scene{audits: offOn, records: []string{record("a1", 0, 60, 0, 0)}, window: "P5D"}, drill.Unproven},
		"a record alone":              {scene{records: []string{record("a1", 0, 60, 2, 0)}}, drill.Proven},
		"a record alone of a success": {scene{records: []string{record("a1", 0, 60, 2, 1)}}, drill.Failed},
		"a record against the log": {scene{
			audits: offOn, records: []string{record("a1", 0, 60, 2, 0)},
			signIns: []string{signIn(20, "a1", 0)}, window: long,
		}, drill.Failed},
		"the log against a record": {scene{
			audits: offOn, records: []string{record("a1", 0, 60, 2, 1)},
			signIns: []string{signIn(20, "a1", 7000112)}, window: long,
		}, drill.Failed},
		"a record that lost its successes": {scene{
			audits: offOn, window: long, signIns: []string{signIn(20, "a1", 7000112)},
			records: []string{without(t, record("a1", 0, 60, 2, 1), `,
		"deniedAttempts":2,"successesAfterGrace":1`)},
		}, drill.Unknown},
		"a record of a success that lost its target": {scene{
			audits: offOn, window: long,
			signIns: []string{signIn(20, "a1", 7000112)},
			records: []string{without(t, record("a1", 0, 60, 2, 1), `"targetId":"a1",`)},
		}, drill.Unknown},
		"blueprint: a child is denied": {scene{audits: offOnPA, signIns: []string{signIn(20, "a2", 7000112)}, window: long}, drill.Proven},
		"blueprint: itself is denied":  {scene{audits: offOnPA, signIns: []string{signIn(20, "pa", 7000112)}, window: long}, drill.Proven},
		"blueprint: a child signs in": {scene{audits: offOnPA, signIns: []string{
			signIn(20, "a1", 7000112), signIn(20, "a2", 0),
		}, window: long}, drill.Failed},
		"blueprint: another's child signs in": {scene{audits: offOnPA, signIns: []string{
			signIn(20, "a1", 7000112), signIn(20, "b1", 0),
		}, window: long}, drill.Proven},
		"blueprint: a child that is gone signs in": {scene{
			audits: offOnPA, signIns: []string{
				signIn(20, "a1", 7000112),
				strings.Replace(signIn(30, "gone", 0), `"status"`, `"agent":{"agentType":"agenticAppInstance","parentAppId":"app-a"},"status"`, 1),
			},
			window: long,
		}, drill.Failed},
		"blueprint: somebody of no known blueprint signs in": {scene{audits: offOnPA, signIns: []string{
			signIn(20, "a1", 7000112), signIn(30, "gone", 0),
		}, window: long}, drill.Unknown},
		"blueprint: a child that lost its blueprint signs in": {scene{
			audits: offOnPA, agents: `{"id":"a1","agentIdentityBlueprintId":"app-a"},{"id":"a2"}`,
			signIns: []string{signIn(20, "a1", 7000112), signIn(30, "a2", 0)}, window: long,
		}, drill.Unknown},
		"blueprint: principal without appId": {scene{
			audits: offOnPA, signIns: []string{signIn(20, "a1", 7000112)}, window: long,
			edit: func(files map[string]string) {
				files["agentIdentityBlueprintPrincipals.json"] = `{"value":[{"id":"pa"}]}`
			},
		}, drill.Unknown},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f := c.scene.facts(t)
			require.Len(t, f.Drills, 1)
			d := f.Drills[0]
			assert.Equal(t, c.want.String(), d.Verdict().String(), d.Doubt)
			untold := d.Stopped == drill.Untold || d.Denied == drill.Untold
			assert.Equal(t, untold, d.Doubt != "", "a doubt where, and only where, an answer is not told")
		})
	}
}

func TestPairing(t *testing.T) {
	failed := strings.Replace(change(30, "a1", "on"), "success", "failure", 1)
	cases := map[string]struct {
		audits []string
		want   []string // disabled-enabled, in minutes
		stop   bool
	}{
		"off, on":                  {offOn, []string{"0-60"}, false},
		"newest first":             {[]string{offOn[1], offOn[0]}, []string{"0-60"}, false},
		"off, off, on":             {[]string{offOn[0], change(30, "a1", "off"), offOn[1]}, []string{"0-60"}, false},
		"off, on, on":              {append([]string{change(70, "a1", "on")}, offOn...), []string{"0-60"}, false},
		"twice":                    {append([]string{change(90, "a1", "off"), change(120, "a1", "on")}, offOn...), []string{"0-60", "90-120"}, false},
		"off only":                 {offOn[:1], nil, true},
		"on only":                  {offOn[1:], nil, false},
		"on, off":                  {[]string{change(0, "a1", "on"), change(60, "a1", "off")}, nil, true},
		"a failed change":          {[]string{offOn[0], failed}, nil, true},
		"a user in between":        {append([]string{change(10, "u1", "off"), change(20, "u1", "on")}, offOn...), []string{"0-60"}, false},
		"of different targets":     {[]string{change(0, "a1", "off"), change(60, "a2", "on")}, nil, true},
		"made enabled, then off":   {[]string{strings.Replace(change(-10, "a1", "on"), "[false]", "[]", 1), offOn[0], offOn[1]}, []string{"0-60"}, false},
		"a change of other things": {append([]string{strings.Replace(change(-10, "a1", "on"), "AccountEnabled", "Tags", 1)}, offOn...), []string{"0-60"}, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f := scene{audits: c.audits, window: long}.facts(t)
			var got []string
			for _, d := range f.Drills {
				got = append(got, fmt.Sprintf("%v-%v", minute(d.Disabled), minute(d.Enabled)))
				assert.Empty(t, d.Doubt)
			}
			assert.Equal(t, c.want, got)
			assert.Equal(t, c.stop, f.Stop(tenant.ParseID("a1")) != nil)
		})
	}
}

func minute(t tenant.Time) int {
	v, _ := t.Get()
	return int(v.Sub(time.Date(2026, 11, 10, 10, 0, 0, 0, time.UTC)).Minutes())
}

// Events that lost what they say must never leave a drill looking better, nor
// an agent looking as if it had never been drilled.
func TestLostEvents(t *testing.T) {
	denied := []string{signIn(20, "a1", 7000112)}
	lost := map[string]func(row string) string{
		"target":   func(row string) string { return without(t, row, `"id":"a1",`) },
		"time":     func(row string) string { return without(t, row, `"activityDateTime":"`+at(0)+`",`) },
		"result":   func(row string) string { return without(t, row, `"result":"success",`) },
		"oldValue": func(row string) string { return without(t, row, `"oldValue":"[true]",`) },
		"newValue": func(row string) string { return without(t, row, `,"newValue":"[false]"`) },
		"name":     func(row string) string { return without(t, row, `"displayName":"AccountEnabled",`) },
		"changes": func(row string) string {
			return row[:strings.Index(row, `,
		"modifiedProperties"`)] + "}]}"
		},
		"targets": func(row string) string {
			return row[:strings.Index(row, `,"targetResources"`)] + "}"
		},
	}
	for name, lose := range lost {
		t.Run("instead of the disable: "+name, func(t *testing.T) {
			s := scene{audits: []string{lose(offOn[0]), offOn[1]}, signIns: denied, window: long}.open(t)
			f := drill.Of(s, grace)
			assert.Empty(t, f.Drills)
			assert.Equal(t, drill.Untold, f.Any())
			assert.NotEmpty(t, f.Missing(s.AgentsByID().First(tenant.ParseID("a1"))))
		})
		t.Run("besides a drill: "+name, func(t *testing.T) {
			another := strings.Replace(lose(offOn[0]), `"id":"e0a1"`, `"id":"another"`, 1)
			f := scene{audits: append([]string{another}, offOn...), signIns: denied, window: long}.facts(t)
			require.Len(t, f.Drills, 1)
			assert.Equal(t, drill.Unknown, f.Drills[0].Verdict())
		})
	}
	t.Run("an event of another kind without its changes", func(t *testing.T) {
		added := `{"id":"e","activityDisplayName":"Add owner to service principal","activityDateTime":"` + at(10) +
			`","result":"success","targetResources":[{"id":"a1"}]}`
		f := scene{audits: append([]string{added}, offOn...), signIns: denied, window: long}.facts(t)
		require.Len(t, f.Drills, 1)
		assert.Equal(t, drill.Proven, f.Drills[0].Verdict())
	})
	t.Run("after a drill", func(t *testing.T) {
		later := without(t, change(90, "a1", "off"), `"oldValue":"[true]",`)
		f := scene{audits: append([]string{later}, offOn...), signIns: denied, window: long}.facts(t)
		require.Len(t, f.Drills, 1)
		assert.Equal(t, drill.Proven, f.Drills[0].Verdict())
	})
	t.Run("one alone makes no drill", func(t *testing.T) {
		s := scene{audits: []string{lost["target"](offOn[0])}, window: long}.open(t)
		f := drill.Of(s, grace)
		assert.Equal(t, drill.No, f.Any())
		assert.Empty(t, f.Missing(s.AgentsByID().First(tenant.ParseID("a1"))))
	})
	t.Run("two may", func(t *testing.T) {
		audits := []string{lost["target"](offOn[0]), without(t, offOn[1], `"id":"a1",`)}
		s := scene{audits: audits, window: long}.open(t)
		f := drill.Of(s, grace)
		assert.Equal(t, drill.Untold, f.Any())
		assert.NotEmpty(t, f.Missing(s.AgentsByID().First(tenant.ParseID("a2"))))
	})
}

func TestDrillOfABlueprintByAgent(t *testing.T) {
	s := scene{audits: offOnPA, window: long, signIns: []string{
		signIn(10, "a1", 0), signIn(20, "a1", 7000112), signIn(25, "a2", 0), signIn(30, "a2", 0),
	}}.open(t)
	f := drill.Of(s, grace)
	a1, a2, b1 := agent(s, "a1"), agent(s, "a2"), agent(s, "b1")
	require.Len(t, f.Reaching(a1), 1)
	require.Len(t, f.Reaching(a2), 1)
	assert.Empty(t, f.Reaching(b1))
	d := f.Reaching(a1)[0]
	assert.Equal(t, drill.Failed, d.Verdict())
	assert.Equal(t, drill.Proven, d.VerdictOn(a1.ID))
	assert.Equal(t, drill.Failed, d.VerdictOn(a2.ID))
	assert.Equal(t, 2, d.Successes)
	assert.Equal(t, at(25), d.SignedIn[a2.ID].CreatedDateTime.String())

	stop, known := d.TimeToStop()
	assert.True(t, known)
	assert.Equal(t, 30*time.Minute, stop)
	recovery, known := d.TimeToRecover()
	assert.True(t, known)
	assert.Equal(t, time.Hour, recovery)
}

func TestARecordDoesNotNameTheChild(t *testing.T) {
	s := scene{records: []string{record("pa", 0, 60, 1, 1)}}.open(t)
	d := drill.Of(s, grace).Reaching(agent(s, "a1"))[0]
	assert.Equal(t, drill.Failed, d.Verdict())
	assert.Equal(t, drill.Unknown, d.VerdictOn(tenant.ParseID("a1")))
	_, known := d.TimeToStop()
	assert.False(t, known)
}

func TestMissing(t *testing.T) {
	orphan := `{"id":"a1","agentIdentityBlueprintId":"app-z"}`
	cases := map[string]struct {
		scene scene
		id    string
		want  bool
	}{
		"a drill of its blueprint is known":        {scene{audits: offOnPA, window: long}, "a1", false},
		"it lost its blueprint, one was drilled":   {scene{audits: offOnPA, window: long, agents: `{"id":"a1"}`}, "a1", true},
		"it lost its blueprint, none was drilled":  {scene{audits: offOn, window: long, agents: `{"id":"a1"}`}, "a1", false},
		"no principal, and a stranger was drilled": {scene{audits: []string{change(0, "x", "off"), change(60, "x", "on")}, agents: orphan}, "a1", true},
		"no principal, and a user was disabled":    {scene{audits: []string{change(0, "u1", "off"), change(60, "u1", "on")}, agents: orphan}, "a1", false},
		"a principal without id, and a stranger was drilled": {scene{
			audits: []string{change(0, "x", "off"), change(60, "x", "on")},
			edit: func(files map[string]string) {
				files["agentIdentityBlueprintPrincipals.json"] = `{"value":[{"appId":"app-a"}]}`
			},
		}, "a1", true},
		"a principal, and a stranger was drilled": {scene{audits: []string{change(0, "x", "off"), change(60, "x", "on")}}, "a1", false},
		"a record without target":                 {scene{records: []string{without(t, record("b1", 0, 60, 1, 0), `"targetId":"b1",`)}}, "a1", true},
		"a record of it without time":             {scene{records: []string{without(t, record("a1", 0, 60, 1, 0), `"disabledDateTime":"`+at(0)+`",`)}}, "a1", true},
		"a record of another without time":        {scene{records: []string{without(t, record("b1", 0, 60, 1, 0), `"disabledDateTime":"`+at(0)+`",`)}}, "a1", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := c.scene.open(t)
			doubt := drill.Of(s, grace).Missing(agent(s, c.id))
			assert.Equal(t, c.want, doubt != "", doubt)
		})
	}
}

func TestARecordOfTheFutureIsNoDrill(t *testing.T) {
	future := strings.ReplaceAll(record("a1", 0, 60, 1, 0), "2026-11-10", "2027-11-10")
	f := scene{records: []string{future}}.facts(t)
	assert.Empty(t, f.Drills)
	assert.Equal(t, drill.Untold, f.Any())
}

func TestNewRecordVouchesForItsDrill(t *testing.T) {
	d := scene{audits: offOn, window: long, signIns: []string{signIn(20, "a1", 7000112), signIn(21, "a1", 7000112)}}.facts(t).Drills[0]
	r, err := d.NewRecord(time.Date(2026, 11, 11, 0, 0, 0, 0, time.UTC), drill.Tool{Name: "ztagent", Version: "1"})
	require.NoError(t, err)
	assert.Equal(t, drill.Record{
		ID: "a1/" + at(0), TargetID: "a1", DisabledDateTime: at(0), EnabledDateTime: at(60),
		DeniedAttempts: 2, VerifiedDateTime: "2026-11-11T00:00:00Z", Tool: drill.Tool{Name: "ztagent", Version: "1"},
	}, r)

	d = scene{audits: offOn}.facts(t).Drills[0]
	_, err = d.NewRecord(time.Time{}, drill.Tool{})
	assert.ErrorIs(t, err, drill.ErrUntold)
	assert.ErrorContains(t, err, "older than the sign-ins")
}

func agent(s *tenant.Snapshot, id string) *tenant.AgentIdentity {
	return s.AgentsByID().First(tenant.ParseID(id))
}
