package checks_test

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/tenant"
)

// part is one thing of a data file that can be taken away or spoiled.
type part struct {
	file    string
	dataset tenant.Dataset
	// path is dataset/property/property, without indices; that of an element is
	// its collection's, that of a whole object the dataset.
	path    string
	pointer string
	kind    partKind
	from    int // in the file's text, where its name begins if it has one
	to      int
	value   int           // where its value begins
	is      jsontext.Kind // of the value
	entries [][2]int      // of an array, where they stand
	// object is where the whole object stands that it is a part of; zeros for the
	// envelope.
	object [2]int
}

type partKind string

const (
	ofProperty partKind = "property" // a member of an object
	ofElement  partKind = "element"  // an entry of a collection inside an object
	ofObject   partKind = "object"   // a whole object of the dataset
	ofEnvelope partKind = "envelope" // a member of the answer around the list
)

func (m *part) String() string {
	return fmt.Sprintf("%s %s in %s", m.kind, m.pointer, m.file)
}

// isCollection: agentIdRiskLevels is one whether Graph writes it as an array or
// as a comma-separated string.
func (m *part) isCollection() bool {
	return m.is == '[' || strings.HasSuffix(m.path, "RiskLevels")
}

// name of the property.
func (m *part) name() string { return m.path[strings.LastIndexByte(m.path, '/')+1:] }

// direct reports whether it is a property of a whole object itself.
func (m *part) direct() bool {
	return m.kind == ofProperty && strings.Count(m.path, "/") == 1
}

// partsOf lists every part of a data file.
func partsOf(t *testing.T, file, text string) []*part {
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
		for _, m := range w.found {
			m.object = [2]int{0, len(text)}
		}
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
	found   []*part
}

// value walks through one value, whose members are of the given kind.
func (w *jsonWalk) value(kind partKind, path, pointer string) (entries [][2]int) {
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
			m := w.entry(ofElement, path, pointer+"/"+strconv.Itoa(i))
			entries = append(entries, [2]int{m.from, m.to})
		}
		w.token()
	default:
		w.token()
	}
	return entries
}

func (w *jsonWalk) member(kind partKind, path, pointer string) {
	from := w.start()
	name := w.token().String()
	m := w.begin(kind, path+"/"+name, pointer+"/"+escapePointer(name), from)
	m.entries = w.value(ofProperty, m.path, m.pointer)
	w.end(m)
}

func (w *jsonWalk) entry(kind partKind, path, pointer string) *part {
	m := w.begin(kind, path, pointer, w.start())
	first := len(w.found)
	m.entries = w.value(ofProperty, path, pointer)
	w.end(m)
	if kind == ofObject {
		for _, inner := range w.found[first:] {
			inner.object = [2]int{m.from, m.to}
		}
	}
	return m
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
	w.token()
}

func (w *jsonWalk) begin(kind partKind, path, pointer string, from int) *part {
	return &part{
		file: w.file, dataset: w.dataset, kind: kind, path: path, pointer: pointer,
		from: from, value: w.start(), is: w.dec.PeekKind(),
	}
}

