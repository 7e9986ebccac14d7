package tenant

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const twoAgents = `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#x","value":[
  {"id":"71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444","displayName":"Één 🤖"},
  {"id":"71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4445","displayName":"two"}
]}`

func nested(levels int) string {
	return `{"value":[{"id":"71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444","x":` +
		strings.Repeat(`{"a":`, levels) + `1` + strings.Repeat(`}`, levels) + `}]}`
}

// TestMalformed reads one bad agentIdentities file at a time: each is a gap with
// its kind and its place, and nothing else of the snapshot suffers.
func TestMalformed(t *testing.T) {
	agent := `{"id":"71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444"}`
	cases := map[string]struct {
		file   string
		status GapStatus
		reason string
	}{
		"empty file":          {"", GapMalformed, "the file is empty or cut short"},
		"not JSON":            {"hello", GapMalformed, "agentIdentities.json:1:1: invalid JSON"},
		"truncated in list":   {`{"value":[` + agent + `,`, GapMalformed, "cut short"},
		"truncated in object": {`{"value":[{"id":"71c4`, GapMalformed, "cut short"},
		"truncated behind":    {`{"value":[` + agent + `]`, GapMalformed, "cut short"},
		"bare array":          {`[` + agent + `]`, GapMalformed, "must hold one JSON object"},
		"no value":            {`{"@odata.context":"x"}`, GapMalformed, `no "value" array`},
		"value is null":       {`{"value":null}`, GapMalformed, `"value" must be an array, not null`},
		"entry is a string":   {`{"value":["x"]}`, GapMalformed, "agentIdentities.json:1:11: an entry of the list is not an object"},
		"wrong type":          {"{\"value\":[\n{\"id\":\"a\",\"accountEnabled\":\"yes\"}]}", GapMalformed, "agentIdentities.json:2:"},
		"bad date":            {`{"value":[{"id":"a","createdDateTime":"yesterday"}]}`, GapMalformed, "not an RFC 3339"},
		"id is a number":      {`{"value":[{"id":7}]}`, GapMalformed, "an id is due, not a number"},
		"duplicate member":    {`{"value":[{"id":"a","id":"b"}]}`, GapMalformed, "duplicate object member name"},
		"two value arrays":    {`{"value":[` + agent + `],"value":[]}`, GapMalformed, "duplicate"},
		"member twice":        {`{"a":1,"value":[],"a":2}`, GapMalformed, `"a" stands there twice`},
		"trailing text":       {`{"value":[]} x`, GapMalformed, "invalid"},
		"second object":       {`{"value":[]}{}`, GapMalformed, "behind the end"},
		"comma missing":       {`{"value":[` + agent + agent + `]}`, GapMalformed, "comma"},
		"comma too many":      {`{"value":[` + agent + `,]}`, GapMalformed, "comma"},
		"mismatched brackets": {`{"value":[{"id":"a"]}]}`, GapMalformed, "entry of the list"},
		"invalid UTF-8":       {"{\"value\":[{\"id\":\"a\",\"displayName\":\"\xff\"}]}", GapMalformed, "invalid UTF-8"},
		"nested too deep":     {nested(63), GapMalformed, "64 levels deep"},
		"one id, two objects": {
			`{"value":[` + agent + `,{"id":"71C4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444","tags":[]}]}`,
			GapMalformed, "stands there twice, on different objects",
		},
		"half a UTF-16 character": {"\xff\xfe{\x00\x00", GapMalformed, "UTF-16"},
		"next link":               {`{"@odata.nextLink":"https://x","value":[` + agent + `]}`, GapTruncated, "@odata.nextLink"},
		"next link behind":        {`{"value":[` + agent + `],"@odata.nextLink":"https://x"}`, GapTruncated, "@odata.nextLink"},
		"forbidden": {
			`{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges"}}`,
			GapForbidden, "Insufficient privileges",
		},
		"not licensed": {
			`{"error":{"code":"Authentication_RequestFromNonPremiumTenantOrB2CTenant","message":"Neither tenant is B2C or tenant doesn't have premium license"}}`,
			GapNotLicensed, "premium",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := open(t, map[string]string{"agentIdentities.json": c.file, "agentUsers.json": `{"value":[]}`})
			gap, ok := s.Gap(DatasetAgentIdentities)
			require.True(t, ok)
			assert.Equal(t, c.status, gap.Status)
			assert.Contains(t, gap.Reason, c.reason)
			_, gapped := s.Gap(DatasetAgentUsers)
			assert.False(t, gapped)
		})
	}
}

