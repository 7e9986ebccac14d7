package graph

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/ztagent/ztagent/internal/dataset"
)

// pacer decides when a request may go: so many at once, which shrinks when the
// service throttles and grows again when it does not, and so many per second in
// the families that have a rate of their own.
type pacer struct {
	clock Clock

	mu       sync.Mutex
	limit    float64 // requests at once
	most     float64
	running  int
	waiters  []chan struct{}
	families map[dataset.Family]*rate
	// shrunk is when the limit last fell: one throttled burst counts once.
	shrunk time.Time
}

// rate lets most requests start in each window, and none before the service's
// own word.
type rate struct {
	most   int
	window time.Duration
	starts []time.Time
	until  time.Time
}

func newPacer(clock Clock, concurrency int) *pacer {
	return &pacer{
		clock: clock, limit: float64(concurrency), most: float64(concurrency),
		families: map[dataset.Family]*rate{
			// The published rates, with some slack for clocks and networks.
			dataset.ConditionalAccess: {most: 1, window: 1100 * time.Millisecond},
			dataset.Reports:           {most: 5, window: 10500 * time.Millisecond},
			dataset.Keys:              {most: 140, window: time.Minute},
		},
	}
}

// enter waits until a request of family may go. After it, and only where it
// returns no error, leave must be called. Requests with a rate of their own take
// no slot: they would hold it while they wait.
func (p *pacer) enter(ctx context.Context, family dataset.Family) error {
	for {
		wait, rated := p.reserve(family)
		switch {
		case wait > 0:
			if err := p.clock.Sleep(ctx, wait); err != nil {
				return err
			}
			continue
		case rated:
			return ctx.Err()
		}
		return p.slot(ctx)
	}
}

// reserve takes a place in the family's rate, if it has one, or says how long to
// wait for it.
func (p *pacer) reserve(family dataset.Family) (wait time.Duration, rated bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.family(family)
	now := p.clock.Now()
	if wait := r.until.Sub(now); wait > 0 {
		return wait, r.most > 0
	}
	if r.most == 0 {
		return 0, false
	}
	for len(r.starts) > 0 && now.Sub(r.starts[0]) >= r.window {
		r.starts = r.starts[1:]
	}
	if len(r.starts) >= r.most {
		return r.starts[0].Add(r.window).Sub(now), true
	}
	r.starts = append(r.starts, now)
	return 0, true
}

func (p *pacer) family(family dataset.Family) *rate {
	r := p.families[family]
	if r == nil {
		r = &rate{}
		p.families[family] = r
	}
	return r
}

func (p *pacer) slot(ctx context.Context) error {
	p.mu.Lock()
	if p.running < max(int(p.limit), 1) {
		p.running++
		p.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	p.waiters = append(p.waiters, turn)
	p.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if at := slices.Index(p.waiters, turn); at >= 0 {
		p.waiters = slices.Delete(p.waiters, at, at+1)
	} else { // its turn came in the same moment
		p.running--
		p.wake()
	}
	return ctx.Err()
}

// leave ends a request. Pressed says that the service is near its limit.
func (p *pacer) leave(family dataset.Family, pressed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.family(family).most > 0 {
		return
	}
	p.running--
	if pressed {
		p.shrink()
	} else if p.limit < p.most {
		p.limit += 1 / p.limit
	}
	p.wake()
}

func (p *pacer) wake() {
	for len(p.waiters) > 0 && p.running < max(int(p.limit), 1) {
		close(p.waiters[0])
		p.waiters = p.waiters[1:]
		p.running++
	}
}

func (p *pacer) shrink() {
	if now := p.clock.Now(); now.Sub(p.shrunk) >= time.Second {
		p.limit = max(p.limit/2, 1)
		p.shrunk = now
	}
}

// pause holds a whole family back, because the service said for how long.
func (p *pacer) pause(family dataset.Family, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := p.clock.Now().Add(wait); until.After(p.family(family).until) {
		p.family(family).until = until
	}
}
