// Package redacttest knows what of a snapshot must not survive its redaction by
// reading the JSON alone. It shares nothing with the code that redacts. It is for
// tests.
package redacttest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Originals returns the names, user and mail names, hosts and texts of people's
// own in a snapshot, and with ids every GUID. Texts of fewer than five bytes are
// left out: they stand anywhere by chance.
func Originals(snapshot fs.FS, ids bool) (map[string]bool, error) {
	entries, err := fs.ReadDir(snapshot, ".")
	if err != nil {
		return nil, err
	}
	r := &reader{found: map[string]bool{}, ids: ids}
	for _, e := range entries {
		if ext := path.Ext(e.Name()); e.IsDir() || ext != ".json" && ext != ".jsonl" {
			continue
		}
		if err := r.read(snapshot, e.Name()); err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
	}
	return r.found, nil
}

type reader struct {
	found map[string]bool
	ids   bool
}

func (r *reader) read(snapshot fs.FS, name string) error {
	text, err := fs.ReadFile(snapshot, name)
	if err != nil {
		return err
	}
	dec := jsontext.NewDecoder(bytes.NewReader(text))
	for {
		var value any
		switch err := json.UnmarshalDecode(dec, &value); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		r.visit("", "", value)
	}
}

func (r *reader) visit(parent, name string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for member, inner := range value {
			r.visit(name, member, inner)
		}
	case []any:
		for _, inner := range value {
			r.visit(parent, name, inner)
		}
	case string:
		r.text(parent, name, value)
	}
}

var (
	guidForm = regexp.MustCompile(`(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`)
	mailForm = regexp.MustCompile(`^(?:[^\s@/]+:)?([^\s@/]+)@([^\s@/]+\.[^\s@/]+)$`)
)

func (r *reader) text(parent, name, text string) {
	if isNameOrText(parent, name) {
		r.note(text)
	}
	if parts := mailForm.FindStringSubmatch(text); parts != nil {
		r.note(text)
		r.note(parts[1])
		r.note(parts[2])
	}
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		r.note(u.Hostname())
	}
	if r.ids {
		for _, id := range guidForm.FindAllString(text, -1) {
			r.note(id)
		}
	}
}

func (r *reader) note(text string) {
	if text = strings.ToLower(strings.TrimSpace(text)); len(text) >= 5 {
		r.found[text] = true
	}
}

// isNameOrText tells by the name of a property.
func isNameOrText(parent, name string) bool {
	if parent == "modifiedProperties" || parent == "sku" || parent == "tool" {
		return false
	}
	fold := strings.ToLower(name)
	for _, part := range []string{"displayname", "principalname", "publisher"} {
		if strings.Contains(fold, part) {
			return true
		}
	}
	switch fold {
	case "mail", "name", "givenname", "surname", "mailnickname", "description", "notes", "riskevidence", "city", "useragent", "justification":
		return true
	}
	return false
}

// Searcher finds originals in texts.
type Searcher struct {
	byStart map[string][]string
	n       int
}

const startLength = 5

// NewSearcher looks for the originals that skip does not name.
func NewSearcher(originals map[string]bool, skip func(string) bool) *Searcher {
	s := &Searcher{byStart: map[string][]string{}}
	for original := range originals {
		if !skip(original) {
			s.byStart[original[:startLength]] = append(s.byStart[original[:startLength]], original)
			s.n++
		}
	}
	return s
}

// Len is how many originals are looked for.
func (s *Searcher) Len() int { return s.n }

// In returns the originals that stand in a text, in any case, and however JSON,
// HTML, XML or a URL would write them.
func (s *Searcher) In(text string) []string {
	found := map[string]bool{}
	for _, form := range forms(text) {
		for i := range max(0, len(form)-startLength+1) {
			for _, original := range s.byStart[form[i:i+startLength]] {
				if strings.HasPrefix(form[i:], original) {
					found[original] = true
				}
			}
		}
	}
	var all []string
	for original := range found {
		all = append(all, original)
	}
	return all
}

// InFiles returns what stands in the files below dir, or in their names, as
// "file: original".
func (s *Searcher) InFiles(dir fs.FS) ([]string, error) {
	var all []string
	err := fs.WalkDir(dir, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		for _, original := range s.In(path.Base(name)) {
			all = append(all, name+": in its name: "+original)
		}
		if entry.IsDir() {
			return nil
		}
		text, err := fs.ReadFile(dir, name)
		for _, original := range s.In(string(text)) {
			all = append(all, name+": "+original)
		}
		return err
	})
	return all, err
}

var escape = regexp.MustCompile(`\\u[0-9a-fA-F]{4}|&#?[0-9a-zA-Z]+;|%[0-9a-fA-F]{2}`)

// forms returns a text as it is, and with each kind of escape undone, in lower
// case.
func forms(text string) []string {
	all := []string{strings.ToLower(text)}
	if !escape.MatchString(text) {
		return all
	}
	for _, undo := range []func(string) string{unescapeJSON, unescapeMarkup, unescapeURL} {
		if plain := strings.ToLower(undo(text)); plain != all[0] {
			all = append(all, plain)
		}
	}
	return all
}

func unescapeJSON(text string) string {
	var b strings.Builder
	lines := bufio.NewScanner(strings.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for lines.Scan() {
		b.WriteString(jsonEscapes.ReplaceAllStringFunc(lines.Text(), func(run string) string {
			plain, err := jsontext.AppendUnquote(nil, []byte(`"`+run+`"`))
			if err != nil {
				return run
			}
			return string(plain)
		}))
		b.WriteByte('\n')
	}
	return b.String()
}

// jsonEscapes matches runs, for one sign may take two escapes.
var jsonEscapes = regexp.MustCompile(`(?:\\u[0-9a-fA-F]{4})+`)

func unescapeMarkup(text string) string { return html.UnescapeString(text) }

func unescapeURL(text string) string {
	return percents.ReplaceAllStringFunc(text, func(run string) string {
		plain, err := url.PathUnescape(run)
		if err != nil {
			return run
		}
		return plain
	})
}

var percents = regexp.MustCompile(`(?:%[0-9a-fA-F]{2})+`)