func TestAccepted(t *testing.T) {
	encode := func(order binary.ByteOrder, bom bool) string {
		var b bytes.Buffer
		if bom {
			_ = binary.Write(&b, order, uint16(0xFEFF))
		}
		_ = binary.Write(&b, order, utf16.Encode([]rune(twoAgents)))
		return b.String()
	}
	cases := map[string]string{
		"plain":            twoAgents,
		"CRLF":             strings.ReplaceAll(twoAgents, "\n", "\r\n"),
		"UTF-8 BOM":        "\xef\xbb\xbf" + twoAgents,
		"UTF-16 LE":        encode(binary.LittleEndian, true),
		"UTF-16 BE":        encode(binary.BigEndian, true),
		"UTF-16 no BOM":    encode(binary.LittleEndian, false),
		"identical twins":  strings.Replace(twoAgents, "\n]}", ",\n  {\"displayName\":\"two\", \"id\":\"71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4445\"}\n]}", 1),
		"null next link":   strings.Replace(twoAgents, `"value"`, `"@odata.nextLink":null,"value"`, 1),
		"nested 63 levels": strings.Replace(twoAgents, `"two"`, `"two","x":`+strings.Repeat("[", 62)+strings.Repeat("]", 62), 1),
	}
	for name, file := range cases {
		t.Run(name, func(t *testing.T) {
			s := open(t, map[string]string{"agentIdentities.json": file})
			gap, ok := s.Gap(DatasetAgentIdentities)
			require.False(t, ok, gap.Reason)
			require.Equal(t, 2, s.AgentIdentities.Len())
			var names []string
			for a := range s.AgentIdentities.All() {
				names = append(names, a.DisplayName.Or(""))
				places, err := s.Locate([]LocateRequest{{a.Origin, "/displayName"}})
				require.NoError(t, err)
				assert.Equal(t, len(names)+1, places[0].Region.StartLine)
			}
			assert.Equal(t, []string{"Één 🤖", "two"}, names)
		})
	}
}

func TestLocateCountsUTF16(t *testing.T) {
	s := open(t, map[string]string{"agentIdentities.json": `{"value":[{"displayName":"🤖é","id":"a"}]}`})
	for a := range s.AgentIdentities.All() {
		places, err := s.Locate([]LocateRequest{{a.Origin, "/id"}})
		require.NoError(t, err)
		assert.Equal(t, Region{1, 32, 1, 40}, places[0].Region)
	}
}

func TestLines(t *testing.T) {
	row := func(n string) string { return `{"id":"71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a444` + n + `"}` }
	s := open(t, map[string]string{"agentIdentities.jsonl": row("1") + "\n\n" + row("2") + "\r\n" + row("3")})
	require.Equal(t, 3, s.AgentIdentities.Len())
	for a := range s.AgentIdentities.All() {
		if a.Index == 1 {
			places, err := s.Locate([]LocateRequest{{a.Origin, "/id"}})
			require.NoError(t, err)
			assert.Equal(t, "/id", places[0].Pointer)
			assert.Equal(t, 3, places[0].Region.StartLine)
		}
	}
	for name, file := range map[string]string{
		"cut":         row("1") + "\n" + `{"id":`,
		"two on one":  row("1") + row("2"),
		"broken over": "{\n\"id\":\"a\"}",
		"an array":    "[" + row("1") + "]",
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, map[string]string{"agentIdentities.jsonl": file})
			gap, _ := s.Gap(DatasetAgentIdentities)
			assert.Equal(t, GapMalformed, gap.Status)
		})
	}
}

// TestLargeFile crosses many block boundaries and compares with the same data
// read in one block each.
func TestLargeFile(t *testing.T) {
	const n = 30000
	for _, ext := range []string{"json", "jsonl"} {
		var b strings.Builder
		separator := ",\n"
		if ext == "jsonl" {
			separator = "\n"
		} else {
			b.WriteString(`{"value":[`)
		}
		for i := range n {
			if i > 0 {
				b.WriteString(separator)
			}
			id := guidID(uint64(i)+1, 0)
			b.WriteString(`{"id":"` + id.String() + `","displayName":"name \" { [ \\","tags":["` +
				strings.Repeat("x", i%300) + `"]}`)
		}
		if ext == "json" {
			b.WriteString(`]}`)
		}
		s := open(t, map[string]string{"agentIdentities." + ext: b.String()})
		gap, gapped := s.Gap(DatasetAgentIdentities)
		require.False(t, gapped, gap.Reason)
		require.Equal(t, n, s.AgentIdentities.Len())
		i := 0
		var requests []LocateRequest
		for a := range s.AgentIdentities.All() {
			require.Equal(t, uint64(i)+1, a.ID.hi)
			require.Equal(t, int32(i), a.Index)
			requests = append(requests, LocateRequest{a.Origin, "/id"})
			i++
		}
		places, err := s.Locate(requests)
		require.NoError(t, err)
		for i, p := range places {
			require.Equal(t, i+1, p.Region.StartLine)
		}
	}
}

