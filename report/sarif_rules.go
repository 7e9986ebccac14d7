package report

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ztagent/ztagent/internal/audit"
)

var (
	semanticVersion = regexp.MustCompile(`^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$`)
	notInVersion    = regexp.MustCompile(`[^0-9A-Za-z-]+`)
	noteComponent   = sarifComponentRef{Name: "ZeroTrustForAgents", Index: 0}
)

// semantic is a version as SARIF wants it: "dev" is 0.0.0-dev.
func semantic(version string) string {
	version = strings.TrimPrefix(version, "v")
	if semanticVersion.MatchString(version) {
		return version
	}
	return "0.0.0-" + cmp.Or(strings.Trim(notInVersion.ReplaceAllString(version, "-"), "-"), "unknown")
}

// maxTags is how many tags of a rule GitHub shows.
const maxTags = 10

// maxFullDescription is how long GitHub lets a full description be.
const maxFullDescription = 1024

func (b *sarifBuilder) sarifRules() []sarifRule {
	views := slices.Clone(b.view.rules)
	slices.SortStableFunc(views, func(a, b *ruleView) int { return strings.Compare(a.ID, b.ID) })
	b.rules = make(map[string]int, len(views))
	rules := make([]sarifRule, 0, len(views))
	for _, v := range views {
		b.rules[v.ID] = len(rules)
		rules = append(rules, b.sarifRule(v))
	}
	return rules
}

func (b *sarifBuilder) sarifRule(v *ruleView) sarifRule {
	full := "Fails when " + cmp.Or(plain(v.Condition), v.Title)
	rule := sarifRule{
		ID: v.ID, Name: pascal(v.ID),
		ShortDescription: sarifText{Text: stopped(cmp.Or(v.Title, v.ID))},
		FullDescription:  sarifText{Text: stopped(shorten(full, maxFullDescription-4))},
		Help:             ruleHelp(v),
		HelpURI:          helpURI(v),
		Configuration:    sarifConfiguration{Level: sarifLevel(v.Severity)},
		Properties: sarifRuleProperties{
			Tags:             ruleTags(v),
			Precision:        "very-high", // a rule is an exact condition on what was read
			ProblemSeverity:  problemSeverity(v.Severity),
			SecuritySeverity: securitySeverity(worse(v.Severity, v.worst)),
		},
	}
	for _, c := range v.check.Clauses {
		if i := slices.IndexFunc(b.taxa, func(t sarifTaxon) bool { return t.ID == taxonID(c) }); i >= 0 {
			rule.Relationships = append(rule.Relationships, sarifRelationship{
				Target: sarifTaxonRef{ID: taxonID(c), Index: i, Component: noteComponent}, Kinds: []string{"relevant"},
			})
		}
	}
	return rule
}

// pascal turns "federated-credentials/client-secret" into
// "FederatedCredentialsClientSecret".
func pascal(id string) string {
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(id, func(r rune) bool { return r == '-' || r == '/' }) {
		first, size := utf8.DecodeRuneInString(word)
		b.WriteRune(unicode.ToUpper(first))
		b.WriteString(word[size:])
	}
	return b.String()
}

// stopped ends s with a full stop.
func stopped(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "!") {
		return s
	}
	return s + "."
}

func ruleHelp(v *ruleView) sarifText {
	text := cmp.Or(strings.TrimSpace(plain(v.Remediation)), "Look at the finding's evidence.")
	markdown := cmp.Or(strings.TrimSpace(v.Remediation), text)
	var links []string
	for _, ref := range v.References {
		if link := safeLink(ref); link != "" {
			links = append(links, "- <"+link+">")
		}
	}
	if len(links) > 0 {
		markdown += "\n\n" + strings.Join(links, "\n")
	}
	return sarifText{Text: stopped(text), Markdown: markdown}
}

// helpURI is the check's section of our own documentation.
func helpURI(v *ruleView) string { return checksURI + "#" + escapePath(v.check.ID) }

func ruleTags(v *ruleView) []string {
	tags := []string{"security", "zero-trust", "entra-agent-id"}
	for _, c := range v.check.Clauses {
		if tag := string(c.Part) + "/" + slug(c.Group); !slices.Contains(tags, tag) && len(tags) < maxTags {
			tags = append(tags, tag)
		}
	}
	return tags
}

// slug is a group's name in lower case with dashes: "assume-breach".
func slug(s string) string { return strings.ReplaceAll(strings.ToLower(s), " ", "-") }

func taxonID(c audit.ClauseRef) string {
	return string(c.Part) + "/" + slug(c.Group) + "/" + slug(c.Text)
}

// noteTaxa are the lines of the note that this audit speaks about.
func (b *sarifBuilder) noteTaxa() []sarifTaxon {
	var taxa []sarifTaxon
	for _, p := range b.Summary.Parts {
		for _, l := range p.Lines {
			ref := audit.ClauseRef{Part: p.Part, Group: p.Group, Text: l.Text}
			taxa = append(taxa, sarifTaxon{
				ID: taxonID(ref), Name: pascal(slug(p.Group)),
				ShortDescription: sarifText{Text: stopped(l.Text)},
			})
		}
	}
	return taxa
}

func (b *sarifBuilder) taxonomy() sarifComponent {
	return sarifComponent{
		Name: noteComponent.Name, FullName: "Zero Trust for Agents", Organization: "ztagent", InformationURI: projectURI,
		ShortDescription: &sarifText{Text: "The lines of the Zero Trust for Agents note."},
		Taxa:             b.taxa,
	}
}

func sarifLevel(s audit.Severity) string {
	switch s {
	case audit.Critical, audit.High:
		return "error"
	case audit.Medium:
		return "warning"
	}
	return "note"
}

func problemSeverity(s audit.Severity) string {
	if level := sarifLevel(s); level != "note" {
		return level
	}
	return "recommendation"
}

// securitySeverity is inside GitHub's bands for our severities, never on a
// border.
func securitySeverity(s audit.Severity) string {
	switch s {
	case audit.Critical:
		return "9.5"
	case audit.High:
		return "8.0"
	case audit.Medium:
		return "5.5"
	case audit.Low:
		return "3.0"
	}
	return "0.0"
}
