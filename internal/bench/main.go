// Command bench measures the audit on generated tenants, and beside it what else
// could answer the same questions. "make bench" and "make bench-peers" run it;
// docs/performance.md says what it found.
//
// Everything measured is a process of its own, and the system's account of it is
// what counts: processor time, which neighbours on a shared machine disturb less
// than the clock, and peak memory. Contenders take turns in rounds, and medians
// are shown.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
)

var errUsage = errors.New("usage: bench audit -ztagent FILE -hello FILE -dir DIR [-sizes N,N] [-rounds N] | " +
	"bench peers -ztagent FILE -opa FILE -duckdb DIR -dir DIR [-sizes N,N] [-rounds N] | bench stage NAME ARGUMENT")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		return errUsage
	}
	if args[0] == "stage" {
		if len(args) < 2 {
			return errUsage
		}
		return stage(ctx, args[1], args[2:], stdout)
	}
	s := settings{out: stdout, log: stderr}
	if err := s.parse(args); err != nil {
		return err
	}
	switch args[0] {
	case "audit":
		return benchAudit(ctx, &s)
	case "peers":
		return benchPeers(ctx, &s)
	}
	return errUsage
}

// settings of a benchmark.
type settings struct {
	self             string // this program
	ztagent          string // the built command
	hello            string // the built internal/bench/hello
	opa, duckdb      string // a program, and a directory in which its package is installed
	programs         string // the peers' programs
	dir              string // where tenants and reports are written
	sizes            []int  // numbers of agents, in ascending order
	rounds           int
	out, log         io.Writer
	sizeWords, about string
}

func (s *settings) parse(args []string) error {
	flags := flag.NewFlagSet("bench "+args[0], flag.ContinueOnError)
	flags.SetOutput(s.log)
	flags.StringVar(&s.ztagent, "ztagent", "", "the built command")
	flags.StringVar(&s.hello, "hello", "", "the built internal/bench/hello")
	flags.StringVar(&s.opa, "opa", "", "the program opa")
	flags.StringVar(&s.duckdb, "duckdb", "", "the directory in which @duckdb/node-api is installed")
	flags.StringVar(&s.programs, "programs", "internal/bench/peers", "the directory of the peers' programs")
	flags.StringVar(&s.dir, "dir", "", "directory for tenants and reports")
	flags.StringVar(&s.sizeWords, "sizes", "1000,10000,100000", "numbers of agents")
	flags.IntVar(&s.rounds, "rounds", 5, "rounds, of which the median counts")
	flags.StringVar(&s.about, "about", "", "a line to print first: versions")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	if s.ztagent == "" || s.dir == "" || s.rounds < 1 || flags.NArg() > 0 {
		return errUsage
	}
	for word := range strings.SplitSeq(s.sizeWords, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil || n < 1 || len(s.sizes) > 0 && n <= s.sizes[len(s.sizes)-1] {
			return fmt.Errorf("-sizes %s: give numbers of agents in ascending order", s.sizeWords)
		}
		s.sizes = append(s.sizes, n)
	}
	var err error
	s.self, err = os.Executable()
	return err
}
