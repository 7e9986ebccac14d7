package main

import (
	"iter"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/dossier"
)

func severityOf(word string) string { return severityIn(audit.Severity(word)) }

func (p *page) conditionalAccess(d *dossier.Dossier) {
	section := &d.ConditionalAccess
	p.heading("Conditional Access")
	if section.SecurityDefaults == "on" {
		p.hang(indent+p.paint(inRed, "✗ "), inRed, "Security defaults are on: no policy is evaluated.")
	}
	p.whatIf(section.WhatIf)
	if len(section.Policies) > 0 {
		p.line("")
	}
	rest := p.reaching(section.Policies)
	if len(rest) > 0 && len(rest) < len(section.Policies) {
		p.line("")
	}
	p.notReaching(rest)
	if len(section.Policies) == 0 && len(section.NotRead) == 0 {
		p.hang(indent+p.paint(inRed, "✗ "), inPlain, "The tenant has no Conditional Access policy.")
	}
	p.missing(section.NotRead)
}

// whatIf shows the matrix, levels with one answer together.
func (p *page) whatIf(outcomes []dossier.Outcome) {
	for label, o := range outcomeGroups(outcomes) {
		p.outcome(label, o)
	}
}

// outcomeGroups yields "At risk none, low" with what becomes of both.
func outcomeGroups(outcomes []dossier.Outcome) iter.Seq2[string, *dossier.Outcome] {
	return func(yield func(string, *dossier.Outcome) bool) {
		for from := 0; from < len(outcomes); {
			var levels []string
			to := from
			for to < len(outcomes) && sameOutcome(&outcomes[from], &outcomes[to]) {
				levels = append(levels, outcomes[to].RiskLevel)
				to++
			}
			label := "At risk " + strings.Join(levels, ", ")
			if len(levels) == len(outcomes) {
				label = "At any risk"
			}
			if !yield(label, &outcomes[from]) {
				return
			}
			from = to
		}
	}
}

func sameOutcome(a, b *dossier.Outcome) bool {
	return a.Blocked == b.Blocked && a.Because == b.Because &&
		(a.Policy == nil) == (b.Policy == nil) && (a.Policy == nil || a.Policy.ID == b.Policy.ID)
}

func (p *page) outcome(label string, o *dossier.Outcome) {
	lead := indent + p.paint(inDim, pad(label, 28))
	switch o.Blocked {
	case dossier.Yes:
		p.hang(lead+p.paint(inGreen, "✓ "), inPlain, "blocked by "+refText(*o.Policy))
	case dossier.No:
		p.hang(lead+p.paint(inYellow, "✗ "), inPlain, "not blocked: "+safe(o.Because))
	default:
		p.hang(lead+p.paint(inMagenta, "? "), inMagenta, "not known: "+safe(o.Because))
	}
}

// reaching shows the policies that reach the agent or may, and returns the
// others.
func (p *page) reaching(policies []dossier.Policy) []dossier.Policy {
	for i := range policies {
		x := &policies[i]
		if x.Reaches == dossier.No {
			return policies[i:]
		}
		p.ends(indent+p.reachMark(x)+p.paint(inBold, name(x.DisplayName)), p.paint(inDim, stateWords(x.State)))
		p.hang(indent+indent, inPlain, reachVerb(x)+", because "+safe(x.Because)+"; "+safe(x.Effect))
	}
	return nil
}

func reachVerb(x *dossier.Policy) string {
	if x.Reaches == dossier.Unknown {
		return "may reach"
	}
	return "reaches"
}

// listedSingly is how many policies of one reason get a line each.
const listedSingly = 6

// notReaching groups the policies that do not reach by the reason.
func (p *page) notReaching(policies []dossier.Policy) {
	var reasons []string
	by := map[string][]string{}
	for _, x := range policies {
		if by[x.Because] == nil {
			reasons = append(reasons, x.Because)
		}
		by[x.Because] = append(by[x.Because], quoted(x.DisplayName, x.ID)+stateAside(x.State))
	}
	for _, because := range reasons {
		p.hang(indent+p.paint(inDim, "– "), inDim, "does not reach, because "+safe(because)+":")
		if len(by[because]) > listedSingly {
			p.hang(indent+indent, inPlain, strings.Join(by[because], " · "))
			continue
		}
		for _, policy := range by[because] {
			p.hang(indent+indent, inPlain, policy)
		}
	}
}

// reachMark: an enforced policy that reaches is a ✓, one that would if it were
// enforced is not.
func (p *page) reachMark(x *dossier.Policy) string {
	switch {
	case x.Reaches == dossier.Unknown || x.Reaches == dossier.Yes && x.Enforced == dossier.Unknown:
		return p.paint(inMagenta, "? ")
	case x.Reaches == dossier.Yes && x.Enforced == dossier.Yes:
		return p.paint(inGreen, "✓ ")
	case x.Reaches == dossier.Yes:
		return p.paint(inYellow, "◦ ")
	}
	return p.paint(inDim, "– ")
}

func stateWords(state string) string {
	switch state {
	case "enabled":
		return "enabled"
	case "disabled":
		return "switched off"
	case "enabledForReportingButNotEnforced":
		return "report-only"
	case "":
		return "state not returned"
	}
	return name(state)
}

func stateAside(state string) string {
	if state == "enabled" {
		return ""
	}
	return " (" + stateWords(state) + ")"
}
