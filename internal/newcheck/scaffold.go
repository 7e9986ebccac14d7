package main

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"
)

//go:embed template
var templates embed.FS

// names are the spellings of one check: agent-badge, agent_badge, agentBadge and
// AgentBadge.
type names struct {
	ID, File, Variable, Exported string
}

var kebab = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

func namesOf(id string) (names, error) {
	if !kebab.MatchString(id) {
		return names{}, fmt.Errorf("%q is no name of a check, such as agent-badge: lower-case words joined by hyphens", id)
	}
	var exported strings.Builder
	for word := range strings.SplitSeq(id, "-") {
		exported.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	e := exported.String()
	return names{
		ID: id, File: strings.ReplaceAll(id, "-", "_"),
		Variable: strings.ToLower(e[:1]) + e[1:], Exported: e,
	}, nil
}

// scaffold writes a check, its cases and its line in the list into the checks
// package at dir, and returns the files that it wrote. It overwrites nothing.
func scaffold(dir, id string) ([]string, error) {
	n, err := namesOf(id)
	if err != nil {
		return nil, err
	}
	list := filepath.Join(dir, "checks.go")
	listed, err := withCheck(list, n.Variable)
	if err != nil {
		return nil, err
	}
	source, err := filled("check.go.tmpl", n)
	if err != nil {
		return nil, err
	}
	if source, err = format.Source(source); err != nil {
		return nil, fmt.Errorf("the template of a check: %w", err)
	}
	cases, err := filled("check.txtar.tmpl", n)
	if err != nil {
		return nil, err
	}
	files := []string{filepath.Join(dir, n.File+".go"), filepath.Join(dir, "testdata", n.File+".txtar")}
	for i, text := range [][]byte{source, cases} {
		if err := writeNew(files[i], text); err != nil {
			return nil, err
		}
	}
	return append(files, list), os.WriteFile(list, listed, 0o644)
}

func filled(name string, n names) ([]byte, error) {
	// Go's own composite literals open with "{{".
	t, err := template.New(name).Delims("[[", "]]").ParseFS(templates, "template/"+name)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, n)
	return b.Bytes(), err
}

func writeNew(name string, text []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already", name)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

// withCheck returns the list of checks with one more at its end.
func withCheck(list, variable string) ([]byte, error) {
	text, err := os.ReadFile(list)
	if err != nil {
		return nil, err
	}
	if regexp.MustCompile(`(?m)^\s+` + variable + `,$`).Match(text) {
		return nil, fmt.Errorf("%s lists %s already", list, variable)
	}
	end := bytes.LastIndex(text, []byte("\n\t}\n}"))
	if end < 0 {
		return nil, fmt.Errorf("%s does not end in the list of checks", list)
	}
	grown := append([]byte(nil), text[:end]...)
	grown = append(grown, "\n\n\t\t"+variable+","...)
	return append(grown, text[end:]...), nil
}
