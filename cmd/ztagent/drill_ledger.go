package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/drill"
	"github.com/ztagent/ztagent/internal/drillplan"
	"github.com/ztagent/ztagent/internal/tenant"
)

// maxLedger bounds a file of drill records; thousands of drills are smaller.
const maxLedger = 64 << 20

// ledgerFile is where drill records are kept: a file of its own, or the dataset
// killSwitchDrills of a snapshot directory.
type ledgerFile struct {
	name   string
	ledger *drillplan.Ledger
	exists bool
}

// drillsName is the file name of the dataset.
const drillsName = string(tenant.DatasetKillSwitchDrills)

// openLedger reads the records at a path: a file that may not be there yet, or
// a snapshot directory.
func openLedger(name string) (*ledgerFile, error) {
	f := &ledgerFile{name: name}
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		f.name = filepath.Join(name, drillsName+".json")
		if lines := filepath.Join(name, drillsName+".jsonl"); isFile(lines) {
			f.name = lines
		}
	}
	if twin := f.twin(); twin != "" && isFile(twin) {
		return nil, usageError("beside %s there is %s: a snapshot holds one of them", f.name, filepath.Base(twin))
	}
	data, err := readBounded(f.name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, usageError("cannot read the drill records %s: %w", f.name, cause(err))
	default:
		f.exists = true
	}
	if f.ledger, err = drillplan.ReadLedger(data, filepath.Ext(f.name) == ".jsonl"); err != nil {
		return nil, usageError("the drill records %s: %w", f.name, err)
	}
	return f, nil
}

// twin is the other name that the dataset could have there; "" for a file of its
// own.
func (f *ledgerFile) twin() string {
	base, ok := strings.CutPrefix(filepath.Base(f.name), drillsName)
	switch {
	case ok && base == ".json":
		return f.name + "l"
	case ok && base == ".jsonl":
		return strings.TrimSuffix(f.name, "l")
	}
	return ""
}

func readBounded(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxLedger+1))
	if err == nil && len(data) > maxLedger {
		err = fmt.Errorf("it is larger than %d MiB", maxLedger>>20)
	}
	return data, err
}

// drillRecords reads the records for a live run.
func drillRecords(name string) ([]jsontext.Value, error) {
	if name == "" {
		return nil, nil
	}
	f, err := openLedger(name)
	switch {
	case err != nil:
		return nil, err
	case !f.exists:
		return nil, usageError("cannot read the drill records %s: no such file", f.name)
	}
	var all []jsontext.Value
	for _, raw := range f.ledger.Values() {
		one := raw.Clone()
		if err := one.Compact(); err != nil {
			return nil, usageError("the drill records %s: %w", f.name, err)
		}
		all = append(all, one)
	}
	return all, nil
}

// kept counts what keeping records changed.
type kept struct{ added, updated, unchanged int }

func (k kept) String() string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{k.added, "added"}, {k.updated, "updated"}, {k.unchanged, "there already"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", count(p.n, "record"), p.what))
		}
	}
	if len(parts) == 0 {
		return "no record"
	}
	return strings.Join(parts, ", ")
}

// keep adds the records and writes the file, unless nothing changed.
func (f *ledgerFile) keep(records []drill.Record) (kept, error) {
	var k kept
	for _, r := range records {
		change, err := f.ledger.Keep(r)
		if err != nil {
			return k, usageError("the drill records %s: %w", f.name, err)
		}
		switch change {
		case drillplan.Added:
			k.added++
		case drillplan.Updated:
			k.updated++
		default:
			k.unchanged++
		}
	}
	if k.added+k.updated == 0 {
		return k, nil
	}
	return k, f.write()
}

// write writes the records, and makes a snapshot around them go on being what
// it was: its manifest counts the records, and without a manifest its moment,
// which is that of the newest data file, stays.
func (f *ledgerFile) write() error {
	data, err := f.ledger.Marshal()
	if err != nil {
		return err
	}
	dir := filepath.Dir(f.name)
	var moment time.Time
	if f.twin() != "" {
		moment = newestDataset(dir)
	}
	if err := writeFile(f.name, func(out io.Writer) error { _, err := out.Write(data); return err }); err != nil {
		return err
	}
	if f.twin() == "" {
		return nil
	}
	counted, err := f.countInManifest(dir)
	if err != nil || counted || moment.IsZero() {
		return err
	}
	if err := os.Chtimes(f.name, moment, moment); err != nil {
		return usageError("cannot keep the moment of the snapshot %s: %w", dir, cause(err))
	}
	return nil
}

// newestDataset is when the newest data file of a directory was written; zero
// when there is none.
func newestDataset(dir string) time.Time {
	var newest time.Time
	entries, err := os.ReadDir(dir)
	if err != nil {
		return newest
	}
	for _, e := range entries {
		ext := filepath.Ext(e.Name())
		if ext != ".json" && ext != ".jsonl" || !tenant.IsDataset(strings.TrimSuffix(e.Name(), ext)) {
			continue
		}
		if info, err := e.Info(); err == nil && info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}
	return newest
}

// snapshotManifest is a manifest with what this version does not know.
type snapshotManifest struct {
	tenant.Manifest
	Rest jsontext.Value `json:",embed"`
}

// countInManifest makes the manifest of a directory say that the records are
// there: one that calls them absent would hide them. There need be no manifest.
func (f *ledgerFile) countInManifest(dir string) (found bool, err error) {
	if _, found, err = tenant.ReadManifest(os.DirFS(dir)); err != nil || !found {
		return found, err
	}
	name := filepath.Join(dir, tenant.ManifestName)
	data, err := readBounded(name)
	if err != nil {
		return true, usageError("cannot read %s: %w", name, cause(err))
	}
	var m snapshotManifest
	if err := json.Unmarshal(data, &m); err != nil {
		return true, usageError("%s: %w", name, err)
	}
	entry, listed := m.Datasets[tenant.DatasetKillSwitchDrills]
	n := f.ledger.Len()
	if !listed || entry.Status == tenant.StatusComplete && entry.Count != nil && *entry.Count == n {
		return true, nil
	}
	entry.Status, entry.Count, entry.Error = tenant.StatusComplete, &n, nil
	m.Datasets[tenant.DatasetKillSwitchDrills] = entry
	out, err := json.Marshal(&m, json.Deterministic(true), jsontext.WithIndent("  "))
	if err != nil {
		return true, fmt.Errorf("writing %s: %w", name, err)
	}
	return true, writeFile(name, func(w io.Writer) error { _, err := w.Write(append(out, '\n')); return err })
}
