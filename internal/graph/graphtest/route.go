package graphtest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// route is one request family of Graph.
type route struct {
	pattern  string // with {id}
	versions []string
	dataset  tenant.Dataset // whose gaps it shows
	// permissions of which one is needed.
	permissions []string
	denied      denial
	// pageDefault and pageMax are page sizes; 0 is no limit.
	pageDefault, pageMax int
	directory            bool // directory objects: one $expand, advanced queries
	single               bool
	post                 bool
	// rows returns the objects of the list, or the one object.
	rows func(s *Server, c call, ids []string) ([]object, *answer)
	// relations of the objects are shown only where $expand asks.
	relations []string
	// expand returns a relation that does not stand in the object itself.
	expand func(s *Server, c call, o object, relation string) ([]object, *answer)
	// view shows an object as a version does.
	view func(version string, o object) object
	// forFilter adds what Graph always has and snapshots may lack.
	forFilter func(s *Server, o object) object
	// implied is the filter without which Graph shows only a part.
	implied string
}

// denial is how a family words a missing permission.
type denial int

const (
	deniedDirectory denial = iota
	deniedReports
	deniedGovernance
	deniedAzure
)

func (d denial) answer(permissions []string) *answer {
	switch d {
	case deniedReports:
		return graphError(403, "Authentication_MSGraphPermissionMissing",
			"The principal does not have required Microsoft Graph permission(s): "+strings.Join(permissions, ",")+" to call this API.")
	case deniedGovernance:
		return graphError(403, "UnAuthorized", "User is not authorized to perform the operation.")
	case deniedAzure:
		return graphError(403, "AuthorizationFailed",
			"The client 'x' with object id 'y' does not have authorization to perform action 'microsoft.aadiam/diagnosticSettings/read' over scope '/providers/microsoft.aadiam'.")
	}
	return graphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
}

// find returns the route of a call and the ids in its path.
func (s *Server) find(c call) (route, []string, bool) {
	for _, r := range s.routes {
		if !slices.Contains(r.versions, c.version) || r.post != (c.method == http.MethodPost) {
			continue
		}
		if ids, ok := match(r.pattern, c.path); ok {
			return r, ids, true
		}
	}
	return route{}, nil, false
}

func match(pattern, path string) ([]string, bool) {
	if pattern == "/subscriptions/*" {
		return []string{path}, strings.HasPrefix(path, "/subscriptions/")
	}
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	var ids []string
	for i := range want {
		switch {
		case want[i] == "{id}":
			if got[i] == "" || strings.HasPrefix(got[i], "microsoft.graph.") {
				return nil, false
			}
			ids = append(ids, got[i])
		case !strings.EqualFold(want[i], got[i]):
			return nil, false
		}
	}
	return ids, true
}

// authorize refuses a call whose token lacks the permission.
func (s *Server) authorize(c call) *answer {
	r, _, ok := s.find(c)
	if !ok || len(r.permissions) == 0 {
		return nil
	}
	if !c.claims.holds(r.permissions) {
		return r.denied.answer(r.permissions)
	}
	if strings.Contains(c.query, "customSecurityAttributes") && !s.options.Quirks.SilentAttributes &&
		!c.claims.holds([]string{attributeRead, "CustomSecAttributeAssignment.ReadWrite.All"}) {
		return deniedDirectory.answer(nil)
	}
	return nil
}

// route answers a permitted GET, or the one POST that only reads.
func (s *Server) route(c call) *answer {
	r, ids, ok := s.find(c)
	if !ok {
		segment := c.path[strings.LastIndex(c.path, "/")+1:]
		return graphError(http.StatusBadRequest, "BadRequest", "Resource not found for the segment '"+segment+"'.")
	}
	if c.version == "arm" {
		return s.azure(c, r, ids)
	}
	q, bad := parseQuery(c)
	if bad != nil {
		return bad
	}
	offset := 0
	if q.skip != "" {
		p, ok := s.resume(q.skip)
		if !ok || p.broken {
			return graphError(http.StatusInternalServerError, "UnknownError", "")
		}
		if asked, _ := parseQuery(p.call); asked.count && !q.eventual {
			return unsupported("The ConsistencyLevel header is missing.")
		}
		p.call.header = c.header
		c, offset = p.call, p.offset
		if q, bad = parseQuery(c); bad != nil {
			return bad
		}
	}
	return s.list(c, r, ids, q, offset)
}

