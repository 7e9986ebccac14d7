package redact

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/redact/redacttest"
	"github.com/ztagent/ztagent/internal/synth"
	"github.com/ztagent/ztagent/internal/tenant"
	"github.com/ztagent/ztagent/report"
)

// isPublic: all words of it are everyone's.
func isPublic(text string) bool {
	for kind, w := range tokens(text, true) {
		if kind == word && !isPublicWord(strings.ToLower(w)) {
			return false
		}
	}
	return true
}

// TestNothingSurvivesAnywhere looks at every byte of the redacted files, at their
// names, and at every report that is made of them, in every form of writing, for
// what redacttest calls an original: it reads the JSON on its own.
func TestNothingSurvivesAnywhere(t *testing.T) {
	seeds := 12
	if testing.Short() {
		seeds = 2
	}
	all := map[string]fs.FS{}
	for seed := range seeds {
		all[fmt.Sprintf("generated %d", seed)] = generate(t, 1000+uint64(seed), synth.Options{SignIns: 2, Audits: 1, Lines: seed%2 == 1})
	}
	corpus := corpus(t)
	for _, name := range []string{"contoso", "compliant", "bare", "forbidden"} {
		all[name] = corpus[name]
	}
	shared := sharedIDs(t)
	for _, name := range names(all) {
		for _, ids := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, ids %v", name, ids), func(t *testing.T) {
				originals, err := redacttest.Originals(all[name], ids)
				require.NoError(t, err)
				s := redacttest.NewSearcher(originals, func(text string) bool {
					if guidLength(text) == len(text) {
						return !ids || shared[text] || corpus[name] != nil && isPublicID(text)
					}
					return isPublicName(text) || isPublic(text)
				})
				assert.Greater(t, s.Len(), 50)
				out, _ := redacted(t, all[name], Options{Key: testKey, IDs: ids})
				left, err := s.InFiles(out)
				require.NoError(t, err)
				assert.Empty(t, left)
				for format, text := range reports(t, out) {
					assert.Empty(t, withoutTask(s.In(text)), format)
				}
				before, err := s.InFiles(all[name])
				require.NoError(t, err)
				assert.GreaterOrEqual(t, len(before), s.Len(), "each is found where it was")
			})
		}
	}
}

// withoutTask leaves out a task of Microsoft's that a remedy names.
func withoutTask(found []string) []string {
	return slices.DeleteFunc(found, func(text string) bool { return text == "send email to manager about sponsorship changes" })
}

// sharedIDs are those that unrelated tenants have in common: Microsoft's.
func sharedIDs(t *testing.T) map[string]bool {
	t.Helper()
	shared := map[string]bool{}
	first, err := redacttest.Originals(generate(t, 1, synth.DefaultOptions()), true)
	require.NoError(t, err)
	second, err := redacttest.Originals(generate(t, 2, synth.DefaultOptions()), true)
	require.NoError(t, err)
	for text := range first {
		if guidLength(text) == len(text) && second[text] {
			shared[text] = true
		}
	}
	assert.Less(t, len(shared), len(first)/2)
	return shared
}

// reports are those of a snapshot in every format, with every pass.
func reports(t *testing.T, snapshot fs.FS) map[string]string {
	t.Helper()
	s, err := tenant.OpenFS(snapshot, "snapshot")
	require.NoError(t, err)
	r, err := audit.Run(context.Background(), s, checks.All(), audit.Options{ShowPasses: true})
	require.NoError(t, err)
	made := map[string]string{}
	for format, write := range map[string]func(io.Writer, *audit.Report, report.Options) error{
		"table": report.Table, "json": report.JSON, "sarif": report.SARIF, "html": report.HTML,
		"markdown": report.Markdown, "csv": report.CSV, "junit": report.JUnit, "ocsf": report.OCSF,
	} {
		var b bytes.Buffer
		require.NoError(t, write(&b, r, report.Options{}))
		made[format] = b.String()
	}
	return made
}
