package main

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/ztagent/ztagent/internal/dossier"
	"github.com/ztagent/ztagent/report"
)

func (p *page) risk(r *dossier.Risk) {
	p.heading("Risk")
	for _, e := range r.Entries {
		style, text := riskText(&e)
		p.fieldIn(subjectLabel(e.Subject), style, text)
	}
	for _, d := range r.Detections {
		p.field("Detection", detectionText(&d))
	}
	if len(r.Entries)+len(r.Detections) == 0 && len(r.NotRead) == 0 {
		p.line(indent + "None is known.")
	}
	p.missing(r.NotRead)
}

func riskText(e *dossier.RiskEntry) (style, text string) {
	text = fmt.Sprintf("%s · level %s", riskState(e.RiskState), safe(cmp.Or(e.RiskLevel, "not returned")))
	if e.LastModified != "" {
		text += " · last changed " + day(e.LastModified)
	}
	switch e.RiskState {
	case "atRisk", "confirmedCompromised":
		return inRed, text
	case "remediated", "dismissed", "confirmedSafe", "none":
		return inPlain, text
	}
	return inYellow, text
}

func detectionText(d *dossier.Detection) string {
	return fmt.Sprintf("%s · %s · level %s, %s%s", atMinute(d.DetectedTime), safe(d.EventType), safe(d.RiskLevel), riskState(d.RiskState), ofSubject(d.Subject))
}

func riskState(state string) string {
	switch state {
	case "atRisk":
		return "at risk"
	case "confirmedCompromised":
		return "confirmed compromised"
	case "confirmedSafe":
		return "confirmed safe"
	case "":
		return "state not returned"
	}
	return safe(state)
}

func subjectLabel(r dossier.Ref) string {
	switch r.Type {
	case "agentUser":
		return "Agent user"
	case "agentIdentityBlueprintPrincipal":
		return "Principal"
	}
	return "Agent"
}

// ofSubject names whom something is about that is not the agent itself.
func ofSubject(r dossier.Ref) string {
	if r.Type == "agentIdentity" {
		return ""
	}
	return " · " + strings.ToLower(subjectLabel(r))
}

func (p *page) timeline(t *dossier.Timeline) {
	p.heading("What ends when")
	for _, e := range t.Events {
		when, until, style := eventText(&e)
		if until != "" {
			when = pad(when, 12) + until
		}
		p.hang(indent+p.paint(style, pad(when, 25)), style, eventName(&e))
	}
	if len(t.Events) == 0 && len(t.NotRead) == 0 {
		p.line(indent + "Nothing that it holds ends by itself.")
	}
	p.missing(t.NotRead)
}

// eventText is when something ends, and how long that is from the snapshot on.
func eventText(e *dossier.Event) (when, until, style string) {
	switch {
	case e.End.DaysLeft != nil && *e.End.DaysLeft < 0:
		return day(e.End.DateTime), "past", inDim
	case e.End.DaysLeft != nil:
		return day(e.End.DateTime), inDays(*e.End.DaysLeft), inPlain
	case e.End.State == "endless", e.End.State == "missing":
		style = inYellow
	}
	return report.Neutral(e.End.Text, 24), "", style
}

func eventName(e *dossier.Event) string {
	if e.Name == "" {
		return safe(e.Kind)
	}
	return safe(e.Kind) + " " + quoted(e.Name, "")
}

func (p *page) drills(d *dossier.Drills) {
	p.heading("Kill-switch drills")
	if d.StoppedSince != "" {
		p.hang(indent, inYellow, "Switched off on "+atMinute(d.StoppedSince)+", and not enabled again since.")
	}
	for _, x := range d.Items {
		p.drill(&x)
	}
	if len(d.Items) == 0 && len(d.NotRead) == 0 {
		p.line(indent + p.paint(inYellow, "No drill of it, or of its blueprint, is known."))
	}
	p.missing(d.NotRead)
}

func (p *page) drill(x *dossier.Drill) {
	mark, style := drillMark(x.Verdict)
	p.hang(indent+p.paint(style, mark)+atMinute(x.Disabled)+"  ", style, drillWord(x.Verdict))
	p.hang(indent+indent, inPlain, drillFacts(x))
	if x.Doubt != "" {
		p.hang(indent+indent, inMagenta, safe(x.Doubt)+".")
	}
}

