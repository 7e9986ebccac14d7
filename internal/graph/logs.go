package graph

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/tenant"
)

// span is a part of the window; zero ends are open.
type span struct{ from, to time.Time }

// retention is how long Entra keeps its logs for their API, at most; a day or two
// more may still be there.
const retention, retentionSlack = 30 * 24 * time.Hour, 2 * 24 * time.Hour

// readLog reads one request of a log over the window.
func (j *job) readLog(ctx context.Context, r dataset.Request, timeProperty string, each func(page) error) error {
	since := span{from: j.run.takenAt.Add(-j.run.o.Window)}
	if j.run.o.Window <= retention {
		return j.readSpan(ctx, r, timeProperty, since, each)
	}
	tooOld := stamp(j.run.takenAt.Add(-retention - retentionSlack))
	return j.readSpan(ctx, r, timeProperty, since, func(p page) error {
		for _, row := range p.rows {
			if at := stringAt(row, timeProperty); at != "" && at < tooOld {
				if err := j.run.believeWindow(); err != nil {
					return err
				}
			}
		}
		return each(p)
	})
}

// logs are the datasets that have a window.
func logs() []tenant.Dataset {
	return []tenant.Dataset{tenant.DatasetSignIns, tenant.DatasetDirectoryAudits}
}

// firstWindow takes over the window of an earlier run: all runs into one snapshot
// have one, so that of a log that was not read yet is what was asked for. One that
// was read is shorter where nothing showed that the service keeps its logs so long.
func (r *run) firstWindow(m *tenant.Manifest) {
	var asked time.Duration
	for _, d := range logs() {
		window, err := tenant.ParseWindow(*windowOf(m, d))
		if err != nil || m.Datasets == nil {
			continue
		}
		asked = max(asked, window)
		if m.Datasets[d].Status == tenant.StatusComplete && window > retention {
			r.believed = true
		}
	}
	if asked > 0 && (asked != retention || r.o.Window < retention) {
		r.o.Window = asked // a month may be what was believed of more
	}
	for _, d := range logs() {
		if m.Datasets[d].Status != tenant.StatusComplete {
			*windowOf(m, d) = isoDuration(r.o.Window)
		}
	}
}

// settleWindow writes down how far back a log that was read is taken to go: no
// further than Entra keeps it, for what is not kept would be taken for what did not
// happen.
func (r *run) settleWindow(m *tenant.Manifest, d tenant.Dataset) {
	if d != tenant.DatasetSignIns && d != tenant.DatasetDirectoryAudits || m.Datasets[d].Count == nil {
		return
	}
	window := r.o.Window
	if !r.believed {
		window = min(window, retention)
	}
	*windowOf(m, d) = isoDuration(window)
}

// believeWindow writes down the whole window of what was read, once an event came
// that Entra would not have kept: this service keeps its logs longer.
func (r *run) believeWindow() (err error) {
	r.windowBelieved.Do(func() {
		err = r.dir.update(func(m *tenant.Manifest) {
			r.believed = true
			for _, d := range logs() {
				r.settleWindow(m, d)
			}
		})
	})
	return err
}

// windowOf is where the manifest says how far back a log was read.
func windowOf(m *tenant.Manifest, d tenant.Dataset) *string {
	if d == tenant.DatasetSignIns {
		return &m.Window.SignIns
	}
	return &m.Window.DirectoryAudits
}

// readSpan pages through a log. Queries over long ranges time out: then each
// half is asked for on its own.
func (j *job) readSpan(ctx context.Context, r dataset.Request, timeProperty string, s span, each func(page) error) error {
	asked := r
	asked.Filter = strings.Replace(r.Filter, "{since}", stamp(s.from), 1)
	if !s.to.IsZero() {
		asked.Filter += " and " + timeProperty + " lt " + stamp(s.to)
	}
	rows, err := j.list(ctx, asked, each)
	end := s.to
	if end.IsZero() {
		end = j.run.o.Clock.Now()
	}
	if rows > 0 || !timedOut(err) || end.Sub(s.from) < 2*time.Hour {
		return err
	}
	middle := s.from.Add(end.Sub(s.from) / 2).Truncate(time.Second)
	if err := j.readSpan(ctx, r, timeProperty, span{middle, s.to}, each); err != nil {
		return err
	}
	return j.readSpan(ctx, r, timeProperty, span{s.from, middle}, each)
}

