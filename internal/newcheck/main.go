// Command newcheck scaffolds a check: its file, its cases and its line in the
// list. "make new-check NAME=agent-badge" runs it.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: newcheck CHECKS-DIRECTORY NAME")
		os.Exit(2)
	}
	files, err := scaffold(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, "newcheck:", err)
		os.Exit(1)
	}
	for _, file := range files {
		fmt.Println("wrote", file)
	}
	fmt.Printf("\nIt runs already: go test ./checks -run 'TestCases/%s'\n"+
		"Write your condition and your cases, then: make docs, make check\n", os.Args[2])
}
