package redact

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// visitor is shown every member name and string of a file, in order, with the
// path it stands on, and answers with what to put in its place.
type visitor interface {
	// member is shown the name of a member that the path already ends in.
	member(p *where, name string) string
	// text is shown a string.
	text(p *where, s string) string
	// object is shown a whole object whose parts are told by each other.
	object(p *where, raw jsontext.Value) ([]byte, error)
}

// where is the names of the members that lead to a value; arrays leave no trace.
type where struct {
	names   []string
	class   class // of the strings at the last name
	element bool  // the string is one of several

	dec  *jsontext.Decoder
	base jsontext.Pointer // of the object that is walked on its own
}

// pointer is the JSON pointer of what was read last.
func (p *where) pointer() string { return string(p.base + p.dec.StackPointer()) }

func (p *where) last() string { return p.from(1) }

func (p *where) parent() string { return p.from(2) }

// from returns the nth name from the end, or "".
func (p *where) from(n int) string {
	if n > len(p.names) {
		return ""
	}
	return p.names[len(p.names)-n]
}

// attribute returns the key of the custom security attribute that the path
// leads to, or "".
func (p *where) attribute() string {
	for i, name := range p.names {
		if name == attributesProperty && i+2 < len(p.names) && !strings.Contains(p.names[i+1]+p.names[i+2], "@") {
			return attributeKey(p.names[i+1], p.names[i+2])
		}
	}
	return ""
}

// isOwnID reports whether the path leads to the id of an entry of a list, or of
// a line.
func (p *where) isOwnID() bool {
	return p.last() == "id" && (len(p.names) == 1 || len(p.names) == 2 && p.names[0] == "value")
}

// inAttributes reports whether the last name is that of a set or an attribute.
func (p *where) inAttributes() bool {
	return p.parent() == attributesProperty || p.from(3) == attributesProperty
}

func (p *where) enter(name string) {
	p.names[len(p.names)-1] = name
	p.class = classOf(p.parent(), name)
}

// walk shows the JSON values of text to v and writes them to out with v's
// answers in their places. White space and order stay. It holds a few hundred
// kilobytes, or the largest object that v asks for as a whole.
func walk(ctx context.Context, text io.Reader, out io.Writer, v visitor) error {
	src := &window{ctx: ctx, r: text}
	w := &walker{dec: jsontext.NewDecoder(src), src: src, out: out, visitor: v, interned: map[string]string{}}
	w.path.dec = w.dec
	return w.run()
}

// walkObject is walk for one object that stands on a path.
func walkObject(p *where, object jsontext.Value, v visitor) ([]byte, error) {
	src := &window{ctx: context.Background(), r: bytes.NewReader(object)}
	var out bytes.Buffer
	w := &walker{dec: jsontext.NewDecoder(src), src: src, out: &out, visitor: v, interned: map[string]string{}, inside: true}
	w.path.names = append(w.path.names, p.names...)
	w.path.dec, w.path.base = w.dec, p.base+p.dec.StackPointer()
	err := w.run()
	return out.Bytes(), err
}

type walker struct {
	dec      *jsontext.Decoder
	src      *window
	out      io.Writer
	visitor  visitor
	path     where
	interned map[string]string
	buf      []byte
	inside   bool // of a whole object
}

func (w *walker) run() error {
	for {
		switch kind := w.dec.PeekKind(); kind {
		case '{':
			if err := w.open(); err != nil {
				return err
			}
		case '"':
			if err := w.text(); err != nil {
				return err
			}
		case '0':
			if err := w.number(); err != nil {
				return err
			}
		default:
			tok, err := w.dec.ReadToken()
			if errors.Is(err, io.EOF) {
				_, err = w.out.Write(w.src.buf)
				return err
			}
			if err != nil {
				return err
			}
			if tok.Kind() == '}' {
				w.leave()
			}
		}
		if err := w.flush(); err != nil {
			return err
		}
	}
}

func (w *walker) open() error {
	if w.wholeObject() {
		raw, err := w.dec.ReadValue()
		if err != nil {
			return err
		}
		n := len(raw)
		made, err := w.visitor.object(&w.path, raw)
		if err != nil {
			return err
		}
		return w.replace(n, made)
	}
	_, err := w.dec.ReadToken()
	w.path.names = append(w.path.names, "")
	return err
}

// wholeObject: the properties of a federated credential are told by each other,
// and so are those of an error.
func (w *walker) wholeObject() bool {
	return !w.inside && (w.path.last() == "federatedIdentityCredentials" ||
		len(w.path.names) == 1 && w.path.last() == "error")
}

// number keeps numbers, save for those that say where somebody was.
func (w *walker) number() error {
	raw, err := w.dec.ReadValue()
	if err == nil && w.path.parent() == "geoCoordinates" {
		err = w.replace(len(raw), []byte("0"))
	}
	return err
}

func (w *walker) leave() {
	w.path.names = w.path.names[:len(w.path.names)-1]
	if len(w.path.names) > 0 {
		w.path.class = classOf(w.path.parent(), w.path.last())
	}
}

func (w *walker) text() error {
	kind, length := w.dec.StackIndex(w.dec.StackDepth())
	isName := kind == '{' && length%2 == 0
	raw, err := w.dec.ReadValue()
	if err != nil {
		return err
	}
	n := len(raw)
	w.path.element = kind == '['
	was := w.unquote(raw)
	var is string
	if isName {
		w.path.enter(was)
		is = w.visitor.member(&w.path, was)
	} else {
		is = w.visitor.text(&w.path, was)
	}
	if is == was {
		return nil
	}
	if w.buf, err = jsontext.AppendQuote(w.buf[:0], is); err != nil {
		return err
	}
	return w.replace(n, w.buf)
}

// unquote shares short strings, most of which repeat.
func (w *walker) unquote(raw jsontext.Value) string {
	text := raw[1 : len(raw)-1]
	if bytes.IndexByte(text, '\\') >= 0 {
		unquoted, _ := jsontext.AppendUnquote(nil, raw) // the decoder has read it
		return string(unquoted)
	}
	if len(text) > 48 {
		return string(text)
	}
	if s, ok := w.interned[string(text)]; ok {
		return s
	}
	s := string(text)
	if len(w.interned) < 4096 {
		w.interned[s] = s
	}
	return s
}

// replace writes what stands before the value that was just read and takes n
// bytes, and made in its place.
func (w *walker) replace(n int, made []byte) error {
	end := w.dec.InputOffset()
	if _, err := w.out.Write(w.src.take(end - int64(n))); err != nil {
		return err
	}
	w.src.take(end)
	_, err := w.out.Write(made)
	return err
}

// flush writes what was read and stays as it is, once there is much of it.
func (w *walker) flush() error {
	end := w.dec.InputOffset()
	if end-w.src.offset < 64<<10 {
		return nil
	}
	_, err := w.out.Write(w.src.take(end))
	return err
}

// window keeps what was read until it is taken.
type window struct {
	ctx    context.Context
	r      io.Reader
	buf    []byte
	offset int64 // of buf[0]
}

func (w *window) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.r.Read(p)
	w.buf = append(w.buf, p[:n]...)
	return n, err
}

// take returns what was read up to an offset. It is valid until the next Read.
func (w *window) take(to int64) []byte {
	n := int(to - w.offset)
	taken := w.buf[:n]
	w.buf, w.offset = w.buf[n:], to
	return taken
}
