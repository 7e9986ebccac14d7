package main

import (
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/dossier"
	"github.com/ztagent/ztagent/report"
)

// htmlSections are those of explain's page, in the same words; the findings are
// left to the report, which has them.
func htmlSections(d *dossier.Dossier) []report.Section {
	return slices.DeleteFunc([]report.Section{
		htmlIdentity(d), htmlAnswers(d), htmlBlueprint(&d.Blueprint),
		htmlConditionalAccess(&d.ConditionalAccess), htmlPermissions(&d.Permissions),
		htmlDirectory(&d.DirectoryAccess), htmlRisk(&d.Risk), htmlTimeline(&d.Timeline),
		htmlDrills(&d.Drills), htmlBlast(d), htmlNotRead(d),
	}, func(s report.Section) bool { return len(s.Rows) == 0 })
}

// sectionRows gathers the rows of a section.
type sectionRows []report.Row

func (r *sectionRows) add(row report.Row) { *r = append(*r, row) }

func (r *sectionRows) field(label, text string) { r.add(report.Row{Label: label, Text: text}) }

func (r *sectionRows) fieldIn(label, style, text string) {
	r.add(report.Row{Tone: toneOf(style), Label: label, Text: text})
}

func (r *sectionRows) say(style, text string) { r.add(report.Row{Tone: toneOf(style), Text: text}) }

// missing says what was not read, each thing once in a section.
func (r *sectionRows) missing(list []dossier.Missing) {
	said := map[string]bool{}
	for _, m := range list {
		if text := upperFirst(missingText(m)); !said[text] {
			said[text] = true
			r.add(report.Row{Tone: report.Unread, Text: text})
		}
	}
}

func (r sectionRows) titled(title string) report.Section {
	return report.Section{Title: title, Rows: r}
}

// toneOf is how HTML shows what a terminal shows in this colour.
func toneOf(style string) report.Tone {
	switch style {
	case inRed, inRedBold:
		return report.Bad
	case inGreen:
		return report.Good
	case inYellow:
		return report.Warning
	case inMagenta:
		return report.Unread
	case inDim:
		return report.Faint
	}
	return report.Plain
}

func htmlIdentity(d *dossier.Dossier) report.Section {
	a := &d.Agent
	var r sectionRows
	r.field("Made", madeText(a.CreatedDateTime, a.Maker))
	r.field("State", stateText(a))
	r.field("Last seen", seenText(&d.SignIns))
	if text := attributesText(a); text != "" {
		r.field("Attributes", text)
	}
	for _, u := range a.Users {
		r.field("Acts as user", userText(&u))
		for _, policy := range u.Policies {
			r.add(policyRow(&policy))
		}
	}
	for _, x := range a.Registry {
		r.field("Registry", refText(x))
	}
	r.missing(slices.Concat(a.NotRead, d.SignIns.NotRead))
	return r.titled("Identity")
}

func htmlAnswers(d *dossier.Dossier) report.Section {
	var r sectionRows
	r.people("Sponsor", &d.Sponsors)
	r.people("Owner", &d.Owners)
	return r.titled("Who answers for it")
}

func (r *sectionRows) people(label string, people *dossier.People) {
	for _, person := range people.Items {
		style, text := personText(&person)
		r.fieldIn(label, style, text)
	}
	if len(people.Items) == 0 && len(people.NotRead) == 0 {
		r.fieldIn(label, inDim, "none")
	}
	r.missing(people.NotRead)
}

func htmlBlueprint(b *dossier.Blueprint) report.Section {
	var r sectionRows
	r.field("Blueprint", homeText(b))
	if b.AppID != "" {
		r.field("appId", safe(b.AppID))
	}
	if b.Home == "here" {
		r.blueprintHere(b)
	}
	for _, x := range b.Principals {
		r.field("Principal", principalText(b, &x))
	}
	if lacksPrincipal(b) {
		r.fieldIn("Principal", inRed, "none in this tenant")
	}
	if b.NotVisible != "" {
		r.say(inMagenta, upperFirst(safe(b.NotVisible))+".")
	}
	r.missing(b.NotRead)
	return r.titled("Blueprint")
}

func (r *sectionRows) blueprintHere(b *dossier.Blueprint) {
	if b.Description != "" {
		r.field("Description", safe(b.Description))
	}
	if s := b.DisabledByMicrosoftStatus; s != "" && s != "NotDisabled" {
		r.fieldIn("State", inRed, "disabled by Microsoft ("+safe(s)+")")
	}
	r.field("Made", madeText(b.CreatedDateTime, b.Maker))
	r.people("Sponsor", &b.Sponsors)
	r.people("Owner", &b.Owners)
	for _, c := range b.Credentials {
		style, text := credentialText(&c)
		r.fieldIn(credentialLabel(c.Kind), style, text)
	}
	if len(b.Credentials) == 0 && len(b.NotRead) == 0 {
		r.fieldIn("Credentials", inYellow, "none")
	}
}

func htmlDirectory(section *dossier.DirectoryAccess) report.Section {
	var r sectionRows
	if len(section.Roles)+len(section.Groups)+len(section.NotRead) == 0 {
		r.say(inDim, "It holds no directory role, and is in no group.")
	}
	for _, role := range section.Roles {
		style, text := roleText(&role)
		r.fieldIn("Role", style, text)
	}
	for _, g := range section.Groups {
		r.field("Group", quoted(g.DisplayName, g.ID)+byUser(g.Holder))
	}
	r.missing(section.NotRead)
	return r.titled("Directory roles and groups")
}

// htmlNotRead says of each dataset that was not read in full why, and what would
// help.
func htmlNotRead(d *dossier.Dossier) report.Section {
	var r sectionRows
	for _, g := range d.Gaps {
		row := report.Row{Tone: report.Unread, Text: safe(string(g.Dataset)), Aside: gapWords(string(g.Status))}
		for _, text := range []string{g.Reason, g.Fix} {
			if text != "" {
				row.More += upperFirst(safe(strings.TrimSuffix(text, "."))) + ". "
			}
		}
		if n := len(g.Rules); n > 0 {
			row.More += upperFirst(plural(n, "rule was not judged", "rules were not judged")) + " for want of it."
		}
		row.More = strings.TrimSpace(row.More)
		r.add(row)
	}
	for _, u := range unexplained(d) {
		r.add(report.Row{Tone: report.Unread, Text: safe(u.Rule), Aside: "not judged", More: safe(u.Reason)})
	}
	return r.titled("Not read")
}