func drillMark(verdict string) (mark, style string) {
	switch verdict {
	case "proven":
		return "✓ ", inGreen
	case "failed":
		return "✗ ", inRedBold
	case "unproven":
		return "◦ ", inYellow
	}
	return "? ", inMagenta
}

func drillFacts(x *dossier.Drill) string {
	text := ""
	if x.Target.Type != "agentIdentity" {
		text = "through its blueprint principal · "
	}
	for _, part := range []struct {
		label   string
		seconds *int64
	}{{"time to stop", x.SecondsToStop}, {"time to recover", x.SecondsToRecover}} {
		value := "not known"
		if part.seconds != nil {
			value = span(*part.seconds)
		}
		text += part.label + " " + value + " · "
	}
	text += plural(x.DeniedAttempts, "denied attempt", "denied attempts")
	if x.Recorded {
		text += " · on record"
	}
	return text
}

func drillWord(verdict string) string {
	switch verdict {
	case "failed":
		return "failed: it signed in all the same"
	case "unproven":
		return "unproven: nobody tried, so nothing shows that the block bites"
	case "proven":
		return "proven: it was denied, and stayed out"
	}
	return "what it proved is not known"
}

// span is a duration as people say it: "2 h 5 min".
func span(seconds int64) string {
	d := time.Duration(seconds) * time.Second
	days, hours := int(d.Hours())/24, int(d.Hours())%24
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", seconds)
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case days == 0:
		return strings.TrimSuffix(fmt.Sprintf("%d h %d min", hours, int(d.Minutes())%60), " 0 min")
	}
	return strings.TrimSuffix(fmt.Sprintf("%d d %d h", days, hours), " 0 h")
}

func (p *page) blast(d *dossier.Dossier) {
	r := &d.BlastRadius
	p.heading("Blast radius")
	if d.Blueprint.AppID != "" {
		p.hang(indent, inPlain, crowdText(d))
		if r.Permissions > 0 {
			p.hang(indent, inPlain, togetherText(r))
		}
	}
	for _, s := range r.Shared {
		p.hang(indent+p.paint(inRed, "✗ "), inPlain, sharedText(&s))
	}
	switch {
	case d.Blueprint.Home == "elsewhere":
		p.hang(indent+p.paint(inMagenta, "? "), inMagenta, "not visible here: with whom its credentials are shared.")
	case sharesNothing(d):
		p.hang(indent+p.paint(inGreen, "✓ "), inPlain, sharesNothingText)
	}
	p.missing(r.NotRead)
}

const sharesNothingText = "No credential of the blueprint is known to be shared with another."

func sharesNothing(d *dossier.Dossier) bool {
	return d.Blueprint.Home == "here" && len(d.BlastRadius.Shared)+len(d.BlastRadius.NotRead) == 0
}

func sharedText(s *dossier.Shared) string {
	text := fmt.Sprintf("%s %s opens %s too: %s", credentialLabel(s.Kind), quoted(s.Credential, ""), refText(s.Owner), safe(s.Because))
	if s.Agents > 0 {
		text += ", and " + plural(s.Agents, "agent lives", "agents live") + " on it"
	}
	return text + "."
}

func crowdText(d *dossier.Dossier) string {
	c := &d.BlastRadius.Blueprint
	blueprint := quoted(d.Blueprint.DisplayName, d.Blueprint.AppID)
	if c.Total == 0 {
		return "No other agent lives on blueprint " + blueprint + "."
	}
	const named = 5
	var names []string
	for _, a := range c.Agents[:min(len(c.Agents), named)] {
		names = append(names, refText(a))
	}
	text := fmt.Sprintf("%s on blueprint %s (%d active): %s", plural(c.Total, "other agent lives", "other agents live"), blueprint, c.Active, strings.Join(names, ", "))
	if more := c.Total - len(names); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	if c.AgentUsers > 0 {
		text += "; " + plural(c.AgentUsers, "agent user", "agent users") + " among them"
	}
	return text + "."
}

func togetherText(r *dossier.BlastRadius) string {
	text := "Together the blueprint's agents hold " + plural(r.Permissions, "permission", "permissions")
	if r.HighestLevel > 0 {
		text += fmt.Sprintf(", %d of them at privilege level %d, the highest among them", r.HighestLevelOf, r.HighestLevel)
	}
	return text + "."
}
