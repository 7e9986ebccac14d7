package main

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/diff"
	"github.com/ztagent/ztagent/report"
)

const hostileText = "::error::x\n##vso[task.complete] \x1b[2J\u202e<img src=x onerror=alert(1)> | `@all` [a](javascript:x) =1+1 請求書處理代理人 " +
	"averyveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryverylongword"

// hostileDiff has a change of every kind, and hostile text in every string.
func hostileDiff() *diff.Diff {
	d := &diff.Diff{
		Warnings: []string{""}, RulesOnlyInOld: []string{""}, RulesOnlyInNew: make([]string, 7),
		Agents:    &diff.Agents{Appeared: make([]diff.Agent, 12), Vanished: make([]diff.Agent, 1), NotCompared: []string{""}},
		Inherited: &diff.InheritedChanges{Appeared: []diff.Inherited{{Agents: make([]diff.Agent, 2)}}, NotCompared: []string{""}},
		Summary:   diff.Summary{New: 1, Worse: 1, WaiverExpired: 1, NewlyUnknown: 1, StillFailing: 1, Fixed: 1},
	}
	for range diff.Kinds() {
		d.Changes = append(d.Changes, diff.Change{Resource: &audit.ResourceRef{}, Waiver: &audit.AppliedWaiver{}})
	}
	fill(reflect.ValueOf(d).Elem())
	for i, kind := range diff.Kinds() {
		d.Changes[i].Kind, d.Changes[i].Severity, d.Changes[i].OldSeverity = kind, audit.High, audit.Low
		d.Changes[i].Was, d.Changes[i].FailingSince = diff.NotListed, "2026-11-20T08:00:00Z"
	}
	d.Old.Source, d.New.Source = diff.FromReport, diff.FromReport
	d.Old.TakenAt, d.New.TakenAt = "2026-11-20T08:00:00Z", "2026-11-21T08:00:00Z"
	return d
}

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(hostileText)
	case reflect.Pointer:
		fill(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	}
}

func TestHostileNamesDoNothingInADiff(t *testing.T) {
	view := diffView{gate: gate{failOn: audit.Low, unknown: "fail"}, limit: 10}
	command := regexp.MustCompile(`(?m)^\s*::[A-Za-z]|##(vso)?\[`)
	for name, write := range map[string]func(*strings.Builder) error{
		"table":    func(b *strings.Builder) error { return view.table(b, hostileDiff()) },
		"markdown": func(b *strings.Builder) error { return view.markdown(b, hostileDiff()) },
		"json":     func(b *strings.Builder) error { return report.WriteJSON(b, hostileDiff()) },
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			require.NoError(t, write(&b))
			text := b.String()
			for _, r := range text {
				require.False(t, r != '\n' && unicode.Is(unicode.C, r), "%U", r)
			}
			assert.NotRegexp(t, command, text)
			if name == "markdown" {
				outside := regexp.MustCompile("(`+)[^\n]*?[^`]`+").ReplaceAllString(text, "")
				assert.NotContains(t, outside, "<img")
				assert.NotRegexp(t, `(^|[^\\])\]\(`, outside)
			}
			if name == "table" {
				for line := range strings.Lines(text) {
					assert.LessOrEqual(t, report.Columns(strings.TrimRight(line, "\n")), 80, line)
				}
			}
		})
	}
}

// TestDiffMarkdownIsBounded: what does not fit is counted.
func TestDiffMarkdownIsBounded(t *testing.T) {
	d := hostileDiff()
	for range 3000 {
		d.Changes = append(d.Changes, d.Changes[0])
	}
	var b strings.Builder
	view := diffView{gate: gate{failOn: audit.Low, unknown: "fail"}, limit: -1}
	require.NoError(t, view.markdown(&b, d))
	assert.Less(t, b.Len(), maxDiffMarkdown+1000)
	assert.Contains(t, b.String(), "1 section left out")
}
