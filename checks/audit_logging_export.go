package checks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// given reports whether a property holds a text.
func given(o tenant.Opt[string]) bool { return o.Or("") != "" }

// hasDestination reports whether a setting sends its logs anywhere. Azure leaves
// out destinations it does not know; the first three are always returned.
func hasDestination(p tenant.DiagnosticSettingProperties) certainty {
	switch {
	case given(p.WorkspaceID), given(p.StorageAccountID), given(p.EventHubAuthorizationRuleID),
		given(p.ServiceBusRuleID), given(p.MarketplacePartnerID):
		return yes
	case p.WorkspaceID.IsAbsent(), p.StorageAccountID.IsAbsent(), p.EventHubAuthorizationRuleID.IsAbsent():
		return unclear
	}
	return no
}

// enables reports whether a setting has a log switched on that matches.
func enables(p tenant.DiagnosticSettingProperties, matches func(*tenant.LogSettings) certainty) certainty {
	if !p.Logs.Read() {
		return unclear
	}
	best := no
	for i := range p.Logs.Items {
		log := &p.Logs.Items[i]
		best = max(best, min(matches(log), certainOf(log.Enabled)))
	}
	if !p.Logs.Complete() {
		best = max(best, unclear)
	}
	return best
}

func anyLog(*tenant.LogSettings) certainty { return yes }

// isCategory reports whether a log is the category. The group of all logs holds
// every category; what other groups hold is Azure's to say.
func isCategory(name string) func(*tenant.LogSettings) certainty {
	return func(log *tenant.LogSettings) certainty {
		switch {
		case strings.EqualFold(log.Category.Or(""), name), strings.EqualFold(log.CategoryGroup.Or(""), "allLogs"):
			return yes
		case given(log.CategoryGroup) || !given(log.Category):
			return unclear
		}
		return no
	}
}

// exported is the best that any setting does for the logs that match.
func exported(s *tenant.Snapshot, matches func(*tenant.LogSettings) certainty) certainty {
	best := no
	for setting := range s.DiagnosticSettings.All() {
		p, ok := setting.Properties.Get()
		if !ok {
			best = max(best, unclear)
			continue
		}
		best = max(best, min(hasDestination(p), enables(p, matches)))
	}
	return best
}

func judgeNoDiagnosticSetting(j *audit.Judge) {
	switch exported(j.Tenant, anyLog) {
	case yes:
		j.Pass(j.Whole())
	case unclear:
		j.Unknown(j.Whole(), "Whether a diagnostic setting has a destination or an enabled category was not returned.")
	default:
		n := j.Tenant.DiagnosticSettings.Len()
		message := "There is no Entra diagnostic setting. Sign-ins and changes are lost after 30 days at most."
		if n > 0 {
			message = "No Entra diagnostic setting exports anything: none has both an enabled category and a destination."
		}
		j.Fail(j.Whole(), message, audit.Evidence{
			Dataset: tenant.DatasetDiagnosticSettings, Observed: count(n, "setting"), Expected: "one that exports",
		})
	}
}

func judgeMissingCategory(j *audit.Judge) {
	seen := map[string]bool{}
	judge := func(categories []string, required certainty) {
		for _, name := range categories {
			if fold := strings.ToLower(name); !seen[fold] {
				seen[fold] = true
				judgeCategory(j, name, required)
			}
		}
	}
	judge(j.Config.RequiredLogCategories, yes)
	switch j.Tenant.Cloud {
	case "usgov", "usgov-dod", "china": // agent risk is not detected there
	default:
		judge(j.Config.PublicCloudLogCategories, yes)
	}
	if classic := classicAgentsExist(j.Tenant); classic != no {
		judge(j.Config.ClassicAgentLogCategories, classic)
	}
}

func classicAgentsExist(s *tenant.Snapshot) certainty {
	best := no
	for c := range s.ClassicAgents.All() {
		switch c.Activity() {
		case tenant.Active:
			return yes
		case tenant.ActivityUnknown:
			best = unclear
		}
	}
	return best
}

func judgeCategory(j *audit.Judge, name string, required certainty) {
	r := audit.Sub{Type: tenant.TypeLogCategory, ID: name, Name: name, In: j.Whole()}
	switch state := exported(j.Tenant, isCategory(name)); {
	case state == yes:
		j.Pass(r)
	case state == unclear:
		j.Unknown(r, "Whether a diagnostic setting exports "+name+" was not returned, or depends on what a category group holds.")
	case required == unclear:
		j.Unknown(r, "Whether there is an active classic agent, which would require it, cannot be told.")
	default:
		j.Fail(r, "Log category "+name+" is not exported. "+categoryLoss(name), categoryEvidence(j.Tenant, name))
	}
}

