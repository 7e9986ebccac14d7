package redact

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf16"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/synth"
	"github.com/ztagent/ztagent/internal/tenant"
)

func file1(name, text string) fs.FS { return fstest.MapFS{name: {Data: []byte(text)}} }

// TestOneKeyOnePseudonym: the same key makes the same files, and so snapshots of
// one tenant can be compared; another key shares nothing with it.
func TestOneKeyOnePseudonym(t *testing.T) {
	in := corpus(t)["contoso"]
	for _, ids := range []bool{false, true} {
		first, _ := redacted(t, in, Options{Key: testKey, IDs: ids})
		again, _ := redacted(t, in, Options{Key: testKey, IDs: ids})
		assert.Equal(t, filesOf(t, first), filesOf(t, again))
		other, _ := redacted(t, in, Options{Key: []byte("another key of sufficient length"), IDs: ids})
		fresh, _ := redacted(t, in, Options{IDs: ids})
		for _, out := range []fs.FS{other, fresh} {
			v, err := Verify(context.Background(), first, out, false)
			require.NoError(t, err)
			assert.Empty(t, v.Leaks, "no pseudonym is shared")
		}
	}
	_, err := Snapshot(context.Background(), in, filepath.Join(t.TempDir(), "x"), Options{Key: []byte("short")})
	assert.ErrorContains(t, err, "at least 16")
}

// TestAgentsStayTheSameAcrossSnapshots: an agent of two snapshots has one
// pseudonym in both, whatever else changed.
func TestAgentsStayTheSameAcrossSnapshots(t *testing.T) {
	before := file1("agentIdentities.json", `{"value":[{"id":"71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444","displayName":"Ledger"}]}`)
	after := fstest.MapFS{
		"agentIdentities.json": {Data: []byte(`{"value":[{"id":"a1c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444","displayName":"New"},{"id":"71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444","displayName":"Ledger"}]}`)},
		"agentUsers.json":      {Data: []byte(`{"value":[{"displayName":"Ledger"}]}`)},
	}
	first, _ := redacted(t, before, Options{Key: testKey, IDs: true})
	second, _ := redacted(t, after, Options{Key: testKey, IDs: true})
	object := strings.TrimSuffix(strings.TrimPrefix(filesOf(t, first)["agentIdentities.json"], `{"value":[`), `]}`)
	assert.Contains(t, filesOf(t, second)["agentIdentities.json"], object)
}

// TestFormStays: white space, order, numbers and the end of lines are kept;
// texts are UTF-8 without a byte order mark.
func TestFormStays(t *testing.T) {
	text := "{ \"@odata.context\" : \"https://graph.microsoft.com/beta/$metadata#x\",\r\n\t\"value\":[\r\n {\"z\":1.50,\"a\":[true , null],\"displayName\":\"Dana Roy\" ,\"createdDateTime\":\"2026-01-02T03:04:05Z\"},\r\n {} ] }\r\n"
	want := strings.Replace(text, "Dana Roy", nameOf(t, "Dana Roy"), 1)
	utf16LE := []byte{0xFF, 0xFE}
	for _, unit := range utf16.Encode([]rune(text)) {
		utf16LE = append(utf16LE, byte(unit), byte(unit>>8))
	}
	for name, data := range map[string][]byte{
		"plain": []byte(text), "byte order mark": append([]byte("\ufeff"), text...), "UTF-16": utf16LE,
	} {
		out, _ := redacted(t, file1("signIns.json", string(data)), Options{Key: testKey})
		assert.Equal(t, want, filesOf(t, out)["signIns.json"], name)
	}
	lines := "{\"displayName\":\"Dana Roy\"}\n\n{\"id\":\"x\"}\r\n"
	out, _ := redacted(t, file1("signIns.jsonl", lines), Options{Key: testKey})
	assert.Equal(t, strings.Replace(lines, "Dana Roy", nameOf(t, "Dana Roy"), 1), filesOf(t, out)["signIns.jsonl"])
}

func nameOf(t *testing.T, name string) string {
	t.Helper()
	p, err := newPseudonyms(testKey)
	require.NoError(t, err)
	return (&rewriter{p, newKnowledge(), false}).name(name)
}

