package synth

import (
	"regexp"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

var guidShape = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func TestGUIDsLookRandom(t *testing.T) {
	seen := map[string]bool{}
	for i := range uint64(2000) {
		a := mixer(7).guid(3, i)
		assert.Regexp(t, guidShape, a)
		assert.False(t, seen[a], "twice: %s", a)
		seen[a] = true
	}
	assert.Regexp(t, guidShape, GUID("a", "b"))
	assert.Equal(t, GUID("a", "b"), GUID("a", "b"))
	assert.NotEqual(t, GUID("a", "b"), GUID("ab"))
	assert.NotEqual(t, mixer(1).guid(3, 0), mixer(2).guid(3, 0))
	assert.NotEqual(t, mixer(1).guid(3, 0), mixer(1).guid(4, 0))
}

// manifestShape is manifest.json as docs/snapshot.md describes it.
type manifestShape struct {
	SchemaVersion                        int
	TenantID, TenantDisplayName, TakenAt string
	Cloud                                string
	Datasets                             map[string]manifestEntry
}

type manifestEntry struct {
	Status, Request, APIVersion, Relations string
	Count                                  *int
	Error                                  struct{ Code, Message string }
	Gaps                                   []struct{ ID, Relation, Status string }
}

// listShape is the file of a dataset that is a list.
type listShape struct {
	Context  string           `json:"@odata.context"`
	NextLink string           `json:"@odata.nextLink"`
	Value    []jsontext.Value `json:"value"`
	Error    jsontext.Value   `json:"error"`
}

func readManifest(t *testing.T, files map[string][]byte) manifestShape {
	t.Helper()
	var m manifestShape
	require.NoError(t, json.Unmarshal(files["manifest.json"], &m, json.MatchCaseInsensitiveNames(true)))
	assert.Equal(t, 1, m.SchemaVersion)
	assert.Equal(t, "2026-11-20T06:00:00Z", m.TakenAt)
	assert.Regexp(t, guidShape, m.TenantID)
	return m
}

// TestFixturesAreStrictJSON reads every file as the product does: duplicate
// names and invalid UTF-8 are errors, and counts agree with the manifest.
func TestFixturesAreStrictJSON(t *testing.T) {
	for _, f := range Fixtures() {
		t.Run(f.Name, func(t *testing.T) {
			files, err := f.Make().Files()
			require.NoError(t, err)
			checkSnapshot(t, files)
		})
	}
}

func checkSnapshot(t *testing.T, files map[string][]byte) {
	t.Helper()
	m := readManifest(t, files)
	for _, d := range tenant.Datasets() {
		text, there := files[string(d)+".json"]
		entry, known := m.Datasets[string(d)]
		if !there {
			assert.NotEqual(t, "complete", entry.Status, d)
			continue
		}
		require.True(t, jsontext.Value(text).IsValid(), d)
		if d.Singleton() {
			continue
		}
		var list listShape
		require.NoError(t, json.Unmarshal(text, &list), d)
		if list.Error != nil {
			assert.False(t, known, "%s is an error body: the manifest does not know it", d)
			continue
		}
		require.NotNil(t, entry.Count, d)
		assert.Equal(t, len(list.Value), *entry.Count, d)
		assert.Equal(t, entry.Status == "truncated", list.NextLink != "", d)
		if list.Context != "" {
			assert.True(t, strings.HasPrefix(list.Context, "https://graph.microsoft.com/"+entry.APIVersion+"/$metadata#"), d)
		}
		noDuplicateIDs(t, d, list.Value)
	}
}

func noDuplicateIDs(t *testing.T, d tenant.Dataset, values []jsontext.Value) {
	t.Helper()
	seen := map[string]bool{}
	for _, v := range values {
		var object struct {
			ID string `json:"id"`
		}
		require.NoError(t, json.Unmarshal(v, &object), d)
		assert.NotEmpty(t, object.ID, d)
		assert.False(t, seen[object.ID], "%s: %s twice", d, object.ID)
		seen[object.ID] = true
	}
}

func TestSourcesAreTheDatasets(t *testing.T) {
	var names []tenant.Dataset
	for _, s := range sources() {
		names = append(names, s.Dataset)
	}
	assert.Equal(t, tenant.Datasets(), names)
}

func TestStringsAreEscaped(t *testing.T) {
	for _, s := range []string{"", "plain", hostileName, "tab\tquote\"back\\slash", "経費 🚨", "broken \xff end", "\x00\x1f\x7f"} {
		var got string
		require.NoError(t, json.Unmarshal(appendString(nil, s), &got), "%q", s)
		assert.Equal(t, strings.ToValidUTF8(s, "\ufffd"), got)
	}
}

// TestObjectsAnswerTheRequest holds fixtures to what their manifest says was
// asked for: with a $select, Graph returns nothing else.
func TestObjectsAnswerTheRequest(t *testing.T) {
	files, err := Contoso().Files()
	require.NoError(t, err)
	for _, src := range sources() {
		// An assignment is an entry of what the request expands.
		if len(src.Request.Select) == 0 || src.Dataset == tenant.DatasetAppRoleAssignments {
			continue
		}
		asked := map[string]bool{}
		for _, name := range src.Request.Select {
			asked[name] = true
		}
		for _, relation := range src.Relations {
			asked[relation.Name] = true
		}
		if expand, _, ok := strings.Cut(src.Request.Expand, "("); ok {
			asked[expand] = true
		}
		var list listShape
		require.NoError(t, json.Unmarshal(files[string(src.Dataset)+".json"], &list))
		for _, v := range list.Value {
			var object map[string]jsontext.Value
			require.NoError(t, json.Unmarshal(v, &object))
			for name := range object {
				assert.True(t, asked[name] || strings.Contains(name, "@"), "%s returns %s, which was not asked for", src.Dataset, name)
			}
		}
	}
}
