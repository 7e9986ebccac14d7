package graph

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/sync/errgroup"

	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/tenant"
)

// DefaultWindow is how far back the logs are read.
const DefaultWindow = 30 * 24 * time.Hour

// DefaultConcurrency is how many requests are under way at most.
const DefaultConcurrency = 8

// Options say what to collect and where to.
type Options struct {
	Session *Session
	// Dir is the snapshot directory. It must be new or empty, unless Resume.
	Dir    string
	Resume bool
	// Datasets are those to read; nil is all. Those that they depend on are read
	// too; the others are recorded as skipped.
	Datasets []tenant.Dataset
	// Window is how far back the logs are read; 0 is DefaultWindow.
	Window      time.Duration
	Concurrency int
	Tool        tenant.ManifestTool
	// Drills are our own records of kill-switch drills, one JSON object each.
	Drills []jsontext.Value
	// Progress is told of everything that happens, one event at a time; it must
	// be quick.
	Progress func(Event)

	// Clock and Transport are the machine's unless set.
	Clock     Clock
	Transport http.RoundTripper
}

// EventKind is what an Event tells.
type EventKind int

// Started and Done come once per dataset; Page after every page; Waiting when
// the service asks for patience; Attempt for every request; Note for a remark.
const (
	Started EventKind = iota
	Page
	Waiting
	Done
	Attempt
	Note
)

// Event is something that happened during a collection.
type Event struct {
	Kind    EventKind
	Dataset tenant.Dataset       // "" for Attempt
	Pages   int                  // of the dataset so far
	Objects int                  // Page: on this page; Done: written in all
	Bytes   int64                // received for the dataset so far
	Wait    time.Duration        // Waiting
	Message string               // Waiting: what the service said; Note
	Entry   tenant.ManifestEntry // Done
	Sent    Sent                 // Attempt
}

// Result is what a collection came to.
type Result struct {
	Manifest tenant.Manifest
	// Complete and Missing count the selected datasets.
	Complete, Missing int
	// Unfinished are those of which a fault kept something back that the token may
	// read: going on may find it.
	Unfinished []tenant.Dataset
}

// run is one collection under way.
type run struct {
	o       Options
	dir     *directory
	graph   *client
	arm     *client // nil: no token for Azure
	armErr  error
	claims  Claims
	takenAt time.Time
	facts   facts
	done    map[tenant.Dataset]chan struct{}
	eventMu sync.Mutex

	windowBelieved sync.Once
	believed       bool // guarded by the manifest's lock
}

// Collect reads the tenant that the session is signed in to and writes the
// snapshot directory. A dataset that cannot be read becomes a gap in the
// manifest and stops no other. An error means that nothing could be read, or
// that ctx ended: then what is complete stays, and Resume goes on.
func Collect(ctx context.Context, o Options) (Result, error) {
	r, err := newRun(ctx, o)
	if err != nil {
		return Result{}, err
	}
	group, ctx := errgroup.WithContext(ctx)
	for d := range r.done {
		group.Go(func() error { return r.collect(ctx, d) })
	}
	err = group.Wait()
	if err == nil {
		err = r.nameTenant()
	}
	result := r.result()
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("the collection was interrupted after %d of %d datasets; go on with --resume: %w",
			result.Complete, len(r.done), err)
	}
	return result, err
}

func newRun(ctx context.Context, o Options) (*run, error) {
	if o.Clock.Now == nil {
		o.Clock = RealClock()
	}
	if o.Window == 0 {
		o.Window = DefaultWindow
	}
	if o.Concurrency <= 0 {
		o.Concurrency = DefaultConcurrency
	}
	r := &run{o: o, done: map[tenant.Dataset]chan struct{}{}}
	for _, d := range withDependencies(o.Datasets) {
		r.done[d] = make(chan struct{})
	}
	if err := r.connect(ctx); err != nil {
		return nil, err
	}
	var err error
	if r.dir, err = openDirectory(o.Dir, o.Resume); err != nil {
		return nil, err
	}
	return r, r.begin()
}

// withDependencies adds the datasets whose ids the selected ones need.
func withDependencies(selected []tenant.Dataset) []tenant.Dataset {
	if selected == nil {
		return tenant.Datasets()
	}
	need := map[tenant.Dataset]bool{}
	var add func(tenant.Dataset)
	add = func(d tenant.Dataset) {
		if need[d] {
			return
		}
		need[d] = true
		row := dataset.Of(d)
		for _, other := range slices.Concat(row.After, row.Beside) {
			add(other)
		}
	}
	for _, d := range selected {
		add(d)
	}
	return slices.Collect(maps.Keys(need))
}

// connect signs in, so that nothing is written when that fails.
func (r *run) connect(ctx context.Context) error {
	s := r.o.Session
	var err error
	if r.claims, err = s.Claims(ctx); err != nil {
		return err
	}
	sent := func(s Sent) { r.tell(Event{Kind: Attempt, Sent: s}) }
	pace := newPacer(r.o.Clock, r.o.Concurrency)
	if r.graph, err = newClient(s.Cloud.Graph, s.Cloud.GraphScope, s.graph, r.o.Transport, r.o.Clock, pace, sent); err != nil {
		return err
	}
	if s.arm == nil {
		r.armErr = errNoAzureToken
		return nil
	}
	r.arm, err = newClient(s.Cloud.ARM, s.Cloud.ARMScope, s.arm, r.o.Transport, r.o.Clock, pace, sent)
	return err
}