func (w *jsonWalk) end(m *part) {
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

func escapePointer(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

// mutant is a part and what is done to it: text[from:to] becomes with.
type mutant struct {
	*part
	manner   manner
	from, to int
	with     string
}

type manner string

const (
	deleted manner = "without"
	nulled  manner = "as null"
	// cut: the tail of an array went, and its next link says so.
	cut manner = "cut short"
	// torn: the file ends in the middle of it.
	torn manner = "torn off"
)

func retyped(as jsontext.Kind) manner { return manner("as " + kindWords[as]) }

var kindWords = map[jsontext.Kind]string{
	'"': "a string", '0': "a number", 't': "a boolean", '[': "an array", '{': "an object",
}

func (m *mutant) String() string {
	return fmt.Sprintf("%s %s (path %s)", m.part, m.manner, m.path)
}

func (m *mutant) retyped() bool {
	return m.manner != deleted && m.manner != nulled && m.manner != cut && m.manner != torn
}

func (m *mutant) apply(text string) string { return text[:m.from] + m.with + text[m.to:] }

// paged are the relations that Graph expands, and may cut short.
var paged = []string{
	"sponsors", "owners", "federatedIdentityCredentials", "inheritablePermissions", "resourceRoleScopes",
	"appliesTo", "transitiveMemberOf", "tasks",
}

// mutants lists everything that is done to a part.
func (m *part) mutants(text string) []*mutant {
	all := []*mutant{m.deletion(text)}
	if m.kind == ofEnvelope && !strings.HasSuffix(m.path, "#value") {
		return all
	}
	spoil := func(how manner, with string) {
		all = append(all, &mutant{m, how, m.value, m.to, with})
	}
	if m.is != 'n' {
		spoil(nulled, "null")
	}
	for _, other := range []struct {
		kind jsontext.Kind
		text string
	}{{'"', `"x"`}, {'0', `7`}, {'t', `true`}, {'[', `["x"]`}, {'{', `{"x":1}`}} {
		if other.kind != m.is && (other.kind != 't' || m.is != 'f') {
			spoil(retyped(other.kind), other.text)
		}
	}
	if m.kind == ofObject || m.kind == ofProperty && m.dataset.Singleton() {
		all = append(all, &mutant{m, torn, (m.value + m.to) / 2, len(text), ""})
	}
	if m.direct() && len(m.entries) > 0 && slices.Contains(paged, m.name()) {
		all = append(all, m.cuts(text)...)
	}
	return all
}

// deletion takes the part away, and one of the commas beside it. Blanks take its
// place, so that whatever else the file holds stands where it stood.
func (m *part) deletion(text string) *mutant {
	from, to := m.from, m.to
	if rest := strings.TrimLeft(text[to:], " \t\r\n"); strings.HasPrefix(rest, ",") {
		to = len(text) - len(rest) + 1
	} else if rest := strings.TrimRight(text[:from], " \t\r\n"); strings.HasSuffix(rest, ",") {
		from = len(rest) - 1
	}
	return &mutant{m, deleted, from, to, strings.Repeat(" ", to-from)}
}

// cuts leave the first half of the entries of a relation, or none, with the link
// by which Graph says that there are more.
func (m *part) cuts(text string) []*mutant {
	var all []*mutant
	for _, keep := range []int{len(m.entries) / 2, 0} {
		kept := "["
		if keep > 0 {
			kept = text[m.value:m.entries[keep-1][1]]
		}
		link := kept + `],"` + m.name() + `@odata.nextLink":"https://graph.microsoft.com/beta/more"`
		all = append(all, &mutant{m, cut, m.value, m.to, link})
		if keep == 0 {
			break
		}
	}
	return all
}

func TestMutantsOfEachPart(t *testing.T) {
	text := `{"@odata.context": "c", "value": [ {"id": "1", "sponsors": ["a", "b"]}, {"id":null} ]}`
	var got []string
	for _, m := range partsOf(t, "agentIdentities.json", text) {
		for _, mutant := range m.mutants(text) {
			changed := mutant.apply(text)
			require.Equal(t, mutant.manner != torn, jsontext.Value(changed).IsValid(), "%s: %s", mutant, changed)
			got = append(got, fmt.Sprintf("%s %s %s: %s", m.kind, m.path, mutant.manner, strings.Join(strings.Fields(changed), " ")))
		}
	}
	const tail = `, {"id":null} ]}`
	const head = `{"@odata.context": "c", "value": [ {"id": "1", `
	for _, want := range []string{
		`envelope agentIdentities#@odata.context without: { "value": [ {"id": "1", "sponsors": ["a", "b"]}` + tail,
		`property agentIdentities/id without: {"@odata.context": "c", "value": [ { "sponsors": ["a", "b"]}` + tail,
		`property agentIdentities/id as null: {"@odata.context": "c", "value": [ {"id": null, "sponsors": ["a", "b"]}` + tail,
		`property agentIdentities/id as a number: {"@odata.context": "c", "value": [ {"id": 7, "sponsors": ["a", "b"]}` + tail,
		`element agentIdentities/sponsors without: ` + head + `"sponsors": [ "b"]}` + tail,
		`element agentIdentities/sponsors without: ` + head + `"sponsors": ["a" ]}` + tail,
		`element agentIdentities/sponsors as an object: ` + head + `"sponsors": ["a", {"x":1}]}` + tail,
		`property agentIdentities/sponsors without: {"@odata.context": "c", "value": [ {"id": "1" }` + tail,
		`property agentIdentities/sponsors cut short: ` + head + `"sponsors": ["a"],"sponsors@odata.nextLink":"https://graph.microsoft.com/beta/more"}` + tail,
		`property agentIdentities/sponsors cut short: ` + head + `"sponsors": [],"sponsors@odata.nextLink":"https://graph.microsoft.com/beta/more"}` + tail,
		`object agentIdentities without: {"@odata.context": "c", "value": [ {"id":null} ]}`,
		`object agentIdentities as a boolean: {"@odata.context": "c", "value": [ true` + tail,
		`object agentIdentities torn off: {"@odata.context": "c", "value": [ {"id": "1", "spon`,
		`property agentIdentities/id as a string: ` + head + `"sponsors": ["a", "b"]}, {"id":"x"} ]}`,
		`envelope agentIdentities#value as an object: {"@odata.context": "c", "value": {"x":1}}`,
		`envelope agentIdentities#value without: {"@odata.context": "c" }`,
	} {
		require.Contains(t, got, want)
	}
	require.Len(t, got, 53)
}