// TestOutputIsPrivateAndWhole looks at modes, and at what failure leaves.
func TestOutputIsPrivateAndWhole(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "out")
	in := file1("signIns.json", `{"value":[]}`)
	_, err := Snapshot(context.Background(), in, dir, Options{})
	require.NoError(t, err)
	info, err := os.Stat(dir)
	require.NoError(t, err)
	assert.Equal(t, fs.ModeDir|0o700, info.Mode())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 2)
	for _, e := range entries {
		info, err := e.Info()
		require.NoError(t, err)
		assert.Equal(t, fs.FileMode(0o600), info.Mode(), e.Name())
	}

	_, err = Snapshot(context.Background(), in, dir, Options{})
	assert.ErrorContains(t, err, "not empty")
	empty := filepath.Join(parent, "empty")
	require.NoError(t, os.Mkdir(empty, 0o755))
	_, err = Snapshot(context.Background(), in, empty, Options{})
	require.NoError(t, err)
	info, err = os.Stat(empty)
	require.NoError(t, err)
	assert.Equal(t, fs.ModeDir|0o700, info.Mode())

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for name, try := range map[string]func() error{
		"interrupted": func() error {
			_, err := Snapshot(ctx, in, filepath.Join(parent, "no"), Options{})
			return err
		},
		"unreadable": func() error {
			_, err := Snapshot(context.Background(), broken{in}, filepath.Join(parent, "no"), Options{})
			return err
		},
		"no snapshot": func() error {
			_, err := Snapshot(context.Background(), fstest.MapFS{}, filepath.Join(parent, "no"), Options{})
			return err
		},
		"two files of one dataset": func() error {
			_, err := Snapshot(context.Background(), fstest.MapFS{"signIns.json": {}, "signIns.jsonl": {}}, filepath.Join(parent, "no"), Options{})
			return err
		},
		"a manifest that is none": func() error {
			_, err := Snapshot(context.Background(), file1("manifest.json", `{"schemaVersion":2}`), filepath.Join(parent, "no"), Options{})
			return err
		},
		"no parent": func() error {
			_, err := Snapshot(context.Background(), in, filepath.Join(parent, "a", "b"), Options{})
			return err
		},
	} {
		assert.Error(t, try(), name)
	}
	left, err := os.ReadDir(parent)
	require.NoError(t, err)
	assert.Len(t, left, 2, "nothing half-written is left")
}

// broken is a file system whose data files fail in the middle.
type broken struct{ fs.FS }

func (b broken) Open(name string) (fs.File, error) {
	f, err := b.FS.Open(name)
	if name == "signIns.json" && err == nil {
		return brokenFile{f}, nil
	}
	return f, err
}

type brokenFile struct{ fs.File }

func (brokenFile) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: "signIns.json", Err: errors.New("input/output error")}
}

// TestWhatIsNoJSONIsLeftOut: it cannot be rewritten, and its dataset is malformed
// before and after.
func TestWhatIsNoJSONIsLeftOut(t *testing.T) {
	for name, text := range map[string]string{
		"cut short": `{"value":[{"displayName":"Dana Roy"`, "twice": `{"value":[{"id":"a","id":"b"}]}`,
		"trailing": `{"value":[]} Dana Roy`, "invalid UTF-8": "{\"value\":[{\"x\":\"\xff\"}]}", "not JSON": "Dana Roy", "empty": "",
		"half a character": "\xff\xfe{\x00\x00",
	} {
		in := fstest.MapFS{
			"signIns.json": {Data: []byte(text)}, "agentUsers.json": {Data: []byte(`{"value":[]}`)},
			"manifest.json": {Data: []byte(`{"schemaVersion":1,"takenAt":"2026-11-20T06:00:00Z","datasets":{"signIns":{"status":"complete"}}}`)},
		}
		out, summary := redacted(t, in, Options{Key: testKey})
		if name == "empty" {
			assert.Empty(t, summary.Malformed, "an empty text is no JSON value, and no broken one")
		} else {
			assert.Equal(t, []tenant.Dataset{tenant.DatasetSignIns}, summary.Malformed, name)
			assert.NotContains(t, filesOf(t, out), "signIns.json")
		}
		s, err := tenant.OpenFS(out, "out")
		require.NoError(t, err)
		gap, ok := s.Gap(tenant.DatasetSignIns)
		assert.True(t, ok, name)
		assert.Equal(t, tenant.GapMalformed, gap.Status, name)
	}
}

// TestWithoutManifest: when a snapshot was taken is told by its files, and must
// not become the time of its redaction.
func TestWithoutManifest(t *testing.T) {
	at := time.Date(2026, 10, 1, 2, 3, 4, 5000, time.UTC)
	in := fstest.MapFS{
		"organization.json": {Data: []byte(`{"value":[{"id":"71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444","displayName":"Contoso"}]}`), ModTime: at},
		"signIns.json":      {Data: []byte(`{"value":[]}`), ModTime: at.Add(-time.Hour)},
		"notes.txt":         {Data: []byte("Contoso"), ModTime: at.Add(time.Hour)},
	}
	out, summary := redacted(t, in, Options{Key: testKey})
	assert.Equal(t, []string{"notes.txt"}, summary.Ignored)
	assert.Equal(t, 2, summary.Files)
	s, err := tenant.OpenFS(out, "out")
	require.NoError(t, err)
	assert.Equal(t, at, s.TakenAt)
	assert.True(t, s.Redacted)
	assert.Equal(t, "71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444", s.TenantID.String())
	assert.Empty(t, s.Warnings)
}

