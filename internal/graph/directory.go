package graph

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/tenant"
)

// idsPerCall is how many ids getByIds takes.
const idsPerCall = 1000

// people is the reading of directoryObjects: who sponsors, owns or holds roles.
type people struct {
	j   *job
	out *sink
	// thin are users whose state the answer left out; gone are ids that the
	// answer does not have.
	thin, gone []string
	groups     []jsontext.Value
}

// readDirectoryObjects looks ids up a thousand at a time, then counts the
// members of groups and tells deleted objects from unknown ones.
func (j *job) readDirectoryObjects(ctx context.Context) error {
	out, err := j.sink()
	if err != nil {
		return err
	}
	p := &people{j: j, out: out}
	ids := guids(j.run.facts.people.sorted())
	for chunk := range slices.Chunk(ids, idsPerCall) {
		if err := p.lookUp(ctx, chunk); err != nil {
			return out.finish(ctx, err)
		}
	}
	for _, step := range []func(context.Context) error{p.completeUsers, p.countMembers, p.findDeleted} {
		if err := step(ctx); err != nil {
			return out.finish(ctx, err)
		}
	}
	return out.finish(ctx, nil)
}

// lookUp asks for up to a thousand objects.
func (p *people) lookUp(ctx context.Context, ids []string) error {
	body, err := json.Marshal(map[string]any{"ids": ids, "types": []string{"user", "group", "servicePrincipal"}}, json.Deterministic(true))
	if err != nil {
		return local(err)
	}
	var found idSet
	err = p.ask(ctx, body, p.j.row.Request, &found)
	if badRequest(err) { // the action does not take $select here
		plain := p.j.row.Request
		plain.Select = nil
		err = p.ask(ctx, body, plain, &found)
	}
	if err != nil {
		return err
	}
	for _, id := range ids {
		if !found.has(id) {
			p.gone = append(p.gone, id)
		}
	}
	return nil
}

func (p *people) ask(ctx context.Context, body []byte, request dataset.Request, found *idSet) error {
	r := p.j.request(p.j.run.graph, request)
	r.body = body
	l := listing{client: p.j.run.graph, from: r, each: func(page page) error {
		p.j.page(len(page.rows))
		for _, raw := range page.rows {
			found.add(stringAt(raw, "id"))
			if err := p.sort(raw); err != nil {
				return err
			}
		}
		return nil
	}}
	_, err := l.run(ctx)
	return err
}

// sort writes an object, or puts it aside for what is still to be asked.
func (p *people) sort(raw jsontext.Value) error {
	members, err := splitObject(raw)
	if err != nil {
		return err
	}
	switch strings.ToLower(stringOf(get(members, "@odata.type"))) {
	case "#microsoft.graph.group":
		p.groups = append(p.groups, raw)
		return nil
	case "#microsoft.graph.user":
		// By default only a few properties of users come back.
		if get(members, "accountEnabled") == nil {
			p.thin = append(p.thin, stringOf(get(members, "id")))
			return nil
		}
	}
	return p.out.row(raw)
}

// completeUsers reads users whose state the look-up left out.
func (p *people) completeUsers(ctx context.Context) error {
	request := dataset.Request{Version: "v1.0", Path: "/users", Select: p.j.row.Request.Select, Family: dataset.Identity}
	var parts []part
	for chunk := range slices.Chunk(guids(p.thin), idsPerFilter) {
		request.Filter = "id in ('" + strings.Join(chunk, "','") + "')"
		parts = append(parts, part{key: chunk[0], request: request})
	}
	var failed error
	err := p.j.batch(ctx, parts, func(result partResult) error {
		if result.err != nil {
			failed = result.err
			return nil
		}
		for _, raw := range result.rows {
			members, err := splitObject(raw)
			if err != nil {
				return err
			}
			if get(members, "@odata.type") == nil {
				members = append([]member{{"@odata.type", quoted("#microsoft.graph.user")}}, members...)
			}
			if err := p.out.row(joinObject(members)); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, failed)
}

// countMembers writes the groups with the number of their direct members. One
// that cannot be counted is written without.
func (p *people) countMembers(ctx context.Context) error {
	rel := p.j.row.Relations[0]
	of := map[string]jsontext.Value{}
	var parts []part
	for _, raw := range p.groups {
		id := stringAt(raw, "id")
		of[id] = raw
		parts = append(parts, part{key: id, id: id, request: rel.Full})
	}
	return p.j.batch(ctx, parts, func(result partResult) error {
		members, err := splitObject(of[result.part.key])
		if err != nil {
			return err
		}
		switch {
		case result.err != nil:
			p.j.gap(result.part.id, "members", gapOf(result.err, false), result.err)
		case result.count >= 0:
			members = append(members, member{rel.Name, strconv.AppendInt(nil, result.count, 10)})
		}
		return p.out.row(joinObject(members))
	})
}

// findDeleted writes {id, deletedDateTime} for ids that no longer resolve. The
// service says not found both of the deleted items and of the object for one
// that is gone for good: then it was deleted before the snapshot. Any other
// answer leaves the id without a row, which is unknown.
func (p *people) findDeleted(ctx context.Context) error {
	rel := p.j.row.Relations[1]
	var parts []part
	for _, id := range p.gone {
		parts = append(parts, part{key: id, id: id, request: rel.Full})
	}
	var goneForGood []part
	exists := dataset.Request{Version: "v1.0", Path: "/directoryObjects/{id}", Select: []string{"id"}, Family: dataset.Identity}
	err := p.j.batch(ctx, parts, func(result partResult) error {
		if notFound(result.err) {
			goneForGood = append(goneForGood, part{key: result.part.id, id: result.part.id, request: exists})
			return nil
		}
		if result.err != nil {
			p.untold(result)
			return nil
		}
		return p.deleted(result.part.id, stringAt(result.object, "deletedDateTime"))
	})
	if err != nil {
		return err
	}
	return p.j.batch(ctx, goneForGood, func(result partResult) error {
		if !notFound(result.err) {
			p.untold(result)
			return nil
		}
		return p.deleted(result.part.id, p.j.run.takenAt.Format("2006-01-02T15:04:05Z"))
	})
}

// untold notes an id of which the service did not tell whether it is deleted:
// because of a fault, or because the tenant refused.
func (p *people) untold(result partResult) {
	if result.err != nil {
		p.j.gap(result.part.id, p.j.row.Relations[1].Name, gapOf(result.err, false), result.err)
	}
}

func (p *people) deleted(id, at string) error {
	if at == "" {
		return nil
	}
	return p.out.row(joinObject([]member{{"id", quoted(id)}, {"deletedDateTime", quoted(at)}}))
}

func notFound(err error) bool {
	var refusal *Refusal
	return errors.As(err, &refusal) && refusal.Status == http.StatusNotFound &&
		tenant.GapOfError(refusal.Status, refusal.Code, refusal.Message) == tenant.GapFailed
}
