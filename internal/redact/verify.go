package redact

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Leak is something of the original that survived, and where. What it says is
// left out: the report of a leak should be none.
type Leak struct {
	File  string
	Place string // a JSON pointer, or a line
	What  string
}

func (l Leak) String() string { return fmt.Sprintf("%s in %s at %s", l.What, l.File, l.Place) }

// Verification is what a search for originals found.
type Verification struct {
	Leaks []Leak
	// More reports that there may be others: the search ended at a hundred.
	More bool
	// Searched is how many distinct originals were searched for. Common were
	// not: they are made of words that everyone uses.
	Searched, Common int
}

// maxLeaks are reported; one would be enough.
const maxLeaks = 100

// Verify searches the redacted snapshot for every name, user and mail name,
// domain and text of the original, and with ids for every id. Words count
// however they are written: in another case, percent-encoded, joined by other
// signs, as part of a longer text or as the name of a member or a file.
func Verify(ctx context.Context, original, redacted fs.FS, ids bool) (Verification, error) {
	s, err := openSource(original, Options{Key: NewKey(), IDs: ids})
	if err != nil {
		return Verification{}, fmt.Errorf("the original: %w", err)
	}
	known, err := s.learn(ctx)
	if err != nil {
		return Verification{}, fmt.Errorf("the original: %w", err)
	}
	if _, err := openSource(redacted, Options{Key: NewKey()}); err != nil {
		return Verification{}, fmt.Errorf("the redacted snapshot: %w", err)
	}
	leaks, err := search(ctx, known, redacted)
	return Verification{
		Leaks: leaks, More: len(leaks) == maxLeaks, Searched: len(known.terms.runs) + len(known.ids), Common: len(known.terms.common),
	}, err
}

// search looks through every file, dataset or not.
func search(ctx context.Context, known *knowledge, redacted fs.FS) ([]Leak, error) {
	s := &searcher{known: known, clean: map[string]bool{}}
	err := fs.WalkDir(redacted, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || len(s.leaks) >= maxLeaks {
			return err
		}
		if name == "." {
			return nil
		}
		s.file = name
		if base := strings.TrimSuffix(path.Base(name), path.Ext(name)); !tenant.IsDataset(base) {
			s.look(func() string { return "its name" }, path.Base(name))
		}
		if entry.IsDir() {
			return nil
		}
		return s.searchFile(ctx, redacted, name)
	})
	if err != nil {
		return nil, fmt.Errorf("searching the redacted snapshot: %w", err)
	}
	return s.leaks, nil
}

type searcher struct {
	known *knowledge
	file  string
	leaks []Leak
	clean map[string]bool // texts that were looked at
}

func (s *searcher) searchFile(ctx context.Context, fsys fs.FS, name string) error {
	before := len(s.leaks)
	err := s.read(fsys, name, func(text io.Reader) error { return walk(ctx, text, io.Discard, s) })
	var pathError *fs.PathError
	if err == nil || errors.As(err, &pathError) || ctx.Err() != nil {
		return err
	}
	s.leaks = s.leaks[:before]
	return s.read(fsys, name, s.searchLines) // it is no JSON
}

func (s *searcher) read(fsys fs.FS, name string, search func(io.Reader) error) error {
	f, err := fsys.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return search(tenant.UTF8(f))
}

func (s *searcher) searchLines(text io.Reader) error {
	lines := bufio.NewReader(text)
	for n := 1; len(s.leaks) < maxLeaks; n++ {
		line, err := lines.ReadString('\n')
		s.look(func() string { return "line " + strconv.Itoa(n) }, line)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *searcher) leak(place string, kind kindOfTerm) {
	if len(s.leaks) >= maxLeaks {
		return
	}
	file := s.file
	if s.find(file) != noTerm {
		file = hidden + path.Ext(file)
	}
	s.leaks = append(s.leaks, Leak{file, s.nameless(place), kind.String()})
}

// hidden stands for a name on the way to a leak that is one itself.
const hidden = "(hidden)"

// nameless hides what of a JSON pointer should not have survived.
func (s *searcher) nameless(pointer string) string {
	steps := strings.Split(pointer, "/")
	for i, step := range steps {
		if s.find(step) != noTerm || strings.Contains(step, "%") && s.find(unescaped(step)) != noTerm {
			steps[i] = hidden
		}
	}
	return strings.Join(steps, "/")
}

func unescaped(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}

// look searches a text for terms and ids.
func (s *searcher) look(place func() string, text string) bool {
	if s.clean[text] {
		return false
	}
	found := s.find(text)
	if found == noTerm && strings.Contains(text, "%") {
		found = s.find(unescaped(text))
	}
	if found == noTerm && strings.Contains(text, `\u`) {
		if plain, err := strconv.Unquote(`"` + strings.ReplaceAll(text, `"`, `\"`) + `"`); err == nil {
			found = s.find(plain)
		}
	}
	if found != noTerm {
		s.leak(place(), found)
		return true
	}
	if len(s.clean) >= maxCached {
		clear(s.clean)
	}
	s.clean[text] = true
	return false
}

func (s *searcher) find(text string) kindOfTerm {
	if len(s.known.ids) > 0 && len(text) >= 32 {
		for kind, piece := range tokens(text, false) {
			if kind == guid && s.known.ids[hashOf(strings.ToLower(dashed(piece)))] {
				return anID
			}
		}
	}
	return s.known.terms.find(text)
}

func (s *searcher) member(p *where, name string) string {
	s.look(p.pointer, name)
	return name
}

func (s *searcher) object(p *where, raw jsontext.Value) ([]byte, error) {
	return walkObject(p, raw, s)
}

// text also compares, where names and texts stand, the whole of it: a name of
// common words is found where a name is due.
func (s *searcher) text(p *where, text string) string {
	if isBlank(text) || s.look(p.pointer, text) {
		return text
	}
	if kind := s.known.wholes[hashOf(foldText(text))]; kind != noTerm && holdsOwn(p, text) {
		s.leak(p.pointer(), kind)
	}
	return text
}

// holdsOwn reports whether a text of the tenant's own stands at a path, which
// should be a pseudonym.
func holdsOwn(p *where, text string) bool {
	if p.attribute() != "" {
		return !staysAttribute(text)
	}
	c := p.class
	if c == unknownText {
		c = formOf(text)
	}
	switch c {
	case displayName, mailAddress:
		return !isPublicName(text) && !isStructural(text)
	case freeText:
		return !staysFree(text) && !isStructural(text)
	}
	return false
}
