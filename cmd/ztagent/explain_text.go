package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/dossier"
	"github.com/ztagent/ztagent/report"
)

// writeDossier writes a dossier for a terminal of so many columns.
func writeDossier(w io.Writer, d *dossier.Dossier, width int, color bool) error {
	p := newPage(width, color)
	p.head(d)
	p.identity(d)
	p.answers(d)
	p.blueprint(&d.Blueprint)
	p.permissions(&d.Permissions)
	p.directoryAccess(&d.DirectoryAccess)
	p.conditionalAccess(d)
	p.risk(&d.Risk)
	p.timeline(&d.Timeline)
	p.drills(&d.Drills)
	p.blast(d)
	p.notRead(d.Gaps)
	p.findings(d)
	_, err := io.WriteString(w, p.out.String())
	return err
}

func (p *page) head(d *dossier.Dossier) {
	title := d.Agent.DisplayName
	if strings.TrimSpace(title) == "" {
		title = "Agent identity without a name"
	}
	p.ends(p.paint(inBold, report.Neutral(title, p.w-2)), p.paint(inDim, safe(d.Agent.ID)))
	tenant := d.Tenant.DisplayName
	if tenant == "" {
		tenant = d.Tenant.ID
	}
	p.hang("", inDim, fmt.Sprintf("agent identity of %s · %s · as of %s", name(tenant), activityText(&d.Agent), atMinute(d.TakenAt)))
	p.line("")
	p.verdict(&d.Findings)
}

func activityText(a *dossier.Agent) string {
	switch {
	case a.DisabledByMicrosoftStatus != "" && a.DisabledByMicrosoftStatus != "NotDisabled":
		return "disabled by Microsoft (" + safe(a.DisabledByMicrosoftStatus) + ")"
	case a.Activity == "active":
		return "active"
	case a.Activity == "inactive":
		return "switched off"
	}
	return "active or not: not known"
}

// verdict sums up the findings in one line.
func (p *page) verdict(f *dossier.Findings) {
	mark, style, text := "✓ ", inGreen, "nothing fails"
	switch {
	case f.Fail > 0:
		mark, style = "✗ ", inRedBold
		var parts []string
		for _, s := range audit.Severities() {
			if n := f.FailsBySeverity[s]; n > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", n, s))
			}
		}
		text = fmt.Sprintf("%s (%s)", plural(f.Fail, "finding fails", "findings fail"), strings.Join(parts, ", "))
	case f.Unknown > 0 || len(f.Unjudged) > 0:
		mark, style, text = "? ", inMagenta, "nothing that was read fails"
	}
	if n := f.Unknown + len(f.Unjudged); n > 0 {
		text += fmt.Sprintf(" · %d unknown", n)
	}
	if f.Manual > 0 {
		text += fmt.Sprintf(" · %d for a person to answer", f.Manual)
	}
	if f.Waived > 0 {
		text += fmt.Sprintf(" · %d waived", f.Waived)
	}
	p.hang(p.paint(style, mark), style, text)
}

func (p *page) identity(d *dossier.Dossier) {
	a := &d.Agent
	p.heading("Identity")
	p.field("Made", madeText(a.CreatedDateTime, a.Maker))
	p.field("State", stateText(a))
	p.field("Last seen", seenText(&d.SignIns))
	if text := attributesText(a); text != "" {
		p.field("Attributes", text)
	}
	for _, u := range a.Users {
		p.agentUser(&u)
	}
	for _, r := range a.Registry {
		p.field("Registry", refText(r))
	}
	p.missing(slices.Concat(a.NotRead, d.SignIns.NotRead))
}

func stateText(a *dossier.Agent) string {
	state := activityText(a)
	switch a.AccountEnabled {
	case dossier.Unknown:
		state += " (accountEnabled was not returned)"
	case dossier.No:
		state += " (accountEnabled is false)"
	}
	return state
}

