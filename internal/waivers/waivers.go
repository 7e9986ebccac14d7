// Package waivers reads waivers.yaml and attestations.yaml: what people decided
// about findings and answered to manual questions
// (docs/configuration.md).
package waivers

import (
	"errors"
	"fmt"
	"os"
	"path"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/strictyaml"
)

// Waivers are those of one file.
type Waivers struct {
	File string
	List []audit.Waiver
}

type waiversFile struct {
	Waivers []waiverEntry `yaml:"waivers"`
}

type waiverEntry struct {
	Rule      strictyaml.Text   `yaml:"rule"`
	Resource  strictyaml.Text   `yaml:"resource"`
	AllowMany bool              `yaml:"allowMany"`
	Reason    strictyaml.Text   `yaml:"reason"`
	Owner     strictyaml.Text   `yaml:"owner"`
	Ticket    strictyaml.Text   `yaml:"ticket"`
	Expires   strictyaml.Moment `yaml:"expires"`
	line      int
}

// UnmarshalYAML implements yaml.Unmarshaler, to keep the line of the entry.
func (e *waiverEntry) UnmarshalYAML(node *yaml.Node) error {
	type plain waiverEntry
	e.line = node.Line
	if node.Kind != yaml.MappingNode {
		return strictyaml.Fault(node, "each waiver must be a mapping of keys to values")
	}
	return node.Decode((*plain)(e))
}

// Load reads a waivers file.
func Load(name string) (Waivers, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return Waivers{}, fmt.Errorf("reading the waivers: %w", err)
	}
	return Parse(name, data)
}

// Parse reads a waivers file of this name. Errors are "file:line: message".
func Parse(name string, data []byte) (Waivers, error) {
	var file waiversFile
	if err := strictyaml.Decode(name, data, &file); err != nil {
		return Waivers{}, err
	}
	all := Waivers{File: name}
	for i := range file.Waivers {
		w, err := file.Waivers[i].waiver()
		if err != nil {
			return Waivers{}, &strictyaml.Error{File: name, Line: file.Waivers[i].line, Message: err.Error()}
		}
		all.List = append(all.List, w)
	}
	return all, nil
}

func (e *waiverEntry) waiver() (audit.Waiver, error) {
	err := required(map[string]string{
		"rule": e.Rule.Value, "resource": e.Resource.Value, "reason": e.Reason.Value, "owner": e.Owner.Value,
	})
	switch {
	case err != nil:
		return audit.Waiver{}, err
	case e.Expires.Time.IsZero():
		return audit.Waiver{}, errors.New("expires is missing: a waiver without an end is a decision nobody revisits")
	case !strings.Contains(e.Rule.Value, "/"):
		return audit.Waiver{}, fmt.Errorf("rule %q must be check/rule", e.Rule.Value)
	}
	if _, err := path.Match(e.Resource.Value, ""); e.AllowMany && err != nil {
		return audit.Waiver{}, fmt.Errorf("resource %q is not a valid pattern", e.Resource.Value)
	}
	if !e.AllowMany && strings.ContainsAny(e.Resource.Value, "*?") {
		return audit.Waiver{}, fmt.Errorf("resource %q is a pattern, which needs allowMany: true", e.Resource.Value)
	}
	return audit.Waiver{
		Rule: e.Rule.Value, Resource: e.Resource.Value, AllowMany: e.AllowMany,
		Reason: e.Reason.Value, Owner: e.Owner.Value, Ticket: e.Ticket.Value,
		Expires: e.Expires.End(), Line: e.line,
	}, nil
}

// Check rejects waivers that end too far ahead of now, when the tenant was read.
func (w *Waivers) Check(now time.Time, longest time.Duration) error {
	for i := range w.List {
		waiver := &w.List[i]
		if waiver.TooLong(now, longest) {
			return &strictyaml.Error{File: w.File, Line: waiver.Line, Message: fmt.Sprintf(
				"expires on %s, more than %d days after the tenant was read (%s)",
				waiver.Expires.Format(time.DateOnly), longest/(24*time.Hour), now.UTC().Format(time.DateOnly))}
		}
	}
	return nil
}

// required names the first key, in the order of the alphabet, without a value.
func required(values map[string]string) error {
	missing := ""
	for key, value := range values {
		if strings.TrimSpace(value) == "" && (missing == "" || key < missing) {
			missing = key
		}
	}
	if missing == "" {
		return nil
	}
	return fmt.Errorf("%s is missing", missing)
}
