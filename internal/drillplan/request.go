package drillplan

import (
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Request is one request to Microsoft Graph that somebody else sends. URL and
// Body hold ids that are GUIDs and nothing else of the tenant, so that a shell
// may be given them.
type Request struct {
	Title  string `json:"title"`
	Method string `json:"method"`
	URL    string `json:"url"`
	Body   string `json:"body,omitzero"`
	// Permission is the least one, application or delegated.
	Permission string `json:"permission"`
	// Roles are the directory roles with which a person may send it.
	Roles      []string `json:"roles"`
	AzureCLI   string   `json:"azureCli"`
	PowerShell string   `json:"powerShell"`
	Note       string   `json:"note,omitzero"`
}

// The least permissions of what a plan may hold.
const (
	permissionAgent     = "AgentIdentity.EnableDisable.All"
	permissionPrincipal = "AgentIdentityBlueprintPrincipal.EnableDisable.All"
	permissionSessions  = "User.RevokeSessions.All"
	permissionRisk      = "IdentityRiskyAgent.ReadWrite.All"
)

// request completes a Request with the ways to send it.
func (o *Options) request(r Request) Request {
	r.URL = o.Graph + r.URL
	az := []string{"az rest --method " + r.Method, `--url "` + r.URL + `"`}
	ps := []string{"Invoke-MgGraphRequest -Method " + r.Method, "-Uri '" + r.URL + "'"}
	if r.Body != "" {
		az = append(az, `--headers "Content-Type=application/json"`, "--body '"+r.Body+"'")
		ps = append(ps, "-ContentType 'application/json'", "-Body '"+r.Body+"'")
	}
	r.AzureCLI, r.PowerShell = strings.Join(az, " "), strings.Join(ps, " ")
	return r
}

// switchAgent enables or disables an agent identity.
func (o *Options) switchAgent(title string, id tenant.ID, on bool) Request {
	return o.request(Request{
		Title: title, Method: "PATCH", URL: "/v1.0/servicePrincipals/" + id.String() + "/microsoft.graph.agentIdentity",
		Body: fmt.Sprintf(`{"accountEnabled": %t}`, on), Permission: permissionAgent, Roles: disablingRoles(),
	})
}

// switchPrincipal enables or disables a blueprint principal.
func (o *Options) switchPrincipal(title string, id tenant.ID, on bool) Request {
	return o.request(Request{
		Title: title, Method: "PATCH",
		URL:  "/v1.0/servicePrincipals/" + id.String() + "/microsoft.graph.agentIdentityBlueprintPrincipal",
		Body: fmt.Sprintf(`{"accountEnabled": %t}`, on), Permission: permissionPrincipal, Roles: disablingRoles(),
	})
}

// revoke ends the sessions of an agent user.
func (o *Options) revoke(title string, id tenant.ID) Request {
	return o.request(Request{
		Title: title, Method: "POST", URL: "/v1.0/users/" + id.String() + "/revokeSignInSessions",
		Permission: permissionSessions, Roles: []string{"Global Administrator", "User Administrator"},
	})
}

// riskPage is how many agents one request names; Graph documents no limit, and
// the same action on users takes 60.
const riskPage = 50

// risk sends one of the actions confirmCompromised and confirmSafe for agents.
func (o *Options) risk(title, action, note string, ids []tenant.ID) []Request {
	var all []Request
	for first := 0; first < len(ids); first += riskPage {
		some := ids[first:min(first+riskPage, len(ids))]
		quoted := make([]string, len(some))
		for i, id := range some {
			quoted[i] = `"` + id.String() + `"`
		}
		r := Request{
			Title: title, Method: "POST", URL: "/beta/identityProtection/riskyAgents/" + action,
			Body:       `{"agentIds": [` + strings.Join(quoted, ", ") + `]}`,
			Permission: permissionRisk, Roles: confirmingRoles(), Note: note,
		}
		if first > 0 {
			r.Note = ""
		}
		if len(ids) > riskPage {
			r.Title = fmt.Sprintf("%s (%d to %d of %d)", title, first+1, first+len(some), len(ids))
		}
		all = append(all, o.request(r))
	}
	return all
}
