package graphtest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tiny is a tenant of three agents, one with 21 sponsors.
func tiny() fstest.MapFS {
	var sponsors []string
	for i := range 21 {
		sponsors = append(sponsors, fmt.Sprintf(`{"@odata.type":"#microsoft.graph.user","id":"5%035d"}`, i))
	}
	files := map[string]string{
		"organization": `{"value":[{"id":"` + TenantID + `","displayName":"Contoso"}]}`,
		"agentIdentities": `{"value":[
			{"id":"a1","displayName":"One","accountEnabled":true,"sponsors":[` + strings.Join(sponsors, ",") + `],"owners":[]},
			{"id":"a2","displayName":"Two","sponsors":[],"customSecurityAttributes":{"S":{"A":"x"}}},
			{"id":"a3","displayName":"Three","sponsors":[]}]}`,
		"conditionalAccessPolicies": `{"value":[{"id":"p","conditions":{"agentIdRiskLevels":"high","users":{},
			"clientApplications":{"includeAgentIdServicePrincipals":["All"]}}}]}`,
		"appRoleAssignments": `{"value":[{"id":"x","principalId":"A1","appRoleId":"r","resourceId":"g"}]}`,
		"groupMemberships":   `{"value":[{"id":"a1","transitiveMemberOf":[{"id":"g1"},{"id":"g2"}]}]}`,
		"directoryObjects":   `{"value":[{"id":"u1","@odata.type":"#microsoft.graph.user","accountEnabled":true},{"id":"u2","deletedDateTime":"2026-01-01T00:00:00Z"}]}`,
		"riskyAgents":        `{"error":{"code":"Forbidden","message":"Your tenant is not licensed for this feature."}}`,
		"signIns":            `{"value":[{"id":"s1","createdDateTime":"2026-11-20T00:00:00Z","servicePrincipalId":"a1"},{"id":"s2","createdDateTime":"2026-11-21T00:00:00Z","userId":"u"}]}`,
		"diagnosticSettings": `{"value":[{"id":"d","name":"to-soc"}]}`,
	}
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name+".json"] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

type reply struct {
	status int
	header http.Header
	body   object
}

func (r reply) ids() []string {
	rows, _ := r.body.list("value")
	var ids []string
	for _, o := range rows {
		ids = append(ids, o.text("id"))
	}
	return ids
}

func (r reply) code() string { return r.body.member("error").text("code") }

func ask(t *testing.T, method, url, token, body string, header ...string) reply {
	t.Helper()
	req, err := http.NewRequest(method, url, bytes.NewBufferString(body))
	require.NoError(t, err)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	r := reply{status: res.StatusCode, header: res.Header}
	require.NoError(t, json.Unmarshal(data, &r.body), "%s", data)
	return r
}

func TestPagesSelectAndExpand(t *testing.T) {
	s := Start(t, Options{Snapshot: tiny(), PageCap: 2})
	first := ask(t, "GET", s.URL+"/v1.0"+agentCast+"?$select=id&$expand=sponsors($select=id)", s.Token(), "")
	assert.Equal(t, []string{"a1", "a2"}, first.ids())
	rows, _ := first.body.list("value")
	assert.NotContains(t, rows[0], "displayName")
	assert.NotContains(t, rows[0], "owners")
	sponsors, _ := rows[0].list("sponsors")
	assert.Len(t, sponsors, 20, "the silent cap")
	assert.Equal(t, "#microsoft.graph.user", sponsors[0].text("@odata.type"))

	next := ask(t, "GET", first.body.text("@odata.nextLink"), s.Token(), "")
	assert.Equal(t, []string{"a3"}, next.ids())
	assert.NotContains(t, next.body, "@odata.nextLink")

	full := ask(t, "GET", s.URL+"/v1.0/servicePrincipals/a1/microsoft.graph.agentIdentity/sponsors?$top=999", s.Token(), "")
	assert.Len(t, full.ids(), 2, "the page cap of this test")

	two := ask(t, "GET", s.URL+"/v1.0"+agentCast+"?$expand=sponsors,owners", s.Token(), "")
	assert.Equal(t, 400, two.status)
	assert.Equal(t, "Request_UnsupportedQuery", two.code())
}

