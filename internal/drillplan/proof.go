package drillplan

import (
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Proof says what to look for during and after a drill. In queries, {T0} stands
// for the time of the disable, RFC 3339 in UTC.
type Proof struct {
	Expect  []string `json:"expect"`
	Queries []Query  `json:"queries"`
}

// Query is one way to look.
type Query struct {
	Title    string `json:"title"`
	Language string `json:"language"` // graph: a request to Microsoft Graph; kql: Log Analytics
	Text     string `json:"text"`
}

// mostIDs is how many ids a KQL query lists.
const mostIDs = 100

func (b *builder) proof() Proof {
	whose := "the agent" + b.orUsers()
	if b.wide() {
		whose = "any of its agents" + b.orUsers() + ", or of the blueprint itself,"
	}
	p := Proof{Expect: []string{
		fmt.Sprintf("At least one attempt that was denied later than %s after the disable: status.errorCode is not 0. For a disabled "+
			"service principal it is %d.", span(b.o.Grace), disabledCode),
		fmt.Sprintf("No successful sign-in (status.errorCode 0) of %s between then and the restore. One is a failed drill.", whose),
		"Two changes in the audit log, with the target's id: AccountEnabled [true] to [false], and back.",
	}}
	p.Queries = append(p.Queries, b.signInQuery())
	if len(b.users) > 0 {
		p.Queries = append(p.Queries, b.userQuery())
	}
	p.Queries = append(p.Queries, Query{
		Title: "The two changes", Language: "graph",
		Text: b.o.Graph + "/v1.0/auditLogs/directoryAudits?$filter=activityDateTime ge {T0} and targetResources/any(t: t/id eq '" + b.id.String() + "')",
	})
	p.Queries = append(p.Queries, b.kql()...)
	return p
}

func (b *builder) orUsers() string {
	if len(b.users) == 0 {
		return ""
	}
	return " or agent users"
}

// signInQuery asks for a blueprint's agents by their kind: the log has no
// documented filter on the parent.
func (b *builder) signInQuery() Query {
	const head = "/beta/auditLogs/signIns?$filter=createdDateTime ge {T0} and signInEventTypes/any(t: t eq 'servicePrincipal') and "
	if !b.wide() {
		return Query{
			Title: "Sign-ins of the agent", Language: "graph",
			Text: b.o.Graph + head + "servicePrincipalId eq '" + b.id.String() + "'",
		}
	}
	title := "Sign-ins of agents and blueprints"
	if b.target.AppID.IsGUID() {
		title += ": keep those with agent.parentAppId or appId " + b.target.AppID.String()
	}
	return Query{
		Title: title, Language: "graph",
		Text: b.o.Graph + head + "(agent/agentType eq 'agenticAppInstance' or agent/agentType eq 'agenticApp')",
	}
}

func (b *builder) userQuery() Query {
	const head = "/beta/auditLogs/signIns?$filter=createdDateTime ge {T0} and signInEventTypes/any(t: t eq 'nonInteractiveUser') and "
	if len(b.users) == 1 && b.users[0].ID.IsGUID() {
		return Query{
			Title: "Sign-ins of its agent user", Language: "graph",
			Text: b.o.Graph + head + "userId eq '" + b.users[0].ID.String() + "'",
		}
	}
	return Query{
		Title: "Sign-ins of agent users: keep those with the ids above", Language: "graph",
		Text: b.o.Graph + head + "agent/agentType eq 'agenticAppInstance'",
	}
}

func (b *builder) kql() []Query {
	ids := []tenant.ID{}
	for _, a := range b.agents {
		ids = append(ids, a.ID)
	}
	if b.wide() {
		ids = append(ids, b.id)
	}
	all := []Query{kqlOf("AADServicePrincipalSignInLogs", "ServicePrincipalId", "ServicePrincipalName", ids)}
	ids = nil
	for _, u := range b.users {
		ids = append(ids, u.ID)
	}
	if len(ids) > 0 {
		all = append(all, kqlOf("AADNonInteractiveUserSignInLogs", "UserId", "UserDisplayName", ids))
	}
	return all
}

func kqlOf(table, column, name string, ids []tenant.ID) Query {
	var quoted []string
	for _, id := range ids {
		if id.IsGUID() {
			quoted = append(quoted, `"`+id.String()+`"`)
		}
	}
	title := "The same in Log Analytics, where " + table + " is exported"
	if len(quoted) > mostIDs {
		title += fmt.Sprintf(" (the first %d of %d ids)", mostIDs, len(quoted))
		quoted = quoted[:mostIDs]
	}
	return Query{Title: title, Language: "kql", Text: strings.Join([]string{
		table,
		"| where TimeGenerated >= datetime({T0})",
		"| where " + column + " in (" + strings.Join(quoted, ", ") + ")",
		"| project TimeGenerated, " + name + ", ResultType, ResultDescription, ResourceDisplayName, IPAddress",
		"| order by TimeGenerated asc",
	}, "\n")}
}
