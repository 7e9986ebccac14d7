package tenant

// Origin is where an object of the snapshot was read: the dataset, its index in
// the list (the line, in a .jsonl file) and the offset in bytes of its first
// character in the file's UTF-8 text. Snapshot.Locate turns it into a place.
type Origin struct {
	Offset  int64
	Index   int32
	dataset uint8 // position in Datasets(), plus one; 0 is nowhere
}

// Dataset returns the dataset the object came from, or "" for none.
func (o Origin) Dataset() Dataset {
	if o.dataset == 0 {
		return ""
	}
	return datasetOrder[o.dataset-1]
}

// Source returns o itself: objects that embed an Origin tell it by this method.
func (o Origin) Source() Origin { return o }

var datasetOrder = Datasets()

func datasetIndex(d Dataset) uint8 {
	for i, known := range datasetOrder {
		if known == d {
			return uint8(i + 1)
		}
	}
	return 0
}

// RelationState says how much of a relation of one object was read.
type RelationState uint8

// A relation that Graph did not return is RelationAbsent; one cut by Graph's
// silent cap, or left with a next link, is RelationTruncated: it may prove a
// fail, and a pass only where the rule asks whether there is any.
const (
	RelationAbsent RelationState = iota
	RelationNull
	RelationTruncated
	RelationComplete
)

// Relation is a collection inside one object: an expanded navigation property,
// or a complex collection such as passwordCredentials.
type Relation[T any] struct {
	Items []T
	State RelationState
	// Reason is set where the manifest names the gap.
	Reason string
}

// Complete reports whether every entry was read.
func (r Relation[T]) Complete() bool { return r.State == RelationComplete }

// Read reports whether anything was read; the entries may be cut short.
func (r Relation[T]) Read() bool { return r.State >= RelationTruncated }

// List is the objects of one dataset in file order. Objects are reached by
// pointer and never copied or moved.
type List[T any] struct {
	chunks [][]T
	n      int
}

// Len returns the number of objects.
func (l *List[T]) Len() int { return l.n }

// All yields every object in file order.
func (l *List[T]) All() func(yield func(*T) bool) {
	return func(yield func(*T) bool) {
		for _, chunk := range l.chunks {
			for i := range chunk {
				if !yield(&chunk[i]) {
					return
				}
			}
		}
	}
}

// Append adds a chunk of objects, which the list owns from then on.
func (l *List[T]) Append(chunk []T) {
	if len(chunk) > 0 {
		l.chunks = append(l.chunks, chunk)
		l.n += len(chunk)
	}
}

// Region is a span of a file: 1-based lines and UTF-16 columns, the end column
// one past the last character.
type Region struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
	EndLine     int `json:"endLine"`
	EndColumn   int `json:"endColumn"`
}
