package graphtest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

type batchItem struct {
	ID      string            `json:"id"`
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
	Body    jsontext.Value    `json:"body"`
}

type batchPart struct {
	ID      string            `json:"id"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    jsontext.Value    `json:"body"`
}

// batch answers every part on its own and, as Graph may, not in order.
func (s *Server) batch(c call) *answer {
	var envelope struct {
		Requests []batchItem `json:"requests"`
	}
	if err := json.Unmarshal(c.body, &envelope); err != nil {
		return graphError(http.StatusBadRequest, "BadRequest", "Invalid batch payload format.")
	}
	if n := len(envelope.Requests); n == 0 || n > 20 {
		return graphError(http.StatusBadRequest, "BadRequest", "The number of requests in a batch must be 1 to 20.")
	}
	seen := map[string]bool{}
	parts := []batchPart{}
	for _, item := range envelope.Requests {
		if item.ID == "" || seen[item.ID] {
			return graphError(http.StatusBadRequest, "BadRequest", "The ids of the requests in a batch must be distinct.")
		}
		seen[item.ID] = true
		parts = append(parts, s.part(c, item))
	}
	slices.Reverse(parts)
	return jsonAnswer(map[string]any{"responses": parts})
}

func (s *Server) part(whole call, item batchItem) batchPart {
	u, err := url.Parse(item.URL)
	if err != nil || u.IsAbs() {
		return partOf(item.ID, *graphError(http.StatusBadRequest, "BadRequest", "Invalid request URL."))
	}
	header := http.Header{}
	for name, value := range item.Headers {
		header.Set(name, value)
	}
	if header.Get("Prefer") == "" {
		header.Set("Prefer", whole.header.Get("Prefer"))
	}
	c := call{
		method: item.Method, version: whole.version, path: u.Path, query: u.RawQuery, header: header,
		body: item.Body, claims: whole.claims, bearer: whole.bearer, batched: true,
	}
	a := s.faultPart(c)
	if a == nil {
		a = s.answer(c)
	}
	s.log(Request{Method: c.method, Path: "/" + c.version + c.path, Query: c.query, Header: header, Status: a.status, Batched: true, Units: a.units})
	return partOf(item.ID, *a)
}

func partOf(id string, a answer) batchPart {
	headers := map[string]string{"Content-Type": "application/json"}
	for name := range a.header {
		headers[name] = a.header.Get(name)
	}
	body := jsontext.Value(a.body)
	if !body.IsValid() {
		headers["Content-Type"] = "text/html"
		body = jsontext.Value(strconv.Quote(strings.ToValidUTF8(string(a.body), "")))
	}
	return batchPart{ID: id, Status: a.status, Headers: headers, Body: body}
}
