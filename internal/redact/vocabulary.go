package redact

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/displayname"
	"github.com/ztagent/ztagent/internal/permissions"
	"github.com/ztagent/ztagent/internal/tenant"
)

// The words, names and ids that are the same in every tenant: whoever reads
// them learns nothing, and verdicts turn on them. Comments begin with "#".
var (
	//go:embed data/words.txt
	wordsTXT string
	//go:embed data/names.txt
	namesTXT string
	//go:embed data/ids.txt
	idsTXT string
)

type vocabulary struct {
	words map[string]bool // lower case
	names map[string]bool // folded
	ids   map[tenant.ID]bool
}

// public is read once and never changed.
var public = sync.OnceValue(func() *vocabulary {
	v := &vocabulary{words: map[string]bool{}, names: map[string]bool{}, ids: map[tenant.ID]bool{}}
	for line := range lines(wordsTXT) {
		v.addWords(line)
	}
	for line := range lines(namesTXT) {
		v.addName(line)
	}
	for line := range lines(idsTXT) {
		id, _, _ := strings.Cut(line, " ")
		v.ids[tenant.ParseID(id)] = true
	}
	for name, id := range permissions.Published() {
		v.ids[id] = true
		v.addWords(name)
	}
	for name, id := range permissions.BuiltInRoles() {
		v.ids[id] = true
		v.addName(name)
	}
	v.addRequests()
	for name := range membersByName() {
		v.addWords(name)
	}
	for m := range membersByParent {
		v.addWords(m.parent + " " + m.name)
	}
	delete(v.ids, tenant.ID{})
	return v
})

// addRequests: what is asked for stands in @odata.context and in the manifest.
func (v *vocabulary) addRequests() {
	for _, row := range dataset.Table() {
		v.addWords(string(row.Dataset))
		v.addWords(strings.Join(append([]string{
			row.Request.Path, row.Request.Expand, row.Request.Filter, row.Request.Version,
		}, row.Request.Select...), " "))
	}
}

func (v *vocabulary) addName(name string) {
	v.names[string(displayname.Fold(nil, name))] = true
	v.addWords(name)
}

func (v *vocabulary) addWords(text string) {
	for kind, w := range tokens(text, true) {
		if kind == word {
			v.words[strings.ToLower(w)] = true
		}
	}
}

// lines yields what is neither empty nor a comment.
func lines(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for line := range strings.Lines(text) {
			line = strings.TrimSpace(line)
			if line != "" && line[0] != '#' && !yield(line) {
				return
			}
		}
	}
}

// isPublicWord takes a word in lower case.
func isPublicWord(w string) bool { return public().words[w] }

func isPublicName(name string) bool {
	return public().names[string(displayname.Fold(nil, name))]
}

// isPublicID: Microsoft's, or one that is made of zeros.
func isPublicID(text string) bool {
	if public().ids[tenant.ParseID(text)] {
		return true
	}
	text = strings.ToLower(text)
	return strings.HasPrefix(text, "00000000-0000-0000-0000-00000000000") || // policies that every tenant has
		strings.HasPrefix(text, "0000000") && (strings.HasSuffix(text, "-0000-0000-c000-000000000000") ||
			strings.HasSuffix(text, "-0000-0ff1-ce00-000000000000")) // Microsoft's first applications
}

// stems are the parts of a permission's name by which verdicts tell what it
// does; they are kept also inside of a word that is not public.
var stems = strings.Fields("full app fullcontrol readwrite readbasic update create delete remove manage enable disable approve " +
	"consent export backup sponsors properties creds auth write read add")

// stemIn finds the first stem in a folded text; at is -1 where there is none.
func stemIn(folded string) (at int, stem string) {
	at = -1
	for _, s := range stems {
		if i := strings.Index(folded, s); i >= 0 && (at < 0 || i < at) {
			at, stem = i, s
		}
	}
	return at, stem
}
