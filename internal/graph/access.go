package graph

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/tenant"
)

// expandedPass is one pass over a list of principals with one relation.
type expandedPass struct {
	list     tenant.Dataset // whose row names the path
	relation string         // with $select
	full     dataset.Request
	// known are the objects that must have been seen.
	known *idSet
}

// readAssignments reads the application permissions of all agents and blueprint
// principals: expanded in one pass over each list, in full where the expansion
// is at its cap, and singly for principals that the pass did not show.
func (j *job) readAssignments(ctx context.Context) error {
	out, err := j.sink()
	if err != nil {
		return err
	}
	full := j.row.Relations[0].Full
	facts := &j.run.facts
	lost := j.readExpanded(ctx, []expandedPass{
		{tenant.DatasetAgentIdentities, "appRoleAssignments", full, &facts.agents},
		{tenant.DatasetAgentIdentityBlueprintPrincipals, "appRoleAssignments", full, &facts.principals},
	}, func(_ string, rows []jsontext.Value, _ bool) error {
		return out.page(page{rows: rows}, nil)
	})
	j.whole = true
	return out.finish(ctx, cmp.Or(lost...))
}

// readExpanded runs the passes and hands over every object's relation once.
// Whole is false for one of which only a part could be read. Objects whose
// relation cannot be read at all are noted as gaps. The errors are those of the
// passes, in order.
func (j *job) readExpanded(ctx context.Context, passes []expandedPass, each func(id string, rows []jsontext.Value, whole bool) error) []error {
	var group sync.WaitGroup
	turn := make(chan struct{}, 1)
	serial := func(id string, rows []jsontext.Value, whole bool) error {
		turn <- struct{}{}
		defer func() { <-turn }()
		return each(id, rows, whole)
	}
	lost := make([]error, len(passes))
	for i, p := range passes {
		group.Go(func() { lost[i] = j.readOnePass(ctx, p, serial) })
	}
	group.Wait()
	return lost
}

// cutShort is an object whose expansion is at the cap.
type cutShort struct {
	id   string
	rows []jsontext.Value
}

