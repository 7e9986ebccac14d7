package synth

import (
	"slices"
	"time"

	"github.com/ztagent/ztagent/internal/tenant"
)

// make makes the mess.
func (m *mess) make() {
	datasets := tenant.Datasets()
	for range 20 + m.IntN(120) {
		m.err(datasets[m.IntN(len(datasets))])
	}
	for range m.IntN(30) {
		m.err(tenant.DatasetConditionalAccessPolicies)
	}
	m.oneSubject()
	for _, d := range m.data[tenant.DatasetAgentRiskDetections].objects {
		d["agentId"] = d["identityId"] // its former name, which says the same
	}
	if m.IntN(4) == 0 {
		m.signInWhileStopped()
	}
	if m.IntN(8) == 0 { // nobody ever drilled
		m.data[tenant.DatasetDirectoryAudits].objects, m.data[tenant.DatasetKillSwitchDrills].objects = nil, nil
	}
	if m.IntN(4) == 0 { // Graph's list by tags holds agents too
		m.listAgentAsClassic()
	}
	if m.IntN(2) == 0 {
		for range m.IntN(40) {
			m.withhold(datasets[m.IntN(len(datasets))])
		}
	}
	window := []string{"P7D", "P30D", "P30D", "P90D", "P180D"}[m.IntN(5)]
	m.manifest["window"] = map[string]any{"signIns": window, "directoryAudits": window}
	entries := m.manifest["datasets"].(map[string]any)
	for _, d := range datasets {
		if m.IntN(10) == 0 && !d.Singleton() {
			m.thin(d)
		}
		// What is counted would tell that an object is gone.
		delete(entries[string(d)].(map[string]any), "count")
		if m.IntN(60) == 0 {
			m.refuse(d, entries[string(d)].(map[string]any))
		}
	}
}

// oneSubject: Entra lets a policy be about people, or about agents and other
// workloads, but not about both.
func (m *mess) oneSubject() {
	for _, policy := range m.data[tenant.DatasetConditionalAccessPolicies].objects {
		conditions := policy["conditions"].(map[string]any)
		if conditions["clientApplications"] == nil {
			continue
		}
		users := conditions["users"].(map[string]any)
		for name, value := range users {
			if _, list := value.([]any); list {
				users[name] = []any{}
			}
		}
		users["includeUsers"] = []any{"None"}
	}
}

func (m *mess) listAgentAsClassic() {
	agents, classic := m.data[tenant.DatasetAgentIdentities], m.data[tenant.DatasetClassicAgents]
	if len(classic.objects) > 0 {
		twin := clone(classic.objects[0]).(map[string]any)
		twin["id"] = agents.objects[m.IntN(len(agents.objects))]["id"]
		classic.objects = append(classic.objects, twin)
	}
}

// signInWhileStopped lets the agent that was drilled sign in meanwhile.
func (m *mess) signInWhileStopped() {
	agents, signIns := m.data[tenant.DatasetAgentIdentities], m.data[tenant.DatasetSignIns]
	if len(signIns.objects) > 0 {
		again := clone(signIns.objects[0]).(map[string]any)
		again["id"], again["servicePrincipalId"] = GUID("sign-in", "while stopped"), agents.objects[1]["id"]
		again["createdDateTime"] = Ago(9).Add(30 * time.Minute).Format(time.RFC3339)
		again["status"] = map[string]any{"errorCode": 0}
		signIns.objects = append(signIns.objects, again)
	}
}

// thin leaves a few objects of a dataset, or none: there never were more.
func (m *mess) thin(d tenant.Dataset) {
	kept := m.IntN(4)
	m.data[d].objects = slices.DeleteFunc(m.data[d].objects, func(map[string]any) bool { return m.IntN(4) >= kept })
}

// refuse leaves a dataset unread.
func (m *mess) refuse(d tenant.Dataset, entry map[string]any) {
	statuses := []tenant.GapStatus{
		tenant.GapAbsent, tenant.GapSkipped, tenant.GapForbidden, tenant.GapNotLicensed,
		tenant.GapNotEnabled, tenant.GapFailed, tenant.GapTruncated,
	}
	status := statuses[m.IntN(len(statuses))]
	entry["status"] = string(status)
	if status != tenant.GapTruncated {
		delete(m.data, d)
	}
}

