package main

import (
	"fmt"

	"github.com/ztagent/ztagent/internal/dossier"
	"github.com/ztagent/ztagent/report"
)

func htmlConditionalAccess(section *dossier.ConditionalAccess) report.Section {
	var r sectionRows
	if section.SecurityDefaults == "on" {
		r.say(inRed, "Security defaults are on: no policy is evaluated.")
	}
	for label, o := range outcomeGroups(section.WhatIf) {
		style, text := outcomeText(o)
		r.fieldIn(label, style, text)
	}
	for i := range section.Policies {
		r.add(policyRow(&section.Policies[i]))
	}
	if len(section.Policies) == 0 && len(section.NotRead) == 0 {
		r.say(inRed, "The tenant has no Conditional Access policy.")
	}
	r.missing(section.NotRead)
	return r.titled("Conditional Access")
}

func outcomeText(o *dossier.Outcome) (style, text string) {
	switch o.Blocked {
	case dossier.Yes:
		return inGreen, "blocked by " + refText(*o.Policy)
	case dossier.No:
		return inYellow, "not blocked: " + safe(o.Because)
	}
	return inMagenta, "not known: " + safe(o.Because)
}

// policyRow: an enforced policy that reaches is good, one that would if it were
// enforced is not.
func policyRow(x *dossier.Policy) report.Row {
	row := report.Row{Text: quoted(x.DisplayName, x.ID), Aside: stateWords(x.State)}
	switch {
	case x.Reaches == dossier.No:
		row.Tone, row.More = report.Faint, "does not reach, because "+safe(x.Because)
		return row
	case x.Reaches == dossier.Unknown || x.Enforced == dossier.Unknown:
		row.Tone = report.Unread
	case x.Enforced == dossier.Yes:
		row.Tone = report.Good
	default:
		row.Tone = report.Warning
	}
	row.More = reachVerb(x) + ", because " + safe(x.Because) + "; " + safe(x.Effect)
	return row
}

// htmlPermissions groups them by the way in which they came.
func htmlPermissions(section *dossier.Permissions) report.Section {
	var r sectionRows
	paths, byPath := permissionsByPath(section)
	for _, path := range paths {
		r.add(report.Row{Tone: report.Heading, Text: upperFirst(safe(path))})
		for _, x := range byPath[path] {
			r.add(permissionRow(x))
		}
	}
	if len(paths) == 0 && len(section.NotRead) == 0 && section.NotVisible == "" {
		r.say(inDim, "It holds no permission.")
	}
	if section.NotVisible != "" {
		r.say(inMagenta, "Not visible here: "+safe(section.NotVisible)+".")
	}
	r.missing(section.NotRead)
	return r.titled("What it may do")
}

func permissionRow(x *dossier.Permission) report.Row {
	row := report.Row{Text: safe(x.Name), Aside: levelText(x), More: safe(x.API) + " · " + safe(x.Kind)}
	if len(x.Failing) > 0 {
		row.Tone = report.Bad
		row.More += " · fails " + safe(x.Failing[0].Rule)
		if n := len(x.Failing) - 1; n > 0 {
			row.More += fmt.Sprintf(" and %d more", n)
		}
	}
	if x.Uncertain != "" {
		row.Tone = report.Unread
		row.More += " · not certain: " + safe(x.Uncertain)
	}
	return row
}

func htmlRisk(section *dossier.Risk) report.Section {
	var r sectionRows
	for _, e := range section.Entries {
		style, text := riskText(&e)
		r.fieldIn(subjectLabel(e.Subject), style, text)
	}
	for _, x := range section.Detections {
		r.field("Detection", detectionText(&x))
	}
	if len(section.Entries)+len(section.Detections) == 0 && len(section.NotRead) == 0 {
		r.say(inDim, "None is known.")
	}
	r.missing(section.NotRead)
	return r.titled("Risk")
}

func htmlTimeline(section *dossier.Timeline) report.Section {
	var r sectionRows
	for _, e := range section.Events {
		when, aside, style := eventText(&e)
		r.add(report.Row{Tone: toneOf(style), Label: when, Text: eventName(&e), Aside: aside})
	}
	if len(section.Events) == 0 && len(section.NotRead) == 0 {
		r.say(inDim, "Nothing that it holds ends by itself.")
	}
	r.missing(section.NotRead)
	return r.titled("What ends when")
}

func htmlDrills(section *dossier.Drills) report.Section {
	var r sectionRows
	if section.StoppedSince != "" {
		r.say(inYellow, "Switched off on "+atMinute(section.StoppedSince)+", and not enabled again since.")
	}
	for _, x := range section.Items {
		_, style := drillMark(x.Verdict)
		row := report.Row{Tone: toneOf(style), Text: upperFirst(drillWord(x.Verdict)), Aside: atMinute(x.Disabled), More: drillFacts(&x)}
		if x.Doubt != "" {
			row.More += " · " + safe(x.Doubt)
		}
		r.add(row)
	}
	if len(section.Items) == 0 && len(section.NotRead) == 0 {
		r.say(inYellow, "No drill of it, or of its blueprint, is known.")
	}
	r.missing(section.NotRead)
	return r.titled("Kill-switch drills")
}

func htmlBlast(d *dossier.Dossier) report.Section {
	section := &d.BlastRadius
	var r sectionRows
	if d.Blueprint.AppID != "" {
		r.say(inPlain, crowdText(d))
		if section.Permissions > 0 {
			r.say(inPlain, togetherText(section))
		}
	}
	for _, s := range section.Shared {
		r.say(inRed, sharedText(&s))
	}
	switch {
	case d.Blueprint.Home == "elsewhere":
		r.say(inMagenta, "Not visible here: with whom its credentials are shared.")
	case sharesNothing(d):
		r.say(inGreen, sharesNothingText)
	}
	r.missing(section.NotRead)
	return r.titled("Blast radius")
}
