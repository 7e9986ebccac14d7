package graphtest

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/tenant"
)

// member returns an object member, or nil.
func (o object) member(name string) object {
	raw := o[name]
	if isNull(raw) || raw.Kind() != '{' {
		return nil
	}
	var inner object
	if err := json.Unmarshal(raw, &inner); err != nil {
		return nil
	}
	return inner
}

// viewPolicy hides what only beta shows of a Conditional Access policy.
func viewPolicy(version string, o object) object {
	if version == "beta" {
		return o
	}
	if conditions := o.member("conditions"); conditions != nil {
		conditions = conditions.without("agentIdRiskLevels")
		if clients := conditions.member("clientApplications"); clients != nil {
			conditions = conditions.with("clientApplications", clients.without("includeAgentIdServicePrincipals",
				"excludeAgentIdServicePrincipals", "agentIdServicePrincipalFilter"))
		}
		o = o.with("conditions", conditions)
	}
	if session := o.member("sessionControls"); session != nil {
		o = o.with("sessionControls", session.without("continuousAccessEvaluation"))
	}
	return o
}

func viewFederatedCredential(version string, o object) object {
	if version == "beta" {
		return o
	}
	return o.without("claimsMatchingExpression")
}

func viewBlueprint(version string, o object) object {
	credentials, ok := o.list("federatedIdentityCredentials")
	if version == "beta" || !ok {
		return o
	}
	for i := range credentials {
		credentials[i] = viewFederatedCredential(version, credentials[i])
	}
	return o.with("federatedIdentityCredentials", credentials)
}

func viewRole(version string, o object) object {
	if version == "beta" {
		return o
	}
	return o.without("isPrivileged")
}

func viewSignIn(version string, o object) object {
	if version == "beta" {
		return o
	}
	return o.without("agent", "signInEventTypes", "servicePrincipalId", "servicePrincipalName", "clientCredentialType", "federatedCredentialId")
}

// withAgentTag gives a classic agent that lost its tags the one by which it was
// once found.
func withAgentTag(s *Server, o object) object {
	if _, classic := s.data.byID(tenant.DatasetClassicAgents, o.text("id")); !classic {
		return o
	}
	var tags []string
	if raw, ok := o["tags"]; ok && raw.Kind() == '[' {
		if err := json.Unmarshal(raw, &tags); err != nil {
			tags = nil
		}
	}
	return o.with("tags", append(tags, "AgenticInstance"))
}

// withSignInDefaults adds what Graph has on every sign-in.
func withSignInDefaults(_ *Server, o object) object {
	if o["signInEventTypes"] == nil {
		kind := "servicePrincipal"
		if o.text("userId") != "" {
			kind = "nonInteractiveUser"
		}
		o = o.with("signInEventTypes", []string{kind})
	}
	if agent := o.member("agent"); agent == nil || agent.text("agentType") == "" {
		if agent == nil {
			agent = object{}
		}
		o = o.with("agent", agent.with("agentType", "agenticAppInstance"))
	}
	if o.text("createdDateTime") == "" {
		o = o.with("createdDateTime", "9999-12-31T00:00:00Z")
	}
	return o
}

func withAuditDefaults(_ *Server, o object) object {
	if o.text("loggedByService") == "" {
		o = o.with("loggedByService", "Core Directory")
	}
	if o.text("activityDateTime") == "" {
		o = o.with("activityDateTime", "9999-12-31T00:00:00Z")
	}
	return o
}

