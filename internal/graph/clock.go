package graph

import (
	"context"
	"time"
)

// Clock is time as the collector sees it; tests shorten it.
type Clock struct {
	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error
}

// RealClock is the machine's.
func RealClock() Clock { return Clock{Now: time.Now, Sleep: sleep} }

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
