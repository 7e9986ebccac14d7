// Synth writes synthetic tenants: the fixtures of this repository, or a
// snapshot of any size.
//
//	synth fixtures DIR
//	synth generate -agents N [-seed N] [-jsonl] [-sign-ins N] -o DIR
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/ztagent/ztagent/internal/synth"
)

func main() {
	if err := run(os.Args[1:], os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "synth:", err)
		os.Exit(1)
	}
}

func run(args []string, _ io.Writer) error {
	if len(args) == 2 && args[0] == "fixtures" {
		for _, f := range synth.Fixtures() {
			if err := f.Make().Write(filepath.Join(args[1], f.Name)); err != nil {
				return fmt.Errorf("fixture %s: %w", f.Name, err)
			}
		}
		return nil
	}
	return fmt.Errorf("usage: synth fixtures DIR | synth generate -agents N -o DIR")
}
