package archtest

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// floor says what the packages of some directories may import.
type floor struct {
	dir string // and what is below it
	// within are the directories of this module; "domain" stands for the rooms
	// that are on no floor of their own: knowledge about one subject.
	within []string
	// without are others' packages: a path and what is below it, or a prefix that
	// ends in "/" or "-".
	without []string
}

const (
	jsonLibrary = "github.com/go-json-experiment/json"
	yamlLibrary = "go.yaml.in/yaml/v3"
)

// floors, most special directory first. A room stands above all it imports.
func floors() []floor {
	return []floor{
		{"internal/tenant", nil, []string{jsonLibrary, "golang.org/x/sync"}},
		{"internal/audit", []string{"internal/tenant"}, nil},
		{"internal/graph", []string{"internal/tenant", "internal/dataset", "domain"}, []string{
			jsonLibrary, "golang.org/x/sync", "github.com/Azure/", "github.com/AzureAD/",
			"github.com/microsoft/kiota-", "github.com/microsoftgraph/", "github.com/cjlapao/",
		}},
		{"internal/strictyaml", []string{"internal/audit"}, []string{yamlLibrary}},
		{"internal/config", []string{"internal/audit", "internal/strictyaml"}, []string{yamlLibrary}},
		{"internal/waivers", []string{"internal/audit", "internal/strictyaml"}, []string{yamlLibrary}},
		{"internal/schematest", []string{"internal/schematest"}, []string{
			"github.com/santhosh-tekuri/jsonschema", yamlLibrary,
		}},
		{"checks", []string{"internal/audit", "internal/tenant", "domain"}, []string{"golang.org/x/text"}},
		{"report", []string{"internal/audit"}, []string{
			jsonLibrary, "github.com/olekukonko/", "github.com/clipperhouse/", "github.com/fatih/color", "golang.org/x/text",
		}},
		{"cmd", []string{"checks", "report", "fixtures", "internal"}, []string{
			"github.com/spf13/", "golang.org/x/term", "github.com/fatih/color", jsonLibrary,
		}},
		{"fixtures", nil, nil},
		{"internal", []string{"internal/tenant", "internal/audit", "domain"}, []string{
			jsonLibrary, "golang.org/x/text", "golang.org/x/sync",
		}},
	}
}

// under reports whether path is dir or below it.
func under(path, dir string) bool { return path == dir || strings.HasPrefix(path, dir+"/") }

func floorOf(dir string) (floor, bool) {
	all := floors()
	i := slices.IndexFunc(all, func(f floor) bool { return under(dir, f.dir) })
	if i < 0 {
		return floor{}, false
	}
	return all[i], true
}

// isDomain: a room under internal/ with no floor of its own.
func isDomain(dir string) bool {
	f, ok := floorOf(dir)
	return ok && f.dir == "internal"
}

func (f floor) allows(dir, path string) bool {
	inner, ours := strings.CutPrefix(path, module+"/")
	if !ours {
		return slices.ContainsFunc(f.without, func(prefix string) bool {
			if strings.HasSuffix(prefix, "/") || strings.HasSuffix(prefix, "-") {
				return strings.HasPrefix(path, prefix)
			}
			return under(path, prefix)
		})
	}
	return slices.ContainsFunc(f.within, func(room string) bool {
		return room == "domain" && isDomain(inner) || under(inner, room)
	}) || under(inner, f.dir) && f.dir != "internal"
}

func isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

func TestEveryRoomStandsAboveWhatItImports(t *testing.T) {
	for _, f := range sourceFiles(t) {
		if f.test || f.isTool() {
			continue
		}
		room, ok := floorOf(f.dir)
		if !assert.True(t, ok, "%s is in no room of the house", f.name) {
			continue
		}
		for _, path := range f.imports {
			assert.True(t, isStandard(path) || room.allows(f.dir, path), "%s may not import %s", f.name, path)
		}
	}
}

// TestStandardPackagesOfTheirRooms keeps the network, the machine and the clock
// where they belong.
func TestStandardPackagesOfTheirRooms(t *testing.T) {
	network := []string{"net", "net/http", "net/http/httptest", "net/rpc", "net/smtp", "crypto/tls"}
	machine := []string{"os", "os/exec", "os/signal", "os/user", "io/ioutil", "path/filepath", "syscall", "log", "log/slog"}
	never := []string{"unsafe", "C", "plugin", "math/rand", "encoding/gob", "encoding/json"}
	files := sourceFiles(t)
	pure := judging(files)
	require.Contains(t, pure, "internal/permissions", "what checks import is found")
	for _, f := range files {
		if f.test || f.isTool() {
			continue
		}
		for _, path := range f.imports {
			assert.NotContains(t, never, path, "%s", f.name)
			assert.False(t, strings.HasPrefix(path, "github.com/stretchr/testify"), "%s: testify is for tests", f.name)
			assert.False(t, slices.Contains(network, path) && !under(f.dir, "internal/graph"),
				"%s may not import %s: only internal/graph knows the network", f.name, path)
			assert.False(t, slices.Contains(machine, path) && pure[f.dir],
				"%s may not import %s: a verdict comes from the snapshot alone", f.name, path)
		}
		if !under(f.dir, "internal/graph") && !under(f.dir, "cmd") {
			assert.Empty(t, append(f.calls("time", "Now"), f.calls("time", "Since")...), "the clock is a parameter")
		}
	}
}

// judging are the rooms in which verdicts are made: checks, audit and the rooms
// that checks import, but not tenant, which reads files.
func judging(files []sourceFile) map[string]bool {
	rooms := map[string]bool{"checks": true, "internal/audit": true}
	for grown := true; grown; {
		grown = false
		for _, f := range files {
			if f.test || !rooms[f.dir] {
				continue
			}
			for _, path := range f.imports {
				inner, ours := strings.CutPrefix(path, module+"/")
				if ours && inner != "internal/tenant" && !rooms[inner] {
					rooms[inner], grown = true, true
				}
			}
		}
	}
	return rooms
}

func TestFloorsRefuseWhatTheyShould(t *testing.T) {
	for _, tc := range []struct {
		dir, path string
		want      bool
	}{
		{"internal/tenant", jsonLibrary + "/jsontext", true},
		{"internal/tenant", module + "/internal/audit", false},
		{"internal/audit", module + "/internal/tenant", true},
		{"internal/audit", module + "/internal/drill", false},
		{"internal/drill", module + "/internal/activity", true},
		{"internal/drill", module + "/internal/graph", false},
		{"internal/drill", module + "/checks", false},
		{"internal/drill", "github.com/spf13/cobra", false},
		{"checks", module + "/internal/drill", true},
		{"checks", module + "/internal/config", false},
		{"checks", module + "/internal/graph", false},
		{"checks", module + "/report", false},
		{"report", module + "/internal/tenant", false},
		{"report", module + "/internal/audit", true},
		{"report", "github.com/spf13/cobra", false},
		{"internal/graph", "github.com/microsoft/kiota-http-go", true},
		{"internal/graph", "github.com/Azure/azure-sdk-for-go/sdk/azidentity", true},
		{"internal/graph", module + "/internal/audit", false},
		{"internal/graph/graphtest", module + "/internal/tenant", true},
		{"cmd/ztagent", "github.com/Azure/azure-sdk-for-go/sdk/azidentity", false},
		{"cmd/ztagent", "github.com/spf13/cobra", true},
	} {
		f, _ := floorOf(tc.dir)
		assert.Equal(t, tc.want, f.allows(tc.dir, tc.path), "%s imports %s", tc.dir, tc.path)
	}
}
