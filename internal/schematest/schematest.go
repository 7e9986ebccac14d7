// Package schematest validates what the product emits against JSON Schemas.
package schematest

import (
	"fmt"
	"os"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Validate checks the JSON file against the schema file.
func Validate(file, schema string) error {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	compiled, err := compiler.Compile(schema)
	if err != nil {
		return fmt.Errorf("compiling %s: %w", schema, err)
	}
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	instance, err := jsonschema.UnmarshalJSON(in)
	if err != nil {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	if err := compiled.Validate(instance); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}
