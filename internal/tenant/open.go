package tenant

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// OpenFS reads the snapshot in fsys; name is how the user calls it. A dataset
// that cannot be read becomes a gap; an error means that there is no usable
// snapshot. It reads datasets, and parts of large ones, in parallel.
func OpenFS(fsys fs.FS, name string) (*Snapshot, error) { return openFS(fsys, name, nil) }

func openFS(fsys fs.FS, name string, datasets []Dataset) (*Snapshot, error) {
	s := &Snapshot{
		Path:         name,
		gaps:         map[Dataset]Gap{},
		relationGaps: map[Dataset][]RelationGap{},
		files:        map[Dataset]*dataFile{},
	}
	if err := s.findFiles(fsys); err != nil {
		return nil, err
	}
	manifest, hasManifest, err := ReadManifest(fsys)
	if err != nil {
		return nil, err
	}
	if !hasManifest && len(s.files) == 0 {
		return nil, fmt.Errorf("%s is %w: it holds neither %s nor a dataset file such as %s.json",
			name, ErrNotSnapshot, ManifestName, DatasetAgentIdentities)
	}
	s.manifest = manifest
	r := &reading{snapshot: s, manifest: manifest, slots: newSlots()}
	r.applyManifestGaps()
	if datasets != nil {
		s.leaveOut(datasets)
	}
	if err := r.readAll(); err != nil {
		return nil, err
	}
	return s, s.identify(manifest)
}

// findFiles notes which dataset is in which file.
func (s *Snapshot) findFiles(fsys fs.FS) error {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return fmt.Errorf("reading the snapshot: %w", err)
	}
	for _, entry := range entries {
		name := entry.Name()
		ext := path.Ext(name)
		dataset := strings.TrimSuffix(name, ext)
		switch {
		case name == ManifestName || strings.HasPrefix(name, "."):
		case entry.IsDir() || ext != ".json" && ext != ".jsonl" || !IsDataset(dataset):
			s.warn(name)
		case s.files[Dataset(dataset)] != nil:
			return inputError("", 0, 0, fmt.Sprintf(
				"the snapshot holds both %s.json and %s.jsonl; remove the one that is out of date", dataset, dataset))
		default:
			s.files[Dataset(dataset)] = &dataFile{fsys: fsys, name: name, lines: ext == ".jsonl"}
		}
	}
	return nil
}

// leaveOut notes as unread what is there and is not among the wanted datasets.
func (s *Snapshot) leaveOut(wanted []Dataset) {
	s.leftOut = map[Dataset]bool{}
	for _, d := range datasetOrder {
		if _, gap := s.gaps[d]; !gap && !slices.Contains(wanted, d) {
			s.gaps[d] = Gap{Dataset: d, Status: GapSkipped, Reason: "nothing that was asked for looks at it"}
			s.leftOut[d] = true
		}
	}
}

func (s *Snapshot) warn(name string) {
	const most = 10
	switch {
	case len(s.Warnings) < most:
		s.Warnings = append(s.Warnings, fmt.Sprintf("%.80q in the snapshot is no dataset; it was ignored", name))
	case len(s.Warnings) == most:
		s.Warnings = append(s.Warnings, "more files in the snapshot are no dataset; they were ignored")
	}
}

// identify says whose snapshot it is, and of when (docs/snapshot.md, "Rules that
// decide").
func (s *Snapshot) identify(m Manifest) error {
	s.Cloud, s.Redacted, s.DisplayName = m.Cloud, m.Redacted, m.TenantDisplayName
	s.TenantID = ParseID(m.TenantID)
	for o := range s.Organization.All() {
		if s.TenantID.IsZero() {
			s.TenantID = o.ID
		}
		if s.DisplayName == "" {
			s.DisplayName = o.DisplayName.Or("")
		}
	}
	var err error
	if s.Window.SignIns, err = ParseWindow(m.Window.SignIns); err != nil {
		return err
	}
	if s.Window.DirectoryAudits, err = ParseWindow(m.Window.DirectoryAudits); err != nil {
		return err
	}
	if m.TakenAt != "" {
		s.TakenAt, err = time.Parse(time.RFC3339Nano, m.TakenAt)
		s.TakenAt = s.TakenAt.UTC()
		return err
	}
	return s.takeNewestFileTime()
}

func (s *Snapshot) takeNewestFileTime() error {
	for _, f := range s.files {
		info, err := fs.Stat(f.fsys, f.name)
		if err != nil {
			return fmt.Errorf("reading the snapshot: %w", err)
		}
		if t := info.ModTime().UTC(); t.After(s.TakenAt) {
			s.TakenAt = t
		}
	}
	return nil
}

// ParseWindow reads an ISO 8601 duration in days, hours, minutes and seconds, the
// forms a log window has; "" is 0.
func ParseWindow(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	bad := inputError(ManifestName, 0, 0, fmt.Sprintf("window %.40q is not an ISO 8601 duration such as P30D", text))
	days, clock, hasClock := strings.Cut(strings.TrimPrefix(text, "P"), "T")
	if !strings.HasPrefix(text, "P") || days == "" && clock == "" {
		return 0, bad
	}
	var total time.Duration
	if days != "" {
		n, ok := digits([]byte(strings.TrimSuffix(days, "D")))
		if !ok || !strings.HasSuffix(days, "D") || n > 36500 {
			return 0, bad
		}
		total = time.Duration(n) * 24 * time.Hour
	}
	if hasClock {
		d, err := time.ParseDuration(strings.ToLower(clock))
		if err != nil || d < 0 {
			return 0, bad
		}
		total += d
	}
	return total, nil
}

