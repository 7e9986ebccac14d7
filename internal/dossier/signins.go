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
	section := SignIns{
		LastSeen: stamp(seen.Last), Since: stamp(log.Start()),
		NotRead: b.gaps(tenant.DatasetSignIns),
	}
	if seen.Doubt != "" {
		section.NotRead = append(section.NotRead, unclear("signIns", seen.Doubt))
	}
	owners := activity.OwnersOf(b.s)
	var success tenant.Time
	for row := range b.s.SignIns.All() {
		if kind, agent := owners.Of(row); kind != activity.Agent || agent != b.agent {
			continue
		}
		section.Attempts++
		if code, ok := row.ErrorCode.Get(); ok && code != 0 {
			section.Denied++
		} else if ok && (!success.IsSet() || row.CreatedDateTime.After(success)) {
			success = row.CreatedDateTime
		}
		if t := row.ClientCredentialType; t != "" && !slices.Contains(section.CredentialTypes, t) {
			section.CredentialTypes = append(section.CredentialTypes, t)
		}
	}
	section.LastSuccess = stamp(success)
	slices.Sort(section.CredentialTypes)
	return section
}
