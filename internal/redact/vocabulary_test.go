package redact

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/tenant"
)

// judges are the rooms whose code decides verdicts.
var judges = []string{
	"../../checks", "../access", "../activity", "../conditionalaccess", "../credentials", "../drill", "../permissions", "../tenant",
}

// literals calls see for every string in the code of the judges that a value of
// the snapshot may be compared with.
func literals(t *testing.T, see func(file, text string)) {
	t.Helper()
	for _, dir := range judges {
		files, err := filepath.Glob(dir + "/*.go")
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			require.NoError(t, err)
			ast.Inspect(file, func(n ast.Node) bool {
				for _, e := range compared(n) {
					if literal, ok := e.(*ast.BasicLit); ok && literal.Kind == token.STRING {
						text, err := strconv.Unquote(literal.Value)
						require.NoError(t, err)
						see(name, text)
					}
				}
				return true
			})
		}
	}
}

func compared(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.CaseClause:
		return n.List
	case *ast.BinaryExpr:
		if n.Op == token.EQL || n.Op == token.NEQ {
			return []ast.Expr{n.X, n.Y}
		}
	case *ast.CallExpr:
		if isComparison(n.Fun) {
			return n.Args
		}
	}
	return nil
}

func isComparison(fun ast.Expr) bool {
	name := ""
	switch f := fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	switch name {
	case "EqualFold", "HasPrefix", "HasSuffix", "Contains", "Match", "MatchAny", "hasWord", "CutPrefix", "CutSuffix":
		return true
	}
	return false
}

// TestWordsThatDecideArePublic: what the code compares with must stay as it is,
// even if an agent is called the same. Add the words that this test names to
// data/words.txt.
func TestWordsThatDecideArePublic(t *testing.T) {
	seen := 0
	literals(t, func(file, text string) {
		if strings.Contains(text, " ") || strings.HasSuffix(file, "/archive.go") || strings.HasSuffix(file, "/lists.go") {
			return // sentences, names of files, and our own tables
		}
		for kind, w := range tokens(text, true) {
			if kind == word && !strings.HasPrefix(text, "0x") {
				seen++
				assert.True(t, isPublicWord(strings.ToLower(w)), "%s compares with %q: add %q to internal/redact/data/words.txt", file, text, w)
			}
		}
	})
	assert.Greater(t, seen, 300)
}

// TestIDsThatDecideArePublic: so must ids. Those of data/ids.txt come from here.
func TestIDsThatDecideArePublic(t *testing.T) {
	id := regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	seen := 0
	for _, dir := range judges {
		files, err := filepath.Glob(dir + "/*.go")
		require.NoError(t, err)
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			require.NoError(t, err)
			ast.Inspect(file, func(n ast.Node) bool {
				if literal, ok := n.(*ast.BasicLit); ok && id.MatchString(strings.Trim(literal.Value, "\"`")) {
					seen++
					assert.True(t, isPublicID(strings.Trim(literal.Value, "\"`")), "%s knows the id %s, which is in no list", name, literal.Value)
				}
				return true
			})
		}
	}
	assert.Greater(t, seen, 5)
}

// TestPropertiesArePublic: a property that is read must not be renamed.
func TestPropertiesArePublic(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var visit func(typ reflect.Type)
	visit = func(typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			visit(typ.Elem())
		case reflect.Struct:
			if seen[typ] {
				return
			}
			seen[typ] = true
			for i := range typ.NumField() {
				f := typ.Field(i)
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				assert.True(t, name == "-" || isPublic(name), "%s.%s: %q is in no list", typ, f.Name, name)
				visit(f.Type)
			}
		}
	}
	visit(reflect.TypeFor[tenant.Snapshot]())
	visit(reflect.TypeFor[tenant.Manifest]())
	assert.Greater(t, len(seen), 60)
	literals(t, func(file, text string) {
		if strings.HasSuffix(file, "tenant/decode.go") {
			assert.True(t, isPublic(text), "%s reads %q, which is in no list", file, text)
		}
	})
}

// TestRequestsArePublic: @odata.context and the manifest's requests say which
// version of Graph answered.
func TestRequestsArePublic(t *testing.T) {
	for _, row := range dataset.Table() {
		assert.True(t, isPublic(row.Request.Path+" "+strings.Join(row.Request.Select, ",")+" "+row.Request.Expand+" "+row.Request.Filter), row.Dataset)
	}
	for _, issuer := range audit.DefaultConfig().ApprovedIssuers {
		assert.True(t, isPublic(issuer), issuer)
	}
}

// TestListsNameNobody: no word of the fixtures' tenants is public.
func TestListsNameNobody(t *testing.T) {
	for _, w := range strings.Fields("contoso fabrikam northwind wingtip litware tailspin adatum dana roy souza müller yamada invoice triage") {
		assert.False(t, isPublicWord(w), w)
	}
	for line := range lines(idsTXT) {
		id, what, ok := strings.Cut(line, " ")
		assert.True(t, ok && what != "" && guidLength(id) == 36, line)
	}
}
