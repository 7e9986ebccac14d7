// Package redact makes pseudonyms of what names people, organisations and
// places in a snapshot, so that it can be shown to others: every verdict stays,
// and with one key two snapshots of a tenant still compare.
//
// Everything goes that no table calls harmless. What Microsoft says stays (its
// words, states, permissions, roles and ids); what the tenant says becomes a
// pseudonym. Where a verdict compares texts, what is equal stays equal, and what
// matches a pattern goes on matching it.
package redact

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Options say how to redact.
type Options struct {
	// Key makes the pseudonyms; with nil a fresh one does, which is not kept.
	Key []byte
	// IDs replaces ids too, save for those that are the same in every tenant.
	IDs bool
}

// Summary tells what became of a snapshot.
type Summary struct {
	Files int
	// Ignored are files of the snapshot that are no dataset.
	Ignored []string
	// Malformed are datasets that could not be read as JSON: they are left out,
	// and the manifest says so.
	Malformed []tenant.Dataset
	// Common is how many texts are made of public words alone: they were
	// replaced, but nobody can tell whether one stands elsewhere by chance.
	Common int
}

// file is the data file of one dataset.
type file struct {
	dataset tenant.Dataset
	name    string
}

// Snapshot writes a redacted form of the snapshot in to the directory outDir,
// which must not exist or be empty. It is there whole or not at all, and only
// after it was searched for whatever should not have survived.
func Snapshot(ctx context.Context, in fs.FS, outDir string, o Options) (Summary, error) {
	if o.Key == nil {
		o.Key = NewKey()
	}
	source, err := openSource(in, o)
	if err != nil {
		return Summary{}, err
	}
	if err := Vacant(outDir); err != nil {
		return Summary{}, err
	}
	known, err := source.learn(ctx)
	if err != nil {
		return Summary{}, err
	}
	temporary, err := os.MkdirTemp(filepath.Dir(filepath.Clean(outDir)), ".ztagent-redact-*") // mode 0700
	if err != nil {
		return Summary{}, fmt.Errorf("making the redacted snapshot: %w", err)
	}
	defer os.RemoveAll(temporary)
	if err := source.write(ctx, known, temporary); err != nil {
		return Summary{}, err
	}
	leaks, err := search(ctx, known, os.DirFS(temporary))
	if err != nil {
		return Summary{}, err
	}
	if len(leaks) > 0 {
		return Summary{}, fmt.Errorf("the redacted snapshot would still hold %s; nothing was written", leaks[0])
	}
	if err := putInPlace(temporary, outDir); err != nil {
		return Summary{}, err
	}
	return source.summary(known), nil
}

// ErrNotEmpty is wrapped by the error for a directory in which something is.
var ErrNotEmpty = errors.New("it is not empty")

// Vacant refuses a directory in which something is, so that long work need not be
// done before it is refused. The error wraps ErrNotEmpty.
func Vacant(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("reading the directory to write to: %w", err)
	case len(entries) > 0:
		return fmt.Errorf("cannot write to %s: %w", dir, ErrNotEmpty)
	}
	return nil
}

func putInPlace(temporary, dir string) error {
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("taking the place of the empty directory: %w", err)
	}
	if err := os.Rename(temporary, dir); err != nil {
		return fmt.Errorf("putting the redacted snapshot in its place: %w", err)
	}
	return nil
}

// source is the snapshot that is being redacted.
type source struct {
	Options
	fsys        fs.FS
	files       []file
	ignored     []string
	manifest    tenant.Manifest
	hasManifest bool

	mu        sync.Mutex
	malformed map[tenant.Dataset]bool
}

func openSource(in fs.FS, o Options) (*source, error) {
	s := &source{Options: o, fsys: in, malformed: map[tenant.Dataset]bool{}}
	if _, err := newPseudonyms(o.Key); err != nil {
		return nil, err
	}
	if err := s.findFiles(); err != nil {
		return nil, err
	}
	var err error
	if s.manifest, s.hasManifest, err = tenant.ReadManifest(in); err != nil {
		return nil, err
	}
	if !s.hasManifest {
		s.manifest.SchemaVersion = 1
		if len(s.files) == 0 {
			return nil, fmt.Errorf("%w: it holds neither %s nor a dataset file", tenant.ErrNotSnapshot, tenant.ManifestName)
		}
	}
	if s.manifest.TakenAt == "" {
		if s.manifest.TakenAt, err = newestFile(in, s.files); err != nil {
			return nil, fmt.Errorf("reading the snapshot: %w", err)
		}
	}
	return s, nil
}