func timedOut(err error) bool {
	var refusal *Refusal
	return errors.As(err, &refusal) && refusal.Status == http.StatusGatewayTimeout
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// agentTypes are the agent types of a sign-in filter: agent identities and their
// users, and blueprints.
func agentTypes() []string { return []string{"agenticAppInstance", "agenticApp"} }

func ofType(kind string) string { return "agent/agentType eq '" + kind + "'" }

// ofAgents is the part of a sign-in filter by which the service keeps agents.
func ofAgents() string {
	var clauses []string
	for _, kind := range agentTypes() {
		clauses = append(clauses, ofType(kind))
	}
	return " and (" + strings.Join(clauses, " or ") + ")"
}

// readSignIns reads the sign-ins of agents and blueprints, then those of agent
// users and of agents that act for people: user and principal events cannot be
// combined in one query.
func (j *job) readSignIns(ctx context.Context) error {
	out, err := j.sink()
	if err != nil {
		return err
	}
	users := j.row.Request
	users.Filter = strings.Replace(users.Filter, "'servicePrincipal'", "'nonInteractiveUser'", 1)
	for _, r := range []dataset.Request{j.row.Request, users} {
		if err := j.readSignInEvents(ctx, r, out); err != nil {
			return out.finish(ctx, err)
		}
	}
	return out.finish(ctx, nil)
}

// readSignInEvents reads one kind of events. Where the service does not take
// alternatives in a filter each type is asked for on its own, and where it does
// not know the types every event of the kind is read and told apart here.
func (j *job) readSignInEvents(ctx context.Context, r dataset.Request, out *sink) error {
	read := func(clause string, keep func(jsontext.Value) bool) error {
		one := r
		one.Filter = strings.Replace(r.Filter, ofAgents(), clause, 1)
		return j.readLog(ctx, one, "createdDateTime", func(p page) error { return out.page(p, keep) })
	}
	err := read(ofAgents(), nil)
	if !badRequest(err) {
		return err
	}
	for _, kind := range agentTypes() {
		if err = read(" and "+ofType(kind), nil); err != nil {
			break
		}
	}
	if !badRequest(err) {
		return err
	}
	return read("", isAgentic)
}

// isAgentic keeps events of agents; one without an agent type is kept, for it
// may be one.
func isAgentic(raw jsontext.Value) bool {
	switch stringAt(raw, "agent", "agentType") {
	case "notAgentic":
		return false
	}
	return true
}

// readAudits reads the changes of the directory and keeps those about agents,
// blueprints and their users. The oldest event is kept whatever it is about: it
// says how far back the log goes.
func (j *job) readAudits(ctx context.Context) error {
	out, err := j.sink()
	if err != nil {
		return err
	}
	oldest := oldestRow{}
	keep := j.run.aboutSubjects()
	err = j.readLog(ctx, j.row.Request, "activityDateTime", func(p page) error {
		return out.page(p, func(raw jsontext.Value) bool {
			if keep == nil {
				return true
			}
			kept := keep(raw)
			oldest.see(raw, stringAt(raw, "activityDateTime"), kept)
			return kept
		})
	})
	if err == nil && oldest.row != nil && !oldest.kept {
		err = out.row(oldest.row)
	}
	return out.finish(ctx, err)
}

type oldestRow struct {
	row  jsontext.Value
	at   string
	kept bool
}

// see compares by text, which orders UTC times of one form.
func (o *oldestRow) see(raw jsontext.Value, at string, kept bool) {
	if at != "" && (o.row == nil || at < o.at) {
		o.row, o.at, o.kept = raw.Clone(), at, kept
	}
}

// aboutSubjects keeps changes that touch an agent, blueprint, principal or agent
// user, or were made by one, and those that do not say.
func (r *run) aboutSubjects() func(jsontext.Value) bool {
	if !r.subjectsKnown() {
		return nil
	}
	return func(raw jsontext.Value) bool {
		members, err := splitObject(raw)
		if err != nil {
			return true
		}
		targets := get(members, "targetResources")
		rows, err := splitRows(targets)
		if targets == nil || err != nil {
			return true
		}
		for _, target := range rows {
			if r.facts.subjects.has(stringAt(target, "id")) {
				return true
			}
		}
		by := get(members, "initiatedBy")
		return r.facts.subjects.has(stringAt(by, "app", "servicePrincipalId")) ||
			r.facts.subjects.has(stringAt(by, "app", "appId")) || r.facts.subjects.has(stringAt(by, "user", "id"))
	}
}
