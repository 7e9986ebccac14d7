package graph

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	abs "github.com/microsoft/kiota-abstractions-go"
	absauth "github.com/microsoft/kiota-abstractions-go/authentication"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	azureauth "github.com/microsoft/kiota-authentication-azure-go"
	khttp "github.com/microsoft/kiota-http-go"
	kjson "github.com/microsoft/kiota-serialization-json-go"
	msgraphcore "github.com/microsoftgraph/msgraph-sdk-go-core"
	"github.com/microsoftgraph/msgraph-sdk-go/models/odataerrors"

	"github.com/ztagent/ztagent/internal/dataset"
)

// maxAnswer bounds one answer; Graph's pages are a few megabytes at most.
const maxAnswer = 64 << 20

// attemptTimeout bounds one attempt; slow log queries take a minute or two.
const attemptTimeout = 4 * time.Minute

// usage counts what a dataset has cost.
type usage struct {
	requests, throttled, bytes atomic.Int64
}

// request is one request to the service.
type request struct {
	url      string // absolute
	body     []byte // POST if set
	eventual bool
	family   dataset.Family
	// check looks at the answer; an answer that it refuses is asked for again.
	check func(body []byte) error
	usage *usage
	// waiting is told of every wait of a second and more.
	waiting func(time.Duration, error)
}

// client sends requests to one service through the SDK's request adapter:
// authentication, claims challenges, redirects, telemetry headers and OData
// errors are the SDK's. Retrying is ours: the SDK's handler knows neither 500
// and 502, broken bodies nor a Retry-After without end, and every worker would
// wait alone.
type client struct {
	adapter *msgraphcore.GraphRequestAdapterBase
	root    *url.URL
	clock   Clock
	pace    *pacer
	token   *guarded
	sent    func(Sent)
	// ahead is by how much the service's clock is ahead of ours: Retry-After may
	// be a date.
	ahead atomic.Int64
}

// Sent tells of one attempt, for -v. It holds no token and no body.
type Sent struct {
	Method    string
	Path      string // without query
	Status    int    // 0: no answer
	Elapsed   time.Duration
	RequestID string
}

func newClient(root string, scope string, token *guarded, transport http.RoundTripper, clock Clock, pace *pacer, sent func(Sent)) (*client, error) {
	u, err := url.Parse(root)
	if err != nil {
		return nil, err
	}
	auth, err := azureauth.NewAzureIdentityAuthenticationProviderWithScopesAndValidHosts(token, []string{scope}, []string{u.Hostname()})
	if err != nil {
		return nil, fmt.Errorf("preparing authentication: %w", err)
	}
	c := &client{root: u, clock: clock, pace: pace, token: token, sent: sent}
	c.adapter, err = newAdapter(auth, c, transport)
	if err != nil {
		return nil, fmt.Errorf("preparing requests: %w", err)
	}
	return c, nil
}

func newAdapter(auth absauth.AuthenticationProvider, c *client, transport http.RoundTripper) (*msgraphcore.GraphRequestAdapterBase, error) {
	if transport == nil {
		transport = khttp.GetDefaultTransport()
	}
	redirects := khttp.NewRedirectHandlerWithOptions(khttp.RedirectHandlerOptions{
		MaxRedirects: 3, ShouldRedirect: c.mayRedirect,
	})
	httpClient := &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: khttp.NewCustomTransportWithParentTransport(transport,
			msgraphcore.NewGraphTelemetryHandler(&msgraphcore.GraphClientOptions{}), redirects, observer{}),
	}
	parsers := serialization.NewParseNodeFactoryRegistry()
	parsers.ContentTypeAssociatedFactories["application/json"] = kjson.NewJsonParseNodeFactory()
	return msgraphcore.NewGraphRequestAdapterBaseWithParseNodeFactoryAndSerializationWriterFactoryAndHttpClient(
		auth, msgraphcore.GraphClientOptions{}, parsers, nil, httpClient)
}

// mayRedirect follows redirects on the same host only.
func (c *client) mayRedirect(_ *http.Request, res *http.Response) bool {
	to, err := res.Location()
	return err == nil && c.ours(to)
}

// ours reports whether u is on the configured host.
func (c *client) ours(u *url.URL) bool {
	return strings.EqualFold(u.Scheme, c.root.Scheme) && strings.EqualFold(u.Host, c.root.Host)
}

