package graph

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/sync/errgroup"

	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/tenant"
)

// expandCap is how many related objects $expand returns, without a word about
// the rest.
const expandCap = 20

// readRelated reads a dataset whose objects have relations. The first relation that
// can be expanded comes with the objects, every other one in a pass of its own
// (Graph expands one per request), and what is at the cap, or was not expanded,
// is read per object in batches. The passes wait in files and are joined by id.
func (j *job) readRelated(ctx context.Context, objects objectSource) error {
	r := &relating{j: j, objects: objects, twins: newTwins(), passes: make([]*spool, len(j.row.Relations)), lost: make([]error, len(j.row.Relations))}
	defer r.drop()
	base, err := j.run.dir.spool(string(j.row.Dataset))
	if err != nil {
		return local(err)
	}
	r.base = base
	group, passCtx := errgroup.WithContext(ctx)
	var baseErr error
	group.Go(func() error { baseErr = r.readBase(passCtx); return localOnly(baseErr) })
	for i, rel := range j.row.Relations {
		if rel.Read == dataset.Expanded && i > 0 {
			group.Go(func() error { return localOnly(r.readPass(passCtx, i)) })
		}
	}
	if err := group.Wait(); err != nil || ctx.Err() != nil {
		return errors.Join(err, ctx.Err())
	}
	if baseErr != nil && base.n == 0 {
		return baseErr
	}
	if err := r.join(ctx); err != nil {
		return err
	}
	return r.out.finish(ctx, baseErr)
}

// objectSource reads the objects of a dataset page by page.
type objectSource func(context.Context, dataset.Request, func(page) error) (int, error)

// localOnly lets only failures of this machine stop the other passes.
func localOnly(err error) error {
	var l *localError
	if errors.As(err, &l) {
		return err
	}
	return nil
}

// relating is one dataset with relations being read.
type relating struct {
	j       *job
	objects objectSource
	base    *spool
	passes  []*spool // by relation; nil: not expanded in a pass of its own
	lost    []error  // by relation: why its pass failed
	first   bool     // the first relation was expanded with the objects
	twins   twins
	out     *sink
	ctxURL  string
}

func (r *relating) drop() {
	r.base.drop()
	for _, s := range r.passes {
		s.drop()
	}
}

// readBase reads the objects, with the first relation if it can be expanded.
// Where the service does not expand, relations are read per object.
func (r *relating) readBase(ctx context.Context) error {
	r.first = r.j.row.Relations[0].Read == dataset.Expanded
	request := r.j.row.Request
	if r.first {
		request.Expand = expansion(r.j.row.Relations[0])
	}
	err := r.readObjects(ctx, request)
	if request.Expand != "" && r.base.n == 0 && badRequest(err) {
		r.first, request.Expand = false, ""
		err = r.readObjects(ctx, request)
	}
	return err
}

func (r *relating) readObjects(ctx context.Context, request dataset.Request) error {
	_, err := r.objects(ctx, request, func(p page) error {
		if r.ctxURL == "" {
			r.ctxURL = p.context
		}
		for _, raw := range p.rows {
			if r.twins.again(raw) {
				continue
			}
			if err := r.base.put("", raw); err != nil {
				return local(err)
			}
		}
		return nil
	})
	return err
}

func badRequest(err error) bool {
	var refusal *Refusal
	return errors.As(err, &refusal) && refusal.Status == http.StatusBadRequest
}

func expansion(rel dataset.Relation) string {
	if len(rel.Full.Select) == 0 {
		return rel.Name
	}
	return rel.Name + "($select=" + strings.Join(rel.Full.Select, ",") + ")"
}

// readPass reads one relation of all objects.
func (r *relating) readPass(ctx context.Context, i int) error {
	rel := r.j.row.Relations[i]
	request := r.j.row.Request
	request.Version, request.Family = rel.Full.Version, rel.Full.Family
	request.Select, request.Expand = []string{"id"}, expansion(rel)
	s, err := r.j.run.dir.spool(string(r.j.row.Dataset) + "." + rel.Name)
	if err != nil {
		return local(err)
	}
	r.passes[i] = s
	_, err = r.j.list(ctx, request, func(p page) error {
		for _, raw := range p.rows {
			if err := putRelation(s, rel.Name, raw); err != nil {
				return err
			}
		}
		return nil
	})
	if !badRequest(err) {
		r.lost[i] = err
	}
	return err
}

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

// object is one row with what is still to be read of it.
type object struct {
	id      string
	members []member
	open    []int // relations
}

