package tenant

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// envelope is a data file without the elements of its list.
type envelope struct {
	context  string // @odata.context
	nextLink bool   // a left-over @odata.nextLink
	failure  *graphError
	count    int
}

// graphError is the body Graph answers with instead of data.
type graphError struct {
	Code      string
	Message   string
	RequestID string
}

// readList reads {"@odata.context":…,"value":[…]} from text, emitting blocks of
// whole objects.
func readList(text io.Reader, free *buffers, emit func(block) error) (envelope, error) {
	var env envelope
	head := &bounded{r: text, left: maxObject}
	dec := jsontext.NewDecoder(head)
	names := map[string]bool{}
	found, err := env.members(dec, names)
	if err != nil || env.failure != nil {
		return env, err
	}
	if !found {
		return env, malformedAt(0, `it is a list in Graph, but the file has no "value" array`)
	}
	s := &splitter{
		r:       text,
		buf:     bytes.Clone(dec.UnreadBuffer()),
		buffers: free,
		offset:  dec.InputOffset(),
	}
	tail, err := s.run(func(b block) error { env.count += b.count; return emit(b) })
	if err != nil {
		return env, err
	}
	return env, env.readTail(io.MultiReader(bytes.NewReader(tail), text), s.offset, names)
}

// members reads the members of the top object up to its "value" array, which is
// left open; without one it reads to the end.
func (env *envelope) members(dec *jsontext.Decoder, names map[string]bool) (found bool, err error) {
	if kind := dec.PeekKind(); kind != '{' {
		if _, err := dec.ReadToken(); err != nil {
			return false, jsonError(err, 0)
		}
		return false, malformedAt(0, "the file must hold one JSON object, as Graph returns it, not %s", kindName(kind))
	}
	if _, err := dec.ReadToken(); err != nil {
		return false, jsonError(err, 0)
	}
	for dec.PeekKind() == '"' {
		tok, err := dec.ReadToken()
		if err != nil {
			return false, jsonError(err, 0)
		}
		name := tok.String()
		if names[name] {
			return false, malformedAt(dec.InputOffset(), "member %q stands there twice", name)
		}
		names[name] = true
		if name == "value" {
			at := dec.InputOffset()
			if kind := dec.PeekKind(); kind != '[' {
				return false, malformedAt(at, `"value" must be an array, not %s`, kindName(kind))
			}
			_, err := dec.ReadToken()
			return true, err
		}
		if err := env.member(dec, name); err != nil {
			return false, jsonError(err, 0)
		}
	}
	if _, err := dec.ReadToken(); err != nil {
		return false, jsonError(err, 0)
	}
	return false, trailing(dec)
}

func (env *envelope) member(dec *jsontext.Decoder, name string) error {
	switch name {
	case "@odata.context":
		return json.UnmarshalDecode(dec, &env.context)
	case "@odata.nextLink":
		env.nextLink = dec.PeekKind() != 'n'
		return dec.SkipValue()
	case "error":
		if dec.PeekKind() != '{' {
			return dec.SkipValue()
		}
		return env.readFailure(dec)
	}
	return dec.SkipValue()
}

func (env *envelope) readFailure(dec *jsontext.Decoder) error {
	var body struct {
		Code       Opt[string] `json:"code"`
		Message    Opt[string] `json:"message"`
		InnerError struct {
			RequestID Opt[string] `json:"request-id"`
		} `json:"innerError"`
	}
	if err := json.UnmarshalDecode(dec, &body); err != nil {
		return err
	}
	env.failure = &graphError{body.Code.Or(""), body.Message.Or(""), body.InnerError.RequestID.Or("")}
	return nil
}

// readTail reads the members behind the list: the text from offset on, which
// begins behind the "]".
func (env *envelope) readTail(text io.Reader, offset int64, names map[string]bool) error {
	const opened = `{"value":[]`
	base := offset - int64(len(opened))
	dec := jsontext.NewDecoder(&bounded{r: io.MultiReader(strings.NewReader(opened), text), left: maxObject})
	delete(names, "value")
	if _, err := dec.ReadToken(); err != nil {
		return jsonError(err, base)
	}
	for dec.PeekKind() == '"' {
		tok, err := dec.ReadToken()
		if err != nil {
			return jsonError(err, base)
		}
		name := tok.String()
		if names[name] {
			return malformedAt(base+dec.InputOffset(), "member %q stands there twice", name)
		}
		if err := env.member(dec, name); err != nil {
			return jsonError(err, base)
		}
	}
	if _, err := dec.ReadToken(); err != nil {
		return jsonError(err, base)
	}
	if err := trailing(dec); err != nil {
		return jsonError(err, base)
	}
	return nil
}

func trailing(dec *jsontext.Decoder) error {
	if _, err := dec.ReadToken(); err == nil {
		return malformedAt(dec.InputOffset(), "something stands behind the end of the JSON object")
	} else if !errors.Is(err, io.EOF) {
		return jsonError(err, 0)
	}
	return nil
}

// jsonError turns an error of the JSON library into a placed one; base is the
// offset in the text at which the library began to read.
func jsonError(err error, base int64) error {
	var placed *placedError
	var syntactic *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case errors.As(err, &placed):
		return &placedError{placed.offset + base, placed.msg}
	case errors.As(err, &syntactic):
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return malformedAt(base+syntactic.ByteOffset, "the JSON ends too early: it is cut short")
		}
		return malformedAt(base+syntactic.ByteOffset, "invalid JSON: %v", syntactic.Err)
	case errors.As(err, &semantic):
		return malformedAt(base+semantic.ByteOffset, "%s", semanticMessage(semantic))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return malformedAt(base, "the file is empty or cut short")
	}
	return err
}

func semanticMessage(e *json.SemanticError) string {
	where := string(e.JSONPointer)
	if where == "" {
		where = "the value"
	}
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", where, e.Err)
	}
	return fmt.Sprintf("%s has the wrong type: %s", where, kindName(e.JSONKind))
}

func kindName(k jsontext.Kind) string {
	switch k {
	case 'n':
		return "null"
	case 't', 'f':
		return "a boolean"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case '[':
		return "an array"
	case '{':
		return "an object"
	}
	return "nothing"
}

// bounded refuses to read more than left bytes.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("more than %d MiB outside the list", maxObject>>20)
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