// leaf is a property somewhere inside an object.
type leaf struct {
	in   map[string]any
	name string
	path string
}

// leaves lists the properties of an object in the order of their names, which is
// the same each time.
func leaves(in map[string]any, path string, all []leaf) []leaf {
	names := make([]string, 0, len(in))
	for name := range in {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		at := path + "/" + name
		all = append(all, leaf{in, name, at})
		switch v := in[name].(type) {
		case map[string]any:
			all = leaves(v, at, all)
		case []any:
			for _, entry := range v {
				if object, ok := entry.(map[string]any); ok {
					all = leaves(object, at, all)
				}
			}
		}
	}
	return all
}

// pick returns a property of some object of d that Graph would return.
func (m *mess) pick(d tenant.Dataset) (leaf, bool) {
	a := m.data[d]
	if len(a.objects) == 0 {
		return leaf{}, false
	}
	all := leaves(a.objects[m.IntN(len(a.objects))], "", nil)
	if len(all) == 0 {
		return leaf{}, false
	}
	l := all[m.IntN(len(all))]
	return l, l.name[0] != '@'
}

// withhold takes a property or an object away.
func (m *mess) withhold(d tenant.Dataset) {
	if a := m.data[d]; m.IntN(8) == 0 && len(a.objects) > 1 {
		a.objects = slices.Delete(a.objects, 0, 1)
	} else if l, ok := m.pick(d); ok {
		delete(l.in, l.name)
	}
}

// err makes one mistake of the kind that people and scripts make.
func (m *mess) err(d tenant.Dataset) {
	l, ok := m.pick(d)
	if !ok {
		return
	}
	if words := vocabulary[l.name]; words != nil && m.IntN(4) > 0 {
		l.in[l.name] = words[m.IntN(len(words))]
		return
	}
	switch v := l.in[l.name].(type) {
	case bool:
		l.in[l.name] = !v
	case float64:
		l.in[l.name] = float64(int(v) * m.IntN(4))
	case []any:
		if m.IntN(2) == 0 {
			l.in[l.name] = []any{}
		} else {
			m.take(d, l)
		}
	case string:
		if at, err := time.Parse(time.RFC3339, v); err == nil {
			l.in[l.name] = at.AddDate(0, 0, m.IntN(800)-400).UTC().Format(time.RFC3339)
		} else {
			m.take(d, l)
		}
	default:
		m.take(d, l)
	}
}

// take gives a property the value that another object has there, so that two
// have the same.
func (m *mess) take(d tenant.Dataset, l leaf) {
	objects := m.data[d].objects
	other := leaves(objects[m.IntN(len(objects))], "", nil)
	for _, o := range other {
		if o.path == l.path && o.name != "id" {
			l.in[l.name] = clone(o.in[o.name])
			return
		}
	}
}

func clone(value any) any {
	switch v := value.(type) {
	case map[string]any:
		same := make(map[string]any, len(v))
		for name, member := range v {
			same[name] = clone(member)
		}
		return same
	case []any:
		same := make([]any, len(v))
		for i, entry := range v {
			same[i] = clone(entry)
		}
		return same
	}
	return value
}

// vocabulary are values that a property may have instead.
var vocabulary = map[string][]any{
	"state":       {"enabled", "disabled", "enabledForReportingButNotEnforced", "delivered", "expired", "unknownFutureValue"},
	"duration":    {"P30D", "P365D", "P2Y"},
	"endDateTime": {nil, "2026-11-01T00:00:00Z", "2026-12-05T00:00:00Z", "2030-01-01T00:00:00Z"},
	"issuer": {
		"http://issuer.example", "https://192.0.2.7/issuer", "https://token.actions.githubusercontent.com",
		"https://issuer.example", "https://login.microsoftonline.com/99999999-0000-4000-8000-000000000000/v2.0",
	},
	"cidrAddress":               {"10.0.0.0/8", "0.0.0.0/0", "203.0.113.0/24", "2001:db8::/32"},
	"isTrusted":                 {true, false},
	"riskLevel":                 {"hidden", "low", "medium", "high"},
	"riskState":                 {"atRisk", "confirmedCompromised", "remediated", "dismissed"},
	"disableResilienceDefaults": {true, false, nil},
	"agentIdRiskLevels":         {nil, "high", "low", "medium,high"},
}
