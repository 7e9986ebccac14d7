package report

import (
	"cmp"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
)

// srcRoot is the name by which code scanning knows the repository's root.
const srcRoot = "%SRCROOT%"

// fileURI is where a file of the snapshot stands, relative to the repository.
// GitHub rejects a whole file for one result without a relative path, so there
// is always one.
func (b *sarifBuilder) fileURI(e audit.EvidenceRef) string {
	file := e.File
	if file == "" {
		file = cmp.Or(string(e.Dataset), "organization") + ".json"
	}
	root, ok := b.snapshotRoot(b.o)
	if !ok {
		root = path.Join("ztagent", cmp.Or(b.Tenant.ID, "tenant"))
	}
	return escapePath(path.Join(root, slashed(file)))
}

// snapshotRoot is the snapshot's place in the repository: as the options say,
// or as the report names it when that is a relative path.
func (v *view) snapshotRoot(o Options) (string, bool) {
	if o.SnapshotURI != "" {
		return path.Clean(o.SnapshotURI), true
	}
	named := path.Clean(slashed(v.Snapshot))
	outside := path.IsAbs(named) || strings.HasPrefix(named, "..") || strings.Contains(named, ":")
	return named, v.Snapshot != "" && !outside
}

func slashed(p string) string { return strings.ReplaceAll(p, `\`, "/") }

// escapePath percent-encodes every segment of a relative path. Segments that
// would climb out of the repository are dropped.
func escapePath(p string) string {
	var segments []string
	for segment := range strings.SplitSeq(p, "/") {
		if segment != "" && segment != "." && segment != ".." {
			segments = append(segments, url.PathEscape(segment))
		}
	}
	return strings.ReplaceAll(strings.Join(segments, "/"), ":", "%3A")
}

// notifications tell what the audit could not see: gaps, rules that are unknown
// as a whole, warnings, and results that were left out.
func (b *sarifBuilder) notifications(dropped int) []sarifNotification {
	list := []sarifNotification{}
	for _, g := range b.Gaps {
		list = append(list, b.gapNotification(g))
	}
	for _, r := range b.view.rules {
		if r.Status == audit.Unknown && len(r.with(audit.Unknown)) == 0 {
			text := fmt.Sprintf("%s is unknown. %s", r.ID, cmp.Or(r.Reason, "The data does not decide it."))
			n := b.notification("rule-unknown", "A rule could not be judged", "warning", text)
			n.AssociatedRule = &sarifDescriptorRef{ID: r.ID, Index: b.rules[r.ID]}
			list = append(list, n)
		}
	}
	for _, warning := range b.Warnings {
		list = append(list, b.notification("audit-warning", "The audit warns", "warning", warning))
	}
	if dropped > 0 {
		text := fmt.Sprintf("%s more than %d were left out, the least severe ones.", plural(dropped, "result"), maxSARIFResults)
		list = append(list, b.notification("results-left-out", "Results were left out", "warning", text))
	}
	return list
}

func (b *sarifBuilder) gapNotification(g audit.ReportGap) sarifNotification {
	level := "note"
	if len(g.Rules) > 0 {
		level = "warning"
	}
	text := fmt.Sprintf("%s: %s.", g.Dataset, g.Status)
	for _, more := range []string{g.Reason, g.Fix} {
		if more != "" {
			text += " " + stopped(more)
		}
	}
	n := b.notification("gap-"+slug(string(g.Status)), "A dataset was not read in full", level, text)
	n.Properties = map[string]any{"dataset": string(g.Dataset), "status": string(g.Status), "rules": g.Rules}
	return n
}

// notification makes one, and its type when it is the first of it.
func (b *sarifBuilder) notification(id, name, level, text string) sarifNotification {
	i := slices.IndexFunc(b.types, func(t sarifNotifyType) bool { return t.ID == id })
	if i < 0 {
		i = len(b.types)
		b.types = append(b.types, sarifNotifyType{
			ID: id, Name: pascal(id), ShortDescription: sarifText{Text: name + "."},
			FullDescription: sarifText{Text: name + ". What could not be seen is unknown, never passed."},
			Help:            sarifText{Text: "The message names the fix."},
		})
	}
	return sarifNotification{
		Descriptor: sarifDescriptorRef{ID: id, Index: i}, Level: level,
		Message: sarifText{Text: stopped(unlinked(text))},
	}
}
