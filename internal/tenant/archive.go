package tenant

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Bounds on archives: a snapshot has some forty files.
const (
	maxEntries  = 1000
	maxUnpacked = 16 << 30
)

// Open reads the snapshot at name: a directory, or a .zip or .tar.gz of one.
// The snapshot must be closed.
func Open(name string) (*Snapshot, error) { return OpenOnly(name, nil) }

// OpenOnly reads only some datasets, as Open does; nil is all. The others are gaps
// that Gap knows and Gaps does not list: nobody asked for them.
func OpenOnly(name string, datasets []Dataset) (*Snapshot, error) {
	fsys, cleanup, err := Files(name)
	if err != nil {
		return nil, err
	}
	return openAs(fsys, name, datasets, cleanup)
}

// Files opens the files of the snapshot at name without reading them. Cleanup must
// be called: it removes what was unpacked of an archive.
func Files(name string) (fsys fs.FS, cleanup func() error, err error) {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("there is no snapshot at %s", name)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("opening the snapshot: %w", err)
	}
	switch lower := strings.ToLower(name); {
	case info.IsDir():
		return os.DirFS(name), func() error { return nil }, nil
	case strings.HasSuffix(lower, ".zip"):
		return openZip(name, maxUnpacked)
	case strings.HasSuffix(lower, ".tar.gz"), strings.HasSuffix(lower, ".tgz"):
		return openTar(name, maxUnpacked)
	}
	return nil, nil, fmt.Errorf("%s is %w: give a directory, a .zip or a .tar.gz", name, ErrNotSnapshot)
}

// openAs reads fsys and hands cleanup to the snapshot, or runs it on failure.
func openAs(fsys fs.FS, name string, datasets []Dataset, cleanup func() error) (*Snapshot, error) {
	s, err := openFS(fsys, name, datasets)
	if err != nil {
		_ = cleanup()
		var input *InputError
		if errors.As(err, &input) && input.File != "" {
			located := *input
			located.File = filepath.ToSlash(filepath.Join(name, input.File))
			return nil, &located
		}
		return nil, err
	}
	s.cleanup = cleanup
	return s, nil
}

func openZip(name string, most uint64) (fs.FS, func() error, error) {
	z, err := zip.OpenReader(name)
	if err != nil {
		return nil, nil, fmt.Errorf("%s cannot be read as a zip archive: %w", name, err)
	}
	var total uint64
	names := make([]string, 0, len(z.File))
	for _, f := range z.File {
		total += f.UncompressedSize64
		if err := checkEntry(f.Name, f.Mode(), len(names), total, most); err != nil {
			_ = z.Close()
			return nil, nil, inputError(name, 0, 0, err.Error())
		}
		names = append(names, f.Name)
	}
	root, err := fs.Sub(z, commonFolder(names))
	if err != nil {
		_ = z.Close()
		return nil, nil, err
	}
	return root, z.Close, nil
}

// checkEntry refuses what could leave the archive or fill the disk.
func checkEntry(name string, mode fs.FileMode, entries int, total, most uint64) error {
	clean := strings.TrimSuffix(strings.TrimPrefix(name, "./"), "/")
	switch {
	case clean == "" || clean == ".":
		return nil
	case !fs.ValidPath(clean) || strings.Contains(name, `\`) || strings.Contains(name, ":"):
		return fmt.Errorf("the archive holds %.80q, a path that could lead outside it", name)
	case !mode.IsRegular() && !mode.IsDir():
		return fmt.Errorf("the archive holds %.80q, which is a link or a device; a snapshot holds plain files", name)
	case entries >= maxEntries:
		return fmt.Errorf("the archive holds more than %d files", maxEntries)
	case total > most:
		return fmt.Errorf("the archive unpacks to more than %d GiB", most>>30)
	}
	return nil
}

// commonFolder returns the one folder that holds every file, or ".".
func commonFolder(names []string) string {
	folder := ""
	for _, name := range names {
		name = strings.TrimPrefix(name, "./")
		first, rest, nested := strings.Cut(name, "/")
		if name == "" || nested && rest == "" {
			continue
		}
		if !nested || folder != "" && folder != first {
			return "."
		}
		folder = first
	}
	if folder == "" {
		return "."
	}
	return folder
}

// openTar unpacks into a private temporary directory, because what is reported
// is read a second time.
func openTar(name string, most uint64) (fs.FS, func() error, error) {
	dir, err := os.MkdirTemp("", "ztagent-")
	if err != nil {
		return nil, nil, fmt.Errorf("unpacking %s: %w", name, err)
	}
	cleanup := func() error { return os.RemoveAll(dir) }
	names, err := unpackTar(name, dir, most)
	if err != nil {
		_ = cleanup()
		return nil, nil, err
	}
	return os.DirFS(filepath.Join(dir, filepath.FromSlash(commonFolder(names)))), cleanup, nil
}

func unpackTar(name, dir string, most uint64) ([]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("opening the snapshot: %w", err)
	}
	defer f.Close()
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read as a gzip archive: %w", name, err)
	}
	var names []string
	var total uint64
	t := tar.NewReader(unpacked)
	for {
		header, err := t.Next()
		if errors.Is(err, io.EOF) {
			return names, verifyRest(name, unpacked)
		}
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read as a tar archive: %w", name, err)
		}
		if header.Typeflag == tar.TypeXGlobalHeader {
			continue
		}
		total += uint64(max(header.Size, 0))
		mode := header.FileInfo().Mode()
		if header.Typeflag == tar.TypeLink { // tar calls a hard link a regular file
			mode |= fs.ModeIrregular
		}
		if err := checkEntry(header.Name, mode, len(names), total, most); err != nil {
			return nil, inputError(name, 0, 0, err.Error())
		}
		names = append(names, header.Name)
		if err := unpackEntry(t, header, dir); err != nil {
			return nil, fmt.Errorf("unpacking %s: %w", name, err)
		}
	}
}

// verifyRest reads what stands behind the last file, so that the checksum at the
// end of the archive is compared.
func verifyRest(name string, unpacked io.Reader) error {
	const most = 1 << 20 // archives are padded to whole records
	n, err := io.Copy(io.Discard, io.LimitReader(unpacked, most+1))
	if err == nil && n > most {
		err = errors.New("something stands behind its end")
	}
	if err != nil {
		return fmt.Errorf("%s cannot be read as a gzip archive: %w", name, err)
	}
	return nil
}

func unpackEntry(t *tar.Reader, header *tar.Header, dir string) error {
	target := filepath.Join(dir, filepath.FromSlash(path.Clean(header.Name)))
	if header.FileInfo().IsDir() {
		return os.MkdirAll(target, 0o700)
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return err
	}
	out, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.CopyN(out, t, header.Size); err != nil {
		_ = out.Close()
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	return os.Chtimes(target, header.ModTime, header.ModTime)
}