var errNoAzureToken = errors.New("no token for Azure was given (ZTAGENT_ARM_TOKEN)")

// begin writes the manifest's head, and marks as missing what is yet to be read:
// after a crash the manifest then still tells the truth.
func (r *run) begin() error {
	r.takenAt = r.o.Clock.Now().UTC().Truncate(time.Second)
	tenantID := r.o.Session.TenantID
	if r.claims.Known {
		tenantID = r.claims.TenantID
	}
	old := r.dir.manifest
	if old.TenantID != "" && isGUID(tenantID) && tenant.ParseID(old.TenantID) != tenant.ParseID(tenantID) {
		return fmt.Errorf("the snapshot in %s is of tenant %s, and the token is for %s", r.o.Dir, old.TenantID, tenantID)
	}
	if at, err := time.Parse(time.RFC3339, old.TakenAt); err == nil {
		r.takenAt = at // the snapshot stays that of one moment
	}
	return r.dir.update(func(m *tenant.Manifest) {
		m.SchemaVersion = 1
		if isGUID(tenantID) {
			m.TenantID = tenantID
		}
		m.Cloud = r.o.Session.Cloud.Name
		m.TakenAt = r.takenAt.Format(time.RFC3339)
		m.Tool = r.o.Tool
		r.firstWindow(m)
		if m.Datasets == nil {
			m.Datasets = map[tenant.Dataset]tenant.ManifestEntry{}
		}
		for _, d := range tenant.Datasets() {
			_, selected := r.done[d]
			switch old := m.Datasets[d]; {
			case old.Status == tenant.StatusComplete:
			case selected:
				m.Datasets[d] = unread()
			default:
				m.Datasets[d] = tenant.ManifestEntry{Status: string(tenant.GapSkipped)}
			}
		}
	})
}

func unread() tenant.ManifestEntry {
	return tenant.ManifestEntry{
		Status: string(tenant.GapFailed),
		Error:  &tenant.ManifestError{Code: "interrupted", Message: "the collection ended before this was read"},
	}
}

// isoDuration writes whole days as P30D, all else as PT…S.
func isoDuration(d time.Duration) string {
	const day = 24 * time.Hour
	if d%day == 0 {
		return fmt.Sprintf("P%dD", d/day)
	}
	return fmt.Sprintf("PT%dS", d/time.Second)
}

// collect reads one dataset when those it depends on are done.
func (r *run) collect(ctx context.Context, d tenant.Dataset) error {
	row := dataset.Of(d)
	if err := r.await(ctx, row.After); err != nil {
		return err
	}
	if entry, _ := r.dir.entry(d); entry.Status == tenant.StatusComplete {
		err := r.goOn(ctx, row)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			close(r.done[d])
			return nil
		}
		r.tell(Event{Kind: Note, Dataset: d, Message: err.Error()})
		if err := r.dir.record(d, unread()); err != nil {
			return err
		}
	}
	j := &job{run: r, row: row, started: r.o.Clock.Now()}
	r.tell(Event{Kind: Started, Dataset: d})
	err := r.read(ctx, j)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var broken *localError
	if errors.As(err, &broken) {
		return err
	}
	entry := j.entry(err)
	if entry.Status != tenant.StatusComplete && entry.Status != string(tenant.GapTruncated) {
		if err := r.dir.remove(d); err != nil {
			return err
		}
	}
	if err := r.dir.record(d, entry, func(m *tenant.Manifest) { r.settleWindow(m, d) }); err != nil {
		return err
	}
	r.tell(Event{Kind: Done, Dataset: d, Entry: entry, Pages: j.pages, Objects: j.rows, Bytes: j.usage.bytes.Load()})
	close(r.done[d])
	return nil
}

// localError is a failure of this machine, such as a full disk. It ends the run.
type localError struct{ err error }

func (l *localError) Error() string { return l.err.Error() }
func (l *localError) Unwrap() error { return l.err }

func local(err error) error {
	if err == nil {
		return nil
	}
	return &localError{err}
}

// complete reports whether every dataset was read in full.
func (r *run) complete(datasets ...tenant.Dataset) bool {
	for _, d := range datasets {
		if entry, _ := r.dir.entry(d); entry.Status != tenant.StatusComplete {
			return false
		}
	}
	return true
}

func (r *run) tell(e Event) {
	if r.o.Progress == nil {
		return
	}
	r.eventMu.Lock()
	defer r.eventMu.Unlock()
	r.o.Progress(e)
}

func (r *run) nameTenant() error {
	return r.dir.update(func(m *tenant.Manifest) {
		id, name := r.facts.organization()
		if m.TenantID == "" {
			m.TenantID = id
		}
		m.TenantDisplayName = name
	})
}

func (r *run) result() Result {
	r.dir.mu.Lock()
	defer r.dir.mu.Unlock()
	result := Result{Manifest: r.dir.manifest}
	for _, d := range tenant.Datasets() {
		if _, selected := r.done[d]; !selected {
			continue
		}
		entry := r.dir.manifest.Datasets[d]
		if entry.Status == tenant.StatusComplete {
			result.Complete++
		} else {
			result.Missing++
		}
		if broken(entry) {
			result.Unfinished = append(result.Unfinished, d)
		}
	}
	return result
}
