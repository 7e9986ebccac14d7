package graph

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/sync/errgroup"

	"github.com/ztagent/ztagent/internal/dataset"
)

// batchSize is how many requests Graph takes in one batch.
const batchSize = 20

// part is one GET of a batch.
type part struct {
	key     string // the caller's
	request dataset.Request
	id      string // for {id}
	tries   int
}

// partResult is the answer to a part: rows of a list read to its end, or one
// object, or an error.
type partResult struct {
	part   part
	rows   []jsontext.Value
	object jsontext.Value
	count  int64 // @odata.count, or -1
	err    error
	// settled errors have had their retries.
	settled bool
}

type batchRequest struct {
	ID      string            `json:"id"`
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers,omitempty"`
}

type batchResponse struct {
	ID      string            `json:"id"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    jsontext.Value    `json:"body"`
}

// batch sends parts, twenty at a time, and calls each with every result, from
// one goroutine at a time and roughly in order. All parts share version and
// family. Parts are retried on their own; only a cancelled context is an error.
func (c *client) batch(ctx context.Context, parts []part, u *usage, waiting func(time.Duration, error), each func(partResult) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(4) // what is under way; the pacer decides what is sent
	turn := make(chan struct{}, 1)
	for chunk := range slices.Chunk(parts, batchSize) {
		group.Go(func() error {
			results, err := c.chunk(ctx, slices.Clone(chunk), u, waiting)
			if err != nil {
				return err
			}
			turn <- struct{}{}
			defer func() { <-turn }()
			for _, r := range results {
				if err := each(r); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// chunk sends up to twenty parts until each has its answer.
func (c *client) chunk(ctx context.Context, parts []part, u *usage, waiting func(time.Duration, error)) ([]partResult, error) {
	results := make([]partResult, len(parts))
	open := make([]int, len(parts))
	for i := range parts {
		open[i] = i
	}
	renewed := false
	for len(open) > 0 {
		responses, err := c.sendBatch(ctx, parts, open, u, waiting)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil { // the batch as a whole stands refused
			for _, i := range open {
				results[i] = partResult{part: parts[i], err: err}
			}
			return results, nil
		}
		var wait time.Duration
		var why error
		var still []int
		stale := false
		for _, i := range open {
			parts[i].tries++
			results[i] = c.partAnswer(ctx, parts[i], responses[strconv.Itoa(i)], u, waiting)
			if expired(results[i].err) && !renewed && !results[i].settled {
				stale, still = true, append(still, i)
				continue
			}
			if delay, retry := again(results[i].err, parts[i].tries); retry && !results[i].settled {
				still = append(still, i)
				if delay > wait {
					wait, why = delay, results[i].err
				}
			}
		}
		if stale {
			renewed = true // once, as for a whole request
			c.token.renew()
		}
		if open = still; len(open) > 0 {
			if err := c.waitForParts(ctx, parts[open[0]], wait, why, u, waiting); err != nil {
				return nil, err
			}
		}
	}
	return results, nil
}

func (c *client) waitForParts(ctx context.Context, p part, wait time.Duration, why error, u *usage, waiting func(time.Duration, error)) error {
	c.note(request{family: p.request.Family, usage: u, waiting: waiting}, wait, why)
	return c.clock.Sleep(ctx, wait)
}

// sendBatch sends the open parts and returns the responses by id.
func (c *client) sendBatch(ctx context.Context, parts []part, open []int, u *usage, waiting func(time.Duration, error)) (map[string]batchResponse, error) {
	var envelope struct {
		Requests []batchRequest `json:"requests"`
	}
	for _, i := range open {
		r := batchRequest{
			ID: strconv.Itoa(i), Method: http.MethodGet, URL: c.relative(parts[i].request, parts[i].id),
			Headers: map[string]string{"Prefer": "include-unknown-enum-members"},
		}
		if parts[i].request.Eventual {
			r.Headers["ConsistencyLevel"] = "eventual"
		}
		envelope.Requests = append(envelope.Requests, r)
	}
	body, err := json.Marshal(envelope, json.Deterministic(true))
	if err != nil {
		return nil, err
	}
	responses := map[string]batchResponse{}
	first := parts[open[0]].request
	_, err = c.send(ctx, request{
		url: c.root.String() + "/" + first.Version + "/$batch", body: body, family: first.Family, usage: u, waiting: waiting,
		check: func(answer []byte) error {
			var got struct {
				Responses []batchResponse `json:"responses"`
			}
			if err := json.Unmarshal(answer, &got); err != nil {
				return &Broken{Reason: "the answer to a batch is not whole JSON", Err: err}
			}
			clear(responses)
			for _, r := range got.Responses {
				responses[r.ID] = r
			}
			return nil
		},
	})
	return responses, err
}

// partAnswer reads the response of one part, and the rest of its list.
func (c *client) partAnswer(ctx context.Context, p part, r batchResponse, u *usage, waiting func(time.Duration, error)) partResult {
	result := partResult{part: p, count: -1}
	switch {
	case r.Status == 0:
		result.err = &Broken{Reason: "the batch was answered without this part"}
	case r.Status != http.StatusOK:
		refusal := refusalInBody(r.Status, r.Body, c.token.scrub)
		refusal.wait, refusal.hasWait = retryAfter(headerOf(r.Headers, "Retry-After"), c.serviceNow())
		result.err = refusal
	default:
		c.readPart(ctx, &result, r.Body, u, waiting)
	}
	return result
}

func (c *client) readPart(ctx context.Context, result *partResult, body jsontext.Value, u *usage, waiting func(time.Duration, error)) {
	members, err := splitObject(body)
	if err != nil {
		result.err = &Broken{Reason: "a part of a batch is no JSON object", Err: err}
		return
	}
	if result.part.request.OneObject() {
		if result.err = oneObject(members); result.err == nil {
			result.object = body
		}
		return
	}
	p, err := parsePage(body)
	if err != nil {
		result.err = err
		return
	}
	result.rows, result.count = p.rows, p.count
	if result.part.request.Top == 1 { // it is about the count
		if p.count < 0 {
			result.err = &Broken{Reason: "the answer has no count"}
		}
		return
	}
	if p.next == "" {
		return
	}
	rest := listing{
		client: c, from: request{url: p.next, eventual: result.part.request.Eventual, family: result.part.request.Family, usage: u, waiting: waiting},
		each: func(p page) error { result.rows = append(result.rows, p.rows...); return nil },
	}
	if _, err := rest.run(ctx); err != nil {
		result.err, result.settled = fmt.Errorf("reading the rest of it: %w", err), true
	}
}

func headerOf(headers map[string]string, name string) string {
	for key, value := range headers {
		if http.CanonicalHeaderKey(key) == name {
			return value
		}
	}
	return ""
}