// findFiles notes the data files, as tenant.OpenFS does.
func (s *source) findFiles() error {
	entries, err := fs.ReadDir(s.fsys, ".")
	if err != nil {
		return fmt.Errorf("reading the snapshot: %w", err)
	}
	seen := map[tenant.Dataset]bool{}
	for _, entry := range entries {
		name := entry.Name()
		ext := path.Ext(name)
		dataset := tenant.Dataset(strings.TrimSuffix(name, ext))
		switch {
		case name == tenant.ManifestName || strings.HasPrefix(name, "."):
		case entry.IsDir() || ext != ".json" && ext != ".jsonl" || !tenant.IsDataset(string(dataset)):
			s.ignored = append(s.ignored, name)
		case seen[dataset]:
			return &tenant.InputError{Message: fmt.Sprintf("the snapshot holds both %[1]s.json and %[1]s.jsonl; remove the one that is out of date", dataset)}
		default:
			seen[dataset] = true
			s.files = append(s.files, file{dataset, name})
		}
	}
	return nil
}

// learn reads every file once.
func (s *source) learn(ctx context.Context) (*knowledge, error) {
	known := newKnowledge()
	known.cloud = s.manifest.Cloud
	(&scanner{found: known, ids: s.IDs}).noteManifest(s.manifest)
	err := s.each(ctx, func(ctx context.Context, f file, text io.Reader, p *pseudonyms) error {
		found := newKnowledge()
		err := walk(ctx, text, io.Discard, &scanner{pseudonyms: p, found: found, ids: s.IDs, dataset: f.dataset})
		s.mu.Lock()
		defer s.mu.Unlock()
		known.merge(found)
		return s.judge(f, err)
	})
	if err != nil {
		return nil, err
	}
	known.settle()
	known.tenantID = tenant.ParseID(s.manifest.TenantID)
	if known.tenantID.IsZero() {
		known.tenantID = known.organization
	}
	return known, nil
}

// judge notes a file that is no JSON. Anything else that goes wrong is an error.
func (s *source) judge(f file, err error) error {
	var pathError *fs.PathError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &pathError), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("reading %s: %w", f.name, err)
	}
	s.malformed[f.dataset] = true
	return nil
}

// each calls work for every file, on as many goroutines as there are processors.
func (s *source) each(ctx context.Context, work func(context.Context, file, io.Reader, *pseudonyms) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, f := range s.files {
		group.Go(func() error {
			in, err := s.fsys.Open(f.name)
			if err != nil {
				return fmt.Errorf("reading %s: %w", f.name, err)
			}
			defer in.Close()
			p, err := newPseudonyms(s.Key)
			if err != nil {
				return err
			}
			return work(ctx, f, tenant.UTF8(in), p)
		})
	}
	return group.Wait()
}

// write writes the redacted files and the manifest.
func (s *source) write(ctx context.Context, known *knowledge, dir string) error {
	err := s.each(ctx, func(ctx context.Context, f file, text io.Reader, p *pseudonyms) error {
		if s.malformed[f.dataset] {
			return nil
		}
		r := &fileRewriter{rewriter: &rewriter{p, known, s.IDs}, cache: map[cached]string{}}
		return writeFile(filepath.Join(dir, f.name), func(out io.Writer) error { return walk(ctx, text, out, r) })
	})
	if err != nil {
		return err
	}
	p, err := newPseudonyms(s.Key)
	if err != nil {
		return err
	}
	manifest := (&rewriter{p, known, s.IDs}).manifest(s.manifest, s.malformed)
	body, err := manifest.Marshal()
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, tenant.ManifestName), func(out io.Writer) error {
		_, err := out.Write(body)
		return err
	})
}

func writeFile(name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("writing the redacted snapshot: %w", err)
	}
	out := bufio.NewWriterSize(f, 256<<10)
	if err = write(out); err == nil {
		err = out.Flush()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("writing the redacted %s: %w", filepath.Base(name), err)
	}
	return nil
}

func (s *source) summary(known *knowledge) Summary {
	out := Summary{Files: len(s.files) - len(s.malformed), Ignored: s.ignored, Common: len(known.terms.common)}
	for _, d := range tenant.Datasets() {
		if s.malformed[d] {
			out.Malformed = append(out.Malformed, d)
		}
	}
	return out
}
