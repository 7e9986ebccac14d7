package archtest

import (
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the table of dependencies")

// required are the modules that go.mod names, with their versions and whether it
// calls them direct.
type required struct {
	module, version string
	direct          bool
}

func readGoMod(t *testing.T) []required {
	t.Helper()
	text, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	var all []required
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) (\S+)( // indirect)?$`).FindAllStringSubmatch(string(text), -1) {
		all = append(all, required{m[1], m[2], m[3] == ""})
	}
	require.Greater(t, len(all), 20)
	return all
}

// importersOf returns the directories whose files import the module, those of
// tests alone as "tests alone".
func importersOf(files []sourceFile, module string, all []required) []string {
	var dirs []string
	tested := false
	for i := range files {
		f := &files[i]
		if !slices.ContainsFunc(f.imports, func(p string) bool { return moduleOf(p, all) == module }) {
			continue
		}
		if f.test {
			tested = true
		} else if dir := "`" + f.dir + "`"; !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	if len(dirs) == 0 && tested {
		return []string{"tests alone"}
	}
	slices.Sort(dirs)
	return dirs
}

// moduleOf returns the required module that a package is in, or "".
func moduleOf(pkg string, all []required) string {
	longest := ""
	for _, r := range all {
		if (pkg == r.module || strings.HasPrefix(pkg, r.module+"/")) && len(r.module) > len(longest) {
			longest = r.module
		}
	}
	return longest
}

// TestDependenciesAreAccountedFor: what the code imports, go.mod calls direct, and
// docs/design.md says what each is for. -update writes all of a row but that.
func TestDependenciesAreAccountedFor(t *testing.T) {
	const page = "../../docs/design.md"
	const head = "| module | version | for | imported by |\n|---|---|---|---|\n"
	files, all := sourceFiles(t), readGoMod(t)
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(text), head)
	require.True(t, ok, "the table is not there")
	table, after, _ := strings.Cut(rest, "\n\n")
	purposes := map[string]string{}
	for row := range strings.Lines(table) {
		if cells := strings.Split(row, " | "); len(cells) == 4 {
			purposes[strings.Trim(cells[0], "| `")] = cells[2]
		}
	}
	var rows []string
	for _, r := range all {
		importers := importersOf(files, r.module, all)
		assert.Equal(t, len(importers) > 0, r.direct, "go.mod: is %s direct?", r.module)
		if !r.direct {
			continue
		}
		assert.NotEmpty(t, purposes[r.module], "docs/design.md: what is %s for?", r.module)
		rows = append(rows, "| `"+r.module+"` | "+r.version+" | "+purposes[r.module]+" | "+strings.Join(importers, ", ")+" |")
	}
	slices.Sort(rows)
	want := before + head + strings.Join(rows, "\n") + "\n\n" + after
	switch {
	case *update && !t.Failed():
		require.NoError(t, os.WriteFile(page, []byte(want), 0o644))
	case !testing.Short(): // then only that there are rows was looked at
		assert.Equal(t, want, string(text), "run make docs")
	}
}

func TestModuleOf(t *testing.T) {
	all := []required{{module: "example.com/a"}, {module: "example.com/a/b"}}
	for pkg, want := range map[string]string{
		"example.com/a": "example.com/a", "example.com/a/c": "example.com/a", "example.com/a/b/c": "example.com/a/b", "example.com/ab": "", "fmt": "",
	} {
		assert.Equal(t, want, moduleOf(pkg, all), pkg)
	}
}
