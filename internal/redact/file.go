package redact

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/tenant"
)

// fileRewriter is the visitor that writes the redacted form of one file.
type fileRewriter struct {
	*rewriter
	cache map[cached]string
	// The whole object that is being rewritten: the issuer of a federated
	// credential, or the code and message of an error.
	ofIssuer string
	failure  *failure
}

type cached struct {
	class class
	text  string
}

// maxCached texts are remembered: most names and words repeat.
const maxCached = 1 << 14

// memberName stands for a class in the cache: names of members are no texts.
const memberName class = 0xFF

func (f *fileRewriter) member(p *where, name string) string {
	if p.inAttributes() {
		return f.attributeName(name)
	}
	key := cached{memberName, name}
	made, ok := f.cache[key]
	if !ok {
		made = f.memberName(name)
		f.remember(key, made)
	}
	return made
}

func (f *fileRewriter) memberName(name string) string {
	if isPlain(name) && !f.holdsID(name) && f.known.terms.find(name) == noTerm {
		return name
	}
	return f.words(name)
}

func (f *fileRewriter) text(p *where, s string) string {
	if key := p.attribute(); key != "" {
		return f.attribute(key, s)
	}
	switch c := p.class; c {
	case objectID, thumbprint, keyMaterial: // few repeat
		return f.rewriter.text(c, s)
	case federatedIssuer:
		return f.orBlank(s, f.issuer)
	case federatedSubject:
		return f.orBlank(s, func(s string) string { return f.subject(f.ofIssuer, s) })
	case claimsExpression:
		return f.orBlank(s, func(s string) string { return f.expression(f.ofIssuer, s) })
	case filterRule:
		return f.orBlank(s, f.rule)
	case messageText:
		return f.message(p.last(), s)
	default:
		return f.cached(c, s)
	}
}

func (f *fileRewriter) orBlank(s string, rewrite func(string) string) string {
	if isBlank(s) {
		return s
	}
	return rewrite(s)
}

func (f *fileRewriter) cached(c class, s string) string {
	key := cached{c, s}
	if made, ok := f.cache[key]; ok {
		return made
	}
	made := f.rewriter.text(c, s)
	f.remember(key, made)
	return made
}

func (f *fileRewriter) remember(key cached, made string) {
	if len(f.cache) >= maxCached {
		clear(f.cache)
	}
	f.cache[key] = made
}

func (f *fileRewriter) object(p *where, raw jsontext.Value) ([]byte, error) {
	if p.last() == "error" {
		f.failure = f.redactFailure(raw)
		defer func() { f.failure = nil }()
	} else {
		f.ofIssuer, _ = issuerOf(raw)
	}
	return walkObject(p, raw, f)
}

// message rewrites the code or the message of the error at hand; of another
// error, whatever it is.
func (f *fileRewriter) message(name, s string) string {
	switch {
	case f.failure == nil || isBlank(s):
		return f.words(s)
	case name == "code":
		return f.failure.code
	}
	return f.failure.message
}

// failure is the code and message of an error.
type failure struct{ code, message string }

func (e failure) gap() tenant.GapStatus { return tenant.GapOfError(0, e.code, e.message) }

// redactFailure keeps the words by which an error is told to be a missing
// permission, licence or feature. Should they not suffice, a plain error of that
// kind takes its place.
func (r *rewriter) redactFailure(object []byte) *failure {
	var was struct {
		Code    tenant.Opt[string] `json:"code"`
		Message tenant.Opt[string] `json:"message"`
	}
	if err := json.Unmarshal(object, &was); err != nil {
		return nil
	}
	return r.failure(failure{was.Code.Or(""), was.Message.Or("")})
}

func (r *rewriter) failure(was failure) *failure {
	made := failure{r.words(was.code), r.words(was.message)}
	if made.gap() == was.gap() {
		return &made
	}
	switch was.gap() {
	case tenant.GapForbidden:
		return &failure{"Forbidden", "Insufficient privileges to complete the operation."}
	case tenant.GapNotLicensed:
		return &failure{"LicenseRequired", "The tenant is not licensed for this feature."}
	case tenant.GapNotEnabled:
		return &failure{"NotEnabled", "The feature is not enabled."}
	}
	return &failure{"UnknownError", "The request failed."}
}
