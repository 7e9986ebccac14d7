package graphtest

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/tenant"
)

// object is a resource with its members as they stand in the snapshot.
type object map[string]jsontext.Value

// data is a snapshot in memory.
type data struct {
	tenantID string
	takenAt  time.Time
	lists    map[tenant.Dataset][]object
	// gaps maps a dataset to the error that stands in its place, or, for one
	// that is truncated, follows its rows.
	gaps map[tenant.Dataset]*answer
	// truncated datasets end with an error instead of a last page.
	truncated map[tenant.Dataset]bool
	// relationGaps has dataset, object id (folded) and relation.
	relationGaps map[relationKey]*answer
	// fullRelations are the datasets whose relations at the cap are whole.
	fullRelations map[tenant.Dataset]bool
	// v1Only are policies exported from v1.0: what beta would say of them is not
	// known, so beta refuses them.
	v1Only bool

	mu      sync.Mutex
	indexes map[indexKey]map[string][]object
}

type relationKey struct {
	dataset  tenant.Dataset
	id       string
	relation string
}

func load(fsys fs.FS) (*data, error) {
	d := &data{
		lists: map[tenant.Dataset][]object{}, gaps: map[tenant.Dataset]*answer{},
		truncated: map[tenant.Dataset]bool{}, relationGaps: map[relationKey]*answer{}, fullRelations: map[tenant.Dataset]bool{},
	}
	if fsys == nil {
		return d, nil
	}
	for _, name := range tenant.Datasets() {
		if err := d.loadDataset(fsys, name); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	manifest, _, err := tenant.ReadManifest(fsys)
	if err != nil {
		return nil, err
	}
	d.tenantID = manifest.TenantID
	if manifest.TakenAt != "" {
		if d.takenAt, err = time.Parse(time.RFC3339, manifest.TakenAt); err != nil {
			return nil, err
		}
	}
	if d.tenantID == "" && len(d.lists[tenant.DatasetOrganization]) > 0 {
		d.tenantID = d.lists[tenant.DatasetOrganization][0].text("id")
	}
	for name, entry := range manifest.Datasets {
		d.applyEntry(name, entry)
	}
	return d, nil
}

func (d *data) loadDataset(fsys fs.FS, name tenant.Dataset) error {
	body, err := fs.ReadFile(fsys, string(name)+".json")
	if err == nil {
		return d.loadDocument(name, body)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	body, err = fs.ReadFile(fsys, string(name)+".jsonl")
	if errors.Is(err, fs.ErrNotExist) {
		d.gaps[name] = graphError(404, "Request_ResourceNotFound", "The snapshot that this server shows has no "+string(name)+".")
		return nil
	}
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(body)) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		var o object
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			return err
		}
		d.lists[name] = append(d.lists[name], o)
	}
	return nil
}

func (d *data) loadDocument(name tenant.Dataset, body []byte) error {
	var document object
	if err := json.Unmarshal(body, &document); err != nil {
		return err
	}
	if failure, ok := document["error"]; ok {
		var e struct{ Code, Message string }
		if err := json.Unmarshal(failure, &e, json.MatchCaseInsensitiveNames(true)); err != nil {
			return err
		}
		d.gaps[name] = graphError(statusOf(tenant.GapOfError(0, e.Code, e.Message)), e.Code, e.Message)
		return nil
	}
	_, d.truncated[name] = document["@odata.nextLink"]
	if name == tenant.DatasetConditionalAccessPolicies {
		d.v1Only = strings.Contains(document.text("@odata.context"), "/v1.0/")
	}
	if name.Singleton() {
		delete(document, "@odata.context")
		d.lists[name] = []object{document}
		return nil
	}
	var rows []object
	err := json.Unmarshal(document["value"], &rows)
	d.lists[name] = rows
	return err
}

// applyEntry makes the server answer as a tenant would that leaves this gap.
func (d *data) applyEntry(name tenant.Dataset, entry tenant.ManifestEntry) {
	if name == tenant.DatasetConditionalAccessPolicies && entry.APIVersion == "v1.0" {
		d.v1Only = true
	}
	d.fullRelations[name] = entry.Relations == tenant.StatusComplete
	for _, g := range entry.Gaps {
		key := relationKey{name, strings.ToLower(g.ID), g.Relation}
		d.relationGaps[key] = gapAnswer(tenant.GapStatus(g.Status), g.Error)
	}
	switch status := tenant.GapStatus(entry.Status); status {
	case tenant.StatusComplete:
	case tenant.GapTruncated:
		d.truncated[name] = true
	default:
		d.gaps[name] = gapAnswer(status, entry.Error)
	}
}

func statusOf(s tenant.GapStatus) int {
	switch s {
	case tenant.GapForbidden, tenant.GapNotLicensed:
		return 403
	case tenant.GapNotEnabled:
		return 400
	case tenant.GapFailed, tenant.GapTruncated, tenant.GapMalformed:
		return 500
	}
	return 404
}

func gapAnswer(s tenant.GapStatus, e *tenant.ManifestError) *answer {
	if e != nil && tenant.GapOfError(statusOf(s), e.Code, e.Message) == s {
		return graphError(statusOf(s), e.Code, e.Message)
	}
	switch s {
	case tenant.GapForbidden:
		return graphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
	case tenant.GapNotLicensed:
		return graphError(403, "Forbidden", "Your tenant is not licensed for this feature.")
	case tenant.GapNotEnabled:
		return graphError(400, "BadRequest", "Resource not found for the segment 'thisFeature'.")
	}
	return graphError(statusOf(s), "UnknownError", "")
}

// text returns a string member, or "".
func (o object) text(name string) string {
	var s string
	if raw, ok := o[name]; ok && raw.Kind() == '"' {
		if err := json.Unmarshal(raw, &s); err != nil {
			return ""
		}
	}
	return s
}

// id returns the folded id.
func (o object) id() string { return strings.ToLower(o.text("id")) }

// list returns an array of objects, and whether the member is one.
func (o object) list(name string) ([]object, bool) {
	raw, ok := o[name]
	if !ok || raw.Kind() != '[' {
		return nil, false
	}
	var items []object
	if err := json.Unmarshal(raw, &items); err != nil {
		return nil, false
	}
	return items, true
}

func (o object) without(names ...string) object {
	c := make(object, len(o))
	for name, value := range o {
		if !slices.Contains(names, name) {
			c[name] = value
		}
	}
	return c
}

func (o object) with(name string, value any) object {
	raw, err := json.Marshal(value, json.Deterministic(true))
	if err != nil {
		panic(err) // values are made of decoded JSON
	}
	c := o.without()
	c[name] = raw
	return c
}

// byID finds an object of a dataset.
func (d *data) byID(name tenant.Dataset, id string) (object, bool) {
	rows := d.with(name, "id", id)
	if len(rows) == 0 {
		return nil, false
	}
	return rows[0], true
}

type indexKey struct {
	dataset tenant.Dataset
	member  string
}

// with returns the objects of a dataset whose member has a text, without case.
func (d *data) with(name tenant.Dataset, member, value string) []object {
	d.mu.Lock()
	defer d.mu.Unlock()
	key := indexKey{name, member}
	index := d.indexes[key]
	if index == nil {
		index = map[string][]object{}
		for _, o := range d.lists[name] {
			at := strings.ToLower(o.text(member))
			index[at] = append(index[at], o)
		}
		if d.indexes == nil {
			d.indexes = map[indexKey]map[string][]object{}
		}
		d.indexes[key] = index
	}
	return index[strings.ToLower(value)]
}
