package graph

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/tenant"
)

// read reads a dataset by its row of the table; those whose shape Graph does not
// give as one list have a reader of their own.
func (r *run) read(ctx context.Context, j *job) error {
	if !j.row.InCloud(r.o.Session.Cloud.Name) {
		return &notRead{tenant.GapNotEnabled, "it does not exist in the cloud " + r.o.Session.Cloud.Name}
	}
	if j.row.Source == dataset.ByIDs {
		if err := j.needsAny(); err != nil {
			return err
		}
	}
	switch j.row.Dataset {
	case tenant.DatasetClassicAgents:
		return j.readFiltered(ctx, isClassic)
	case tenant.DatasetOAuth2PermissionGrants:
		return j.readFiltered(ctx, r.ofSubjects("clientId"))
	case tenant.DatasetAccessPackageAssignments:
		return j.readFiltered(ctx, r.ofSubjects("target", "objectId"))
	case tenant.DatasetClassicAgentApplications:
		id, _ := r.facts.organization()
		if r.claims.Known {
			id = r.claims.TenantID
		}
		return j.readRelated(ctx, j.byIDs(r.facts.homedHere(id)))
	case tenant.DatasetResourceServicePrincipals:
		return j.readByIDs(ctx, r.facts.resources.sorted())
	case tenant.DatasetDirectoryObjects:
		return j.readDirectoryObjects(ctx)
	case tenant.DatasetAppRoleAssignments:
		return j.readAssignments(ctx)
	case tenant.DatasetGroupMemberships:
		return j.readMemberships(ctx)
	case tenant.DatasetSignIns:
		return j.readSignIns(ctx)
	case tenant.DatasetDirectoryAudits:
		return j.readAudits(ctx)
	case tenant.DatasetDiagnosticSettings:
		return j.readDiagnosticSettings(ctx)
	case tenant.DatasetLogAnalyticsWorkspaces:
		return j.readWorkspaces(ctx)
	case tenant.DatasetLifecycleSubjects:
		return j.readLifecycleSubjects(ctx)
	case tenant.DatasetKillSwitchDrills:
		return j.writeDrills(ctx)
	}
	switch {
	case j.row.Source == dataset.Singleton:
		return j.readSingleton(ctx)
	case len(j.row.Relations) > 0:
		return j.readRelated(ctx, j.listSelecting)
	}
	return j.readFiltered(ctx, nil)
}

// readFiltered reads a plain list and keeps the rows that keep lets through.
func (j *job) readFiltered(ctx context.Context, keep func(jsontext.Value) bool) error {
	out, err := j.sink()
	if err != nil {
		return err
	}
	_, err = j.listSelecting(ctx, j.row.Request, func(p page) error { return out.page(p, keep) })
	return out.finish(ctx, err)
}

// isClassic drops agent identities and blueprint principals, which carry the
// same tags.
func isClassic(raw jsontext.Value) bool {
	members, err := splitObject(raw)
	if err != nil {
		return true
	}
	kind := strings.ToLower(stringOf(get(members, "@odata.type")))
	return !strings.HasPrefix(kind, "#microsoft.graph.agentidentity")
}

// ofSubjects keeps rows whose id at path is an agent, blueprint, principal or
// agent user, and those that lost it. While not all subjects are known, every
// row is kept.
func (r *run) ofSubjects(path ...string) func(jsontext.Value) bool {
	if !r.subjectsKnown() {
		return nil
	}
	return func(raw jsontext.Value) bool {
		id := stringAt(raw, path...)
		return id == "" || r.facts.subjects.has(id)
	}
}

func (r *run) subjectsKnown() bool {
	return r.complete(tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprints,
		tenant.DatasetAgentIdentityBlueprintPrincipals, tenant.DatasetAgentUsers)
}

// stringAt returns the text at a path of members, or "".
func stringAt(raw jsontext.Value, path ...string) string {
	for _, name := range path {
		if raw.Kind() != '{' {
			return ""
		}
		members, err := splitObject(raw)
		if err != nil {
			return ""
		}
		if raw = get(members, name); raw == nil {
			return ""
		}
	}
	return stringOf(raw)
}

// readSingleton reads a dataset that is one object.
func (j *job) readSingleton(ctx context.Context) error {
	r := j.request(j.run.graph, j.row.Request)
	r.check = func(body []byte) error {
		members, err := splitObject(body)
		if err != nil {
			return &Broken{Reason: "the answer is not whole JSON", Err: err}
		}
		return oneObject(members)
	}
	body, err := j.run.graph.send(ctx, r)
	if err != nil {
		return err
	}
	j.page(1)
	j.rows = 1
	return local(j.run.dir.writeObject(j.row.Dataset, body))
}

