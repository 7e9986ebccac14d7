package graph

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ztagent/ztagent/internal/tenant"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"0": 0, "5": 5 * time.Second, " 120 ": 2 * time.Minute, "1.5": 1500 * time.Millisecond,
		"Mon, 23 Nov 2026 09:00:07 GMT":    7 * time.Second,
		"Monday, 23-Nov-26 09:00:07 GMT":   7 * time.Second,
		"Mon Nov 23 09:00:07 2026":         7 * time.Second,
		"Mon, 23 Nov 2026 08:00:00 GMT":    0,
		"99999999999999999999999999999999": 1_000_000 * time.Second,
	} {
		got, ok := retryAfter(value, now)
		assert.True(t, ok, value)
		assert.Equal(t, want, got, value)
	}
	for _, value := range []string{"", " ", "soon", "-1", "NaN", "5s", "2026-11-23"} {
		_, ok := retryAfter(value, now)
		assert.False(t, ok, value)
	}
}

func TestBackOffDoublesWithinBounds(t *testing.T) {
	for try, whole := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 3: 4 * time.Second, 5: 16 * time.Second, 6: 30 * time.Second, 60: 30 * time.Second} {
		for range 50 {
			got := backOff(try)
			assert.GreaterOrEqual(t, got, whole/2, try)
			assert.Less(t, got, whole, try)
		}
	}
}

func TestWhatIsTriedAgain(t *testing.T) {
	for _, c := range []struct {
		err   error
		tries int
		want  bool
	}{
		{&Refusal{Status: 429}, 1, true},
		{&Refusal{Status: 429}, 19, true},
		{&Refusal{Status: 429}, 20, false},
		{&Refusal{Status: 500}, 5, true},
		{&Refusal{Status: 502}, 1, true},
		{&Refusal{Status: 503}, 1, true},
		{&Refusal{Status: 504}, 1, true},
		{&Refusal{Status: 504}, 6, false},
		{&Refusal{Status: 400}, 1, false},
		{&Refusal{Status: 403}, 1, false},
		{&Refusal{Status: 404}, 1, false},
		{&Refusal{Status: 501}, 1, false},
		{&Refusal{Status: 302}, 1, false},
		{&Refusal{Status: 429, wait: time.Minute, hasWait: true}, 1, true},
		{&Refusal{Status: 429, wait: time.Hour, hasWait: true}, 1, false},
		{&Broken{Reason: "x"}, 1, true},
		{&Broken{Reason: "x"}, 6, false},
		{fmt.Errorf("page 3: %w", &Broken{Reason: "x"}), 1, true},
		{&SignInError{Hint: "x"}, 1, false},
		{errTooLarge, 1, false},
		{errEchoed, 1, false},
		{&foreignLink{"x"}, 1, false},
		{context.Canceled, 1, false},
		{nil, 1, false},
	} {
		_, again := again(c.err, c.tries)
		assert.Equal(t, c.want, again, "%v, try %d", c.err, c.tries)
	}
}

func TestGapsOfErrors(t *testing.T) {
	for _, c := range []struct {
		err      error
		optional bool
		want     tenant.GapStatus
	}{
		{&Refusal{Status: 403, Code: "Authorization_RequestDenied"}, false, tenant.GapForbidden},
		{&Refusal{Status: 403, Code: "Forbidden", Message: "Your tenant is not licensed for this feature."}, false, tenant.GapNotLicensed},
		{&Refusal{Status: 404, Code: "UnknownError"}, true, tenant.GapNotEnabled},
		{&Refusal{Status: 404, Code: "UnknownError"}, false, tenant.GapFailed},
		{&Refusal{Status: 410}, false, tenant.GapNotEnabled},
		{&Refusal{Status: 429, Code: "TooManyRequests"}, false, tenant.GapFailed},
		{fmt.Errorf("page 2: %w", &Refusal{Status: 403}), false, tenant.GapForbidden},
		{&SignInError{Hint: "x"}, false, tenant.GapForbidden},
		{errNoAzureToken, false, tenant.GapForbidden},
		{&notRead{tenant.GapAbsent, "x"}, false, tenant.GapAbsent},
		{errors.New("a circle"), false, tenant.GapFailed},
	} {
		assert.Equal(t, c.want, gapOf(c.err, c.optional), "%v", c.err)
	}
}
