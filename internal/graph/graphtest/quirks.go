package graphtest

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ztagent/ztagent/internal/tenant"
)

// quirk refuses what the options say the service does not do.
func (s *Server) quirk(r route, q query) *answer {
	if r.post && s.options.Quirks.NoSelectByIDs && len(q.selected) > 0 {
		return unsupported("$select is not supported on this action.")
	}
	switch r.dataset {
	case tenant.DatasetSignIns:
		if s.options.Quirks.NoAgentFilter && strings.Contains(q.raw, "agent/") ||
			s.options.Quirks.NoAlternatives && strings.Contains(q.raw, " or ") {
			return graphError(http.StatusBadRequest, "InvalidFilter", "Invalid filter clause")
		}
	case tenant.DatasetDirectoryAudits:
	default:
		return nil
	}
	if longest := s.options.Quirks.LongestSpan; longest > 0 && s.spanOf(q) > longest {
		return graphError(http.StatusGatewayTimeout, "UnknownError", "")
	}
	return nil
}

// spanOf is the time range that a filter covers; without an end it reaches the
// moment at which the snapshot was taken.
func (s *Server) spanOf(q query) time.Duration {
	words := strings.Fields(q.raw)
	at := func(op string) time.Time {
		if i := slices.Index(words, op); i >= 0 && i+1 < len(words) {
			if t, err := time.Parse(time.RFC3339, words[i+1]); err == nil {
				return t
			}
		}
		return time.Time{}
	}
	from, to := at("ge"), at("lt")
	if to.IsZero() {
		to = s.data.takenAt
	}
	return to.Sub(from)
}

// purged reports an object that is gone for good.
func (s *Server) purged(id string) bool {
	return slices.ContainsFunc(s.options.Quirks.Purged, func(p string) bool { return strings.EqualFold(p, id) })
}

// directoryObject tells whether anything has the id.
func directoryObject(s *Server, _ call, ids []string) ([]object, *answer) {
	if o, ok := s.data.byID(tenant.DatasetDirectoryObjects, ids[0]); ok && isNull(o["deletedDateTime"]) && !s.purged(ids[0]) {
		return []object{o}, nil
	}
	if s.purged(ids[0]) {
		return nil, notFound()
	}
	return nil, deniedDirectory.answer(nil)
}