func (j *job) readOnePass(ctx context.Context, p expandedPass, each func(string, []jsontext.Value, bool) error) error {
	request := dataset.Of(p.list).Request
	request.Select, request.Expand, request.Top, request.Family = []string{"id"}, p.relation, 100, dataset.Identity
	name := p.full.Path[lastSlash(p.full.Path)+1:]
	if name == "transitiveMemberOf" {
		name = "memberOf"
	}
	var seen idSet
	open := map[string]cutShort{}
	_, err := j.list(ctx, request, func(page page) error {
		for _, raw := range page.rows {
			members, err := splitObject(raw)
			if err != nil {
				return err
			}
			id := stringOf(get(members, "id"))
			if seen.has(id) {
				continue // a page that came twice
			}
			seen.add(id)
			value, whole := relationOf(members, name)
			rows, err := splitRows(value)
			if value == nil || err != nil {
				open[fold(id)] = cutShort{id, nil}
				continue
			}
			if !whole {
				open[fold(id)] = cutShort{id, rows}
				continue
			}
			if err := each(id, rows, true); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil && !badRequest(err) {
		return err
	}
	// The list of the objects themselves may show some that this pass did not. Only
	// if it is whole can it stand in for a pass that was refused.
	if waitErr := j.run.await(ctx, []tenant.Dataset{p.list}); waitErr != nil {
		return waitErr
	}
	if err != nil && !j.run.complete(p.list) {
		return err
	}
	for _, id := range p.known.sorted() {
		if _, known := open[id]; !known && !seen.has(id) {
			open[id] = cutShort{id, nil}
		}
	}
	return j.readOpen(ctx, p, open, each)
}

func lastSlash(path string) int {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return i
		}
	}
	return -1
}

// readOpen reads a relation in full for single objects.
func (j *job) readOpen(ctx context.Context, p expandedPass, open map[string]cutShort, each func(string, []jsontext.Value, bool) error) error {
	var ids idSet
	for id := range open {
		ids.add(id)
	}
	var parts []part
	for _, id := range ids.sorted() {
		parts = append(parts, part{key: id, id: open[id].id, request: p.full})
	}
	name := p.full.Path[lastSlash(p.full.Path)+1:]
	return j.batch(ctx, parts, func(result partResult) error {
		o := open[result.part.key]
		switch {
		case result.err == nil:
			return each(o.id, result.rows, true)
		case o.rows != nil:
			j.gap(o.id, name, tenant.GapTruncated, result.err)
			return each(o.id, o.rows, false)
		}
		j.gap(o.id, name, gapOf(result.err, false), result.err)
		return nil
	})
}

// readMemberships reads what groups and directory roles agents and agent users
// are in, nested ones too: their direct memberships in one pass over each list,
// and once per group what that group is in.
func (j *job) readMemberships(ctx context.Context) error {
	direct, err := j.run.dir.spool(string(j.row.Dataset))
	if err != nil {
		return local(err)
	}
	defer direct.drop()
	full := j.row.Relations[0].Full
	ofUsers := full
	ofUsers.Path = "/users/{id}/transitiveMemberOf"
	var groups idSet
	facts := &j.run.facts
	expand := j.row.Request.Expand
	lost := j.readExpanded(ctx, []expandedPass{
		{tenant.DatasetAgentIdentities, expand, full, &facts.agents},
		{tenant.DatasetAgentUsers, expand, ofUsers, &facts.users},
	}, func(id string, rows []jsontext.Value, _ bool) error {
		for _, raw := range rows {
			if group := stringAt(raw, "id"); isGUID(group) && isGroup(raw) {
				groups.add(group)
			}
		}
		return local(direct.put(id, listOf(rows)))
	})
	if err := j.weighPasses(lost); err != nil || ctx.Err() != nil {
		return cmp.Or(ctx.Err(), err)
	}
	above, err := j.groupsAbove(ctx, groups.sorted(), full)
	if err != nil {
		return err
	}
	out, err := j.sink()
	if err != nil {
		return err
	}
	if err := j.writeMemberships(direct, above, out); err != nil {
		out.file.drop()
		return err
	}
	return out.finish(ctx, nil)
}

// weighPasses decides what passes that failed mean. An object without a row is
// unknown, so one pass may fail without spoiling the other.
func (j *job) weighPasses(lost []error) error {
	failed := 0
	for _, err := range lost {
		var l *localError
		if errors.As(err, &l) {
			return err
		}
		if err != nil {
			failed++
		}
	}
	if failed == len(lost) {
		return lost[0]
	}
	for _, err := range lost {
		if err != nil {
			j.gap("*", "transitiveMemberOf", gapOf(err, false), err)
		}
	}
	return nil
}

// isGroup tells groups from directory roles, which are in nothing.
func isGroup(raw jsontext.Value) bool {
	kind := stringAt(raw, "@odata.type")
	return kind == "#microsoft.graph.group" || kind == "" && stringAt(raw, "roleTemplateId") == ""
}

// membership is what a group is in, or why that could not be read.
type membership struct {
	rows []jsontext.Value
	err  error
}

// groupsAbove reads, for each group, all that it is in.
func (j *job) groupsAbove(ctx context.Context, groups []string, full dataset.Request) (map[string]membership, error) {
	request := full
	request.Path = "/groups/{id}/transitiveMemberOf"
	var parts []part
	for _, id := range groups {
		parts = append(parts, part{key: id, id: id, request: request})
	}
	above := map[string]membership{}
	err := j.batch(ctx, parts, func(result partResult) error {
		above[result.part.key] = membership{result.rows, result.err}
		return nil
	})
	return above, err
}

// writeMemberships writes a row for every agent and agent user: its direct
// memberships and those of its groups, each once.
func (j *job) writeMemberships(direct *spool, above map[string]membership, out *sink) error {
	reader, err := direct.read()
	if err != nil {
		return local(err)
	}
	j.whole = true
	for range direct.n {
		id, value, err := reader.next()
		if err != nil {
			return local(err)
		}
		rows, err := splitRows(value)
		if err != nil {
			return local(fmt.Errorf("reading memberships back: %w", err))
		}
		all, lost := withAbove(rows, above)
		if lost != nil {
			j.gap(id, "transitiveMemberOf", tenant.GapTruncated, lost)
		}
		row := joinObject([]member{{"id", quoted(id)}, {"transitiveMemberOf", listOf(all)}})
		if err := out.row(row); err != nil {
			return err
		}
	}
	return nil
}

func withAbove(rows []jsontext.Value, above map[string]membership) (all []jsontext.Value, lost error) {
	var seen idSet
	add := func(raw jsontext.Value) {
		id := stringAt(raw, "id")
		if id == "" || !seen.has(id) {
			seen.add(id)
			all = append(all, raw)
		}
	}
	for _, raw := range rows {
		add(raw)
	}
	for _, raw := range rows {
		m := above[fold(stringAt(raw, "id"))]
		if m.err != nil {
			lost = m.err
		}
		for _, parent := range m.rows {
			add(parent)
		}
	}
	return all, lost
}
