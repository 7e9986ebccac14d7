package tenant

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
)

// Replace returns the snapshot with one dataset read anew, from the files that
// fsys holds of it; without one the dataset is absent. All others are shared with
// s, which stays as it was. Whatever asks "and if this had been otherwise?" a
// million times need not read the whole snapshot again each time.
func (s *Snapshot) Replace(d Dataset, fsys fs.FS) (*Snapshot, error) {
	next := &Snapshot{
		Path: s.Path, gaps: maps.Clone(s.gaps), relationGaps: maps.Clone(s.relationGaps),
		files: maps.Clone(s.files), manifest: s.manifest,
	}
	for _, t := range tables {
		t.share(s, next)
	}
	tables[d].discard(next)
	delete(next.files, d)
	delete(next.gaps, d)
	delete(next.relationGaps, d)
	found := &Snapshot{files: map[Dataset]*dataFile{}}
	if err := found.findFiles(fsys); err != nil {
		return nil, err
	}
	next.Warnings = append(slices.Clone(s.Warnings), found.Warnings...)
	r := &reading{snapshot: next, manifest: s.manifest, slots: newSlots()}
	file := found.files[d]
	if file != nil {
		next.files[d] = file
	}
	r.applyManifestGap(d)
	if file != nil {
		gap, err := r.readDataset(d, file)
		if err != nil {
			return nil, err
		}
		r.note(d, gap)
	}
	if err := next.identify(s.manifest); err != nil {
		return nil, fmt.Errorf("reading the snapshot: %w", err)
	}
	return next, nil
}
