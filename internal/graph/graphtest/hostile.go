package graphtest

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// The faults of a service, or of somebody on the way to it, that refuses, lies or
// wants to do harm.
const (
	Denied          Kind = "403 denied"
	NotLicensed     Kind = "403 not licensed"
	NotFound        Kind = "404"
	BadRequest      Kind = "400"
	ExpiredPage     Kind = "400 for a next link that expired"
	LongWait        Kind = "429 for an hour"
	EmptyBody       Kind = "200 without a body"
	EmptyObject     Kind = "200 with an empty object"
	NoValue         Kind = "200 without a value"
	DoubleMember    Kind = "a member twice"
	BadUTF8         Kind = "invalid UTF-8"
	Deep            Kind = "nested without end"
	GzipCut         Kind = "gzip cut short"
	HostileNextLink Kind = "next link with another host behind the at sign"
	EndlessNextLink Kind = "the same page under ever new next links"
	EmptyFirst      Kind = "an empty page first"
	RedirectForeign Kind = "redirect to another host"
	RedirectLoop    Kind = "redirect to itself"
	EchoData        Kind = "the token in the data"
	EchoEscaped     Kind = "the token in the data, escaped"
	EchoError       Kind = "the token in an error"
	PartMissing     Kind = "a batch without one part"
	PartTwice       Kind = "a batch with one part twice"
)

// ofBatches reports a fault that strikes the answer to a whole batch.
func (k Kind) ofBatches() bool { return k == PartMissing || k == PartTwice }

// elsewhere is where hostile links lead.
func (s *Server) elsewhere() string {
	if s.options.Elsewhere != "" {
		return s.options.Elsewhere
	}
	return "https://graph.example.net"
}

// refusal is the answer of a service that refuses; nil for other faults.
func (f *Fault) refusal(s *Server, c call) *answer {
	switch f.Kind {
	case Denied:
		return deniedDirectory.answer(nil)
	case NotLicensed:
		return graphError(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "Neither tenant is B2C or tenant doesn't have premium license")
	case NotFound:
		return notFound()
	case BadRequest:
		return graphError(400, "BadRequest", "Invalid filter clause")
	case ExpiredPage:
		return graphError(400, "Directory_ExpiredPageToken", "The specified page token value has expired and can no longer be included in your request.")
	case LongWait:
		a := throttled(0)
		a.header.Set("Retry-After", "3600")
		return a
	case EmptyBody:
		return &answer{status: 200, header: http.Header{"Content-Type": {"application/json"}}}
	case EmptyObject:
		return &answer{status: 200, body: []byte("{}")}
	case RedirectForeign:
		return redirect(s.elsewhere() + c.place())
	case RedirectLoop:
		return redirect(s.URL + c.place() + "?" + c.query)
	case EchoError:
		token := c.token()
		a := graphError(403, token, strings.Repeat("You sent ", 50)+token)
		a.header.Set("Request-Id", token)
		return a
	}
	return nil
}

func redirect(to string) *answer {
	return &answer{status: http.StatusTemporaryRedirect, header: http.Header{"Location": {to}}}
}

// place is the path with the version.
func (c call) place() string {
	if c.version == "arm" {
		return c.path
	}
	return "/" + c.version + c.path
}

func (c call) token() string { return strings.TrimPrefix(c.bearer, "Bearer ") }

// twist changes a good answer as only a hostile service, or a broken one, does.
func (f *Fault) twist(s *Server, c call, a *answer) {
	switch f.Kind {
	case NoValue:
		a.body = changed(a.body, func(o object) object { return o.without("value") })
	case DoubleMember:
		a.body = inserted(a.body, `"id":"x","id":"y",`)
	case BadUTF8:
		a.body = inserted(a.body, "\"name\":\"\xff\",")
	case Deep:
		a.body = inserted(a.body, `"deep":`+strings.Repeat(`{"a":`, 11_000)+"1"+strings.Repeat("}", 11_000)+",")
	case HostileNextLink:
		host := strings.TrimPrefix(strings.TrimPrefix(s.elsewhere(), "https://"), "http://")
		a.body = setMember(a.body, "@odata.nextLink", strconv.Quote(s.URL+"@"+host+"/v1.0/organization"))
	case EndlessNextLink:
		a.body = setMember(a.body, "@odata.nextLink", strconv.Quote(s.linkAgain(c)))
	case EmptyFirst:
		f.emptyFirst(s, c, a)
	case EchoData:
		a.body = inserted(a.body, `"echo":`+strconv.Quote(c.token())+",")
	case EchoEscaped:
		a.body = inserted(a.body, `"echo":"`+escaped(c.token())+`",`)
	case PartMissing:
		a.body = changed(a.body, func(o object) object { return withParts(o, func(p []object) []object { return p[1:] }) })
	case PartTwice:
		a.body = changed(a.body, func(o object) object { return withParts(o, func(p []object) []object { return append(p, p[0]) }) })
	}
}

// emptyFirst puts an empty page before the list, as Graph does where a filter
// leaves nothing of a page.
func (f *Fault) emptyFirst(s *Server, c call, a *answer) {
	if strings.Contains(c.query, "skiptoken") || c.method != http.MethodGet || c.version == "arm" {
		return
	}
	o, ok := decodeObject(a.body)
	if _, isList := o.list("value"); !ok || !isList {
		return
	}
	next := strconv.Quote(s.linkAgain(c))
	*a = *jsonAnswer(object{"value": jsontext.Value("[]"), "@odata.nextLink": jsontext.Value(next)})
}

func changed(body []byte, change func(object) object) []byte {
	o, ok := decodeObject(body)
	if !ok {
		return body
	}
	return jsonAnswer(change(o)).body
}

func withParts(o object, change func([]object) []object) object {
	parts, ok := o.list("responses")
	if !ok || len(parts) == 0 {
		return o
	}
	return o.with("responses", change(parts))
}

// inserted puts members in front of the first: of the first row, or of the object.
func inserted(body []byte, members string) []byte {
	at := bytes.Index(body, []byte(`"value":[{`))
	if at < 0 {
		at = bytes.IndexByte(body, '{')
	} else {
		at += len(`"value":[`)
	}
	if at < 0 || bytes.HasPrefix(body[at:], []byte("{}")) {
		return body
	}
	return append(append(bytes.Clone(body[:at+1]), members...), body[at+1:]...)
}

// escaped spells a text so that it is the same in JSON and looks like another.
func escaped(text string) string {
	var b strings.Builder
	for i, c := range []byte(text) {
		if i%7 == 0 {
			b.WriteString(`\u00` + strconv.FormatUint(uint64(c), 16))
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// cutGzip sends half of a compressed body.
func cutGzip(w http.ResponseWriter, a answer) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write(a.body) // into memory
	_ = z.Close()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Encoding", "gzip")
	half := zipped.Bytes()[:zipped.Len()/2]
	w.Header().Set("Content-Length", strconv.Itoa(len(half)))
	w.WriteHeader(a.status)
	_, _ = w.Write(half)
}
