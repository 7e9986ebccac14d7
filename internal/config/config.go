// Package config reads ztagent.yaml: what an organisation asks for where it has a
// choice (docs/configuration.md).
package config

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/strictyaml"
)

// FileName is the name under which the file is looked for.
const FileName = "ztagent.yaml"

// Config is the content of ztagent.yaml. The strings are the defaults of the
// flags of the same name, "" where the file says nothing.
type Config struct {
	File string
	// Audit is audit.DefaultConfig with the file laid over it.
	Audit audit.Config
	// Severities replaces severities, by check/rule.
	Severities map[string]audit.Severity
	// Off lists checks and rules that are not run.
	Off []string

	FailOn       string
	MinSeverity  string
	Unknown      string
	Waivers      string // as written; relative to the file's directory
	Attestations string // likewise

	lines map[string]int // of the entries of Severities and Off
}

// Default is the configuration without a file.
func Default() *Config {
	return &Config{Audit: audit.DefaultConfig(), Severities: map[string]audit.Severity{}, lines: map[string]int{}}
}

type document struct {
	Thresholds                thresholds `yaml:"thresholds"`
	ApprovedIssuers           words      `yaml:"approvedIssuers"`
	RequiredLogCategories     words      `yaml:"requiredLogCategories"`
	PublicCloudLogCategories  words      `yaml:"publicCloudLogCategories"`
	ClassicAgentLogCategories words      `yaml:"classicAgentLogCategories"`
	Severities                severities `yaml:"severities"`
	Off                       words      `yaml:"off"`

	FailOn       strictyaml.Text `yaml:"failOn"`
	MinSeverity  strictyaml.Text `yaml:"minSeverity"`
	Unknown      strictyaml.Text `yaml:"unknown"`
	Waivers      strictyaml.Text `yaml:"waivers"`
	Attestations strictyaml.Text `yaml:"attestations"`
}

// Load reads a configuration file.
func Load(name string) (*Config, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	return Parse(name, data)
}

// Parse reads a configuration file of this name. Errors are "file:line:
// message", and name the nearest key where one is not known.
func Parse(name string, data []byte) (*Config, error) {
	var d document
	if err := strictyaml.Decode(name, data, &d); err != nil {
		return nil, err
	}
	c := Default()
	c.File = name
	if err := c.lay(&d); err != nil {
		return nil, strictyaml.InFile(name, err)
	}
	return c, nil
}

func (c *Config) lay(d *document) error {
	if err := d.Thresholds.lay(&c.Audit); err != nil {
		return err
	}
	if err := d.ApprovedIssuers.each(checkIssuer); err != nil {
		return err
	}
	a := &c.Audit
	a.ApprovedIssuers = d.ApprovedIssuers.over(a.ApprovedIssuers)
	a.RequiredLogCategories = d.RequiredLogCategories.over(a.RequiredLogCategories)
	a.PublicCloudLogCategories = d.PublicCloudLogCategories.over(a.PublicCloudLogCategories)
	a.ClassicAgentLogCategories = d.ClassicAgentLogCategories.over(a.ClassicAgentLogCategories)

	for id, severity := range d.Severities.byRule {
		c.Severities[id], c.lines[id] = severity, d.Severities.lines[id]
	}
	for i, id := range d.Off.list {
		c.Off = append(c.Off, id)
		c.lines[id] = d.Off.lines[i]
	}
	return c.layFlags(d)
}

func (c *Config) layFlags(d *document) error {
	var severities []string
	for _, s := range audit.Severities() {
		severities = append(severities, string(s))
	}
	failOn := append(slices.DeleteFunc(slices.Clone(severities), func(s string) bool { return s == "info" }), "never")
	for _, flag := range []struct {
		to      *string
		from    strictyaml.Text
		allowed []string
	}{
		{&c.FailOn, d.FailOn, failOn},
		{&c.MinSeverity, d.MinSeverity, severities},
		{&c.Unknown, d.Unknown, []string{"fail", "warn", "ignore"}},
		{&c.Waivers, d.Waivers, nil},
		{&c.Attestations, d.Attestations, nil},
	} {
		if flag.from.Value != "" && flag.allowed != nil && !slices.Contains(flag.allowed, flag.from.Value) {
			return oneOf(flag.from, flag.allowed)
		}
		*flag.to = flag.from.Value
	}
	return nil
}