func TestNotASnapshot(t *testing.T) {
	dir := t.TempDir()
	_, err := Open(filepath.Join(dir, "nowhere"))
	assert.ErrorContains(t, err, "there is no snapshot at")
	_, err = Open(dir)
	assert.ErrorIs(t, err, ErrNotSnapshot)
	text := filepath.Join(dir, "notes.txt")
	require.NoError(t, os.WriteFile(text, []byte("x"), 0o600))
	_, err = Open(text)
	assert.ErrorIs(t, err, ErrNotSnapshot)
	_, err = OpenFS(fstest.MapFS{
		"signIns.json":  {Data: []byte(`{"value":[]}`)},
		"signIns.jsonl": {Data: []byte("")},
	}, "both")
	assert.ErrorContains(t, err, "both signIns.json and signIns.jsonl")
	for name, manifest := range map[string]string{
		"version":  `{"schemaVersion":2}`,
		"takenAt":  `{"schemaVersion":1,"takenAt":"today"}`,
		"status":   `{"schemaVersion":1,"datasets":{"signIns":{"status":"fine"}}}`,
		"not JSON": `{"schemaVersion":`,
		"window":   `{"schemaVersion":1,"window":{"signIns":"a month"}}`,
	} {
		_, err := OpenFS(fstest.MapFS{ManifestName: {Data: []byte(manifest)}}, name)
		var input *InputError
		assert.ErrorAs(t, err, &input, name)
	}
}

func TestManifest(t *testing.T) {
	s := open(t, map[string]string{
		ManifestName: `{"schemaVersion":1,"tenantId":"0F1e2d3c-4b5a-4968-8776-655443321100","takenAt":"2026-11-20T06:00:00Z",
 "window":{"signIns":"P30D","directoryAudits":"P7DT12H"},
 "datasets":{"agentIdentities":{"status":"complete","count":3},"signIns":{"status":"complete"},
  "agentUsers":{"status":"skipped"},
  "agentIdentityBlueprints":{"status":"complete","gaps":[{"id":"5c0b7a52-1d4e-4f0a-9b3c-7a1f0e2d4c11","relation":"federatedIdentityCredentials","status":"forbidden"}]}}}`,
		"agentIdentities.json":         twoAgents,
		"agentIdentityBlueprints.json": `{"value":[{"id":"5c0b7a52-1d4e-4f0a-9b3c-7a1f0e2d4c11","federatedIdentityCredentials":[],"sponsors":[` + strings.TrimSuffix(strings.Repeat(`{"id":"a"},`, 20), ",") + `]}]}`,
		"unrelated.txt":                "",
	})
	assert.Equal(t, "0f1e2d3c-4b5a-4968-8776-655443321100", s.TenantID.String())
	assert.Equal(t, "2026-11-20T06:00:00Z", s.Now().String())
	assert.Equal(t, 30*24, int(s.Window.SignIns.Hours()))
	assert.Equal(t, 180, int(s.Window.DirectoryAudits.Hours()))
	for d, status := range map[Dataset]GapStatus{
		DatasetAgentIdentities: GapTruncated, DatasetSignIns: GapAbsent, DatasetAgentUsers: GapSkipped,
	} {
		gap, _ := s.Gap(d)
		assert.Equal(t, status, gap.Status, d)
	}
	for b := range s.AgentIdentityBlueprints.All() {
		assert.Equal(t, RelationAbsent, b.FederatedIdentityCredentials.State)
		assert.Contains(t, b.FederatedIdentityCredentials.Reason, "refused")
		assert.Equal(t, RelationTruncated, b.Sponsors.State, "twenty is Graph's silent cap")
	}
	require.Len(t, s.Warnings, 1)
	assert.Contains(t, s.Warnings[0], "unrelated.txt")
}