func (s *Server) list(c call, r route, ids []string, q query, offset int) *answer {
	if bad := q.check(r); bad != nil {
		return bad
	}
	if bad := s.quirk(r, q); bad != nil {
		return bad
	}
	if gap := s.data.gaps[r.dataset]; gap != nil && r.dataset != "" && len(ids) == 0 {
		return gap
	}
	if s.data.v1Only && c.version == "beta" && r.dataset == tenant.DatasetConditionalAccessPolicies {
		return r.denied.answer(r.permissions)
	}
	rows, bad := r.rows(s, c, ids)
	if bad != nil {
		return bad
	}
	rows = s.sift(r, q, rows)
	if r.single {
		if len(rows) == 0 {
			return notFound()
		}
		one, bad := s.shapeOne(c, r, q, rows[0])
		if bad != nil {
			return bad
		}
		return jsonAnswer(one.with("@odata.context", s.contextOf(c)+"/$entity"))
	}
	return s.page(c, r, q, rows, offset)
}

func notFound() *answer {
	return graphError(http.StatusNotFound, "Request_ResourceNotFound",
		"Resource does not exist or one of its queried reference-property objects are not present.")
}

// sift keeps the rows that the filter, or the implied one, lets through.
func (s *Server) sift(r route, q query, rows []object) []object {
	keep := q.filter
	if keep == nil && r.implied != "" {
		keep, _ = parseFilter(r.implied) // a constant
	}
	late := len(q.expand) > 0 && len(q.selected) == 1 && r.directory && len(s.options.Quirks.LateAgents) > 0
	if keep == nil && !late {
		return rows
	}
	out := make([]object, 0, len(rows))
	for _, o := range rows {
		if late && slices.Contains(s.options.Quirks.LateAgents, o.id()) {
			continue
		}
		if keep != nil {
			seen := o
			if r.forFilter != nil {
				seen = r.forFilter(s, o)
			}
			if ok, err := keep(seen, nil); err != nil || !ok {
				continue
			}
		}
		out = append(out, o)
	}
	return out
}

// shape expands and projects rows.
func (s *Server) shape(c call, r route, q query, rows []object) ([]object, *answer) {
	out := make([]object, 0, len(rows))
	for _, o := range rows {
		shaped, bad := s.shapeOne(c, r, q, o)
		if bad != nil {
			return nil, bad
		}
		out = append(out, shaped)
	}
	return out, nil
}

func (s *Server) shapeOne(c call, r route, q query, o object) (object, *answer) {
	base := o
	if r.view != nil {
		base = r.view(c.version, o)
	}
	plain := base.without(r.relations...)
	if len(q.selected) == 0 || !c.claims.holds([]string{attributeRead}) {
		plain = plain.without("customSecurityAttributes")
	}
	shaped := project(plain, q.selected)
	for _, e := range q.expand {
		if !slices.Contains(r.relations, e.name) || slices.Contains(s.options.Quirks.NoExpand, e.name) {
			return nil, graphError(http.StatusBadRequest, "BadRequest",
				"Parsing OData Select and Expand failed: Could not find a property named '"+e.name+"'.")
		}
		var bad *answer
		if shaped, bad = s.expandOne(c, r, e, base, shaped); bad != nil {
			return nil, bad
		}
	}
	return shaped, nil
}

func (s *Server) expandOne(c call, r route, e expansion, from, into object) (object, *answer) {
	if s.data.relationGaps[relationKey{r.dataset, from.id(), e.name}] != nil {
		return into, nil
	}
	if r.expand != nil {
		items, bad := r.expand(s, c, from, e.name)
		if bad != nil || items != nil {
			return s.expanded(into, e, items), bad
		}
	}
	if items, ok := from.list(e.name); ok {
		return s.expanded(into, e, items), nil
	}
	if value, ok := from[e.name]; ok {
		into = into.without()
		into[e.name] = value // an object, or null
	}
	return into, nil
}

// expanded puts a relation into an object, cut as Graph cuts it.
func (s *Server) expanded(into object, e expansion, items []object) object {
	most := s.options.ExpandCap
	if links := s.options.Quirks.ExpandLinks; links > 0 && links < len(items) {
		most = links
		into = into.with(e.name+"@odata.nextLink", s.URL+"/v1.0/directoryObjects/x/"+e.name+"?$skiptoken=x")
	}
	return into.with(e.name, projectAll(capped(items, most), e.selected))
}
