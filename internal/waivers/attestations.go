package waivers

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/strictyaml"
)

type attestationsFile struct {
	Attestations []attestationEntry `yaml:"attestations"`
}

type attestationEntry struct {
	Rule      strictyaml.Text   `yaml:"rule"`
	Scope     scope             `yaml:"scope"`
	Statement strictyaml.Text   `yaml:"statement"`
	Evidence  evidence          `yaml:"evidence"`
	By        strictyaml.Text   `yaml:"by"`
	At        strictyaml.Moment `yaml:"at"`
	Expires   strictyaml.Moment `yaml:"expires"`
	line      int
}

// UnmarshalYAML implements yaml.Unmarshaler, to keep the line of the entry.
func (e *attestationEntry) UnmarshalYAML(node *yaml.Node) error {
	type plain attestationEntry
	e.line = node.Line
	if node.Kind != yaml.MappingNode {
		return strictyaml.Fault(node, "each attestation must be a mapping of keys to values")
	}
	return node.Decode((*plain)(e))
}

// scope is "tenant", one id, or a list of ids.
type scope []string

// UnmarshalYAML implements yaml.Unmarshaler.
func (s *scope) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode && node.Tag != "!!null" {
		*s = scope{node.Value}
		return nil
	}
	return node.Decode((*[]string)(s))
}

// evidence is a URL, or a file with its SHA-256.
type evidence struct {
	URL    string `yaml:"url"`
	File   string `yaml:"file"`
	SHA256 string `yaml:"sha256"`
}

// UnmarshalYAML implements yaml.Unmarshaler: a text is short for a url.
func (e *evidence) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		if node.Tag != "!!null" {
			e.URL = node.Value
		}
		return nil
	}
	type plain evidence
	return node.Decode((*plain)(e))
}

// Opener opens an evidence file by the path that an attestation gives.
type Opener func(path string) (io.ReadCloser, error)

// LoadAttestations reads an attestations file. Evidence files are looked for
// beside it.
func LoadAttestations(name string) ([]audit.Attestation, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("reading the attestations: %w", err)
	}
	open := func(path string) (io.ReadCloser, error) {
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(name), path)
		}
		return os.Open(path)
	}
	return ParseAttestations(name, data, open)
}

// ParseAttestations reads an attestations file of this name and verifies the
// SHA-256 of every evidence file. Errors are "file:line: message".
func ParseAttestations(name string, data []byte, open Opener) ([]audit.Attestation, error) {
	var file attestationsFile
	if err := strictyaml.Decode(name, data, &file); err != nil {
		return nil, err
	}
	var all []audit.Attestation
	for i := range file.Attestations {
		a, err := file.Attestations[i].attestation(open)
		if err != nil {
			return nil, &strictyaml.Error{File: name, Line: file.Attestations[i].line, Message: err.Error()}
		}
		all = append(all, a)
	}
	return all, nil
}

func (e *attestationEntry) attestation(open Opener) (audit.Attestation, error) {
	err := required(map[string]string{
		"rule": e.Rule.Value, "statement": e.Statement.Value, "by": e.By.Value,
		"scope": strings.Join(e.Scope, ""),
	})
	switch {
	case err != nil:
		return audit.Attestation{}, err
	case !strings.Contains(e.Rule.Value, "/"):
		return audit.Attestation{}, fmt.Errorf("rule %q must be check/rule", e.Rule.Value)
	case e.At.Time.IsZero():
		return audit.Attestation{}, errors.New("at is missing: when was it attested?")
	case e.Expires.Time.IsZero():
		return audit.Attestation{}, errors.New("expires is missing: when must it be attested again?")
	case !e.At.Time.Before(e.Expires.End()):
		return audit.Attestation{}, errors.New("expires is not after at")
	}
	proof, err := e.Evidence.verify(open)
	if err != nil {
		return audit.Attestation{}, err
	}
	return audit.Attestation{
		Rule: e.Rule.Value, Scope: e.Scope, Statement: e.Statement.Value, Evidence: proof,
		By: e.By.Value, At: e.At.Time, Expires: e.Expires.End(), Line: e.line,
	}, nil
}

// verify returns the evidence as a report shows it.
func (e *evidence) verify(open Opener) (string, error) {
	switch {
	case e.URL != "" && (e.File != "" || e.SHA256 != ""):
		return "", errors.New("evidence is either a url or a file with its sha256")
	case e.URL != "":
		u, err := url.Parse(e.URL)
		if err != nil || u.Scheme != "https" || u.Host == "" {
			return "", fmt.Errorf("evidence %.80q is not an https URL", e.URL)
		}
		return e.URL, nil
	case e.File == "":
		return "", errors.New("evidence is missing: a URL, or a file with its sha256")
	case len(e.SHA256) != 2*sha256.Size:
		return "", fmt.Errorf("evidence %s needs its sha256, 64 hexadecimal digits", e.File)
	}
	sum, err := fileSum(e.File, open)
	if err != nil {
		return "", err
	}
	if !strings.EqualFold(sum, e.SHA256) {
		return "", fmt.Errorf("evidence %s has the SHA-256 %s, not the one attested: it was changed", e.File, sum)
	}
	return fmt.Sprintf("%s, SHA-256 %s", e.File, sum), nil
}

func fileSum(name string, open Opener) (string, error) {
	f, err := open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("evidence %s is not there", name)
	} else if err != nil {
		return "", fmt.Errorf("reading evidence %s: %w", name, err)
	}
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return "", fmt.Errorf("reading evidence %s: %w", name, err)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
