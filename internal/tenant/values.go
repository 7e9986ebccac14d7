package tenant

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// UnmarshalJSONFrom implements json.UnmarshalerFrom: a string, or null for none.
func (id *ID) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	tok, err := d.ReadToken()
	if err != nil {
		return err
	}
	switch tok.Kind() {
	case 'n':
		*id = ID{}
		return nil
	case '"':
		*id = ParseID(tok.String())
		return nil
	}
	return fmt.Errorf("an id is due, not %s", kindName(tok.Kind()))
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It is not called for a
// relation that was not returned, which stays RelationAbsent.
func (r *Relation[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == 'n' {
		*r = Relation[T]{State: RelationNull}
		_, err := d.ReadToken()
		return err
	}
	if kind := d.PeekKind(); kind != '[' {
		return fmt.Errorf("an array is due, not %s", kindName(kind))
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	r.Items = []T{}
	for d.PeekKind() != ']' {
		// No entry of a collection is null in Graph: it would be read as an empty one.
		if d.PeekKind() == 'n' {
			return errors.New("an entry of it is null")
		}
		var item T
		if err := json.UnmarshalDecode(d, &item); err != nil {
			return err
		}
		r.Items = append(r.Items, item)
	}
	_, err := d.ReadToken()
	r.State = RelationComplete
	return err
}

// Anything is a JSON value of which only its shape matters: Empty is true for
// null, {}, [], "" and false, and for an object or array of only such.
type Anything struct{ Empty bool }

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (a *Anything) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	empty := true
	depth := d.StackDepth()
	for {
		tok, err := d.ReadToken()
		if err != nil {
			return err
		}
		_, length := d.StackIndex(d.StackDepth())
		isName := tok.Kind() == '"' && d.StackDepth() > depth && length%2 == 1 && inObject(d)
		switch tok.Kind() {
		case '"':
			empty = empty && (isName || tok.String() == "")
		case 't', '0':
			empty = false
		}
		if d.StackDepth() == depth {
			a.Empty = empty
			return nil
		}
	}
}

// unmarshalRest reads an object into into, and returns the names of the members
// that it has no field for and that are not empty, in order.
func unmarshalRest[T any](d *jsontext.Decoder, into *T) ([]string, error) {
	raw, err := d.ReadValue()
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return nil, err
	}
	var rest map[string]Anything
	if err := json.Unmarshal(raw, &rest); err != nil {
		return nil, err
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		delete(rest, field.Tag.Get("json"))
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(rest)) {
		if !rest[name].Empty && !strings.Contains(name, "@") {
			names = append(names, name)
		}
	}
	return names, nil
}

func inObject(d *jsontext.Decoder) bool {
	kind, _ := d.StackIndex(d.StackDepth())
	return kind == '{'
}

// Levels is a set of risk levels, which Graph writes as a comma-separated
// string ("medium,high") and some exports as an array.
type Levels struct {
	Values []string
	state  presence
}

// IsAbsent reports whether the property was not returned.
func (l Levels) IsAbsent() bool { return l.state == absent }

// Has reports whether level is among them.
func (l Levels) Has(level string) bool {
	for _, v := range l.Values {
		if strings.EqualFold(v, level) {
			return true
		}
	}
	return false
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (l *Levels) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	*l = Levels{}
	switch d.PeekKind() {
	case 'n':
		l.state = null
		_, err := d.ReadToken()
		return err
	case '[':
		var list Relation[string]
		err := list.UnmarshalJSONFrom(d)
		*l = Levels{Values: list.Items, state: present}
		return err
	}
	var text string
	if err := json.UnmarshalDecode(d, &text); err != nil {
		return err
	}
	l.state = present
	for word := range strings.SplitSeq(text, ",") {
		if word = strings.TrimSpace(word); word != "" {
			l.Values = append(l.Values, word)
		}
	}
	return nil
}

// ComplianceState is the compliance of a lifecycle subject: a word, or an
// object with the word in its "state" or "status".
type ComplianceState struct{ Word Opt[string] }

// Attributes are custom security attributes. Sets maps set name to attribute
// name to value; names compare without case and are folded.
type Attributes struct {
	Sets map[string]map[string]AttributeValue
}

// AttributeValue is the value of one attribute. Numbers and booleans are held
// as their JSON text.
type AttributeValue struct {
	Values     []string
	Collection bool
}

// Lookup returns the value of one attribute, and whether it is set.
func (a *Attributes) Lookup(set, name string) (AttributeValue, bool) {
	if a == nil {
		return AttributeValue{}, false
	}
	v, ok := a.Sets[strings.ToLower(set)][strings.ToLower(name)]
	return v, ok
}

// IsEmpty reports whether no attribute is set: {} is left when all are removed.
func (a *Attributes) IsEmpty() bool {
	if a == nil {
		return true
	}
	for _, set := range a.Sets {
		if len(set) > 0 {
			return false
		}
	}
	return true
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (a *Attributes) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if kind := d.PeekKind(); kind != '{' {
		return fmt.Errorf("custom security attributes are due, not %s", kindName(kind))
	}
	var sets map[string]jsontext.Value
	if err := json.UnmarshalDecode(d, &sets); err != nil {
		return err
	}
	a.Sets = make(map[string]map[string]AttributeValue, len(sets))
	for name, raw := range sets {
		if strings.Contains(name, "@") || raw.Kind() == 'n' {
			continue
		}
		if raw.Kind() != '{' {
			return fmt.Errorf("attribute set %.40q is %s, not an object", name, kindName(raw.Kind()))
		}
		var members map[string]jsontext.Value
		if err := json.Unmarshal(raw, &members); err != nil {
			return fmt.Errorf("attribute set %.40q: %w", name, err)
		}
		set := make(map[string]AttributeValue, len(members))
		for member, value := range members {
			if strings.Contains(member, "@") || value.Kind() == 'n' {
				continue
			}
			v, err := attributeValue(value)
			if err != nil {
				return fmt.Errorf("attribute %.40q: %w", member, err)
			}
			if v.Collection && len(v.Values) == 0 {
				continue // what is left of one whose values were all removed
			}
			set[strings.ToLower(member)] = v
		}
		a.Sets[strings.ToLower(name)] = set
	}
	return nil
}

func attributeValue(raw jsontext.Value) (AttributeValue, error) {
	if raw.Kind() != '[' {
		text, err := scalarText(raw)
		return AttributeValue{Values: []string{text}}, err
	}
	var items []jsontext.Value
	if err := json.Unmarshal(raw, &items); err != nil {
		return AttributeValue{}, err
	}
	v := AttributeValue{Collection: true, Values: make([]string, 0, len(items))}
	for _, item := range items {
		text, err := scalarText(item)
		if err != nil {
			return v, err
		}
		v.Values = append(v.Values, text)
	}
	return v, nil
}

func scalarText(raw jsontext.Value) (string, error) {
	switch raw.Kind() {
	case '"':
		var s string
		err := json.Unmarshal(raw, &s)
		return s, err
	case 't', 'f', '0':
		return string(raw), nil
	}
	return "", fmt.Errorf("a string, number or boolean is due, not %s", kindName(raw.Kind()))
}