func TestPolicyVersion(t *testing.T) {
	policy := `{"value":[{"id":"f4c2b1a0-9d8e-4f7a-b6c5-d4e3f2a1aaaa","conditions":{"agentIdRiskLevels":null}}]}`
	v1 := `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess/policies","value":[]}`
	for name, c := range map[string]struct {
		file, manifest string
		gap            bool
	}{
		"v1.0 context":        {v1, "", true},
		"v1.0 manifest":       {policy, `"apiVersion":"v1.0"`, true},
		"beta context":        {strings.Replace(v1, "v1.0", "beta", 1), "", false},
		"beta manifest":       {`{"value":[]}`, `"apiVersion":"beta"`, false},
		"beta property":       {policy, "", false},
		"nothing speaks":      {`{"value":[{"id":"f4c2b1a0-9d8e-4f7a-b6c5-d4e3f2a1aaaa"}]}`, "", true},
		"v1.0 context wins":   {v1, `"apiVersion":"beta"`, true},
		"nothing and no list": {`{"value":[]}`, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			entry := `"status":"complete"`
			if c.manifest != "" {
				entry += "," + c.manifest
			}
			s := open(t, map[string]string{
				ManifestName:                     `{"schemaVersion":1,"datasets":{"conditionalAccessPolicies":{` + entry + `}}}`,
				"conditionalAccessPolicies.json": c.file,
			})
			gap, gapped := s.Gap(DatasetConditionalAccessPolicies)
			assert.Equal(t, c.gap, gapped)
			if gapped {
				assert.Contains(t, gap.Reason, "read the policies from beta")
			}
		})
	}
}

type entry struct {
	name string
	link byte
}

func writeTar(t *testing.T, entries ...entry) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "snapshot.tar.gz")
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, e := range entries {
		header := &tar.Header{Name: e.name, Mode: 0o600, Typeflag: e.link}
		if e.link == 0 {
			header.Typeflag, header.Size = tar.TypeReg, int64(len(twoAgents))
		} else {
			header.Linkname = "/etc/passwd"
		}
		require.NoError(t, w.WriteHeader(header))
		if e.link == 0 {
			_, err := w.Write([]byte(twoAgents))
			require.NoError(t, err)
		}
	}
	require.NoError(t, w.Close())
	require.NoError(t, z.Close())
	require.NoError(t, os.WriteFile(name, b.Bytes(), 0o600))
	return name
}

func writeZip(t *testing.T, names ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "snapshot.zip")
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		header := &zip.FileHeader{Name: n, Method: zip.Deflate}
		if strings.HasSuffix(n, "link") {
			header.SetMode(os.ModeSymlink | 0o777)
		}
		w, err := z.CreateHeader(header)
		require.NoError(t, err)
		_, err = w.Write([]byte(twoAgents))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	require.NoError(t, os.WriteFile(name, b.Bytes(), 0o600))
	return name
}

func TestArchives(t *testing.T) {
	for _, name := range []string{
		writeZip(t, "agentIdentities.json"), writeZip(t, "contoso/agentIdentities.json"),
		writeTar(t, entry{name: "agentIdentities.json"}), writeTar(t, entry{name: "./contoso/agentIdentities.json"}),
	} {
		s, err := Open(name)
		require.NoError(t, err)
		assert.Equal(t, 2, s.AgentIdentities.Len())
		for a := range s.AgentIdentities.All() {
			places, err := s.Locate([]LocateRequest{{a.Origin, "/id"}})
			require.NoError(t, err)
			assert.NotZero(t, places[0].Region.StartLine)
		}
		require.NoError(t, s.Close())
	}
	for _, name := range []string{
		writeZip(t, "../agentIdentities.json"), writeZip(t, "/agentIdentities.json"), writeZip(t, `..\x.json`),
		writeZip(t, "link"), writeZip(t, "C:/x.json"),
		writeTar(t, entry{name: "../agentIdentities.json"}), writeTar(t, entry{name: "/etc/x"}),
		writeTar(t, entry{name: "agentIdentities.json", link: tar.TypeSymlink}),
		writeTar(t, entry{name: "agentIdentities.json", link: tar.TypeLink}),
	} {
		_, err := Open(name)
		var input *InputError
		require.ErrorAs(t, err, &input, name)
		assert.Contains(t, err.Error(), "the archive holds")
	}
}

func TestArchiveLeavesNothingBehind(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	s, err := Open(writeTar(t, entry{name: "agentIdentities.json"}))
	require.NoError(t, err)
	require.NoError(t, s.Close())
	_, err = Open(writeTar(t, entry{name: "agentIdentities.json"}, entry{name: "../x"}))
	require.Error(t, err)
	left, err := os.ReadDir(temporary)
	require.NoError(t, err)
	for _, e := range left {
		assert.False(t, strings.HasPrefix(e.Name(), "ztagent-"), e.Name())
	}
}
