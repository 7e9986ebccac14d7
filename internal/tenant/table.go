package tenant

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"runtime"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// dataFile is the file of one dataset.
type dataFile struct {
	fsys  fs.FS
	name  string
	lines bool // .jsonl
}

// table reads one dataset into its list.
type table interface {
	read(r *reading, d Dataset, file *dataFile) (envelope, error)
	discard(s *Snapshot)
	share(from, to *Snapshot)
}

// rows is the table of a dataset whose objects are of type T.
type rows[T any] struct {
	list   func(*Snapshot) *List[T]
	origin func(*T) *Origin
	// pull reads one object by hand; without it the object is unmarshalled.
	pull func(*puller, *T) error
	// key is a hash of the object's id, or 0 for none; without it, the one that
	// pull noted.
	key func(*T) uint64
	// finish applies what the manifest says about relations.
	finish func(*T, relations)
}

func (t rows[T]) discard(s *Snapshot) { *t.list(s) = List[T]{} }

func (t rows[T]) share(from, to *Snapshot) { *t.list(to) = *t.list(from) }

func newSlots() chan struct{} { return make(chan struct{}, runtime.GOMAXPROCS(0)) }

func (t rows[T]) read(r *reading, d Dataset, file *dataFile) (envelope, error) {
	f, err := file.fsys.Open(file.name)
	if err != nil {
		return envelope{}, err
	}
	defer f.Close()
	in := &intake[T]{t: t, r: r, dataset: d, relations: r.relationsOf(d)}
	text := utf8Text(f)
	var env envelope
	switch {
	case d.Singleton():
		env, err = in.readSingleton(text)
	case file.lines:
		env, err = readLines(text, &r.buffers, in.take)
	default:
		env, err = readList(text, &r.buffers, in.take)
	}
	if waited := in.wait(); err == nil {
		err = waited
	}
	if err != nil {
		return env, err
	}
	list := t.list(r.snapshot)
	for _, chunk := range in.chunks {
		list.Append(chunk)
	}
	env.count = list.Len()
	return env, in.dropDuplicates(list, file)
}

// intake decodes the blocks of one file on the slots that all files share, and
// keeps their order.
type intake[T any] struct {
	t         rows[T]
	r         *reading
	dataset   Dataset
	relations relations

	wg     sync.WaitGroup
	mu     sync.Mutex
	chunks [][]T
	keys   [][]uint64 // of the chunks' objects
	err    error

	pullers sync.Pool
}

// take decodes a block, in the background while a slot is free.
func (in *intake[T]) take(b block) error {
	in.mu.Lock()
	err := in.err
	at := len(in.chunks)
	in.chunks, in.keys = append(in.chunks, nil), append(in.keys, nil)
	in.mu.Unlock()
	if err != nil {
		return err
	}
	in.r.slots <- struct{}{}
	work := func() {
		defer func() { <-in.r.slots }()
		chunk, keys, err := in.decode(b)
		in.r.buffers.give(b.data)
		in.mu.Lock()
		defer in.mu.Unlock()
		in.chunks[at], in.keys[at] = chunk, keys
		if err != nil && in.err == nil {
			in.err = err
		}
	}
	if len(b.data) < blockSize/4 {
		work()
		return nil
	}
	in.wg.Go(work)
	return nil
}

func (in *intake[T]) wait() error {
	in.wg.Wait()
	return in.err
}

func (in *intake[T]) decode(b block) (chunk []T, keys []uint64, err error) {
	pull, ok := in.pullers.Get().(*puller)
	if !ok {
		pull = newPuller()
	}
	defer in.pullers.Put(pull)
	dec := pull.Decoder
	dec.Reset(bytes.NewBuffer(b.data))
	chunk, keys = make([]T, 0, b.count), make([]uint64, 0, b.count)
	for dec.PeekKind() != jsontext.KindInvalid {
		if len(chunk) == cap(chunk) {
			return nil, nil, malformedAt(b.offset+dec.InputOffset(), "the brackets do not match")
		}
		chunk = chunk[:len(chunk)+1]
		row := &chunk[len(chunk)-1]
		start := nextValue(b.data, dec.InputOffset())
		*in.t.origin(row) = Origin{
			dataset: datasetIndex(in.dataset),
			Index:   int32(b.index + len(chunk) - 1),
			Offset:  b.offset + start,
		}
		key, err := in.decodeRow(pull, row)
		if err != nil {
			return nil, nil, jsonError(err, b.offset)
		}
		keys = append(keys, key)
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, nil, jsonError(err, b.offset)
	}
	if len(chunk) != b.count {
		return nil, nil, malformedAt(b.offset, "the brackets do not match")
	}
	return chunk, keys, nil
}

