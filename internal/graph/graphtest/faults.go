package graphtest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Kind is what goes wrong.
type Kind string

// The faults. The Status ones answer with that status; Reset ones close the
// connection before the headers or inside the body.
const (
	Throttle        Kind = "429 with seconds"
	ThrottleDate    Kind = "429 with a date"
	ThrottleSilent  Kind = "429 without a header"
	Status500       Kind = "500"
	Status502       Kind = "502 with HTML"
	Status503       Kind = "503 with Retry-After"
	Status504       Kind = "504"
	ResetBefore     Kind = "reset before the answer"
	ResetInside     Kind = "reset inside the body"
	Truncated       Kind = "body cut short"
	HTML            Kind = "200 with HTML"
	Garbage         Kind = "200 with half a JSON"
	Expired         Kind = "401 token expired"
	ForeignNextLink Kind = "next link to another host"
	LoopingNextLink Kind = "next link to itself"
	SlowBody        Kind = "slow body"
	NullValue       Kind = "value is null"
	WrongType       Kind = "value is an object"
	ScalarRows      Kind = "rows that are no objects"
	Duplicates      Kind = "the first row twice"
)

// Recoverable reports whether a client can get the data in spite of k, when it
// does not last.
func (k Kind) Recoverable() bool {
	switch k {
	case ForeignNextLink, LoopingNextLink, HostileNextLink, EndlessNextLink, RedirectForeign, RedirectLoop,
		Denied, NotLicensed, NotFound, BadRequest, ExpiredPage, LongWait, EchoData, EchoEscaped, EchoError:
		return false
	}
	return true
}

// Harmless reports whether nothing is missing even where k lasts.
func (k Kind) Harmless() bool { return k == SlowBody || k == Duplicates || k == PartTwice }

// InParts reports whether k can strike a part of a batch.
func (k Kind) InParts() bool {
	switch k {
	case ResetBefore, ResetInside, Truncated, SlowBody, GzipCut, EmptyBody, ExpiredPage:
		return false
	}
	return !k.ofBatches()
}

// Kinds returns every fault.
func Kinds() []Kind {
	return []Kind{
		Throttle, ThrottleDate, ThrottleSilent, Status500, Status502, Status503, Status504, ResetBefore,
		ResetInside, Truncated, HTML, Garbage, Expired, ForeignNextLink, LoopingNextLink, SlowBody, NullValue,
		WrongType, ScalarRows, Duplicates, Denied, NotLicensed, NotFound, BadRequest, ExpiredPage, LongWait, EmptyBody, EmptyObject, NoValue,
		DoubleMember, BadUTF8, Deep, GzipCut, HostileNextLink, EndlessNextLink, EmptyFirst, RedirectForeign,
		RedirectLoop, EchoData, EchoEscaped, EchoError, PartMissing, PartTwice,
	}
}

// Fault hits requests whose path contains Path, but for the first After of them:
// the next Times, all if zero, or, with Each, the first so many of every distinct
// request.
type Fault struct {
	Kind  Kind
	Path  string
	After int64
	Times int64
	Each  int64
	// Parts hits the parts of batches; otherwise whole requests.
	Parts bool

	mu   sync.Mutex
	met  int64
	hits int64
	of   map[string]int64
}

// Hits returns how often the fault struck.
func (f *Fault) Hits() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.hits
}

func (f *Fault) strikes(c call) bool {
	if f.Parts != c.batched || !strings.Contains(c.path, f.Path) ||
		f.Kind.ofBatches() && c.path != "/$batch" || f.Kind == ExpiredPage && !strings.Contains(c.query, "$skiptoken") {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.met++; f.met <= f.After {
		return false
	}
	if f.Each > 0 {
		if f.of == nil {
			f.of = map[string]int64{}
		}
		key := c.version + c.path + "?" + c.query + "\n" + string(c.body)
		if f.of[key]++; f.of[key] > f.Each {
			return false
		}
	} else if f.Times > 0 && f.hits >= f.Times {
		return false
	}
	f.hits++
	return true
}

func (s *Server) faultFor(c call) *Fault {
	s.mu.Lock()
	faults := s.options.Faults
	s.mu.Unlock()
	for _, f := range faults {
		if f.strikes(c) {
			return f
		}
	}
	return nil
}

// Mend ends every fault.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.options.Faults = nil
}

