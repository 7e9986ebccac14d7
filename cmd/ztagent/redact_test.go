package main

import (
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// sameVerdicts is the script command "verdicts BEFORE.csv AFTER.csv": two CSV
// reports must have the same rules, verdicts and resource ids.
func sameVerdicts(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: verdicts BEFORE AFTER")
	}
	before, after := verdictsIn(ts, args[0]), verdictsIn(ts, args[1])
	if len(before) < 100 || !slices.Equal(before, after) {
		ts.Fatalf("%s has %d verdicts, %s has %d, and they differ", args[0], len(before), args[1], len(after))
	}
}

func verdictsIn(ts *testscript.TestScript, name string) []string {
	rows, err := csv.NewReader(strings.NewReader(ts.ReadFile(name))).ReadAll()
	ts.Check(err)
	wanted := map[int]bool{}
	for i, column := range rows[0] {
		wanted[i] = slices.Contains([]string{"check", "rule", "status", "severity", "resourceType", "resourceId"}, column)
	}
	var lines []string
	for _, row := range rows[1:] {
		var cells []string
		for i, cell := range row {
			if wanted[i] {
				cells = append(cells, cell)
			}
		}
		lines = append(lines, strings.Join(cells, " "))
	}
	slices.Sort(lines)
	return lines
}

// onlyHolds is the script command "empty DIR [NAME…]": the directory holds
// nothing but what is named, hidden files included.
func onlyHolds(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: empty DIR [NAME...]")
	}
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	for _, e := range entries {
		if !slices.Contains(args[1:], e.Name()) {
			ts.Fatalf("%s holds %s", args[0], e.Name())
		}
	}
}

// await is the script command "await PATTERN": a file of that name must come to be.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: await PATTERN")
	}
	for range 600 {
		if found, err := filepath.Glob(ts.MkAbs(args[0])); err != nil || len(found) > 0 {
			ts.Check(err)
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	ts.Fatalf("there is no %s after a minute", args[0])
}

// private is the script command "private PATH…": nobody but the owner can do
// anything with what is there or below.
func private(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: private PATH...")
	}
	for _, arg := range args {
		ts.Check(filepath.WalkDir(ts.MkAbs(arg), func(name string, entry fs.DirEntry, err error) error {
			ts.Check(err)
			info, err := entry.Info()
			if err == nil && info.Mode().Perm()&0o077 != 0 {
				ts.Fatalf("%s has mode %s", name, info.Mode())
			}
			return err
		}))
	}
}