func TestVersionsDiffer(t *testing.T) {
	s := Start(t, Options{Snapshot: tiny()})
	path := "/identity/conditionalAccess/policies"
	beta := ask(t, "GET", s.URL+"/beta"+path, s.Token(), "")
	v1 := ask(t, "GET", s.URL+"/v1.0"+path, s.Token(), "")
	assert.Contains(t, string(beta.body["value"]), "agentIdRiskLevels")
	assert.NotContains(t, string(v1.body["value"]), "gentId")
	assert.Contains(t, beta.body.text("@odata.context"), "/beta/$metadata#identity/conditionalAccess/policies")
	none := ask(t, "GET", s.URL+"/v1.0/identityProtection/riskyAgents", s.Token(), "")
	assert.Equal(t, "BadRequest", none.code())
	assert.Equal(t, "Forbidden", ask(t, "GET", s.URL+"/beta/identityProtection/riskyAgents", s.Token(), "").code())
}

func TestPermissionsAreChecked(t *testing.T) {
	s := Start(t, Options{Snapshot: tiny()})
	url := s.URL + "/v1.0" + agentCast
	assert.Equal(t, 200, ask(t, "GET", url, s.Token("AgentIdentity.Read.All"), "").status)
	assert.Equal(t, "Authorization_RequestDenied", ask(t, "GET", url, s.Token("Directory.Read.All"), "").code())
	assert.Equal(t, 403, ask(t, "GET", url, s.UserToken("AgentIdentity.Read.All", "Directory.AccessAsUser.All"), "").status)
	assert.Equal(t, 403, ask(t, "GET", url+"?$select=id,customSecurityAttributes", s.Token("AgentIdentity.Read.All"), "").status)
	assert.Equal(t, "InvalidAuthenticationToken", ask(t, "GET", url, "", "").code())
	assert.Equal(t, 401, ask(t, "GET", url, s.TokenFor("11111111-0000-4000-8000-000000000000", ClientID, EveryRole()...), "").status)
	token := s.Token()
	assert.Equal(t, 200, ask(t, "GET", url, token, "").status)
	s.Revoke(token)
	assert.Equal(t, 401, ask(t, "GET", url, token, "").status)
	logs := ask(t, "GET", s.URL+"/beta/auditLogs/signIns", s.Token("Directory.Read.All"), "")
	assert.Equal(t, "Authentication_MSGraphPermissionMissing", logs.code())
	azure := ask(t, "GET", s.URL+"/providers/microsoft.aadiam/diagnosticSettings?api-version=2017-04-01", s.Token("x"), "")
	assert.Equal(t, "AuthorizationFailed", azure.code())
	azure = ask(t, "GET", s.URL+"/providers/microsoft.aadiam/diagnosticSettings?api-version=2017-04-01", s.Token(AzureReader), "")
	assert.Equal(t, []string{"d"}, azure.ids())
}

func TestBatchAnswersEachPart(t *testing.T) {
	s := Start(t, Options{Snapshot: tiny(), Faults: []*Fault{{Kind: Throttle, Path: "a2", Parts: true, Times: 1}}})
	r := ask(t, "POST", s.URL+"/v1.0/$batch", s.Token(), `{"requests":[
		{"id":"1","method":"GET","url":"/servicePrincipals/a1/appRoleAssignments"},
		{"id":"2","method":"GET","url":"/servicePrincipals/a2/appRoleAssignments"},
		{"id":"3","method":"GET","url":"/no/such/thing"}]}`, "Content-Type", "application/json")
	parts, _ := r.body.list("responses")
	require.Len(t, parts, 3)
	status := map[string]string{}
	for _, p := range parts {
		status[p.text("id")] = string(p["status"])
	}
	assert.Equal(t, map[string]string{"1": "200", "2": "429", "3": "400"}, status)
	assert.Equal(t, 1, s.Count())
	assert.Len(t, s.Requests(), 4)
}

