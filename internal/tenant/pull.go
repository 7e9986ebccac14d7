package tenant

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// puller reads objects of the bulk datasets token by token: several times
// faster than reflection, and repeated strings are shared. One puller serves
// one goroutine.
type puller struct {
	*jsontext.Decoder
	strings     map[string]string
	attrs       map[string]*Attributes
	agents      shared[AgentTraits]
	signIns     shared[SignInTraits]
	assignments shared[AssignmentTraits]
	subjects    shared[SubjectTraits]
	people      shared[ID]
	refs        slab[PersonRef]
	key         uint64 // of the object under way, where its id itself is not kept
}

func newPuller() *puller {
	return &puller{Decoder: new(jsontext.Decoder), strings: map[string]string{}, attrs: map[string]*Attributes{}}
}

// shared holds one copy of values that are equal, up to a bound.
type shared[T comparable] map[T]*T

func (s *shared[T]) one(v T) *T {
	const most = 1 << 15
	if one, ok := (*s)[v]; ok {
		return one
	}
	if *s == nil {
		*s = shared[T]{}
	}
	one := new(T)
	*one = v
	if len(*s) < most {
		(*s)[v] = one
	}
	return one
}

// slab cuts small slices out of large ones.
type slab[T any] struct{ free, pending []T }

// take returns a slice of what is pending, which is empty afterwards.
func (s *slab[T]) take() []T {
	const size = 1 << 8
	n := len(s.pending)
	if n == 0 {
		return nil
	}
	if n > len(s.free) {
		s.free = make([]T, max(size, n))
	}
	taken := s.free[:n:n]
	s.free = s.free[n:]
	copy(taken, s.pending)
	s.pending = s.pending[:0]
	return taken
}

// object reads an object, calling member for each name; member must read or
// skip exactly one value. The name is valid until then: a switch on string(name)
// copies nothing.
func (p *puller) object(member func(name []byte) error) error {
	if kind := p.PeekKind(); kind != '{' {
		return p.due("an object", kind)
	}
	if _, err := p.ReadToken(); err != nil {
		return err
	}
	for p.PeekKind() == '"' {
		raw, err := p.ReadValue()
		if err != nil {
			return err
		}
		name := raw[1 : len(raw)-1]
		if bytes.IndexByte(name, '\\') >= 0 {
			if name, err = jsontext.AppendUnquote(nil, raw); err != nil {
				return err
			}
		}
		if err := member(name); err != nil {
			return err
		}
	}
	_, err := p.ReadToken()
	return err
}

// array reads an array, or null, which is RelationNull.
func (p *puller) array(element func() error) (RelationState, error) {
	switch kind := p.PeekKind(); kind {
	case 'n':
		return RelationNull, p.SkipValue()
	case '[':
	default:
		return RelationAbsent, p.due("an array", kind)
	}
	if _, err := p.ReadToken(); err != nil {
		return RelationAbsent, err
	}
	for p.PeekKind() != ']' {
		if p.PeekKind() == jsontext.KindInvalid {
			_, err := p.ReadToken()
			return RelationAbsent, err
		}
		if err := element(); err != nil {
			return RelationAbsent, err
		}
	}
	_, err := p.ReadToken()
	return RelationComplete, err
}

// due is the error of a value of the wrong type; it does not read it.
func (p *puller) due(what string, kind jsontext.Kind) error {
	if kind == jsontext.KindInvalid {
		if _, err := p.ReadToken(); err != nil {
			return err
		}
	}
	return malformedAt(p.InputOffset(), "%s: %s is due, not %s", p.StackPointer(), what, kindName(kind))
}

// scalar returns the raw text of a string, which is valid until the next read,
// or ok false for null.
func (p *puller) scalar(what string, due jsontext.Kind) (raw jsontext.Value, ok bool, err error) {
	switch kind := p.PeekKind(); kind {
	case 'n':
		return nil, false, p.SkipValue()
	case due:
		raw, err = p.ReadValue()
		return raw, true, err
	default:
		return nil, false, p.due(what, kind)
	}
}

const internable = 64

// intern returns the string of a JSON string, one copy for all equal ones.
func (p *puller) intern(raw jsontext.Value) (string, error) {
	text := raw[1 : len(raw)-1]
	if bytes.IndexByte(text, '\\') >= 0 {
		unquoted, err := jsontext.AppendUnquote(nil, raw)
		return string(unquoted), err
	}
	if len(text) > internable {
		return string(text), nil
	}
	if s, ok := p.strings[string(text)]; ok {
		return s, nil
	}
	s := string(text)
	if len(p.strings) < 4096 {
		p.strings[s] = s
	}
	return s, nil
}

