package graph

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// FuzzRetryAfter holds that no answer of a server makes us wait a negative time,
// or parse a time that it did not give.
func FuzzRetryAfter(f *testing.F) {
	now := time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)
	for _, seed := range []string{"", "120", "1.5", "-1", "1e400", "NaN", "Inf", "0x10", "Fri, 20 Nov 2026 06:00:02 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", " 7 "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		wait, given := retryAfter(value, now)
		assert.GreaterOrEqual(t, wait, time.Duration(0), value)
		assert.True(t, given || wait == 0, value)
	})
}