// TestErrorsStayWhatTheyAre: an error body is told to be a missing permission,
// licence or feature by its words.
func TestErrorsStayWhatTheyAre(t *testing.T) {
	for _, body := range []string{
		`{"code":"Authorization_RequestDenied","message":"Insufficient privileges for dana.roy@contoso.example."}`,
		`{"code":"AadPremiumLicenseRequired","message":"Contoso has no such thing"}`,
		`{"code":"x","message":"ContosoIsNotLicensed for this"}`,
		`{"code":"x","message":"the contosofeatureis not enabled"}`,
		`{"code":"x","message":"xnotprovisionedx"}`,
		`{"code":"","message":"Contoso: SkuMissing"}`,
		`{"code":"SkuMissing","message":""}`,
		`{"message":"permission Mail.Read missing, says Dana Roy"}`,
		`{"code":"forbidden"}`, `{"code":null,"message":null}`, `{"code":1}`, `{}`, `{"code":"UnAuthorized","innerError":{"request-id":"x"}}`,
	} {
		in := file1("signIns.json", `{"error":`+body+`}`)
		out, _ := redacted(t, in, Options{Key: testKey})
		want, got := gapOf(t, in), gapOf(t, out)
		assert.Equal(t, want, got, body)
		for _, name := range []string{"dana", "roy", "contoso"} {
			assert.NotContains(t, strings.ToLower(filesOf(t, out)["signIns.json"]), name, body)
		}
	}
}

func gapOf(t *testing.T, fsys fs.FS) tenant.GapStatus {
	t.Helper()
	s, err := tenant.OpenFS(fsys, "x")
	require.NoError(t, err)
	gap, _ := s.Gap(tenant.DatasetSignIns)
	return gap.Status
}

// TestWhereabouts: numbers that say where somebody was go; others stay.
func TestWhereabouts(t *testing.T) {
	in := file1("signIns.json", `{"value":[{"location":{"city":"Paris","geoCoordinates":{"latitude":48.85,"altitude":null}},"status":{"errorCode":53003}}]}`)
	out, _ := redacted(t, in, Options{Key: testKey})
	got := filesOf(t, out)["signIns.json"]
	assert.Contains(t, got, `"geoCoordinates":{"latitude":0,"altitude":null}`)
	assert.Contains(t, got, `"errorCode":53003`)
	assert.NotContains(t, got, "Paris")
}

// TestMemoryIsBounded: what is held does not grow with a file.
func TestMemoryIsBounded(t *testing.T) {
	var b bytes.Buffer
	b.WriteString(`{"value":[`)
	for range 20000 {
		b.WriteString(`{"displayName":"Dana Roy","n":[1,2,3,4,5,6,7,8,9,10],"id":"71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444"},`)
	}
	b.WriteString(`{}]}`)
	p, err := newPseudonyms(testKey)
	require.NoError(t, err)
	r := &fileRewriter{rewriter: &rewriter{p, newKnowledge(), true}, cache: map[cached]string{}}
	src := &window{ctx: context.Background(), r: bytes.NewReader(b.Bytes())}
	w := &walker{dec: jsontext.NewDecoder(src), src: src, out: &largest{}, visitor: r, interned: map[string]string{}}
	w.path.dec = w.dec
	require.NoError(t, w.run())
	assert.Less(t, w.out.(*largest).n, 256<<10)
	assert.Less(t, cap(src.buf), 1<<20)
}

type largest struct{ n int }

func (l *largest) Write(b []byte) (int, error) {
	l.n = max(l.n, len(b))
	return len(b), nil
}

// TestTwiceRedacted: a redacted snapshot is one like any other.
func TestTwiceRedacted(t *testing.T) {
	in := generate(t, 1, synth.DefaultOptions())
	once, _ := redacted(t, in, Options{Key: testKey, IDs: true})
	twice, _ := redacted(t, once, Options{Key: testKey, IDs: true})
	v, err := Verify(context.Background(), once, twice, true)
	require.NoError(t, err)
	assert.Empty(t, v.Leaks)
}

// TestWhatTheTenantNames: properties that the tenant made are texts, whatever
// they are called.
func TestWhatTheTenantNames(t *testing.T) {
	in := file1("logAnalyticsWorkspaces.json",
		`{"value":[{"tags":{"source":"laptop","Dana Roy":"type"},"extension_71c4e9a02b8d4f63a5e70d1c2b3a4444_state":"fired"},{"displayName":"Dana Roy"}]}`)
	out, _ := redacted(t, in, Options{Key: testKey, IDs: true})
	got := filesOf(t, out)["logAnalyticsWorkspaces.json"]
	for _, text := range []string{"laptop", "Dana", `"type"`, "fired", "71c4e9a0"} {
		assert.NotContains(t, got, text)
	}
	assert.Contains(t, got, `"source":"text-`)
	assert.Regexp(t, `"extension_[0-9a-f]{32}_state":"text-`, got)
}