// reading is one OpenFS under way.
type reading struct {
	snapshot *Snapshot
	manifest Manifest
	slots    chan struct{}
	buffers  buffers
}

// applyManifestGaps notes what the manifest says is missing, and what is not
// there at all.
func (r *reading) applyManifestGaps() {
	for _, d := range datasetOrder {
		r.applyManifestGap(d)
	}
}

func (r *reading) applyManifestGap(d Dataset) {
	s := r.snapshot
	if entry, listed := r.manifest.Datasets[d]; listed {
		if gap, ok := entry.gap(d); ok {
			s.gaps[d] = gap
		}
		for _, g := range entry.Gaps {
			s.relationGaps[d] = append(s.relationGaps[d], RelationGap{
				ID: ParseID(g.ID), Relation: g.Relation, Status: GapStatus(g.Status),
				Reason: gapReason(GapStatus(g.Status), g.Error),
			})
		}
	}
	if _, gap := s.gaps[d]; !gap && s.files[d] == nil {
		s.gaps[d] = Gap{Dataset: d, Status: GapAbsent, Reason: gapReason(GapAbsent, nil)}
	}
}

func (r *reading) readAll() error {
	var group errgroup.Group
	found := make([]*Gap, len(datasetOrder))
	for i, d := range datasetOrder {
		file := r.snapshot.files[d]
		if file == nil || r.snapshot.leftOut[d] {
			continue
		}
		group.Go(func() error {
			gap, err := r.readDataset(d, file)
			found[i] = gap
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i, d := range datasetOrder {
		r.note(d, found[i])
	}
	return nil
}

// note keeps what reading found missing, unless the manifest said it before.
func (r *reading) note(d Dataset, gap *Gap) {
	if _, known := r.snapshot.gaps[d]; !known && gap != nil {
		r.snapshot.gaps[d] = *gap
	}
}

// readDataset reads one file and returns what is missing of it. Only failures of
// the file system are errors.
func (r *reading) readDataset(d Dataset, file *dataFile) (*Gap, error) {
	env, err := tables[d].read(r, d, file)
	var placed *placedError
	switch {
	case errors.As(err, &placed):
		line, column := position(file.fsys, file.name, placed.offset)
		return &Gap{d, GapMalformed, fmt.Sprintf("%s:%d:%d: %s", file.name, line, column, placed.msg)}, nil
	case errors.Is(err, errUTF16):
		return &Gap{d, GapMalformed, file.name + ": " + err.Error()}, nil
	case err != nil:
		var pathError *fs.PathError
		if errors.As(err, &pathError) {
			return nil, fmt.Errorf("reading %s: %w", d, err)
		}
		return &Gap{d, GapMalformed, file.name + ": " + err.Error()}, nil
	}
	return r.judgeEnvelope(d, file, env), nil
}

func (r *reading) judgeEnvelope(d Dataset, file *dataFile, env envelope) *Gap {
	if e := env.failure; e != nil {
		status := GapOfError(0, e.Code, e.Message)
		return &Gap{d, status, gapReason(status, &ManifestError{Code: e.Code, Message: e.Message})}
	}
	entry := r.manifest.Datasets[d]
	switch {
	case env.nextLink:
		return &Gap{d, GapTruncated, file.name + " still has an @odata.nextLink: pages are missing"}
	case entry.Count != nil && *entry.Count > env.count:
		return &Gap{d, GapTruncated, fmt.Sprintf("%s holds %d of the %d objects that %s counts",
			file.name, env.count, *entry.Count, ManifestName)}
	case d == DatasetConditionalAccessPolicies:
		return r.judgePolicyVersion(env, entry)
	}
	return nil
}

// judgePolicyVersion tells whether the policies were read from beta: v1.0 leaves
// every agent condition out without a word.
func (r *reading) judgePolicyVersion(env envelope, entry ManifestEntry) *Gap {
	gap := func(why string) *Gap {
		return &Gap{DatasetConditionalAccessPolicies, GapTruncated, why +
			", which leaves out every condition about agents; read the policies from beta"}
	}
	switch {
	case strings.Contains(env.context, "/v1.0/"):
		return gap("the policies were read from v1.0")
	case entry.APIVersion == "v1.0":
		return gap(ManifestName + " says that the policies were read from v1.0")
	case strings.Contains(env.context, "/beta/") || entry.APIVersion == "beta":
		return nil
	}
	for p := range r.snapshot.ConditionalAccessPolicies.All() {
		if p.hasBetaProperty() {
			return nil
		}
	}
	return gap("nothing says that the policies were not read from v1.0")
}

func (p *ConditionalAccessPolicy) hasBetaProperty() bool {
	if session, ok := p.SessionControls.Get(); ok && !session.ContinuousAccessEvaluation.IsAbsent() {
		return true
	}
	conditions, ok := p.Conditions.Get()
	if !ok {
		return false
	}
	clients, _ := conditions.ClientApplications.Get()
	return !conditions.AgentIDRiskLevels.IsAbsent() ||
		clients.IncludeAgentIDServicePrincipals.State != RelationAbsent ||
		clients.ExcludeAgentIDServicePrincipals.State != RelationAbsent ||
		!clients.AgentIDServicePrincipalFilter.IsAbsent()
}
