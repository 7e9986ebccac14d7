package schematest

import (
	"fmt"
	"strconv"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// ValidateYAML checks a YAML text against the schema file, as an editor does:
// dates are texts.
func ValidateYAML(text []byte, schema string) error {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	compiled, err := compiler.Compile(schema)
	if err != nil {
		return fmt.Errorf("compiling %s: %w", schema, err)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return err
	}
	if len(document.Content) == 0 {
		return compiled.Validate(map[string]any{})
	}
	return compiled.Validate(instance(document.Content[0]))
}

func instance(node *yaml.Node) any {
	switch node.Kind {
	case yaml.MappingNode:
		object := map[string]any{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			object[node.Content[i].Value] = instance(node.Content[i+1])
		}
		return object
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range node.Content {
			list = append(list, instance(item))
		}
		return list
	case yaml.AliasNode:
		return instance(node.Alias)
	}
	switch node.Tag {
	case "!!null":
		return nil
	case "!!bool":
		return node.Value == "true"
	case "!!int", "!!float":
		n, err := strconv.ParseFloat(node.Value, 64)
		if err == nil {
			return n
		}
	}
	return node.Value
}
