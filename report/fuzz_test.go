package report

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/audit"
)

// FuzzReadJSON holds that a report which is read is written so that it reads the
// same, and that every format can be made of it.
func FuzzReadJSON(f *testing.F) {
	for i := range sample().Checks {
		r := sample()
		r.Checks = r.Checks[i : i+1] // the fuzzer is quicker with little
		var b bytes.Buffer
		require.NoError(f, JSON(&b, r, Options{}))
		f.Add(b.Bytes())
	}
	for _, seed := range []string{"", "{}", `{"schemaVersion":1}`, `{"schemaVersion":2}`, "\xff\xfe{\x00", "\ufeff{}", `{"schemaVersion":1,"schemaVersion":1}`} {
		f.Add([]byte(seed))
	}
	formats := map[string]func(io.Writer, *audit.Report, Options) error{
		"table": Table, "csv": CSV, "html": HTML, "junit": JUnit, "markdown": Markdown, "ocsf": OCSF, "sarif": SARIF,
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := ReadJSON(bytes.NewReader(data))
		if err != nil {
			assert.NotContains(t, err.Error(), "\n")
			assert.NotContains(t, err.Error(), "\x1b")
			return
		}
		var once, twice bytes.Buffer
		require.NoError(t, JSON(&once, r, Options{}))
		again, err := ReadJSON(bytes.NewReader(once.Bytes()))
		require.NoError(t, err, once.String())
		require.NoError(t, JSON(&twice, again, Options{}))
		assert.Equal(t, once.String(), twice.String())
		for name, write := range formats {
			var out strings.Builder
			assert.NoError(t, write(&out, r, Options{}), name)
			assert.NotContains(t, out.String(), "\x1b", name)
		}
	})
}