// servicePrincipals is every service principal the snapshot knows, each once.
func servicePrincipals(s *Server, c call, _ []string) ([]object, *answer) {
	if strings.Contains(c.query, "tags") {
		if gap := s.data.gaps[tenant.DatasetClassicAgents]; gap != nil {
			return nil, gap
		}
	} else if gap := s.data.gaps[tenant.DatasetResourceServicePrincipals]; gap != nil {
		return nil, gap
	}
	var rows []object
	at := map[string]int{}
	add := func(d tenant.Dataset, odataType string) {
		for _, o := range s.data.lists[d] {
			if odataType != "" {
				o = o.with("@odata.type", odataType)
			}
			o = o.without("sponsors", "owners")
			if i, known := at[o.id()]; known && o.id() != "" {
				for name, value := range o {
					rows[i] = rows[i].without()
					rows[i][name] = value
				}
				continue
			}
			at[o.id()] = len(rows)
			rows = append(rows, o)
		}
	}
	add(tenant.DatasetClassicAgents, "")
	add(tenant.DatasetResourceServicePrincipals, "")
	add(tenant.DatasetAgentIdentities, "#microsoft.graph.agentIdentity")
	add(tenant.DatasetAgentIdentityBlueprintPrincipals, "#microsoft.graph.agentIdentityBlueprintPrincipal")
	return rows, nil
}

// expandAgent expands what the snapshot keeps in datasets of their own.
func expandAgent(s *Server, c call, o object, relation string) ([]object, *answer) {
	switch relation {
	case "appRoleAssignments":
		items, bad := assignmentsOf(s, c, []string{o.id()})
		if bad != nil && s.data.gaps[tenant.DatasetAppRoleAssignments] != nil {
			return nil, bad
		}
		return items, nil
	case "memberOf":
		if gap := s.data.gaps[tenant.DatasetGroupMemberships]; gap != nil {
			return nil, gap
		}
		items, _ := memberships(s, c, []string{o.id()}) // no row: not shown
		if items == nil {
			return nil, nil
		}
		return s.direct(items), nil
	}
	return nil, nil
}

// assignmentsOf lists the app roles of one principal. It is never nil without an
// error.
func assignmentsOf(s *Server, _ call, ids []string) ([]object, *answer) {
	d := tenant.DatasetAppRoleAssignments
	if gap := s.data.gaps[d]; gap != nil {
		return nil, gap
	}
	if gap := s.data.relationGaps[relationKey{d, strings.ToLower(ids[0]), "appRoleAssignments"}]; gap != nil {
		return nil, gap
	}
	return append([]object{}, s.data.with(d, "principalId", ids[0])...), nil
}

func memberships(s *Server, _ call, ids []string) ([]object, *answer) {
	row, ok := s.data.byID(tenant.DatasetGroupMemberships, ids[0])
	if !ok {
		return nil, deniedDirectory.answer(nil)
	}
	items, ok := row.list("transitiveMemberOf")
	if !ok {
		return nil, deniedDirectory.answer(nil)
	}
	if items == nil {
		items = []object{}
	}
	return items, nil
}

// direct drops the memberships that come through another one.
func (s *Server) direct(items []object) []object {
	through := map[string]bool{}
	for _, o := range items {
		for _, id := range s.above(o.id()) {
			through[id] = true
		}
	}
	return slices.DeleteFunc(items, func(o object) bool { return through[o.id()] })
}

// above returns the ids of the groups that group is in, nested ones too.
func (s *Server) above(group string) []string {
	var all []string
	for _, parent := range s.options.Nested[group] {
		all = append(all, strings.ToLower(parent))
		all = append(all, s.above(strings.ToLower(parent))...)
	}
	return all
}

func groupMemberships(s *Server, _ call, ids []string) ([]object, *answer) {
	rows := []object{}
	for _, id := range s.above(strings.ToLower(ids[0])) {
		rows = append(rows, s.group(id))
	}
	return rows, nil
}

// group finds a group as it stands in any membership.
func (s *Server) group(id string) object {
	for _, row := range s.data.lists[tenant.DatasetGroupMemberships] {
		items, _ := row.list("transitiveMemberOf")
		for _, o := range items {
			if o.id() == id {
				return o
			}
		}
	}
	return object{}.with("id", id).with("@odata.type", "#microsoft.graph.group")
}

