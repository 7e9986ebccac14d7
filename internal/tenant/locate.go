package tenant

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// LocateRequest asks where a value stands: Pointer is a JSON pointer inside the
// object that was read at Origin, "" for the object itself.
type LocateRequest struct {
	Origin  Origin
	Pointer string
}

// Place is where a value stands in the snapshot. A pointer that leads nowhere,
// to a property that was not returned, is placed at the nearest value above it.
type Place struct {
	File    string // within the snapshot
	Pointer string // absolute in the file; in a .jsonl file, in its line
	Region  Region // of the value, with its name where it has one
	Context Region // of the whole object
}

// FileOf returns the name of d's file within the snapshot, or "" if it has none.
func (s *Snapshot) FileOf(d Dataset) string {
	if file := s.files[d]; file != nil {
		return file.name
	}
	return ""
}

// Locate finds the places of many values in one pass over each file. The places
// are in the order of the requests; one whose origin is nowhere is zero.
func (s *Snapshot) Locate(requests []LocateRequest) ([]Place, error) {
	places := make([]Place, len(requests))
	byFile := map[*dataFile][]int{}
	for i, q := range requests {
		if file := s.files[q.Origin.Dataset()]; file != nil {
			byFile[file] = append(byFile[file], i)
		}
	}
	for file, wanted := range byFile {
		slices.SortStableFunc(wanted, func(a, b int) int {
			return cmp.Compare(requests[a].Origin.Offset, requests[b].Origin.Offset)
		})
		if err := file.locate(requests, wanted, places); err != nil {
			return nil, fmt.Errorf("reading %s again: %w", file.name, err)
		}
	}
	return places, nil
}

func (f *dataFile) locate(requests []LocateRequest, wanted []int, places []Place) error {
	walk, err := f.walk()
	if err != nil {
		return err
	}
	defer walk.Close()
	dec := new(jsontext.Decoder)
	for i := 0; i < len(wanted); {
		origin := requests[wanted[i]].Origin
		object, start, err := walk.object(origin.Offset)
		if err != nil {
			return err
		}
		end := start.after(object)
		whole := regionOf(start, end)
		for ; i < len(wanted) && requests[wanted[i]].Origin.Offset == origin.Offset; i++ {
			q := requests[wanted[i]]
			from, to := span(dec, object, q.Pointer)
			region := whole
			if from > 0 || to < len(object) {
				begin := start.after(object[:from])
				region = regionOf(begin, begin.after(object[from:to]))
			}
			places[wanted[i]] = Place{
				File: f.name, Pointer: f.absolute(q), Region: region, Context: whole,
			}
		}
	}
	return nil
}

func (f *dataFile) absolute(q LocateRequest) string {
	if f.lines || q.Origin.Dataset().Singleton() {
		return q.Pointer
	}
	return "/value/" + strconv.Itoa(int(q.Origin.Index)) + q.Pointer
}

// position returns the line and the UTF-16 column of offset, or zeros when the
// file cannot be read again.
func position(fsys fs.FS, name string, offset int64) (line, column int) {
	walk, err := (&dataFile{fsys: fsys, name: name}).walk()
	if err != nil {
		return 0, 0
	}
	defer walk.Close()
	if err := walk.to(offset); err != nil {
		return 0, 0
	}
	return walk.at.line, walk.at.column
}

// spot is a 1-based line and UTF-16 column.
type spot struct{ line, column int }

func (p spot) after(text []byte) spot {
	if n := bytes.Count(text, []byte{'\n'}); n > 0 {
		p.line += n
		p.column = 1
		text = text[bytes.LastIndexByte(text, '\n')+1:]
	}
	p.column += utf16Len(text)
	return p
}

// utf16Len counts UTF-16 units: lead bytes of UTF-8, those of four bytes twice.
func utf16Len(text []byte) int {
	n := 0
	for _, c := range text {
		if utf8.RuneStart(c) {
			n++
			if c >= 0xF0 {
				n++
			}
		}
	}
	return n
}

func regionOf(from, to spot) Region {
	return Region{from.line, from.column, to.line, to.column}
}

// walker goes through a file once, forwards, keeping count of lines.
type walker struct {
	closer io.Closer
	r      io.Reader
	memory []byte // what buf is a part of
	buf    []byte // text from offset on
	offset int64
	at     spot
}

