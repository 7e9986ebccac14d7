package redact

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestVerifyAgrees: what Snapshot writes has no leak, and the original itself is
// full of them.
func TestVerifyAgrees(t *testing.T) {
	in := corpus(t)["contoso"]
	for _, ids := range []bool{false, true} {
		out, _ := redacted(t, in, Options{IDs: ids})
		v, err := Verify(context.Background(), in, out, ids)
		require.NoError(t, err)
		assert.Empty(t, v.Leaks)
		assert.Greater(t, v.Searched, 200)
		assert.Positive(t, v.Common)
	}
	v, err := Verify(context.Background(), in, in, false)
	require.NoError(t, err)
	assert.Len(t, v.Leaks, maxLeaks)

	names, _ := redacted(t, in, Options{})
	v, err = Verify(context.Background(), in, names, true)
	require.NoError(t, err)
	require.NotEmpty(t, v.Leaks, "the ids were kept")
	assert.Equal(t, "an id", v.Leaks[0].What)
}

// TestVerifyFindsPlantedLeaks plants one original at a time.
func TestVerifyFindsPlantedLeaks(t *testing.T) {
	in := corpus(t)["contoso"]
	out, _ := redacted(t, in, Options{Key: testKey, IDs: true})
	clean := filesOf(t, out)
	for name, plant := range map[string]struct{ file, text, what string }{
		"a name":               {"agentIdentities.json", `{"value":[{"displayName":"Invoice triage agent"}]}`, "a name"},
		"in another property":  {"agentIdentities.json", `{"value":[{"description":"made by Dana Roy in May"}]}`, "a name"},
		"in capitals":          {"agentIdentities.json", `{"value":[{"x":"DANA ROY"}]}`, "a name"},
		"full width":           {"agentIdentities.json", `{"value":[{"x":"Ｄana　Ｒoy"}]}`, "a name"},
		"joined by dots":       {"agentIdentities.json", `{"value":[{"x":"dana.roy"}]}`, "a name"},
		"percent-encoded":      {"agentIdentities.json", `{"value":[{"x":"https://h/?u=dana%2Eroy%40contoso%2Eexample"}]}`, "a name"},
		"escaped":              {"agentIdentities.json", `{"value":[{"x":"\u0044ana \u0052oy"}]}`, "a name"},
		"escaped twice":        {"agentIdentities.json", `{"value":[{"x":"[\"\\u0044ana Roy\"]"}]}`, "a name"},
		"as a member":          {"agentIdentities.json", `{"value":[{"Dana Roy":1}]}`, "a name"},
		"no space between":     {"agentIdentities.json", `{"value":[{"x":"担当は山田 太郎です"}]}`, "a name"},
		"a user name":          {"signIns.json", `{"value":[{"userPrincipalName":"dana.roy@contoso.example"}]}`, "a name"},
		"a guest":              {"signIns.json", `{"value":[{"x":"priya natarajan"}]}`, "a user or mail name"},
		"a guest's home":       {"signIns.json", `{"value":[{"x":"fabrikam"}]}`, "a domain"},
		"a domain":             {"signIns.json", `{"value":[{"issuer":"https://sts.contoso.example/"}]}`, "a domain"},
		"the label of it":      {"signIns.json", `{"value":[{"x":"api://contoso-token-broker"}]}`, "a domain"},
		"a text":               {"agentIdentityBlueprints.json", `{"value":[{"x":"Agents that run in GitHub Actions of the platform team."}]}`, "a text"},
		"an id":                {"signIns.json", `{"value":[{"x":"f72e4f7f-47d6-4daf-9e5d-97a2cc211ba3"}]}`, "an id"},
		"an id in capitals":    {"signIns.json", `{"value":[{"x":"/users/F72E4F7F-47D6-4DAF-9E5D-97A2CC211BA3/x"}]}`, "an id"},
		"an id without dashes": {"signIns.json", `{"value":[{"extension_f72e4f7f47d64daf9e5d97a2cc211ba3_x":1}]}`, "an id"},
		"an id that is none":   {"signIns.json", `{"value":[{"x":"xJkJXQ85lbjhd8jhY9qq9rTUGa0sIOt4MsdmiIH3sxQ-1"}]}`, "an id"},
		"in an error":          {"signIns.json", `{"error":{"code":"x","message":"not for dana.roy@contoso.example"}}`, "a name"},
		"in a credential":      {"agentIdentityBlueprints.json", `{"value":[{"federatedIdentityCredentials":[{"subject":"repo:contoso/x"}]}]}`, "a domain"},
		"in the manifest":      {"manifest.json", `{"schemaVersion":1,"tenantDisplayName":"Contoso Retail"}`, "a domain"},
		"in what is no JSON":   {"notes.txt", "first line\nby Dana Roy\n", "a name"},
		"in broken JSON":       {"signIns.json", "{\"value\":[{\"x\":\"Dana Roy\"", "a name"},
		"in a file's name":     {"Dana Roy.txt", "", "a name"},
	} {
		files := fstest.MapFS{}
		for file, text := range clean {
			files[file] = &fstest.MapFile{Data: []byte(text)}
		}
		files[plant.file] = &fstest.MapFile{Data: []byte(plant.text)}
		v, err := Verify(context.Background(), in, files, true)
		require.NoError(t, err)
		if assert.Len(t, v.Leaks, 1, name) {
			if name != "in a file's name" {
				assert.Equal(t, plant.file, v.Leaks[0].File, name)
			}
			assert.NotContains(t, strings.ToLower(fmt.Sprint(v.Leaks[0])), "dana", name)
			assert.Equal(t, plant.what, v.Leaks[0].What, name)
			assert.NotContains(t, v.Leaks[0].Place, "value/1", name)
		}
	}
}

