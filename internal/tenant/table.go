package tenant

import (
	"bytes"
	"errors"
	"fmt"
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
}

// rows is the table of a dataset whose objects are of type T.
type rows[T any] struct {
	list   func(*Snapshot) *List[T]
	origin func(*T) *Origin
	// pull reads one object by hand; without it the object is unmarshalled.
	pull func(*puller, *T) error
	// key is a hash of the object's id, or 0 for none.
	key func(*T) uint64
	// finish applies what the manifest says about relations.
	finish func(*T, relations)
}

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
		env, err = readLines(text, in.take)
	default:
		env, err = readList(text, &r.buffers, in.take)
	}
	if waited := in.wait(); err == nil {
		err = waited
	}
	if err != nil {
		return env, err
	}
	env.count = in.deliver()
	return env, t.dropDuplicates(r.snapshot, file)
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
	err    error

	pullers sync.Pool
}

// take decodes a block, in the background while a slot is free.
func (in *intake[T]) take(b block) error {
	in.mu.Lock()
	err := in.err
	at := len(in.chunks)
	in.chunks = append(in.chunks, nil)
	in.mu.Unlock()
	if err != nil {
		return err
	}
	in.r.slots <- struct{}{}
	work := func() {
		defer func() { <-in.r.slots }()
		chunk, err := in.decode(b)
		in.r.buffers.give(b.data)
		in.mu.Lock()
		defer in.mu.Unlock()
		in.chunks[at] = chunk
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

// deliver hands the chunks to the snapshot and returns how many objects.
func (in *intake[T]) deliver() int {
	list := in.t.list(in.r.snapshot)
	for _, chunk := range in.chunks {
		list.Append(chunk)
	}
	return list.Len()
}

func (in *intake[T]) decode(b block) ([]T, error) {
	pull, ok := in.pullers.Get().(*puller)
	if !ok {
		pull = newPuller()
	}
	defer in.pullers.Put(pull)
	dec := pull.Decoder
	dec.Reset(bytes.NewBuffer(b.data))
	chunk := make([]T, 0, b.count)
	for dec.PeekKind() != jsontext.KindInvalid {
		if len(chunk) == cap(chunk) {
			return nil, malformedAt(b.offset+dec.InputOffset(), "the brackets do not match")
		}
		chunk = chunk[:len(chunk)+1]
		row := &chunk[len(chunk)-1]
		start := nextValue(b.data, dec.InputOffset())
		*in.t.origin(row) = Origin{
			dataset: datasetIndex(in.dataset),
			Index:   int32(b.index + len(chunk) - 1),
			Offset:  b.offset + start,
		}
		if err := in.decodeRow(pull, row); err != nil {
			return nil, jsonError(err, b.offset)
		}
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, jsonError(err, b.offset)
	}
	if len(chunk) != b.count {
		return nil, malformedAt(b.offset, "the brackets do not match")
	}
	return chunk, nil
}

func (in *intake[T]) decodeRow(pull *puller, row *T) error {
	var err error
	if in.t.pull != nil {
		err = in.t.pull(pull, row)
	} else {
		err = json.UnmarshalDecode(pull.Decoder, row)
	}
	if err == nil && in.t.finish != nil {
		in.t.finish(row, in.relations)
	}
	return err
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
func readLines(text io.Reader, emit func(block) error) (envelope, error) {
	var env envelope
	s := &lineSplitter{r: text}
	err := s.run(func(b block) error { env.count += b.count; return emit(b) })
	return env, err
}

type lineSplitter struct {
	r      io.Reader
	buf    []byte
	offset int64
	index  int
	end    bool
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
	s.buf = append(make([]byte, 0, blockSize), s.buf[whole:]...)
	s.offset += int64(whole)
	s.index += b.count
	if b.count == 0 {
		return nil
	}
	return emit(b)
}

func (s *lineSplitter) fill() error {
	if cap(s.buf)-len(s.buf) < blockSize/4 {
		s.buf = append(make([]byte, 0, 2*cap(s.buf)+blockSize), s.buf...)
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

// dropDuplicates removes objects that stand in the list twice, word for word: a
// page was read again. The same id on different objects is malformed.
func (t rows[T]) dropDuplicates(s *Snapshot, file *dataFile) error {
	if t.key == nil {
		return nil
	}
	list := t.list(s)
	seen := make(map[uint64]*T, list.Len())
	var twins []*T
	for row := range list.All() {
		key := t.key(row)
		for key != 0 {
			first, taken := seen[key]
			if !taken {
				seen[key] = row
				break
			}
			same, err := sameObject(file, *t.origin(first), *t.origin(row))
			if err != nil {
				return err
			}
			if same {
				twins = append(twins, row)
				break
			}
			key = key*31 + 1 // only the hashes collide: try the next place
		}
	}
	if len(twins) > 0 {
		list.remove(twins)
	}
	return nil
}

func (l *List[T]) remove(rows []*T) {
	drop := make(map[*T]bool, len(rows))
	for _, row := range rows {
		drop[row] = true
	}
	kept := List[T]{}
	for _, chunk := range l.chunks {
		rest := make([]T, 0, len(chunk))
		for i := range chunk {
			if !drop[&chunk[i]] {
				rest = append(rest, chunk[i])
			}
		}
		kept.Append(rest)
	}
	*l = kept
}

// sameObject compares two objects of a file; differing ones with one id are an
// error.
func sameObject(file *dataFile, a, b Origin) (bool, error) {
	first, err := file.object(a.Offset)
	if err != nil {
		return false, err
	}
	second, err := file.object(b.Offset)
	if err != nil {
		return false, err
	}
	idA, idB := idText(first), idText(second)
	if ParseID(idA) != ParseID(idB) || idA != idB && !ParseID(idA).IsGUID() {
		return false, nil // only the hashes collide
	}
	if first.Canonicalize() == nil && second.Canonicalize() == nil && bytes.Equal(first, second) {
		return true, nil
	}
	return false, malformedAt(b.Offset, "the id %.40q stands there twice, on different objects", idA)
}

func idText(object jsontext.Value) string {
	var id struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(object, &id); err != nil {
		return fmt.Sprint(err)
	}
	return id.ID
}
