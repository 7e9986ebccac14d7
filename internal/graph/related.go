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
			// What is at the cap is read in full, unless the pass was lost: then
			// nothing would tell that it is a part.
			if marked != nil && (marked[0] == '+' || r.lost[i] == nil) {
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
