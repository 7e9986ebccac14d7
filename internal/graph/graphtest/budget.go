package graphtest

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Budget is how many resource units the server serves per window, as the
// identity and access service of Graph does per app and tenant.
type Budget struct {
	Units  int
	Window time.Duration // 10 s if zero
	// Silent leaves out when to come back.
	Silent bool
}

type budgetState struct {
	start time.Time
	used  int
	// recent are the times of the last requests of the slow families.
	recent map[string][]time.Time
}

// unitsOf is the cost of a request (Microsoft Learn, "Microsoft Graph
// service-specific throttling limits").
func unitsOf(c call) int {
	units := 1
	switch path := strings.ToLower(c.path); {
	case strings.HasSuffix(path, "/transitivememberof"), strings.HasSuffix(path, "/transitivemembers"):
		units = 5
	case strings.HasPrefix(path, "/groups/") && strings.HasSuffix(path, "/members"), path == "/subscribedskus":
		units = 3
	case strings.HasPrefix(path, "/applications"), path == "/oauth2permissiongrants", strings.HasSuffix(path, "/approleassignments"), strings.HasPrefix(path, "/users"):
		units = 2
	}
	if strings.Contains(c.query, "$select") || strings.Contains(c.query, "%24select") {
		units--
	}
	if strings.Contains(c.query, "$expand") || strings.Contains(c.query, "%24expand") {
		units++
	}
	return max(units, 1)
}

// charge takes the units, or refuses the request as throttled.
func (s *Server) charge(c call, units int) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if s.options.Rates {
		if a := s.budget.rate(c, now); a != nil {
			return a
		}
	}
	b := s.options.Budget
	if b == nil || c.version == "arm" {
		return nil
	}
	window := b.Window
	if window == 0 {
		window = 10 * time.Second
	}
	if now.Sub(s.budget.start) >= window {
		s.budget.start, s.budget.used = now, 0
	}
	if s.budget.used+units > b.Units {
		a := throttled(s.budget.start.Add(window).Sub(now))
		if b.Silent {
			a.header.Del("Retry-After")
		}
		return a
	}
	s.budget.used += units
	return nil
}

// rate enforces one request per second on Conditional Access and ID Protection,
// without a word about when to come back, and five per ten seconds on reports.
func (b *budgetState) rate(c call, now time.Time) *answer {
	family, most, window := "", 0, time.Duration(0)
	switch {
	case strings.HasPrefix(c.path, "/identity/conditionalAccess/"), strings.HasPrefix(c.path, "/identityProtection/"):
		family, most, window = "conditionalAccess", 1, time.Second
	case strings.HasPrefix(c.path, "/auditLogs/"):
		family, most, window = "reports", 5, 10*time.Second
	default:
		return nil
	}
	if b.recent == nil {
		b.recent = map[string][]time.Time{}
	}
	var within []time.Time
	for _, t := range b.recent[family] {
		if now.Sub(t) < window {
			within = append(within, t)
		}
	}
	if len(within) >= most {
		b.recent[family] = within
		if family == "reports" {
			return throttled(within[0].Add(window).Sub(now))
		}
		return graphError(http.StatusTooManyRequests, "TooManyRequests", "Too many requests.")
	}
	b.recent[family] = append(within, now)
	return nil
}

func throttled(wait time.Duration) *answer {
	a := graphError(http.StatusTooManyRequests, "ApplicationThrottled", "Application is over its throttling limit.")
	seconds := int((wait + time.Second - 1) / time.Second)
	a.header.Set("Retry-After", strconv.Itoa(max(seconds, 1)))
	return a
}
