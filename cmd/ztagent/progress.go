package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/ztagent/ztagent/internal/graph"
	"github.com/ztagent/ztagent/internal/tenant"
)

// progress shows a collection on stderr: one moving line in a terminal, plain
// lines every few seconds in a pipeline, each request with -v.
type progress struct {
	w       *world
	moving  bool
	lines   bool
	verbose bool

	mu      sync.Mutex
	started int
	done    int
	objects int
	pages   int
	waiting time.Duration
	last    time.Time
	shown   bool
}

const (
	movingInterval = 100 * time.Millisecond
	plainInterval  = 5 * time.Second
)

func newProgress(w *world, c collectOptions) *progress {
	return &progress{
		w:       w,
		moving:  w.ErrIsTerminal && !w.inCI() && !c.Quiet && !c.Still,
		lines:   (!w.ErrIsTerminal || w.inCI()) && !c.Quiet && !c.Still,
		verbose: c.Verbose && !c.Nameless, // ids stand in requests
		last:    w.Now(),
	}
}

func (p *progress) event(e graph.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e.Kind {
	case graph.Started:
		p.started++
	case graph.Page:
		p.pages++
		p.objects += e.Objects
	case graph.Waiting:
		p.waiting = e.Wait
	case graph.Done:
		p.done++
		p.finish(e)
	case graph.Attempt:
		if p.verbose {
			p.line("%s %s %d %dms %s", e.Sent.Method, e.Sent.Path, e.Sent.Status, e.Sent.Elapsed.Milliseconds(), e.Sent.RequestID)
		}
	case graph.Note:
		if p.verbose {
			p.line("%s", e.Message)
		}
	}
	p.show(e.Dataset)
}

// finish says at once what was not read; the rest shows in the counts.
func (p *progress) finish(e graph.Event) {
	if !p.moving && !p.lines {
		return
	}
	if e.Entry.Status != tenant.StatusComplete && e.Entry.Status != "" {
		reason := e.Entry.Status
		if e.Entry.Error != nil && e.Entry.Error.Code != "" {
			reason += ": " + e.Entry.Error.Code
		}
		p.line("  %s: %s", e.Dataset, reason)
	}
}

func (p *progress) show(current tenant.Dataset) {
	interval := plainInterval
	if p.moving {
		interval = movingInterval
	}
	now := p.w.Now()
	if !p.moving && !p.lines || now.Sub(p.last) < interval {
		return
	}
	p.last = now
	status := fmt.Sprintf("reading: %d of %d datasets, %d pages, %d objects", p.done, max(p.started, p.done), p.pages, p.objects)
	if p.waiting > 0 {
		status += fmt.Sprintf(", the service asked to wait %s", p.waiting.Round(time.Second))
		p.waiting = 0
	}
	if !p.moving {
		p.line("%s", status)
		return
	}
	if current != "" {
		status += " · " + string(current)
	}
	fmt.Fprintf(p.w.Err, "\r\x1b[K%s", printable(clip(status, 78)))
	p.shown = true
}

// line prints a line of its own, over the moving one.
func (p *progress) line(format string, args ...any) {
	p.clear()
	fmt.Fprintln(p.w.Err, printable(fmt.Sprintf(format, args...)))
}

func (p *progress) clear() {
	if p.shown {
		_, _ = io.WriteString(p.w.Err, "\r\x1b[K")
		p.shown = false
	}
}

func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// printUsage sums up what each dataset cost.
func printUsage(out io.Writer, m tenant.Manifest) {
	requests, throttled, bytes := 0, 0, int64(0)
	for _, d := range tenant.Datasets() {
		e, ok := m.Datasets[d]
		if !ok || e.Requests == 0 {
			continue
		}
		fmt.Fprintf(out, "  %-34s %-12s %5d requests %9d bytes %3d throttled %6d ms\n",
			d, e.Status, e.Requests, e.Bytes, e.Throttled, e.ElapsedMs)
		requests, throttled, bytes = requests+e.Requests, throttled+e.Throttled, bytes+e.Bytes
	}
	fmt.Fprintf(out, "  %d requests, %d bytes, %d throttled\n", requests, bytes, throttled)
}
