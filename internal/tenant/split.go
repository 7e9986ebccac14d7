package tenant

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"
)

// Bounds on what is read of one object. Graph's own objects stay far below.
const (
	maxObject  = 16 << 20 // bytes
	maxNesting = 64       // levels
	blockSize  = 1 << 20  // bytes handed to one decoder at a time
)

// block is a run of whole objects, separated by white space only.
type block struct {
	data   []byte
	offset int64 // of data[0] in the text
	index  int   // of the first object in the list
	count  int   // of objects
}

// buffers keeps the memory of blocks that were decoded for those to come.
type buffers struct{ free sync.Pool }

func (b *buffers) take() []byte {
	if used, ok := b.free.Get().(*[]byte); ok {
		return (*used)[:0]
	}
	return make([]byte, 0, blockSize+blockSize/4)
}

// give takes back the memory of a block, if a whole block fits in it.
func (b *buffers) give(data []byte) {
	if cap(data) >= blockSize/2 {
		b.free.Put(&data)
	}
}

// placedError is malformed content at an offset of the text.
type placedError struct {
	offset int64
	msg    string
}

func (e *placedError) Error() string { return e.msg }

func malformedAt(offset int64, format string, args ...any) error {
	return &placedError{offset, fmt.Sprintf(format, args...)}
}

// splitter cuts the elements of a JSON array into blocks by counting brackets
// outside strings. What is inside an object is validated by the JSON decoder
// later; the separators between objects are validated here.
type splitter struct {
	r       io.Reader
	offset  int64 // of buf[0]
	buf     []byte
	scanned int // bytes of buf already scanned
	objects nesting
	started bool // an object was seen
	comma   bool // the last thing outside objects was a comma
	cut     int  // buf[:cut] is whole objects
	count   int  // objects in buf[:cut]
	index   int  // objects emitted
	buffers *buffers
}

// nesting follows brackets and strings through a buffer that grows.
type nesting struct {
	depth    int
	inString bool
}

// skip advances through data from i until depth is zero again, and returns the
// position after the closing bracket, or -1 when data ends before.
func (n *nesting) skip(data []byte, i int) (int, error) {
	for i < len(data) {
		if n.inString {
			i = n.skipString(data, i)
			continue
		}
		switch data[i] {
		case '"':
			n.inString = true
		case '{', '[':
			n.depth++
			if n.depth >= maxNesting {
				return i, malformedAt(int64(i), "an object is nested %d levels deep or more", maxNesting)
			}
		case '}', ']':
			n.depth--
			if n.depth == 0 {
				return i + 1, nil
			}
		}
		i++
	}
	return -1, nil
}

// skipString goes to the end of the string. An escaped quote is told by the
// backslashes before it, which data still holds.
func (n *nesting) skipString(data []byte, i int) int {
	for {
		quote := bytes.IndexByte(data[i:], '"')
		if quote < 0 {
			return len(data)
		}
		i += quote + 1
		if !escaped(data, i-1) {
			n.inString = false
			return i
		}
	}
}

// escaped reports whether an odd number of backslashes stands before i.
func escaped(data []byte, i int) bool {
	odd := false
	for i > 0 && data[i-1] == '\\' {
		odd = !odd
		i--
	}
	return odd
}

// run emits blocks until the array ends and returns the text behind its "]".
func (s *splitter) run(emit func(block) error) (rest []byte, err error) {
	for {
		end, err := s.scan()
		if err != nil {
			return nil, err
		}
		if end >= 0 {
			tail := bytes.Clone(s.buf[end:])
			offset := s.offset + int64(end)
			if s.count > 0 {
				if err := emit(block{s.buf[:s.cut], s.offset, s.index, s.count}); err != nil {
					return nil, err
				}
			}
			s.offset = offset
			return tail, nil
		}
		if err := s.refill(emit); err != nil {
			return nil, err
		}
	}
}

// scan goes through what is buffered. It returns the position after the array's
// "]", or -1 when more is due.
func (s *splitter) scan() (int, error) {
	for s.scanned < len(s.buf) {
		if s.objects.depth > 0 {
			end, err := s.objects.skip(s.buf, s.scanned)
			if err != nil {
				return 0, s.place(err)
			}
			if end < 0 {
				s.scanned = len(s.buf)
				return -1, nil
			}
			s.scanned, s.cut = end, end
			s.count++
			continue
		}
		done, err := s.between(s.scanned)
		if err != nil || done {
			return s.scanned + 1, err
		}
	}
	return -1, nil
}

func (s *splitter) place(err error) error {
	var p *placedError
	if errors.As(err, &p) {
		p.offset += s.offset
	}
	return err
}

// between handles one byte outside objects; done means that it was the "]".
func (s *splitter) between(i int) (done bool, err error) {
	switch c := s.buf[i]; {
	case c == ' ' || c == '\n' || c == '\r' || c == '\t':
		s.scanned++
	case c == '{' && (!s.started || s.comma):
		s.started, s.comma = true, false
		s.objects.depth = 1
		s.scanned++
	case c == ',' && s.started && !s.comma:
		s.comma = true
		s.buf[i] = ' '
		s.scanned++
	case c == ']' && !s.comma:
		return true, nil
	case c == '{' || c == ',' || c == ']':
		return false, malformedAt(s.offset+int64(i), "a comma is missing or too many")
	default:
		return false, malformedAt(s.offset+int64(i), "an entry of the list is not an object")
	}
	return false, nil
}

// refill emits what is whole, keeps the rest and reads on.
func (s *splitter) refill(emit func(block) error) error {
	if len(s.buf) >= blockSize && s.count > 0 {
		next := append(s.buffers.take(), s.buf[s.cut:]...)
		b := block{s.buf[:s.cut:s.cut], s.offset, s.index, s.count}
		s.offset += int64(s.cut)
		s.index += s.count
		s.scanned -= s.cut
		s.buf, s.cut, s.count = next, 0, 0
		if err := emit(b); err != nil {
			return err
		}
	}
	if len(s.buf)-s.cut > maxObject {
		return malformedAt(s.offset+int64(s.cut), "an object is larger than %d MiB", maxObject>>20)
	}
	return s.read()
}

func (s *splitter) read() error {
	// Most datasets are small: begin with little, double, and take the memory of
	// a block only for a file that may fill one.
	const small = 64 << 10
	step := min(max(len(s.buf), 4<<10), 256<<10)
	switch {
	case cap(s.buf)-len(s.buf) >= step:
	case len(s.buf) >= small && len(s.buf) < blockSize/2:
		s.buf = append(s.buffers.take(), s.buf...)
	default:
		s.buf = append(make([]byte, 0, max(2*cap(s.buf), len(s.buf)+step)), s.buf...)
	}
	n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
	s.buf = s.buf[:len(s.buf)+n]
	if n > 0 || err == nil {
		return nil
	}
	if errors.Is(err, io.EOF) {
		return malformedAt(s.offset+int64(len(s.buf)), "the file ends inside the list: it is cut short")
	}
	return err
}
