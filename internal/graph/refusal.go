package graph

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	kjson "github.com/microsoft/kiota-serialization-json-go"
	"github.com/microsoftgraph/msgraph-sdk-go/models/odataerrors"
)

// Refusal is an error answer of the service that stands after all retries.
type Refusal struct {
	Status    int
	Code      string
	Message   string
	RequestID string
	// wait is the answer's Retry-After, if any.
	wait    time.Duration
	hasWait bool
}

func (r *Refusal) Error() string {
	switch {
	case r.Code == "" && r.Message == "":
		return fmt.Sprintf("the service answered %d %s", r.Status, http.StatusText(r.Status))
	case r.Message == "":
		return fmt.Sprintf("the service answered %d %s", r.Status, r.Code)
	}
	return fmt.Sprintf("the service answered %d %s: %s", r.Status, r.Code, r.Message)
}

// throttled reports an answer that asks to come back later.
func (r *Refusal) throttled() bool { return r.Status == http.StatusTooManyRequests }

// transient reports an answer that may be better next time.
func (r *Refusal) transient() bool {
	switch r.Status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout, 509:
		return true
	}
	return false
}

// Broken is an answer that did not arrive whole, or is not what is due.
type Broken struct {
	Reason string
	Err    error
}

func (b *Broken) Error() string {
	if b.Err == nil {
		return b.Reason
	}
	return b.Reason + ": " + b.Err.Error()
}

// Unwrap returns the cause.
func (b *Broken) Unwrap() error { return b.Err }

// refusalOf reads the OData error of an answer; scrub takes tokens out of it.
func refusalOf(status int, err error, scrub func(string) string) *Refusal {
	r := &Refusal{Status: status}
	var odata *odataerrors.ODataError
	if !errors.As(err, &odata) {
		return r
	}
	main := odata.GetErrorEscaped()
	if main == nil {
		return r
	}
	r.Code, r.Message = text(main.GetCode(), scrub), text(main.GetMessage(), scrub)
	if inner := main.GetInnerError(); inner != nil {
		r.RequestID = text(inner.GetRequestId(), scrub)
	}
	return r
}

// refusalInBody reads the OData error of a part of a batch.
func refusalInBody(status int, body []byte, scrub func(string) string) *Refusal {
	node, err := kjson.NewJsonParseNode(body)
	if err != nil {
		return &Refusal{Status: status}
	}
	value, err := node.GetObjectValue(odataerrors.CreateODataErrorFromDiscriminatorValue)
	if err != nil {
		return &Refusal{Status: status}
	}
	odata, ok := value.(*odataerrors.ODataError)
	if !ok {
		return &Refusal{Status: status}
	}
	return refusalOf(status, odata, scrub)
}

// text bounds what an error may say. Tokens go first: half of one that stands at
// the bound would not be recognised.
func text(s *string, scrub func(string) string) string {
	if s == nil {
		return ""
	}
	const most = 500
	t := scrub(strings.ToValidUTF8(*s, ""))
	if len(t) > most {
		t = strings.ToValidUTF8(t[:most], "")
	}
	return t
}