// groupMembers shows as many members as the snapshot counts.
func groupMembers(s *Server, _ call, ids []string) ([]object, *answer) {
	o, ok := s.data.byID(tenant.DatasetDirectoryObjects, ids[0])
	if !ok {
		return nil, notFound()
	}
	raw := o["members@odata.count"]
	if isNull(raw) {
		return nil, deniedDirectory.answer(nil)
	}
	var n int
	if err := json.Unmarshal(raw, &n); err != nil || n < 0 || n > 1_000_000 {
		return nil, deniedDirectory.answer(nil)
	}
	rows := make([]object, n)
	for i := range rows {
		rows[i] = object{"id": jsontext.Value(`"00000000-0000-4000-8000-000000000000"`)}
	}
	return rows, nil
}

func users(s *Server, _ call, _ []string) ([]object, *answer) {
	rows := append([]object(nil), s.data.lists[tenant.DatasetAgentUsers]...)
	for _, o := range s.data.lists[tenant.DatasetDirectoryObjects] {
		if strings.EqualFold(o.text("@odata.type"), "#microsoft.graph.user") && isNull(o["deletedDateTime"]) {
			rows = append(rows, o)
		}
	}
	return rows, nil
}

func getByIDs(s *Server, c call, _ []string) ([]object, *answer) {
	if gap := s.data.gaps[tenant.DatasetDirectoryObjects]; gap != nil {
		return nil, gap
	}
	var asked struct {
		IDs   []string `json:"ids"`
		Types []string `json:"types"`
	}
	if err := json.Unmarshal(c.body, &asked); err != nil || len(asked.IDs) == 0 || len(asked.IDs) > 1000 {
		return nil, graphError(400, "Request_BadRequest", "The ids must be 1 to 1000.")
	}
	rows := []object{}
	for _, id := range asked.IDs {
		o, ok := s.data.byID(tenant.DatasetDirectoryObjects, id)
		if !ok || !isNull(o["deletedDateTime"]) || s.purged(o.id()) {
			continue
		}
		if s.options.Quirks.ThinUsers && strings.EqualFold(o.text("@odata.type"), "#microsoft.graph.user") {
			o = o.without("accountEnabled", "userType")
		}
		rows = append(rows, o.without("members@odata.count"))
	}
	return rows, nil
}

// deletedItem tells a deleted object from one that nobody knows about.
func deletedItem(s *Server, _ call, ids []string) ([]object, *answer) {
	o, ok := s.data.byID(tenant.DatasetDirectoryObjects, ids[0])
	switch {
	case s.purged(ids[0]):
		return nil, notFound()
	case !ok:
		return nil, deniedDirectory.answer(nil)
	case isNull(o["deletedDateTime"]):
		return nil, notFound()
	}
	return []object{o}, nil
}

func federatedCredentials(s *Server, c call, ids []string) ([]object, *answer) {
	d := tenant.DatasetAgentIdentityBlueprints
	if _, ok := s.data.byID(d, ids[0]); !ok {
		d = tenant.DatasetClassicAgentApplications
	}
	return relation(d, "federatedIdentityCredentials")(s, c, ids)
}

func workflow(s *Server, c call, ids []string) ([]object, *answer) {
	rows, bad := one(tenant.DatasetLifecycleWorkflows)(s, c, ids)
	if bad != nil {
		return nil, bad
	}
	if gap := s.data.relationGaps[relationKey{tenant.DatasetLifecycleWorkflows, rows[0].id(), "tasks"}]; gap != nil {
		return nil, gap
	}
	return rows, nil
}

func lifecycleSubjects(s *Server, _ call, ids []string) ([]object, *answer) {
	if gap := s.data.gaps[tenant.DatasetLifecycleSubjects]; gap != nil {
		return nil, gap
	}
	rows := []object{}
	for _, o := range s.data.lists[tenant.DatasetLifecycleSubjects] {
		if strings.EqualFold(o.text("policyId"), ids[0]) {
			rows = append(rows, o.without("policyId"))
		}
	}
	return rows, nil
}

// cutRelation reports a relation of which the snapshot does not have the end.
func (d *data) cutRelation(name tenant.Dataset, o object, relation string, n int) bool {
	const expandCap = 20
	return o[relation+"@odata.nextLink"] != nil || n == expandCap && !d.fullRelations[name]
}

func decodeObject(body []byte) (object, bool) {
	var o object
	err := json.Unmarshal(body, &o)
	return o, err == nil
}
