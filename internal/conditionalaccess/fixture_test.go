package conditionalaccess

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Ids of the small tenant in which policies are tried.
const (
	finance          = "00000000-0000-0000-0000-0000000000a1" // Stage Approved
	payroll          = "00000000-0000-0000-0000-0000000000a2" // no attribute was ever set
	unread           = "00000000-0000-0000-0000-0000000000a3" // attributes not returned
	orphan           = "00000000-0000-0000-0000-0000000000a4" // no blueprint principal
	blueprint        = "00000000-0000-0000-0000-0000000000b1" // appId of all but orphan's
	principal        = "00000000-0000-0000-0000-0000000000c1"
	otherPrincipal   = "00000000-0000-0000-0000-0000000000c2"
	stranger         = "00000000-0000-0000-0000-0000000000ff"
	agentUser        = "00000000-0000-0000-0000-0000000000d1"
	group            = "00000000-0000-0000-0000-0000000000e1"
	role             = "00000000-0000-0000-0000-0000000000e2"
	clients          = "conditions/clientApplications/"
	included         = clients + "includeAgentIdServicePrincipals"
	excluded         = clients + "excludeAgentIdServicePrincipals"
	includedServices = clients + "includeServicePrincipals"
	excludedServices = clients + "excludeServicePrincipals"
	filterProperty   = clients + "agentIdServicePrincipalFilter"
)

// edit is a change to the policy that blocks all agents on all resources.
type edit map[string]any

// gone takes a property away: not returned, which is not the same as null.
var gone = &struct{}{}

func strs(items ...string) []any {
	list := make([]any, len(items))
	for i, item := range items {
		list[i] = item
	}
	return list
}

func filter(mode, rule string) map[string]any { return map[string]any{"mode": mode, "rule": rule} }

// blockAll is a policy with every property that Graph returns.
const blockAll = `{"id":"00000000-0000-0000-0000-000000000001","displayName":"Block agents","state":"enabled",
 "conditions":{"clientAppTypes":["all"],"userRiskLevels":[],"signInRiskLevels":[],"servicePrincipalRiskLevels":[],
  "agentIdRiskLevels":null,"platforms":null,"locations":null,"devices":null,"authenticationFlows":null,"insiderRiskLevels":null,
  "users":{"includeUsers":["None"],"excludeUsers":[],"includeGroups":[],"excludeGroups":[],"includeRoles":[],"excludeRoles":[],
   "includeGuestsOrExternalUsers":null},
  "applications":{"includeApplications":["All"],"excludeApplications":[],"includeUserActions":[],"applicationFilter":null},
  "clientApplications":{"includeServicePrincipals":[],"excludeServicePrincipals":[],"servicePrincipalFilter":null,
   "includeAgentIdServicePrincipals":["All"],"excludeAgentIdServicePrincipals":[],"agentIdServicePrincipalFilter":null}},
 "grantControls":{"operator":"OR","builtInControls":["block"],"customAuthenticationFactors":[],"termsOfUse":[],"authenticationStrength":null},
 "sessionControls":null}`

func policy(t testing.TB, changes edit) map[string]any {
	t.Helper()
	var p map[string]any
	require.NoError(t, json.Unmarshal([]byte(blockAll), &p))
	// The whole of an object after its parts, so that an edit may replace another.
	paths := slices.SortedFunc(maps.Keys(changes), func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	for _, path := range paths {
		value, at := changes[path], p
		names := strings.Split(path, "/")
		for _, name := range names[:len(names)-1] {
			at = at[name].(map[string]any)
		}
		last := names[len(names)-1]
		if value == gone {
			delete(at, last)
		} else {
			at[last] = value
		}
	}
	return p
}

const smallTenant = `{"value":[
 {"id":"` + finance + `","displayName":"Finance","accountEnabled":true,"disabledByMicrosoftStatus":null,"agentIdentityBlueprintId":"` + blueprint + `",
  "customSecurityAttributes":{"AgentInfo":{"Stage":"Approved"}}},
 {"id":"` + payroll + `","displayName":"Payroll","accountEnabled":true,"disabledByMicrosoftStatus":null,"agentIdentityBlueprintId":"` + blueprint + `",
  "customSecurityAttributes":null},
 {"id":"` + unread + `","displayName":"Unread","accountEnabled":true,"disabledByMicrosoftStatus":null,"agentIdentityBlueprintId":"` + blueprint + `"},
 {"id":"` + orphan + `","displayName":"Orphan","accountEnabled":true,"disabledByMicrosoftStatus":null,"agentIdentityBlueprintId":"` + stranger + `",
  "customSecurityAttributes":null}]}`

// snapshot is the small tenant with these policies; files replaces datasets.
func snapshot(t testing.TB, files map[string]string, policies ...edit) *tenant.Snapshot {
	t.Helper()
	var list []any
	for _, changes := range policies {
		p := policy(t, changes)
		if len(list) > 0 && changes["id"] == nil {
			p["id"] = fmt.Sprintf("00000000-0000-0000-0000-%012d", len(list)+1)
		}
		list = append(list, p)
	}
	text, err := json.Marshal(map[string]any{
		"@odata.context": "https://graph.microsoft.com/beta/$metadata#identity/conditionalAccess/policies", "value": list,
	})
	require.NoError(t, err)
	all := map[string]string{
		"agentIdentities": smallTenant,
		"agentIdentityBlueprintPrincipals": `{"value":[{"id":"` + principal + `","appId":"` + blueprint + `"},
			{"id":"` + otherPrincipal + `","appId":"00000000-0000-0000-0000-0000000000b2"}]}`,
		"agentUsers":                `{"value":[{"id":"` + agentUser + `","displayName":"Mailbox","accountEnabled":true}]}`,
		"conditionalAccessPolicies": string(text),
		"groupMemberships":          `{"value":[{"id":"` + agentUser + `","transitiveMemberOf":[]}]}`,
		"roleAssignments":           `{"value":[]}`,
	}
	for name, content := range files {
		all[name] = content
	}
	fsys := fstest.MapFS{}
	for name, content := range all {
		fsys[name+".json"] = &fstest.MapFile{Data: []byte(content)}
	}
	s, err := tenant.OpenFS(fsys, "test")
	require.NoError(t, err)
	_, gap := s.Gap(tenant.DatasetConditionalAccessPolicies)
	require.False(t, gap)
	return s
}

func agent(t *testing.T, s *tenant.Snapshot, id string) *tenant.AgentIdentity {
	t.Helper()
	a := s.AgentsByID().First(tenant.ParseID(id))
	require.NotNil(t, a, id)
	return a
}
