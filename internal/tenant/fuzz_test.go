package tenant

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plainSentence holds that what is said of a bad file can be printed as it is.
func plainSentence(t *testing.T, text string) {
	t.Helper()
	assert.NotEmpty(t, text)
	assert.Equal(t, -1, strings.IndexFunc(text, unicode.IsControl), "%q", text)
	assert.Less(t, len(text), 1000)
}

// FuzzDatasets reads any text as any dataset. Each is data or a gap with a plain
// reason, and what was read is found again.
func FuzzDatasets(f *testing.F) {
	for i := range datasetOrder {
		f.Add([]byte(twoAgents), uint8(i), false)
		f.Add([]byte("{\"id\":\"a\"}\n{\"id\":\"b\",\"displayName\":null}\n"), uint8(i), true)
	}
	fixture := func(d Dataset) {
		text, err := os.ReadFile(filepath.Join("..", "..", "fixtures", "contoso", string(d)+".json"))
		require.NoError(f, err)
		if len(text) > 8<<10 {
			return // the fuzzer is quicker with little
		}
		f.Add(text, datasetIndex(d)-1, false)
	}
	for _, d := range datasetOrder {
		fixture(d)
	}
	f.Add([]byte(nested(3)), uint8(2), false)
	f.Add([]byte(nested(70)), uint8(2), true)
	f.Add([]byte(`{"error":{"code":"x"}}`), uint8(9), false)
	f.Add([]byte("\xff\xfe{\x00}\x00"), uint8(3), false)
	f.Fuzz(func(t *testing.T, data []byte, which uint8, lines bool) {
		d := datasetOrder[int(which)%len(datasetOrder)]
		name := string(d) + ".json"
		if lines {
			name += "l"
		}
		s, err := OpenFS(fstest.MapFS{name: {Data: data}}, "fuzz")
		require.NoError(t, err)
		if gap, is := s.Gap(d); is {
			plainSentence(t, gap.Reason)
			return
		}
		for a := range s.AgentIdentities.All() {
			places, err := s.Locate([]LocateRequest{{a.Origin, "/sponsors/0/id"}})
			require.NoError(t, err, "an object that was read cannot be found again")
			assert.NotZero(t, places[0].Region.StartLine)
		}
	})
}

