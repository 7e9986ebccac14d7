package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestErrRepeatsNoSecret: whatever is printed to stderr, no secret of the
// environment and nothing like a token stands in it, in any form of writing.
func TestErrRepeatsNoSecret(t *testing.T) {
	for _, name := range secretVariables() {
		const secret = `corr~ct/h0rse "b@ttery`
		var out bytes.Buffer
		w := discreetly(&world{Err: &out, Getenv: func(n string) (string, bool) { return secret + "\n", n == name }})
		n, err := fmt.Fprintln(w.Err, "POST x\nclient_secret=corr~ct%2Fh0rse+%22b%40ttery", `{"sent":"corr~ct/h0rse \"b@ttery"}`, secret)
		require.NoError(t, err)
		assert.Equal(t, 86+len(secret), n)
		assert.Equal(t, "POST x\nclient_secret=(secret) {\"sent\":\"(secret)\"} (secret)\n", out.String(), name)
	}
	var out bytes.Buffer
	w := discreetly(&world{Err: &out, Getenv: func(string) (string, bool) { return "short", true }})
	fmt.Fprint(w.Err, "a short one, Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJqb2IifQ.c2lnbmF0dXJl, eyJhbGciOiJub25lIn0.eyJzdWIiOiJqb2IifQ. and eyJ.eyJ")
	assert.Equal(t, "a short one, Bearer (token), (token) and eyJ.eyJ", out.String())
	_, err := discreetly(&world{Err: fullDisk{}, Getenv: func(string) (string, bool) { return "", false }}).Err.Write([]byte("x"))
	assert.Error(t, err)
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// TestFilesAreWholeOrNotThere looks at what a failing writer leaves.
func TestFilesAreWholeOrNotThere(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "report.json")
	half := func(out io.Writer) error {
		_, _ = out.Write(make([]byte, 1<<20))
		return errors.New("halfway")
	}
	require.ErrorContains(t, writeFile(name, half), "halfway")
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, entries)

	require.NoError(t, os.WriteFile(name, []byte("old"), 0o644))
	require.ErrorContains(t, writeFile(name, half), "halfway")
	old, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, "old", string(old), "what was there stays")

	require.NoError(t, writeFile(name, func(out io.Writer) error {
		_, err := io.WriteString(out, "new")
		return err
	}))
	assertPrivate(t, name)
	entries, err = os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1)
}