// TestLeaksHavePlaces: a leak says where it is, and not what.
func TestLeaksHavePlaces(t *testing.T) {
	in := corpus(t)["contoso"]
	files := fstest.MapFS{
		"signIns.json":     {Data: []byte(`{"value":[{},{"a":{"b":["x","Dana Roy"]}}]}`)},
		"agentUsers.jsonl": {Data: []byte("{}\n{\"error\":{\"message\":\"Dana Roy\"}}\n")},
		"notes.txt":        {Data: []byte("a\nDana Roy")},
		"Dana Roy.txt":     {},
		"memory.json":      {Data: []byte(`{"Dana Roy":{"dana%20roy":["Dana Roy"]}}`)},
	}
	v, err := Verify(context.Background(), in, files, false)
	require.NoError(t, err)
	var got []string
	for _, leak := range v.Leaks {
		got = append(got, fmt.Sprint(leak))
	}
	assert.Equal(t, []string{
		"a name in (hidden).txt at its name",
		"a name in agentUsers.jsonl at /error/message",
		"a name in memory.json at /(hidden)", "a name in memory.json at /(hidden)/(hidden)", "a name in memory.json at /(hidden)/(hidden)/0",
		"a name in notes.txt at line 2", "a name in signIns.json at /value/1/a/b/1",
	}, got)
}

// TestCommonNamesAreFoundInPlace: a name of words that everyone uses cannot be
// searched for, but must not stand where a name is due.
func TestCommonNamesAreFoundInPlace(t *testing.T) {
	files := func(name string) fs.FS {
		return fstest.MapFS{"agentIdentities.json": {Data: []byte(`{"value":[{"displayName":"` + name + `","state":"enabled"}]}`)}}
	}
	in := files("Enabled")
	v, err := Verify(context.Background(), in, in, false)
	require.NoError(t, err)
	require.Len(t, v.Leaks, 1)
	assert.Equal(t, "/value/0/displayName", v.Leaks[0].Place)
	assert.Equal(t, 1, v.Common)
	out, summary := redacted(t, in, Options{Key: testKey})
	assert.Equal(t, 1, summary.Common)
	assert.Contains(t, filesOf(t, out)["agentIdentities.json"], `"state":"enabled"`)
}
