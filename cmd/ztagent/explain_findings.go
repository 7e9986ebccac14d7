package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/dossier"
	"github.com/ztagent/ztagent/report"
)

func (p *page) findings(d *dossier.Dossier) {
	f := &d.Findings
	p.heading("Findings")
	for i, group := range sameWords(f.Items) {
		if i > 0 {
			p.line("")
		}
		for j, x := range group {
			if j == 0 || x.Rule != group[j-1].Rule {
				p.findingHead(x)
			}
			if last := j == len(group)-1; last || x.Message != group[j+1].Message {
				p.hang(strings.Repeat(" ", findingMargin), inPlain, report.Neutral(x.Message, 600))
			}
			if x.Waiver != nil {
				p.hang(strings.Repeat(" ", findingMargin), inDim, safe(waiverWords(x.Waiver)))
			}
		}
	}
	if len(f.Items) == 0 && len(f.Unjudged) == 0 {
		p.hang(indent+p.paint(inGreen, "✓ "), inPlain, "Nothing fails, and nothing is unknown.")
	}
	p.unjudged(d)
	if len(f.Items) > 0 {
		p.line("")
		p.hang(indent, inDim, "'ztagent checks RULE' says what to do about a failure.")
	}
}

const findingMargin = 12

// sameWords brings together the findings of one rule and verdict, and those that
// are unknown for one reason.
func sameWords(items []dossier.Finding) [][]*dossier.Finding {
	var groups [][]*dossier.Finding
	at := map[string]int{}
	for i := range items {
		x := &items[i]
		key := x.Rule + "\x00" + x.Status.String() + "\x00" + string(x.Severity)
		if x.Status == audit.Unknown {
			key = x.Message
		}
		n, seen := at[key]
		if !seen {
			n = len(groups)
			at[key] = n
			groups = append(groups, nil)
		}
		groups[n] = append(groups[n], x)
	}
	return groups
}

func (p *page) findingHead(x *dossier.Finding) {
	word, style := string(x.Severity), severityIn(x.Severity)
	switch x.Status {
	case audit.Unknown:
		word, style = "unknown", inMagenta
	case audit.Manual:
		word, style = "to answer", inYellow
	case audit.Waived:
		word, style = "waived", inDim
	case audit.Pass:
		word, style = "pass", inGreen
	case audit.NotApplicable:
		word, style = "n/a", inDim
	}
	lead := indent + p.paint(style, pad(word, findingMargin-len(indent)))
	p.hang(lead, inBold, safe(x.Title))
	where := ""
	for _, e := range x.Evidence {
		if e.File != "" && e.Line > 0 {
			where = report.Neutral(fmt.Sprintf("%s:%d", e.File, e.Line), p.w-findingMargin)
			break
		}
	}
	p.ends(strings.Repeat(" ", findingMargin)+p.paint(inDim, report.Neutral(x.Rule, p.w-findingMargin)), p.paint(inDim, where))
}

func waiverWords(w *audit.AppliedWaiver) string {
	text := "waived until " + w.Expires + ": " + w.Reason
	for _, more := range []string{w.Owner, w.Ticket} {
		if more != "" {
			text += " · " + more
		}
	}
	return text
}

// unjudged lists the rules that no gap explains; those that one does stand with
// it, and are only counted here.
func (p *page) unjudged(d *dossier.Dossier) {
	if len(d.Findings.Items) > 0 && len(d.Findings.Unjudged) > 0 {
		p.line("")
	}
	list := unexplained(d)
	for _, u := range list {
		p.line(indent + p.paint(inMagenta, pad("unknown", findingMargin-len(indent))) + p.paint(inDim, safe(u.Rule)))
		p.hang(strings.Repeat(" ", findingMargin), inPlain, report.Neutral(u.Reason, 600))
	}
	if explained := len(d.Findings.Unjudged) - len(list); explained > 0 {
		p.hang(indent+p.paint(inMagenta, pad("unknown", findingMargin-len(indent))), inPlain,
			plural(explained, "rule was not judged", "rules were not judged")+", for want of what was not read.")
	}
}

// unexplained are the unjudged rules that no gap explains.
func unexplained(d *dossier.Dossier) []dossier.Unjudged {
	var rules []dossier.Unjudged
	for _, u := range d.Findings.Unjudged {
		if !slices.ContainsFunc(d.Gaps, func(g audit.ReportGap) bool { return slices.Contains(g.Rules, u.Rule) }) {
			rules = append(rules, u)
		}
	}
	return rules
}

// notRead says of each dataset that was not read in full why, what would help,
// and what is unknown for want of it.
func (p *page) notRead(gaps []audit.ReportGap) {
	if len(gaps) == 0 {
		return
	}
	p.heading("Not read")
	for _, g := range gaps {
		p.hang(indent+p.paint(inMagenta, "? "), inMagenta, safe(string(g.Dataset))+" · "+gapWords(string(g.Status)))
		for _, text := range []string{g.Reason, g.Fix} {
			if text != "" {
				p.hang(indent+indent, inPlain, upperFirst(safe(strings.TrimSuffix(text, ".")))+".")
			}
		}
		if len(g.Rules) > 0 {
			p.hang(indent+indent, inDim, "Not judged: "+safe(strings.Join(g.Rules, ", ")))
		}
	}
}
