// Command cmd validates FILE SCHEMA pairs and exits 1 at the first that fails.
package main

import (
	"fmt"
	"os"

	"github.com/ztagent/ztagent/internal/schematest"
)

func main() {
	pairs := os.Args[1:]
	if len(pairs) == 0 || len(pairs)%2 != 0 {
		fmt.Fprintln(os.Stderr, "usage: cmd FILE SCHEMA [FILE SCHEMA ...]")
		os.Exit(2)
	}
	for i := 0; i < len(pairs); i += 2 {
		if err := schematest.Validate(pairs[i], pairs[i+1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println("ok:", pairs[i], "is valid by", pairs[i+1])
	}
}
