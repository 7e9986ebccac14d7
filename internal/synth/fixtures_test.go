package synth

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the fixtures")

const fixturesDir = "../../fixtures"

// TestFixturesAreFresh holds the committed fixtures to what this package makes.
func TestFixturesAreFresh(t *testing.T) {
	for _, f := range Fixtures() {
		t.Run(f.Name, func(t *testing.T) {
			dir := filepath.Join(fixturesDir, f.Name)
			if *update {
				require.NoError(t, os.RemoveAll(dir))
				require.NoError(t, f.Make().Write(dir))
			}
			want, err := f.Make().Files()
			require.NoError(t, err)
			entries, err := os.ReadDir(dir)
			require.NoError(t, err)
			for _, entry := range entries {
				assert.Contains(t, want, entry.Name(), "no fixture makes this file any more")
			}
			for name, text := range want {
				got, err := os.ReadFile(filepath.Join(dir, name))
				require.NoError(t, err)
				assert.Equal(t, string(text), string(got), "%s: run the test with -update", name)
			}
		})
	}
}

func TestFixturesAreTheSameEveryTime(t *testing.T) {
	for _, f := range Fixtures() {
		first, err := f.Make().Files()
		require.NoError(t, err)
		second, err := f.Make().Files()
		require.NoError(t, err)
		assert.Equal(t, first, second, f.Name)
	}
}

func TestFixturesStaySmall(t *testing.T) {
	total := 0
	for _, f := range Fixtures() {
		files, err := f.Make().Files()
		require.NoError(t, err)
		for _, text := range files {
			total += len(text)
		}
	}
	assert.Less(t, total, 2<<20, "the fixtures are part of the repository and of the binary")
}
