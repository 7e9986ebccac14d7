package redact

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// renamer is a visitor that gives every display name another one, and words of
// other names to every address, host and text.
type renamer struct {
	names []string
	given map[string]string
}

func (r *renamer) member(_ *where, name string) string { return name }

func (r *renamer) object(p *where, raw jsontext.Value) ([]byte, error) { return walkObject(p, raw, r) }

func (r *renamer) text(p *where, s string) string {
	if isBlank(s) {
		return s
	}
	switch {
	case p.class == displayName || p.class == freeText && p.parent() != "modifiedProperties":
		return r.another(s)
	case p.class == mailAddress:
		local, domain, _ := cutLast(s, "@")
		return r.another(local) + "@" + r.another(domain)
	case p.last() == "publisherDomain":
		return r.another(s)
	}
	return s
}

func (r *renamer) another(s string) string {
	if _, ok := r.given[s]; !ok {
		r.given[s] = r.names[len(r.given)%len(r.names)]
	}
	return r.given[s]
}

func renamed(t testing.TB, in fs.FS, names []string) fs.FS {
	t.Helper()
	r := &renamer{names, map[string]string{}}
	out := fstest.MapFS{}
	entries, err := fs.ReadDir(in, ".")
	require.NoError(t, err)
	for _, e := range entries {
		text, err := fs.ReadFile(in, e.Name())
		require.NoError(t, err)
		var b bytes.Buffer
		require.NoError(t, walk(context.Background(), bytes.NewReader(text), &b, r))
		out[e.Name()] = &fstest.MapFile{Data: b.Bytes()}
	}
	return out
}

// values is a visitor that collects what Microsoft says in a snapshot.
type values struct{ found map[string]bool }

func (v *values) member(_ *where, name string) string {
	v.found[name] = true
	return name
}

func (v *values) object(p *where, raw jsontext.Value) ([]byte, error) { return walkObject(p, raw, v) }

func (v *values) text(p *where, s string) string {
	if p.class == enumeration || p.class == permission || p.class == messageText {
		v.found[s] = true
	}
	return s
}

// TestHostileNames: objects that are called like Microsoft's own words, like
// parts of the files, or like nothing at all, change no verdict, and verdicts
// stay when they are redacted.
func TestHostileNames(t *testing.T) {
	in := corpus(t)["contoso"]
	v := &values{map[string]bool{}}
	for _, text := range filesOf(t, in) {
		require.NoError(t, walk(context.Background(), strings.NewReader(text), io.Discard, v))
	}
	hostile := []string{
		"", " ", "\u00a0", "name-abcdefghijkl", "text-aaaaaaaaaaaa", "2026-11-20T06:00:00Z", "P90D", "20T06", "42", "1234567890",
		"10.0.0.0/8", "71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444", "71c4e9a0", "-1", "[true]", "true", "null", "All", "None", "*", "?",
		"https://login.microsoftonline.com/", "graph.microsoft.com", "/", "//", "Directory", "@odata.type", "displayName", "id",
		"../../etc/passwd", "\x1b[31mred", "\u202edlrow", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "::error::x",
		strings.Repeat("very long ", 2000), strings.Repeat("x", 40000), "\u0000", "🦊", "李", "経費", "a", "ab", "Σίσυφος", "ΣΊΣΥΦΟΣ",
		"%44ana", "\\", "\"", "'", "`", "claims['sub'] eq 'x'", "CustomSecurityAttribute.AgentGovernance_Stage -eq \"Approved\"",
	}
	for name := range v.found {
		hostile = append(hostile, name)
	}
	for line := range lines(wordsTXT) {
		hostile = append(hostile, strings.Fields(line)...)
	}
	slices.Sort(hostile)
	step := 400
	for start := 0; start < len(hostile); start += step {
		if testing.Short() && start > 0 {
			break
		}
		changed := renamed(t, in, hostile[start:min(start+step, len(hostile))])
		for _, ids := range []bool{false, true} {
			o := Options{Key: testKey, IDs: ids}
			out, _ := redacted(t, changed, o)
			want := verdicts(t, changed, pseudonymOf(t, changed, o))
			got := verdicts(t, out, itself)
			if !slices.Equal(want, got) {
				t.Errorf("names from %d, ids %v: verdicts differ:\n%s", start, ids, difference(want, got))
			}
			v, err := Verify(context.Background(), changed, out, ids)
			require.NoError(t, err)
			assert.Empty(t, v.Leaks, fmt.Sprintf("names from %d, ids %v", start, ids))
		}
	}
}
