package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"time"
)

// usage is the system's account of one process and what it waited for.
type usage struct {
	cpu, wall time.Duration // user and system time; the clock
	peak      float64       // MB of memory at most
}

// contender is one command that is measured.
type contender struct {
	name string
	argv []string
	dir  string // working directory, "" for this one's
	env  []string
	// accept looks at what a run printed; an error ends the benchmark.
	accept func(stdout []byte) error

	runs []usage
}

// measure runs the command once.
func (c *contender) measure(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, c.argv[0], c.argv[1:]...)
	cmd.Dir = c.dir
	if c.env != nil {
		cmd.Env = append(cmd.Environ(), c.env...)
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", c.name, err, bytes.TrimSpace(stderr.Bytes()))
	}
	c.runs = append(c.runs, usage{
		cpu:  cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		wall: wall,
		peak: peakOf(cmd.ProcessState),
	})
	if c.accept == nil {
		return nil
	}
	if err := c.accept(stdout.Bytes()); err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	return nil
}

// alternate lets the contenders take turns, so that a slow minute of the machine
// hits them all.
func alternate(ctx context.Context, rounds int, contenders []*contender) error {
	for range rounds {
		for _, c := range contenders {
			if err := errors.Join(ctx.Err(), c.measure(ctx)); err != nil {
				return err
			}
		}
	}
	return nil
}

// median of each figure by itself.
func (c *contender) median() usage {
	return usage{
		cpu:  medianOf(c.runs, func(u usage) time.Duration { return u.cpu }),
		wall: medianOf(c.runs, func(u usage) time.Duration { return u.wall }),
		peak: medianOf(c.runs, func(u usage) float64 { return u.peak }),
	}
}

// medianOf returns the middle one, of an even number the upper.
func medianOf[T cmp.Ordered](runs []usage, figure func(usage) T) T {
	values := make([]T, len(runs))
	for i, u := range runs {
		values[i] = figure(u)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
