package synth

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Snapshot is a small tenant held in memory, dataset by dataset.
type Snapshot struct {
	TenantID, DisplayName, Cloud string
	TakenAt                      time.Time
	SignInWindow, AuditWindow    string // ISO 8601 durations

	objects  map[tenant.Dataset][]Object
	gaps     map[tenant.Dataset]Gap
	relation map[tenant.Dataset][]RelationGap
	next     map[tenant.Dataset]string
	raw      map[tenant.Dataset]string
	version  map[tenant.Dataset]string
}

// Gap is the manifest's word on a dataset that was not read in full.
type Gap struct {
	Status        tenant.GapStatus
	Code, Message string // of Graph's error; none when Code is empty
}

// RelationGap is a relation of one object that was not read.
type RelationGap struct {
	ID, Relation  string
	Status        tenant.GapStatus
	Code, Message string
}

// NewSnapshot returns a tenant in which every dataset was read and is empty.
func NewSnapshot(tenantID, displayName string) *Snapshot {
	return &Snapshot{
		TenantID: tenantID, DisplayName: displayName, Cloud: "public", TakenAt: TakenAt,
		SignInWindow: "P30D", AuditWindow: "P30D",
		objects:  map[tenant.Dataset][]Object{},
		gaps:     map[tenant.Dataset]Gap{},
		relation: map[tenant.Dataset][]RelationGap{},
		next:     map[tenant.Dataset]string{},
		raw:      map[tenant.Dataset]string{},
		version:  map[tenant.Dataset]string{},
	}
}

// Add appends objects to a dataset.
func (s *Snapshot) Add(d tenant.Dataset, objects ...Object) {
	if !tenant.IsDataset(string(d)) {
		panic("synth: no dataset " + d)
	}
	s.objects[d] = append(s.objects[d], objects...)
}

// Refuse records that a dataset could not be read; its objects are dropped
// unless the status is truncated.
func (s *Snapshot) Refuse(d tenant.Dataset, gap Gap) { s.gaps[d] = gap }

// RefuseRelation records that one relation of one object could not be read.
func (s *Snapshot) RefuseRelation(d tenant.Dataset, gap RelationGap) {
	s.relation[d] = append(s.relation[d], gap)
}

// LeaveNextLink makes a dataset end in the middle: its file keeps the link to
// the page that was never read.
func (s *Snapshot) LeaveNextLink(d tenant.Dataset, link string) { s.next[d] = link }

// Raw makes text the whole file of a dataset, which the manifest then does not
// mention.
func (s *Snapshot) Raw(d tenant.Dataset, text string) { s.raw[d] = text }

// AskVersion records another API version than the usual one for a dataset.
func (s *Snapshot) AskVersion(d tenant.Dataset, version string) { s.version[d] = version }

// Files returns the snapshot's files by name, indented by two spaces.
func (s *Snapshot) Files() (map[string][]byte, error) {
	files := map[string][]byte{}
	add := func(name string, compact []byte) error {
		v := jsontext.Value(compact)
		if err := v.Indent(jsontext.WithIndent("  ")); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		files[name] = append(bytes.TrimSpace(v), '\n')
		return nil
	}
	for _, src := range s.sources() {
		if text, ok := s.dataset(src); ok {
			if err := add(string(src.Dataset)+".json", text); err != nil {
				return nil, err
			}
		}
	}
	return files, add("manifest.json", s.manifest())
}

// sources returns the datasets, with the versions that this snapshot asked for.
func (s *Snapshot) sources() []source {
	all := sources()
	for i := range all {
		if version, ok := s.version[all[i].Dataset]; ok {
			all[i].Request.Version = version
		}
	}
	return all
}

// dataset returns the file of one dataset, and whether there is one.
func (s *Snapshot) dataset(src source) ([]byte, bool) {
	if text, ok := s.raw[src.Dataset]; ok {
		return []byte(text), true
	}
	if gap, ok := s.gaps[src.Dataset]; ok && gap.Status != tenant.GapTruncated {
		return nil, false
	}
	var w writer
	if src.Dataset.Singleton() {
		return s.singleton(src, &w), true
	}
	w.open()
	if context := src.context(); context != "" {
		w.str("@odata.context", context)
	}
	if link := s.next[src.Dataset]; link != "" {
		w.str("@odata.nextLink", link)
	}
	writeAll(&w, "value", s.objects[src.Dataset])
	w.close()
	return w.b, true
}

// singleton puts the context in front of the members of the single object.
func (s *Snapshot) singleton(src source, w *writer) []byte {
	objects := s.objects[src.Dataset]
	if len(objects) != 1 {
		panic(fmt.Sprintf("synth: %s is one object, not %d", src.Dataset, len(objects)))
	}
	var object writer
	objects[0].write(&object)
	w.open()
	w.str("@odata.context", src.context())
	w.comma()
	return append(w.b, object.b[1:]...)
}

// Write writes the snapshot's files into dir, which it makes.
func (s *Snapshot) Write(dir string) error {
	files, err := s.Files()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
