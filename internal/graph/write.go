package graph

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/tenant"
)

// directory is a snapshot directory being written. Every file is written beside
// its place and renamed into it, so that what is there is whole.
type directory struct {
	path string

	mu       sync.Mutex
	manifest tenant.Manifest
}

// unfinished marks files that are not there yet.
const unfinished = ".partial-"

// openDirectory makes the directory, or goes on with one that is there.
func openDirectory(path string, resume bool) (*directory, error) {
	d := &directory{path: path}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("making the snapshot directory: %w", err)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("reading the snapshot directory: %w", err)
	}
	manifest, found, err := tenant.ReadManifest(os.DirFS(path))
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the snapshot to go on with: %w", err)
	case resume && manifest.Redacted:
		return nil, fmt.Errorf("the snapshot in %s is redacted: what is read now would stand in it by its real names; collect into a new directory", path)
	case resume && found:
		d.manifest = manifest
	case resume && slices.ContainsFunc(entries, isFinished):
		return nil, fmt.Errorf("%s holds files and no %s: there is no snapshot to go on with", path, tenant.ManifestName)
	case !resume && len(entries) > 0:
		return nil, fmt.Errorf("%s is not empty: name a new directory, or go on with the snapshot in it (--resume)", path)
	}
	// First closed, then swept: what others could put there until now goes too.
	if err := os.Chmod(path, 0o700); err != nil {
		return nil, fmt.Errorf("closing the snapshot directory to others: %w", err)
	}
	return d, d.sweep()
}

func isFinished(e os.DirEntry) bool { return !strings.HasPrefix(e.Name(), unfinished) }

// sweep removes what an interrupted run left half done.
func (d *directory) sweep() error {
	entries, err := os.ReadDir(d.path)
	if err != nil {
		return fmt.Errorf("reading the snapshot directory: %w", err)
	}
	for _, e := range entries {
		if !isFinished(e) {
			if err := os.Remove(filepath.Join(d.path, e.Name())); err != nil {
				return fmt.Errorf("removing a half-written file: %w", err)
			}
		}
	}
	return nil
}

// create opens a file that becomes name on commit.
func (d *directory) create(name string) (*pending, error) {
	temp := filepath.Join(d.path, unfinished+name)
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", name, err)
	}
	return &pending{file: f, w: bufio.NewWriterSize(f, 256<<10), temp: temp, name: name, final: filepath.Join(d.path, name)}, nil
}

// pending is a file that is being written.
type pending struct {
	file        *os.File
	w           *bufio.Writer
	temp, final string
	name        string
}

// commit puts the file into its place.
func (p *pending) commit() error {
	err := p.w.Flush()
	if closeErr := p.file.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(p.temp, p.final)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", p.name, errors.Join(err, os.Remove(p.temp)))
	}
	return nil
}

// drop removes the file.
func (p *pending) drop() {
	_ = p.file.Close()    // nothing of it is kept
	_ = os.Remove(p.temp) // the next run sweeps what this leaves
}

// listFile writes a dataset as Graph's list answer, one object a line.
type listFile struct {
	*pending
	rows int
	err  error
}

func (d *directory) createList(name tenant.Dataset) (*listFile, error) {
	p, err := d.create(string(name) + ".json")
	if err != nil {
		return nil, err
	}
	return &listFile{pending: p}, nil
}

// begin writes what stands before the rows; context is "" for lists that no
// single request answers.
func (l *listFile) begin(context string) {
	l.write([]byte("{"))
	if context != "" {
		l.write([]byte(`"@odata.context":`))
		l.write(quoted(context))
		l.write([]byte(","))
	}
	l.write([]byte(`"value":[`))
}

func (l *listFile) row(raw jsontext.Value) {
	if l.rows > 0 {
		l.write([]byte(","))
	}
	l.write([]byte("\n"))
	l.write(raw)
	l.rows++
}

// end writes what stands behind the rows. A list that was cut short keeps a next
// link, so that it tells so by itself.
func (l *listFile) end(cut bool) error {
	l.write([]byte("\n]"))
	if cut {
		l.write([]byte(`,"@odata.nextLink":"not read"`))
	}
	l.write([]byte("}\n"))
	if l.err != nil {
		l.drop()
		return fmt.Errorf("writing %s: %w", l.name, l.err)
	}
	return l.commit()
}

func (l *listFile) write(b []byte) {
	if l.err == nil {
		_, l.err = l.w.Write(b)
	}
}

// remove takes a dataset's file away, as one that was refused has none.
func (d *directory) remove(name tenant.Dataset) error {
	for _, ext := range []string{".json", ".jsonl"} {
		err := os.Remove(filepath.Join(d.path, string(name)+ext))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing an old %s: %w", name, err)
		}
	}
	return nil
}

// writeObject writes a singleton.
func (d *directory) writeObject(name tenant.Dataset, raw []byte) error {
	p, err := d.create(string(name) + ".json")
	if err != nil {
		return err
	}
	if _, err := p.w.Write(append(raw, '\n')); err != nil {
		p.drop()
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return p.commit()
}

// record notes what became of a dataset, and writes the manifest. If it has rows,
// what an earlier run read by the ids in its old ones is complete no more: should
// this run die now, the manifest does not claim it.
func (d *directory) record(name tenant.Dataset, entry tenant.ManifestEntry, also ...func(*tenant.Manifest)) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.manifest.Datasets == nil {
		d.manifest.Datasets = map[tenant.Dataset]tenant.ManifestEntry{}
	}
	d.manifest.Datasets[name] = entry
	if entry.Count != nil && *entry.Count > 0 {
		for _, other := range dataset.ReadBy(name) {
			if d.manifest.Datasets[other].Status == tenant.StatusComplete {
				d.manifest.Datasets[other] = unread()
			}
		}
	}
	for _, change := range also {
		change(&d.manifest)
	}
	return d.save()
}

// update changes the manifest's head, and writes it.
func (d *directory) update(change func(*tenant.Manifest)) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	change(&d.manifest)
	return d.save()
}

func (d *directory) save() error {
	body, err := d.manifest.Marshal()
	if err != nil {
		return err
	}
	p, err := d.create(tenant.ManifestName)
	if err != nil {
		return err
	}
	if _, err := p.w.Write(body); err != nil {
		p.drop()
		return fmt.Errorf("writing %s: %w", tenant.ManifestName, err)
	}
	return p.commit()
}

// entry returns what the manifest says of a dataset.
func (d *directory) entry(name tenant.Dataset) (tenant.ManifestEntry, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	e, ok := d.manifest.Datasets[name]
	return e, ok
}
