package report

import (
	"cmp"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
)

// maxAnnotations bounds the log of a pipeline: GitHub shows ten of a kind.
const maxAnnotations = 50

// Annotations prints the failing findings as workflow commands of GitHub Actions
// or Azure Pipelines (Options.Dialect), the most severe first, at most 50. A
// file is named only when the snapshot stands inside the repository.
func Annotations(w io.Writer, r *audit.Report, o Options) error {
	format := gitHubAnnotation
	switch o.Dialect {
	case "", AnnotateGitHub:
	case AnnotateAzure:
		format = azureAnnotation
	default:
		return fmt.Errorf("unknown dialect %q: it is %s or %s", o.Dialect, AnnotateGitHub, AnnotateAzure)
	}
	v := newView(r, o, humanLimits)
	all := v.annotations(o)
	var b strings.Builder
	for _, a := range all[:min(len(all), maxAnnotations)] {
		b.WriteString(format(a) + "\n")
	}
	if rest := len(all) - maxAnnotations; rest > 0 {
		fmt.Fprintf(&b, "and %s more\n", plural(rest, "failing finding"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// annotation is one failing finding, its texts neutral but not yet escaped.
type annotation struct {
	severity       audit.Severity
	rule, title    string
	text           string
	file           string
	line, endLine  int
	column, endCol int
}

func (v *view) annotations(o Options) []annotation {
	root, inside := v.snapshotRoot(o)
	var all []annotation
	for _, r := range v.rules {
		for _, f := range r.with(audit.Fail) {
			a := annotation{severity: f.Severity, rule: r.ID, title: r.Title, text: title(f.Resource) + ": " + f.Message}
			if i := mainEvidence(f); inside && i >= 0 && f.Evidence[i].File != "" {
				e := f.Evidence[i]
				a.file, a.line = path.Join(root, slashed(e.File)), e.Line
				if region := sarifRegion(e.Region); region.valid() {
					a.line, a.column, a.endLine, a.endCol = region.StartLine, region.StartColumn, region.EndLine, region.EndColumn
				}
			}
			all = append(all, a)
		}
	}
	slices.SortStableFunc(all, func(a, b annotation) int { return cmp.Compare(a.severity.Rank(), b.severity.Rank()) })
	return all
}

func gitHubAnnotation(a annotation) string {
	level := map[string]string{"error": "error", "warning": "warning", "note": "notice"}[sarifLevel(a.severity)]
	var properties []string
	add := func(name, value string) {
		if value != "" && value != "0" {
			properties = append(properties, name+"="+gitHubProperty.Replace(value))
		}
	}
	add("file", a.file)
	add("line", itoa(a.line))
	if a.endLine == a.line { // columns are shown on one line only
		add("col", itoa(a.column))
		add("endColumn", itoa(a.endCol))
	}
	add("title", fmt.Sprintf("%s (%s, %s)", a.title, a.severity, a.rule))
	return "::" + level + " " + strings.Join(properties, ",") + "::" + gitHubData.Replace(a.text)
}

// The escapes of GitHub's runner, for the text and for the properties.
var (
	gitHubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	gitHubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func azureAnnotation(a annotation) string {
	level := "warning" // Azure knows no third level
	if sarifLevel(a.severity) == "error" {
		level = "error"
	}
	properties := "type=" + level
	if a.file != "" {
		properties += fmt.Sprintf(";sourcepath=%s;linenumber=%d;columnnumber=%d", azureProperty.Replace(a.file), a.line, max(1, a.column))
	}
	properties += ";code=" + azureProperty.Replace(a.rule)
	return "##vso[task.logissue " + properties + "]" + azureData.Replace(fmt.Sprintf("%s (%s): %s", a.title, a.severity, a.text))
}

// The escapes of Azure's agent; it decodes %AZP25 back to %.
var (
	azureData     = strings.NewReplacer("%", "%AZP25", "\r", "%0D", "\n", "%0A")
	azureProperty = strings.NewReplacer("%", "%AZP25", "\r", "%0D", "\n", "%0A", "]", "%5D", ";", "%3B")
)