// joinBlock is how many objects are completed together.
const joinBlock = 2000

// join puts the passes together, completes what is open, and writes the rows in
// the order in which they came.
func (r *relating) join(ctx context.Context) error {
	out, err := r.j.sink()
	if err != nil {
		return err
	}
	r.out, out.context, r.j.whole = out, r.ctxURL, true
	ok := false
	defer func() {
		if !ok {
			out.file.drop()
		}
	}()
	for i, err := range r.lost {
		if err != nil {
			r.j.gap("*", r.j.row.Relations[i].Name, gapOf(err, false), err)
		}
	}
	joiners, err := r.joiners()
	if err != nil {
		return local(err)
	}
	reader, err := r.base.read()
	if err != nil {
		return local(err)
	}
	for range r.base.n / joinBlock {
		if err := r.block(ctx, reader, joiners, joinBlock); err != nil {
			return err
		}
	}
	if err := r.block(ctx, reader, joiners, r.base.n%joinBlock); err != nil {
		return err
	}
	ok = true
	return nil
}

func (r *relating) joiners() ([]*joiner, error) {
	all := make([]*joiner, len(r.passes))
	for i, s := range r.passes {
		var err error
		if all[i], err = newJoiner(s); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// block joins, completes and writes the next n objects.
func (r *relating) block(ctx context.Context, reader *spoolReader, joiners []*joiner, n int) error {
	objects := make([]*object, 0, n)
	for range n {
		_, raw, err := reader.next()
		if err != nil {
			return local(err)
		}
		o, err := r.object(raw, joiners)
		if err != nil {
			return local(err)
		}
		objects = append(objects, o)
	}
	if err := r.fill(ctx, objects); err != nil {
		return err
	}
	for _, o := range objects {
		if err := r.out.row(joinObject(o.members)); err != nil {
			return err
		}
	}
	return nil
}

// object takes a row apart and finds its relations.
func (r *relating) object(raw jsontext.Value, joiners []*joiner) (*object, error) {
	members, err := splitObject(raw)
	if err != nil {
		return nil, err // it was read strictly before
	}
	o := &object{id: stringOf(get(members, "id")), members: members}
	for i, rel := range r.j.row.Relations {
		whole := false
		switch {
		case i == 0 && r.first, rel.Read == dataset.Inline:
			_, whole = relationOf(members, rel.Name)
		case rel.Read == dataset.Expanded && i > 0:
			marked, err := joiners[i].find(fold(o.id))
			if err != nil {
				return nil, err
			}
			if marked != nil {
				o.set(rel.Name, marked[1:])
				whole = marked[0] == '+'
			}
		}
		if !whole && r.lost[i] == nil && o.id != "" {
			o.open = append(o.open, i)
		}
	}
	return o, nil
}

// set gives a member a value, in place or at the end, and drops its next link.
func (o *object) set(name string, value jsontext.Value) {
	o.members = slices.DeleteFunc(o.members, func(m member) bool { return m.name == name+"@odata.nextLink" })
	for i := range o.members {
		if o.members[i].name == name {
			o.members[i].value = value
			return
		}
	}
	o.members = append(o.members, member{name, value})
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
		if value := get(members, rel.Name); err == nil && value != nil {
			o.set(rel.Name, value)
		}
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

// listSelecting pages through a request. Custom security attributes take a
// permission of their own: without it they are not asked for, so that their
// absence does not cost the rest.
func (j *job) listSelecting(ctx context.Context, r dataset.Request, each func(page) error) (int, error) {
	const attributes = "customSecurityAttributes"
	if !slices.Contains(r.Select, attributes) {
		return j.list(ctx, r, each)
	}
	var refused error = &notRead{tenant.GapForbidden, "the token does not hold the permission to read them"}
	if j.mayReadAttributes() {
		n, err := j.list(ctx, r, each)
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Status != http.StatusForbidden || n > 0 {
			return n, err
		}
		refused = err
	}
	r.Select = slices.DeleteFunc(slices.Clone(r.Select), func(s string) bool { return s == attributes })
	n, err := j.list(ctx, r, each)
	if err == nil || n > 0 {
		j.gap("*", attributes, gapOf(refused, false), refused)
	}
	return n, err
}

// mayReadAttributes looks at the token, if it can be read.
func (j *job) mayReadAttributes() bool {
	if !j.run.claims.Known {
		return true
	}
	for _, p := range j.row.Permissions {
		if p.Optional && p.For == "customSecurityAttributes" {
			return p.SatisfiedBy(j.run.claims.Permissions())
		}
	}
	return true
}