// send sends a request until it is answered well, or for good.
func (c *client) send(ctx context.Context, r request) ([]byte, error) {
	renewed := false
	for tries := 1; ; tries++ {
		body, err := c.attempt(ctx, r)
		if err == nil || ctx.Err() != nil {
			return body, contextError(ctx, err)
		}
		if expired(err) && !renewed {
			renewed = true // once: a token that stays refused is not the service's mood
			c.token.renew()
			continue
		}
		wait, retry := again(err, tries)
		if !retry {
			return nil, err
		}
		c.note(r, wait, err)
		if err := c.clock.Sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// note counts a throttled answer, holds the family back and tells of the wait.
func (c *client) note(r request, wait time.Duration, err error) {
	var refusal *Refusal
	if errors.As(err, &refusal) && refusal.throttled() {
		r.usage.throttled.Add(1)
		c.pace.pause(r.family, wait)
	}
	if r.waiting != nil && wait >= time.Second {
		r.waiting(wait, err)
	}
}

func contextError(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func expired(err error) bool {
	var refusal *Refusal
	return errors.As(err, &refusal) && refusal.Status == http.StatusUnauthorized &&
		(refusal.Code == "InvalidAuthenticationToken" || refusal.Code == "")
}

// attempt sends a request once, when its turn comes.
func (c *client) attempt(ctx context.Context, r request) ([]byte, error) {
	if err := c.pace.enter(ctx, r.family); err != nil {
		return nil, err
	}
	seen := &observed{}
	defer func() { c.pace.leave(r.family, seen.pressed()) }()
	started := c.clock.Now()
	r.usage.requests.Add(1)
	attempt, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	body, err := c.exchange(context.WithValue(attempt, observedKey{}, seen), r)
	r.usage.bytes.Add(seen.bytes)
	c.compareClocks(seen)
	c.tell(r, seen, c.clock.Now().Sub(started))
	if err != nil {
		return nil, c.classify(err, seen)
	}
	if seen.status != http.StatusOK {
		return nil, &Refusal{Status: seen.status, Message: "an answer without data"} // such as a redirect elsewhere
	}
	if c.token.echoed(body) {
		return nil, errEchoed
	}
	if r.check != nil {
		if err := r.check(body); err != nil {
			return nil, err
		}
	}
	return body, nil
}

func (c *client) tell(r request, seen *observed, elapsed time.Duration) {
	if c.sent == nil {
		return
	}
	path, _, _ := strings.Cut(strings.TrimPrefix(r.url, c.root.String()), "?")
	id := seen.header.Get("request-id")
	c.sent(Sent{Method: r.method().String(), Path: path, Status: seen.status, Elapsed: elapsed, RequestID: text(&id, c.token.scrub)})
}

func (c *client) compareClocks(seen *observed) {
	if at, err := http.ParseTime(seen.header.Get("Date")); err == nil {
		c.ahead.Store(int64(at.Sub(c.clock.Now())))
	}
}

// serviceNow is the time by the service's clock.
func (c *client) serviceNow() time.Time { return c.clock.Now().Add(time.Duration(c.ahead.Load())) }

func (r request) method() abs.HttpMethod {
	if r.body != nil {
		return abs.POST
	}
	return abs.GET
}

// exchange hands the request to the SDK, which may panic on hostile headers.
func (c *client) exchange(ctx context.Context, r request) (body []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			body, err = nil, &Broken{Reason: fmt.Sprintf("the SDK could not read the answer: %v", p)}
		}
	}()
	u, err := url.Parse(r.url)
	if err != nil {
		return nil, fmt.Errorf("the request's URL: %w", err)
	}
	if !c.ours(u) {
		return nil, &foreignLink{host: u.Host}
	}
	info := abs.NewRequestInformation()
	info.Method = r.method()
	info.SetUri(*u)
	info.Headers.Add("Accept", "application/json")
	info.Headers.Add("Prefer", "include-unknown-enum-members")
	info.Headers.Add("x-ms-throttle-priority", "low")
	if r.eventual {
		info.Headers.Add("ConsistencyLevel", "eventual")
	}
	if r.body != nil {
		info.Headers.Add("Content-Type", "application/json")
		info.Headers.Add("Content-Length", strconv.Itoa(len(r.body)))
		info.Content = r.body
	}
	answer, err := c.adapter.SendPrimitive(ctx, info, "[]byte", abs.ErrorMappings{"XXX": odataerrors.CreateODataErrorFromDiscriminatorValue})
	if err != nil {
		return nil, err
	}
	body, _ = answer.([]byte)
	return body, nil
}

// foreignLink is a link to a host that no token may reach.
type foreignLink struct{ host string }

func (f *foreignLink) Error() string {
	return fmt.Sprintf("the service sent a link to another host, %.100q; it was not followed", f.host)
}

// classify turns an error of the SDK into a Refusal, a Broken or a SignInError.
func (c *client) classify(err error, seen *observed) error {
	var signIn *SignInError
	var foreign *foreignLink
	switch {
	case errors.As(err, &signIn), errors.As(err, &foreign):
		return err
	case seen.status >= 400:
		r := refusalOf(seen.status, err, c.token.scrub)
		if seen.cut && !r.transient() { // why it refuses was in what is missing
			return &Broken{Reason: "an error answer broke off", Err: plainNetworkError(err)}
		}
		r.wait, r.hasWait = retryAfter(seen.header.Get("Retry-After"), c.serviceNow())
		if r.RequestID == "" {
			id := seen.header.Get("request-id")
			r.RequestID = text(&id, c.token.scrub)
		}
		return r
	case errors.Is(err, errTooLarge):
		return fmt.Errorf("an answer was too large: %w", err)
	}
	var broken *Broken
	if errors.As(err, &broken) {
		return err
	}
	return &Broken{Reason: "the connection failed", Err: plainNetworkError(err)}
}

// plainNetworkError drops the URL that the HTTP client puts before the cause.
func plainNetworkError(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

var errEchoed = errors.New("the service sent the access token back; nothing of that answer was kept")

var errTooLarge = errors.New("more than 64 MiB")
