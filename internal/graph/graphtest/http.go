package graphtest

import (
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
)

const maxBody = 4 << 20

// callOf takes a request apart; an answer is an error in it.
func (s *Server) callOf(r *http.Request) (call, *answer) {
	body, err := requestBody(r)
	if err != nil {
		return call{}, graphError(http.StatusBadRequest, "BadRequest", "Unable to read the request body.")
	}
	c := call{method: r.Method, query: r.URL.RawQuery, header: r.Header, body: body, bearer: r.Header.Get("Authorization")}
	path := r.URL.Path
	switch {
	case strings.HasPrefix(path, "/v1.0/"):
		c.version, c.path = "v1.0", strings.TrimPrefix(path, "/v1.0")
	case strings.HasPrefix(path, "/beta/"):
		c.version, c.path = "beta", strings.TrimPrefix(path, "/beta")
	case strings.HasPrefix(strings.ToLower(path), "/providers/microsoft.aadiam/"), strings.HasPrefix(path, "/subscriptions/"):
		c.version, c.path = "arm", path
	default:
		return c, graphError(http.StatusBadRequest, "BadRequest", "Invalid version.")
	}
	claims, bad := s.readToken(r.Header.Get("Authorization"))
	c.claims = claims
	return c, bad
}

func requestBody(r *http.Request) ([]byte, error) {
	reader := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		zipped, err := gzip.NewReader(r.Body)
		if err != nil {
			return nil, err
		}
		reader = zipped
	}
	return io.ReadAll(io.LimitReader(reader, maxBody))
}

// write sends a; long bodies are compressed where the client accepts it.
func write(w http.ResponseWriter, r *http.Request, a answer) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8")
	}
	if len(a.body) > 1024 && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(a.status)
		z := gzip.NewWriter(w)
		_, _ = z.Write(a.body) // the client may be gone
		_ = z.Close()
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

// graphError returns an error answer of Graph's form.
func graphError(status int, code, message string) *answer {
	inner := map[string]string{"date": "2026-11-23T09:15:02", "request-id": "0c1d2e3f-4a5b-4c6d-8e9f-0a1b2c3d4e5f", "client-request-id": "4a5b6c7d-8e9f-4a0b-9c1d-2e3f4a5b6c7d"}
	body, err := json.Marshal(map[string]any{"error": map[string]any{"code": code, "message": message, "innerError": inner}}, json.Deterministic(true))
	if err != nil {
		panic(err) // strings always marshal
	}
	return &answer{status: status, header: http.Header{"Request-Id": {inner["request-id"]}}, body: body}
}

func jsonAnswer(v any) *answer {
	body, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return graphError(http.StatusInternalServerError, "generalException", err.Error())
	}
	return &answer{status: http.StatusOK, body: body}
}