// decodeRow reads one object and returns the hash of its id.
func (in *intake[T]) decodeRow(pull *puller, row *T) (key uint64, err error) {
	pull.key = 0
	if in.t.pull != nil {
		err = in.t.pull(pull, row)
	} else {
		err = json.UnmarshalDecode(pull.Decoder, row)
	}
	if err != nil {
		return 0, err
	}
	if in.t.finish != nil {
		in.t.finish(row, in.relations)
	}
	if in.t.key != nil {
		return in.t.key(row), nil
	}
	return pull.key, nil
}

// nextValue skips white space from offset.
func nextValue(data []byte, offset int64) int64 {
	for int(offset) < len(data) {
		switch data[offset] {
		case ' ', '\n', '\r', '\t':
			offset++
		default:
			return offset
		}
	}
	return offset
}

// readSingleton reads a dataset that is one object.
func (in *intake[T]) readSingleton(text io.Reader) (envelope, error) {
	data, err := io.ReadAll(&bounded{r: text, left: maxObject})
	if err != nil {
		return envelope{}, err
	}
	var env envelope
	dec := jsontext.NewDecoder(bytes.NewReader(data))
	if _, err := env.members(dec, map[string]bool{}); err != nil || env.failure != nil {
		return env, err
	}
	return env, in.take(block{data: data, count: 1})
}

// readLines reads one object per line, emitting blocks of whole lines.
func readLines(text io.Reader, buffers *buffers, emit func(block) error) (envelope, error) {
	var env envelope
	s := &lineSplitter{r: text, buffers: buffers}
	err := s.run(func(b block) error { env.count += b.count; return emit(b) })
	return env, err
}

type lineSplitter struct {
	r       io.Reader
	buf     []byte
	offset  int64
	index   int
	end     bool
	buffers *buffers
}

func (s *lineSplitter) run(emit func(block) error) error {
	for {
		whole := bytes.LastIndexByte(s.buf, '\n') + 1
		if s.end {
			whole = len(s.buf)
		}
		if whole > 0 && (s.end || len(s.buf) >= blockSize) {
			if err := s.emit(whole, emit); err != nil {
				return err
			}
		}
		if s.end {
			return nil
		}
		if len(s.buf) > maxObject {
			return malformedAt(s.offset, "a line is longer than %d MiB", maxObject>>20)
		}
		if err := s.fill(); err != nil {
			return err
		}
	}
}

func (s *lineSplitter) emit(whole int, emit func(block) error) error {
	b := block{data: s.buf[:whole:whole], offset: s.offset, index: s.index}
	var err error
	if b.count, err = countLines(b.data, s.offset); err != nil {
		return err
	}
	rest := s.buf[whole:]
	if s.buf = nil; !s.end {
		s.buf = append(s.buffers.take(), rest...)
	}
	s.offset += int64(whole)
	s.index += b.count
	if b.count == 0 {
		return nil
	}
	return emit(b)
}

func (s *lineSplitter) fill() error {
	if len(s.buf) == cap(s.buf) {
		// Most datasets are small: begin with little.
		s.buf = append(make([]byte, 0, max(2*cap(s.buf), 4<<10)), s.buf...)
	}
	n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
	s.buf = s.buf[:len(s.buf)+n]
	if errors.Is(err, io.EOF) {
		s.end = true
		return nil
	}
	return err
}

// countLines counts the lines that hold an object, and refuses one that does not
// begin and end as one.
func countLines(data []byte, offset int64) (int, error) {
	n := 0
	var nest nesting
	for line := range bytes.Lines(data) {
		at := offset
		offset += int64(len(line))
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		nest = nesting{}
		if end, err := nest.skip(line, 0); err != nil || line[0] != '{' || end != len(line) {
			return 0, malformedAt(at, "the line is not one whole JSON object")
		}
		n++
	}
	return n, nil
}
