package graph

import (
	"bytes"
	"io"
	"net/http"
	"strconv"

	khttp "github.com/microsoft/kiota-http-go"
)

type observedKey struct{}

// observed is what the transport saw of one attempt.
type observed struct {
	status int
	header http.Header
	bytes  int64
	cut    bool // the body did not arrive whole
}

// pressed reports that the service throttles, or is about to.
func (o *observed) pressed() bool {
	if o.status == http.StatusTooManyRequests || o.status == http.StatusServiceUnavailable {
		return true
	}
	percentage, err := strconv.ParseFloat(o.header.Get("x-ms-throttle-limit-percentage"), 64)
	return err == nil && percentage >= 0.8
}

// observer is the middleware that fills an observed and bounds the body.
type observer struct{}

// Intercept implements khttp.Middleware.
func (observer) Intercept(pipeline khttp.Pipeline, index int, req *http.Request) (*http.Response, error) {
	res, err := pipeline.Next(req, index)
	seen, ok := req.Context().Value(observedKey{}).(*observed)
	if !ok || err != nil || res == nil {
		return res, err
	}
	seen.status, seen.header = res.StatusCode, res.Header
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	closeErr := res.Body.Close()
	seen.bytes += int64(len(body))
	switch {
	case int64(len(body)) > maxAnswer:
		return nil, errTooLarge
	case err != nil:
		seen.cut = true
		return nil, err
	case closeErr != nil:
		return nil, closeErr
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}
