package synth

import (
	"bytes"
	"io"
	"math/rand/v2"
	"sync"

	"github.com/go-json-experiment/json"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Messy returns the files of a small tenant in which much went wrong: policies
// half configured, ids that lead nowhere, properties that were not returned,
// datasets that were refused. Most seeds are about people's mistakes, some about
// what was not read. Like all of this package it is a function of the seed.
func Messy(seed uint64) (map[string][]byte, error) {
	r := rand.New(rand.NewPCG(seed, 1))
	g := newGenerator(seed, 6+r.IntN(16), Options{SignIns: float64(r.IntN(3)), Audits: float64(r.IntN(2))})
	g.faults = 1 << r.IntN(5)
	files := &files{text: map[string][]byte{}}
	if err := g.write(files); err != nil {
		return nil, err
	}
	m := &mess{Rand: r, data: map[tenant.Dataset]*answer{}}
	if err := m.read(files); err != nil {
		return nil, err
	}
	m.make()
	return m.write()
}

// files are what a generator wrote.
type files struct {
	mu   sync.Mutex
	text map[string][]byte
}

type openFile struct {
	bytes.Buffer
	name string
	in   *files
}

func (f *files) Create(name string) (io.WriteCloser, error) { return &openFile{name: name, in: f}, nil }

func (f *openFile) Close() error {
	f.in.mu.Lock()
	defer f.in.mu.Unlock()
	f.in.text[f.name] = f.Bytes()
	return nil
}

// answer is a data file: the members around the list, and the objects in it.
type answer struct {
	around  map[string]any
	objects []map[string]any
}

// mess is a tenant that is being made a mess of.
type mess struct {
	*rand.Rand
	manifest map[string]any
	data     map[tenant.Dataset]*answer
}

func (m *mess) read(f *files) error {
	for _, d := range tenant.Datasets() {
		a := &answer{}
		if err := json.Unmarshal(f.text[string(d)+".json"], &a.around); err != nil {
			return err
		}
		if d.Singleton() {
			a.objects = []map[string]any{a.around}
		} else {
			for _, object := range a.around["value"].([]any) {
				a.objects = append(a.objects, object.(map[string]any))
			}
		}
		m.data[d] = a
	}
	return json.Unmarshal(f.text[tenant.ManifestName], &m.manifest)
}

// write returns the files, of one tenant in three in lines.
func (m *mess) write() (map[string][]byte, error) {
	out := map[string][]byte{}
	lines := m.IntN(3) == 0
	add := func(name string, value any) error {
		text, err := json.Marshal(value, json.Deterministic(true))
		out[name] = append(out[name], append(text, '\n')...)
		return err
	}
	for _, d := range tenant.Datasets() {
		a := m.data[d]
		switch {
		case a == nil:
		case d.Singleton():
			if err := add(string(d)+".json", a.around); err != nil {
				return nil, err
			}
		case lines:
			out[string(d)+".jsonl"] = []byte{}
			for _, object := range a.objects {
				if err := add(string(d)+".jsonl", object); err != nil {
					return nil, err
				}
			}
		default:
			list := make([]any, 0, len(a.objects))
			for _, object := range a.objects {
				list = append(list, object)
			}
			a.around["value"] = list
			if err := add(string(d)+".json", a.around); err != nil {
				return nil, err
			}
		}
	}
	return out, add(tenant.ManifestName, m.manifest)
}
