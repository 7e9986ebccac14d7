package dossier

import (
	"cmp"
	"slices"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Risk is what ID Protection says of the agent, its blueprint principal and its
// agent users.
type Risk struct {
	Entries    []RiskEntry `json:"entries"`
	Detections []Detection `json:"detections"` // newest first
	NotRead    []Missing   `json:"notRead"`
}

// RiskEntry is the risk of one of them; who has no entry was never at risk.
type RiskEntry struct {
	Subject      Ref    `json:"subject"`
	RiskLevel    string `json:"riskLevel"`
	RiskState    string `json:"riskState"`
	RiskDetail   string `json:"riskDetail"`
	LastModified string `json:"riskLastModifiedDateTime"`
}

// Detection is one event that raised a risk.
type Detection struct {
	Subject      Ref    `json:"subject"`
	EventType    string `json:"riskEventType"`
	RiskLevel    string `json:"riskLevel"`
	RiskState    string `json:"riskState"`
	DetectedTime string `json:"detectedDateTime"`
}

func (b *builder) risk() Risk {
	r := Risk{NotRead: b.gaps(tenant.DatasetRiskyAgents, tenant.DatasetAgentRiskDetections)}
	for id, who := range b.subjects() {
		for _, row := range b.risky.Of(id) {
			r.Entries = append(r.Entries, RiskEntry{
				who, row.RiskLevel.Or(""), row.RiskState.Or(""), row.RiskDetail.Or(""), stamp(row.RiskLastModifiedDateTime),
			})
		}
		for _, row := range b.detections.Of(id) {
			r.Detections = append(r.Detections, Detection{
				who, row.RiskEventType.Or(""), row.RiskLevel.Or(""), row.RiskState.Or(""), stamp(row.DetectedDateTime),
			})
		}
	}
	lost := ""
	switch {
	case len(b.risky.Unkeyed) > 0:
		lost = "riskyAgents"
	case len(b.detections.Unkeyed) > 0:
		lost = "agentRiskDetections"
	}
	if lost != "" {
		r.NotRead = append(r.NotRead, unclear(lost, "a row lost its id, and may be about this agent"))
	}
	slices.SortStableFunc(r.Entries, func(a, b RiskEntry) int { return compareRefs(a.Subject, b.Subject) })
	slices.SortStableFunc(r.Detections, func(a, b Detection) int {
		return cmp.Or(cmp.Compare(b.DetectedTime, a.DetectedTime), compareRefs(a.Subject, b.Subject), cmp.Compare(a.EventType, b.EventType))
	})
	return r
}

// subjects are the agent, its blueprint principals and its agent users.
func (b *builder) subjects() map[tenant.ID]Ref {
	subjects := map[tenant.ID]Ref{}
	add := func(r tenant.Resource, id tenant.ID) {
		if !id.IsZero() {
			subjects[id] = refTo(r)
		}
	}
	add(b.agent, b.agent.ID)
	for _, p := range b.principals {
		add(p, p.ID)
	}
	for _, u := range b.users {
		add(u, u.ID)
	}
	return subjects
}
