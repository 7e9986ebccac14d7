package checks_test

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
	"github.com/ztagent/ztagent/internal/waivers"
)

// What every case's manifest says unless it says otherwise.
const (
	caseTakenAt = "2026-11-20T06:00:00Z"
	caseTenant  = "aaaabbbb-0000-1111-2222-ccccdddd0000"
)

// testCase is a tiny tenant, what people decided about it, and the verdicts that
// are due.
type testCase struct {
	name         string
	files        map[string]string // file of the snapshot → text
	own          map[tenant.Dataset]bool
	attestations []audit.Attestation
	config       *audit.Config
	want         string
}

// loadCases reads the archive of a check. Files under base/ belong to every case
// that has none of that name.
func loadCases(t *testing.T, file string) (archive, []*testCase) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	a := parseArchive(string(text))
	directories := map[string]map[string]string{}
	var order []string
	for _, f := range a.files {
		directory, name, ok := strings.Cut(f.name, "/")
		require.True(t, ok && !strings.Contains(name, "/"), "%s: %q is not CASE/FILE", file, f.name)
		if directories[directory] == nil {
			directories[directory] = map[string]string{}
			order = append(order, directory)
		}
		require.NotContains(t, directories[directory], name, "%s: %q is there twice", file, f.name)
		directories[directory][name] = f.data
	}
	var cases []*testCase
	for _, name := range order {
		if name != "base" {
			cases = append(cases, newCase(t, name, directories["base"], directories[name]))
		}
	}
	return a, cases
}

func newCase(t *testing.T, name string, base, own map[string]string) *testCase {
	t.Helper()
	c := &testCase{name: name, want: own["want"], files: map[string]string{}, own: map[tenant.Dataset]bool{}}
	files := maps.Clone(own)
	for file, data := range base {
		if _, ok := files[file]; !ok {
			files[file] = data
		}
	}
	manifest := caseManifest(t, name, files["manifest.json"])
	for file, data := range files {
		switch file {
		case "want", "manifest.json":
		case "attestations.yaml":
			open := func(path string) (io.ReadCloser, error) { return nil, fs.ErrNotExist }
			var err error
			c.attestations, err = waivers.ParseAttestations(name+"/"+file, []byte(data), open)
			require.NoError(t, err)
		case "config.yaml":
			c.config = caseConfig(t, name+"/"+file, data)
		default:
			dataset, lines := strings.CutSuffix(file, ".jsonl")
			dataset = strings.TrimSuffix(dataset, ".json")
			require.True(t, tenant.IsDataset(dataset), "case %s: %s is no dataset", name, file)
			c.own[tenant.Dataset(dataset)] = true
			if strings.TrimSpace(data) == "absent" {
				continue
			}
			if !lines {
				data = asList(t, name+"/"+file, tenant.Dataset(dataset), data)
			}
			c.files[file] = data
		}
	}
	c.fillUp(manifest)
	text, err := json.Marshal(manifest, json.Deterministic(true))
	require.NoError(t, err)
	c.files["manifest.json"] = string(text)
	return c
}

// caseManifest is the default manifest with the case's own members laid over it.
func caseManifest(t *testing.T, name, own string) map[string]any {
	t.Helper()
	manifest := map[string]any{
		"schemaVersion": 1, "tenantId": caseTenant, "tenantDisplayName": "Contoso",
		"cloud": "public", "takenAt": caseTakenAt,
		"window": map[string]any{"signIns": "P30D", "directoryAudits": "P30D"},
	}
	if own != "" {
		require.NoError(t, json.Unmarshal([]byte(own), &manifest), "case %s: manifest.json", name)
	}
	if manifest["datasets"] == nil {
		manifest["datasets"] = map[string]any{}
	}
	return manifest
}

// asList turns a bare array into what Graph returns.
func asList(t *testing.T, file string, d tenant.Dataset, data string) string {
	t.Helper()
	if d.Singleton() || !strings.HasPrefix(strings.TrimSpace(data), "[") {
		return data
	}
	require.True(t, jsontext.Value(data).IsValid(), "%s is not valid JSON", file)
	return `{"value":` + strings.TrimSpace(data) + `}`
}

// fillUp gives the case every dataset that it does not speak of: empty and
// complete. A dataset that the manifest calls refused has no file. Policies count
// as read from beta unless something says from where.
func (c *testCase) fillUp(manifest map[string]any) {
	entries := manifest["datasets"].(map[string]any)
	for _, d := range tenant.Datasets() {
		name := string(d)
		if refused(entries[name]) {
			delete(c.files, name+".json")
			delete(c.files, name+".jsonl")
			c.own[d] = true
			continue
		}
		if !c.own[d] {
			c.files[name+".json"] = emptyAnswer(d)
		}
	}
	policies := string(tenant.DatasetConditionalAccessPolicies)
	if entries[policies] == nil && !strings.Contains(c.files[policies+".json"], "@odata.context") {
		entries[policies] = map[string]any{"status": "complete", "apiVersion": "beta"}
	}
	if c.files[policies+".json"] == "" {
		delete(c.files, policies+".json")
	}
}

func refused(entry any) bool {
	e, _ := entry.(map[string]any)
	switch e["status"] {
	case nil, "complete", "truncated":
		return false
	}
	return true
}

func emptyAnswer(d tenant.Dataset) string {
	if d.Singleton() {
		return `{}`
	}
	return `{"value":[]}`
}

// open reads the case as a snapshot, with some files replaced; "" removes one.
func (c *testCase) open(replace map[string]string) (*tenant.Snapshot, error) {
	fsys := fstest.MapFS{}
	at, _ := time.Parse(time.RFC3339, caseTakenAt)
	put := func(name, data string) {
		if data != "" {
			fsys[name] = &fstest.MapFile{Data: []byte(data), Mode: 0o600, ModTime: at}
		}
	}
	for name, data := range c.files {
		if _, ok := replace[name]; !ok {
			put(name, data)
		}
	}
	for name, data := range replace {
		put(name, data)
	}
	return tenant.OpenFS(fsys, c.name)
}

// run judges a snapshot of the case by some checks, every verdict kept.
func (c *testCase) run(t *testing.T, s *tenant.Snapshot, list []audit.Check) *audit.Report {
	t.Helper()
	report, err := audit.Run(context.Background(), s, list, audit.Options{
		Config: c.config, Attestations: c.attestations, ShowPasses: true, Parallel: 1,
	})
	require.NoError(t, err)
	return report
}

// wantLines are the verdicts of a report as a case's "want" spells them.
func wantLines(report *audit.Report) string {
	var lines []string
	for _, check := range report.Checks {
		for _, rule := range check.Rules {
			_, id, _ := strings.Cut(rule.ID, "/")
			if len(rule.Findings) == 0 {
				lines = append(lines, fmt.Sprintf("%s %s -", id, rule.Status))
			}
			for _, f := range rule.Findings {
				lines = append(lines, strings.TrimSpace(
					fmt.Sprintf("%s %s %s %s", id, f.Status, resourceWord(f.Resource), f.Key)))
			}
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n"
}

func resourceWord(r audit.ResourceRef) string {
	switch {
	case r.Type == tenant.TypeTenant:
		return "tenant"
	case r.ID == "":
		return "?"
	}
	return strings.ReplaceAll(r.ID, " ", "_")
}

func archiveOf(checkID string) string {
	return filepath.Join("testdata", strings.ReplaceAll(checkID, "-", "_")+".txtar")
}
