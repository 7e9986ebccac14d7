package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWrapMeasuresColumns(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"one two three", 7, []string{"one two", "three"}},
		{"  one \n two  ", 20, []string{"one two"}},
		{"請求書処理エージェント", 6, []string{"請求書", "処理エ", "ージェ", "ント"}},
		{"a 👩‍💻👩‍💻 b", 4, []string{"a", "👩‍💻👩‍💻", "b"}},
		{"xxxx::error::y", 4, []string{"xxx", "x::e", "rro", "r::y"}},
		{"x 0123456789", 4, []string{"x", "0123", "4567", "89"}},
	} {
		got := wrap(c.in, c.width)
		assert.Equal(t, c.want, got)
		for _, line := range got {
			assert.LessOrEqual(t, columns(line), c.width)
		}
	}
}

func TestShorten(t *testing.T) {
	assert.Equal(t, "short", shorten("short", 5))
	assert.Equal(t, "shor…", shorten("shorter", 5))
	assert.Equal(t, "請求…", shorten("請求書処理", 5))
	assert.Equal(t, 60, columns(shorten(strings.Repeat("x", 10_000), 60)))
}

func TestFirstSentence(t *testing.T) {
	for in, want := range map[string]string{
		"Remove the secret. Then wait.":                   "Remove the secret.",
		"Set it, e.g. to report-only. Then look.":         "Set it, e.g. to report-only.",
		"1. Open the portal.\n2. Look.":                   "Open the portal.",
		"Use `az ad app` with [this guide](https://x/y).": "Use az ad app with this guide.",
		"No stop":                         "No stop",
		"**Remove** v1.0 of it\nand more": "Remove v1.0 of it",
		"Grant Policy.Read.All (delegated or app). 2 ways": "Grant Policy.Read.All (delegated or app).",
	} {
		assert.Equal(t, want, firstSentence(plain(in)))
	}
}
