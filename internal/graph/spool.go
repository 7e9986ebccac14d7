package graph

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// spool is a file of keyed values in order of arrival: a pass over a list waits
// in one until the passes are joined, so that memory does not grow with the
// tenant.
type spool struct {
	file *pending
	n    int
}

func (d *directory) spool(name string) (*spool, error) {
	p, err := d.create(name + ".spool")
	if err != nil {
		return nil, err
	}
	return &spool{file: p}, nil
}

func (s *spool) put(key string, value []byte) error {
	var size [binary.MaxVarintLen64]byte
	for _, b := range [][]byte{[]byte(key), value} {
		n := binary.PutUvarint(size[:], uint64(len(b)))
		if _, err := s.file.w.Write(size[:n]); err != nil {
			return fmt.Errorf("writing %s: %w", s.file.name, err)
		}
		if _, err := s.file.w.Write(b); err != nil {
			return fmt.Errorf("writing %s: %w", s.file.name, err)
		}
	}
	s.n++
	return nil
}

// read returns the entries from the first on.
func (s *spool) read() (*spoolReader, error) {
	if err := s.file.w.Flush(); err != nil {
		return nil, fmt.Errorf("writing %s: %w", s.file.name, err)
	}
	if _, err := s.file.file.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("reading %s: %w", s.file.name, err)
	}
	return &spoolReader{r: bufio.NewReaderSize(s.file.file, 256<<10)}, nil
}

func (s *spool) drop() {
	if s != nil {
		s.file.drop()
	}
}

type spoolReader struct{ r *bufio.Reader }

// next returns the next entry, or io.EOF.
func (s *spoolReader) next() (key string, value jsontext.Value, err error) {
	k, err := s.field()
	if err != nil {
		return "", nil, err
	}
	v, err := s.field()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return string(k), v, err
}

func (s *spoolReader) field() ([]byte, error) {
	size, err := binary.ReadUvarint(s.r)
	if err != nil {
		return nil, err
	}
	b := make([]byte, size)
	_, err = io.ReadFull(s.r, b)
	return b, err
}

// lookAhead is how many entries a joiner reads ahead for a key. Passes over one
// list come in one order, so it is hardly ever used.
const lookAhead = 50_000

// joiner finds entries of a spool by key, in about the order of the spool.
type joiner struct {
	r       *spoolReader
	pending map[string]jsontext.Value
	end     bool
}

func newJoiner(s *spool) (*joiner, error) {
	if s == nil {
		return &joiner{end: true}, nil
	}
	r, err := s.read()
	return &joiner{r: r, pending: map[string]jsontext.Value{}}, err
}

// find returns the value of key, or nil.
func (j *joiner) find(key string) (jsontext.Value, error) {
	if v, ok := j.pending[key]; ok {
		delete(j.pending, key)
		return v, nil
	}
	for !j.end && len(j.pending) < lookAhead {
		k, v, err := j.r.next()
		if errors.Is(err, io.EOF) {
			j.end = true
			break
		}
		if err != nil {
			return nil, err
		}
		if k == key {
			return v, nil
		}
		if _, twice := j.pending[k]; !twice {
			j.pending[k] = v
		}
	}
	return nil, nil
}
