# The three rules in Rego, by index: every policy and list is worked out once,
# and each agent is looked up in sets. Of an agent only the properties that
# decide are looked at, so that the store need not turn the rest into terms.
package ztagent

about := data.manifest

blueprints := data.blueprints.value

is_blueprint := {b.appId | some b in blueprints}

applications := [a | some a in data.applications.value; not a.appId in is_blueprint]

application_of := {a.appId: a | some a in applications}

app_id_of := {p.id: p.appId | some p in data.principals.value}

finding contains concat("\t", ["client-secret", b.id]) if {
	some b in blueprints
	secret(b)
}

finding contains concat("\t", ["client-secret", c.id]) if {
	some c in data.classic.value
	active(c)
	object.get(c, "appOwnerOrganizationId", null) in {null, about.tenantId}
	secret(application_of[c.appId])
}

finding contains concat("\t", ["shared-certificate", b.id]) if {
	some b in blueprints
	some key in b.keyCredentials
	count(owners[key.customKeyIdentifier]) > 1
}

owners[mark] contains owner.id if {
	some list in [blueprints, applications]
	some owner in list
	some key in owner.keyCredentials
	mark := key.customKeyIdentifier
	mark != null
}

# A secret that has not expired.
secret(holder) if {
	some password in holder.passwordCredentials
	unexpired(password)
}

secret(holder) if {
	some key in holder.keyCredentials
	key.type == "Symmetric"
	unexpired(key)
}

unexpired(credential) if object.get(credential, "endDateTime", null) == null

unexpired(credential) if credential.endDateTime > about.takenAt

active(principal) if {
	principal.accountEnabled
	object.get(principal, "disabledByMicrosoftStatus", null) in {null, "NotDisabled"}
}

# Policies that block on all resources and have no condition but risk.
covering := [p |
	some policy in data.policies.value
	policy.state == "enabled"
	"block" in policy.grantControls.builtInControls
	conditions := policy.conditions
	"All" in conditions.applications.includeApplications
	every id in conditions.applications.excludeApplications {
		id == "fb60f99c-7a34-4190-8149-302f77469936"
	}
	conditions.applications.applicationFilter == null
	"all" in conditions.clientAppTypes
	every name in ["locations", "platforms", "devices", "authenticationFlows", "insiderRiskLevels"] {
		object.get(conditions, name, null) == null
	}
	clients := conditions.clientApplications
	clients != null
	include := lists(clients, ["includeAgentIdServicePrincipals", "includeServicePrincipals"])
	exclude := lists(clients, ["excludeAgentIdServicePrincipals", "excludeServicePrincipals"])
	p := {
		"all": "All" in include,
		"in": subjects(include),
		"out": subjects(exclude),
		"filter": filter(object.get(clients, "agentIdServicePrincipalFilter", null)),
	}
]

lists(clients, names) := {id | some name in names; some id in clients[name]}

# Ids and, of blueprint principals, the appId of their agents.
subjects(ids) := ids | {app_id_of[id] | some id in ids}

filter(null) := null

# A filter of one comparison; a policy with any other covers nobody here.
filter(f) := {"mode": f.mode, "set": m[1], "name": m[2], "operator": m[3], "value": m[4]} if {
	some m in regex.find_all_string_submatch_n(`^CustomSecurityAttribute\.([^_ ]+)_([^ ]+) -(eq|ne) "([^"]*)"$`, f.rule, 1)
}

everybody := [p | some p in covering; p.all; p.filter == null]

others := [p | some p in covering; not p in everybody]

finding contains concat("\t", ["agent-not-covered", id]) if {
	some i
	data.agents.value[i].accountEnabled == true
	data.agents.value[i].disabledByMicrosoftStatus in {null, "NotDisabled"}
	id := data.agents.value[i].id
	app_id := data.agents.value[i].agentIdentityBlueprintId
	not covered_with_everybody(id, app_id)
	not covered(i, id, app_id)
}

# The cheap case, which is most: a policy for all agents, and no exception.
covered_with_everybody(id, app_id) if {
	some p in everybody
	not id in p.out
	not app_id in p.out
}

covered(i, id, app_id) if {
	some p in others
	included(p, i, id, app_id)
	not excluded(p, i, id, app_id)
}

included(p, _, _, _) if p.all

included(p, _, id, _) if id in p["in"]

included(p, _, _, app_id) if app_id in p["in"]

included(p, i, _, _) if {
	p.filter.mode == "include"
	matches(p.filter, i)
}

excluded(p, _, id, _) if id in p.out

excluded(p, _, _, app_id) if app_id in p.out

excluded(p, i, _, _) if {
	p.filter.mode == "exclude"
	matches(p.filter, i)
}

matches(f, i) if {
	f.operator == "eq"
	data.agents.value[i].customSecurityAttributes[f.set][f.name] == f.value
}

matches(f, i) if {
	f.operator == "ne"
	not data.agents.value[i].customSecurityAttributes[f.set][f.name] == f.value
}
