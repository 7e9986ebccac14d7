package tenant

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

type presence uint8

const (
	absent presence = iota
	null
	present
)

// Opt is a property that keeps apart what Graph keeps apart: not returned,
// returned as null, returned with a value. Its zero value is not returned.
type Opt[T any] struct {
	value T
	state presence
}

// Some returns a property that was returned with value v.
func Some[T any](v T) Opt[T] { return Opt[T]{value: v, state: present} }

// Null returns a property that was returned as null.
func Null[T any]() Opt[T] { return Opt[T]{state: null} }

// Get returns the value, and whether there is one.
func (o Opt[T]) Get() (T, bool) { return o.value, o.state == present }

// Or returns the value, or otherwise when it is null or was not returned.
func (o Opt[T]) Or(otherwise T) T {
	if o.state == present {
		return o.value
	}
	return otherwise
}

// IsAbsent reports whether the property was not returned at all. Rules whose
// condition needs it must answer unknown then (docs/verdicts.md).
func (o Opt[T]) IsAbsent() bool { return o.state == absent }

// IsNull reports whether the property was returned as null.
func (o Opt[T]) IsNull() bool { return o.state == null }

// IsSet reports whether the property has a value.
func (o Opt[T]) IsSet() bool { return o.state == present }

// UnmarshalJSONFrom implements json.UnmarshalerFrom; it is not called for a
// property that is not there, which stays absent.
func (o *Opt[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == 'n' {
		*o = Null[T]()
		_, err := d.ReadToken()
		return err
	}
	var v T
	if err := json.UnmarshalDecode(d, &v); err != nil {
		return err
	}
	*o = Some(v)
	return nil
}
