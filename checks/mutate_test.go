package checks_test

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

// removal is one thing that can be taken away from a data file.
type removal struct {
	file    string
	dataset tenant.Dataset
	// path is dataset/property/property, without indices; that of an element is
	// its collection's, that of a whole object the dataset.
	path    string
	pointer string
	kind    removalKind
	from    int // in the file's text
	to      int
	isArray bool // the removed value is an array
}

type removalKind string

const (
	ofProperty removalKind = "property" // a member of an object
	ofElement  removalKind = "element"  // an entry of a collection inside an object
	ofObject   removalKind = "object"   // a whole object of the dataset
	ofEnvelope removalKind = "envelope" // a member of the answer around the list
)

func (m removal) String() string {
	return fmt.Sprintf("%s %s in %s", m.kind, m.pointer, m.file)
}

// isCollection: agentIdRiskLevels is one whether Graph writes it as an array or
// as a comma-separated string.
func (m removal) isCollection() bool {
	return m.isArray || strings.HasSuffix(m.path, "RiskLevels")
}

// removals lists everything that can be removed from a data file.
func removals(t *testing.T, file, text string) []removal {
	t.Helper()
	name, lines := strings.CutSuffix(file, ".jsonl")
	d := tenant.Dataset(strings.TrimSuffix(name, ".json"))
	w := &jsonWalk{t: t, text: []byte(text), file: file, dataset: d}
	w.dec = jsontext.NewDecoder(bytes.NewReader(w.text))
	switch {
	case lines:
		for i := 0; w.dec.PeekKind() == '{'; i++ {
			w.entry(ofObject, string(d), "/"+strconv.Itoa(i))
		}
	case d.Singleton():
		w.value(ofProperty, string(d), "")
	default:
		w.envelope()
	}
	return w.found
}

type jsonWalk struct {
	t       *testing.T
	text    []byte
	dec     *jsontext.Decoder
	file    string
	dataset tenant.Dataset
	found   []removal
}

// value walks through one value, whose members are of the given kind.
func (w *jsonWalk) value(kind removalKind, path, pointer string) {
	switch w.dec.PeekKind() {
	case '{':
		w.token()
		for w.dec.PeekKind() == '"' {
			w.member(kind, path, pointer)
		}
		w.token()
	case '[':
		w.token()
		for i := 0; w.dec.PeekKind() != ']'; i++ {
			w.entry(ofElement, path, pointer+"/"+strconv.Itoa(i))
		}
		w.token()
	default:
		w.token()
	}
}

func (w *jsonWalk) member(kind removalKind, path, pointer string) {
	from := w.start()
	name := w.token().String()
	m := w.begin(kind, path+"/"+name, pointer+"/"+escapePointer(name), from)
	w.value(ofProperty, m.path, m.pointer)
	w.end(m)
}

func (w *jsonWalk) entry(kind removalKind, path, pointer string) {
	m := w.begin(kind, path, pointer, w.start())
	w.value(ofProperty, path, pointer)
	w.end(m)
}

// envelope walks through {"value":[…]}: the list's entries are whole objects.
func (w *jsonWalk) envelope() {
	w.token()
	for w.dec.PeekKind() == '"' {
		from := w.start()
		name := w.token().String()
		m := w.begin(ofEnvelope, string(w.dataset)+"#"+name, "/"+escapePointer(name), from)
		if name != "value" {
			require.NoError(w.t, w.dec.SkipValue())
		} else {
			w.token()
			for i := 0; w.dec.PeekKind() == '{'; i++ {
				w.entry(ofObject, string(w.dataset), "/value/"+strconv.Itoa(i))
			}
			w.token()
		}
		w.end(m)
	}
}

func (w *jsonWalk) begin(kind removalKind, path, pointer string, from int) removal {
	return removal{
		file: w.file, dataset: w.dataset, kind: kind, path: path, pointer: pointer,
		from: from, isArray: w.dec.PeekKind() == '[',
	}
}

func (w *jsonWalk) end(m removal) {
	m.to = int(w.dec.InputOffset())
	w.found = append(w.found, m)
}

func (w *jsonWalk) token() jsontext.Token {
	tok, err := w.dec.ReadToken()
	require.NoError(w.t, err, w.file)
	return tok
}

// start is where the next token begins.
func (w *jsonWalk) start() int {
	i := int(w.dec.InputOffset())
	for i < len(w.text) && strings.IndexByte(" \t\r\n,:", w.text[i]) >= 0 {
		i++
	}
	return i
}

// without returns the text with m removed, and one of the commas beside it.
func without(text string, m removal) string {
	head, tail := text[:m.from], text[m.to:]
	if rest := strings.TrimLeft(tail, " \t\r\n"); strings.HasPrefix(rest, ",") {
		return head + rest[1:]
	}
	if rest := strings.TrimRight(head, " \t\r\n"); strings.HasSuffix(rest, ",") {
		head = rest[:len(rest)-1]
	}
	return head + tail
}

func escapePointer(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

func TestRemovalsTakeEachValueAway(t *testing.T) {
	text := `{"@odata.context": "c", "value": [ {"id": "1", "tags": ["a", "b"]}, {"id":"2"} ]}`
	var got []string
	for _, m := range removals(t, "agentIdentities.json", text) {
		changed := without(text, m)
		require.True(t, jsontext.Value(changed).IsValid(), "%s leaves %s", m, changed)
		got = append(got, fmt.Sprintf("%s %s %s", m.kind, m.path, changed))
	}
	require.Equal(t, []string{
		`envelope agentIdentities#@odata.context { "value": [ {"id": "1", "tags": ["a", "b"]}, {"id":"2"} ]}`,
		`property agentIdentities/id {"@odata.context": "c", "value": [ { "tags": ["a", "b"]}, {"id":"2"} ]}`,
		`element agentIdentities/tags {"@odata.context": "c", "value": [ {"id": "1", "tags": [ "b"]}, {"id":"2"} ]}`,
		`element agentIdentities/tags {"@odata.context": "c", "value": [ {"id": "1", "tags": ["a"]}, {"id":"2"} ]}`,
		`property agentIdentities/tags {"@odata.context": "c", "value": [ {"id": "1"}, {"id":"2"} ]}`,
		`object agentIdentities {"@odata.context": "c", "value": [  {"id":"2"} ]}`,
		`property agentIdentities/id {"@odata.context": "c", "value": [ {"id": "1", "tags": ["a", "b"]}, {} ]}`,
		`object agentIdentities {"@odata.context": "c", "value": [ {"id": "1", "tags": ["a", "b"]} ]}`,
		`envelope agentIdentities#value {"@odata.context": "c"}`,
	}, got)
}
