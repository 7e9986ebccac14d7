// Package archtest holds the house in order: which room may import which, and
// what no file may do.
package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/ztagent/ztagent"

// sourceFile is one parsed file of the module.
type sourceFile struct {
	name    string // slash-separated, from the module's root
	dir     string
	test    bool
	syntax  *ast.File
	fset    *token.FileSet
	imports []string
}

// sourceFiles parses every Go file of the module.
func sourceFiles(t *testing.T) []sourceFile {
	t.Helper()
	root := os.DirFS("../..")
	var files []sourceFile
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		if entry.IsDir() && name != "." && (strings.HasPrefix(base, ".") || base == "testdata") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		f, err := parseFile(name, text)
		files = append(files, f)
		return err
	})
	require.NoError(t, err)
	require.Greater(t, len(files), 50, "the walk did not find the module")
	return files
}

func parseFile(name string, text []byte) (sourceFile, error) {
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution|parser.ParseComments)
	f := sourceFile{
		name: name, dir: filepath.ToSlash(filepath.Dir(name)), test: strings.HasSuffix(name, "_test.go"),
		syntax: syntax, fset: fset,
	}
	if err != nil {
		return f, err
	}
	for _, spec := range syntax.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return f, err
		}
		f.imports = append(f.imports, path)
	}
	return f, nil
}

// line is where a node stands.
func (f *sourceFile) line(node ast.Node) string {
	return f.name + ":" + strconv.Itoa(f.fset.Position(node.Pos()).Line)
}

// calls returns the places at which the file uses pkg.name, by the name under
// which it imports the package.
func (f *sourceFile) calls(pkg, name string) []string {
	local := filepath.Base(pkg)
	imported := false
	for _, spec := range f.syntax.Imports {
		if path, _ := strconv.Unquote(spec.Path.Value); path == pkg {
			imported = true
			if spec.Name != nil {
				local = spec.Name.Name
			}
		}
	}
	var places []string
	if !imported {
		return nil
	}
	ast.Inspect(f.syntax, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok && selector.Sel.Name == name {
			if x, ok := selector.X.(*ast.Ident); ok && x.Name == local {
				places = append(places, f.line(node))
			}
		}
		return true
	})
	return places
}

// isTool reports whether the file is part of a program for developers.
func (f *sourceFile) isTool() bool {
	return f.syntax.Name.Name == "main" && !strings.HasPrefix(f.dir, "cmd/")
}
