package archtest

import (
	"go/ast"
	"go/token"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNothingHappensBeforeMain(t *testing.T) {
	for _, f := range sourceFiles(t) {
		for _, decl := range f.syntax.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s: no init functions", f.line(fn))
			}
		}
	}
}

func TestOnlyMainExits(t *testing.T) {
	exits := 0
	for _, f := range sourceFiles(t) {
		places := append(f.calls("os", "Exit"), f.calls("log", "Fatal")...)
		if f.syntax.Name.Name == "main" && strings.HasSuffix(f.name, "/main.go") {
			exits += len(places)
			continue
		}
		if !f.test {
			assert.Empty(t, places, "only main.go ends the process")
		}
	}
	assert.Positive(t, exits, "main exits somewhere")
}

// TestPackageVariablesDoNotChange: what a package declares at the top is set
// there, once.
func TestPackageVariablesDoNotChange(t *testing.T) {
	files := sourceFiles(t)
	declared := map[string]map[string]bool{}
	for _, f := range files {
		if !f.test {
			declared[f.dir] = union(declared[f.dir], packageVariables(f.syntax))
		}
	}
	for _, f := range files {
		if f.test {
			continue
		}
		for _, place := range changes(&f, declared[f.dir]) {
			t.Errorf("%s changes a package variable", place)
		}
	}
}

func TestChangesAreFound(t *testing.T) {
	f, err := parseFile("x.go", []byte(`package x
var table = map[string]int{}
var count, other int
func read() int { count := 1; count++; table := table; return count + len(table) }
func write() { table["a"] = 1 }
func bump() { count++ }
func field(other struct{ n int }) { other.n = 2 }
`))
	require.NoError(t, err)
	assert.Equal(t, []string{"x.go:5", "x.go:6"}, changes(&f, packageVariables(f.syntax)))
}

func union(a, b map[string]bool) map[string]bool {
	all := map[string]bool{}
	for _, set := range []map[string]bool{a, b} {
		for name := range set {
			all[name] = true
		}
	}
	return all
}

func packageVariables(file *ast.File) map[string]bool {
	names := map[string]bool{}
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.VAR {
			continue
		}
		for _, spec := range group.Specs {
			for _, name := range spec.(*ast.ValueSpec).Names {
				names[name.Name] = true
			}
		}
	}
	delete(names, "_")
	return names
}

// changes are the places in functions that assign to one of the variables, or to
// something inside it.
func changes(f *sourceFile, variables map[string]bool) []string {
	var places []string
	for _, decl := range f.syntax.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		local := localNames(fn)
		ast.Inspect(fn.Body, func(node ast.Node) bool {
			for _, target := range targets(node) {
				if name := rootName(target); variables[name] && !local[name] {
					places = append(places, f.line(node))
				}
			}
			return true
		})
	}
	return places
}

func targets(node ast.Node) []ast.Expr {
	switch node := node.(type) {
	case *ast.AssignStmt:
		if node.Tok != token.DEFINE {
			return node.Lhs
		}
	case *ast.IncDecStmt:
		return []ast.Expr{node.X}
	}
	return nil
}

func rootName(expr ast.Expr) string {
	for {
		switch x := expr.(type) {
		case *ast.Ident:
			return x.Name
		case *ast.IndexExpr:
			expr = x.X
		case *ast.SelectorExpr:
			expr = x.X
		case *ast.StarExpr:
			expr = x.X
		case *ast.ParenExpr:
			expr = x.X
		default:
			return ""
		}
	}
}

// localNames are the names that a function declares: parameters, results and
// variables.
func localNames(fn *ast.FuncDecl) map[string]bool {
	names := map[string]bool{}
	fields := func(list *ast.FieldList) {
		if list == nil {
			return
		}
		for _, field := range list.List {
			for _, name := range field.Names {
				names[name.Name] = true
			}
		}
	}
	fields(fn.Recv)
	ast.Inspect(fn, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncType:
			fields(node.Params)
			fields(node.Results)
		case *ast.ValueSpec:
			for _, name := range node.Names {
				names[name.Name] = true
			}
		case *ast.AssignStmt:
			if node.Tok == token.DEFINE {
				for _, target := range node.Lhs {
					names[rootName(target)] = true
				}
			}
		case *ast.RangeStmt:
			if node.Tok == token.DEFINE {
				for _, target := range []ast.Expr{node.Key, node.Value} {
					if target != nil {
						names[rootName(target)] = true
					}
				}
			}
		}
		return true
	})
	return names
}

// TestOnlyDocumentsThatReadersHaveAreCited: comments cite pages of docs, pages of
// Microsoft's and the note, by which a reader can look them up.
func TestOnlyDocumentsThatReadersHaveAreCited(t *testing.T) {
	cited := regexp.MustCompile(`docs/[\w./-]+\.\w+`)
	for _, f := range sourceFiles(t) {
		for _, group := range f.syntax.Comments {
			for _, c := range group.List {
				assert.NotContains(t, c.Text, "§", "%s: which document?", f.line(c))
				for _, page := range cited.FindAllString(c.Text, -1) {
					_, err := os.Stat("../../" + page)
					assert.NoError(t, err, "%s cites %s", f.line(c), page)
				}
			}
		}
	}
}
