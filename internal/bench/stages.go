package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/synth"
	"github.com/ztagent/ztagent/internal/tenant"
)

// gcPercent is the setting of cmd/ztagent: a stage must cost what it costs there.
const gcPercent = 30

// stage does a part of the audit, in the process that is measured.
func stage(ctx context.Context, name string, args []string, out io.Writer) error {
	debug.SetGCPercent(gcPercent)
	switch {
	case name == "generate" && len(args) == 3:
		return generate(args[0], args[1], args[2] == "jsonl")
	case name == "findings" && len(args) == 1:
		return printFindings(args[0], out)
	case len(args) != 1:
		return errUsage
	}
	dir := args[0]
	switch name {
	case "tokens":
		return scanTokens(dir)
	case "tokens-one-thread":
		runtime.GOMAXPROCS(1)
		return scanTokens(dir)
	case "read":
		_, err := tenant.Open(dir)
		return err
	case "read-one-thread":
		runtime.GOMAXPROCS(1)
		_, err := tenant.Open(dir)
		return err
	case "judge":
		_, err := judge(ctx, dir)
		return err
	case "rules":
		return timeRules(ctx, dir, out)
	}
	return errUsage
}

func generate(agents, dir string, lines bool) error {
	n, err := strconv.Atoi(agents)
	if err != nil {
		return fmt.Errorf("number of agents: %w", err)
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	o := synth.DefaultOptions()
	o.Lines = lines
	return synth.Generate(synth.Dir(dir), 1, n, o)
}

// scanTokens reads every token of every file and keeps nothing: less than that
// nobody can do who checks the JSON.
func scanTokens(dir string) error {
	names, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := scanFile(name); err != nil {
			return fmt.Errorf("scanning %s: %w", name, err)
		}
	}
	return nil
}

func scanFile(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	dec := jsontext.NewDecoder(file)
	for {
		if _, err := dec.ReadToken(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func judge(ctx context.Context, dir string) (*audit.Report, error) {
	s, err := tenant.Open(dir)
	if err != nil {
		return nil, err
	}
	return audit.Run(ctx, s, checks.All(), audit.Options{Note: checks.Note(), Discard: true})
}

// timeRules prints what each rule costs by itself, once what rules have in common
// is there: nanoseconds of processor time, and its id. It is the least of a few
// tries, for a collection of garbage may fall into any.
func timeRules(ctx context.Context, dir string, out io.Writer) error {
	s, err := tenant.Open(dir)
	if err != nil {
		return err
	}
	all := checks.All()
	if _, err := audit.Run(ctx, s, all, audit.Options{}); err != nil {
		return err
	}
	for i := range all {
		for k := range all[i].Rules {
			id := audit.FullID(&all[i], &all[i].Rules[k])
			cost, err := timeRule(ctx, s, all, id)
			if err != nil {
				return err
			}
			fmt.Fprintln(out, cost, id)
		}
	}
	return nil
}

func timeRule(ctx context.Context, s *tenant.Snapshot, all []audit.Check, id string) (int64, error) {
	least := int64(-1)
	for range 3 {
		before, err := ownTime()
		if err != nil {
			return 0, err
		}
		if _, err := audit.Run(ctx, s, all, audit.Options{Only: []string{id}}); err != nil {
			return 0, err
		}
		after, err := ownTime()
		if err != nil {
			return 0, err
		}
		if cost := int64(after - before); least < 0 || cost < least {
			least = cost
		}
	}
	return least, nil
}