func (f *dataFile) walk() (*walker, error) {
	file, err := f.fsys.Open(f.name)
	if err != nil {
		return nil, err
	}
	return &walker{closer: file, r: utf8Text(file), at: spot{1, 1}}, nil
}

func (w *walker) Close() { _ = w.closer.Close() }

// more reads on; io.EOF at the end. It moves what is buffered to the front of the
// memory, which doubles up to what a large file is read by.
func (w *walker) more() error {
	const least, most = 16 << 10, 256 << 10
	if room := cap(w.buf) - len(w.buf); room < least {
		size := max(min(2*len(w.memory), most), len(w.buf)+max(least, len(w.buf)))
		if size > len(w.memory) {
			w.memory = make([]byte, size)
		}
		w.buf = w.memory[:copy(w.memory, w.buf)]
	}
	n, err := w.r.Read(w.buf[len(w.buf):cap(w.buf)])
	w.buf = w.buf[:len(w.buf)+n]
	if n > 0 {
		return nil
	}
	return err
}

// to advances to offset, or to the end of the text if that comes first.
func (w *walker) to(offset int64) error {
	for {
		n := min(int(offset-w.offset), len(w.buf))
		w.at = w.at.after(w.buf[:n])
		w.buf = w.buf[n:]
		w.offset += int64(n)
		if w.offset >= offset {
			return nil
		}
		if err := w.more(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// object advances to the object at offset and returns its text, valid until the
// next call, and its place.
func (w *walker) object(offset int64) (jsontext.Value, spot, error) {
	if err := w.to(offset); err != nil {
		return nil, spot{}, err
	}
	var nest nesting
	scanned := 0
	for {
		end, err := nest.skip(w.buf, scanned)
		if err != nil {
			return nil, spot{}, err
		}
		if end >= 0 {
			return jsontext.Value(w.buf[:end]), w.at, nil
		}
		scanned = len(w.buf)
		if scanned > maxObject {
			return nil, spot{}, fmt.Errorf("the file changed while it was read")
		}
		if err := w.more(); err != nil {
			return nil, spot{}, fmt.Errorf("the file changed while it was read: %w", err)
		}
	}
}

var unescapePointer = strings.NewReplacer("~1", "/", "~0", "~")

// span finds pointer in object: the bytes of the value, from its name on where
// it is a member. It stops at the nearest value above a missing one.
func span(dec *jsontext.Decoder, object []byte, pointer string) (from, to int) {
	from, to = 0, len(object)
	base := 0
	for pointer != "" {
		var token string
		token, pointer, _ = strings.Cut(pointer[1:], "/")
		if pointer != "" {
			pointer = "/" + pointer
		}
		name := unescapePointer.Replace(token)
		start, value, end, ok := child(dec, object[base:to], name)
		if !ok {
			return from, to
		}
		from, base, to = base+start, base+value, base+end
	}
	return from, to
}

// child finds a member or element: where its name and its value begin, and where
// the value ends.
func child(dec *jsontext.Decoder, text []byte, name string) (start, value, end int, ok bool) {
	dec.Reset(bytes.NewBuffer(text))
	open, err := dec.ReadToken()
	if err != nil || open.Kind() != '{' && open.Kind() != '[' {
		return 0, 0, 0, false
	}
	isObject := open.Kind() == '{'
	for i := 0; dec.PeekKind() != '}' && dec.PeekKind() != ']'; i++ {
		key := strconv.Itoa(i)
		start = skipSeparators(text, int(dec.InputOffset()))
		if isObject {
			tok, err := dec.ReadToken()
			if err != nil {
				return 0, 0, 0, false
			}
			key = tok.String()
		}
		value = skipSeparators(text, int(dec.InputOffset()))
		if dec.SkipValue() != nil {
			return 0, 0, 0, false
		}
		if key == name {
			return start, value, int(dec.InputOffset()), true
		}
	}
	return 0, 0, 0, false
}

func skipSeparators(text []byte, i int) int {
	for i < len(text) && strings.IndexByte(" \t\r\n,:", text[i]) >= 0 {
		i++
	}
	return i
}
