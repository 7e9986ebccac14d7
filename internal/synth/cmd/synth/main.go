// Synth writes synthetic tenants: the fixtures of this repository, or a
// snapshot of any size.
//
//	synth fixtures DIR
//	synth generate -agents N [-seed N] [-sign-ins X] [-audits X] [-jsonl] -o DIR
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/ztagent/ztagent/internal/synth"
)

var errUsage = errors.New("usage: synth fixtures DIR | synth generate -agents N [-seed N] [-sign-ins X] [-audits X] [-jsonl] -o DIR")

func main() {
	if err := run(os.Args[1:], os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "synth:", err)
		os.Exit(1)
	}
}

func run(args []string, stderr io.Writer) error {
	switch {
	case len(args) == 2 && args[0] == "fixtures":
		return writeFixtures(args[1])
	case len(args) > 1 && args[0] == "generate":
		return generate(args[1:], stderr)
	}
	return errUsage
}

func writeFixtures(dir string) error {
	for _, f := range synth.Fixtures() {
		if err := f.Make().Write(filepath.Join(dir, f.Name)); err != nil {
			return fmt.Errorf("fixture %s: %w", f.Name, err)
		}
	}
	return nil
}

func generate(args []string, stderr io.Writer) error {
	o := synth.DefaultOptions()
	flags := flag.NewFlagSet("synth generate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	agents := flags.Int("agents", 1000, "number of agent identities")
	seed := flags.Uint64("seed", 1, "seed; the same gives the same snapshot")
	dir := flags.String("o", "", "directory to write, which is made")
	flags.Float64Var(&o.SignIns, "sign-ins", o.SignIns, "sign-ins per agent, on average")
	flags.Float64Var(&o.Audits, "audits", o.Audits, "changes per agent in the audit log, on average")
	flags.BoolVar(&o.Lines, "jsonl", false, "write .jsonl files")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *dir == "" || flags.NArg() > 0 || *agents < 0 {
		return errUsage
	}
	if err := os.MkdirAll(*dir, 0o700); err != nil {
		return err
	}
	return synth.Generate(synth.Dir(*dir), *seed, *agents, o)
}
