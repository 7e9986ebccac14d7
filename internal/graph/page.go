package graph

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"net/url"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/dataset"
)

// page is one answer of a list, taken apart but not decoded: rows are the
// service's own bytes.
type page struct {
	context string
	next    string
	rows    []jsontext.Value
	// count is @odata.count of a page that has it, or -1.
	count int64
}

// parsePage takes an answer apart. It is strict: duplicate members, invalid
// UTF-8, text behind the end and rows that are no objects break the page, for a
// lenient reader would let a damaged one pass for a short list.
func parsePage(body []byte) (page, error) {
	p := page{count: -1}
	members, err := splitObject(body)
	if err != nil {
		return p, &Broken{Reason: "the answer is not whole JSON", Err: err}
	}
	found := false
	for _, m := range members {
		switch m.name {
		case "value":
			found = true
			p.rows, err = splitRows(m.value)
		case "@odata.context":
			p.context = stringOf(m.value)
		case "@odata.nextLink", "nextLink":
			if m.value.Kind() == 'n' {
				continue
			}
			if p.next = stringOf(m.value); p.next == "" {
				err = &Broken{Reason: "the answer's next link is no text"}
			}
		case "@odata.count":
			if n, parseErr := strconv.ParseInt(string(m.value), 10, 64); parseErr == nil {
				p.count = n
			}
		}
		if err != nil {
			return p, err
		}
	}
	if !found {
		return p, &Broken{Reason: `the answer has no "value"`}
	}
	return p, nil
}

func splitRows(value jsontext.Value) ([]jsontext.Value, error) {
	if value.Kind() != '[' {
		return nil, &Broken{Reason: `"value" in the answer is not a list`}
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(value))
	if _, err := dec.ReadToken(); err != nil {
		return nil, err
	}
	var rows []jsontext.Value
	for dec.PeekKind() != ']' {
		row, err := dec.ReadValue()
		if err != nil {
			return nil, &Broken{Reason: "the answer is not whole JSON", Err: err}
		}
		if row.Kind() != '{' {
			return nil, &Broken{Reason: "an entry of the list is not an object"}
		}
		end := int(dec.InputOffset())
		rows = append(rows, value[end-len(row):end])
	}
	return rows, nil
}

// member is one member of an object.
type member struct {
	name  string
	value jsontext.Value
}

// splitObject returns the members of an object in order; the values share
// memory with raw.
func splitObject(raw []byte) ([]member, error) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(raw))
	if kind := dec.PeekKind(); kind != '{' {
		if _, err := dec.ReadToken(); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("an object is due, not %v", kind)
	}
	if _, err := dec.ReadToken(); err != nil {
		return nil, err
	}
	var members []member
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			return nil, err
		}
		m := member{name: name.String()}
		value, err := dec.ReadValue()
		if err != nil {
			return nil, err
		}
		end := int(dec.InputOffset())
		m.value = jsontext.Value(raw[end-len(value) : end])
		members = append(members, m)
	}
	if _, err := dec.ReadToken(); err != nil {
		return nil, err
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("something stands behind the end")
	}
	return members, nil
}

// joinObject is the reverse of splitObject.
func joinObject(members []member) jsontext.Value {
	size := 2
	for _, m := range members {
		size += len(m.name) + len(m.value) + 4
	}
	out := make([]byte, 0, size)
	out = append(out, '{')
	for i, m := range members {
		if i > 0 {
			out = append(out, ',')
		}
		name, err := jsontext.AppendQuote(nil, m.name)
		if err != nil {
			panic(err) // names were read by a strict decoder
		}
		out = append(out, name...)
		out = append(out, ':')
		out = append(out, m.value...)
	}
	return append(out, '}')
}

// get returns a member's value, or nil.
func get(members []member, name string) jsontext.Value {
	for _, m := range members {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// stringOf returns a JSON string's text, or "".
func stringOf(v jsontext.Value) string {
	if v.Kind() != '"' {
		return ""
	}
	var s string
	if err := json.Unmarshal(v, &s); err != nil {
		return ""
	}
	return s
}

func quoted(s string) jsontext.Value {
	q, err := jsontext.AppendQuote(nil, s)
	if err != nil {
		q, _ = jsontext.AppendQuote(nil, strconv.QuoteToASCII(s)) // ASCII always quotes
	}
	return q
}

// address returns the URL of a request of the table. Values replace {id} in the
// path; the options may hold {since} and {ids} no more.
func (c *client) address(r dataset.Request, id string) string {
	path := r.Path
	if at := bytes.Index([]byte(path), []byte("{id}")); at >= 0 {
		path = path[:at] + url.PathEscape(id) + path[at+len("{id}"):]
	}
	u := c.root.String() + "/" + r.Version + path
	if q := encode(r); q != "" {
		u += "?" + q
	}
	return u
}

// relative is the same without host and version, for a part of a batch.
func (c *client) relative(r dataset.Request, id string) string {
	return c.address(r, id)[len(c.root.String())+len(r.Version)+1:]
}

// encode escapes the OData options and leaves $, commas and parentheses alone,
// as Graph's own links do.
func encode(r dataset.Request) string {
	var out []byte
	for _, c := range []byte(r.Query()) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9',
			bytes.IndexByte([]byte("-._~$,()='/&*:@;"), c) >= 0:
			out = append(out, c)
		default:
			out = append(out, fmt.Sprintf("%%%02X", c)...)
		}
	}
	return string(out)
}

// most pages in a row that bring nothing new, being empty or like one before, and
// still count as progress.
const maxStalePages = 200

// listing is one list being paged to its end.
type listing struct {
	client *client
	from   request
	// each is called for every page in order.
	each func(page) error
}

// run follows the list from its first page to the last. The second result is
// how many rows were read before an error.
func (l listing) run(ctx context.Context) (rows int, err error) {
	seed := maphash.MakeSeed()
	visited := map[uint64]bool{}
	stale, known := 0, map[uint64]bool{}
	r := l.from
	for {
		at := maphash.String(seed, r.url)
		if visited[at] {
			return rows, fmt.Errorf("the service's next links lead in a circle")
		}
		visited[at] = true
		var p page
		r.check = func(body []byte) (err error) { p, err = parsePage(body); return err }
		if _, err := l.client.send(ctx, r); err != nil {
			return rows, err
		}
		if err := l.each(p); err != nil {
			return rows, err
		}
		rows += len(p.rows)
		if content := p.hash(seed); len(p.rows) == 0 || known[content] {
			stale++
		} else {
			stale, known[content] = 0, true
		}
		switch {
		case p.next == "":
			return rows, nil
		case stale > maxStalePages:
			return rows, fmt.Errorf("the service sends pages without end that bring nothing new")
		}
		r.url, r.body = p.next, nil
	}
}

// hash is the same for pages with the same rows.
func (p page) hash(seed maphash.Seed) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, row := range p.rows {
		_, _ = h.Write(row) // it never fails
	}
	return h.Sum64()
}