func TestDirectoryObjects(t *testing.T) {
	s := Start(t, Options{Snapshot: tiny(), Nested: map[string][]string{"g1": {"g2"}}})
	r := ask(t, "POST", s.URL+"/v1.0/directoryObjects/getByIds", s.Token(), `{"ids":["U1","u2","u3"]}`)
	assert.Equal(t, []string{"u1"}, r.ids())
	assert.Equal(t, "u2", ask(t, "GET", s.URL+"/v1.0/directory/deletedItems/u2", s.Token(), "").body.text("id"))
	assert.Equal(t, 404, ask(t, "GET", s.URL+"/v1.0/directory/deletedItems/u1", s.Token(), "").status)
	assert.Equal(t, 403, ask(t, "GET", s.URL+"/v1.0/directory/deletedItems/u3", s.Token(), "").status)

	r = ask(t, "GET", s.URL+"/v1.0"+agentCast+"?$select=id&$expand=memberOf", s.Token(), "")
	rows, _ := r.body.list("value")
	direct, _ := rows[0].list("memberOf")
	require.Len(t, direct, 1)
	assert.Equal(t, "g1", direct[0].id())
	assert.NotContains(t, rows[1], "memberOf", "the snapshot has no row for it")
	assert.Equal(t, []string{"g2"}, ask(t, "GET", s.URL+"/v1.0/groups/g1/transitiveMemberOf", s.Token(), "").ids())
}

func TestSignInsShowOneKindAtATime(t *testing.T) {
	s := Start(t, Options{Snapshot: tiny()})
	get := func(filter string) []string {
		return ask(t, "GET", s.URL+"/beta/auditLogs/signIns?$filter="+strings.ReplaceAll(filter, " ", "%20"), s.Token(), "").ids()
	}
	assert.Equal(t, []string{"s1"}, get("createdDateTime ge 2026-11-01T00:00:00Z and signInEventTypes/any(t: t eq 'servicePrincipal')"))
	assert.Empty(t, get("createdDateTime ge 2026-11-21T00:00:00Z and signInEventTypes/any(t: t eq 'servicePrincipal')"))
	assert.Equal(t, []string{"s2"}, get("signInEventTypes/any(t: t eq 'nonInteractiveUser') and agent/agentType eq 'agenticAppInstance'"))
}

// recorder stands in for testing.T where the server is to complain.
type recorder struct {
	*testing.T
	complaints []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.complaints = append(r.complaints, fmt.Sprintf(format, args...))
}

func TestWritesAreReported(t *testing.T) {
	r := &recorder{T: t}
	s := Start(r, Options{Snapshot: tiny()})
	assert.Equal(t, 405, ask(t, "PATCH", s.URL+"/v1.0/servicePrincipals/a1", s.Token(), `{}`).status)
	ask(t, "POST", s.URL+"/v1.0/$batch", s.Token(), `{"requests":[{"id":"1","method":"DELETE","url":"/servicePrincipals/a1"}]}`)
	assert.Equal(t, []string{
		"a request that writes reached the server: PATCH /servicePrincipals/a1",
		"a request that writes reached the server: DELETE /servicePrincipals/a1",
	}, r.complaints)
}

func TestBudgetAndRates(t *testing.T) {
	s := Start(t, Options{Snapshot: tiny(), Budget: &Budget{Units: 3}, Rates: true})
	url := s.URL + "/v1.0/oauth2PermissionGrants"
	assert.Equal(t, 404, ask(t, "GET", url, s.Token(), "").status, "two units")
	r := ask(t, "GET", url, s.Token(), "")
	assert.Equal(t, 429, r.status)
	assert.NotEmpty(t, r.header.Get("Retry-After"))
	policies := s.URL + "/beta/identity/conditionalAccess/policies"
	assert.Equal(t, 200, ask(t, "GET", policies, s.Token(), "").status)
	r = ask(t, "GET", policies, s.Token(), "")
	assert.Equal(t, 429, r.status)
	assert.Empty(t, r.header.Get("Retry-After"))
}