// word reads a string that repeats among objects; null is "".
func (p *puller) word(s *string) error {
	raw, ok, err := p.scalar("a string", '"')
	if err != nil || !ok {
		return err
	}
	*s, err = p.intern(raw)
	return err
}

func (p *puller) sharedText(o *Opt[string]) error {
	raw, ok, err := p.scalar("a string", '"')
	if err != nil {
		return err
	}
	if !ok {
		*o = Null[string]()
		return nil
	}
	s, err := p.intern(raw)
	*o = Some(s)
	return err
}

// text reads a string that is the object's own, such as a display name.
func (p *puller) text(o *Opt[string]) error {
	raw, ok, err := p.scalar("a string", '"')
	if err != nil {
		return err
	}
	if !ok {
		*o = Null[string]()
		return nil
	}
	unquoted, err := jsontext.AppendUnquote(nil, raw)
	*o = Some(string(unquoted))
	return err
}

func (p *puller) id(id *ID) error {
	raw, ok, err := p.scalar("an id", '"')
	if err != nil || !ok {
		*id = ID{}
		return err
	}
	if hi, lo, ok := parseGUID([]byte(raw[1 : len(raw)-1])); ok {
		*id = guidID(hi, lo)
		return nil
	}
	unquoted, err := jsontext.AppendUnquote(nil, raw)
	*id = ParseID(string(unquoted))
	return err
}

func (p *puller) bool(o *Opt[bool]) error {
	switch kind := p.PeekKind(); kind {
	case 'n':
		*o = Null[bool]()
		return p.SkipValue()
	case 't', 'f':
		*o = Some(kind == 't')
		return p.SkipValue()
	default:
		return p.due("a boolean", kind)
	}
}

func (p *puller) int(o *Opt[int64]) error {
	raw, ok, err := p.scalar("a number", '0')
	if err != nil {
		return err
	}
	if !ok {
		*o = Null[int64]()
		return nil
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		return malformedAt(p.InputOffset(), "%s: %.30s is not a whole number", p.StackPointer(), raw)
	}
	*o = Some(n)
	return nil
}

func (p *puller) time(t *Time) error {
	raw, ok, err := p.scalar("a date and time", '"')
	if err != nil {
		return err
	}
	if !ok {
		*t = NullTime()
		return nil
	}
	if t.parsePlain(raw[1 : len(raw)-1]) {
		return nil
	}
	unquoted, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		return err
	}
	if err := t.parse(string(unquoted)); err != nil {
		return malformedAt(p.InputOffset(), "%s: %v", p.StackPointer(), err)
	}
	return nil
}

// relation reads an expanded relation, keeping the ids.
func (p *puller) relation(r *Relation[PersonRef]) error {
	p.refs.pending = p.refs.pending[:0]
	state, err := p.array(func() error {
		var id ID
		err := p.idMember("id", &id)
		p.refs.pending = append(p.refs.pending, PersonRef{p.people.one(id)})
		return err
	})
	r.Items = p.refs.take()
	if r.State != RelationTruncated {
		r.State = state
	}
	return err
}

// nextLink marks a relation as cut when its own next link is there.
func nextLink[T any](p *puller, r *Relation[T]) error {
	if p.PeekKind() != 'n' {
		r.State = RelationTruncated
	}
	return p.SkipValue()
}

// plainError is what a decoder of ours found wrong, without the library's words.
func plainError(err error) error {
	var semantic *json.SemanticError
	if errors.As(err, &semantic) && semantic.Err != nil {
		return semantic.Err
	}
	return err
}

// attributes reads custom security attributes, one copy for all equal ones.
func (p *puller) attributes(o *Opt[*Attributes]) error {
	if p.PeekKind() == 'n' {
		*o = Null[*Attributes]()
		return p.SkipValue()
	}
	raw, err := p.ReadValue()
	if err != nil {
		return err
	}
	if shared, ok := p.attrs[string(raw)]; ok {
		*o = Some(shared)
		return nil
	}
	a := &Attributes{}
	if err := json.Unmarshal(raw, a); err != nil {
		return malformedAt(p.InputOffset(), "%s: %v", p.StackPointer(), plainError(err))
	}
	if len(p.attrs) < 4096 {
		p.attrs[string(raw)] = a
	}
	*o = Some(a)
	return nil
}
