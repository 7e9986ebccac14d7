package checks

import (
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/permissions"
	"github.com/ztagent/ztagent/internal/tenant"
)

var dataScope = audit.Check{
	ID:      "data-scope",
	Title:   "Agents reach the data they need, and export none in bulk",
	Clauses: []audit.Clause{pillarData, boundaryDataScope},
	Rationale: "An agent that reads every mailbox or every site turns one successful prompt injection into the loss of " +
		"everything. What it may read should be the few places that its task is about.",
	Rules: []audit.Rule{
		{
			ID: "bulk-read", Title: "An agent reads content of the whole tenant", Severity: audit.High,
			Resources: onAgents, Needs: applicationDatasets, Optional: permissionOptional, Presence: applicationPresence,
			Condition: "it has, directly or by inheritance, an application permission that reads mail, files, sites, chats, " +
				"notes, calendars, contacts, tasks, recordings, transcripts, indexed or AI content tenant-wide",
			Remediation: "Take the scoped form that the finding names: `Sites.Selected` or `Files.SelectedOperations.Selected` " +
				"with a permission on the site, resource-specific consent in the chat or team, or in Exchange Online PowerShell " +
				"`New-ManagementRoleAssignment -App {id} -Role \"Application Mail.Read\" -CustomResourceScope …`. Then " +
				removeAssignment,
			References: []string{
				"https://learn.microsoft.com/en-us/graph/permissions-selected-overview",
				"https://learn.microsoft.com/en-us/microsoftteams/resource-specific-consent",
				"https://learn.microsoft.com/en-us/exchange/permissions-exo/application-rbac",
			},
			Run: func(j *audit.Judge) { byPermission(j.Tenant, applicationPermsOnly, bulkRead).judge(j) },
		},
		{
			ID: "bulk-export", Title: "An agent can export in bulk", Severity: audit.Critical,
			Resources: onAgents, Needs: applicationDatasets, Optional: permissionOptional, Presence: applicationPresence,
			Condition: "it has, directly or by inheritance, an application permission to export, to search by eDiscovery, or " +
				"over backups",
			Remediation: "Leave exports, eDiscovery and backups to people or to a service that is no agent: " +
				removeAssignment,
			References: []string{"https://learn.microsoft.com/en-us/graph/permissions-reference"},
			Run:        func(j *audit.Judge) { byPermission(j.Tenant, applicationPermsOnly, bulkExport).judge(j) },
		},
	},
}

// scopedForm is a family of permissions that read content tenant-wide, and what
// to use in their place.
type scopedForm struct {
	patterns []string
	instead  string
}

const (
	exchangeScope = "RBAC for applications in Exchange Online limits it to chosen mailboxes."
	siteScope     = "Sites.Selected and Files.SelectedOperations.Selected limit it to chosen sites and files."
	teamsScope    = "Resource-specific consent limits it to the chats, teams and meetings that let the agent in."
	userScope     = "The delegated permission limits it to what the signed-in user may read."
	itemScope     = "ExternalItem.ReadWrite.OwnedBy limits it to the agent's own connections."
)

// bulkReads are permissions of Microsoft Graph that read content tenant-wide.
func bulkReads() []scopedForm {
	return []scopedForm{
		{[]string{
			"Mail.Read*", "Mail.ReadWrite", "MailboxItem.*", "MailboxFolder.*.All", "Calendars.Read",
			"Calendars.ReadWrite", "Contacts.Read*",
		}, exchangeScope},
		{[]string{"Files.*.All", "Sites.Read.All", "Sites.ReadWrite.All", "Sites.Manage.All", "Sites.FullControl.All"}, siteScope},
		{[]string{
			"Chat.*.All", "ChatMessage.Read.All", "ChannelMessage.Read.All", "CallRecordings.Read.All",
			"CallTranscripts.Read.All", "OnlineMeetingRecording.Read.All", "OnlineMeetingTranscript.Read.All",
			"OnlineMeetingArtifact.Read.All", "OnlineMeetingAiInsight.Read.All",
		}, teamsScope},
		{[]string{"Notes.*.All", "Tasks.*.All", "AiEnterpriseInteraction.Read*"}, userScope},
		{[]string{"ExternalItem.*.All"}, itemScope},
	}
}

// notBulkRead are names that the patterns above catch and that read no content.
var notBulkRead = []string{"Mail.ReadBasic*", "Chat.ManageDeletion.All"}

func bulkRead(p *permissions.Permission) ruling {
	switch {
	case permissions.Match("full_access_as_app", p.Name):
		return onExchange(p)
	case p.Name == "" && p.IsOn(permissions.ExchangeAppID) == tenant.Yes:
		return unclearBecause(p.Unnamed) // it may be that one
	}
	instead := ""
	for _, form := range bulkReads() {
		if permissions.MatchAny(p.Name, form.patterns...) && !permissions.MatchAny(p.Name, notBulkRead...) {
			instead = form.instead
		}
	}
	return onGraph(p, instead != "", ruling{
		status: audit.Fail, why: instead, expected: "a scoped form",
		says: holds(p) + ", which reads content of the whole tenant",
	})
}

// onExchange rules on full_access_as_app, which is Exchange's and not Graph's.
func onExchange(p *permissions.Permission) ruling {
	switch p.IsOn(permissions.ExchangeAppID) {
	case tenant.Yes:
		return ruling{
			status: audit.Fail, why: exchangeScope, expected: "a scoped form",
			says: holds(p) + ", which reads and changes every mailbox",
		}
	case tenant.No:
		return allowed
	}
	return unclearBecause(unknownAPI(p))
}

var bulkExports = []string{"*Export*", "eDiscovery.*", "BackupRestore-*", "EntraBackup.*"}

func bulkExport(p *permissions.Permission) ruling {
	return onGraph(p, permissions.MatchAny(p.Name, bulkExports...), ruling{
		status: audit.Fail, expected: "no permission to export in bulk",
		says: holds(p) + ", with which it can take data out in bulk",
		why:  "Whoever steers the agent can carry the tenant's data away in one job.",
	})
}
