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
		"Use `az ad app` with [this guide](https://x/y).": "Use az ad app with this guide.",
		"No stop": "No stop",
		"Grant Policy.Read.All (delegated or app). 2 ways": "Grant Policy.Read.All (delegated or app).",
		`Agent "Dr. Who" is at risk. It is enabled.`:       `Agent "Dr. Who" is at risk.`,
	} {
		assert.Equal(t, want, firstSentence(plain(in)))
	}
}

func TestGist(t *testing.T) {
	for in, want := range map[string]string{
		"1. Open the portal.\n2. Look.":   "Open the portal. Look.",
		"**Remove** v1.0 of it\nat once.": "Remove v1.0 of it at once.",
		"Add a credential first (`POST https://graph.microsoft.com/x`), move the agent to it, then remove the secret: in the portal.": "Add a credential first, move the agent to it…",
		"Read the detections, and disable the agent, there or with\n\n```http\nPATCH\n```":                                            "Read the detections, and disable the agent…",
		"Name it: `PATCH https://graph.microsoft.com/x`.":                                                                             "Name it…",
		"Choose **Users, agents or workload identities > All of them**, and save.":                                                    "Choose Users, agents or workload identities > All of them…",
		strings.Repeat("x", 100):                                                         strings.Repeat("x", 57) + "…",
		"Nobody answers. Name *an owner* of it. Then wait.":                              "Nobody answers. Name an owner of it. Then wait.",
		"Replace it with a permission on selected objects (Sites.Selected, and others).": "Replace it with a permission on selected objects…",
		"": "",
	} {
		assert.Equal(t, want, gist(in, 60))
	}
}
