package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

// Some rules by themselves say what they say among all the datasets, though only
// theirs are read. The gaps are those of what was read.
func TestOneRuleReadsWhatItLooksAt(t *testing.T) {
	for _, name := range []string{"contoso", "forbidden"} {
		path := filepath.Join("..", "..", "fixtures", name)
		report := func(datasets []tenant.Dataset, id string) *audit.Report {
			o := sourceOptions{Snapshot: path}
			s, err := o.open(t.Context(), nil, datasets, nil)
			require.NoError(t, err)
			defer s.Close()
			r, err := audit.Run(t.Context(), s, checks.All(), audit.Options{Only: []string{id}})
			require.NoError(t, err)
			r.WhatIf, r.Gaps = whatIf(s, []string{"conditional-access"}), nil
			return r
		}
		for _, c := range checks.All() {
			for i := range c.Rules {
				id := audit.FullID(&c, &c.Rules[i])
				datasets, err := datasetsOf([]string{id}, nil)
				require.NoError(t, err)
				assert.Equal(t, report(nil, id), report(datasets, id), "%s on %s", id, name)
			}
		}
	}
}
