package permissions

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/ztagent/ztagent/internal/tenant"
)

// The appIds of APIs that rules speak of, the same in every cloud and tenant.
const (
	GraphAppID    = "00000003-0000-0000-c000-000000000000"
	ExchangeAppID = "00000002-0000-0ff1-ce00-000000000000"
)

//go:embed data/graph.tsv
var graphTSV string

// graphPermission is what Microsoft publishes about one name: its ids and
// privilege levels, indexed by Kind. Level 0 is none.
type graphPermission struct {
	name  string
	id    [2]tenant.ID
	level [2]uint8
}

// exists reports whether Graph has a permission of this kind by the name. Some
// are published with an id alone, some with a level alone.
func (p *graphPermission) exists(k Kind) bool { return !p.id[k].IsZero() || p.level[k] > 0 }

type graphTable struct {
	byID   [2]map[tenant.ID]*graphPermission
	byName map[string]*graphPermission // lower case
}

// graphPermissions is Graph's own table, read once and never changed.
var graphPermissions = sync.OnceValue(func() *graphTable { return readGraphTable(graphTSV) })

func readGraphTable(tsv string) *graphTable {
	table := &graphTable{byName: map[string]*graphPermission{}}
	for k := range table.byID {
		table.byID[k] = map[tenant.ID]*graphPermission{}
	}
	for fields := range tsvRows(tsv) {
		if len(fields) != 5 {
			continue
		}
		p := &graphPermission{name: fields[0]}
		for k := range p.id {
			p.id[k] = tenant.ParseID(fields[1+k])
			if level := fields[3+k]; level != "" {
				p.level[k] = level[0] - '0'
			}
			if !p.id[k].IsZero() {
				table.byID[k][p.id[k]] = p
			}
		}
		table.byName[strings.ToLower(p.name)] = p
	}
	return table
}

// find looks a permission up by its id, else by its name.
func (t *graphTable) find(k Kind, id tenant.ID, name string) *graphPermission {
	if p := t.byID[k][id]; p != nil {
		return p
	}
	if p := t.byName[strings.ToLower(name)]; p != nil && p.exists(k) {
		return p
	}
	return nil
}

// tsvRows yields the fields of every line that is neither empty nor a comment.
func tsvRows(text string) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		for line := range strings.SplitSeq(text, "\n") {
			if line == "" || line[0] == '#' {
				continue
			}
			if !yield(strings.Split(line, "\t")) {
				return
			}
		}
	}
}
