// Package graphtest is a server that answers as Microsoft Graph and Azure
// Resource Manager do, from any snapshot: typed casts, OData options, page
// caps, opaque next links, $batch, the v1.0 and beta views of one object,
// permission checks from the token's claims and the real error bodies, with
// faults on demand. It is for tests: it keeps tokens it has seen in memory and
// complains about every request that writes.
package graphtest

import (
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// TB is the part of testing.TB that the server needs.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// Options say what the server serves and how.
type Options struct {
	// Snapshot holds NAME.json or NAME.jsonl files and perhaps a manifest.json,
	// whose gaps are answered with the errors that cause them.
	Snapshot fs.FS
	// PageCap makes every page at most so long, so that small snapshots page.
	PageCap int
	// ExpandCap is how many related objects $expand returns; 20 if zero.
	ExpandCap int
	// Latency delays every answer.
	Latency time.Duration
	// Budget limits resource units; nil is unlimited.
	Budget *Budget
	// Rates enforces the rate limits of Conditional Access, ID Protection and
	// the reports.
	Rates bool
	// Faults are tried in order on every request.
	Faults []*Fault
	// TokenLife is how long tokens last; an hour if zero.
	TokenLife time.Duration
	// NoAuth serves requests without a token.
	NoAuth bool
	// Listener replaces the loopback listener.
	Listener net.Listener
	// Nested maps a group's id to the ids of the groups it is a member of; such
	// groups are not shown as direct memberships.
	Nested map[string][]string
	Quirks Quirks
	// Elsewhere is the host to which hostile links and redirects lead; one that
	// does not exist if empty.
	Elsewhere string
	// Seen is told of every request when it has been answered, before the answer
	// leaves.
	Seen func(Request)
}

// Quirks are behaviours on which the sources disagree, or that differ between
// clouds: a client must live with either.
type Quirks struct {
	// NoExpand are relations that the casts refuse to expand.
	NoExpand []string
	// ThinUsers makes getByIds ignore $select and leave out users' state.
	ThinUsers bool
	// NoSelectByIDs makes getByIds refuse $select.
	NoSelectByIDs bool
	// NoAgentFilter makes the sign-in log refuse filters about agents, and
	// NoAlternatives those with an or.
	NoAgentFilter, NoAlternatives bool
	// LongestSpan is the longest time range that the logs answer in time.
	LongestSpan time.Duration
	// Purged are ids of objects that are gone for good.
	Purged []string
	// LateAgents are ids that lists of relations alone do not show yet.
	LateAgents []string
	// ExpandLinks, unless 0, is after how many related objects $expand breaks off
	// with a next link of the relation's own.
	ExpandLinks int
	// SilentAttributes leaves custom security attributes out where the permission
	// is missing, instead of refusing the request.
	SilentAttributes bool
}

// Server is a running server. Graph and Azure share one address.
type Server struct {
	URL string // http://127.0.0.1:port

	options Options
	http    *httptest.Server
	data    *data
	routes  []route
	report  func(format string, args ...any)

	mu       sync.Mutex
	links    map[string]pageState
	requests []Request
	tokens   map[string]bool // revoked
	budget   budgetState
	counter  int
}

// Request is one request as the server saw it. Parts of a batch are listed too,
// with Batched set.
type Request struct {
	Method  string
	Path    string // with the version
	Query   string
	Header  http.Header
	Status  int
	Batched bool
	Units   int // resource units charged
}

// Start starts a server that ends with the test and fails it on a write.
func Start(t TB, o Options) *Server {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatalf("starting the Graph test server: %v", err)
	}
	s.report = t.Errorf
	t.Cleanup(s.Close)
	return s
}

// New starts a server; Close ends it. Writes are answered with 405.
func New(o Options) (*Server, error) {
	if o.ExpandCap == 0 {
		o.ExpandCap = 20
	}
	if o.TokenLife == 0 {
		o.TokenLife = time.Hour
	}
	d, err := load(o.Snapshot)
	if err != nil {
		return nil, err
	}
	s := &Server{
		options: o, data: d, routes: routes(),
		links: map[string]pageState{}, tokens: map[string]bool{},
		report: func(string, ...any) {},
	}
	s.http = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	if o.Listener != nil {
		s.http.Listener.Close()
		s.http.Listener = o.Listener
	}
	s.http.Start()
	s.URL = s.http.URL
	return s, nil
}

// Close ends the server.
func (s *Server) Close() { s.http.Close() }

// Requests returns what was asked so far, in order of arrival.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Count returns the number of HTTP requests so far, without parts of batches.
func (s *Server) Count() int {
	n := 0
	for _, r := range s.Requests() {
		if !r.Batched {
			n++
		}
	}
	return n
}

// Units returns the resource units charged so far.
func (s *Server) Units() int {
	n := 0
	for _, r := range s.Requests() {
		n += r.Units
	}
	return n
}

func (s *Server) log(r Request) {
	s.mu.Lock()
	s.requests = append(s.requests, r)
	s.mu.Unlock()
	if s.options.Seen != nil {
		s.options.Seen(r)
	}
}

// call is one request under way: a whole one, or a part of a batch.
type call struct {
	method  string
	version string // v1.0, beta, or "arm"
	path    string // behind the version
	query   string // raw
	header  http.Header
	body    []byte
	claims  claims
	bearer  string // the Authorization header
	batched bool
}

// answer is what a call gets.
type answer struct {
	status int
	header http.Header
	body   []byte
	units  int
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if s.options.Latency > 0 {
		time.Sleep(s.options.Latency)
	}
	if r.Host != strings.TrimPrefix(s.URL, "http://") {
		s.report("a request for another host, %s, reached the server", r.Host)
	}
	c, bad := s.callOf(r)
	if bad == nil {
		if f := s.faultFor(c); f != nil {
			s.serveFault(w, r, c, f)
			return
		}
		bad = s.answer(c)
	}
	s.log(Request{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Header: r.Header.Clone(), Status: bad.status, Units: bad.units})
	write(w, r, *bad)
}

// answer answers one call that no fault hit.
func (s *Server) answer(c call) *answer {
	if c.method != http.MethodGet && !readOnlyPost(c) {
		s.report("a request that writes reached the server: %s %s", c.method, c.path)
		return graphError(http.StatusMethodNotAllowed, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
	}
	if a := s.authorize(c); a != nil {
		return a
	}
	if c.path == "/$batch" {
		return s.batch(c)
	}
	units := unitsOf(c)
	if a := s.charge(c, units); a != nil {
		return a
	}
	a := *s.route(c) // answers of gaps are shared
	a.units = units
	return &a
}

func readOnlyPost(c call) bool {
	return c.method == http.MethodPost && (c.path == "/$batch" || c.path == "/directoryObjects/getByIds" ||
		c.version == "beta" && c.path == "/identity/conditionalAccess/evaluate")
}

func (s *Server) nextID(prefix string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counter++
	return fmt.Sprintf("%s%08d", prefix, s.counter)
}
