package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/dossier"
	"github.com/ztagent/ztagent/report"
)

func (p *page) blueprint(b *dossier.Blueprint) {
	p.heading("Blueprint")
	p.field("Blueprint", homeText(b))
	if b.AppID != "" {
		p.field("appId", safe(b.AppID))
	}
	if b.Home == "here" {
		p.blueprintHere(b)
	}
	for _, x := range b.Principals {
		p.field("Principal", principalText(b, &x))
	}
	if lacksPrincipal(b) {
		p.fieldIn("Principal", inRed, "none in this tenant")
	}
	if b.NotVisible != "" {
		p.fieldIn("Not visible", inMagenta, upperFirst(safe(b.NotVisible))+".")
	}
	p.missing(b.NotRead)
}

func homeText(b *dossier.Blueprint) string {
	switch {
	case b.AppID == "":
		return "not known"
	case b.Home == "here":
		return quoted(b.DisplayName, b.AppID) + " · homed here"
	case b.Home == "elsewhere":
		return quoted(b.DisplayName, b.AppID) + " · homed in another tenant"
	}
	return quoted(b.DisplayName, b.AppID) + " · where it lives is not known"
}

func lacksPrincipal(b *dossier.Blueprint) bool {
	return len(b.Principals) == 0 && b.AppID != "" && !unreadHas(b.NotRead, "agentIdentityBlueprintPrincipals")
}

func unreadHas(list []dossier.Missing, what string) bool {
	return slices.ContainsFunc(list, func(m dossier.Missing) bool { return m.What == what })
}

func (p *page) blueprintHere(b *dossier.Blueprint) {
	if b.Description != "" {
		p.field("Description", safe(b.Description))
	}
	if s := b.DisabledByMicrosoftStatus; s != "" && s != "NotDisabled" {
		p.fieldIn("State", inRed, "disabled by Microsoft ("+safe(s)+")")
	}
	p.field("Made", madeText(b.CreatedDateTime, b.Maker))
	p.people("Sponsor", &b.Sponsors)
	p.people("Owner", &b.Owners)
	for _, c := range b.Credentials {
		style, text := credentialText(&c)
		p.fieldIn(credentialLabel(c.Kind), style, text)
	}
	if len(b.Credentials) == 0 && len(b.NotRead) == 0 {
		p.fieldIn("Credentials", inYellow, "none")
	}
}

func principalText(b *dossier.Blueprint, x *dossier.Principal) string {
	text := safe(x.ID)
	if x.DisplayName != b.DisplayName {
		text = quoted(x.DisplayName, x.ID) + " · " + text
	}
	text += " · " + userActivity(x.Activity)
	if b.Home == "here" {
		return text
	}
	if x.OwnerTenant != "" {
		text += " · of tenant " + safe(x.OwnerTenant)
	}
	if x.Publisher != "" {
		text += " · publisher " + quoted(x.Publisher, "")
	}
	if x.Verified != "" {
		return text + ", verified"
	}
	return text + ", not verified"
}

func credentialLabel(kind string) string {
	switch kind {
	case "federated":
		return "Federated"
	case "certificate":
		return "Certificate"
	case "secret":
		return "Secret"
	case "symmetricKey":
		return "Symmetric key"
	}
	return "Key"
}

func credentialText(c *dossier.Credential) (style, text string) {
	if c.Kind == "federated" {
		trusted := cmp.Or(c.Subject, c.Expression, "a subject that was not returned")
		return inPlain, fmt.Sprintf("%s: %s of %s", quoted(c.Name, ""), safe(trusted), safe(cmp.Or(c.Issuer, "an issuer that was not returned")))
	}
	text = quoted(c.Name, "") + " · " + endPhrase(c.End)
	switch {
	case c.Expired:
		return inDim, text
	case c.Kind == "certificate":
		return inPlain, text
	}
	return inRed, text
}