// oneObject refuses what is not one object of the directory: all have an id.
func oneObject(members []member) error {
	switch {
	case get(members, "value") != nil:
		return &Broken{Reason: "the answer is a list where one object is due"}
	case get(members, "@odata.nextLink") != nil:
		return &Broken{Reason: "the answer is a page where one object is due"}
	case stringOf(get(members, "id")) == "":
		return &Broken{Reason: "the answer is an object without an id"}
	}
	return nil
}

// idsPerFilter is how many values Graph takes in one "in".
const idsPerFilter = 15

// readByIDs reads the objects with the ids that other datasets name.
func (j *job) readByIDs(ctx context.Context, ids []string) error {
	out, err := j.sink()
	if err != nil {
		return err
	}
	_, err = j.byIDs(ids)(ctx, j.row.Request, func(p page) error { return out.page(p, nil) })
	return out.finish(ctx, err)
}

// byIDs reads objects by their ids, fifteen per request, twenty requests per
// batch. Ids that the service does not know have no row.
func (j *job) byIDs(ids []string) objectSource {
	return func(ctx context.Context, r dataset.Request, each func(page) error) (rows int, err error) {
		var parts []part
		for chunk := range slices.Chunk(guids(ids), idsPerFilter) {
			one := r
			one.Filter = strings.Replace(r.Filter, "{ids}", "'"+strings.Join(chunk, "','")+"'", 1)
			parts = append(parts, part{key: chunk[0], request: one})
		}
		var failed error
		err = j.batch(ctx, parts, func(result partResult) error {
			if result.err != nil {
				failed = result.err
				return nil
			}
			j.page(len(result.rows))
			rows += len(result.rows)
			return each(page{rows: result.rows})
		})
		if err == nil {
			err = failed
		}
		return rows, err
	}
}

// guids keeps ids that are GUIDs: what came from a hostile row must not end up
// inside a filter.
func guids(ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !isGUID(id) })
}

// writeDrills writes our own records into the snapshot.
func (j *job) writeDrills(ctx context.Context) error {
	if len(j.run.o.Drills) == 0 {
		return &notRead{tenant.GapAbsent, "no drill records were given"}
	}
	out, err := j.sink()
	if err != nil {
		return err
	}
	for _, raw := range j.run.o.Drills {
		if _, err := splitObject(raw); err != nil {
			out.file.drop()
			return &localError{fmt.Errorf("a drill record is no JSON object: %w", err)}
		}
		if err := out.row(raw); err != nil {
			return err
		}
	}
	return out.finish(ctx, nil)
}

// readLifecycleSubjects reads the report of every lifecycle policy.
func (j *job) readLifecycleSubjects(ctx context.Context) error {
	if err := j.needs(tenant.DatasetLifecyclePolicies); err != nil {
		return err
	}
	out, err := j.sink()
	if err != nil {
		return err
	}
	var parts []part
	for _, id := range j.run.facts.policies.sorted() {
		parts = append(parts, part{key: id, id: id, request: j.row.Request})
	}
	var failed error
	err = j.batch(ctx, parts, func(result partResult) error {
		if result.err != nil {
			failed = result.err
			return nil
		}
		j.page(len(result.rows))
		for _, raw := range result.rows {
			members, err := splitObject(raw)
			if err != nil {
				return err
			}
			members = append([]member{{"policyId", quoted(result.part.id)}}, members...)
			if err := out.row(joinObject(members)); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = failed
	}
	return out.finish(ctx, err)
}

// needsAny is needs of the first of the datasets that j comes after, unless one
// of them was read: then there is something to look up.
func (j *job) needsAny() error {
	var first error
	for _, d := range j.row.After {
		err := j.needs(d)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// needs gives a dataset the gap of the one without which it cannot be read.
func (j *job) needs(d tenant.Dataset) error {
	entry, _ := j.run.dir.entry(d)
	if entry.Status == tenant.StatusComplete {
		return nil
	}
	why := fmt.Sprintf("%s was not read", d)
	if entry.Error != nil && entry.Error.Message != "" {
		why += ": " + entry.Error.Message
	}
	status := tenant.GapStatus(entry.Status)
	if status == tenant.GapTruncated {
		status = tenant.GapFailed
	}
	return &notRead{status, why}
}
