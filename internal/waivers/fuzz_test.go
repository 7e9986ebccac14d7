package waivers

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plainFault holds that a fault names the file and can be printed as it is.
func plainFault(t *testing.T, err error) {
	t.Helper()
	assert.True(t, strings.HasPrefix(err.Error(), "f.yaml:"), "%q", err)
	assert.Equal(t, -1, strings.IndexFunc(err.Error(), unicode.IsControl), "%q", err)
}

func addExample(f *testing.F, name string) {
	f.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "examples", name))
	require.NoError(f, err)
	f.Add(text)
}

// FuzzWaivers holds that whatever is read is a whole waiver: what it waives, why,
// who says so, and until when.
func FuzzWaivers(f *testing.F) {
	addExample(f, "waivers.yaml")
	for _, seed := range []string{"", complete, "waivers:", "waivers: [", "waivers:\n- &a {rule: *a}", "waivers:\n- rule: a/b\n  rule: a/b", "%TAG ! x\n---\n", "\xff"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		w, err := Parse("f.yaml", data)
		if err != nil {
			plainFault(t, err)
			return
		}
		for _, one := range w.List {
			assert.Contains(t, one.Rule, "/")
			assert.NotEmpty(t, one.Resource)
			assert.NotEmpty(t, one.Reason)
			assert.NotEmpty(t, one.Owner)
			assert.False(t, one.Expires.IsZero())
			assert.True(t, one.AllowMany || !strings.ContainsAny(one.Resource, "*?"))
		}
	})
}

// FuzzAttestations holds the same of attestations, and that evidence is read only
// by the name that it has.
func FuzzAttestations(f *testing.F) {
	addExample(f, "attestations.yaml")
	for _, seed := range []string{
		"", "attestations:", "attestations:\n- rule: a/b\n  scope: tenant\n  statement: x\n  by: sam\n  at: 2026-11-01\n  expires: 2027-01-31\n  evidence: https://contoso.example/x",
		"attestations:\n- rule: a/b\n  scope: [x, y]\n  evidence: {file: ../x, sha256: 00}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		open := func(string) (io.ReadCloser, error) { return nil, fs.ErrNotExist }
		list, err := ParseAttestations("f.yaml", data, open)
		if err != nil {
			plainFault(t, err)
			return
		}
		for _, one := range list {
			assert.Contains(t, one.Rule, "/")
			assert.NotEmpty(t, one.Statement)
			assert.NotEmpty(t, one.By)
			assert.False(t, one.At.IsZero())
			assert.False(t, one.Expires.IsZero())
		}
	})
}
