package redacttest

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOriginals(t *testing.T) {
	found, err := Originals(fstest.MapFS{
		"agentUsers.json": {Data: []byte(`{"value":[{"id":"71C4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444","displayName":"Dana Roy","state":"enabled",
			"userPrincipalName":"dana@contoso.example","otherMails":["SMTP:roy@litware.example"],"modifiedProperties":[{"displayName":"AccountEnabled"}],
			"homepage":"https://www.wingtip.example/71c4e9a0","mail":""}]}`)},
		"signIns.jsonl": {Data: []byte("{\"city\":\"Paris\"}\n{\"city\":\"Oslo\",\"givenName\":\"Priya\"}\n")},
		"notes.txt":     {Data: []byte("not JSON")},
	}, true)
	require.NoError(t, err)
	var all []string
	for text := range found {
		all = append(all, text)
	}
	assert.ElementsMatch(t, []string{
		"71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444", "dana roy", "dana@contoso.example", "contoso.example",
		"smtp:roy@litware.example", "litware.example", "www.wingtip.example", "paris", "priya",
	}, all)
	_, err = Originals(fstest.MapFS{"signIns.json": {Data: []byte(`{`)}}, true)
	assert.ErrorContains(t, err, "signIns.json")
}

func TestSearcher(t *testing.T) {
	s := NewSearcher(map[string]bool{"dana roy": true, "zoë & söns": true, "public": true}, func(text string) bool { return text == "public" })
	assert.Equal(t, 2, s.Len())
	for _, text := range []string{
		"by Dana Roy in May", `"\u0044ana \u0052oy"`, "dana%20roy", "dana&#32;roy", "DANA ROY", "x\ny dana roy",
	} {
		assert.Equal(t, []string{"dana roy"}, s.In(text), text)
	}
	for _, text := range []string{"Zoë &amp; Söns", "ZO%C3%8B & S%C3%96NS", `Zo\u00eb \u0026 S\u00f6ns`, "zoë & söns"} {
		assert.Equal(t, []string{"zoë & söns"}, s.In(text), text)
	}
	assert.Empty(t, s.In("dana r, public"))
	found, err := s.InFiles(fstest.MapFS{"a/Dana Roy.txt": {Data: []byte("dana roy")}, "b": {Data: []byte("x")}})
	require.NoError(t, err)
	slices.Sort(found)
	assert.Equal(t, []string{"a/Dana Roy.txt: dana roy", "a/Dana Roy.txt: in its name: dana roy"}, found)
}
