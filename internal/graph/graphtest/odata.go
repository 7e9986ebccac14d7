package graphtest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// query is the OData options of a request.
type query struct {
	selected []string
	expand   []expansion
	filter   filter
	raw      string // of the filter
	top      int
	count    bool
	skip     string // skiptoken
	eventual bool
}

type expansion struct {
	name     string
	selected []string
}

func unsupported(format string, args ...any) *answer {
	return graphError(http.StatusBadRequest, "Request_UnsupportedQuery", fmt.Sprintf(format, args...))
}

func parseQuery(c call) (query, *answer) {
	q := query{eventual: strings.EqualFold(c.header.Get("ConsistencyLevel"), "eventual")}
	values, err := url.ParseQuery(c.query)
	if err != nil {
		return q, graphError(http.StatusBadRequest, "BadRequest", "Invalid query string.")
	}
	for name, all := range values {
		value := all[0]
		switch name {
		case "$select":
			q.selected = strings.Split(value, ",")
		case "$expand":
			q.expand = parseExpand(value)
		case "$filter":
			q.raw = value
			if q.filter, err = parseFilter(value); err != nil {
				return q, graphError(http.StatusBadRequest, "BadRequest", "Invalid filter clause: "+err.Error())
			}
		case "$top":
			if q.top, err = strconv.Atoi(value); err != nil || q.top < 1 {
				return q, graphError(http.StatusBadRequest, "BadRequest", "Invalid value for $top.")
			}
		case "$count":
			q.count = value == "true"
		case "$skiptoken":
			q.skip = value
		case "$orderby":
		default:
			return q, unsupported("The query parameter '%s' is not supported.", name)
		}
	}
	return q, nil
}

// parseExpand splits at commas outside parentheses.
func parseExpand(text string) []expansion {
	var all []expansion
	depth, start := 0, 0
	for i := 0; i <= len(text); i++ {
		switch {
		case i == len(text) || text[i] == ',' && depth == 0:
			all = append(all, expansionOf(text[start:i]))
			start = i + 1
		case text[i] == '(':
			depth++
		case text[i] == ')':
			depth--
		}
	}
	return all
}

func expansionOf(text string) expansion {
	name, options, _ := strings.Cut(strings.TrimSuffix(text, ")"), "(")
	e := expansion{name: name}
	for option := range strings.SplitSeq(options, ";") {
		if list, ok := strings.CutPrefix(option, "$select="); ok {
			e.selected = strings.Split(list, ",")
		}
	}
	return e
}

// check refuses combinations that Graph refuses on directory objects.
func (q query) check(r route) *answer {
	if !r.directory {
		return nil
	}
	advanced := strings.Contains(q.raw, " ne ") || strings.Contains(q.raw, "not ") ||
		strings.Contains(q.raw, "endswith(") || strings.Contains(q.raw, "isof(") ||
		strings.Contains(q.raw, " or tags/any(") || q.count
	switch {
	case advanced && (!q.eventual || !q.count):
		return unsupported("Unsupported Query.")
	case len(q.expand) > 1:
		return unsupported("Only one navigation property can be expanded.")
	case len(q.expand) > 0 && advanced:
		return unsupported("Expand is not allowed with advanced queries.")
	}
	return nil
}

// project keeps what $select asks for; annotations always stay.
func project(o object, selected []string) object {
	if len(selected) == 0 {
		return o
	}
	c := object{}
	for name, value := range o {
		base, _, annotated := strings.Cut(name, "@")
		if slices.Contains(selected, name) || annotated && (base == "" || slices.Contains(selected, base)) {
			c[name] = value
		}
	}
	return c
}

func projectAll(rows []object, selected []string) []object {
	out := make([]object, 0, len(rows))
	for _, o := range rows {
		out = append(out, project(o, selected))
	}
	return out
}

// pageState is what an opaque next link stands for.
type pageState struct {
	call   call
	offset int
	broken bool // the page cannot be had: the data ends here
}

// page returns the page of rows that begins at offset, with a next link.
func (s *Server) page(c call, r route, q query, rows []object, offset int) *answer {
	size := r.pageDefault
	if q.top > 0 {
		size = q.top
	}
	if r.pageMax > 0 && (size == 0 || size > r.pageMax) {
		size = r.pageMax
	}
	if r.directory && len(q.expand) > 0 {
		size = min(size, 100)
	}
	if size == 0 {
		size = len(rows) + 1
	}
	if limit := s.options.PageCap; limit > 0 && !r.post {
		size = min(size, limit)
	}
	end := min(offset+size, len(rows))
	shaped, bad := s.shape(c, r, q, rows[min(offset, len(rows)):end])
	if bad != nil {
		return bad
	}
	body := object{}.with("@odata.context", s.contextOf(c)).with("value", shaped)
	if q.count && offset == 0 {
		body = body.with("@odata.count", len(rows))
	}
	switch {
	case end < len(rows):
		body = body.with("@odata.nextLink", s.nextLink(pageState{call: c, offset: end}))
	case s.data.truncated[r.dataset]:
		body = body.with("@odata.nextLink", s.nextLink(pageState{call: c, offset: end, broken: true}))
	}
	return jsonAnswer(body)
}

func (s *Server) contextOf(c call) string {
	return s.URL + "/" + c.version + "/$metadata#" + strings.TrimPrefix(c.path, "/")
}

// nextLink is opaque, and the same whenever the same page of the same list
// follows, so that runs can be repeated.
func (s *Server) nextLink(p pageState) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s %s?%s %d %t %s", p.call.version, p.call.path, p.call.query, p.offset, p.broken, p.call.body)
	return s.linkTo("RFNwdAIAAQAAAB_"+hex.EncodeToString(h.Sum(nil)[:12]), p)
}

// linkAgain is a new link to the page that c asks for.
func (s *Server) linkAgain(c call) string {
	return s.linkTo(s.nextID("again"), s.pageOf(c))
}

// pageOf is the page that c asks for.
func (s *Server) pageOf(c call) pageState {
	if _, token, next := strings.Cut(c.query, "$skiptoken="); next {
		if p, known := s.resume(token); known {
			return p
		}
	}
	return pageState{call: c}
}

func (s *Server) linkTo(token string, p pageState) string {
	s.mu.Lock()
	s.links[token] = p
	s.mu.Unlock()
	return s.URL + p.call.place() + "?$skiptoken=" + token
}

// resume finds what a skiptoken stands for.
func (s *Server) resume(token string) (pageState, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.links[token]
	return p, ok
}

// capped returns at most limit items and says nothing about the rest, as Graph.
func capped(items []object, limit int) []object {
	return items[:min(len(items), limit)]
}

func isNull(v jsontext.Value) bool { return v == nil || v.Kind() == 'n' }
