package graph

import (
	"context"
	"errors"
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// azureRequest is a GET of Azure Resource Manager.
func (j *job) azureRequest(path string) request {
	return request{
		url:    j.run.arm.root.String() + path + "?api-version=" + j.row.Request.Version,
		family: j.row.Request.Family, usage: &j.usage, waiting: j.waiting,
	}
}

// readDiagnosticSettings reads where Entra's logs go.
func (j *job) readDiagnosticSettings(ctx context.Context) error {
	if j.run.arm == nil {
		return j.run.armErr
	}
	out, err := j.sink()
	if err != nil {
		return err
	}
	l := listing{client: j.run.arm, from: j.azureRequest(j.row.Request.Path), each: func(p page) error {
		j.page(len(p.rows))
		return out.page(p, nil)
	}}
	_, err = l.run(ctx)
	return out.finish(ctx, err)
}

// readWorkspaces reads every workspace that a diagnostic setting names. They may
// lie in subscriptions that the auditor cannot read: those are gaps of their
// own, unless none could be read.
func (j *job) readWorkspaces(ctx context.Context) error {
	if err := j.needs(tenant.DatasetDiagnosticSettings); err != nil {
		return err
	}
	if j.run.arm == nil {
		return j.run.armErr
	}
	out, err := j.sink()
	if err != nil {
		return err
	}
	var failed error
	for _, id := range j.run.facts.workspaces.sorted() {
		err := j.readWorkspace(ctx, id, out)
		var l *localError
		switch {
		case ctx.Err() != nil, errors.As(err, &l):
			return out.finish(ctx, err)
		case err != nil:
			failed = err
			j.gap(id, "properties", gapOf(err, false), err)
		}
	}
	if failed != nil && j.rows == 0 {
		j.gaps = nil // the dataset's own gap says it
		out.file.drop()
		return failed
	}
	return out.finish(ctx, nil)
}

func (j *job) readWorkspace(ctx context.Context, id string, out *sink) error {
	if !strings.HasPrefix(id, "/subscriptions/") || strings.ContainsAny(id, "?#%\\") || strings.Contains(id, "..") {
		return errors.New("the diagnostic setting names no workspace resource")
	}
	r := j.azureRequest(id)
	r.check = func(body []byte) error {
		members, err := splitObject(body)
		if err != nil {
			return &Broken{Reason: "the answer is not whole JSON", Err: err}
		}
		return oneObject(members)
	}
	body, err := j.run.arm.send(ctx, r)
	if err != nil {
		return err
	}
	j.page(1)
	return out.row(body)
}