func oneOf(t strictyaml.Text, allowed []string) error {
	return &strictyaml.Error{Line: t.Line, Message: fmt.Sprintf("%.40q is not one of %s%s",
		t.Value, strings.Join(allowed, ", "), audit.DidYouMean(t.Value, allowed))}
}

// Validate rejects severities and off entries that name no check or rule; ids
// are audit.IDs of all checks.
func (c *Config) Validate(ids []string) error {
	rules := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !strings.Contains(id, "/") })
	for _, id := range slices.Sorted(maps.Keys(c.Severities)) {
		if !slices.Contains(rules, id) {
			return &strictyaml.Error{
				File: c.File, Line: c.lines[id],
				Message: fmt.Sprintf("severities: there is no rule %q%s", id, audit.DidYouMean(id, rules)),
			}
		}
	}
	for _, id := range c.Off {
		if !slices.Contains(ids, id) {
			return &strictyaml.Error{
				File: c.File, Line: c.lines[id],
				Message: fmt.Sprintf("off: there is no check or rule %q%s", id, audit.DidYouMean(id, ids)),
			}
		}
	}
	return nil
}

func checkIssuer(issuer string) error {
	if issuer != keepDefaults && !strings.HasPrefix(issuer, "https://") {
		return fmt.Errorf("issuer %.80q does not begin with https://", issuer)
	}
	return nil
}

// keepDefaults, in a list, stands for the entries of the built-in list.
const keepDefaults = "defaults"

// words is a list of texts that replaces a built-in one.
type words struct {
	set   bool
	list  []string
	lines []int
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (w *words) UnmarshalYAML(node *yaml.Node) error {
	if node.Tag == "!!null" {
		return nil
	}
	if node.Kind != yaml.SequenceNode {
		return strictyaml.Fault(node, "a list is due")
	}
	w.set = true
	for _, item := range node.Content {
		if item.Kind != yaml.ScalarNode || strings.TrimSpace(item.Value) == "" {
			return strictyaml.Fault(item, "each entry must be a text")
		}
		w.list = append(w.list, item.Value)
		w.lines = append(w.lines, item.Line)
	}
	return nil
}

func (w *words) each(check func(string) error) error {
	for i, word := range w.list {
		if err := check(word); err != nil {
			return &strictyaml.Error{Line: w.lines[i], Message: err.Error()}
		}
	}
	return nil
}

// over returns the list that holds, given the built-in one.
func (w *words) over(builtIn []string) []string {
	if !w.set {
		return builtIn
	}
	list := []string{}
	for _, word := range w.list {
		if word == keepDefaults {
			list = append(list, builtIn...)
		} else {
			list = append(list, word)
		}
	}
	return list
}

// severities maps check/rule to a severity.
type severities struct {
	byRule map[string]audit.Severity
	lines  map[string]int
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (s *severities) UnmarshalYAML(node *yaml.Node) error {
	s.byRule, s.lines = map[string]audit.Severity{}, map[string]int{}
	if node.Tag == "!!null" {
		return nil
	}
	if node.Kind != yaml.MappingNode {
		return strictyaml.Fault(node, "a mapping of check/rule to severity is due")
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		severity := audit.Severity(value.Value)
		if severity.Rank() < 0 {
			return strictyaml.Fault(value, "%.40q is no severity: critical, high, medium, low or info is due", value.Value)
		}
		if _, twice := s.byRule[key.Value]; twice {
			return strictyaml.Fault(key, "%q is there twice", key.Value)
		}
		s.byRule[key.Value], s.lines[key.Value] = severity, key.Line
	}
	return nil
}

const day = 24 * time.Hour
