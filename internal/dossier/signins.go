package dossier

import (
	"slices"

	"github.com/ztagent/ztagent/internal/activity"
	"github.com/ztagent/ztagent/internal/tenant"
)

// SignIns is what the sign-in log says of the agent and its agent users.
type SignIns struct {
	LastSeen    string `json:"lastSeen"`    // the newest attempt, denied or not
	LastSuccess string `json:"lastSuccess"` // the newest that succeeded
	Since       string `json:"since"`       // from when on the log was read
	Attempts    int    `json:"attempts"`
	Denied      int    `json:"denied"`
	// CredentialTypes are what it signed in with, as Graph names them.
	CredentialTypes []string  `json:"clientCredentialTypes"`
	NotRead         []Missing `json:"notRead"`
}

func (b *builder) signIns() SignIns {
	log := activity.Of(b.s)
	seen := log.Of(b.agent)
	section := SignIns{}
	if attempts := b.Index.signIns[b.agent]; attempts != nil {
		section = *attempts
	}
	section.LastSeen, section.Since = stamp(seen.Last), stamp(log.Start())
	section.NotRead = b.gaps(tenant.DatasetSignIns)
	if seen.Doubt != "" {
		section.NotRead = append(section.NotRead, unclear("signIns", seen.Doubt))
	}
	return section
}

// readSignIns counts the attempts of every agent.
func (x *Index) readSignIns() {
	x.signIns = map[*tenant.AgentIdentity]*SignIns{}
	success := map[*tenant.AgentIdentity]tenant.Time{}
	owners := activity.OwnersOf(x.s)
	for row := range x.s.SignIns.All() {
		kind, agent := owners.Of(row)
		if kind != activity.Agent {
			continue
		}
		section := x.signIns[agent]
		if section == nil {
			section = &SignIns{}
			x.signIns[agent] = section
		}
		section.Attempts++
		if code, ok := row.ErrorCode.Get(); ok && code != 0 {
			section.Denied++
		} else if last := success[agent]; ok && (!last.IsSet() || row.CreatedDateTime.After(last)) {
			success[agent] = row.CreatedDateTime
		}
		if t := row.ClientCredentialType; t != "" && !slices.Contains(section.CredentialTypes, t) {
			section.CredentialTypes = append(section.CredentialTypes, t)
		}
	}
	for agent, section := range x.signIns {
		section.LastSuccess = stamp(success[agent])
		slices.Sort(section.CredentialTypes)
	}
}
