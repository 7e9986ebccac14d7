package report

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/audit"
)

var update = flag.Bool("update", false, "rewrite golden files")

// golden compares got with testdata/name, or rewrites it under -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "%s (rewrite with -update)", path)
}

type writer func(w *bytes.Buffer, r *audit.Report, o Options) error

func render(t *testing.T, write writer, r *audit.Report, o Options) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, write(&b, r, o))
	return b.String()
}

func jsonText(t *testing.T, r *audit.Report) string {
	return render(t, func(w *bytes.Buffer, r *audit.Report, o Options) error { return JSON(w, r, o) }, r, Options{})
}

// compileSchema compiles a JSON Schema, its formats asserted.
func compileSchema(t *testing.T, path string) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource("mem:schema.json", document))
	schema, err := c.Compile("mem:schema.json")
	require.NoError(t, err)
	return schema
}

func validate(t *testing.T, schema *jsonschema.Schema, text string) error {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	require.NoError(t, err)
	return schema.Validate(document)
}

func TestJSONGolden(t *testing.T) { golden(t, "sample.json", []byte(jsonText(t, sample()))) }

func TestJSONIsWhatTheSchemaSays(t *testing.T) {
	schema := compileSchema(t, "../docs/report.schema.json")
	for name, r := range map[string]*audit.Report{"sample": sample(), "hostile": hostile(), "bare": bare()} {
		assert.NoError(t, validate(t, schema, jsonText(t, r)), name)
	}
	for _, broken := range []struct{ old, new string }{
		{`"schemaVersion": 1`, `"schemaVersion": 2`},
		{`"status": "manual"`, `"status": "maybe"`},
		{`"takenAt": "2026-11-20T08:15:00Z"`, `"takenAt": "yesterday"`},
		{`"warnings"`, `"warning"`},
		{`"dataset": "signIns"`, `"dataset": "logins"`},
	} {
		text := strings.Replace(jsonText(t, sample()), broken.old, broken.new, 1)
		assert.Error(t, validate(t, schema, text), broken.new)
	}
}

func TestJSONIsLossless(t *testing.T) {
	for _, r := range []*audit.Report{sample(), hostile(), bare()} {
		text := jsonText(t, r)
		back, err := ReadJSON(strings.NewReader(text))
		require.NoError(t, err)
		assert.Equal(t, r, back)
		assert.Equal(t, text, jsonText(t, back))
	}
}

func TestJSONKeepsSinceWhen(t *testing.T) {
	r := sample()
	r.Checks[1].Rules[0].Findings[0].FailingSince = "2026-10-01T00:00:00Z"
	text := jsonText(t, r)
	assert.NoError(t, validate(t, compileSchema(t, "../docs/report.schema.json"), text))
	back, err := ReadJSON(strings.NewReader(text))
	require.NoError(t, err)
	assert.Equal(t, r, back)
	_, err = ReadJSON(strings.NewReader(strings.Replace(text, "2026-10-01T00:00:00Z", "long ago", 1)))
	assert.ErrorContains(t, err, "/failingSince")
	text, _ = sarif(t, r, Options{})
	assert.Contains(t, text, `"failingSince": "2026-10-01T00:00:00Z"`)
}

func TestJSONSteersNoTerminal(t *testing.T) {
	text := jsonText(t, hostile())
	assert.NotContains(t, text, "##")
	for _, r := range text {
		assert.False(t, hidden(r) && r != '\n', "%U", r)
	}
}

func TestEscapingWriterAcrossWrites(t *testing.T) {
	const text = "a\u202eü請\U000e0041\u007f\u009bz"
	for cut := range len(text) {
		var b bytes.Buffer
		e := &escapingWriter{w: &b}
		for _, part := range []string{text[:cut], text[cut:]} {
			_, err := e.Write([]byte(part))
			require.NoError(t, err)
		}
		require.NoError(t, e.finish())
		assert.Equal(t, `a\u202eü請\udb40\udc41\u007f\u009bz`+"\n", b.String())
	}
}

func TestJSONReportsAFailingWriter(t *testing.T) {
	assert.Error(t, JSON(brokenWriter{}, sample(), Options{}))
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestReadJSONNamesWhatIsWrong(t *testing.T) {
	good := jsonText(t, sample())
	replace := func(old, with string) string {
		require.Contains(t, good, old)
		return strings.Replace(good, old, with, 1)
	}
	lineOf := func(text string) string {
		before, _, found := strings.Cut(good, text)
		require.True(t, found)
		return "line " + itoa(1+strings.Count(before, "\n")) + ":"
	}
	for name, c := range map[string]struct {
		in   string
		want []string
	}{
		"empty":            {" \n", []string{"the report is empty"}},
		"other json":       {`{"value":[]}`, []string{"not a JSON report of ztagent"}},
		"list":             {`[]`, []string{"line 1"}},
		"other version":    {replace(`"schemaVersion": 1`, `"schemaVersion": 2`), []string{"schemaVersion 2", "reads 1"}},
		"cut":              {good[:len(good)/2], []string{"line", "unexpected EOF"}},
		"text after":       {good + "{}", []string{"line"}},
		"unknown member":   {replace(`"clauses"`, `"clausses"`), []string{lineOf(`"clauses"`), "/checks/0/clausses", "not part of a report"}},
		"repeated member":  {replace(`"cloud": "public"`, `"cloud": "public", "cloud": "china"`), []string{lineOf(`"cloud"`), "duplicate"}},
		"wrong type":       {replace(`"agents": 42`, `"agents": "42"`), []string{lineOf(`"agents": 42`), "/summary/agents"}},
		"unknown status":   {replace(`"status": "manual"`, `"status": "maybe"`), []string{lineOf(`"status": "manual"`), "unknown status maybe"}},
		"unknown severity": {replace(`"severity": "medium"`, `"severity": "mild"`), []string{lineOf(`"severity": "medium"`), "unknown severity"}},
		"invalid utf-8":    {replace("Contoso", "Cont\xffso"), []string{lineOf("Contoso"), "invalid UTF-8"}},
		"no checks":        {`{"schemaVersion":1,"takenAt":"2026-11-20T08:15:00Z"}`, []string{"line 1", "/checks", "is missing"}},
		"no time":          {replace("2026-11-20T08:15:00Z", "soon"), []string{lineOf(`"takenAt"`), "/takenAt"}},
		"a finding less":   {replace(`"fail": 14`, `"fail": 13`), []string{"/counts", "evaluated is not the sum"}},
		"utf-16":           {"\xff\xfe{\x00", []string{"UTF-16"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadJSON(strings.NewReader(c.in))
			require.Error(t, err)
			for _, want := range c.want {
				assert.Contains(t, err.Error(), want)
			}
		})
	}
}

func TestReadJSONAcceptsABOM(t *testing.T) {
	_, err := ReadJSON(strings.NewReader("\ufeff" + jsonText(t, sample())))
	assert.NoError(t, err)
}

func TestReadJSONIsBounded(t *testing.T) {
	text := jsonText(t, bare())
	_, err := readJSON(strings.NewReader(text), int64(len(text)))
	assert.NoError(t, err)
	_, err = readJSON(strings.NewReader(text), int64(len(text))-1)
	assert.ErrorContains(t, err, "larger than")
	_, err = ReadJSON(strings.NewReader(strings.Repeat("[", 100_000)))
	assert.Error(t, err)
	_, err = ReadJSON(iotest.ErrReader(errors.New("unplugged")))
	assert.ErrorContains(t, err, "unplugged")
}
