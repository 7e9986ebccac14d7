package graph

import (
	"bytes"
	"context"
	"errors"
	"hash/maphash"
	"net/http"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/tenant"
)

// job is the reading of one dataset.
type job struct {
	run     *run
	row     dataset.Row
	usage   usage
	started time.Time

	rows  int // written
	gaps  []tenant.ManifestGap
	cut   bool // rows were written before the data broke off
	whole bool // relations at the cap were read in full

	mu    sync.Mutex
	pages int // of all passes
}

// entry is the job's line in the manifest.
func (j *job) entry(err error) tenant.ManifestEntry {
	e := tenant.ManifestEntry{
		Status:    tenant.StatusComplete,
		ElapsedMs: j.run.o.Clock.Now().Sub(j.started).Milliseconds(),
		Requests:  int(j.usage.requests.Load()),
		Bytes:     j.usage.bytes.Load(),
		Throttled: int(j.usage.throttled.Load()),
		Gaps:      j.gaps,
	}
	if j.row.Service != dataset.Local {
		e.Request, e.APIVersion = j.row.Request.String(), j.row.Request.Version
	}
	if j.whole {
		e.Relations = tenant.StatusComplete
	}
	if err != nil {
		e.Status, e.Error = string(j.status(err)), j.manifestError(err)
	}
	if err == nil || j.cut {
		rows := j.rows
		e.Count = &rows
	}
	return e
}

// status is the kind of gap that err leaves.
func (j *job) status(err error) tenant.GapStatus {
	if j.cut {
		return tenant.GapTruncated
	}
	return gapOf(err, j.row.Optional)
}

// gapOf says what kind of gap an error leaves. Optional features that are not
// there answer 404.
func gapOf(err error, optional bool) tenant.GapStatus {
	var refusal *Refusal
	var signIn *SignInError
	var absent *notRead
	switch {
	case errors.As(err, &absent):
		return absent.status
	case errors.As(err, &refusal) && optional && refusal.Status == http.StatusNotFound:
		return tenant.GapNotEnabled
	case errors.As(err, &refusal):
		return tenant.GapOfError(refusal.Status, refusal.Code, refusal.Message)
	case errors.As(err, &signIn), errors.Is(err, errNoAzureToken):
		return tenant.GapForbidden
	}
	return tenant.GapFailed
}

func (j *job) manifestError(err error) *tenant.ManifestError {
	var refusal *Refusal
	if errors.As(err, &refusal) {
		message := refusal.Message
		if message == "" {
			message = http.StatusText(refusal.Status)
		}
		return &tenant.ManifestError{Code: refusal.Code, Message: j.scrub(message), RequestID: j.scrub(refusal.RequestID)}
	}
	message := err.Error()
	return &tenant.ManifestError{Message: text(&message, j.scrub)}
}

// scrub keeps tokens out of what is written, should a service echo one.
func (j *job) scrub(s string) string {
	for _, g := range []*guarded{j.run.o.Session.graph, j.run.o.Session.arm} {
		s = g.scrub(s)
	}
	return s
}

// notRead is a dataset for which no request was made.
type notRead struct {
	status tenant.GapStatus
	why    string
}

func (n *notRead) Error() string { return n.why }

// gap notes a relation of one object that was not read. The id "*" stands for
// all of them; the property is then absent from every row.
func (j *job) gap(id, relation string, status tenant.GapStatus, err error) {
	j.gaps = append(j.gaps, tenant.ManifestGap{ID: id, Relation: relation, Status: string(status), Error: j.manifestError(err)})
}

func (j *job) request(client *client, r dataset.Request) request {
	return request{url: client.address(r, ""), eventual: r.Eventual, family: r.Family, usage: &j.usage, waiting: j.waiting}
}

func (j *job) waiting(wait time.Duration, why error) {
	j.run.tell(Event{Kind: Waiting, Dataset: j.row.Dataset, Wait: wait, Message: j.scrub(why.Error())})
}

// list pages through a request of the table.
func (j *job) list(ctx context.Context, r dataset.Request, each func(page) error) (int, error) {
	client := j.run.graph
	return listing{client: client, from: j.request(client, r), each: func(p page) error {
		if err := each(p); err != nil {
			return err
		}
		j.page(len(p.rows))
		return nil
	}}.run(ctx)
}