// faultPart returns the answer of a fault in a part of a batch.
func (s *Server) faultPart(c call) *answer {
	f := s.faultFor(c)
	if f == nil {
		return nil
	}
	if a := f.failure(s, c); a != nil {
		return a
	}
	return f.corrupt(s, c, s.answer(c))
}

// failure is the error answer of the fault, or nil.
func (f *Fault) failure(s *Server, c call) *answer {
	switch f.Kind {
	case Throttle:
		return throttled(2 * time.Second)
	case ThrottleDate:
		a := throttled(time.Second)
		a.header.Set("Retry-After", time.Now().Add(2*time.Second).UTC().Format(http.TimeFormat))
		return a
	case ThrottleSilent:
		return graphError(429, "UnknownError", "")
	case Status500:
		return graphError(500, "generalException", "General exception while processing")
	case Status502:
		return &answer{status: 502, header: http.Header{"Content-Type": {"text/html"}}, body: []byte("<html><body>Bad Gateway</body></html>")}
	case Status503:
		a := graphError(503, "serviceNotAvailable", "The service is temporarily unavailable.")
		a.header.Set("Retry-After", "1")
		return a
	case Status504:
		return graphError(504, "UnknownError", "")
	case HTML:
		return &answer{status: 200, header: http.Header{"Content-Type": {"text/html"}}, body: []byte("<html><body>Sign in to your network</body></html>")}
	case Expired:
		return unauthorized("Lifetime validation failed, the token is expired.")
	}
	return f.refusal(s, c)
}

// corrupt changes a good answer.
func (f *Fault) corrupt(s *Server, c call, a *answer) *answer {
	if a.status != 200 {
		return a
	}
	switch f.Kind {
	case Garbage:
		a.body = a.body[:len(a.body)/2]
	case ForeignNextLink:
		a.body = setMember(a.body, "@odata.nextLink", strconv.Quote(s.elsewhere()+"/v1.0/organization?$skiptoken=x"))
	case LoopingNextLink:
		a.body = setMember(a.body, "@odata.nextLink", strconv.Quote(s.URL+c.place()+"?"+c.query))
	case NullValue:
		a.body = setMember(a.body, "value", "null")
	case WrongType:
		a.body = setMember(a.body, "value", `{"id":"x"}`)
	case ScalarRows:
		a.body = setMember(a.body, "value", `["x",1]`)
	case Duplicates:
		a.body = doubleFirst(a.body)
	default:
		f.twist(s, c, a)
	}
	return a
}

// serveFault answers a whole request that f hit.
func (s *Server) serveFault(w http.ResponseWriter, r *http.Request, c call, f *Fault) {
	a := f.failure(s, c)
	if a == nil && f.Kind != ResetBefore {
		a = f.corrupt(s, c, s.answer(c))
	}
	status := 0
	if a != nil {
		status = a.status
	}
	s.log(Request{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Header: r.Header.Clone(), Status: status})
	switch f.Kind {
	case ResetBefore:
		hangUp(w)
	case ResetInside, Truncated:
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body[:len(a.body)/2])
		if f.Kind == ResetInside {
			hangUp(w)
		}
	case GzipCut:
		cutGzip(w, *a)
	case SlowBody:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(a.status)
		trickle(w, a.body)
	default:
		write(w, r, *a)
	}
}

// trickle sends body in twenty pieces.
func trickle(w http.ResponseWriter, body []byte) {
	flusher, _ := w.(http.Flusher)
	for part := range slices.Chunk(body, len(body)/20+1) {
		_, _ = w.Write(part)
		if flusher != nil {
			flusher.Flush()
		}
		time.Sleep(time.Millisecond)
	}
}

// hangUp closes the connection under the answer.
func hangUp(w http.ResponseWriter) {
	if hijacker, ok := w.(http.Hijacker); ok {
		if conn, _, err := hijacker.Hijack(); err == nil {
			_ = conn.Close()
			return
		}
	}
	panic(http.ErrAbortHandler)
}

func setMember(body []byte, name, value string) []byte {
	o, ok := decodeObject(body)
	if !ok {
		return body
	}
	o[name] = jsontext.Value(value)
	return jsonAnswer(o).body
}

func doubleFirst(body []byte) []byte {
	o, ok := decodeObject(body)
	if !ok {
		return body
	}
	rows, ok := o.list("value")
	if !ok || len(rows) == 0 {
		return body
	}
	return jsonAnswer(o.with("value", append(rows[:1:1], rows...))).body
}