// FuzzManifest holds that a manifest that is read is written so that it reads the
// same.
func FuzzManifest(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"schemaVersion":1}`,
		`{"schemaVersion":1,"takenAt":"2026-11-20T06:00:00Z","window":{"signIns":"P30D"},"datasets":{"signIns":{"status":"forbidden","error":{"code":"x"}}}}`,
		`{"schemaVersion":1,"datasets":{"agentIdentities":{"status":"complete","count":3,"relations":"complete","gaps":[{"id":"a","relation":"sponsors","status":"failed"}]}}}`,
	} {
		f.Add([]byte(seed))
	}
	text, err := os.ReadFile(filepath.Join("..", "..", "fixtures", "forbidden", ManifestName))
	require.NoError(f, err)
	f.Add(text)
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := OpenFS(fstest.MapFS{ManifestName: {Data: data}}, "fuzz"); err != nil {
			plainSentence(t, err.Error())
			return
		}
		m, _, err := ReadManifest(fstest.MapFS{ManifestName: {Data: data}})
		require.NoError(t, err)
		written, err := m.Marshal()
		require.NoError(t, err)
		again, _, err := ReadManifest(fstest.MapFS{ManifestName: {Data: written}})
		require.NoError(t, err, string(written))
		assert.Equal(t, m, again)
	})
}

// FuzzArchive opens any bytes as an archive: nothing is written outside the place
// for temporary files, and nothing is left there.
func FuzzArchive(f *testing.F) {
	for _, entries := range [][]string{
		{"manifest.json"},
		{"snapshot/", "snapshot/agentIdentities.json"},
		{"../agentIdentities.json"},
		{"/etc/agentIdentities.json"},
		{`a\b.json`},
		{"a", "a/b"},
		{"./agentIdentities.json", "agentIdentities.json"},
	} {
		f.Add(zipOf(f, entries), false)
		f.Add(tarOf(f, entries, tar.TypeReg), true)
	}
	f.Add(tarOf(f, []string{"agentIdentities.json"}, tar.TypeSymlink), true)
	f.Add(tarOf(f, []string{"agentIdentities.json"}, tar.TypeLink), true)
	root := f.TempDir()
	temporary := filepath.Join(root, "tmp")
	require.NoError(f, os.Mkdir(temporary, 0o700))
	f.Setenv("TMPDIR", temporary)
	f.Fuzz(func(t *testing.T, data []byte, tarball bool) {
		name, open := filepath.Join(root, "snapshot.zip"), openZip
		if tarball {
			name, open = filepath.Join(root, "snapshot.tar.gz"), openTar
		}
		require.NoError(t, os.WriteFile(name, data, 0o600))
		const most = 1 << 20
		fsys, cleanup, err := open(name, most)
		if err == nil {
			var s *Snapshot
			if s, err = openAs(fsys, name, nil, cleanup); err == nil {
				require.NoError(t, s.Close())
			}
		}
		if err != nil {
			assert.NotContains(t, err.Error(), "\n")
		}
		require.NoError(t, os.Remove(name))
		left := 0
		require.NoError(t, filepath.WalkDir(root, func(string, fs.DirEntry, error) error { left++; return nil }))
		require.Equal(t, 2, left, "something was written beside the archive, or stayed")
	})
}

func zipOf(tb testing.TB, names []string) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		w, err := z.Create(name)
		require.NoError(tb, err)
		if !strings.HasSuffix(name, "/") {
			_, err = w.Write([]byte(twoAgents))
			require.NoError(tb, err)
		}
	}
	require.NoError(tb, z.Close())
	return b.Bytes()
}

func tarOf(tb testing.TB, names []string, kind byte) []byte {
	tb.Helper()
	var b bytes.Buffer
	compressed := gzip.NewWriter(&b)
	w := tar.NewWriter(compressed)
	for _, name := range names {
		header := &tar.Header{Name: name, Typeflag: kind, Mode: 0o600}
		switch {
		case strings.HasSuffix(name, "/"):
			header.Typeflag = tar.TypeDir
		case kind == tar.TypeReg:
			header.Size = int64(len(twoAgents))
		default:
			header.Linkname = "manifest.json"
		}
		require.NoError(tb, w.WriteHeader(header))
		if header.Size > 0 {
			_, err := w.Write([]byte(twoAgents))
			require.NoError(tb, err)
		}
	}
	require.NoError(tb, w.Close())
	require.NoError(tb, compressed.Close())
	return b.Bytes()
}

// FuzzTime holds the quick way of reading a time to the slow one, and windows to
// what durations can be.
func FuzzTime(f *testing.F) {
	for _, seed := range []string{
		"2026-11-20T04:12:45Z", "2026-11-20T04:12:45.1234567Z", "2026-02-29T00:00:00Z", "2024-02-29T24:00:00Z",
		"0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-11-20T04:12:45+01:00", "P30D", "P1DT2H", "PT-1H", "P99999D",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var quick, slow Time
		if quick.parsePlain([]byte(text)) {
			require.NoError(t, slow.parse(text), text)
			assert.Equal(t, slow, quick, text)
		}
		if err := slow.parse(text); err != nil {
			plainSentence(t, err.Error())
		}
		if d, err := ParseWindow(text); err == nil {
			assert.GreaterOrEqual(t, d, time.Duration(0), text)
		} else {
			plainSentence(t, err.Error())
		}
	})
}

// FuzzID holds that ids compare without case and keep their text.
func FuzzID(f *testing.F) {
	for _, seed := range []string{"71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444", "71C4E9A0-2B8D-4F63-A5E7-0D1C2B3A4444", "", "x", "İ", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id := ParseID(text)
		assert.Equal(t, id, ParseID(id.String()), text)
		assert.Equal(t, text == "", id.IsZero(), text)
		if id.IsGUID() {
			assert.Equal(t, id, ParseID(strings.ToUpper(text)))
			assert.True(t, strings.EqualFold(text, id.String()), text)
		}
	})
}