// page counts a page of any pass.
func (j *job) page(rows int) {
	j.mu.Lock()
	j.pages++
	e := Event{Kind: Page, Dataset: j.row.Dataset, Pages: j.pages, Objects: rows, Bytes: j.usage.bytes.Load()}
	j.mu.Unlock()
	j.run.tell(e)
}

// batch sends one GET per part.
func (j *job) batch(ctx context.Context, parts []part, each func(partResult) error) error {
	return j.run.graph.batch(ctx, parts, &j.usage, j.waiting, each)
}

// sink writes the rows of a job's list as they come. Rows that a page repeats
// word for word are written once.
type sink struct {
	j       *job
	file    *listFile
	twins   twins
	context string
	begun   bool
}

func (j *job) sink() (*sink, error) {
	file, err := j.run.dir.createList(j.row.Dataset)
	if err != nil {
		return nil, local(err)
	}
	return &sink{j: j, file: file, twins: newTwins()}, nil
}

// page writes the rows of a page that keep (nil: all) lets through.
func (s *sink) page(p page, keep func(jsontext.Value) bool) error {
	if s.context == "" {
		s.context = p.context
	}
	for _, row := range p.rows {
		if keep != nil && !keep(row) {
			continue
		}
		if err := s.row(row); err != nil {
			return err
		}
	}
	return nil
}

func (s *sink) row(raw jsontext.Value) error {
	if s.twins.again(raw) {
		return nil
	}
	if !s.begun {
		s.begun = true
		s.file.begin(s.context)
	}
	s.file.row(withoutSecrets(raw))
	s.j.rows++
	s.j.run.facts.note(s.j.row.Dataset, raw)
	return local(s.file.err)
}

// finish ends the file. With an error the rows that were read stay, marked as cut
// short; a dataset that was refused has no file.
func (s *sink) finish(ctx context.Context, err error) error {
	refused := err != nil && (s.j.pages == 0 && s.j.rows == 0 || gapOf(err, s.j.row.Optional) != tenant.GapFailed)
	if ctx.Err() != nil || refused {
		s.file.drop()
		return err
	}
	if !s.begun {
		s.file.begin(s.context)
	}
	s.j.cut = err != nil
	if endErr := s.file.end(s.j.cut); endErr != nil {
		return local(endErr)
	}
	return err
}

// twins recognises rows that came before, word for word. It remembers the last
// hundred thousand or so: pages that overlap do so at their edges.
type twins struct {
	seed       maphash.Seed
	young, old map[uint64]bool
}

const twinsKept = 100_000

func newTwins() twins {
	return twins{seed: maphash.MakeSeed(), young: map[uint64]bool{}}
}

func (t *twins) again(raw []byte) bool {
	h := maphash.Bytes(t.seed, raw)
	if t.young[h] || t.old[h] {
		return true
	}
	if t.young[h] = true; len(t.young) >= twinsKept {
		t.young, t.old = map[uint64]bool{}, t.young
	}
	return false
}

// withoutSecrets drops the value of a client secret. Graph never returns one
// after its creation; a snapshot holds none in any case.
func withoutSecrets(raw jsontext.Value) jsontext.Value {
	if !bytes.Contains(raw, []byte(`secretText`)) {
		return raw
	}
	out := bytes.NewBuffer(make([]byte, 0, len(raw)))
	dec := jsontext.NewDecoder(bytes.NewReader(raw))
	enc := jsontext.NewEncoder(out)
	secret := false
	for {
		tok, err := dec.ReadToken()
		if err != nil {
			break
		}
		kind, n := dec.StackIndex(dec.StackDepth())
		isName := kind == '{' && n%2 == 1 && tok.Kind() == '"'
		if secret && tok.Kind() == '"' {
			tok = jsontext.Null
		}
		secret = isName && tok.String() == "secretText"
		if err := enc.WriteToken(tok); err != nil {
			break
		}
	}
	return bytes.TrimSpace(out.Bytes())
}
