package main

import (
	"context"
	"fmt"
	"os"
	"time"
)

// startUp is what it costs to start the command, and to have it.
type startUp struct {
	help, hello time.Duration // processor time
	size        int64         // bytes
}

// startUpRounds are many: one run takes milliseconds.
const startUpRounds = 51

func (s *settings) startUp(ctx context.Context) (*startUp, error) {
	help := &contender{name: "ztagent --help", argv: []string{s.ztagent, "--help"}}
	hello := &contender{name: "hello", argv: []string{s.hello}}
	if err := alternate(ctx, startUpRounds, []*contender{help, hello}); err != nil {
		return nil, err
	}
	info, err := os.Stat(s.ztagent)
	if err != nil {
		return nil, err
	}
	return &startUp{help.median().cpu, hello.median().cpu, info.Size()}, nil
}

func (u *startUp) goals() []goal {
	ratio, size := over(u.help, u.hello), float64(u.size)/1e6
	return []goal{
		{
			id: "P10", what: "--help / a hello world, processor time", asked: "≤ 2.5",
			measured: fmt.Sprintf("%.1f (%s of %s ms)", ratio, milliseconds(u.help), milliseconds(u.hello)), met: ratio <= 2.5,
		},
		{id: "P10", what: "stripped size", asked: "≤ 12 MB", measured: fmt.Sprintf("%.1f MB", size), met: size <= 12},
	}
}
