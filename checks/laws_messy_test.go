package checks_test

import (
	"fmt"
	"testing"

	"github.com/ztagent/ztagent/checks"
)

// TestNoGainInMessyTenants tries the mutants of every generated tenant, or of a
// sample: other parts of each.
func TestNoGainInMessyTenants(t *testing.T) {
	var total tally
	t.Cleanup(func() { told(t, total.String()) })
	tenants, sample := 20, 40
	if testing.Short() {
		tenants, sample = 8, 20
	}
	if fullLaws() {
		tenants, sample = messyTenants, 0
	}
	for seed := range tenants {
		t.Run(fmt.Sprintf("tenant %d", seed), func(t *testing.T) {
			t.Parallel()
			s := lawSubject{testCase: messyCase(t, seed), checks: checks.All(), sample: sample, reported: map[string]bool{}}
			s.tryMutants(t, &total)
		})
	}
}
