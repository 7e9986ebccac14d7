package graph

import (
	"context"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/tenant"
)

// putRelation spools one object's relation if it is there in full.
func putRelation(s *spool, name string, raw jsontext.Value) error {
	members, err := splitObject(raw)
	if err != nil {
		return nil // the object as a whole is read in the base pass
	}
	value, whole := relationOf(members, name)
	if value == nil {
		return nil
	}
	mark := byte('+')
	if !whole {
		mark = '-'
	}
	return local(s.put(fold(stringOf(get(members, "id"))), append([]byte{mark}, value...)))
}

// relationOf returns the value of a relation and whether it is whole: not at the
// cap and without a next link of its own.
func relationOf(members []member, name string) (jsontext.Value, bool) {
	value := get(members, name)
	if value == nil {
		return nil, false
	}
	if value.Kind() != '[' {
		return value, true // null, or wrong: the reader judges
	}
	rows, err := splitRows(value)
	if err != nil {
		return value, true
	}
	return value, len(rows) < expandCap && get(members, name+"@odata.nextLink") == nil
}

// fill reads the open relations of objects, relation by relation.
func (r *relating) fill(ctx context.Context, objects []*object) error {
	for i, rel := range r.j.row.Relations {
		var parts []part
		of := map[string]*object{}
		for _, o := range objects {
			if slices.Contains(o.open, i) {
				parts = append(parts, part{key: o.id, id: o.id, request: rel.Full})
				of[o.id] = o
			}
		}
		err := r.j.batch(ctx, parts, func(result partResult) error {
			r.settle(of[result.part.key], rel, result)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// settle takes the answer to a full read of one relation. If it failed, what
// was expanded stays, as truncated.
func (r *relating) settle(o *object, rel dataset.Relation, result partResult) {
	switch {
	case result.err == nil && result.object != nil:
		members, err := splitObject(result.object)
		value := get(members, rel.Name)
		if err != nil || value == nil {
			r.j.gap(o.id, rel.Name, tenant.GapFailed, &Broken{Reason: "the object was answered without it", Err: err})
			return
		}
		o.set(rel.Name, value)
	case result.err == nil:
		o.set(rel.Name, listOf(result.rows))
	case get(o.members, rel.Name) != nil:
		r.j.gap(o.id, rel.Name, tenant.GapTruncated, result.err)
	default:
		r.j.gap(o.id, rel.Name, gapOf(result.err, false), result.err)
	}
}

// listOf joins rows into an array, each once: pages may overlap.
func listOf(rows []jsontext.Value) jsontext.Value {
	out := jsontext.Value{'['}
	seen := newTwins()
	for _, row := range rows {
		if seen.again(row) {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(out, row...)
	}
	return append(out, ']')
}
