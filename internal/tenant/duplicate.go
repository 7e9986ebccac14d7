package tenant

import (
	"crypto/sha256"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// dropDuplicates removes objects that stand in the list twice, word for word: a
// page was read again. The same id on different objects is malformed. Only hashes
// of the ids are compared at first; the objects whose hashes repeat are looked at
// in one more pass over the file.
func (in *intake[T]) dropDuplicates(list *List[T], file *dataFile) error {
	repeated := in.repeatedKeys()
	if len(repeated) == 0 {
		return nil
	}
	walk, err := file.walk()
	if err != nil {
		return err
	}
	defer walk.Close()
	seen := map[string][sha256.Size]byte{}
	twins := map[*T]bool{}
	for i, chunk := range in.chunks {
		for k := range chunk {
			if !repeated[in.keys[i][k]] {
				continue
			}
			origin := in.t.origin(&chunk[k])
			object, _, err := walk.object(origin.Offset)
			if err != nil {
				return err
			}
			id, sum := identity(object)
			if first, taken := seen[id]; !taken {
				seen[id] = sum
			} else if first == sum {
				twins[&chunk[k]] = true
			} else {
				return malformedAt(origin.Offset, "the id %.40q stands there twice, on different objects", id)
			}
		}
	}
	if len(twins) > 0 {
		list.remove(twins)
	}
	return nil
}

// repeatedKeys returns the hashes that more than one object has. Sorting them
// takes a fifth of the memory of a map.
func (in *intake[T]) repeatedKeys() map[uint64]bool {
	all := slices.Concat(in.keys...)
	slices.Sort(all)
	var repeated map[uint64]bool
	for i := 1; i < len(all); i++ {
		if all[i] == all[i-1] && all[i] != 0 {
			if repeated == nil {
				repeated = map[uint64]bool{}
			}
			repeated[all[i]] = true
		}
	}
	return repeated
}

// identity returns an object's id, folded if it is a GUID, and a hash of its
// content, which is the same for the same content written otherwise.
func identity(object jsontext.Value) (id string, sum [sha256.Size]byte) {
	var with struct {
		ID string `json:"id"`
	}
	// It was decoded before: what fails here has an id that is no string, and
	// counts as different from every other.
	if err := json.Unmarshal(object, &with); err != nil {
		return err.Error(), sha256.Sum256(object)
	}
	id = with.ID
	if parsed := ParseID(id); parsed.IsGUID() {
		id = parsed.String()
	}
	canonical := object.Clone()
	if err := canonical.Canonicalize(); err != nil {
		canonical = object
	}
	return id, sha256.Sum256(canonical)
}

func (l *List[T]) remove(drop map[*T]bool) {
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