// endPhrase is "ends 2028-02-03, in 440 days", "ended 2026-01-05" or "no end".
func endPhrase(e *dossier.End) string {
	if e.DateTime == "" || e.DaysLeft == nil {
		return safe(e.Text)
	}
	if *e.DaysLeft < 0 {
		return "ended " + day(e.DateTime)
	}
	return "ends " + day(e.DateTime) + ", " + inDays(*e.DaysLeft)
}

func inDays(n int) string {
	switch {
	case n == 0:
		return "within a day"
	case n == 1:
		return "in 1 day"
	case n < 0:
		return "past"
	}
	return fmt.Sprintf("in %d days", n)
}

// permissions groups them by the way in which they came.
func (p *page) permissions(section *dossier.Permissions) {
	p.heading("What it may do")
	paths, byPath := permissionsByPath(section)
	for _, path := range paths {
		p.hang(indent, inDim, upperFirst(safe(path))+":")
		for _, x := range byPath[path] {
			p.permission(x)
		}
	}
	if len(paths) == 0 && len(section.NotRead) == 0 && section.NotVisible == "" {
		p.line(indent + "It holds no permission.")
	}
	if section.NotVisible != "" {
		p.hang(indent+p.paint(inMagenta, "? "), inMagenta, "not visible here: "+safe(section.NotVisible)+".")
	}
	p.missing(section.NotRead)
}

// permissionsByPath also gives the paths in the order of their first permission.
func permissionsByPath(section *dossier.Permissions) (paths []string, byPath map[string][]*dossier.Permission) {
	byPath = map[string][]*dossier.Permission{}
	for i := range section.Items {
		x := &section.Items[i]
		if byPath[x.Path] == nil {
			paths = append(paths, x.Path)
		}
		byPath[x.Path] = append(byPath[x.Path], x)
	}
	return paths, byPath
}

func (p *page) permission(x *dossier.Permission) {
	mark := "  "
	if len(x.Failing) > 0 {
		mark = p.paint(severityOf(x.Failing[0].Severity), "✗ ")
	}
	if x.Uncertain != "" {
		mark = p.paint(inMagenta, "? ")
	}
	about := strings.Join([]string{report.Neutral(x.API, p.w-30), name(x.Kind), levelText(x)}, " · ")
	p.ends(indent+indent+mark+name(x.Name), p.paint(inDim, about))
	if x.Uncertain != "" {
		p.hang(indent+indent+indent, inMagenta, "not certain: "+safe(x.Uncertain)+".")
	}
}

func levelText(x *dossier.Permission) string {
	if x.PrivilegeLevel > 0 {
		return fmt.Sprintf("level %d", x.PrivilegeLevel)
	}
	return "no level"
}

func (p *page) directoryAccess(section *dossier.DirectoryAccess) {
	p.heading("Directory roles and groups")
	if len(section.Roles)+len(section.Groups)+len(section.NotRead) == 0 {
		p.line(indent + "It holds no directory role, and is in no group.")
	}
	for _, r := range section.Roles {
		style, text := roleText(&r)
		p.fieldIn("Role", style, text)
	}
	for _, g := range section.Groups {
		p.field("Group", quoted(g.DisplayName, g.ID)+byUser(g.Holder))
	}
	p.missing(section.NotRead)
}

func roleText(r *dossier.Role) (style, text string) {
	text = quoted(r.Name, r.ID)
	if r.Eligible {
		text += ", eligible"
	}
	if r.Via != "" {
		text += ` through group "` + name(r.Via) + `"`
	}
	text += byUser(r.Holder) + " · " + endPhrase(&r.End)
	if r.Scope != "" && r.Scope != "/" {
		text += " · scope " + safe(r.Scope)
	}
	if r.Allowed == dossier.No && r.BuiltIn == dossier.Yes {
		text += " · not one that Microsoft lets agents hold"
	}
	if r.Privileged == dossier.Yes {
		return inRed, text + " · privileged"
	}
	return inPlain, text
}

// byUser tells what an agent user holds from what the agent does.
func byUser(holder dossier.Ref) string {
	if holder.Type == "agentUser" {
		return " of agent user " + refText(holder)
	}
	return ""
}
