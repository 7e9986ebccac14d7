package graphtest

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/ztagent/ztagent/internal/graph"
)

// Clock starts at now and moves on only by sleeping, which takes no time: a
// client that waits minutes for the service is tested in milliseconds.
func Clock(now time.Time) graph.Clock {
	var slept atomic.Int64
	return graph.Clock{
		Now: func() time.Time { return now.Add(time.Duration(slept.Load())) },
		Sleep: func(ctx context.Context, d time.Duration) error {
			if d > 0 {
				slept.Add(int64(d))
			}
			time.Sleep(50 * time.Microsecond) // let the others go first
			return ctx.Err()
		},
	}
}
