package graph

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/dataset"
)

// starts runs n requests of a family that each take a moment, and returns when
// each began.
func starts(t *testing.T, p *pacer, family dataset.Family, n int, takes time.Duration) []time.Duration {
	t.Helper()
	began := time.Now()
	var mu sync.Mutex
	var at []time.Duration
	var group sync.WaitGroup
	for range n {
		group.Go(func() {
			if err := p.enter(context.Background(), family); err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			at = append(at, time.Since(began))
			mu.Unlock()
			time.Sleep(takes)
			p.leave(family, false)
		})
	}
	group.Wait()
	return at
}

func TestRatedFamiliesAreSpaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := starts(t, newPacer(RealClock(), 8), dataset.ConditionalAccess, 5, time.Millisecond)
		for i := 1; i < len(at); i++ {
			assert.Greater(t, at[i]-at[i-1], time.Second)
		}
		at = starts(t, newPacer(RealClock(), 8), dataset.Reports, 12, time.Millisecond)
		for i := 5; i < len(at); i++ {
			assert.Greater(t, at[i]-at[i-5], 10*time.Second)
		}
		assert.Less(t, at[4], time.Second, "the first five go at once")
	})
}

func TestConcurrencyIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := starts(t, newPacer(RealClock(), 3), dataset.Identity, 9, time.Second)
		for i, when := range at {
			assert.Equal(t, time.Duration(i/3)*time.Second, when)
		}
	})
}

func TestConcurrencyFallsUnderPressureAndRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(RealClock(), 8)
		turn := func(pressed bool) {
			require.NoError(t, p.enter(context.Background(), dataset.Identity))
			p.leave(dataset.Identity, pressed)
		}
		time.Sleep(time.Minute)
		turn(true)
		turn(true)
		assert.InDelta(t, 4, p.limit, 0.01, "one burst counts once")
		time.Sleep(2 * time.Second)
		turn(true)
		assert.InDelta(t, 2, p.limit, 0.01)
		for range 100 {
			turn(false)
		}
		assert.InDelta(t, 8, p.limit, 0.5)
		for range 20 {
			time.Sleep(2 * time.Second)
			turn(true)
		}
		assert.InDelta(t, 1, p.limit, 0.01, "never none")
	})
}

func TestAPauseHoldsTheFamilyAndNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(RealClock(), 8)
		p.pause(dataset.Identity, 7*time.Second)
		p.pause(dataset.Identity, time.Second) // the longer one stands
		for _, at := range starts(t, p, dataset.Governance, 3, 0) {
			assert.Zero(t, at)
		}
		for _, at := range starts(t, p, dataset.Identity, 3, 0) {
			assert.Equal(t, 7*time.Second, at)
		}
	})
}

func TestWaitersLeaveWhenTheRunEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(RealClock(), 1)
		require.NoError(t, p.enter(context.Background(), dataset.Identity))
		ctx, cancel := context.WithCancel(context.Background())
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() { assert.ErrorIs(t, p.enter(ctx, dataset.Identity), context.Canceled) })
		}
		synctest.Wait()
		cancel()
		group.Wait()
		p.leave(dataset.Identity, false)
		assert.Zero(t, p.running)
		require.NoError(t, p.enter(context.Background(), dataset.Identity))
	})
}
