// Package strictyaml reads the YAML files that people write for us: every error
// names file and line, and a key that is not known is one.
package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/ztagent/ztagent/internal/audit"
)

// maxSize bounds a file; what people write by hand is far smaller.
const maxSize = 4 << 20

// Error is a fault in a file, printed as "file:line: message".
type Error struct {
	File    string
	Line    int
	Message string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
}

// Decode reads the one document of data into v, a pointer to a struct with yaml
// tags. An empty document leaves v as it is. Types that implement
// yaml.Unmarshaler may return an *Error without a file name, or a Fault.
func Decode(file string, data []byte, v any) error {
	if len(data) > maxSize {
		return &Error{File: file, Message: "the file is larger than 4 MiB"}
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document yaml.Node
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		return nil
	} else if err != nil {
		return placed(file, err)
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return &Error{File: file, Message: "only one YAML document is read; remove the one behind \"---\""}
	}
	root := document.Content[0]
	if err := knownKeys(root, reflect.TypeOf(v), ""); err != nil {
		return placed(file, err)
	}
	if err := root.Decode(v); err != nil {
		return placed(file, err)
	}
	return nil
}

// Fault is an error at a node, for unmarshalers.
func Fault(node *yaml.Node, format string, args ...any) error {
	return &Error{Line: node.Line, Message: fmt.Sprintf(format, args...)}
}

var yamlLine = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)$`)

// placed gives err the file's name, and reads the line out of the library's.
func placed(file string, err error) error {
	var own *Error
	if errors.As(err, &own) {
		return &Error{File: file, Line: own.Line, Message: own.Message}
	}
	text := err.Error()
	var mismatch *yaml.TypeError
	if errors.As(err, &mismatch) && len(mismatch.Errors) > 0 {
		text = mismatch.Errors[0]
	}
	text, _, _ = strings.Cut(text, "\n")
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		line, _ := strconv.Atoi(m[1])
		return &Error{File: file, Line: line, Message: plainMismatch(m[2])}
	}
	return &Error{File: file, Message: strings.TrimPrefix(text, "yaml: ")}
}

var goMismatch = regexp.MustCompile("^cannot unmarshal !!(\\w+)(?: `(.*)`)? into (.+)$")

// plainMismatch says in YAML's words what the library says in Go's.
func plainMismatch(text string) string {
	m := goMismatch.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	found := map[string]string{"map": "a mapping", "seq": "a list"}[m[1]]
	if found == "" {
		found = fmt.Sprintf("%q", m[2])
	}
	due := "a mapping of keys to values"
	switch {
	case m[3] == "bool":
		due = "true or false"
	case m[3] == "string":
		due = "a text"
	case strings.HasPrefix(m[3], "[]"):
		due = "a list"
	}
	return due + " is due, not " + found
}

// knownKeys compares the keys of node with the fields of t, deep.
func knownKeys(node *yaml.Node, t reflect.Type, where string) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if node.Kind == yaml.AliasNode {
		return Fault(node, "aliases are not read here; write the value out")
	}
	if node.Tag == "!!null" {
		return nil
	}
	switch t.Kind() {
	case reflect.Struct:
		return structKeys(node, t, where)
	case reflect.Slice:
		if node.Kind != yaml.SequenceNode {
			return nil // an unmarshaler, or the library, judges it
		}
		for _, item := range node.Content {
			if err := knownKeys(item, t.Elem(), where); err != nil {
				return err
			}
		}
	}
	return nil
}

func structKeys(node *yaml.Node, t reflect.Type, where string) error {
	fields := fieldsOf(t)
	if len(fields) == 0 {
		return nil // a type that reads itself
	}
	if node.Kind != yaml.MappingNode {
		if reflect.PointerTo(t).Implements(unmarshalerType) {
			return nil
		}
		return Fault(node, "%s must be a mapping of keys to values", orFile(where))
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		at := slices.Index(names, key.Value)
		if at < 0 {
			return Fault(key, "%s has no key %q%s", orFile(where), key.Value, audit.DidYouMean(key.Value, names))
		}
		if err := knownKeys(value, fields[at].t, key.Value); err != nil {
			return err
		}
	}
	return nil
}

var unmarshalerType = reflect.TypeFor[yaml.Unmarshaler]()

func orFile(where string) string {
	if where == "" {
		return "the file"
	}
	return where
}

type field struct {
	name string
	t    reflect.Type
}

// fieldsOf returns the keys of a struct in their order.
func fieldsOf(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name != "" && name != "-" {
			fields = append(fields, field{name, f.Type})
		}
	}
	return fields
}

// InFile gives an *Error the name of its file.
func InFile(file string, err error) error { return placed(file, err) }