// categoryLoss says what is not seen without a category.
func categoryLoss(name string) string {
	switch strings.ToLower(name) {
	case "auditlogs":
		return "Who made or changed an agent cannot be seen after 30 days."
	case "signinlogs":
		return "Sign-ins of people to agents' applications are lost after 30 days."
	case "noninteractiveusersigninlogs":
		return "Sign-ins of agent users, and of agents that act for a person, are lost after 30 days."
	case "serviceprincipalsigninlogs":
		return "Sign-ins of agent identities are lost after 30 days."
	case "managedidentitysigninlogs":
		return "Sign-ins of the managed identities behind blueprints are lost after 30 days."
	case "microsoftgraphactivitylogs":
		return "What agents call on Microsoft Graph is recorded nowhere."
	case "riskyagents", "agentriskevents":
		return "The SIEM does not learn of agents at risk."
	case "riskyserviceprincipals", "serviceprincipalriskevents":
		return "The SIEM does not learn of classic agents at risk."
	}
	return "What it records is lost."
}

// categoryEvidence points at the entry that is switched off, if there is one.
func categoryEvidence(s *tenant.Snapshot, name string) audit.Evidence {
	for setting := range s.DiagnosticSettings.All() {
		p, _ := setting.Properties.Get()
		i := slices.IndexFunc(p.Logs.Items, func(log tenant.LogSettings) bool {
			return strings.EqualFold(log.Category.Or(""), name)
		})
		if i < 0 {
			continue
		}
		if p.Logs.Items[i].Enabled.Or(false) {
			return audit.At(setting, "/properties", "no destination", "a destination")
		}
		return audit.At(setting, "/properties/logs/"+strconv.Itoa(i)+"/enabled", "false", "true")
	}
	return audit.Evidence{Dataset: tenant.DatasetDiagnosticSettings, Observed: "in no setting", Expected: name + " enabled"}
}

// judgeShortRetention judges the destinations of the settings that export
// anything; where none is a workspace there is no retention to judge.
func judgeShortRetention(j *audit.Judge) {
	best, longest, workspaces := no, int64(0), 0
	var shortest audit.Evidence
	for setting := range j.Tenant.DiagnosticSettings.All() {
		p, ok := setting.Properties.Get()
		exports := min(certain(true, ok), hasDestination(p), enables(p, anyLog))
		switch {
		case exports == no:
			continue
		case given(p.StorageAccountID) || given(p.EventHubAuthorizationRuleID) || given(p.ServiceBusRuleID):
			best = max(best, exports)
			continue
		case !given(p.WorkspaceID):
			// A partner's keeping is not ours to judge; without any destination
			// nothing is known.
			if exports == unclear {
				best = max(best, unclear)
			}
			continue
		}
		workspaces++
		days, known := retentionOf(j.Tenant, p.WorkspaceID.Or(""))
		best = max(best, min(exports, certain(days >= int64(j.Config.RetentionDays), known)))
		longest = max(longest, days)
		if shortest.Origin == (tenant.Origin{}) {
			shortest = audit.At(setting, "/properties/workspaceId", fmt.Sprintf("%d days", days),
				fmt.Sprintf("%d days", j.Config.RetentionDays))
		}
		if exports == unclear {
			best = max(best, unclear)
		}
	}
	switch {
	case best == yes:
		j.Pass(j.Whole())
	case best == unclear:
		j.Unknown(j.Whole(), "How long a Log Analytics workspace keeps the logs was not read. It may be in a subscription "+
			"that the auditor cannot see.")
	case workspaces == 0:
		j.NotApplicable(j.Whole(), "no log goes to a workspace")
	default:
		j.Fail(j.Whole(), fmt.Sprintf("Exported logs are kept for %d days only. An intrusion that is found later cannot be "+
			"followed.", longest), shortest)
	}
}

// retentionOf returns how many days a workspace keeps data, if that was read.
func retentionOf(s *tenant.Snapshot, id string) (int64, bool) {
	for w := range s.LogAnalyticsWorkspaces.All() {
		if !strings.EqualFold(strings.TrimSuffix(w.ID.Or(""), "/"), strings.TrimSuffix(id, "/")) {
			continue
		}
		p, _ := w.Properties.Get()
		if days, ok := p.RetentionInDays.Get(); ok && days >= 0 {
			return days, true
		}
	}
	return 0, false
}
