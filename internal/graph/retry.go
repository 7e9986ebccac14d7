package graph

import (
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// transientTries and throttledTries are how often a request is sent before
	// it counts as failed.
	transientTries = 6
	throttledTries = 20
	// longestWait is the longest Retry-After that is honoured: beyond it the
	// dataset is given up, with the reason.
	longestWait = 5 * time.Minute
)

// retryAfter reads a Retry-After header: seconds, or a date.
func retryAfter(value string, now time.Time) (time.Duration, bool) {
	value = strings.TrimSpace(value)
	if value == "" {
		return 0, false
	}
	if seconds, err := strconv.ParseFloat(value, 64); err == nil {
		if seconds < 0 || math.IsNaN(seconds) {
			return 0, false
		}
		if seconds > 1e6 {
			seconds = 1e6
		}
		return time.Duration(seconds * float64(time.Second)), true
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(at.Sub(now), 0), true
	}
	return 0, false
}

// backOff is the wait before try (1 is the first repetition): doubling from one
// second to thirty, with jitter so that waiters do not come back together.
func backOff(try int) time.Duration {
	whole := time.Second << min(try-1, 5)
	whole = min(whole, 30*time.Second)
	return whole/2 + rand.N(whole/2)
}

// again says whether and after what wait to send a request once more, having
// failed with err for the tries-th time.
func again(err error, tries int) (time.Duration, bool) {
	var refusal *Refusal
	var broken *Broken
	switch {
	case errors.As(err, &refusal):
		most := transientTries
		if refusal.throttled() {
			most = throttledTries
		}
		if !refusal.transient() || tries >= most {
			return 0, false
		}
		if refusal.hasWait {
			// A date may be rounded down to the second.
			return refusal.wait + rand.N(time.Second/2), refusal.wait <= longestWait
		}
		return backOff(tries), true
	case errors.As(err, &broken):
		return backOff(tries), tries < transientTries
	}
	return 0, false
}
