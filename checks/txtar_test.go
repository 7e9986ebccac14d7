package checks_test

import (
	"bytes"
	"fmt"
	"strings"
)

// archive is a txtar file: a comment and named files, in order.
type archive struct {
	comment string
	files   []archiveFile
}

type archiveFile struct{ name, data string }

// parseArchive splits text at its "-- NAME --" lines.
func parseArchive(text string) archive {
	var a archive
	current := &a.comment
	for line := range strings.Lines(text) {
		if name, ok := marker(line); ok {
			a.files = append(a.files, archiveFile{name: name})
			current = &a.files[len(a.files)-1].data
			continue
		}
		*current += line
	}
	return a
}

func marker(line string) (name string, ok bool) {
	line = strings.TrimRight(line, "\r\n")
	if !strings.HasPrefix(line, "-- ") || !strings.HasSuffix(line, " --") || len(line) < len("-- x --") {
		return "", false
	}
	return strings.TrimSpace(line[len("-- ") : len(line)-len(" --")]), true
}

// set replaces a file, or inserts it behind the last file of its directory.
func (a *archive) set(name, data string) {
	directory, _, _ := strings.Cut(name, "/")
	at := len(a.files)
	for i, f := range a.files {
		if f.name == name {
			a.files[i].data = data
			return
		}
		if strings.HasPrefix(f.name, directory+"/") {
			at = i + 1
		}
	}
	a.files = append(a.files, archiveFile{})
	copy(a.files[at+1:], a.files[at:])
	a.files[at] = archiveFile{name, data}
}

func (a *archive) format() string {
	var b bytes.Buffer
	b.WriteString(a.comment)
	for _, f := range a.files {
		fmt.Fprintf(&b, "-- %s --\n%s", f.name, f.data)
		if f.data != "" && !strings.HasSuffix(f.data, "\n") {
			b.WriteByte('\n')
		}
	}
	return b.String()
}