func madeText(created string, m dossier.Maker) string {
	when := "on a date that was not returned"
	if created != "" {
		when = day(created)
	}
	switch {
	case m.Kind == "ownBlueprint":
		return when + ", by its own blueprint " + quoted(m.DisplayName, m.AppID)
	case m.Kind == "blueprint":
		return when + ", by blueprint " + quoted(m.DisplayName, m.AppID)
	case m.Kind == "classicAgent":
		return when + ", by the classic agent " + quoted(m.DisplayName, m.AppID)
	case m.Kind == "api":
		return when + ", by " + quoted(m.DisplayName, m.AppID)
	case m.AppID != "":
		return when + ", by the application " + safe(m.AppID) + ", which the snapshot does not know"
	}
	return when + ", by an application that was not returned"
}

func seenText(s *dossier.SignIns) string {
	since := ""
	if s.Since != "" {
		since = " since " + day(s.Since)
	}
	if s.Attempts == 0 {
		if len(s.NotRead) > 0 {
			return "not known"
		}
		return "never" + since
	}
	text := plural(s.Attempts, "sign-in", "sign-ins") + since
	if s.LastSeen != "" {
		text = atMinute(s.LastSeen) + " · " + text
	}
	if s.Denied > 0 {
		text += fmt.Sprintf(", %d denied", s.Denied)
	}
	if len(s.CredentialTypes) > 0 {
		text += " · by " + safe(strings.Join(s.CredentialTypes, ", "))
	}
	return text
}

// attributesText is "" where they were not read, which is said elsewhere.
func attributesText(a *dossier.Agent) string {
	switch {
	case len(a.Attributes) > 0:
		return safe(strings.Join(a.Attributes, ", "))
	case unreadHas(a.NotRead, "customSecurityAttributes"):
		return ""
	}
	return "none"
}

func (p *page) agentUser(u *dossier.AgentUser) {
	p.field("Acts as user", userText(u))
	for _, policy := range u.Policies {
		p.hang(strings.Repeat(" ", len(indent)+labelWidth)+p.reachMark(&policy), inPlain,
			quoted(policy.DisplayName, policy.ID)+": "+safe(policy.Because)+"; "+safe(policy.Effect))
	}
}

func userText(u *dossier.AgentUser) string {
	text := quoted(u.DisplayName, u.ID)
	if u.UserPrincipalName != "" {
		text += " · " + name(u.UserPrincipalName)
	}
	return text + " · " + userActivity(u.Activity)
}

func userActivity(activity string) string {
	switch activity {
	case "active":
		return "enabled"
	case "inactive":
		return "disabled"
	}
	return "enabled or not: not known"
}

func (p *page) answers(d *dossier.Dossier) {
	p.heading("Who answers for it")
	p.people("Sponsor", &d.Sponsors)
	p.people("Owner", &d.Owners)
}

func (p *page) people(label string, people *dossier.People) {
	for _, person := range people.Items {
		style, text := personText(&person)
		p.fieldIn(label, style, text)
	}
	if len(people.Items) == 0 && len(people.NotRead) == 0 {
		p.fieldIn(label, inDim, "none")
	}
	p.missing(people.NotRead)
}

func personText(x *dossier.Person) (style, text string) {
	text = quoted(x.DisplayName, x.ID)
	if x.UserPrincipalName != "" {
		text += " · " + name(x.UserPrincipalName)
	}
	if x.Guest == dossier.Yes {
		text += " · guest"
	}
	switch x.State {
	case "deleted":
		return inRed, text + " · deleted on " + day(x.DeletedDateTime)
	case "disabled":
		return inRed, text + " · disabled"
	case "empty":
		return inRed, text + " · a group without members"
	case "members":
		return inPlain, text + " · group of " + fmt.Sprint(*x.Members)
	case "enabled":
		return inPlain, text + " · enabled"
	}
	return inMagenta, text + " · state not known"
}
