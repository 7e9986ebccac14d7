package synth

import "time"

// RiskyAgent is the risk of an agent identity, of a blueprint principal
// (Kind "agentIdentityBlueprintPrincipal") or of an agent user ("agentUser").
type RiskyAgent struct {
	ID, DisplayName, BlueprintID, Kind string
	Level, State, Detail               string
	LastModified                       time.Time
	Disabled                           bool
}

func (r *RiskyAgent) write(w *writer) {
	kind := orElse(r.Kind, "agentIdentity")
	w.open()
	switch kind {
	case "agentUser":
		w.str("@odata.type", "#microsoft.graph.riskyAgentUser")
	case "agentIdentityBlueprintPrincipal":
		w.str("@odata.type", "#microsoft.graph.riskyAgentIdentityBlueprintPrincipal")
	default:
		w.str("@odata.type", "#microsoft.graph.riskyAgentIdentity")
	}
	w.str("id", r.ID)
	w.str("agentDisplayName", r.DisplayName)
	w.text("blueprintId", r.BlueprintID)
	w.str("identityType", kind)
	w.boolean("isDeleted", false)
	w.boolean("isEnabled", !r.Disabled)
	w.boolean("isProcessing", false)
	w.str("riskDetail", orElse(r.Detail, "none"))
	w.date("riskLastModifiedDateTime", r.LastModified)
	w.str("riskLevel", r.Level)
	w.str("riskState", r.State)
	w.close()
}

// AgentRiskDetection is one event that raised an agent's risk.
type AgentRiskDetection struct {
	ID, IdentityID, DisplayName, BlueprintID, Kind string
	EventType, Evidence                            string
	Level, State                                   string
	Activity, Detected                             time.Time
}

func (d *AgentRiskDetection) write(w *writer) {
	w.open()
	w.str("id", d.ID)
	w.str("identityId", d.IdentityID)
	w.str("agentId", d.IdentityID)
	w.str("displayName", d.DisplayName)
	w.str("agentDisplayName", d.DisplayName)
	w.str("identityType", orElse(d.Kind, "agentIdentity"))
	w.text("blueprintId", d.BlueprintID)
	w.date("activityDateTime", d.Activity)
	w.date("detectedDateTime", d.Detected)
	w.date("lastModifiedDateTime", d.Detected)
	w.str("detectionTimingType", "offline")
	w.str("riskEventType", d.EventType)
	w.text("riskEvidence", d.Evidence)
	w.str("riskLevel", d.Level)
	w.str("riskState", d.State)
	w.str("riskDetail", "none")
	w.str("source", "IdentityProtection")
	w.null("signInCorrelationId", "signInRequestId", "signInClientDisplayName", "clientSessionId", "additionalInfo")
	w.close()
}

// RiskyServicePrincipal is the risk of an ordinary service principal.
type RiskyServicePrincipal struct {
	ID, AppID, DisplayName string
	Level, State           string
	LastUpdated            time.Time
}

func (r *RiskyServicePrincipal) write(w *writer) {
	w.open()
	w.str("id", r.ID)
	w.str("appId", r.AppID)
	w.str("displayName", r.DisplayName)
	w.boolean("isEnabled", true)
	w.boolean("isProcessing", false)
	w.str("riskDetail", "none")
	w.date("riskLastUpdatedDateTime", r.LastUpdated)
	w.str("riskLevel", r.Level)
	w.str("riskState", r.State)
	w.str("servicePrincipalType", "Application")
	w.close()
}

// AgentInstance is an entry of the agent registry; Agent may be empty.
type AgentInstance struct {
	ID, DisplayName, Agent, Blueprint, AgentUser string
	Owners                                       []string
	ManagedBy, Store, CreatedBy                  string
	CreatedDateTime                              time.Time
}

func (i *AgentInstance) write(w *writer) {
	w.open()
	w.str("id", i.ID)
	w.strs("ownerIds", i.Owners)
	w.text("managedBy", i.ManagedBy)
	w.text("originatingStore", i.Store)
	w.text("createdBy", i.CreatedBy)
	w.str("displayName", i.DisplayName)
	w.null("sourceAgentId")
	w.text("agentIdentityBlueprintId", i.Blueprint)
	w.text("agentIdentityId", i.Agent)
	w.text("agentUserId", i.AgentUser)
	w.date("createdDateTime", i.CreatedDateTime)
	w.date("lastModifiedDateTime", i.CreatedDateTime)
	w.null("url")
	w.str("preferredTransport", "JSONRPC")
	w.empty("additionalInterfaces", "signatures")
	w.close()
}
